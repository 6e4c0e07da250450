"""Enrolling and re-enrolling at the branch: what ``identity/enrolment.py`` does, for whoever may."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.identity.enrolment import Enrolment
from atm_app.palm_ports import HandSide, PalmProgress
from atm_app.ports import Cancellation, FaceProgress, FacePrompt, FingerPrompt
from atm_app.stores import Customers, Factor, RequestRefused


@dataclass(frozen=True)
class EnrolmentDesk:
    """Blocking; the caller chooses the worker. ``number``: the customer's. Raises NotAllowed, RequestRefused
    (no_such_customer) and what ``Enrolment`` raises."""

    permissions: Permissions
    customers: Customers
    enrolment: Enrolment

    @contextlib.contextmanager
    def _enrolling(self, session: StaffSession, number: str, what: Factor) -> Iterator[int]:
        with self.permissions.deed(session, Deed.ENROL_CUSTOMER, what=what.value) as record:
            customer = self.customers.find(number)
            if customer is None:
                raise RequestRefused("no_such_customer")
            record.subject = customer.pseudonym
            yield customer.customer_id

    def consent(self, session: StaffSession, number: str, kind: Factor) -> None:
        with self._enrolling(session, number, kind) as customer:
            self.enrolment.consent(customer, kind)

    def face(
        self,
        session: StaffSession,
        number: str,
        challenges: tuple[FacePrompt, ...],
        cancellation: Cancellation,
        report: Callable[[FaceProgress], None],
    ) -> float:
        """The quality stored."""
        with self._enrolling(session, number, Factor.FACE) as customer:
            return self.enrolment.face(customer, challenges, cancellation, report)

    def finger(
        self,
        session: StaffSession,
        number: str,
        finger: str,
        cancellation: Cancellation,
        report: Callable[[FingerPrompt], None],
    ) -> None:
        with self._enrolling(session, number, Factor.FINGERPRINT) as customer:
            self.enrolment.finger(customer, finger, cancellation, report)

    def finger_picture(self, session: StaffSession, number: str, finger: str, file: str) -> None:
        with self._enrolling(session, number, Factor.FINGERPRINT) as customer:
            self.enrolment.finger_picture(customer, finger, file)

    def palm(
        self,
        session: StaffSession,
        number: str,
        cancellation: Cancellation,
        report: Callable[[PalmProgress], None],
    ) -> HandSide:
        with self._enrolling(session, number, Factor.PALM) as customer:
            return self.enrolment.palm(customer, cancellation, report)

    def pin(self, session: StaffSession, number: str, pin: str) -> None:
        with self._enrolling(session, number, Factor.PIN) as customer:
            self.enrolment.pin(customer, pin)
