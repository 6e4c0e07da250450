"""One touch of a synthetic finger: the part of its print that meets the sensor's window, as the sensor would see it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.virtual.finger_print import PRINT_HEIGHT, PRINT_WIDTH, FloatImage, MasterPrint

# The R307's window.
IMAGE_WIDTH = 256
IMAGE_HEIGHT = 288
# The wire carries four bits a pixel; 17 spreads them over 0..255.
GREY_LEVELS = 16
GREY_STEP = 17

GreyImage = NDArray[np.uint8]


@dataclass(frozen=True)
class Touch:
    """How the finger lies. ``turn`` radians; ``shift`` pixels right and down from the middle; ``pressure`` 0..1,
    0.5 is usual; ``stretch`` pixels of elastic distortion; ``quality`` 0..1, 1 is a clean dry finger;
    ``wetness`` 0..1, from 0.6 up valleys fill."""

    turn: float
    shift_x: float
    shift_y: float
    pressure: float
    stretch: float
    quality: float
    wetness: float
    seed: int


def draw_touch(seed: int, quality: float = 1.0, wetness: float = 0.0) -> Touch:
    """A touch as people make them: within ±15° and ±22 pixels (1.1 mm), the poorer the farther."""
    chance = np.random.default_rng(seed)
    return Touch(
        turn=float(np.clip(chance.normal(0, np.radians(6)), -np.radians(15), np.radians(15))),
        shift_x=float(np.clip(chance.normal(0, 10), -22, 22)),
        shift_y=float(np.clip(chance.normal(0, 12), -26, 26)),
        pressure=float(np.clip(chance.normal(0.5, 0.15), 0.1, 0.9)),
        stretch=float(chance.uniform(1.0, 4.0)),
        quality=quality,
        wetness=wetness,
        seed=seed,
    )


def press(master: MasterPrint, touch: Touch) -> GreyImage:
    """The sensor's picture of the touch: 288 × 256, 16 grey levels, dark ridges on a light ground."""
    chance = np.random.default_rng([touch.seed, master.seed])
    ridges = _lay(master, touch, chance)
    poor = 1.0 - touch.quality
    # Pressure and wetness make ridges broader: more of the wave lies below the threshold.
    broad = 0.9 * (touch.pressure - 0.5) + 1.0 * touch.wetness + 0.5 * poor * _field(chance, 9, 8)
    wave = np.tanh(2.2 * (ridges - broad))
    # Dry spots break ridges; in wet ones the valleys vanish.
    spots = _field(chance, 24, 21)
    wave = np.where(spots > 2.2 - 1.6 * poor, np.maximum(wave, 0.5), wave)
    wave = np.where(spots < -2.4 + 3.0 * touch.wetness + 0.8 * poor, np.minimum(wave, -0.6), wave)
    grey = 128 + 95 * wave + (7 + 45 * poor) * chance.standard_normal(wave.shape, np.float32)
    grey = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.8 + 1.2 * touch.wetness)
    contact = _contact(touch, chance)
    picture = contact * grey + (1 - contact) * (236 + 4 * chance.standard_normal(wave.shape, np.float32))
    levels = np.clip(np.round(picture / GREY_STEP), 0, GREY_LEVELS - 1)
    return np.asarray(levels * GREY_STEP, np.uint8)


def smear(seed: int) -> GreyImage:
    """What a finger drawn across the window leaves: contrast without ridges."""
    chance = np.random.default_rng(seed)
    blot = 128 + 60 * _field(chance, 14, 12) + 40 * _field(chance, 40, 36)
    noise = 25 * chance.standard_normal(blot.shape, np.float32)
    return np.asarray(np.clip(np.round((blot + noise) / GREY_STEP), 0, GREY_LEVELS - 1) * GREY_STEP, np.uint8)


def to_nibbles(image: GreyImage) -> bytes:
    """The wire's format: two pixels a byte, the left one in the high four bits."""
    levels = (image // GREY_STEP).astype(np.uint8)
    return (levels[:, 0::2] << 4 | levels[:, 1::2]).tobytes()


def _lay(master: MasterPrint, touch: Touch, chance: np.random.Generator) -> FloatImage:
    """The print turned, moved and stretched under the window, -1 ridge to 1 valley."""
    y, x = np.mgrid[0:IMAGE_HEIGHT, 0:IMAGE_WIDTH].astype(np.float32)
    from_middle_x, from_middle_y = x - IMAGE_WIDTH / 2 - touch.shift_x, y - IMAGE_HEIGHT / 2 - touch.shift_y
    cosine, sine = np.cos(touch.turn), np.sin(touch.turn)
    source_x = PRINT_WIDTH / 2 + cosine * from_middle_x + sine * from_middle_y
    source_y = PRINT_HEIGHT / 2 - sine * from_middle_x + cosine * from_middle_y
    source_x = source_x + touch.stretch * _field(chance, 4, 4)
    source_y = source_y + touch.stretch * _field(chance, 4, 4)
    return np.asarray(
        cv2.remap(
            master.ridges,
            source_x.astype(np.float32),
            source_y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        ),
        np.float32,
    )


def _contact(touch: Touch, chance: np.random.Generator) -> FloatImage:
    """1 where skin meets glass, 0 outside, with a ragged edge; pressing harder widens it."""
    y, x = np.mgrid[0:IMAGE_HEIGHT, 0:IMAGE_WIDTH].astype(np.float32)
    width, height = 100 + 30 * touch.pressure, 122 + 30 * touch.pressure
    across, down = x - IMAGE_WIDTH / 2 - touch.shift_x, y - IMAGE_HEIGHT / 2 - touch.shift_y
    cosine, sine = np.cos(touch.turn), np.sin(touch.turn)
    radius = np.hypot((cosine * across + sine * down) / width, (cosine * down - sine * across) / height)
    ragged = radius + 0.04 * _field(chance, 20, 18)
    return np.asarray(np.clip((1.0 - ragged) / 0.08, 0, 1), np.float32)


def _field(chance: np.random.Generator, rows: int, columns: int) -> FloatImage:
    """A smooth random field over the window, variance about 1, ``rows`` × ``columns`` blotches."""
    coarse = chance.standard_normal((rows, columns), np.float32)
    return np.asarray(cv2.resize(coarse, (IMAGE_WIDTH, IMAGE_HEIGHT), interpolation=cv2.INTER_CUBIC), np.float32)
