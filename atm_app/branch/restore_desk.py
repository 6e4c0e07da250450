"""The administrator's desk for restoring a backup. It takes two of them, and the second one signs exactly this
backup and what it costs the books."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atm_app.branch.care_ports import CareProblem
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_session import StaffSession
from atm_app.stores import AuditEvent, AuditLog, StoreUnavailable

DIGEST_DIGITS = 16
CHANGED = "The backup or the books have changed since it was signed. Look at it again."


@dataclass(frozen=True)
class RestorePlan:
    """A backup that can be restored. ``path``: its folder; ``made_at``: UTC; ``digest``: of its manifest, in
    hexadecimal. ``newer_…``: what the present books have that it does not know."""

    path: str
    name: str
    made_at: datetime
    digest: str
    customers: int
    newer_movements: int
    newer_customers: int
    newer_audit_rows: int

    def action(self, terminal: str) -> Action:
        """The audit grows with every look, so that its rows are shown and not signed."""
        return Action(
            Deed.RESTORE_BACKUP, terminal,
            (("backup", self.name), ("made", f"{self.made_at:%Y-%m-%d %H:%M:%S} UTC"),
             ("customers in it", self.customers), ("movements taken out of the books", self.newer_movements),
             ("customers no longer known", self.newer_customers), ("digest", self.digest[:DIGEST_DIGITS])),
        )  # fmt: skip


class BackupRestorer(Protocol):
    """All calls block and raise CareProblem and StoreUnavailable."""

    def look_at(self, path: str) -> RestorePlan:
        """``path``: a backup, or a folder of them for the newest. Nothing is changed."""
        ...

    def restore(self, plan: RestorePlan, report: Callable[[str], None]) -> tuple[str, ...]:
        """What was done, in sentences. The database is given up meanwhile and is another one afterwards: what was made
        on it is good for nothing then. ``report`` hears each step, on the thread that does it."""
        ...


@dataclass(frozen=True)
class RestoreDesk:
    """``audit``: of the database that is open, before and after."""

    permissions: Permissions
    restorer: BackupRestorer
    audit: AuditLog
    terminal: str

    def look_at(self, session: StaffSession, path: str) -> RestorePlan:
        with self.permissions.deed(session, Deed.BACK_UP):
            return self.restorer.look_at(path)

    def restore(
        self, session: StaffSession, plan: RestorePlan, approval: Approval, report: Callable[[str], None]
    ) -> tuple[str, ...]:  # fmt: skip
        """Who began it stands in the books that go; who did and who signed it in those that come."""
        action = plan.action(self.terminal)
        with self.permissions.deed_of_two(session, action, approval) as record:
            if self.restorer.look_at(plan.path).action(self.terminal) != action:
                raise CareProblem(CHANGED)
            told = self.restorer.restore(plan, report)
            record.subject = session.member.pseudonym
            signed = AuditEvent(
                "staff_second_person", "signed", session.token, record.approver, {"deed": action.deed.value}
            )  # fmt: skip
            with contextlib.suppress(StoreUnavailable):  # it is done, whether or not this can be told
                self.audit.write(signed)
            return told
