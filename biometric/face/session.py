"""One customer before the camera, frame by frame: models, quality and liveness put together. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from atm_app.ports import (
    Box,
    FaceAdvice,
    FaceCapture,
    FaceNotCaptured,
    FaceProgress,
    FacePrompt,
    FaceRefusal,
    FaceRequest,
    ScreenColour,
)
from biometric.face import quality
from biometric.face.continuity import FaceTrack, same_face
from biometric.face.engine import Embedding, Points
from biometric.face.flash import FlashCheck
from biometric.face.geometry import FaceFigures, eye_span, figures
from biometric.face.liveness import LivenessCheck, Observation
from biometric.face.passive import PassiveCues
from biometric.face.pose_guide import PoseGuide, Rest
from biometric.frames import Pixels

ALMOST_DONE = 0.99
# What an enrolment's proof of life is of its whole, for the ring that shows how far it is.
PROOF_SHARE = 0.4
# For all poses together; whoever cannot hold one in this time is told so.
POSES_SECONDS = 60.0


class Engine(Protocol):
    """What a session needs from the models; ``engine.FaceEngine`` is it."""

    def detect(self, frame: Pixels) -> list[Box]: ...
    def points(self, frame: Pixels, box: Box) -> Points: ...
    def embed(self, frame: Pixels, box: Box) -> Embedding: ...


@dataclass(frozen=True)
class _Seen:
    """``face`` and ``eye_span`` (pixels) where a face can be measured; ``quality``: the picture's, 0..1."""

    advice: FaceAdvice
    face: FaceFigures | None = None
    eye_span: float = 0.0
    quality: float = 0.0


