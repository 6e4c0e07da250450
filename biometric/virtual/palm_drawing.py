"""Hands that nobody has: shape, shade and palm lines from a seed, shown to a camera in a new way each time.

A hand is drawn upright in its own square, palm to the camera, in units of the palm's width; then laid into the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.frames import Pixels

# Pixels of the hand's own square, of a unit, and where the palm's middle is in it.
CANVAS = 1200
UNIT = 400
MIDDLE = (600.0, 760.0)
LINES = 640
KEPT_HANDS = 16
DARKEST_SKIN, LIGHTEST_SKIN = np.array((112, 70, 52)), np.array((232, 190, 168))
_SHARP = 4  # bits of a pixel that OpenCV draws between pixels

# Of a right hand, thumb at the right, in units: base, length, width and degrees of splay of index, middle, ring and
# little finger.
_FINGERS = (
    (0.37, -0.40, 0.82, 0.20, 9.0),
    (0.125, -0.46, 0.92, 0.21, 2.0),
    (-0.125, -0.45, 0.86, 0.20, -5.0),
    (-0.365, -0.36, 0.66, 0.17, -13.0),
)
_THUMB = (0.30, 0.28, 0.78, 0.24, 48.0)
# Heart, head and life line: points that a curve goes through.
_PRINCIPAL = (
    ((-0.46, -0.14), (-0.15, -0.17), (0.12, -0.28), (0.22, -0.40)),
    ((0.44, -0.16), (0.15, -0.06), (-0.12, 0.06), (-0.36, 0.22)),
    ((0.44, -0.14), (0.18, 0.02), (0.06, 0.24), (0.10, 0.52)),
)
_CREASES = 34

FloatImage = NDArray[np.float32]


@dataclass(frozen=True)
class Hand:
    """``lines``: (640, 640) shade of the palm, -1 darkest, in a square of 1.6 units around its middle. ``fingers``: x
    and y of the base, length, width, splay each, the thumb last. ``skin``: RGB. ``left``: the mirrored hand."""

    seed: int
    lines: FloatImage
    fingers: tuple[tuple[float, float, float, float, float], ...]
    skin: NDArray[np.float64]
    left: bool


@dataclass(frozen=True)
class Showing:
    """How the hand is held. ``turn``: degrees, clockwise. ``size``: palm's width, share of the frame's height.
    ``x``, ``y``: of the palm's middle, shares of the frame. ``spread``: 1 is easy, 0 fingers together. ``light``: 1 is
    good. ``fist``: fingers folded in."""

    turn: float
    size: float
    x: float
    y: float
    spread: float
    light: float
    seed: int
    fist: bool = False


def draw_showing(seed: int) -> Showing:
    """As people follow a guide: within ±15° and a tenth of the frame."""
    chance = np.random.default_rng(seed)
    return Showing(
        turn=float(np.clip(chance.normal(0, 6), -15, 15)),
        size=float(chance.uniform(0.30, 0.38)),
        x=float(chance.uniform(0.45, 0.55)),
        y=float(chance.uniform(0.58, 0.64)),
        spread=float(chance.uniform(0.85, 1.2)),
        light=float(chance.uniform(0.8, 1.1)),
        seed=seed,
    )


@lru_cache(maxsize=KEPT_HANDS)
def hand(seed: int, *, left: bool = False) -> Hand:
    """The hand of ``seed``; its left one has lines of its own."""
    body, palm = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2 + left])
    grown = tuple(
        (x * body.uniform(0.97, 1.03), y, length * body.uniform(0.93, 1.07), width * body.uniform(0.93, 1.03), splay)
        for x, y, length, width, splay in (*_FINGERS, _THUMB)
    )
    skin = DARKEST_SKIN + (LIGHTEST_SKIN - DARKEST_SKIN) * body.uniform(0, 1)
    return Hand(seed, _palm_lines(palm), grown, skin, left)


def show(drawn: Hand, showing: Showing, width: int = 1280, height: int = 960) -> Pixels:
    """(height, width, 3) RGB: the hand before a dark ground."""
    chance = np.random.default_rng([drawn.seed, showing.seed, 7])
    shade, cover = _laid(drawn, showing)
    if drawn.left:
        shade, cover = np.ascontiguousarray(shade[:, ::-1]), np.ascontiguousarray(cover[:, ::-1])
    scale = showing.size * height / UNIT
    cosine, sine = np.cos(np.deg2rad(showing.turn)) * scale, np.sin(np.deg2rad(showing.turn)) * scale
    linear = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([CANVAS - 1 - MIDDLE[0] if drawn.left else MIDDLE[0], MIDDLE[1]])
    motion = np.column_stack([linear, np.array([showing.x * width, showing.y * height]) - linear @ middle])
    # The forearm goes on below its square.
    shade, cover = (
        np.asarray(cv2.warpAffine(plane, motion, (width, height), borderMode=cv2.BORDER_REPLICATE), np.float32)
        for plane in (shade, cover)
    )
    ground = showing.light * (34 + 6 * _blotches(chance, 5, 7, (height, width)))
    lit = (1 + 0.08 * _blotches(chance, 2, 2, (height, width))) * showing.light
    skin = (shade * lit)[..., None] * drawn.skin
    picture = cover[..., None] * skin + (1 - cover[..., None]) * ground[..., None]
    picture += chance.standard_normal(picture.shape, np.float32) * 3
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _palm_lines(chance: np.random.Generator) -> FloatImage:
    """Three principal lines, moved by chance, and creases; on skin that is not all of one shade."""
    lines = np.zeros((LINES, LINES), np.float32)
    for principal in _PRINCIPAL:
        bent = np.array(principal) + chance.normal(0, 0.045, (len(principal), 2))
        _stroke(lines, bent, float(chance.uniform(0.45, 0.7)), int(chance.integers(5, 9)))
    for _ in range(_CREASES):
        start = chance.uniform(-0.5, 0.5, 2)
        direction = chance.uniform(0, np.pi)
        step = chance.uniform(0.05, 0.16) * np.array([np.cos(direction), np.sin(direction)])
        points = start + np.outer(np.arange(4), step) + chance.normal(0, 0.012, (4, 2))
        _stroke(lines, points, float(chance.uniform(0.15, 0.4)), int(chance.integers(2, 5)))
    from_middle = np.hypot(*(np.mgrid[0:LINES, 0:LINES] / (LINES / 2) - 1))
    ends = np.clip((1 - from_middle) / 0.2, 0, 1)
    return np.asarray(ends * (lines * 0.55 + 0.05 * _blotches(chance, 12, 12, lines.shape)), np.float32)


def _stroke(lines: FloatImage, points: NDArray[np.float64], depth: float, thickness: int) -> None:
    """A smooth dark curve through four points, in units from the palm's middle."""
    where = np.linspace(0, len(points) - 1, 40)
    cubic = np.polyfit(np.arange(len(points)), points, 3)
    curve = np.stack([np.polyval(cubic[:, axis], where) for axis in (0, 1)], 1)
    drawn = np.zeros(lines.shape, np.float32)
    pixels = np.round((curve / 1.6 + 0.5) * LINES * 2**_SHARP).astype(np.int32)
    cv2.polylines(drawn, [pixels], False, 1.0, thickness, cv2.LINE_AA, _SHARP)
    lines -= depth * cv2.GaussianBlur(drawn, (0, 0), 1.2)


