"""Liveness on observations made by hand: no pictures, no models, no clock."""

import numpy as np
import pytest

from atm_app.ports import Box, FaceAdvice, FaceNotCaptured, FacePrompt, FacePurpose, FaceRefusal, FaceRequest
from biometric.face.geometry import FaceFigures
from biometric.face.liveness import LivenessCheck, Observation, Stage, Step

BLINK, LEFT, RIGHT = FacePrompt.BLINK, FacePrompt.TURN_LEFT, FacePrompt.TURN_RIGHT
OPEN, SHUT = 0.32, 0.12
FRAME = 1 / 15
HERE = Box(245, 165, 395, 315)
ME, SOMEBODY_ELSE = np.full(128, 0.05, np.float32), np.full(128, -0.05, np.float32)


class Customer:
    """Drives one check frame by frame; ``embedding`` is what the models would say of the face."""

    def __init__(self, *challenges: FacePrompt, patience: float = 30.0, samples: int = 5, gap: float = 0.3) -> None:
        self.check = LivenessCheck(FaceRequest(FacePurpose.AUTHENTICATE, challenges, samples, patience), lambda: gap)
        self.at = 100.0
        self.embedding = ME
        self.box = HERE
        self.prompts: list[FacePrompt] = []

    def see(
        self, advice=FaceAdvice.NONE, eyes=OPEN, nose=0.5, pitch=0.35, box=True, depth=0.42, length=0.4
    ) -> Step:  # fmt: skip
        """``depth``: how much of a turn's change the nose leaves the midline by."""
        self.at += FRAME
        face = FaceFigures(eyes, nose, pitch, depth * (nose - 0.5), length) if box else None
        step = self.check.observe(Observation(self.at, advice, self.box if box else None, face))
        if step.wants_sample:
            self.check.add_sample(self.embedding, self.at)
        self.prompts.append(step.prompt)
        return step

    def nobody(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME)):
            self.see(FaceAdvice.NO_FACE, box=False)

    def look_until(self, *prompts: FacePrompt) -> None:
        for _ in range(300):
            if self.see().prompt in prompts:
                return
        raise AssertionError(f"{prompts} never shown")

    def rest(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME)):
            self.see()

    def blink(self, pitch: float = 0.35, nose: float = 0.5, frames: int = 3) -> None:
        for _ in range(frames):
            self.see(FaceAdvice.EYES_SHUT, eyes=SHUT, pitch=pitch, nose=nose)
        self.see()

    def turn(self, change: float, depth: float = 0.42) -> None:
        for part in (0.4, 0.8, 1.0, 1.0, 1.0):
            nose = 0.5 + change * part
            self.see(FaceAdvice.NONE if 0.36 <= nose <= 0.64 else FaceAdvice.TURNED, nose=nose, depth=depth)


def refusals():
    return pytest.raises(FaceNotCaptured)


def test_blink_and_turn_pass():
    customer = Customer(BLINK, LEFT)
    customer.look_until(BLINK)
    customer.rest(0.5)
    customer.blink()
    customer.look_until(LEFT)
    customer.rest(0.5)
    customer.turn(0.25)
    customer.look_until(FacePrompt.DONE)
    evidence = customer.check.evidence()
    assert customer.check.finished
    assert len(customer.check.samples) == 5
    assert evidence["1_blink"] < 0.7
    assert evidence["2_turn"] >= 0.2
    assert FacePrompt.LOOK_BACK in customer.prompts
    order = list(dict.fromkeys(customer.prompts))
    assert order.index(BLINK) < order.index(LEFT) < order.index(FacePrompt.LOOK_BACK) < order.index(FacePrompt.DONE)


@pytest.mark.parametrize(("asked", "change"), [(LEFT, -0.25), (RIGHT, 0.25)])
def test_the_wrong_direction_is_refused(asked, change):
    customer = Customer(asked)
    customer.look_until(asked)
    customer.rest(0.5)
    with refusals() as refused:
        customer.turn(change)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE


@pytest.mark.parametrize(("asked", "change"), [(LEFT, 0.25), (RIGHT, -0.25)])
def test_left_is_the_customers_own(asked, change):
    """The camera does not mirror: turning to one's own left moves the nose to the picture's right."""
    customer = Customer(asked)
    customer.look_until(asked)
    customer.rest(0.5)
    customer.turn(change)
    assert customer.check.evidence()["1_turn"] == 0.25


def test_an_answer_faster_than_a_person_reads_does_not_count():
    customer = Customer(BLINK)
    customer.look_until(BLINK)
    customer.blink()
    assert customer.check.evidence()["failed_attempts"] == 1
    customer = Customer(LEFT)
    customer.look_until(LEFT)
    with refusals() as refused:
        customer.turn(0.25)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE


def test_a_turn_before_the_question_is_refused():
    customer = Customer(LEFT, gap=2.0)
    customer.look_until(FacePrompt.LOOK)
    customer.rest(1.5)
    assert customer.check._stage is Stage.GAP
    with refusals() as refused:
        customer.turn(0.25)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE


def test_a_turn_in_answer_to_a_blink_is_refused():
    customer = Customer(BLINK, LEFT)
    customer.look_until(BLINK)
    customer.rest(0.5)
    with refusals() as refused:
        customer.turn(0.25)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE


def test_a_blink_in_answer_to_a_turn_is_a_persons_own():
    customer = Customer(LEFT)
    customer.look_until(LEFT)
    customer.rest(0.5)
    customer.blink()
    customer.turn(0.25)
    assert customer.check.evidence()["1_turn"] == 0.25


def test_paper_that_is_bent_and_turned_does_not_turn_its_nose():
    """Bent prints leave the midline by up to 0.28 of the change, heads by 0.35 and more."""
    customer = Customer(LEFT)
    customer.look_until(LEFT)
    customer.rest(0.5)
    customer.turn(0.25, depth=0.27)
    evidence = customer.check.evidence()
    assert "1_turn" not in evidence
    assert evidence["flat_turn"] == 0.25


@pytest.mark.parametrize("challenges", [(LEFT, RIGHT, LEFT), (RIGHT, LEFT, BLINK, RIGHT)])
def test_turns_that_are_all_a_little_flat_are_refused_at_the_last_answer(challenges):
    """Each could be a head's; the mean of three turns of a head is above 0.36."""
    customer = Customer(*challenges)
    with refusals() as refused:
        for asked in challenges:
            customer.look_until(asked)
            customer.rest(0.5)
            if asked is BLINK:
                customer.blink()
            else:
                customer.turn(0.25 if asked is LEFT else -0.25, depth=0.34)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE
    assert refused.value.liveness["turn_depth"] == 0.34
    assert f"{len(challenges)}_{'blink' if challenges[-1] is BLINK else 'turn'}" in refused.value.liveness


def test_paper_that_is_tipped_does_not_blink():
    """Tipped by fifty degrees, the eyes are at 0.64 of their height, and so is the whole face."""
    customer = Customer(BLINK)
    customer.look_until(BLINK)
    customer.rest(0.5)
    for _ in range(4):
        customer.see(eyes=0.64 * OPEN, length=0.64 * 0.4)
    customer.see()
    assert "1_blink" not in customer.check.evidence()


def test_a_blink_before_the_question_puts_it_off():
    customer = Customer(BLINK, gap=0.5)
    customer.rest(1.3)
    assert customer.check._stage is Stage.GAP
    customer.blink()
    blinked = customer.at
    customer.look_until(BLINK)
    assert customer.at - blinked >= 0.4
    assert customer.check.evidence()["failed_attempts"] == 0


def test_an_answer_that_comes_late_is_overlooked_once_and_may_be_given_again():
    customer = Customer(LEFT)
    customer.look_until(LEFT)
    customer.rest(3.0)
    assert customer.check.evidence()["failed_attempts"] == 1
    customer.turn(0.25)
    customer.look_until(LEFT)
    customer.rest(0.5)
    customer.turn(0.25)
    assert customer.check.evidence()["1_turn"] == 0.25


def test_no_answer_twice_is_refused():
    customer = Customer(LEFT)
    with refusals() as refused:
        customer.rest(12)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE
    assert refused.value.liveness["failed_attempts"] == 2
    assert customer.at < 100 + 9


def test_a_small_turn_does_not_count():
    customer = Customer(RIGHT)
    customer.look_until(RIGHT)
    customer.rest(0.5)
    customer.turn(-0.18)
    assert "1_turn" not in customer.check.evidence()


@pytest.mark.parametrize(("pitch", "nose"), [(0.25, 0.5), (0.43, 0.5), (0.35, 0.68), (0.35, 0.34)])
def test_eyes_that_narrow_while_the_head_moves_are_no_blink(pitch, nose):
    customer = Customer(BLINK)
    customer.look_until(BLINK)
    customer.rest(0.5)
    customer.blink(pitch=pitch, nose=nose)
    assert "1_blink" not in customer.check.evidence()


def test_eyes_that_stay_shut_are_no_blink():
    customer = Customer(BLINK)
    customer.look_until(BLINK)
    customer.rest(0.5)
    customer.blink(frames=30)
    assert "1_blink" not in customer.check.evidence()


def test_a_blink_is_measured_against_the_sessions_own_eyes():
    """Narrow eyes: 0.2 is open, 0.13 shut; a fixed threshold of 0.2 would call them shut for ever."""
    customer = Customer(BLINK)
    for _ in range(300):
        if customer.see(eyes=0.2).prompt is BLINK:
            break
    for _ in range(8):
        customer.see(eyes=0.2)
    for eyes in (0.10, 0.10, 0.10, 0.2):
        customer.see(eyes=eyes)
    assert customer.check.evidence()["1_blink"] == 0.5