class FaceSession:
    """Fed with frames in order until it returns a capture. ``neutral_gap`` draws the pauses before challenges."""

    def __init__(self, request: FaceRequest, engine: Engine, neutral_gap: Callable[[], float]) -> None:
        self._engine = engine
        self._liveness = LivenessCheck(request, neutral_gap)
        self._flash = FlashCheck(request.flash)
        self._track = FaceTrack()
        self._cues = PassiveCues()
        self._poses = request.poses
        self._guide: PoseGuide | None = None
        self._guided_since = 0.0
        self._samples: list[Embedding] = []
        self._began: float | None = None
        self._qualities: list[float] = []

    def look(self, frame: Pixels, at: float) -> tuple[FaceProgress, FaceCapture | None]:
        """``frame``: (480, 640, 3) uint8 RGB; ``at``: its time in seconds.

        Raises FaceNotCaptured when the session ends without a live face.
        """
        if self._began is None:
            self._began = at
        boxes = self._engine.detect(frame)
        if not self._liveness.finished:
            return self._look_at_answers(frame, boxes, at)
        if not self._flash.finished:
            return self._look_at_flash(frame, boxes, at)
        return self._look_at_poses(frame, boxes, at)

    def _look_at_answers(
        self, frame: Pixels, boxes: list[Box], at: float
    ) -> tuple[FaceProgress, FaceCapture | None]:  # fmt: skip
        seen = self._judge(frame, boxes)
        box = boxes[0] if boxes else None
        try:
            step = self._liveness.observe(Observation(at, seen.advice, box, seen.face))
            if step.wants_sample and box is not None:
                self._liveness.add_sample(self._engine.embed(frame, box), at)
                self._qualities.append(seen.quality)
                self._cues.look(frame, box)
        except FaceNotCaptured as refused:
            raise FaceNotCaptured(refused.refusal, self.evidence()) from refused
        if self._liveness.finished:
            assert seen.face is not None, "the last answer was seen"
            self._track.follow(box, at)
            self._guide = PoseGuide(self._poses, Rest(self._liveness.nose_at_rest, seen.eye_span))
            if not self._flash.finished:
                return FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, ALMOST_DONE, box, at, self._flash.wanted), None
            return self._after_proof(FaceProgress(FacePrompt.DONE, FaceAdvice.NONE, 1.0, box, at))
        share = PROOF_SHARE if self._poses else 1.0
        return FaceProgress(step.prompt, step.advice, step.fraction * share, box, at), None

    def _after_proof(self, progress: FaceProgress) -> tuple[FaceProgress, FaceCapture | None]:
        """The face lives: done, unless it is to be enrolled in several poses."""
        assert self._guide is not None, "the guide is made with the last answer"
        if self._guide.finished:
            return progress, self._capture(progress.at)
        self._guided_since = progress.at
        return FaceProgress(self._guide.prompt, FaceAdvice.NONE, PROOF_SHARE, progress.box, progress.at), None

    def _look_at_poses(
        self, frame: Pixels, boxes: list[Box], at: float
    ) -> tuple[FaceProgress, FaceCapture | None]:  # fmt: skip
        """One pose after another, and the same face in all of them."""
        guide = self._guide
        assert guide is not None, "the guide is made with the last answer"
        seen = self._judge(frame, boxes)
        box = boxes[0] if boxes else None
        if not self._track.follow(box, at, turning=True):
            raise FaceNotCaptured(FaceRefusal.FACE_CHANGED, self.evidence())
        if at - self._guided_since > POSES_SECONDS:
            raise FaceNotCaptured(FaceRefusal.POOR_PICTURE, self.evidence())
        guide.observe(at, seen.advice, seen.face, seen.eye_span)
        if guide.wants_sample and box is not None:
            sample = self._engine.embed(frame, box)
            if not same_face(self._liveness.samples, sample):
                raise FaceNotCaptured(FaceRefusal.FACE_CHANGED, self.evidence())
            self._samples.append(sample)
            self._qualities.append(seen.quality)
            guide.taken(at)
        if guide.finished:
            return FaceProgress(FacePrompt.DONE, FaceAdvice.NONE, 1.0, box, at), self._capture(at)
        fraction = PROOF_SHARE + (1 - PROOF_SHARE) * guide.fraction
        return FaceProgress(guide.prompt, seen.advice, min(ALMOST_DONE, fraction), box, at), None

    def lit(self, colour: ScreenColour | None, at: float) -> None:
        """The screen gives this light since ``at`` (frame time)."""
        self._flash.lit(colour, at)

    def evidence(self) -> dict[str, float]:
        """All figures so far, for the audit."""
        return {**self._liveness.evidence(), **self._flash.evidence(), **self._cues.evidence()}

    def _look_at_flash(
        self, frame: Pixels, boxes: list[Box], at: float
    ) -> tuple[FaceProgress, FaceCapture | None]:  # fmt: skip
        """The face has answered everything; now the screen lights it. It must stay the same face to the end."""
        box = boxes[0] if boxes else None
        if not self._track.follow(box, at):
            raise FaceNotCaptured(FaceRefusal.FACE_CHANGED, self.evidence())
        if box is not None:
            self._flash.look(frame, box, at)
        elif self._flash.is_overdue(at):
            raise FaceNotCaptured(FaceRefusal.NOBODY, self.evidence())
        progress = FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, ALMOST_DONE, box, at, self._flash.wanted)
        if not self._flash.finished or box is None:
            return progress, None
        if not self._flash.follows:
            raise FaceNotCaptured(FaceRefusal.NOT_LIVE, self.evidence())
        if not same_face(self._liveness.samples, self._engine.embed(frame, box)):
            raise FaceNotCaptured(FaceRefusal.FACE_CHANGED, self.evidence())
        return self._after_proof(progress)

    def _judge(self, frame: Pixels, boxes: list[Box]) -> _Seen:
        """What one frame shows of the largest face, and what is to be said about it."""
        height, width = frame.shape[:2]
        place = quality.place_advice(boxes, width, height)
        if not boxes or place is FaceAdvice.SEVERAL_FACES:
            return _Seen(place)
        points = self._engine.points(frame, boxes[0])
        face = figures(points)
        picture, picture_quality = quality.picture_advice(frame, boxes[0])
        pose = quality.pose_advice(face, self._liveness.open_eyes)
        advice = next((one for one in (place, picture, pose) if one is not FaceAdvice.NONE), FaceAdvice.NONE)
        if advice is FaceAdvice.NONE:
            # Only of a face seen from the front: on a turned one the landmarks of the mouth lie elsewhere.
            advice = quality.covering_advice(frame, points)
        return _Seen(advice, face, eye_span(points), picture_quality)

    def _capture(self, at: float) -> FaceCapture:
        assert self._began is not None, "a finished session has looked"
        assert self._qualities, "a finished session has samples"
        return FaceCapture(
            samples=tuple(sample.astype("<f4").tobytes() for sample in (*self._liveness.samples, *self._samples)),
            quality=sum(self._qualities) / len(self._qualities),
            liveness=self.evidence(),
            seconds=at - self._began,
        )
