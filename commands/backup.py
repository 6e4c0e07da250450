"""``main.py db backup`` and ``main.py db restore``: the private database and the terminal's journal, apart from the
master keys, which ``main.py keys backup`` keeps."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from atm_app.config import Settings
from commands.opened_storage import opened_storage
from db import restore as restores
from db.backup import back_up, renew_keys
from db.folder import DataFolder
from db.restore import Restored
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
    done = put_back(folder, settings, path, replace=replace)
    answer = {
        "ok": True, "backup": str(done.backup.absolute()), "made_at": done.manifest.made_at,
        "customers": done.manifest.customers, "erased": done.erased, **asdict(done.reconciled),
        "aside": str(done.aside) if done.aside else None,
    }  # fmt: skip
    _tell(json_output, answer, "\n".join(told(done)))
    return 0


def put_back(
    folder: DataFolder, settings: Settings, path: Path, *, replace: bool, signed: str = "",
    report: Callable[[str], None] = lambda _: None,
) -> Restored:  # fmt: skip
    """As ``db.restore.restore`` has it. Raises BackupProblem, KeyProblem, ServerProblem."""
    try:
        return restores.restore(
            folder, path, settings.terminal, settings.currency, replace=replace, signed=signed, report=report
        )  # fmt: skip
    except OSError as error:
        raise BackupProblem(f"the restore could not be done: {error.strerror or error}") from error


def told(done: Restored) -> tuple[str, ...]:
    """What a restore has done, in sentences: for a terminal as for the console's window."""
    made_at = datetime.fromisoformat(done.manifest.made_at)
    lines = [
        f"Restored: {done.backup}, made {made_at:%Y-%m-%d %H:%M:%S} UTC. What happened since is not in the books."
    ]  # fmt: skip
    if done.erased:
        lines.append(f"Customers who had been erased since and were erased again: {done.erased}.")
    if suspended := done.reconciled.suspended:
        lines.append(f"Movements that were under way and are suspended, for staff to settle: {suspended}.")
    if disputed := done.reconciled.disputed:
        lines.append(f"Movements after the backup, see main.py doctor and the receipts: {disputed}.")
    if done.aside:
        lines.append(f"What was there lies in {done.aside}; delete it when nobody needs it: no erasure reaches it.")
    return tuple(lines)


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
