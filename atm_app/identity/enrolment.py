"""Enrolment: a live face, fingers and palms into templates in the database, for staff and demonstration alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from atm_app.config import FaceSettings
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
from atm_app.stores import Customers, Templates
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

    def face(
        self,
        customer_id: int,
        challenges: tuple[FacePrompt, ...],
        cancellation: Cancellation,
        report: Callable[[FaceProgress], None],
    ) -> float:
        """The quality stored. Raises what FaceCamera.capture raises, EnrolmentProblem (FaceEnrolledAlready),
        StoreUnavailable.
        """
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
        """Raises what FingerprintSensor.enrol raises, StoreUnavailable."""
        template = self.sensor.enrol(FINGER_CAPTURES, self.patience, cancellation, report)
        self.templates.store_finger(customer_id, finger, self.sensor.family, template)

    def finger_picture(self, customer_id: int, finger: str, file: str) -> None:
        """Raises what FingerPictures.enrol raises, StoreUnavailable."""
        self.templates.store_finger(customer_id, finger, self.pictures.family, self.pictures.enrol(file))

    def palm(
        self, customer_id: int, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> HandSide:  # fmt: skip
        """The hand that was enrolled, which the picture tells. Raises what PalmCamera.capture raises,
        EnrolmentProblem, StoreUnavailable."""
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
