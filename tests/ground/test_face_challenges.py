"""What is asked for before the camera: every sequence possible, none foreseeable, each with a blink and a turn."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest

from atm_app.identity.face_challenges import FLASH_COLOURS, draw_challenges, draw_flash, sequences
from atm_app.ports import FacePrompt


class Draws:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def randbelow(self, upper: int) -> int:
        return self._random.randrange(upper)

    def token_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)


@pytest.mark.parametrize(("steps", "orders"), [(2, 4), (3, 18), (4, 56), (5, 160)])
def test_so_many_orders_are_possible(steps: int, orders: int) -> None:
    """Steps with one or two blinks, every other step to one of two sides."""
    assert len(set(sequences(steps))) == len(sequences(steps)) == orders


@pytest.mark.parametrize("steps", range(2, 9))
def test_every_sequence_asks_for_a_blink_and_for_a_turn(steps: int) -> None:
    for sequence in sequences(steps):
        assert len(sequence) == steps
        assert 1 <= sequence.count(FacePrompt.BLINK) <= 2
        assert {FacePrompt.TURN_LEFT, FacePrompt.TURN_RIGHT} & set(sequence)


def test_all_orders_come_equally_often() -> None:
    draws, steps = Draws(1), 5
    seen = Counter(draw_challenges(draws, steps) for _ in range(16_000))
    assert len(seen) == len(sequences(steps))
    assert 50 < min(seen.values()) <= max(seen.values()) < 160


def test_no_colour_comes_twice_in_a_row_and_all_come() -> None:
    draws = Draws(2)
    courses = [draw_flash(draws) for _ in range(500)]
    assert all(one != other for course in courses for one, other in pairwise(course))
    assert {colour for course in courses for colour in course} == set(FLASH_COLOURS)
    assert len(set(courses)) > 450
