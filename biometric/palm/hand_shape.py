"""A hand in a photograph: its outline, the tips of its fingers and the valleys between them.

Points are (x, y) in pixels of the picture made ``WORKING_SIDE`` long. The outline is walked once around: its distance
from the palm's middle rises to each fingertip and falls into each valley.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from atm_app.palm_ports import PalmAdvice
from biometric.frames import Pixels
from biometric.palm.region import Grey, Mask, UnusablePalm

Points = NDArray[np.float64]

WORKING_SIDE = 640
# Pixels: gaps between fingers stay open, specks go.
_SMOOTHING = 1.5
_SPECK = 5
# All lengths below are in radii of the largest circle inside the hand, the palm's radius.
_TIP_PROMINENCE = 0.25
_PROFILE_SMOOTHING = 0.03
# Pixels to the picture's edge at which an outline is cut off.
_EDGE = 2
# A palm of this share of the picture's shorter side fills less than a fifth of it each way.
SMALLEST_PALM = 0.09
# Stretches of the outline along the picture's edge: the wrist is one.
_EDGES_OF_A_WRIST = 1
# What the valleys of an open hand facing the camera keep to. The tuning hands: length between the outer two 0.89..1.20
# radii, bend 0.07..0.20 of that, the middle one at 0.45..0.52 of the way.
_VALLEYS_APART = (0.75, 1.5)
_DEEPEST_BEND = 0.3
_MIDDLE_VALLEY = (0.35, 0.65)
# Radians between the way from the valleys to the palm's middle and straight down; the tuning hands: up to 9.5 degrees.
_LARGEST_SLANT = np.deg2rad(25)
# How far the tips reach beyond the valleys, in lengths between the outer two; the tuning hands: 0.85 and more, the
# longest 1.54..1.83. A hand tilted towards the camera has short fingers, one turned about them long ones.
_SHORTEST_FINGER = 0.5
_LONGEST_FINGER = (1.25, 2.2)
# A valley is a few pixels wide: the mean of the outline's points this near to the deepest, pixels.
_VALLEY_DEPTH = 1.5


@dataclass(frozen=True)
class Outline:
    """``points``: (n, 2), once around, from the place nearest to the middle. ``distance``: each one's from ``middle``,
    smoothed. ``filled``: the hand as a mask, 0 or 255."""

    points: Points
    distance: NDArray[np.float64]
    middle: Points
    radius: float
    filled: Grey

    @property
    def is_cut(self) -> bool:
        """Whether the palm's circle goes to the edge of the picture: there may be more of the palm beyond."""
        room = np.array(self.filled.shape[::-1]) - 1 - self.middle
        return bool(min(self.middle.min(), room.min()) < self.radius + _EDGE)


@dataclass(frozen=True)
class Fingers:
    """Index, middle, ring and little finger, or the same backwards. ``tips``: (4, 2); ``valleys``: (3, 2), the points
    between them; ``thumb``: its tip when the picture has one. ``down``: unit vector across the valleys, to the palm."""

    tips: Points
    valleys: Points
    thumb: Points | None
    down: Points
    radius: float
    filled: Grey


def redness(rgb: Pixels) -> Grey:
    """Skin of any shade is redder than what is not skin."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)[:, :, 1], np.uint8)


def brightness(rgb: Pixels) -> Grey:
    """For grey pictures and red grounds: the hand is nearer to the lamp."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


# What tells a hand from its ground, and by how many levels at least: below, it is one surface with noise on it. The
# tuning hands are 22 levels redder and more.
WAYS: tuple[tuple[Callable[[Pixels], Grey], float], ...] = ((redness, 6.0), (brightness, 25.0))


def find_fingers(rgb: Pixels) -> Fingers:
    """``rgb``: a picture of ``WORKING_SIDE``. Raises UnusablePalm with the reason of the way that came farther."""
    reasons: list[UnusablePalm] = []
    for plane_of, separation in WAYS:
        try:
            return _fingers(_outline(plane_of(rgb), separation))
        except UnusablePalm as reason:
            reasons.append(reason)
    seen = [reason for reason in reasons if reason.advice is not PalmAdvice.NO_HAND]
    raise (seen or reasons)[0]


