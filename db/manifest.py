"""What a backup says of itself: its files by their digests, and what was found when it was tried out. Under a MAC of
the machine's master key, so that a file that is damaged, cut short or another backup's is found before it is used."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atm_app.durable_file import write_whole
from atm_app.trust.vault import Vault, keyed_digest
from db.wrapped_keys import BackupProblem

NAME = "manifest.json"
VERSION = 1
# The parts of a backup: rows without data keys, the terminal's journal of movements, the ends of the audit chains.
ROWS, INTENTS, HEADS = "rows.sql.gz", "intents.sqlite", "heads.jsonl"
PARTS = (ROWS, INTENTS, HEADS)


@dataclass(frozen=True)
class Manifest:
    """``made_at``, ``keys_written_at``: UTC, ISO 8601. ``schema``: the last migration. ``files``: SHA-256 by name.
    ``rows``: how many by table. ``trial_balance``: as ``TrialBalance`` has it. ``key_id``: of the MAC."""

    made_at: str
    terminal: str
    server: str
    schema: int
    customers: int
    audit_rows: int
    keys_written_at: str
    files: Mapping[str, str]
    rows: Mapping[str, int]
    trial_balance: Mapping[str, int]
    key_id: str
    version: int = VERSION

    def write(self, folder: Path, vault: Vault) -> None:
        """Raises OSError."""
        entry = dataclasses.asdict(self)
        mac = _mac(vault, self.key_id, entry)
        write_whole(folder / NAME, json.dumps({**entry, "mac": mac.hex()}, indent=1) + "\n")


def read_manifest(backup: Path, vault: Vault) -> Manifest:
    """Whole and of this key ring, and so is every part it names. Raises BackupProblem, KeyProblem."""
    path = backup / NAME
    try:
        entry: dict[str, Any] = json.loads(path.read_text())
        mac, key_id, version = bytes.fromhex(entry.pop("mac")), str(entry["key_id"]), int(entry["version"])
    except OSError as error:
        raise BackupProblem(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupProblem(f"{path} is damaged: it is no manifest of a backup") from error
    if version > VERSION:
        raise BackupProblem(f"{path} was written by a newer version; update this machine")
    if not hmac.compare_digest(mac, _mac(vault, key_id, entry)):
        raise BackupProblem(f"{path} is damaged, or belongs to another machine's key ring")
    manifest = Manifest(**entry)
    for name in PARTS:
        if digest(backup / name) != manifest.files.get(name):
            raise BackupProblem(f"{backup / name} is damaged, cut short or another backup's; nothing was changed")
    return manifest


def digest(path: Path) -> str:
    """SHA-256, in hexadecimal. Raises BackupProblem."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BackupProblem(f"{path} cannot be read: {error.strerror}") from error


def _mac(vault: Vault, key_id: str, entry: Mapping[str, Any]) -> bytes:
    return keyed_digest(vault.derive("backup", key_id), "manifest", json.dumps(entry, sort_keys=True))
