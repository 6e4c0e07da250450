"""Master prints of fingers that nobody has: a ridge pattern grown from a seed (after SFinGe, Cappelli et al.).

The ridge directions come from the pattern's cores and deltas (Sherlock and Monro's zero-pole model) or, for the arch,
from a formula; noise filtered again and again along them becomes ridges, and where ridges must meet or part,
minutiae appear by themselves. Everything is at 500 dpi.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

FloatImage = NDArray[np.float32]

# A little more than the sensor's 256 × 288 window shows: a fingertip of 18 × 21 mm.
PRINT_WIDTH = 352
PRINT_HEIGHT = 416
RIDGE_PERIOD = 9.0
DIRECTION_COUNT = 24
# Rounds of filtering: 9 leave about as many minutiae in the sensor's window as real fingers have (25 to 45).
GROWTH_ROUNDS = 9
KEPT_PRINTS = 64


class PatternClass(StrEnum):
    """Henry's classes; a tented arch counts as an arch."""

    ARCH = "arch"
    LEFT_LOOP = "left_loop"
    RIGHT_LOOP = "right_loop"
    WHORL = "whorl"


# Natural shares of the classes (Wilson, Candela, Watson 1994), rounded.
CLASS_SHARES = {
    PatternClass.LEFT_LOOP: 0.34,
    PatternClass.RIGHT_LOOP: 0.32,
    PatternClass.WHORL: 0.28,
    PatternClass.ARCH: 0.06,
}


@dataclass(frozen=True)
class MasterPrint:
    """``ridges``: PRINT_HEIGHT × PRINT_WIDTH, -1 (middle of a ridge) to 1 (middle of a valley)."""

    seed: int
    pattern: PatternClass
    ridges: FloatImage


def finger_seed(name: str) -> int:
    """The seed of a finger by its name, ``asha.right_index``; a decimal number is its own seed."""
    if name.isdecimal():
        return int(name)
    return int.from_bytes(hashlib.sha256(f"finger:{name}".encode()).digest()[:6], "big")


@lru_cache(maxsize=KEPT_PRINTS)
def grow(seed: int) -> MasterPrint:
    """The print of ``seed``, the same on every machine with the same OpenCV. Takes about half a second once."""
    chance = np.random.default_rng(seed)
    pattern = PatternClass(chance.choice([str(name) for name in CLASS_SHARES], p=list(CLASS_SHARES.values())))
    direction = _directions(pattern, chance)
    nearest = np.round(direction / (np.pi / DIRECTION_COUNT)).astype(int) % DIRECTION_COUNT
    image = chance.standard_normal((PRINT_HEIGHT, PRINT_WIDTH)).astype(np.float32)
    bank = [_ridge_filter(np.pi * index / DIRECTION_COUNT) for index in range(DIRECTION_COUNT)]
    for _ in range(GROWTH_ROUNDS):
        grown = np.zeros_like(image)
        for index, kernel in enumerate(bank):
            _filter_where(image, nearest == index, kernel, grown)
        image = np.tanh(grown * (1.2 / (float(grown.std()) + 1e-6))).astype(np.float32)
    return MasterPrint(seed, pattern, _uneven_periods(image, chance))


def _filter_where(image: FloatImage, here: NDArray[np.bool_], kernel: FloatImage, out: FloatImage) -> None:
    """Filter only the box around the pixels of one direction: most directions fill a small part of the print."""
    rows, columns = np.flatnonzero(here.any(1)), np.flatnonzero(here.any(0))
    if not len(rows):
        return
    margin = kernel.shape[0] // 2
    top, left = max(0, rows[0] - margin), max(0, columns[0] - margin)
    bottom, right = rows[-1] + 1 + margin, columns[-1] + 1 + margin
    box = (slice(top, bottom), slice(left, right))
    filtered = cv2.filter2D(image[box], cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT)
    out[box][here[box]] = filtered[here[box]]