def _outline(plane: Grey, separation: float) -> Outline:
    """Of the largest surface that Otsu's threshold tells from the ground."""
    plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), _SMOOTHING), np.uint8)
    _, mask = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((_SPECK, _SPECK), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        raise UnusablePalm(PalmAdvice.NO_HAND)
    largest = max(contours, key=cv2.contourArea)
    filled = np.zeros(mask.shape, np.uint8)
    cv2.drawContours(filled, [largest], -1, 255, -1)
    ground = plane[filled == 0]
    if not ground.size or float(plane[filled > 0].mean() - ground.mean()) < separation:
        raise UnusablePalm(PalmAdvice.NO_HAND)
    # The picture's edge is an edge of the hand.
    depth = cv2.distanceTransform(cv2.copyMakeBorder(filled, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), cv2.DIST_L2, 5)[
        1:-1, 1:-1
    ]
    _, radius, _, middle = cv2.minMaxLoc(depth)
    found = _walked(largest[:, 0, :].astype(np.float64), np.array(middle, np.float64), radius, filled)
    if radius < SMALLEST_PALM * min(mask.shape):
        raise UnusablePalm(PalmAdvice.TOO_NEAR if found.is_cut else PalmAdvice.TOO_FAR)
    return found


def _walked(points: Points, middle: Points, radius: float, filled: Grey) -> Outline:
    distance = np.hypot(*(points - middle).T)
    reach = 2 * int(3 * _PROFILE_SMOOTHING * radius) + 1
    weights = cv2.getGaussianKernel(reach, _PROFILE_SMOOTHING * radius).ravel()
    distance = np.convolve(np.pad(distance, reach // 2, mode="wrap"), weights, "valid")
    start = int(np.argmin(distance))
    return Outline(np.roll(points, -start, axis=0), np.roll(distance, -start), middle, radius, filled)


def _fingers(outline: Outline) -> Fingers:
    height, width = outline.filled.shape
    x, y = outline.points.T
    cut = (x < _EDGE) | (y < _EDGE) | (x >= width - _EDGE) | (y >= height - _EDGE)
    peaks, _ = find_peaks(outline.distance, prominence=_TIP_PROMINENCE * outline.radius)
    whole = ~cut[peaks]
    candidates = [
        found
        for first in range(len(peaks) if len(peaks) >= 4 else 0)
        if all(np.roll(whole, -first)[:4]) and (found := _four(outline, np.roll(peaks, -first), np.roll(whole, -first)))
    ]
    if candidates:
        return min(candidates, key=lambda candidate: candidate[0])[1]
    stretches = int((cut & ~np.roll(cut, 1)).sum())
    if stretches > _EDGES_OF_A_WRIST or outline.is_cut:
        raise UnusablePalm(PalmAdvice.TOO_NEAR)
    raise UnusablePalm(PalmAdvice.SPREAD_FINGERS if whole.sum() < 4 else PalmAdvice.HOLD_FLAT)


def _four(outline: Outline, peaks: NDArray[np.intp], whole: Mask) -> tuple[float, Fingers] | None:
    """The first four tips as fingers, with how unlike a hand they are; None when they cannot be."""
    arcs = [_arc(outline, start, end) for start, end in pairwise(peaks[:4])]
    deepest = np.array([outline.points[arc[int(np.argmin(outline.distance[arc]))]] for arc in arcs])
    # The valleys by distance tell where down is; seen that way, they are taken again, which does not depend on the
    # palm's middle, and so on the thumb and the wrist.
    for _ in range(2):
        down = _down(deepest, outline.middle)
        deepest = np.array([_bottom(outline.points[arc], down) for arc in arcs])
    fingers = Fingers(
        outline.points[peaks[:4]], deepest, _thumb(outline, peaks, whole), _down(deepest, outline.middle),
        outline.radius, outline.filled,
    )  # fmt: skip
    unlike = _unlike(fingers, outline.middle)
    return None if unlike is None else (unlike, fingers)


def _unlike(fingers: Fingers, middle: Points) -> float | None:
    """How far from straight and even the valleys are; None when it is no open hand facing the camera."""
    first, second, last = fingers.valleys
    across = last - first
    length = float(np.hypot(*across))
    bend = abs(float((second - first) @ fingers.down)) / length
    along = float((second - first) @ across) / length**2
    towards = middle - (first + last) / 2
    slant = np.arccos(np.clip(towards @ fingers.down / max(float(np.hypot(*towards)), 1e-9), -1, 1))
    reach = ((first + last) / 2 - fingers.tips) @ fingers.down / length
    is_hand = (
        _VALLEYS_APART[0] < length / fingers.radius < _VALLEYS_APART[1]
        and bend < _DEEPEST_BEND
        and _MIDDLE_VALLEY[0] < along < _MIDDLE_VALLEY[1]
        and slant < _LARGEST_SLANT
        and reach.min() > _SHORTEST_FINGER
        and _LONGEST_FINGER[0] < reach.max() < _LONGEST_FINGER[1]
    )
    return bend + abs(along - 0.5) if is_hand else None


def _down(valleys: Points, middle: Points) -> Points:
    across = valleys[2] - valleys[0]
    down = np.array([-across[1], across[0]]) / max(float(np.hypot(*across)), 1e-9)
    return down if (middle - (valleys[0] + valleys[2]) / 2) @ down > 0 else -down


def _bottom(arc: Points, down: Points) -> Points:
    depth = arc @ down
    return np.asarray(arc[depth > depth.max() - _VALLEY_DEPTH].mean(axis=0))


def _arc(outline: Outline, start: int, end: int) -> NDArray[np.intp]:
    """Indices of the points from one tip to the next, perhaps across the place where the walk began."""
    around = len(outline.points)
    return np.arange(start, end + 1 if end > start else end + 1 + around) % around


def _thumb(outline: Outline, peaks: NDArray[np.intp], whole: Mask) -> Points | None:
    """The tip before or after the first four that is nearest to its neighbour among them; the other is of the wrist."""
    beside = [
        (float(np.hypot(*(outline.points[peaks[tip]] - outline.points[peaks[near]]))), tip)
        for tip, near in ((len(peaks) - 1, 0), (4, 3))
        if 4 <= tip < len(peaks) and whole[tip]
    ]
    return outline.points[peaks[min(beside)[1]]] if beside else None
