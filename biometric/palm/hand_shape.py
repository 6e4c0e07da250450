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

from biometric.frames import Pixels
from biometric.palm.region import Grey, PalmAdvice, UnusablePalm

Points = NDArray[np.float64]

WORKING_SIDE = 640
# Grey levels between hand and ground below which it is one surface with noise on it.
LEAST_SEPARATION = 6.0
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


def by_redness(rgb: Pixels) -> Grey:
    """Skin of any shade is redder than what is not skin."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)[:, :, 1], np.uint8)


def by_brightness(rgb: Pixels) -> Grey:
    """For grey pictures and red grounds: the hand is nearer to the lamp."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def find_fingers(rgb: Pixels) -> Fingers:
    """``rgb``: a picture of ``WORKING_SIDE``. Raises UnusablePalm with the reason of the way that came farther."""
    reasons: list[UnusablePalm] = []
    for plane_of in (by_redness, by_brightness):
        try:
            return _fingers(_outline(rgb, plane_of))
        except UnusablePalm as reason:
            reasons.append(reason)
    seen = [reason for reason in reasons if reason.advice is not PalmAdvice.NO_HAND]
    raise (seen or reasons)[0]


def _outline(rgb: Pixels, plane_of: Callable[[Pixels], Grey]) -> Outline:
    """Of the largest surface that Otsu's threshold tells from the ground."""
    plane = np.asarray(cv2.GaussianBlur(plane_of(rgb), (0, 0), _SMOOTHING), np.uint8)
    _, mask = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((_SPECK, _SPECK), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        raise UnusablePalm(PalmAdvice.NO_HAND)
    largest = max(contours, key=cv2.contourArea)
    filled = np.zeros(mask.shape, np.uint8)
    cv2.drawContours(filled, [largest], -1, 255, -1)
    ground = plane[filled == 0]
    if not ground.size or float(plane[filled > 0].mean() - ground.mean()) < LEAST_SEPARATION:
        raise UnusablePalm(PalmAdvice.NO_HAND)
    # The picture's edge is an edge of the hand.
    depth = cv2.distanceTransform(cv2.copyMakeBorder(filled, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), cv2.DIST_L2, 5)[
        1:-1, 1:-1
    ]
    _, radius, _, middle = cv2.minMaxLoc(depth)
    if radius < SMALLEST_PALM * min(mask.shape):
        raise UnusablePalm(PalmAdvice.TOO_FAR)
    return _walked(largest[:, 0, :].astype(np.float64), np.array(middle, np.float64), radius, filled)


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
    whole = [bool(not cut[peak]) for peak in peaks]
    candidates = [
        found
        for first in range(len(peaks) - 3)
        if all(whole[first : first + 4]) and (found := _four(outline, peaks, whole, first)) is not None
    ]
    if candidates:
        return min(candidates, key=lambda candidate: candidate[0])[1]
    stretches = int((cut & ~np.roll(cut, 1)).sum())
    if stretches > _EDGES_OF_A_WRIST:
        raise UnusablePalm(PalmAdvice.TOO_NEAR)
    raise UnusablePalm(PalmAdvice.SPREAD_FINGERS if sum(whole) < 4 else PalmAdvice.HOLD_FLAT)


def _four(outline: Outline, peaks: NDArray[np.intp], whole: list[bool], first: int) -> tuple[float, Fingers] | None:
    """The four tips from ``first`` on as fingers, with how unlike a hand they are; None when they cannot be."""
    four = peaks[first : first + 4]
    deepest = np.array(
        [outline.points[start + int(np.argmin(outline.distance[start:end]))] for start, end in pairwise(four)]
    )
    # The valleys by distance tell where down is; seen that way, they are taken again, which does not depend on the
    # palm's middle, and so on the thumb and the wrist.
    for _ in range(2):
        down = _down(deepest, outline.middle)
        deepest = np.array([_bottom(outline.points[start : end + 1], down) for start, end in pairwise(four)])
    down = _down(deepest, outline.middle)
    across = deepest[2] - deepest[0]
    length = float(np.hypot(*across))
    bend = abs(float((deepest[1] - deepest[0]) @ down)) / length
    along = float((deepest[1] - deepest[0]) @ across) / length**2
    towards = outline.middle - (deepest[0] + deepest[2]) / 2
    slant = np.arccos(np.clip(towards @ down / max(float(np.hypot(*towards)), 1e-9), -1, 1))
    if not (
        _VALLEYS_APART[0] < length / outline.radius < _VALLEYS_APART[1]
        and bend < _DEEPEST_BEND
        and _MIDDLE_VALLEY[0] < along < _MIDDLE_VALLEY[1]
        and slant < _LARGEST_SLANT
        and all((tip - deepest[1]) @ down < 0 for tip in outline.points[four])
    ):
        return None
    thumb = _thumb(outline, peaks, whole, first)
    return bend + abs(along - 0.5), Fingers(
        outline.points[four], deepest, thumb, down, outline.radius, outline.filled
    )  # fmt: skip


def _down(valleys: Points, middle: Points) -> Points:
    across = valleys[2] - valleys[0]
    down = np.array([-across[1], across[0]]) / max(float(np.hypot(*across)), 1e-9)
    return down if (middle - (valleys[0] + valleys[2]) / 2) @ down > 0 else -down


def _bottom(arc: Points, down: Points) -> Points:
    depth = arc @ down
    return np.asarray(arc[depth > depth.max() - _VALLEY_DEPTH].mean(axis=0))


def _thumb(outline: Outline, peaks: NDArray[np.intp], whole: list[bool], first: int) -> Points | None:
    """The tip before or after the four that is nearest to its neighbour among them; the other is of the wrist."""
    before, after = (first - 1) % len(peaks), (first + 4) % len(peaks)
    beside = [
        (float(np.hypot(*(outline.points[peaks[tip]] - outline.points[peaks[near]]))), tip)
        for tip, near in ((before, first), (after, first + 3))
        if whole[tip] and not first <= tip < first + 4
    ]
    return outline.points[peaks[min(beside)[1]]] if beside else None