def test_a_photograph_is_not_live():
    customer = Customer(BLINK, LEFT)
    with refusals() as refused:
        customer.rest(40)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE
    assert refused.value.liveness["open_eyes"] == OPEN


def test_a_video_that_blinks_all_the_time_is_refused():
    customer = Customer(BLINK)
    with refusals() as refused:
        for _ in range(100):
            customer.blink()
            customer.rest(0.15)
    assert refused.value.refusal is FaceRefusal.NOT_LIVE


def test_another_face_in_the_same_place_is_refused():
    customer = Customer(BLINK, LEFT)
    customer.look_until(BLINK)
    customer.rest(0.5)
    customer.embedding = SOMEBODY_ELSE
    with refusals() as refused:
        customer.blink()
        customer.rest(2)
    assert refused.value.refusal is FaceRefusal.FACE_CHANGED


def test_a_face_that_steps_in_before_the_first_challenge_starts_anew():
    customer = Customer(BLINK)
    customer.rest(0.1)
    customer.embedding = SOMEBODY_ELSE
    customer.look_until(BLINK)
    assert all(sample is SOMEBODY_ELSE for sample in customer.check.samples)
    assert customer.check.evidence()["restarts"] == 1


def test_a_face_that_jumps_after_a_challenge_was_shown_is_refused():
    customer = Customer(BLINK)
    customer.look_until(BLINK)
    customer.box = Box(20, 165, 170, 315)
    with refusals() as refused:
        customer.see()
    assert refused.value.refusal is FaceRefusal.FACE_CHANGED


def test_a_face_that_vanishes_and_comes_back_after_a_challenge_was_shown_is_refused():
    customer = Customer(BLINK)
    customer.look_until(BLINK)
    customer.nobody(1.5)
    with refusals() as refused:
        customer.see()
    assert refused.value.refusal is FaceRefusal.FACE_CHANGED


def test_a_face_that_vanishes_before_starts_anew():
    customer = Customer(BLINK)
    customer.rest(0.3)
    customer.nobody(1.5)
    customer.look_until(BLINK)
    assert len(customer.check.samples) == 2


def test_nobody():
    customer = Customer(BLINK, patience=5)
    with refusals() as refused:
        customer.nobody(6)
    assert refused.value.refusal is FaceRefusal.NOBODY


def test_the_customer_walks_away():
    customer = Customer(BLINK, patience=5)
    customer.rest(0.5)
    with refusals() as refused:
        customer.nobody(6)
    assert refused.value.refusal is FaceRefusal.NOBODY


def test_several_faces_until_patience_ends():
    customer = Customer(BLINK, patience=5)
    with refusals() as refused:
        while True:
            assert customer.see(FaceAdvice.SEVERAL_FACES).advice is FaceAdvice.SEVERAL_FACES
    assert refused.value.refusal is FaceRefusal.SEVERAL_FACES


def test_a_picture_that_stays_too_dark():
    customer = Customer(BLINK, patience=5)
    with refusals() as refused:
        while True:
            customer.see(FaceAdvice.TOO_DARK)
    assert refused.value.refusal is FaceRefusal.POOR_PICTURE


def test_shut_eyes_during_a_challenge_are_not_complained_about():
    customer = Customer(BLINK)
    customer.look_until(BLINK)
    assert customer.see(FaceAdvice.EYES_SHUT, eyes=SHUT).advice is FaceAdvice.NONE


def test_the_same_frames_give_the_same_session_at_any_wall_time():
    def session() -> list[FacePrompt]:
        customer = Customer(BLINK)
        customer.look_until(BLINK)
        customer.rest(0.5)
        customer.blink()
        customer.look_until(FacePrompt.DONE)
        return customer.prompts

    assert session() == session()


@pytest.mark.parametrize("frames_per_second", [8, 15, 30])
def test_any_frame_rate_will_do(frames_per_second, monkeypatch):
    monkeypatch.setitem(globals(), "FRAME", 1 / frames_per_second)
    customer = Customer(BLINK, RIGHT)
    customer.look_until(BLINK)
    customer.rest(0.5)
    customer.blink(frames=max(2, round(0.2 * frames_per_second)))
    customer.look_until(RIGHT)
    customer.rest(0.5)
    customer.turn(-0.25)
    customer.look_until(FacePrompt.DONE)
    assert len(customer.check.samples) == 5


def test_no_challenges_only_samples():
    customer = Customer(samples=3)
    customer.look_until(FacePrompt.DONE)
    assert len(customer.check.samples) == 3
