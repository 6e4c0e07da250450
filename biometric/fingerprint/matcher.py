"""Compare two compact templates by their minutiae alone.

Each minutia is described by a cylinder (Cappelli, Ferrara, Maltoni: Minutia Cylinder-Code, 2010): where its
neighbours lie and where they point, relative to itself. The best pairs of cylinders propose how one finger lies on
the other; the proposal that the most minutiae agree with, within an elastic tolerance, gives the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometric.fingerprint.template import LARGEST_COUNT, SQUARE, SQUARE_COLUMNS, SQUARE_ROWS, Minutiae, unpack

Floats = NDArray[np.float64]

# The cylinder: cells across, directions, radius and the two widths, in pixels at 500 dpi, as in the prototype.
CELLS_ACROSS = 10
CELL_DIRECTIONS = 6
CYLINDER_RADIUS = 72.0
CELL_SIGMA = 9.3
DIRECTION_SIGMA = 2 * np.pi / 9
SMALLEST_COMMON_AREA = 0.35
# How many proposals are tried, and the smallest likeness of two cylinders that is one.
PROPOSALS = 24
SMALLEST_LIKENESS = 0.2
# How far skin may stretch: pixels for the first look, pixels after the fit, radians.
FIRST_TOLERANCE = 16.0
TOLERANCE = 9.0
TURN_TOLERANCE = 0.4
FITS = 2
# Fewer than this many minutiae in agreement prove nothing whatever their share.
CONVINCING_COUNT = 14
FEWEST_MINUTIAE = 4
SCORE_SCALE = 400
# Development split: synthetic fingers 1000 to 1029 (904 impostor pairs, highest score 86; 300 genuine pairs, 1 % of
# them below 186) and fingers 101 to 105 of FVC 2002 DB1_B and FVC 2004 DB1_B (320 impostor pairs, highest 29).
# RECOMMENDED_THRESHOLD is for touches on the sensor; IMAGE_THRESHOLD for uploaded pictures of real fingers, whose
# minutiae are sparser and whose scores, right and wrong, are lower.
RECOMMENDED_THRESHOLD = 100
IMAGE_THRESHOLD = 35
LARGEST_SCORE = 0xFFFF


@dataclass(frozen=True)
class Pose:
    """How the second finger is laid on the first: turned by ``turn`` radians, then moved by ``shift`` pixels."""

    turn: float
    shift: Floats

    def onto_first(self, points: Floats) -> Floats:
        return np.asarray(points @ _rotation(self.turn).T + self.shift)

    def onto_second(self, points: Floats) -> Floats:
        return np.asarray((points - self.shift) @ _rotation(self.turn))


@dataclass(frozen=True)
class Agreement:
    """``score``: 0..; SCORE_SCALE times it is the sensor's score. ``pairs``: (first, second)."""

    score: float
    pose: Pose
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Described:
    """``cylinders``: (count, cells × directions); ``valid``: (count, cells)."""

    minutiae: Minutiae
    points: Floats
    cylinders: NDArray[np.float32]
    valid: NDArray[np.float32]


def compare(first: bytes, second: bytes) -> int:
    """The score of two templates, 0..65535, symmetric but for rounding. Raises MalformedTemplate."""
    agreement = agree(unpack(first), unpack(second))
    if agreement is None:
        return 0
    return int(min(LARGEST_SCORE, round(SCORE_SCALE * agreement.score)))


def agree(first: Minutiae, second: Minutiae) -> Agreement | None:
    """The best way to lay ``second`` on ``first``; None when nothing agrees."""
    if len(first) < FEWEST_MINUTIAE or len(second) < FEWEST_MINUTIAE:
        return None
    described_first, described_second = _describe(first), _describe(second)
    likeness = _likeness(described_first, described_second)
    best: Agreement | None = None
    for proposal in np.argsort(-likeness, axis=None, kind="stable")[:PROPOSALS]:
        one, other = divmod(int(proposal), likeness.shape[1])
        if likeness[one, other] <= SMALLEST_LIKENESS:
            break
        turn = float(first.direction[one] - second.direction[other])
        shift = described_first.points[one] - _rotation(turn) @ described_second.points[other]
        agreement = _settle(described_first, described_second, likeness, Pose(turn, shift))
        if agreement is not None and (best is None or agreement.score > best.score):
            best = agreement
    return best


