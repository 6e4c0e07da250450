"""``main.py db backup`` and ``main.py db restore``: the private database and the terminal's journal, apart from the
master keys, which ``main.py keys backup`` keeps."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from atm_app.config import Settings
from commands.opened_storage import opened_storage
from db.backup import back_up, renew_keys
from db.folder import DataFolder
from db.restore import Restored
from db.restore import restore as put_back
from db.wrapped_keys import BackupProblem


def backup(folder: DataFolder, settings: Settings, places: Path, *, keys_only: bool, json_output: bool) -> int:
    """Exit code 0 when there is one backup more, tried out, or when the data keys of all of them are the newest.
    ``places``: the folder of backups."""
    _private(settings)
    with opened_storage(folder, settings) as storage:
        if keys_only:
            customers = renew_keys(storage, places)
            _tell(json_output, {"ok": True, "folder": str(places), "customers": customers},
                  f"The data keys of {customers} customers were written anew in {places}.")  # fmt: skip
            return 0
        made, manifest = back_up(storage, places, settings.terminal, settings.currency)
    _tell(
        json_output, {"ok": True, "backup": str(made.absolute()), **asdict(manifest)},
        f"{made}: {manifest.customers} customers, {sum(manifest.rows.values())} rows, tried out and whole.\n"
        "The master keys are not in it: main.py keys backup FILE.",
    )  # fmt: skip
    return 0


def restore(folder: DataFolder, settings: Settings, path: Path, *, replace: bool, json_output: bool) -> int:
    """Exit code 0 when the machine has the database of the backup now. ``path``: a backup or a folder of them."""
    _private(settings)
    try:
        done = put_back(folder, path, settings.terminal, settings.currency, replace=replace)
    except OSError as error:
        raise BackupProblem(f"the restore could not be done: {error.strerror or error}") from error
    answer = {
        "ok": True, "backup": str(done.backup.absolute()), "made_at": done.manifest.made_at,
        "customers": done.manifest.customers, "erased": done.erased, **asdict(done.reconciled),
        "aside": str(done.aside) if done.aside else None,
    }  # fmt: skip
    _tell(json_output, answer, _told(done))
    return 0


def _told(done: Restored) -> str:
    lines = [f"Restored: {done.backup}, made {done.manifest.made_at}. What happened since is not in the books."]
    if done.erased:
        lines.append(f"{done.erased} customers had been erased since, and were erased again.")
    if done.reconciled.suspended:
        lines.append(f"{done.reconciled.suspended} movements were under way and are suspended: staff settle them.")
    if done.reconciled.disputed:
        lines.append(f"{done.reconciled.disputed} movements came after the backup: main.py doctor, and the receipts.")
    if done.aside:
        lines.append(f"What was there lies in {done.aside}; delete it when nobody needs it: no erasure reaches it.")
    return "\n".join(lines)


def _private(settings: Settings) -> None:
    """Raises BackupProblem where the rows lie on a server of somebody else's keeping."""
    if settings.database.hosts:
        raise BackupProblem(
            f"the database is on {settings.database.told}: its administrator backs it up there (docs/backup.md)"
        )


def _tell(json_output: bool, answer: dict[str, object], text: str) -> None:
    if json_output:
        print(json.dumps(answer, indent=1))
    else:
        print(text, file=sys.stdout)
