"""Enrolment from several sides: the customer is led through poses, and each gives its samples. Pure logic on frames.

A template of frames taken in one pose fits that pose; one of several fits the face. What is asked for is measured
against the same face at rest, so that it holds for every distance and every face.
"""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.ports import FaceAdvice, FacePrompt
from biometric.face.geometry import FaceFigures

# Of the nose to the jaw: half of what a turn of the proof of life takes, so that the face is still seen from the front.
LEAST_TURN, MOST_TURN = 0.04, 0.15
# Sizes of the face beside that at rest: a small step, which stays within what the camera sees sharply.
NEARER_FROM, FARTHER_TO = 1.12, 0.90
# Held for so many frames, a pose is meant and not passed through.
FRAMES_HELD = 2
SAMPLES_EACH = 2
SAMPLE_SPACING_SECONDS = 0.08


@dataclass(frozen=True)
class Rest:
    """The face looking straight at the camera. ``eye_span``: pixels between the outer eye corners."""

    nose_to_jaw: float
    eye_span: float


class PoseGuide:
    """``observe`` every frame; when ``wants_sample`` is true the frame is to be embedded and ``taken`` called."""

    def __init__(self, poses: tuple[FacePrompt, ...], rest: Rest) -> None:
        self._poses = poses
        self._rest = rest
        self._number = 0
        self._held = 0
        self._taken = 0
        self._last_at = float("-inf")
        self.wants_sample = False

    @property
    def finished(self) -> bool:
        return self._number == len(self._poses)

    @property
    def prompt(self) -> FacePrompt:
        return FacePrompt.DONE if self.finished else self._poses[self._number]

    @property
    def fraction(self) -> float:
        """0..1 of the poses done."""
        return (self._number + self._taken / SAMPLES_EACH) / max(1, len(self._poses))

    def observe(self, at: float, advice: FaceAdvice, face: FaceFigures | None, eye_span: float) -> None:
        """``at`` in seconds; ``face`` is None when none was found."""
        holds = face is not None and advice is FaceAdvice.NONE and self._is_held(face, eye_span)
        self._held = self._held + 1 if holds else 0
        self.wants_sample = self._held >= FRAMES_HELD and at - self._last_at >= SAMPLE_SPACING_SECONDS

    def taken(self, at: float) -> None:
        """The frame at ``at`` became a sample."""
        self._last_at = at
        self._taken += 1
        if self._taken == SAMPLES_EACH:
            self._number, self._taken, self._held = self._number + 1, 0, 0

    def _is_held(self, face: FaceFigures, eye_span: float) -> bool:
        turn = face.nose_to_jaw - self._rest.nose_to_jaw
        size = eye_span / self._rest.eye_span
        return {
            FacePrompt.LOOK: abs(turn) < LEAST_TURN,
            FacePrompt.LEFT_A_LITTLE: LEAST_TURN <= turn <= MOST_TURN,
            FacePrompt.RIGHT_A_LITTLE: LEAST_TURN <= -turn <= MOST_TURN,
            FacePrompt.NEARER: size >= NEARER_FROM,
            FacePrompt.FARTHER: size <= FARTHER_TO,
        }[self.prompt]
