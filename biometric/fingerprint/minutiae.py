"""Ridge endings and forks of a fingerprint image: binarise, thin to one pixel, find, and drop the false ones."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.fingerprint.enhancement import GreyImage, Mask, Ridges, find_ridges
from biometric.fingerprint.template import (
    FIELD_HEIGHT,
    FIELD_WIDTH,
    LARGEST_COUNT,
    SQUARE,
    SQUARE_COLUMNS,
    SQUARE_ROWS,
    Minutiae,
)

# Closer to the finger's edge than this, ridges end because the picture does. Pixels.
EDGE_MARGIN = 9
# A ridge shorter than this is a spur of the thinning, not a ridge. Pixels (about one ridge period).
SHORTEST_ENDING = 9
ENDING_TRACE = 12
SHORTEST_BRANCH = 8
BRANCH_TRACE = 10
# Two minutiae closer than this are one blot; facing each other a little farther, one broken ridge. Pixels.
BLOT_DISTANCE = 7.0
BREAK_DISTANCE = 12.0
FACING_ANGLE = 0.75 * np.pi
SMALLEST_MINUTIA_COHERENCE = 0.35
# Below these an image cannot be told from another: the sensor answers "messy" and "too few features".
# On synthetic fingers the median coherence was 0.96 to 0.98 for clean touches and 0.84 to 0.90 for wet ones; smears
# leave no finger to look at.
SMALLEST_MEDIAN_COHERENCE = 0.6
SMALLEST_MINUTIA_COUNT = 8

Neighbour = tuple[int, int]
_AROUND: tuple[Neighbour, ...] = ((0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1))


class PoorImage(Exception):
    """No template can be made from the picture."""


class MessyImage(PoorImage):
    """Smeared, wet or no finger at all."""


class TooFewFeatures(PoorImage):
    """A finger, but too little of it."""


def extract(image: GreyImage) -> Minutiae:
    """The minutiae of ``image`` (8 bit, 500 dpi, dark ridges). Raises MessyImage, TooFewFeatures."""
    return minutiae_of(find_ridges(image), SMALLEST_MINUTIA_COUNT)


def minutiae_of(ridges: Ridges, fewest: int) -> Minutiae:
    """At most LARGEST_COUNT minutiae in the template's field. Raises MessyImage, TooFewFeatures."""
    if not ridges.finger.any() or float(np.median(ridges.coherence[ridges.finger])) < SMALLEST_MEDIAN_COHERENCE:
        raise MessyImage("no clear ridges")
    found = _without_false_ones(_candidates(ridges))
    if len(found) < fewest:
        raise TooFewFeatures(f"{len(found)} minutiae")
    return _in_field(found, ridges.finger).best(LARGEST_COUNT)


def _candidates(ridges: Ridges) -> NDArray[np.float64]:
    """Shape (count, 5): x, y, direction, fork (0 or 1), coherence."""
    # Imported here: scikit-image takes a second, which a kiosk without finger pictures need not take to start.
    from skimage.morphology import skeletonize

    thinned: Mask = skeletonize((ridges.response < 0) & ridges.finger)  # type: ignore[no-untyped-call]
    skeleton = thinned.copy()
    skeleton[:2] = skeleton[-2:] = False
    skeleton[:, :2] = skeleton[:, -2:] = False
    crossings = _crossing_number(skeleton)
    inner = cv2.erode(np.pad(ridges.finger.astype(np.uint8), 1), np.ones((3, 3), np.uint8), iterations=EDGE_MARGIN)[
        1:-1, 1:-1
    ].astype(np.bool_)
    found: list[tuple[float, float, float, float, float]] = []
    rows, columns = np.nonzero(((crossings == 1) | (crossings == 3)) & skeleton & inner)
    for y, x in zip(rows.tolist(), columns.tolist(), strict=True):
        fork = crossings[y, x] == 3
        heading = _fork_heading(skeleton, y, x) if fork else _ending_heading(skeleton, y, x)
        if heading is None:
            continue
        direction = float(ridges.direction[y, x])
        if np.cos(direction - heading) < 0:
            direction += np.pi
        found.append((x, y, direction % (2 * np.pi), float(fork), float(ridges.coherence[y, x])))
    return np.array(found, np.float64).reshape(-1, 5)


def _crossing_number(skeleton: Mask) -> NDArray[np.int64]:
    """Half the number of changes on the way around a pixel: 1 at an ending, 2 on a ridge, 3 at a fork."""
    ones = skeleton.astype(np.int64)
    around = [np.roll(ones, shift, (0, 1)) for shift in _AROUND]
    changes = np.zeros_like(ones)
    for index in range(8):
        changes += np.abs(around[index] - around[(index + 1) % 8])
    return changes // 2


