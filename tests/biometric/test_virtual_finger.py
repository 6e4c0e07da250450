"""Synthetic fingers: repeatable, different from one another, and quick to press."""

from __future__ import annotations

import time

import numpy as np
import pytest

from biometric.fingerprint.enhancement import find_ridges
from biometric.fingerprint.minutiae import MessyImage, extract, image_from_nibbles
from biometric.virtual.finger_print import PRINT_HEIGHT, PRINT_WIDTH, MasterPrint, PatternClass, finger_seed, grow
from biometric.virtual.finger_touch import draw_touch, press, smear, to_nibbles


def ridge_period(master: MasterPrint) -> float:
    """Pixels from ridge to ridge, by the strongest frequency of the print's middle."""
    middle = master.ridges[
        PRINT_HEIGHT // 2 - 64 : PRINT_HEIGHT // 2 + 64, PRINT_WIDTH // 2 - 64 : PRINT_WIDTH // 2 + 64
    ]
    window = np.outer(np.hanning(128), np.hanning(128))
    power = np.abs(np.fft.fftshift(np.fft.fft2((middle - middle.mean()) * window))) ** 2
    row, column = np.mgrid[-64:64, -64:64]
    radius = np.hypot(row, column)
    return float(128 / (np.sum(radius * power) / np.sum(power)))


def test_a_finger_is_the_same_every_time() -> None:
    first = grow(5).ridges.copy()
    grow.cache_clear()
    assert np.array_equal(first, grow(5).ridges)
    assert np.array_equal(press(grow(5), draw_touch(1)), press(grow(5), draw_touch(1)))
    assert not np.array_equal(press(grow(5), draw_touch(1)), press(grow(5), draw_touch(2)))


def test_names_are_seeds() -> None:
    assert finger_seed("asha.right_index") == finger_seed("asha.right_index")
    assert finger_seed("asha.right_index") != finger_seed("asha.left_index")
    assert finger_seed("42") == 42


@pytest.mark.parametrize("seed", [1, 4, 5])
def test_ridges_are_as_wide_as_real_ones(seed: int) -> None:
    assert 7.5 < ridge_period(grow(seed)) < 10.5


def test_all_pattern_classes_grow() -> None:
    assert {grow(seed).pattern for seed in range(1, 8)} == set(PatternClass) or len(
        {grow(seed).pattern for seed in range(1, 8)}
    ) >= 3


@pytest.mark.parametrize("seed", [2, 4, 6])
def test_a_touch_has_as_many_minutiae_as_a_real_one(seed: int) -> None:
    assert 15 <= len(extract(press(grow(seed), draw_touch(seed)))) <= 96


def test_a_touch_is_quick_once_the_print_is_grown() -> None:
    master = grow(5)
    seconds = []
    for seed in range(10):
        begin = time.perf_counter()
        press(master, draw_touch(seed))
        seconds.append(time.perf_counter() - begin)
    assert sorted(seconds)[5] < 0.05


def test_the_wire_format_keeps_every_grey_level() -> None:
    image = press(grow(5), draw_touch(3))
    assert np.array_equal(image_from_nibbles(to_nibbles(image)), image)


def test_poor_fingers_have_poorer_ridges() -> None:
    def coherence(quality: float, wetness: float = 0.0) -> float:
        ridges = find_ridges(press(grow(2), draw_touch(9, quality, wetness)))
        return float(ridges.coherence[ridges.finger].mean())

    assert coherence(1.0) > coherence(0.3)
    assert coherence(1.0) > coherence(1.0, 0.8)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_smear_is_messy(seed: int) -> None:
    with pytest.raises(MessyImage):
        extract(smear(seed))
