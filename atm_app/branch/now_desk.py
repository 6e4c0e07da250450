"""Watching the machine: how it is at this moment, looked at again every few seconds."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.branch.now_ports import MachineNow, MachineRecords
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession


@dataclass(frozen=True)
class NowDesk:
    permissions: Permissions
    records: MachineRecords

    def open(self, session: StaffSession) -> MachineNow:
        """The first look: a deed like any other."""
        with self.permissions.deed(session, Deed.WATCH_MACHINE):
            return self.records.now()

    def look_again(self, session: StaffSession) -> MachineNow:
        """By itself, every few seconds: neither a deed in the audit, which would be full of it, nor a sign that
        somebody is there. Who may not is refused as ever."""
        self.permissions.check_untouched(session, Deed.WATCH_MACHINE)
        return self.records.now()
