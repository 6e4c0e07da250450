"""One customer before the camera, frame by frame: models, quality and liveness put together. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from atm_app.ports import Box, FaceAdvice, FaceCapture, FaceProgress, FaceRequest
from biometric.face import quality
from biometric.face.engine import Embedding, Points
from biometric.face.geometry import FaceFigures, figures
from biometric.face.liveness import LivenessCheck, Observation
from biometric.frames import Pixels


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
        self._began: float | None = None
        self._qualities: list[float] = []

    def look(self, frame: Pixels, at: float) -> tuple[FaceProgress, FaceCapture | None]:
        """``frame``: (480, 640, 3) uint8 RGB; ``at``: its time in seconds.

        Raises FaceNotCaptured when the session ends without a live face.
        """
        if self._began is None:
            self._began = at
        boxes = self._engine.detect(frame)
        advice, face, picture_quality = self._judge(frame, boxes)
        box = boxes[0] if boxes else None
        step = self._liveness.observe(Observation(at, advice, box, face))
        if step.wants_sample and box is not None:
            self._liveness.add_sample(self._engine.embed(frame, box), at)
            self._qualities.append(picture_quality)
        progress = FaceProgress(step.prompt, step.advice, step.fraction, box, at)
        return progress, self._capture(at) if self._liveness.finished else None

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
            liveness=self._liveness.evidence(),
            seconds=at - self._began,
        )
