"""Watching all terminals of the fleet: a page of them at a time, looked at again every few seconds."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.branch.branch_ports import MOST_ROWS
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.stores import RequestRefused
from atm_app.watch.fleet import FleetPage, FleetQuery, FleetRecords


@dataclass(frozen=True)
class FleetDesk:
    """Raises RequestRefused: too_many, for more than MOST_ROWS at once."""

    permissions: Permissions
    records: FleetRecords

    def open(self, session: StaffSession, query: FleetQuery) -> FleetPage:
        """What somebody asked for: a deed like any other."""
        with self.permissions.deed(session, Deed.WATCH_FLEET):
            return self._page(query)

    def look_again(self, session: StaffSession, query: FleetQuery) -> FleetPage:
        """By itself: neither a deed in the audit nor a sign that somebody is there, as at ``NowDesk``."""
        self.permissions.check_untouched(session, Deed.WATCH_FLEET)
        return self._page(query)

    def _page(self, query: FleetQuery) -> FleetPage:
        if not 1 <= query.count <= MOST_ROWS:
            raise RequestRefused("too_many")
        return self.records.page(query)
