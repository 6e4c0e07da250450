"""A backup put back: built and looked at beside what is there, which it replaces in the last moment and whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from atm_app.stores import AuditEvent
from atm_app.trust.audit import RESTORED
from atm_app.trust.vault import KeyProblem, Vault
from db.backup import found_at, only_one, remember
from db.connection import DATABASE, Database
from db.dump import administrator
from db.folder import DataFolder
from db.hosts import Hosts, private_socket
from db.intents import IntentRows
from db.key_source import KeySource, read_again, source_of
from db.locks import alone, take
from db.manifest import HEADS, INTENTS, NAME, ROWS, Manifest, digest, read_manifest
from db.migrations import migration_files, version_of
from db.restored_intents import Reconciled, reconcile
from db.server import LINGER_SECONDS, STOP_SECONDS
from db.side_database import brought_to_life, found_in
from db.storage import STAFF_CHAIN, Storage
from db.swap import exchange, finish_restore
from db.wrapped_keys import BackupProblem, WrappedKeys, keys_of_folder

# A supervisor whose last client has gone goes itself after LINGER_SECONDS; then its server stops.
LEAVING_SECONDS = LINGER_SECONDS + 5.0


@dataclass(frozen=True)
class Restored:
    """``erased``: customers who had been erased since the backup, and were again. ``aside``: where what was there lies
    now; None when there was nothing."""

    backup: Path
    manifest: Manifest
    erased: int
    reconciled: Reconciled
    aside: Path | None


@dataclass(frozen=True)
class Restorable:
    """A backup that can be put back here, as far as its files tell. ``digest``: of its manifest, which names the
    digests of all others."""

    path: Path
    manifest: Manifest
    keys: WrappedKeys
    digest: str


def look_at(path: Path, terminal: str, source: KeySource) -> Restorable:
    """``path``: a backup, or a folder of them for the newest. Nothing is changed. Raises BackupProblem, KeyProblem."""
    try:
        vault = Vault(read_again(source))
    except KeyProblem as problem:
        raise KeyProblem(f"{problem} (main.py keys restore FILE)") from problem
    backup = found_at(path)
    manifest = read_manifest(backup, vault)
    _check(manifest, terminal)
    return Restorable(backup, manifest, _keys_for(backup, manifest, vault), digest(backup / NAME))


def restore(
    folder: DataFolder, path: Path, terminal: str, currency: str, *, replace: bool, signed: str = "",
    report: Callable[[str], None] = lambda _: None,
) -> Restored:  # fmt: skip
    """``path``: a backup, or a folder of them for the newest; ``signed``: its digest, where somebody signed it.
    ``report`` hears what is being done. Whatever goes wrong before the last moment leaves what was there as it was.
    Raises BackupProblem, KeyProblem, ServerProblem, OSError."""
    folder.prepare()
    finish_restore(folder)
    report("The present database is put to rest")
    with only_one(folder), _nobody_at(folder):
        if folder.has_database and not replace:
            raise BackupProblem(f"{folder.root} has a database; with --replace it is moved aside, not deleted")
        source = source_of(folder.key_file)
        report("The backup is looked at: manifest, files, data keys")
        found = look_at(path, terminal, source)
        if signed and found.digest != signed:
            raise BackupProblem(f"{found.path} is another backup than the one that was signed")
        aside = folder.root / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        try:
            erased, reconciled = _build(folder, found, source, currency, report)
            report("It takes the place of the present database")
            exchange(folder, aside.name)
        finally:
            if not folder.restore_marker.exists():
                shutil.rmtree(folder.restoring.root, ignore_errors=True)
    remember(folder, found.path.parent)
    return Restored(found.path, found.manifest, erased, reconciled, aside if aside.exists() else None)


def _check(manifest: Manifest, terminal: str) -> None:
    newest = version_of(migration_files()[-1])
    if manifest.schema > newest:
        raise BackupProblem(
            f"the backup is of a newer version (schema {manifest.schema:04}, this machine has {newest:04}); update "
            "this machine first"
        )
    if manifest.terminal != terminal:
        raise BackupProblem(
            f"the backup is of terminal {manifest.terminal}, this machine is {terminal}: set `terminal` in atm.toml"
        )


def _keys_for(backup: Path, manifest: Manifest, vault: Vault) -> WrappedKeys:
    keys = keys_of_folder(backup.parent, vault)
    if keys is None:
        raise BackupProblem(f"the data keys are missing beside {backup}: without them every customer is erased")
    if keys.written_at < manifest.keys_written_at:
        raise BackupProblem(f"the data keys beside {backup} are older than it is; an older copy was put there")
    return keys


def _build(
    folder: DataFolder, found: Restorable, source: KeySource, currency: str, report: Callable[[str], None]
) -> tuple[int, Reconciled]:
    """The restored database beside the one that is there, looked at and at rest."""
    backup, manifest = found.path, found.manifest
    place, own_journal = folder.restoring, folder.intents.exists()

    def furnish() -> None:
        if own_journal:
            journal = IntentRows(folder.intents)
            journal.copy_to(place.intents)
            journal.close()
        else:
            shutil.copyfile(backup / INTENTS, place.intents)
        shutil.copyfile(backup / HEADS, place.checkpoints)
        place.checkpoints.chmod(0o600)

    report("A second database is filled beside it")
    with brought_to_life(place, backup / ROWS, found.keys, source, manifest.terminal, currency, furnish) as storage:
        if storage.keys.rotating:
            storage.keys.index_anew()
        report("Books and the machine's own journal are brought together")
        erased = _erase_again(place, f"{manifest.terminal}/{STAFF_CHAIN}")
        made_at = datetime.fromisoformat(manifest.made_at)
        reconciled = reconcile(storage, manifest.terminal, made_at, own_journal=own_journal)
        told: dict[str, str | int | float] = {
            "backup": backup.name, "erased": erased, "suspended": reconciled.suspended,
            "disputed": reconciled.disputed,
        }  # fmt: skip
        for chain in (storage.audit, storage.staff_audit):
            chain.write(AuditEvent(RESTORED, "done", details=told))
            chain.seal()
        report("Every audit chain and the trial balance are verified")
        _verify(storage, backup, manifest)
    return erased, reconciled


def _erase_again(place: DataFolder, chain: str) -> int:
    database = Database(lambda _: administrator(place, DATABASE), Hosts([private_socket(place)]))
    try:
        return int(database.once("erase_restored", chain=chain)["erased"])
    finally:
        database.close()


def _verify(storage: Storage, backup: Path, manifest: Manifest) -> None:
    found = found_in(storage, backup / HEADS)
    fewer = [name for name, count in manifest.rows.items() if found.rows.get(name, count) < count]
    if fewer:
        raise BackupProblem(f"rows are missing after the restore, in {', '.join(fewer)}; nothing was changed")
    if not (found.balanced and found.audit.ok):
        problems = "; ".join(found.audit.problems[:3]) or f"the trial balance is {found.trial_balance}"
        raise BackupProblem(f"the restored database is not whole, nothing was changed: {problems}")


@contextlib.contextmanager
def _nobody_at(folder: DataFolder) -> Iterator[None]:
    """Nobody uses the database, and nobody begins to. Raises BackupProblem."""
    with alone(folder.kiosk_lock) as no_kiosk:
        if not no_kiosk:
            raise BackupProblem(f"a kiosk is running on {folder.root}; stop it first")
        descriptor = _taken_in_time(folder)
        if descriptor is None:
            raise BackupProblem(f"the database of {folder.root} is in use by another command; wait for it")
        try:
            yield
        finally:
            os.close(descriptor)


def _taken_in_time(folder: DataFolder) -> int | None:
    """A supervisor that has shut its door is waited for as long as its server may take."""
    begun = time.monotonic()
    while (descriptor := take(folder.database_lock)) is None:
        patience = LEAVING_SECONDS + (0.0 if folder.control_socket.exists() else STOP_SECONDS)
        if time.monotonic() > begun + patience:
            return None
        time.sleep(0.05)  # between two looks: to ask the supervisor itself would keep it
    return descriptor
