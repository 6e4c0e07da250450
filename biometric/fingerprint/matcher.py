"""Compare two compact templates by their minutiae alone.

Each minutia is described by a cylinder (Cappelli, Ferrara, Maltoni: Minutia Cylinder-Code, 2010): where its
neighbours lie and where they point, relative to itself. The best pairs of cylinders propose how one finger lies on
the other; the proposal that the most minutiae agree with, within an elastic tolerance, gives the score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometric.fingerprint.cylinders import Described, describe, likeness_of, seen_at
from biometric.fingerprint.pairing import Pairs, agreement_score, pair_up
from biometric.fingerprint.pose import Floats, Pose, fit, rotation
from biometric.fingerprint.template import LARGEST_COUNT, SQUARE, SQUARE_COLUMNS, SQUARE_ROWS, Minutiae, unpack

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
# For touches on the sensor. Development split: synthetic fingers 1000 to 1029 (904 impostor pairs, highest score 86;
# 300 genuine pairs, 1 % of them below 186). Pictures of real fingers are compared by ``image_matcher``.
RECOMMENDED_THRESHOLD = 100
LARGEST_SCORE = 0xFFFF


@dataclass(frozen=True)
class Agreement:
    """``score``: 0..; SCORE_SCALE times it is the sensor's score. ``pairs``: (first, second)."""

    score: float
    pose: Pose
    pairs: Pairs


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
    described_first, described_second = describe(first), describe(second)
    likeness = likeness_of(described_first, described_second)
    best: Agreement | None = None
    for proposal in np.argsort(-likeness, axis=None, kind="stable")[:PROPOSALS]:
        one, other = divmod(int(proposal), likeness.shape[1])
        if likeness[one, other] <= SMALLEST_LIKENESS:
            break
        turn = float(first.direction[one] - second.direction[other])
        shift = described_first.points[one] - rotation(turn) @ described_second.points[other]
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
    quality[alone & seen_at(second, agreement.pose.onto_second(first.points))] *= 0.5
    x[ours], y[ours] = (x[ours] + moved[theirs, 0]) / 2, (y[ours] + moved[theirs, 1]) / 2
    quality[ours] = np.minimum(1.0, np.maximum(quality[ours], second.quality[theirs]) + 0.1)
    rest = np.ones(len(second), np.bool_)
    rest[theirs] = False
    rest &= _in_field(moved)
    rest_quality = second.quality.copy()
    rest_quality[seen_at(first, moved)] *= 0.5
    return Minutiae(
        np.concatenate([x, moved[rest, 0]]),
        np.concatenate([y, moved[rest, 1]]),
        np.concatenate([first.direction, turned[rest]]),
        np.concatenate([first.fork, second.fork[rest]]),
        np.concatenate([quality, rest_quality[rest]]),
        first.seen | _seen_squares(second, agreement.pose),
        first.touches + second.touches,
    ).best(LARGEST_COUNT)


def _in_field(points: Floats) -> NDArray[np.bool_]:
    inside = (points >= 0) & (points < (SQUARE * SQUARE_COLUMNS, SQUARE * SQUARE_ROWS))
    return np.asarray(inside.all(-1))


def _seen_squares(second: Minutiae, pose: Pose) -> NDArray[np.bool_]:
    """The squares of the first field in which the second finger was seen."""
    rows, columns = np.mgrid[0:SQUARE_ROWS, 0:SQUARE_COLUMNS]
    centres = np.stack([(columns + 0.5) * SQUARE, (rows + 0.5) * SQUARE], axis=-1).reshape(-1, 2)
    return seen_at(second, pose.onto_second(centres)).reshape(SQUARE_ROWS, SQUARE_COLUMNS)


def _settle(first: Described, second: Described, likeness: Floats, pose: Pose) -> Agreement | None:
    """Pair what lies together under ``pose``, fit the pose to the pairs, pair again; then score."""
    pairs = _pairs(first, second, likeness, pose, FIRST_TOLERANCE)
    for _ in range(FITS):
        if len(pairs) < 3:
            return None
        ours, theirs = (list(side) for side in zip(*pairs, strict=True))
        pose = fit(first.points[ours], second.points[theirs])
        pairs = _pairs(first, second, likeness, pose, TOLERANCE)
    if len(pairs) < 3:
        return None
    return Agreement(agreement_score(first, second, likeness, pose, pairs, CONVINCING_COUNT), pose, pairs)


def _pairs(first: Described, second: Described, likeness: Floats, pose: Pose, tolerance: float) -> Pairs:
    moved = pose.onto_first(second.points)
    return pair_up(first, second, moved, pose.turn, likeness, (tolerance, TURN_TOLERANCE))
