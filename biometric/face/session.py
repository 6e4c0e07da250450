"""One customer before the camera, frame by frame: models, quality and liveness put together. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable
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
from biometric.face.geometry import FaceFigures, figures
from biometric.face.liveness import LivenessCheck, Observation
from biometric.face.passive import PassiveCues
from biometric.frames import Pixels

ALMOST_DONE = 0.99


class Engine(Protocol):
    """What a session needs from the models; ``engine.FaceEngine`` is it."""

    def detect(self, frame: Pixels) -> list[Box]: ...
    def points(self, frame: Pixels, box: Box) -> Points: ...
    def embed(self, frame: Pixels, box: Box) -> Embedding: ...


class FaceSession:
    """Fed with frames in order until it returns a capture. ``neutral_gap`` draws the pauses before challenges."""

    def __init__(self, request: FaceRequest, engine: Engine, neutral_gap: Callable[[], float]) -> None:
        self._engine = engine
        self._liveness = LivenessCheck(request, neutral_gap)
        self._flash = FlashCheck(request.flash)
        self._track = FaceTrack()
        self._cues = PassiveCues()
        self._began: float | None = None
        self._qualities: list[float] = []

    def look(self, frame: Pixels, at: float) -> tuple[FaceProgress, FaceCapture | None]:
        """``frame``: (480, 640, 3) uint8 RGB; ``at``: its time in seconds.

        Raises FaceNotCaptured when the session ends without a live face.
        """
        if self._began is None:
            self._began = at
        boxes = self._engine.detect(frame)
        if self._liveness.finished:
            return self._look_at_flash(frame, boxes, at)
        return self._look_at_answers(frame, boxes, at)

    def _look_at_answers(
        self, frame: Pixels, boxes: list[Box], at: float
    ) -> tuple[FaceProgress, FaceCapture | None]:  # fmt: skip
        advice, face, picture_quality = self._judge(frame, boxes)
        box = boxes[0] if boxes else None
        try:
            step = self._liveness.observe(Observation(at, advice, box, face))
            if step.wants_sample and box is not None:
                self._liveness.add_sample(self._engine.embed(frame, box), at)
                self._qualities.append(picture_quality)
                self._cues.look(frame, box)
        except FaceNotCaptured as refused:
            raise FaceNotCaptured(refused.refusal, self.evidence()) from refused
        if self._liveness.finished and not self._flash.finished:
            self._track.follow(box, at)
            return FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, ALMOST_DONE, box, at, self._flash.wanted), None
        progress = FaceProgress(step.prompt, step.advice, step.fraction, box, at)
        return progress, self._capture(at) if self._liveness.finished else None

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
        return progress, self._capture(at)

    def _judge(self, frame: Pixels, boxes: list[Box]) -> tuple[FaceAdvice, FaceFigures | None, float]:
        """The advice, the face's figures when a face can be measured, the picture's quality 0..1."""
        height, width = frame.shape[:2]
        place = quality.place_advice(boxes, width, height)
        if not boxes or place is FaceAdvice.SEVERAL_FACES:
            return place, None, 0.0
        points = self._engine.points(frame, boxes[0])
        face = figures(points)
        picture, picture_quality = quality.picture_advice(frame, boxes[0])
        covering = quality.covering_advice(frame, points)
        pose = quality.pose_advice(face, self._liveness.open_eyes)
        advice = next((one for one in (place, picture, covering, pose) if one is not FaceAdvice.NONE), FaceAdvice.NONE)
        return advice, face, picture_quality

    def _capture(self, at: float) -> FaceCapture:
        assert self._began is not None, "a finished session has looked"
        assert self._qualities, "a finished session has samples"
        return FaceCapture(
            samples=tuple(sample.astype("<f4").tobytes() for sample in self._liveness.samples),
            quality=sum(self._qualities) / len(self._qualities),
            liveness=self.evidence(),
            seconds=at - self._began,
        )
