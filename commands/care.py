"""Caring for the machine from its console: what the administrator's desk asks for, on the real folder and database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from atm_app.branch.care_ports import BackupMade, CareProblem, Finding, SettingField
from atm_app.config import Settings
from commands.settings_in_force import kept_values
from db.backup import back_up
from db.backup_list import ListedBackup, backups_of, listed_backup
from db.storage import Storage
from db.wrapped_keys import BackupProblem

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Care:
    """``config``: the file the settings are kept in. What needs the devices' libraries is imported when it is asked
    for: a console that opens to look at a customer need not wait for it."""

    storage: Storage
    settings_now: Settings
    config: Path

    def check_up(self) -> tuple[Finding, ...]:
        from commands.check_up import CheckUp

        return CheckUp(self.storage, self.settings_now).findings()

    def repair(self, name: str) -> str:
        from commands.check_up import CheckUp

        return CheckUp(self.storage, self.settings_now).repair(name)

    def export_for_support(self) -> str:
        from commands.support import export

        try:
            return str(export(self.storage, self.settings_now, self.check_up()))
        except OSError as error:
            raise CareProblem(f"The file could not be written: {error.strerror or error}.") from error

    def backups(self) -> tuple[BackupMade, ...]:
        return tuple(map(_told, backups_of(self.storage.folder)))

    def back_up(self, place: str, report: Callable[[str], None]) -> BackupMade:
        settings = self.settings_now
        if settings.database.hosts:
            raise CareProblem(f"The database is on {settings.database.told}: its administrator backs it up there.")
        if not place or not Path(place).expanduser().is_absolute():
            raise CareProblem("Name the folder of backups by its whole path, on another disk than the machine's own.")
        try:
            path, _ = back_up(
                self.storage, Path(place).expanduser(), settings.terminal, settings.currency, report
            )  # fmt: skip
        except BackupProblem as problem:
            raise CareProblem(f"No backup was made: {problem}.") from problem
        made = listed_backup(path)
        assert made is not None, "a backup that was made has a manifest"
        return _told(made)

    def settings(self) -> tuple[SettingField, ...]:
        from commands.settings_editor import SettingsEditor

        return SettingsEditor(self.config, kept_values(self.storage.folder, self.storage.vault)).fields()

    def save_settings(self, changes: Mapping[str, str]) -> str:
        from commands.settings_editor import SettingsEditor

        return SettingsEditor(self.config).save(changes)


def _told(backup: ListedBackup) -> BackupMade:
    return BackupMade(
        str(backup.path.parent), backup.path.name, backup.made_at, backup.customers, backup.rows,
        backup.bytes_kept / MEGABYTE,
    )  # fmt: skip
