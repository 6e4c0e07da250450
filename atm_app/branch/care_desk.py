"""The administrator's desk for the machine itself. Nothing here touches money, customers or keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from atm_app.branch.care_ports import BackupMade, Finding, MachineCare, SettingField
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession

# Of the names of changed settings, in the audit.
LONGEST_NOTE = 300


@dataclass(frozen=True)
class CareDesk:
    """Raises CareProblem: what could not be done, as a sentence."""

    permissions: Permissions
    care: MachineCare

    def check_up(self, session: StaffSession) -> tuple[Finding, ...]:
        with self.permissions.deed(session, Deed.CHECK_UP):
            return self.care.check_up()

    def repair(self, session: StaffSession, name: str) -> str:
        with self.permissions.deed(session, Deed.CHECK_UP, repair=name):
            return self.care.repair(name)

    def export_for_support(self, session: StaffSession) -> str:
        with self.permissions.deed(session, Deed.EXPORT_FOR_SUPPORT):
            return self.care.export_for_support()

    def backups(self, session: StaffSession) -> tuple[BackupMade, ...]:
        with self.permissions.deed(session, Deed.BACK_UP):
            return self.care.backups()

    def back_up(self, session: StaffSession, place: str, report: Callable[[str], None]) -> BackupMade:
        with self.permissions.deed(session, Deed.BACK_UP):
            return self.care.back_up(place, report)

    def settings(self, session: StaffSession) -> tuple[SettingField, ...]:
        with self.permissions.deed(session, Deed.CHANGE_SETTINGS):
            return self.care.settings()

    def save_settings(self, session: StaffSession, changes: Mapping[str, str]) -> str:
        """Which settings were changed stands in the audit, and no value of any."""
        names = ", ".join(changes)[:LONGEST_NOTE]
        with self.permissions.deed(session, Deed.CHANGE_SETTINGS, settings=names):
            return self.care.save_settings(changes)
