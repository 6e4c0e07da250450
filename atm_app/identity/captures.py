"""Bodies into templates: a live face, fingers and palms as they are captured to be kept. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from atm_app.config import FaceSettings
from atm_app.palm_ports import HandSide, PalmCamera, PalmMatcher, PalmProgress
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
from atm_app.stores import Factor

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
class CapturedTemplate:
    """``position``: which finger or hand; ``family``: of a finger's template. Both empty for a face. ``quality``: 0 to
    1."""

    kind: Factor
    template: bytes
    quality: float = 1.0
    position: str = ""
    family: str = ""


def kept_face(
    matcher: FaceMatcher, gallery: FaceGallery, settings: FaceSettings, samples: Sequence[bytes], quality: float,
    customer_id: int | None = None,
) -> CapturedTemplate:  # fmt: skip
    """What is kept of a face, however it was seen: of one person, and of nobody else who is enrolled, by the threshold
    a customer is found by among all. Raises EnrolmentProblem (FaceEnrolledAlready)."""
    template = matcher.template(samples)
    if matcher.distance(template, samples) > LARGEST_SPREAD:
        raise EnrolmentProblem("the pictures of this face differ too much from each other")
    for candidate in gallery.nearest(samples, 2):
        if candidate.customer_id != customer_id and candidate.distance <= settings.identify_distance:
            raise FaceEnrolledAlready(candidate.customer_id, candidate.distance)
    return CapturedTemplate(Factor.FACE, template, quality)


@dataclass(frozen=True)
class Captures:
    """Blocking; the caller chooses the worker. ``patience`` in seconds."""

    camera: FaceCamera
    matcher: FaceMatcher
    gallery: FaceGallery
    sensor: FingerprintSensor
    palms: PalmCamera
    palm_matcher: PalmMatcher
    face_settings: FaceSettings
    patience: float = 30.0

    def face(
        self,
        challenges: tuple[FacePrompt, ...],
        cancellation: Cancellation,
        report: Callable[[FaceProgress], None],
        customer_id: int | None = None,
    ) -> CapturedTemplate:
        """``customer_id``: whose face it may be already. Raises what FaceCamera.capture raises, EnrolmentProblem
        (FaceEnrolledAlready)."""
        request = FaceRequest(FacePurpose.ENROL, challenges, STRAIGHT_SAMPLES, self.patience, poses=ENROLMENT_POSES)
        capture = self.camera.capture(request, cancellation, report)
        return kept_face(self.matcher, self.gallery, self.face_settings, capture.samples, capture.quality, customer_id)

    def finger(
        self, finger: str, cancellation: Cancellation, report: Callable[[FingerPrompt], None]
    ) -> CapturedTemplate:  # fmt: skip
        """Raises what FingerprintSensor.enrol raises."""
        template = self.sensor.enrol(FINGER_CAPTURES, self.patience, cancellation, report)
        return CapturedTemplate(Factor.FINGERPRINT, template, position=finger, family=self.sensor.family)

    def palm(self, cancellation: Cancellation, report: Callable[[PalmProgress], None]) -> CapturedTemplate:
        """Of the hand that the picture tells. Raises what PalmCamera.capture raises, EnrolmentProblem."""
        capture = self.palms.capture(PALM_SAMPLES, self.patience, cancellation, report)
        if capture.vetoed:
            raise EnrolmentProblem("an attack detection took it for no living hand")
        if capture.side is HandSide.UNKNOWN:
            raise EnrolmentProblem("left or right hand: the thumb was not seen")
        template = self.palm_matcher.template(capture.samples)
        return CapturedTemplate(Factor.PALM, template, capture.quality, capture.side.value)
