"""The square of a palm in photographs of hands: found in any turn, size and light, or refused with a reason."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from atm_app.palm_ports import HandSide, PalmAdvice
from biometric.face.photographs import picture_of
from biometric.frames import Pixels
from biometric.palm.hand_shape import WORKING_SIDE, find_fingers
from biometric.palm.matcher import SAME_PALM_DISTANCE, distance, enrolled, presented
from biometric.palm.photograph import region_of
from biometric.palm.region import TOLD, UnusablePalm
from biometric.virtual.palm_drawing import Showing, hand, show
from tests.palms import EASY


def photograph(showing: Showing, *, left: bool = False) -> Pixels:
    return show(hand(3, left=left), showing, 960, 720)


def advice_on(picture: Pixels) -> PalmAdvice:
    try:
        region_of(picture)
    except UnusablePalm as problem:
        return problem.advice
    return PalmAdvice.NONE


def test_every_refusal_has_words_for_people():
    assert TOLD.keys() == set(PalmAdvice) - {PalmAdvice.NONE}
    with pytest.raises(UnusablePalm, match="spread your fingers"):
        region_of(photograph(replace(EASY, spread=0)))


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({}, PalmAdvice.NONE),
        ({"spread": 0.6}, PalmAdvice.NONE),
        ({"light": 0.4}, PalmAdvice.NONE),
        ({"size": 0.08}, PalmAdvice.TOO_FAR),
        ({"size": 0.15}, PalmAdvice.TOO_FAR),
        ({"size": 0.6}, PalmAdvice.TOO_NEAR),
        ({"y": 0.2}, PalmAdvice.TOO_NEAR),
        ({"x": 0.1}, PalmAdvice.TOO_NEAR),
        ({"y": 0.95}, PalmAdvice.TOO_NEAR),
        ({"y": 1.0}, PalmAdvice.TOO_NEAR),
        ({"spread": 0}, PalmAdvice.SPREAD_FINGERS),
        ({"fist": True}, PalmAdvice.HOLD_FLAT),
        ({"x": 3}, PalmAdvice.NO_HAND),
        ({"light": 0.15}, PalmAdvice.TOO_DARK),
        ({"light": 3}, PalmAdvice.TOO_BRIGHT),
    ],
    ids=str,
)
def test_a_hand_that_is_held_wrongly_is_told_how(change, advice):
    assert advice_on(photograph(replace(EASY, **change))) is advice


@pytest.mark.parametrize("across", [True, False], ids=["turned about", "tilted"])
def test_a_palm_that_does_not_face_the_camera_is_told(across):
    height, width = (720, 480) if across else (360, 960)
    assert advice_on(cv2.resize(photograph(EASY), (width, height))) is PalmAdvice.HOLD_FLAT


@pytest.mark.parametrize("finger", range(4))
def test_a_folded_finger_is_told(finger):
    fingers = list(hand(3).fingers)
    x, y, _, width, splay = fingers[finger]
    fingers[finger] = (x, y, 0.12, width, splay)
    folded = replace(hand(3), fingers=tuple(fingers))
    assert advice_on(show(folded, EASY, 960, 720)) in (PalmAdvice.HOLD_FLAT, PalmAdvice.SPREAD_FINGERS)


def test_a_hand_without_lines_is_told():
    blank = replace(hand(3), lines=np.zeros_like(hand(3).lines))
    assert advice_on(show(blank, EASY, 960, 720)) is PalmAdvice.NO_LINES


@pytest.mark.parametrize(("smear", "advice"), [(1, PalmAdvice.NONE), (5, PalmAdvice.BLURRED)])
def test_a_hand_that_moves_is_told(smear, advice):
    assert advice_on(cv2.GaussianBlur(photograph(EASY), (0, 0), smear)) is advice


def test_a_disc_is_no_hand():
    disc = np.zeros((480, 640, 3), np.uint8)
    cv2.circle(disc, (320, 240), 120, (200, 150, 130), -1)
    assert advice_on(disc) is PalmAdvice.SPREAD_FINGERS


@pytest.mark.parametrize("grey", [0, 90, 255])
@pytest.mark.parametrize("shape", [(480, 640), (1, 640), (640, 1), (100, 4000), (3000, 90)], ids=str)
def test_an_empty_picture_of_any_shape_is_refused(shape, grey):
    assert advice_on(np.full((*shape, 3), grey, np.uint8)) is not PalmAdvice.NONE


@pytest.mark.parametrize("shape", [(480, 640), (100, 700), (700, 100)], ids=str)
def test_noise_is_refused(shape):
    noise = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert advice_on(noise) is not PalmAdvice.NONE


@pytest.mark.parametrize("turn", [-150, -90, -40, 20, 65, 130, 180])
@pytest.mark.parametrize("left", [False, True], ids=["right", "left"])
def test_a_hand_is_found_in_any_turn(turn, left):
    upright = region_of(photograph(EASY, left=left))
    region = region_of(photograph(replace(EASY, turn=turn, size=0.25, y=0.5, seed=2), left=left))
    assert region.side is upright.side is (HandSide.LEFT if left else HandSide.RIGHT)
    assert distance(enrolled([upright]), presented(region)) <= SAME_PALM_DISTANCE


def test_the_valleys_are_where_the_fingers_part():
    """Whatever the thumb does, and wherever the walk around the hand begins."""
    picture = cv2.resize(photograph(EASY), (WORKING_SIDE, WORKING_SIDE * 3 // 4), interpolation=cv2.INTER_AREA)
    fingers = find_fingers(picture)
    unit = EASY.size * picture.shape[0]
    middle = np.array([EASY.x * picture.shape[1], EASY.y * picture.shape[0]])
    places = (fingers.valleys[np.argsort(fingers.valleys[:, 0])] - middle) / unit
    assert np.abs(places[:, 0] - [-0.25, 0.0, 0.25]).max() < 0.06
    assert np.abs(places[:, 1] + 0.47).max() < 0.12
    assert fingers.thumb is not None
    assert fingers.thumb[0] > fingers.valleys[:, 0].max()
    squeezed = find_fingers(cv2.resize(picture, (WORKING_SIDE, 384), interpolation=cv2.INTER_AREA))
    assert np.abs(squeezed.valleys / (1, 0.8) - fingers.valleys).max() < 6


def test_a_grey_picture_will_do():
    grey = cv2.cvtColor(photograph(EASY), cv2.COLOR_RGB2GRAY)
    region = region_of(np.repeat(grey[:, :, None], 3, axis=2))
    assert distance(enrolled([region_of(photograph(EASY))]), presented(region)) < 0.6 * SAME_PALM_DISTANCE


@pytest.mark.real
def test_real_hands_are_found_and_faces_are_not(real_data):
    """A photograph of each of the ten people nothing was tuned on; six photographs of faces."""
    found = [region_of(picture_of(path)) for path in sorted((real_data / "palms/coep_hands").glob("*_1.jpg"))[10:]]
    assert [region.side for region in found] == [HandSide.RIGHT] * 10
    for path in sorted((real_data / "faces/probe").glob("*/*"))[:6]:
        assert advice_on(picture_of(path)) is not PalmAdvice.NONE