def _laid(drawn: Hand, showing: Showing) -> tuple[FloatImage, FloatImage]:
    """Shade of the skin, about 1, and where the hand is, 0 to 1, in the hand's square."""
    cover = np.zeros((CANVAS, CANVAS), np.uint8)
    _polygon(cover, ((-0.47, -0.36), (-0.3, -0.46), (0.35, -0.48), (0.47, -0.4), (0.5, 0.1), (0.33, 0.6), (0.30, 1.4),
                     (-0.30, 1.4), (-0.32, 0.62), (-0.49, 0.2)))  # fmt: skip
    bent = np.random.default_rng([drawn.seed, showing.seed, 11]).normal(0, 1.2, len(drawn.fingers))
    for (x, y, length, width, splay), bend in zip(drawn.fingers, bent, strict=True):
        shown = length * (0.12 if showing.fist else 1.0)
        degrees = np.deg2rad(splay * showing.spread + bend)
        tip = (x + shown * np.sin(degrees), y - shown * np.cos(degrees))
        base = (x - 0.25 * np.sin(degrees), y + 0.25 * np.cos(degrees))
        cv2.line(cover, _pixel(base), _pixel(tip), 255, int(width * UNIT), cv2.LINE_AA, _SHARP)
    soft = np.asarray(cv2.GaussianBlur(cover, (0, 0), 3), np.float32) / np.float32(255)
    # Round at the edges, and the palm's lines in the middle.
    depth = cv2.distanceTransform(np.asarray(cover > 127, np.uint8), cv2.DIST_L2, 5)
    shade = (0.72 + 0.28 * np.minimum(depth / (0.12 * UNIT), 1)).astype(np.float32)
    side = int(1.6 * UNIT)
    left, top = int(MIDDLE[0]) - side // 2, int(MIDDLE[1]) - side // 2
    shade[top : top + side, left : left + side] += cv2.resize(drawn.lines, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(shade, 0.1, 1.3), np.float32), soft


def _polygon(cover: NDArray[np.uint8], points: tuple[tuple[float, float], ...]) -> None:
    cv2.fillPoly(cover, [np.array([_pixel(point) for point in points], np.int32)], 255, cv2.LINE_AA, _SHARP)


def _pixel(point: tuple[float, float]) -> tuple[int, int]:
    return (
        round((MIDDLE[0] + point[0] * UNIT) * 2**_SHARP),
        round((MIDDLE[1] + point[1] * UNIT) * 2**_SHARP),
    )


def _blotches(chance: np.random.Generator, rows: int, columns: int, shape: tuple[int, ...]) -> FloatImage:
    """A smooth random field of that shape, variance about 1."""
    coarse = chance.standard_normal((rows, columns), np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)