def _neighbours(skeleton: Mask, y: int, x: int) -> list[Neighbour]:
    return [(y + dy, x + dx) for dy, dx in _AROUND if skeleton[y + dy, x + dx]]


def _trace(skeleton: Mask, start: Neighbour, first: Neighbour, steps: int) -> tuple[Neighbour, int]:
    """Walk the ridge away from ``start`` through ``first``; where it ended and after how many steps."""
    before, here = start, first
    for step in range(steps):
        following = None
        for candidate in _neighbours(skeleton, *here):
            far = max(abs(candidate[0] - before[0]), abs(candidate[1] - before[1])) > 1
            if far and candidate != start:
                following = candidate
        if following is None:
            return here, step
        before, here = here, following
    return here, steps


def _ending_heading(skeleton: Mask, y: int, x: int) -> float | None:
    """Radians along the ridge away from its end; None for a spur."""
    branches = _neighbours(skeleton, y, x)
    if len(branches) != 1:
        return None
    end, length = _trace(skeleton, (y, x), branches[0], ENDING_TRACE)
    if length < SHORTEST_ENDING:
        return None
    return float(np.arctan2(end[0] - y, end[1] - x))


def _fork_heading(skeleton: Mask, y: int, x: int) -> float | None:
    """Radians into the fork, opposite its lone branch; None unless three real branches leave it."""
    traces = [_trace(skeleton, (y, x), branch, BRANCH_TRACE) for branch in _neighbours(skeleton, y, x)]
    ends = [end for end, length in traces if length >= SHORTEST_BRANCH]
    if len(ends) != 3:
        return None
    angles = [float(np.arctan2(end[0] - y, end[1] - x)) for end in ends]
    apart = [_turn(angles[1], angles[2]), _turn(angles[0], angles[2]), _turn(angles[0], angles[1])]
    return angles[int(np.argmin(apart))] + np.pi


def _turn(first: float, second: float) -> float:
    return abs((first - second + np.pi) % (2 * np.pi) - np.pi)


def _without_false_ones(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drop blots, broken ridges and what lies where ridges are unclear."""
    if len(found) > 1:
        distance = np.hypot(found[:, None, 0] - found[None, :, 0], found[:, None, 1] - found[None, :, 1])
        np.fill_diagonal(distance, np.inf)
        turn = np.abs((found[:, None, 2] - found[None, :, 2] + np.pi) % (2 * np.pi) - np.pi)
        false = (distance < BLOT_DISTANCE) | ((distance < BREAK_DISTANCE) & (turn > FACING_ANGLE))
        found = found[~false.any(1)]
    return np.asarray(found[found[:, 4] > SMALLEST_MINUTIA_COHERENCE])


def field_corner(finger: Mask) -> tuple[int, int]:
    """Row and column of the image where the template's field begins: the corner of the finger's bounding box, or of
    its middle where it is larger than the field."""
    rows, columns = np.flatnonzero(finger.any(1)), np.flatnonzero(finger.any(0))
    return _corner(int(rows[0]), int(rows[-1]), FIELD_HEIGHT), _corner(int(columns[0]), int(columns[-1]), FIELD_WIDTH)


def _in_field(found: NDArray[np.float64], finger: Mask) -> Minutiae:
    """Into the template's field, whose corner is at ``field_corner``."""
    top, left = field_corner(finger)
    field = np.zeros((FIELD_HEIGHT, FIELD_WIDTH), np.float64)
    part = finger[top : top + FIELD_HEIGHT, left : left + FIELD_WIDTH]
    field[: part.shape[0], : part.shape[1]] = part
    seen = field.reshape(SQUARE_ROWS, SQUARE, SQUARE_COLUMNS, SQUARE).mean((1, 3)) > 0.5
    x, y = found[:, 0] - left, found[:, 1] - top
    inside = (x >= 0) & (y >= 0) & (x < FIELD_WIDTH) & (y < FIELD_HEIGHT)
    return Minutiae(
        x[inside], y[inside], found[inside, 2], found[inside, 3] > 0.5, np.clip(found[inside, 4], 0, 1), seen
    )


def _corner(first: int, last: int, size: int) -> int:
    extent = last - first + 1
    return first if extent <= size else first + (extent - size) // 2


def image_from_nibbles(content: Sequence[int] | bytes, width: int = 256, height: int = 288) -> GreyImage:
    """The sensor's image format: two pixels a byte, the left one in the high four bits."""
    pairs = np.frombuffer(bytes(content), np.uint8)
    if len(pairs) != width * height // 2:
        raise ValueError(f"an image of {width} × {height} has {width * height // 2} bytes, not {len(pairs)}")
    pixels = np.stack([pairs >> 4, pairs & 0x0F], axis=1).reshape(height, width)
    return (pixels * 17).astype(np.uint8)
