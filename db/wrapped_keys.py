"""The customers' wrapped data keys as backups carry them: one file for all backups of a folder, the newest of it only.

Rows of customers may be kept for as long as the law wants; without the data key they are noise. So the keys lie in a
file of their own, which every backup and every erasure replaces: whoever is erased has no key in it any more, and is
nobody in every backup that lies beside it. The file is sealed with a MAC under the master key.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from atm_app.durable_file import write_whole
from atm_app.stores import StoreUnavailable
from atm_app.trust.vault import Vault, keyed_digest
from db.connection import Database

NAME = "data-keys.jsonl"
VERSION = 1


class BackupProblem(StoreUnavailable):
    """A backup cannot be made, read or restored; the message says why, and what was left as it was."""


@dataclass(frozen=True)
class WrappedKey:
    """Of the customer with this pseudonym. ``key_id``: the master key it is wrapped under, empty for who was erased."""

    pseudonym: bytes
    key_id: str
    wrapped: bytes

    @property
    def erased(self) -> bool:
        return not self.key_id


@dataclass(frozen=True)
class WrappedKeys:
    """``written_at``: UTC, ISO 8601."""

    written_at: str
    keys: Mapping[bytes, WrappedKey]

    @classmethod
    def of(cls, database: Database) -> WrappedKeys:
        """Everybody's, as they are now. ``database``: the staff role's. Raises StoreUnavailable."""
        keys: dict[bytes, WrappedKey] = {}
        after = 0
        while rows := database.rows("data_keys", after=after):
            for row in rows:
                key = WrappedKey(bytes(row["pseudonym"]), row["key_id"], bytes(row["wrapped"]))
                keys[key.pseudonym] = WrappedKey(key.pseudonym, "", b"") if key.erased else key
            after = rows[-1]["id"]
        return cls(datetime.now(UTC).isoformat(timespec="seconds"), keys)

    def over(self, older: WrappedKeys | None) -> WrappedKeys:
        """These, and what only the older ones know: customers of a backup that is newer than a restored database. Who
        was erased once stays so."""
        if older is None:
            return self
        erased = {pseudonym: key for pseudonym, key in older.keys.items() if key.erased}
        return WrappedKeys(self.written_at, {**older.keys, **self.keys, **erased})

    @property
    def living(self) -> int:
        """How many are not erased."""
        return sum(not key.erased for key in self.keys.values())

    def rows(self) -> Iterable[dict[str, str]]:
        """As ``restore_data_keys`` reads them."""
        for key in self.keys.values():
            yield {"pseudonym": key.pseudonym.hex(), "key_id": key.key_id, "wrapped": key.wrapped.hex()}


def keys_of_folder(folder: Path, vault: Vault) -> WrappedKeys | None:
    """What lies beside the backups of a folder; None when there is nothing yet. Raises BackupProblem when the file is
    damaged or another machine's, KeyProblem when the ring lacks its master key."""
    path = folder / NAME
    try:
        *lines, last = path.read_text().splitlines()
        header, mac = json.loads(lines[0]), bytes.fromhex(json.loads(last)["mac"])
        told, key_id, written_at = header["version"], str(header["key_id"]), str(header["written_at"])
        rows = [json.loads(line) for line in lines[1:]]
        keys = [WrappedKey(bytes.fromhex(row[0]), str(row[1]), bytes.fromhex(row[2])) for row in rows]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BackupProblem(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise BackupProblem(f"{path} is damaged: it is no file of data keys") from error
    if told != VERSION:
        raise BackupProblem(f"{path} was written by a newer version; update this machine")
    if not hmac.compare_digest(mac, _mac(vault, key_id, lines)):
        raise BackupProblem(f"{path} is damaged, or belongs to another machine's key ring")
    return WrappedKeys(written_at, {key.pseudonym: key for key in keys})


def write_keys(folder: Path, keys: WrappedKeys, vault: Vault) -> None:
    """In place of what was there, whose bytes are overwritten then. Raises OSError, and the old file is still there."""
    path = folder / NAME
    key_id = vault.key_id
    header = {
        "version": VERSION, "written_at": keys.written_at, "key_id": key_id, "customers": len(keys.keys),
    }  # fmt: skip
    rows = sorted(keys.keys.values(), key=lambda key: key.pseudonym)
    lines = [
        json.dumps(header), *(json.dumps([key.pseudonym.hex(), key.key_id, key.wrapped.hex()]) for key in rows)
    ]  # fmt: skip
    with contextlib.ExitStack() as opened:
        before = opened.enter_context(path.open("r+b")) if path.exists() else None
        write_whole(path, "\n".join([*lines, json.dumps({"mac": _mac(vault, key_id, lines).hex()}), ""]))
        if before is not None:
            _overwrite(before.fileno())


def _overwrite(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    os.pwrite(descriptor, bytes(size), 0)
    os.fsync(descriptor)


def _mac(vault: Vault, key_id: str, lines: Iterable[str]) -> bytes:
    return keyed_digest(vault.derive("backup", key_id), "data-keys", "\n".join(lines))