def join(first: Minutiae, second: Minutiae, smallest_score: float) -> Minutiae | None:
    """One template of two touches in the field of the first; None when they do not belong together.

    Minutiae seen in both touches are averaged and gain quality; those seen in one only lose some where the other
    should have shown them.
    """
    agreement = agree(first, second)
    if agreement is None or agreement.score < smallest_score:
        return None
    moved = agreement.pose.onto_first(second.points)
    turned = (second.direction + agreement.pose.turn) % (2 * np.pi)
    ours = np.array([one for one, _ in agreement.pairs], np.intp)
    theirs = np.array([other for _, other in agreement.pairs], np.intp)
    x, y, quality = first.x.copy(), first.y.copy(), first.quality.copy()
    alone = np.ones(len(first), np.bool_)
    alone[ours] = False
    quality[alone & _seen(second, agreement.pose.onto_second(first.points))] *= 0.5
    x[ours], y[ours] = (x[ours] + moved[theirs, 0]) / 2, (y[ours] + moved[theirs, 1]) / 2
    quality[ours] = np.minimum(1.0, np.maximum(quality[ours], second.quality[theirs]) + 0.1)
    rest = np.ones(len(second), np.bool_)
    rest[theirs] = False
    rest &= _in_field(moved)
    rest_quality = second.quality.copy()
    rest_quality[_seen(first, moved)] *= 0.5
    return Minutiae(
        np.concatenate([x, moved[rest, 0]]),
        np.concatenate([y, moved[rest, 1]]),
        np.concatenate([first.direction, turned[rest]]),
        np.concatenate([first.fork, second.fork[rest]]),
        np.concatenate([quality, rest_quality[rest]]),
        first.seen | _seen_squares(second, agreement.pose),
        first.touches + second.touches,
    ).best(LARGEST_COUNT)


def _rotation(turn: float) -> Floats:
    cosine, sine = np.cos(turn), np.sin(turn)
    return np.array([[cosine, -sine], [sine, cosine]])


def _turn_between(first: NDArray[np.floating[Any]], second: NDArray[np.floating[Any]]) -> Floats:
    """Signed, -π..π."""
    return np.asarray((first - second + np.pi) % (2 * np.pi) - np.pi)


def _in_field(points: Floats) -> NDArray[np.bool_]:
    inside = (points >= 0) & (points < (SQUARE * SQUARE_COLUMNS, SQUARE * SQUARE_ROWS))
    return np.asarray(inside.all(-1))


def _seen(minutiae: Minutiae, points: Floats) -> NDArray[np.bool_]:
    """Which of ``points`` (…, 2) lie where the finger was seen."""
    columns = np.floor(points[..., 0] / SQUARE).astype(np.intp)
    rows = np.floor(points[..., 1] / SQUARE).astype(np.intp)
    inside = (columns >= 0) & (rows >= 0) & (columns < SQUARE_COLUMNS) & (rows < SQUARE_ROWS)
    seen = np.zeros(points.shape[:-1], np.bool_)
    seen[inside] = minutiae.seen[rows[inside], columns[inside]]
    return seen


def _seen_squares(second: Minutiae, pose: Pose) -> NDArray[np.bool_]:
    """The squares of the first field in which the second finger was seen."""
    rows, columns = np.mgrid[0:SQUARE_ROWS, 0:SQUARE_COLUMNS]
    centres = np.stack([(columns + 0.5) * SQUARE, (rows + 0.5) * SQUARE], axis=-1).reshape(-1, 2)
    return _seen(second, pose.onto_second(centres)).reshape(SQUARE_ROWS, SQUARE_COLUMNS)


def _cell_centres() -> Floats:
    ticks = (np.arange(CELLS_ACROSS) - (CELLS_ACROSS - 1) / 2) * (2 * CYLINDER_RADIUS / CELLS_ACROSS)
    across, down = np.meshgrid(ticks, ticks)
    centres = np.stack([across.ravel(), down.ravel()], axis=1)
    return np.asarray(centres[np.hypot(centres[:, 0], centres[:, 1]) <= CYLINDER_RADIUS])


_CELLS = _cell_centres()
_DIRECTIONS = -np.pi + (np.arange(CELL_DIRECTIONS) + 0.5) * (2 * np.pi / CELL_DIRECTIONS)


