"""The poses of an enrolment, on figures made by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from atm_app.ports import FaceAdvice, FacePrompt
from biometric.face.geometry import FaceFigures
from biometric.face.pose_guide import SAMPLES_EACH, PoseGuide, Rest

POSES = (FacePrompt.LEFT_A_LITTLE, FacePrompt.RIGHT_A_LITTLE, FacePrompt.NEARER, FacePrompt.FARTHER)
REST = Rest(0.5, 90.0)
# What each pose looks like: change of the nose to the jaw, width beside that at rest.
RIGHT_POSE = {
    FacePrompt.LEFT_A_LITTLE: (0.1, 1.0), FacePrompt.RIGHT_A_LITTLE: (-0.1, 1.0), FacePrompt.NEARER: (0.0, 1.2),
    FacePrompt.FARTHER: (0.0, 0.85), FacePrompt.LOOK: (0.0, 1.0),
}  # fmt: skip


class Posing:
    def __init__(self, *poses: FacePrompt) -> None:
        self.guide = PoseGuide(poses or POSES, REST)
        self.at = 0.0
        self.samples: list[FacePrompt] = []

    def hold(self, turn: float, size: float, frames: int = 1, advice: FaceAdvice = FaceAdvice.NONE) -> None:
        for _ in range(frames):
            if self.guide.finished:
                return
            self.at += 0.1
            face = FaceFigures(0.3, 0.5 + turn, 0.35, 0.0, 0.5)
            self.guide.observe(self.at, advice, face, REST.eye_span * size)
            if self.guide.wants_sample:
                self.samples.append(self.guide.prompt)
                self.guide.taken(self.at)


def test_every_pose_gives_its_samples_in_the_order_asked() -> None:
    posing = Posing()
    for pose in POSES:
        posing.hold(*RIGHT_POSE[pose], frames=6)
    assert posing.guide.finished
    assert posing.samples == [pose for pose in POSES for _ in range(SAMPLES_EACH)]


def test_a_pose_passed_through_is_not_held() -> None:
    posing = Posing(FacePrompt.LEFT_A_LITTLE)
    for _ in range(10):
        posing.hold(0.1, 1.0, frames=1)
        posing.hold(0.25, 1.0, frames=1)
    assert posing.samples == []


def test_a_poor_picture_is_no_sample() -> None:
    posing = Posing(FacePrompt.NEARER)
    posing.hold(0.0, 1.2, frames=10, advice=FaceAdvice.BLURRED)
    assert posing.samples == []


@given(turn=st.floats(-0.3, 0.3), size=st.floats(0.7, 1.4), wanted=st.sampled_from(POSES))
def test_no_pose_is_taken_for_its_opposite(turn: float, size: float, wanted: FacePrompt) -> None:
    posing = Posing(wanted)
    posing.hold(turn, size, frames=6)
    if posing.samples:
        expected_turn, expected_size = RIGHT_POSE[wanted]
        assert turn * expected_turn > 0 or (expected_turn == 0 and (size - 1) * (expected_size - 1) > 0)
