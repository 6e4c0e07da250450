"""Enrolment: a live face, fingers and palms into templates in the database, for staff and demonstration alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from atm_app.config import FaceSettings
from atm_app.identity.consents import CONSENT_VERSION, Consents, in_force
from atm_app.palm_ports import HandSide, PalmCamera, PalmMatcher, PalmProgress
from atm_app.picture_ports import FingerPictures
from atm_app.ports import (
    Cancellation,
    FaceCamera,
    FaceGallery,
    FaceMatcher,
    FaceProgress,
    FacePrompt,
    FacePurpose,
    FaceRequest,
    FingerprintSensor,
    FingerPrompt,
)
from atm_app.stores import Customers, Factor, Templates
from atm_app.trust.vault import Vault

# The more frames the steadier the mean template; on 205 people five gave half the errors of three. These are taken
# while the customer looks straight at the camera, the first of five poses; each of the others adds two.
STRAIGHT_SAMPLES = 3
ENROLMENT_POSES = (
    FacePrompt.LEFT_A_LITTLE, FacePrompt.RIGHT_A_LITTLE, FacePrompt.NEARER, FacePrompt.FARTHER,
)  # fmt: skip
FINGER_CAPTURES = 2
PALM_SAMPLES = 5
# A mean template whose own samples lie further away than this was not of one steady face.
LARGEST_SPREAD = 0.40


class EnrolmentProblem(Exception):
    """The captures are too poor to be kept; nothing was stored."""


class NoConsent(EnrolmentProblem):
    """The customer did not agree to it, or no longer does; nothing was captured or stored."""

    def __init__(self, kind: Factor) -> None:
        super().__init__(f"the customer has not agreed to keeping this: {kind.value}")
        self.kind = kind


class FaceEnrolledAlready(EnrolmentProblem):
    """The face is another customer's, who is told to staff alone; nothing was stored."""

    def __init__(self, customer_id: int, distance: float) -> None:
        super().__init__(f"this face is enrolled already, as customer {customer_id}")
        self.customer_id = customer_id
        self.distance = distance


@dataclass(frozen=True)
class Enrolment:
    """Blocking; the caller chooses the worker. ``patience`` in seconds."""

    customers: Customers
    templates: Templates
    consents: Consents
    camera: FaceCamera
    matcher: FaceMatcher
    gallery: FaceGallery
    sensor: FingerprintSensor
    pictures: FingerPictures
    palms: PalmCamera
    palm_matcher: PalmMatcher
    vault: Vault
    face_settings: FaceSettings
    patience: float = 30.0

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
        """The quality stored. Raises what FaceCamera.capture raises, EnrolmentProblem (NoConsent,
        FaceEnrolledAlready), StoreUnavailable.
        """
        self._refuse_without_consent(customer_id, Factor.FACE)
        request = FaceRequest(FacePurpose.ENROL, challenges, STRAIGHT_SAMPLES, self.patience, poses=ENROLMENT_POSES)
        capture = self.camera.capture(request, cancellation, report)
        template = self.matcher.template(capture.samples)
        if self.matcher.distance(template, capture.samples) > LARGEST_SPREAD:
            raise EnrolmentProblem("the frames of this face differ too much from each other")
        self._refuse_another(customer_id, capture.samples)
        self.templates.store_face(customer_id, template, capture.quality)
        self.gallery.put(customer_id, template)
        return capture.quality

    def _refuse_another(self, customer_id: int, samples: Sequence[bytes]) -> None:
        """Nobody is enrolled twice: the same threshold by which a customer is found among all."""
        for candidate in self.gallery.nearest(samples, 2):
            if candidate.customer_id != customer_id and candidate.distance <= self.face_settings.identify_distance:
                raise FaceEnrolledAlready(candidate.customer_id, candidate.distance)

    def finger(
        self, customer_id: int, finger: str, cancellation: Cancellation, report: Callable[[FingerPrompt], None]
    ) -> None:
        """Raises what FingerprintSensor.enrol raises, NoConsent, StoreUnavailable."""
        self._refuse_without_consent(customer_id, Factor.FINGERPRINT)
        template = self.sensor.enrol(FINGER_CAPTURES, self.patience, cancellation, report)
        self.templates.store_finger(customer_id, finger, self.sensor.family, template)

    def finger_picture(self, customer_id: int, finger: str, file: str) -> None:
        """Raises what FingerPictures.enrol raises, NoConsent, StoreUnavailable."""
        self._refuse_without_consent(customer_id, Factor.FINGERPRINT)
        self.templates.store_finger(customer_id, finger, self.pictures.family, self.pictures.enrol(file))

    def palm(
        self, customer_id: int, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> HandSide:  # fmt: skip
        """The hand that was enrolled, which the picture tells. Raises what PalmCamera.capture raises,
        EnrolmentProblem (NoConsent), StoreUnavailable."""
        self._refuse_without_consent(customer_id, Factor.PALM)
        capture = self.palms.capture(PALM_SAMPLES, self.patience, cancellation, report)
        if capture.vetoed:
            raise EnrolmentProblem("an attack detection took it for no living hand")
        if capture.side is HandSide.UNKNOWN:
            raise EnrolmentProblem("left or right hand: the thumb was not seen")
        template = self.palm_matcher.template(capture.samples)
        self.templates.store_palm(customer_id, capture.side, template, capture.quality)
        return capture.side

    def pin(self, customer_id: int, pin: str) -> None:
        customer = self.customers.get(customer_id)
        if customer is None:
            raise EnrolmentProblem("there is no such customer")
        self.customers.set_pin_hash(customer_id, self.vault.pin_hash(pin, customer.pseudonym))