def _ridge_filter(direction: float) -> FloatImage:
    sigma = 0.42 * RIDGE_PERIOD
    half = int(np.ceil(2.5 * sigma))
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
    across = -x * np.sin(direction) + y * np.cos(direction)
    envelope = np.exp(-(x * x + y * y) / (2 * sigma * sigma))
    kernel = envelope * np.cos(2 * np.pi * across / RIDGE_PERIOD)
    kernel -= envelope * (kernel.sum() / envelope.sum())
    return np.asarray(kernel / np.sqrt((kernel * kernel).sum()), np.float32)


def _directions(pattern: PatternClass, chance: np.random.Generator) -> FloatImage:
    """Ridge direction of every pixel, radians 0..π, y down."""
    y, x = np.mgrid[0:PRINT_HEIGHT, 0:PRINT_WIDTH].astype(np.float64)
    if pattern is PatternClass.ARCH:
        return _arch_directions(x, y, chance)
    middle_x, core_y = PRINT_WIDTH / 2 + chance.uniform(-22, 22), 0.42 * PRINT_HEIGHT + chance.uniform(-25, 25)
    delta_y = core_y + chance.uniform(115, 165)
    sideways = chance.uniform(80, 125)
    if pattern is PatternClass.WHORL:
        gap = chance.uniform(14, 60)
        lean = chance.uniform(-12, 12)
        cores = [(middle_x + lean, core_y - gap / 2), (middle_x - lean, core_y + gap / 2)]
        deltas = [
            (middle_x - sideways, delta_y),
            (middle_x + chance.uniform(80, 125), delta_y + chance.uniform(-25, 25)),
        ]
    else:
        side = 1.0 if pattern is PatternClass.LEFT_LOOP else -1.0
        cores = [(middle_x, core_y)]
        deltas = [(middle_x + side * sideways, delta_y)]
    doubled = np.zeros_like(x)
    for core_x, row in cores:
        doubled += np.arctan2(y - row, x - core_x)
    for delta_x, row in deltas:
        doubled -= np.arctan2(y - row, x - delta_x)
    upright = np.pi / 2 if len(cores) != len(deltas) else 0.0
    direction = 0.5 * doubled + upright + _waves(chance, 0.17)
    return np.asarray(direction % np.pi, np.float32)


def _arch_directions(x: NDArray[np.float64], y: NDArray[np.float64], chance: np.random.Generator) -> FloatImage:
    """Flat ridges that rise over the middle, most of all half way up."""
    height = chance.uniform(0.9, 1.6)
    middle = PRINT_WIDTH / 2 + chance.uniform(-20, 20)
    crest = PRINT_HEIGHT * chance.uniform(0.50, 0.65)
    rise = height * np.exp(-(((y - crest) / (0.32 * PRINT_HEIGHT)) ** 2)) + 0.5 * np.clip(1 - y / crest, 0, 1)
    slope = rise * np.sin((x - middle) * (np.pi / (0.62 * PRINT_WIDTH)))
    return np.asarray((np.arctan(slope) + _waves(chance, 0.14)) % np.pi, np.float32)


def _waves(chance: np.random.Generator, strength: float) -> NDArray[np.float64]:
    """A smooth random field, roughly ± ``strength``: no two fingers of a class bend alike."""
    coarse = chance.standard_normal((6, 5)).astype(np.float32)
    smooth = cv2.resize(coarse, (PRINT_WIDTH, PRINT_HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth * strength, np.float64)


def _uneven_periods(image: FloatImage, chance: np.random.Generator) -> FloatImage:
    """Stretch the print here and there, so that ridge periods differ by about a tenth within a finger and more
    between fingers."""
    y, x = np.mgrid[0:PRINT_HEIGHT, 0:PRINT_WIDTH].astype(np.float32)
    scale = chance.uniform(0.92, 1.08)
    middle_x, middle_y = PRINT_WIDTH / 2, PRINT_HEIGHT / 2
    source_x = middle_x + (x - middle_x) * scale + _waves(chance, 4.0)
    source_y = middle_y + (y - middle_y) * scale + _waves(chance, 4.0)
    return np.asarray(
        cv2.remap(
            image,
            source_x.astype(np.float32),
            source_y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        ),
        np.float32,
    )
