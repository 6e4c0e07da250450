"""The one gate before every deed: refused, with an audit row, before anything is touched."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from atm_app.branch.roles import RIGHTS, Deed
from atm_app.branch.signed_action import Action, Approval, Approvals
from atm_app.branch.staff_ports import StaffAccounts
from atm_app.branch.staff_session import StaffSession
from atm_app.ports import Random, TimeSource
from atm_app.stores import AuditEvent, AuditLog, RequestRefused, StoreUnavailable

REQUEST_BYTES = 16


class Refusal(StrEnum):
    """Why a deed is not done. ``LOCKED``: the password is wanted again; ``NOT_SET_UP``: password or authenticator are
    not the person's own yet."""

    ROLE = "role"
    NOT_SET_UP = "not_set_up"
    LOCKED = "locked"
    ENDED = "ended"
    NOT_APPROVED = "not_approved"
    SAME_PERSON = "same_person"


class NotAllowed(Exception):
    """Nothing was done."""

    def __init__(self, deed: Deed, refusal: Refusal) -> None:
        super().__init__(f"{deed}: {refusal}")
        self.deed = deed
        self.refusal = refusal


@dataclass
class DeedRecord:
    """What the audit is told once a deed is done. ``subject``: the pseudonym of whom it was about. ``approver``: of who
    signed it."""

    subject: bytes = b""
    approver: bytes = b""


class Permissions:
    """``idle_seconds``: after which the password is wanted again. Raises StoreUnavailable throughout."""

    def __init__(
        self,
        staff: StaffAccounts,
        approvals: Approvals,
        audit: AuditLog,
        clock: TimeSource,
        random: Random,
        idle_seconds: float,
    ) -> None:
        self._staff = staff
        self._approvals = approvals
        self._audit = audit
        self._clock = clock
        self._random = random
        self._idle_seconds = idle_seconds

    @contextlib.contextmanager
    def deed(self, session: StaffSession, deed: Deed, **details: str | int) -> Iterator[DeedRecord]:
        """Around what is done; ``details``: figures and words of ours for the audit. Raises NotAllowed."""
        self.check(session, deed)
        if RIGHTS[deed].takes_two:
            raise self.refused(session, deed, Refusal.NOT_APPROVED)
        with self._recorded(session, deed, details) as record:
            yield record

    @contextlib.contextmanager
    def deed_of_two(
        self, session: StaffSession, action: Action, approval: Approval, request_id: bytes | None = None
    ) -> Iterator[DeedRecord]:
        """As ``deed``, with what a second person signed. ``request_id``: as ``Approvals.use`` has it, for a deed whose
        repeat the database knows as one; without it even a repeat needs a signature of its own."""
        self.check(session, action.deed)
        request_id = request_id or self._random.token_bytes(REQUEST_BYTES)
        approver = self._approvals.use(action, session.member, approval, request_id)
        if not approver:
            raise self.refused(session, action.deed, Refusal.NOT_APPROVED)
        with self._recorded(session, action.deed, {"approval": approval.approval_id}) as record:
            record.approver = approver
            yield record

    def is_open(self, session: StaffSession) -> bool:
        """Whether the screen may still show what it shows; looking is no activity."""
        return not (session.ended or session.locked or session.idle(self._clock.monotonic(), self._idle_seconds))

    def touched(self, session: StaffSession) -> None:
        """Somebody types or moves something: they are still there."""
        session.touch(self._clock.monotonic(), self._idle_seconds)

    def check(self, session: StaffSession, deed: Deed) -> None:
        """The account is looked up each time: a role that was taken away is gone at once. Raises NotAllowed."""
        self.touched(session)
        self._allowed(session, deed)

    def check_untouched(self, session: StaffSession, deed: Deed) -> None:
        """As ``check``, for what the screen does by itself: it keeps no session open. Raises NotAllowed."""
        if not session.ended and not self.is_open(session):
            session.locked = True
        self._allowed(session, deed)

    def _allowed(self, session: StaffSession, deed: Deed) -> None:
        member = None if session.ended else self._staff.get(session.member.staff_id)
        if member is None or member.disabled:
            session.end()
            raise self.refused(session, deed, Refusal.ENDED)
        session.member = member
        right = RIGHTS[deed]
        if session.locked:
            raise self.refused(session, deed, Refusal.LOCKED)
        if not member.ready and not right.of_newcomers:
            raise self.refused(session, deed, Refusal.NOT_SET_UP)
        if member.role not in right.roles:
            raise self.refused(session, deed, Refusal.ROLE)

    def refused(self, session: StaffSession, deed: Deed, refusal: Refusal) -> NotAllowed:
        """To be raised; the audit knows of it already."""
        self._note(session, "staff_refused", refusal.value, session.member.pseudonym, deed)
        return NotAllowed(deed, refusal)

    @contextlib.contextmanager
    def _recorded(
        self, session: StaffSession, deed: Deed, details: dict[str, str | int]
    ) -> Iterator[DeedRecord]:  # fmt: skip
        """One row before, so that nothing is done by nobody, and one after. The first is about who does it, the second
        about whom it was done to."""
        record = DeedRecord()
        self._note(session, "staff_deed", "begun", session.member.pseudonym, deed, **details)
        try:
            yield record
        except Exception as error:
            reason = error.reason if isinstance(error, RequestRefused) else type(error).__name__
            with contextlib.suppress(StoreUnavailable):
                self._note(session, "staff_deed", "failed", record.subject, deed, reason=reason)
            raise
        self._note(session, "staff_deed", "done", record.subject, deed)

    def _note(
        self, session: StaffSession, event: str, outcome: str, subject: bytes, deed: Deed, **details: str | int
    ) -> None:
        told = {"deed": deed.value, "role": session.member.role.value, **details}
        self._audit.write(AuditEvent(event, outcome, session.token, subject, told))
        self.seal()

    def seal(self) -> None:
        """Chain what was written, by procedures too. What the database does not answer now is sealed with the next
        row."""
        with contextlib.suppress(StoreUnavailable):
            self._audit.seal()
