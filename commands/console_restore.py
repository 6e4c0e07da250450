"""Restoring a backup from the console: what the administrator's desk asks for, on the real folder and database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from atm_app.branch.care_ports import CareProblem
from atm_app.branch.restore_desk import RestorePlan
from atm_app.config import Settings
from atm_app.stores import StoreUnavailable
from atm_app.trust.vault import KeyProblem
from commands.backup import put_back, told
from commands.console_storage import ConsoleStorage
from db.backup_list import written_since
from db.folder import FolderProblem
from db.key_source import source_of
from db.locks import alone
from db.manifest import ROWS
from db.restore import look_at
from db.side_database import refuse_without_room
from db.storage import Storage

NO_PATH = "Mark a backup in the list, or type its folder by its whole path."
MACHINE_RUNS = (
    "The machine is running. Stop it first: systemctl --user stop atm-kiosk as its account, or close its window where "
    "somebody started it by hand. Start it again afterwards."
)
NOT_FROM_HERE = "A backup is restored in the window of main.py staff, or by main.py db restore."
FINISHED_LATE = (
    "The last step was cut short ({}) and was finished then: the books are the backup's now. What was there lies in "
    "before-restore-… of the data folder."
)


@dataclass(frozen=True)
class ConsoleRestore:
    """``storage``: the one that is open; ``kept``: who gives it up, None for a console that cannot."""

    storage: Storage
    settings: Settings
    kept: ConsoleStorage | None

    def look_at(self, path: str) -> RestorePlan:
        settings, folder = self.settings, self.storage.folder
        if settings.database.hosts:
            raise CareProblem(f"The database is on {settings.database.told}: its administrator restores it there.")
        if not path or not Path(path).expanduser().is_absolute():
            raise CareProblem(NO_PATH)
        with alone(folder.kiosk_lock) as nobody_is_there:
            if not nobody_is_there:
                raise CareProblem(MACHINE_RUNS)
        try:
            found = look_at(Path(path).expanduser(), settings.terminal, source_of(folder.key_file))
            refuse_without_room(folder.restoring, found.path / ROWS)
        except (StoreUnavailable, KeyProblem, OSError) as problem:
            raise CareProblem(f"This backup cannot be restored: {problem}.") from problem
        made_at = datetime.fromisoformat(found.manifest.made_at)
        newer = written_since(self.storage.staff, made_at)
        return RestorePlan(
            str(found.path), found.path.name, made_at, found.digest, found.manifest.customers, newer.movements,
            newer.customers, newer.audit_rows,
        )  # fmt: skip

    def restore(self, plan: RestorePlan, report: Callable[[str], None]) -> tuple[str, ...]:
        if self.kept is None:
            raise CareProblem(NOT_FROM_HERE)
        folder, takes_its_place = self.storage.folder, False
        try:
            with self.kept.given_up():
                try:
                    return told(put_back(
                        folder, self.settings, Path(plan.path), replace=True, signed=plan.digest, report=report
                    ))  # fmt: skip
                finally:
                    takes_its_place = folder.restore_marker.exists()
                    report("The database is opened")
        except (StoreUnavailable, KeyProblem, FolderProblem) as problem:
            if takes_its_place:
                return (FINISHED_LATE.format(problem),)
            raise CareProblem(f"Everything is as it was: {problem}.") from problem