def _describe(minutiae: Minutiae) -> _Described:
    points, direction = minutiae.points, minutiae.direction
    cosine, sine = np.cos(direction)[:, None], np.sin(direction)[:, None]
    cell_x = points[:, :1] + cosine * _CELLS[:, 0] - sine * _CELLS[:, 1]
    cell_y = points[:, 1:] + sine * _CELLS[:, 0] + cosine * _CELLS[:, 1]
    valid = _seen(minutiae, np.stack([cell_x, cell_y], axis=-1))
    squared = (cell_x[:, :, None] - points[None, None, :, 0]) ** 2 + (
        cell_y[:, :, None] - points[None, None, :, 1]
    ) ** 2
    nearness = np.exp(-squared / (2 * CELL_SIGMA * CELL_SIGMA))
    own = np.arange(len(minutiae))
    nearness[own, :, own] = 0
    turn = _turn_between(direction[:, None], direction[None, :])
    pointing = np.exp(
        -(_turn_between(_DIRECTIONS[None, :, None], turn[:, None, :]) ** 2) / (2 * DIRECTION_SIGMA * DIRECTION_SIGMA)
    )
    mass = np.matmul(nearness, pointing.transpose(0, 2, 1))
    # MCC's sigmoid, moved so that an empty cell is zero.
    filled = 1 / (1 + np.exp(-6 * (mass - 0.35))) - 1 / (1 + np.exp(6 * 0.35))
    cylinders = (filled * valid[:, :, None]).reshape(len(minutiae), -1)
    return _Described(minutiae, points, cylinders.astype(np.float32), valid.astype(np.float32))


def _likeness(first: _Described, second: _Described) -> Floats:
    """(count, count): 0..1 for every pair of cylinders, over the cells valid in both."""
    first_valid = np.repeat(first.valid, CELL_DIRECTIONS, axis=1)
    second_valid = np.repeat(second.valid, CELL_DIRECTIONS, axis=1)
    first_energy = (first.cylinders * first.cylinders) @ second_valid.T
    second_energy = ((second.cylinders * second.cylinders) @ first_valid.T).T
    distance = np.sqrt(np.maximum(first_energy + second_energy - 2 * first.cylinders @ second.cylinders.T, 0))
    likeness = 1 - distance / (np.sqrt(first_energy) + np.sqrt(second_energy) + 1e-6)
    common = (first.valid @ second.valid.T) / len(_CELLS)
    likeness[common < SMALLEST_COMMON_AREA] = 0
    turn = _turn_between(first.minutiae.direction[:, None], second.minutiae.direction[None, :])
    likeness[np.abs(turn) > np.pi / 2] = 0
    return np.asarray(likeness, np.float64)


def _settle(first: _Described, second: _Described, likeness: Floats, pose: Pose) -> Agreement | None:
    """Pair what lies together under ``pose``, fit the pose to the pairs, pair again; then score."""
    pairs = _pair(first, second, likeness, pose, FIRST_TOLERANCE)
    for _ in range(FITS):
        if len(pairs) < 3:
            return None
        ours, theirs = (list(side) for side in zip(*pairs, strict=True))
        pose = _fit(first.points[ours], second.points[theirs])
        pairs = _pair(first, second, likeness, pose, TOLERANCE)
    if len(pairs) < 3:
        return None
    count = len(pairs)
    # How many of each finger's minutiae the other could have shown.
    of_first = max(int(_seen(second.minutiae, pose.onto_second(first.points)).sum()), count)
    of_second = max(int(_seen(first.minutiae, pose.onto_first(second.points)).sum()), count)
    mean_likeness = float(np.mean([max(likeness[pair], 0.0) for pair in pairs]))
    share = count * count / ((of_first + 3.0) * (of_second + 3.0))
    score = share * (0.5 + mean_likeness) * min(1.0, count / CONVINCING_COUNT)
    return Agreement(score, pose, tuple(pairs))


def _fit(first: Floats, second: Floats) -> Pose:
    """Least squares rotation and shift that lay ``second`` on ``first``."""
    middle_first, middle_second = first.mean(0), second.mean(0)
    spread = (second - middle_second).T @ (first - middle_first)
    turn = float(np.arctan2(spread[0, 1] - spread[1, 0], spread[0, 0] + spread[1, 1]))
    return Pose(turn, middle_first - _rotation(turn) @ middle_second)


def _pair(
    first: _Described, second: _Described, likeness: Floats, pose: Pose, tolerance: float
) -> list[tuple[int, int]]:
    """Pairs that lie together and point the same way, the nearest first, each minutia once."""
    moved = pose.onto_first(second.points)
    distance = np.hypot(first.points[:, None, 0] - moved[None, :, 0], first.points[:, None, 1] - moved[None, :, 1])
    turn = np.abs(_turn_between(first.minutiae.direction[:, None], second.minutiae.direction[None, :] + pose.turn))
    ours, theirs = np.nonzero((distance < tolerance) & (turn < TURN_TOLERANCE))
    cost = distance[ours, theirs] / tolerance + turn[ours, theirs] - likeness[ours, theirs]
    used_first: set[int] = set()
    used_second: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for index in np.argsort(cost, kind="stable"):
        one, other = int(ours[index]), int(theirs[index])
        if one not in used_first and other not in used_second:
            used_first.add(one)
            used_second.add(other)
            pairs.append((one, other))
    return pairs
