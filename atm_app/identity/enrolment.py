"""Enrolment: a live face, fingers and palms into templates in the database, for staff and demonstration alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from atm_app.identity.captures import Captures, EnrolmentProblem
from atm_app.identity.consents import CONSENT_VERSION, Consents, in_force
from atm_app.palm_ports import HandSide, PalmProgress
from atm_app.picture_ports import FingerPictures
from atm_app.ports import Cancellation, FaceProgress, FacePrompt, FingerPrompt
from atm_app.stores import Customers, Factor, Templates
from atm_app.trust.vault import Vault


class NoConsent(EnrolmentProblem):
    """The customer did not agree to it, or no longer does; nothing was captured or stored."""

    def __init__(self, kind: Factor) -> None:
        super().__init__(f"the customer has not agreed to keeping this: {kind.value}")
        self.kind = kind


@dataclass(frozen=True)
class Enrolment:
    """Blocking; the caller chooses the worker."""

    customers: Customers
    templates: Templates
    consents: Consents
    captures: Captures
    pictures: FingerPictures
    vault: Vault

    def consent(self, customer_id: int, kind: Factor) -> None:
        """The customer has read the text about this biometric and agrees. Raises StoreUnavailable."""
        self.consents.give(customer_id, kind, CONSENT_VERSION)

    def _refuse_without_consent(self, customer_id: int, kind: Factor) -> None:
        if kind not in {consent.kind for consent in in_force(self.consents.of(customer_id))}:
            raise NoConsent(kind)

    def face(
        self,
        customer_id: int,
        challenges: tuple[FacePrompt, ...],
        cancellation: Cancellation,
        report: Callable[[FaceProgress], None],
    ) -> float:
        """The quality stored. Raises what Captures.face raises, NoConsent, StoreUnavailable."""
        self._refuse_without_consent(customer_id, Factor.FACE)
        face = self.captures.face(challenges, cancellation, report, customer_id)
        self.templates.store_face(customer_id, face.template, face.quality)
        self.captures.gallery.put(customer_id, face.template)
        return face.quality

    def finger(
        self, customer_id: int, finger: str, cancellation: Cancellation, report: Callable[[FingerPrompt], None]
    ) -> None:
        """Raises what Captures.finger raises, NoConsent, StoreUnavailable."""
        self._refuse_without_consent(customer_id, Factor.FINGERPRINT)
        captured = self.captures.finger(finger, cancellation, report)
        self.templates.store_finger(customer_id, finger, captured.family, captured.template)

    def finger_picture(self, customer_id: int, finger: str, file: str) -> None:
        """Raises what FingerPictures.enrol raises, NoConsent, StoreUnavailable."""
        self._refuse_without_consent(customer_id, Factor.FINGERPRINT)
        self.templates.store_finger(customer_id, finger, self.pictures.family, self.pictures.enrol(file))

    def palm(
        self, customer_id: int, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> HandSide:  # fmt: skip
        """The hand that was enrolled. Raises what Captures.palm raises, NoConsent, StoreUnavailable."""
        self._refuse_without_consent(customer_id, Factor.PALM)
        palm = self.captures.palm(cancellation, report)
        side = HandSide(palm.position)
        self.templates.store_palm(customer_id, side, palm.template, palm.quality)
        return side

    def pin(self, customer_id: int, pin: str) -> None:
        customer = self.customers.get(customer_id)
        if customer is None:
            raise EnrolmentProblem("there is no such customer")
        self.customers.set_pin_hash(customer_id, self.vault.pin_hash(pin, customer.pseudonym))
