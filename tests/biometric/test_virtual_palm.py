"""Drawn hands: repeatable, different from one another, and held differently each time."""

from __future__ import annotations

import numpy as np

from biometric.virtual.palm_drawing import draw_showing, hand, show
from tests.palms import EASY


def test_a_hand_is_the_same_every_time():
    first = show(hand(5), draw_showing(1), 640, 480)
    hand.cache_clear()
    assert np.array_equal(first, show(hand(5), draw_showing(1), 640, 480))
    assert first.shape == (480, 640, 3)


def test_showings_and_hands_differ():
    pictures = [show(hand(seed), draw_showing(way), 640, 480) for seed, way in ((5, 1), (5, 2), (6, 1))]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(pictures[first].astype(int) - pictures[second]).mean() > 3
    turns = np.array([draw_showing(way).turn for way in range(50)])
    assert np.abs(turns).max() <= 15
    assert turns.std() > 3


def test_a_left_hand_has_its_thumb_at_the_left_and_lines_of_its_own():
    right, left = show(hand(5), EASY, 640, 480), show(hand(5, left=True), EASY, 640, 480)
    # A palm's width beside the middle, at the height of the thumb.
    level = slice(200, 290)
    beside = right[level, 410:460].mean(), right[level, 180:230].mean()
    mirrored = left[level, 410:460].mean(), left[level, 180:230].mean()
    assert beside[0] > beside[1] + 10
    assert mirrored[1] > mirrored[0] + 10
    assert np.array_equal(hand(5).skin, hand(5, left=True).skin)
    assert np.abs(hand(5).lines - hand(5, left=True).lines).max() > 0.1
    assert np.abs(hand(5).lines - hand(5, left=True).lines[:, ::-1]).max() > 0.1
