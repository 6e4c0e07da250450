"""How one picture of a finger is laid on another where minutiae do not say, and how far its skin gave."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from biometric.fingerprint.enhancement import find_ridges
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE, compare_images
from biometric.fingerprint.image_template import template_of
from biometric.fingerprint.pose import Pose, rotation
from biometric.fingerprint.ridge_flow import agreements_of, lay_by_flow
from biometric.fingerprint.stretch import Stretch
from tests.biometric.conftest import DRAWN_FINGERS

GROUND = 238


def _warped(image, onto, size):
    return np.asarray(cv2.warpAffine(image, onto, size, flags=cv2.INTER_CUBIC, borderValue=GROUND), np.uint8)


def test_a_finger_is_known_by_its_ridges_when_its_minutiae_are_anothers(templates):
    """The minutiae of the second touch are those of a stranger: only the way the ridges run can lay them."""
    stranger = templates[6003, 2].described
    scores = [
        compare_images(templates[finger, 1], replace(templates[other, 2], described=stranger))
        for finger in DRAWN_FINGERS[:3]
        for other in DRAWN_FINGERS[:3]
    ]
    print(np.round(scores, 2))
    own = scores[::4]
    assert min(own) > SAME_FINGER_SCORE > max(score for at, score in enumerate(scores) if at % 4)


@pytest.mark.parametrize(("turn", "shift"), [(0, (0, 0)), (20, (30, -14)), (-35, (-21, 40))])
def test_the_way_ridges_run_tells_how_a_finger_lies(touches, templates, turn, shift):
    first = templates[6003, 1]
    image = cv2.copyMakeBorder(touches[6003, 1], 90, 90, 90, 90, cv2.BORDER_CONSTANT, value=GROUND)
    height, width = image.shape
    onto = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1) + np.array([[0, 0, shift[0]], [0, 0, shift[1]]])
    second = template_of(_warped(image, onto, (width, height)))
    pose = lay_by_flow(first.flow, second.flow)
    # OpenCV turns against the clock; the second is turned back.
    assert np.degrees(pose.turn) == pytest.approx(turn, abs=6)
    laid, elsewhere = agreements_of(first.flow, second.flow, [pose, Pose(pose.turn, pose.shift + 80)])
    print(f"turn {np.degrees(pose.turn):.1f}°, agreement {laid:.2f}, 80 pixels beside {elsewhere:.2f}")
    assert laid > 0.97
    assert elsewhere < 0.9


def test_nothing_in_common_does_not_agree(templates):
    flow = templates[6000, 1].flow.copy()
    flow[0, 0] = 1
    assert agreements_of(flow, flow, [Pose(0.0, np.array([1000.0, 0.0]))]) == [0]
    assert agreements_of(flow, flow, [Pose(0.0, np.zeros(2))])[0] == pytest.approx(1, abs=1e-3)
    assert agreements_of(flow, flow, []) == []


def test_a_stretched_finger_is_followed_beyond_its_minutiae():
    """Skin drawn out by 10 % along one direction: known at ten places, told at its edge."""
    chance = np.random.default_rng(5)
    places = chance.uniform(60, 200, (10, 2))
    strain = rotation(0.4) @ np.diag([0.1, 0.0]) @ rotation(0.4).T
    moved = (places - 130) @ strain + chance.normal(0, 1, places.shape)
    edge = np.array([[40.0, 40.0], [220.0, 220.0], [40.0, 220.0], [220.0, 40.0]])
    told = Stretch.through(places, moved).at(edge)
    assert np.abs(told - (edge - 130) @ strain).max() < 3.5
    # One misplaced minutia does not draw the others with it.
    moved[0] += 12
    assert np.abs(Stretch.through(places, moved).at(edge) - told).max() < 8


def test_a_finger_drawn_out_by_a_tenth_is_the_same(touches, templates):
    height, width = touches[6001, 2].shape
    scores = []
    for finger in DRAWN_FINGERS:
        drawn_out = _warped(touches[finger, 2], np.array([[1, 0, 0], [0, 1.1, 0]]), (width, round(height * 1.1)))
        scores.append(compare_images(templates[finger, 1], template_of(drawn_out)))
    print(np.round(scores, 2))
    assert min(scores) > SAME_FINGER_SCORE


def test_the_finger_is_found_whatever_the_ground_around_it(touches):
    image = touches[6001, 1]
    finger = find_ridges(image).finger
    wide = cv2.copyMakeBorder(image, 300, 300, 300, 300, cv2.BORDER_CONSTANT, value=int(np.median(image[:4])))
    found = find_ridges(wide).finger[300:-300, 300:-300]
    assert (found & finger).sum() / (found | finger).sum() > 0.95


def test_a_wet_middle_belongs_to_the_finger(touches):
    image = touches[6001, 1].astype(np.float32)
    finger = find_ridges(touches[6001, 1]).finger
    rows, columns = np.nonzero(finger)
    down, across = np.ogrid[: image.shape[0], : image.shape[1]]
    middle = np.hypot(down - rows.mean(), across - columns.mean()) < 35
    wet = np.where(middle, 60 + 0.12 * (image - image.mean()), image).astype(np.uint8)
    assert find_ridges(wet).finger[middle].mean() > 0.99
