"""The auditor's desk: what everybody did, and every movement. Nothing is changed here, and no customer is named."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.branch.branch_ports import MOST_ROWS, AuditQuery, JournalLine, JournalQuery, Records
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.stores import RequestRefused
from atm_app.trust.audit import AuditRow


@dataclass(frozen=True)
class WatchDesk:
    """Raises RequestRefused: too_many, for more than MOST_ROWS at once."""

    permissions: Permissions
    records: Records

    def audit(self, session: StaffSession, query: AuditQuery) -> tuple[AuditRow, ...]:
        with self.permissions.deed(session, Deed.READ_AUDIT):
            _check(query)
            return self.records.audit(query)

    def journal(self, session: StaffSession, query: JournalQuery) -> tuple[JournalLine, ...]:
        with self.permissions.deed(session, Deed.READ_JOURNAL):
            _check(query)
            return self.records.journal(query)


def _check(query: AuditQuery | JournalQuery) -> None:
    if not 1 <= query.count <= MOST_ROWS:
        raise RequestRefused("too_many")
