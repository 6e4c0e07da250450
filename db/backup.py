"""Backups of the private database: made while kiosks run, tried out before they count, and one place for all keys.

A folder of backups holds a folder for each, named by its time in UTC, and one file of the customers' wrapped data keys
for all of them (``db/wrapped_keys.py``).
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mysql.connector import errors

from atm_app.durable_file import sync, write_whole
from atm_app.stores import AuditEvent, StoreUnavailable
from atm_app.trust.vault import KeyProblem
from db import manifest as manifests
from db.audit import heads_of, text_of
from db.dump import dump_rows
from db.folder import DataFolder
from db.locks import alone, in_turn
from db.manifest import HEADS, INTENTS, PARTS, ROWS, Manifest
from db.migrations import migration_files, version_of
from db.side_database import brought_to_life, found_in
from db.storage import Storage
from db.wrapped_keys import BackupProblem, WrappedKeys, keys_of_folder, write_keys

NAME = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Reached:
    """One folder of backups and why its data keys could not be written anew; empty when they were."""

    folder: Path
    problem: str


def back_up(
    storage: Storage, places: Path, terminal: str, currency: str, report: Callable[[str], None] = lambda _: None
) -> tuple[Path, Manifest]:
    """One backup more in the folder ``places``, which is made where it is missing. Until it is whole, it has no name
    that counts. ``report`` hears what is being done. Raises BackupProblem, KeyProblem, StoreUnavailable."""
    with only_one(storage.folder), _clear_of_trouble(places):
        places.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in places.glob(".*.new"):  # of a backup that was killed
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        made_at = datetime.now(UTC)
        finished = places / f"{made_at:%Y%m%dT%H%M%SZ}"
        if finished.exists():
            raise BackupProblem(f"{finished} is there already; try again in a second")
        draft = places / f".{finished.name}.new"
        draft.mkdir(mode=0o700)
        try:
            manifest = _fill(storage, draft, places, made_at, terminal, currency, report)
            draft.rename(finished)
            sync(places)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            shutil.rmtree(storage.folder.trial.root, ignore_errors=True)
    told: dict[str, str | int | float] = {"backup": finished.name, "customers": manifest.customers}
    storage.staff_audit.write(AuditEvent("database_backup", "done", details=told))
    storage.staff_audit.seal()
    return finished, manifest


def _fill(
    storage: Storage, draft: Path, places: Path, made_at: datetime, terminal: str, currency: str,
    report: Callable[[str], None],
) -> Manifest:  # fmt: skip
    report("The audit is sealed, and the rows are written")
    older = keys_of_folder(places, storage.vault)
    for chain in (storage.audit, storage.staff_audit):
        chain.seal()
    server = dump_rows(storage.folder, draft / ROWS)
    # After the rows: every movement they call open is in the journal, and every customer they know is among the keys.
    storage.intents.copy_to(draft / INTENTS)
    now = WrappedKeys.of(storage.staff)
    keys = now.over(older)
    report("The backup is tried out: a database is started on it")
    with brought_to_life(storage.folder.trial, draft / ROWS, keys, storage.key_source, terminal, currency) as tried:
        lines = [text_of(head) for head in heads_of(tried.kiosk) if head.sequence]
        write_whole(draft / HEADS, "".join(f"{line}\n" for line in lines))
        found = found_in(tried, draft / HEADS)
    if not (found.balanced and found.audit.ok):
        problems = "; ".join(found.audit.problems[:3]) or f"the trial balance is {found.trial_balance}"
        raise BackupProblem(f"the database itself is not whole, nothing was kept: {problems}")
    for name in PARTS:
        (draft / name).chmod(0o600)
        sync(draft / name)
    report("It is whole; keys and manifest are written")
    manifest = Manifest(
        made_at.isoformat(timespec="milliseconds"), terminal, server, version_of(migration_files()[-1]),
        now.living, found.audit.rows, keys.written_at,
        {name: manifests.digest(draft / name) for name in PARTS}, found.rows, found.trial_balance,
        storage.vault.key_id,
    )  # fmt: skip
    manifest.write(draft, storage.vault)
    remember(storage.folder, places)  # before there are keys for an erasure to reach
    _write_newest_keys(storage, places)
    return manifest


def _write_newest_keys(storage: Storage, places: Path) -> WrappedKeys:
    """Read and written in one turn: whoever is erased meanwhile must not come back with keys that were read before."""
    with in_turn(storage.folder.data_keys_lock):
        keys = WrappedKeys.of(storage.staff).over(keys_of_folder(places, storage.vault))
        write_keys(places, keys, storage.vault)
    return keys


@contextlib.contextmanager
def only_one(folder: DataFolder) -> Iterator[None]:
    """Raises BackupProblem when another backup or restore of this machine is under way."""
    with alone(folder.backup_lock) as we_are:
        if not we_are:
            raise BackupProblem("another backup or restore is under way")
        yield


@contextlib.contextmanager
def _clear_of_trouble(places: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupProblem(f"nothing was written to {places}: {error.strerror or error}") from error
    except errors.Error as error:
        raise BackupProblem(f"the database cannot be read: {error}") from error


def found_at(path: Path) -> Path:
    """The backup a path means: itself, or the newest of a folder of backups. Raises BackupProblem."""
    if (path / manifests.NAME).is_file():
        return path
    backups = sorted(entry for entry in path.glob("*") if NAME.fullmatch(entry.name)) if path.is_dir() else []
    if not backups:
        raise BackupProblem(f"there is no backup at {path}")
    return backups[-1]


# --- what an erasure reaches -----------------------------------------------------------------------------------------


def remember(folder: DataFolder, places: Path) -> None:
    """That backups of this machine lie in ``places``. Raises OSError."""
    known = {*known_places(folder), str(places.absolute())}
    write_whole(folder.backup_places, json.dumps(sorted(known)) + "\n")


def known_places(folder: DataFolder) -> list[str]:
    """The folders that backups of this machine were made in."""
    return list(json.loads(folder.backup_places.read_text())) if folder.backup_places.exists() else []


def renew_keys(storage: Storage, places: Path) -> int:
    """Write the data keys beside the backups of a folder anew; of how many customers. Raises BackupProblem."""
    if keys_of_folder(places, storage.vault) is None:
        raise BackupProblem(f"there are no backups of this machine in {places}")
    with _clear_of_trouble(places):
        return _write_newest_keys(storage, places).living


def renew_all_keys(storage: Storage) -> tuple[Reached, ...]:
    """In every folder that backups of this machine were ever made in."""
    reached = []
    for name in known_places(storage.folder):
        try:
            renew_keys(storage, Path(name))
        except (StoreUnavailable, KeyProblem) as problem:
            reached.append(Reached(Path(name), str(problem)))
        else:
            reached.append(Reached(Path(name), ""))
    return tuple(reached)
