"""Compare two pictures of fingers: where minutiae agree, do the ridges between them agree as well?

Pairs of like cylinders propose how one finger lies on the other; the proposals most minutiae follow are fitted, first
rigidly, then with the give of skin; the ridges are laid on each other the same way and correlated. The score is that of
the proposal that minutiae agree with most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometric.fingerprint.cylinders import Described, likeness_of
from biometric.fingerprint.image_template import ImageTemplate
from biometric.fingerprint.pairing import Pairs, agreement_score, pair_up
from biometric.fingerprint.pose import Floats, Pose, fit, rotation, turn_between
from biometric.fingerprint.ridge_texture import correlate

# How many pairs of cylinders propose, and how many proposals are fitted. Development fingers: with 4 fitted EER is
# 4.8 % instead of 4.1 %; 24 of 300 gain nothing, nor does looking at the ridges of more than the best one.
PROPOSALS = 40
FITTED = 6
SMALLEST_LIKENESS = 0.2
# Proposals closer than this are one: radians, pixels.
SAME_TURN = 0.15
SAME_PLACE = 12.0
# How far minutiae may lie apart: at first, after the rigid fit, after the elastic one (pixels), and turn (radians).
FIRST_TOLERANCE = 18.0
RIGID_TOLERANCE = 14.0
ELASTIC_TOLERANCE = 10.0
TURN_TOLERANCE = 0.5
RIGID_FITS = 2
FEWEST_PAIRS = 3
# Skin moves together over about two millimetres (pixels); a pair's say against "it did not move" is 1 to this.
STRETCH_SIGMA = 45.0
STIFFNESS = 0.7
CONVINCING_COUNT = 9
# Full trust in the ridges from this common area on, square pixels at 500 dpi (77 mm²).
CONVINCING_AREA = 30000
# Logistic regression on the same fingers weighs minutiae and ridges 9.5 to 12.5.
MINUTIAE_WEIGHT = 0.76
# For a FAR of 0.1 %. On the development fingers, 101 to 105 of FVC 2002 DB1_B, DB3_B and FVC 2004 DB1_B, 1 of 1,920
# impostor pairs reaches it (0.588; the next has 0.531), 6.9 % of 420 genuine pairs do not.
SAME_FINGER_SCORE = 0.55


@dataclass(frozen=True)
class Stretch:
    """How skin gave: ``moved`` pixels at ``places`` (count, 2), less and less away from them."""

    places: Floats
    moved: Floats

    def at(self, places: Floats) -> Floats:
        across, down = (places[:, None, axis] - self.places[None, :, axis] for axis in (0, 1))
        nearness = np.exp((across * across + down * down) / (-2 * STRETCH_SIGMA * STRETCH_SIGMA))
        return np.asarray(nearness @ self.moved / (nearness.sum(1, keepdims=True) + STIFFNESS))


@dataclass(frozen=True)
class Laid:
    """One way to lay the second finger on the first. ``stretch``: beyond the pose, by places of the first finger."""

    score: float
    pose: Pose
    stretch: Stretch
    pairs: Pairs


def compare_images(first: ImageTemplate, second: ImageTemplate) -> float:
    """The score of two pictures, 0 to about 2; symmetric but for rounding."""
    laid = _best_laid(first.described, second.described)
    if laid is None:
        return 0.0
    ridges = correlate(first.texture, second.texture, laid.pose, laid.stretch.at)
    surely = max(0.0, ridges.mean) * min(1.0, ridges.area / CONVINCING_AREA) ** 0.5
    return float(MINUTIAE_WEIGHT * laid.score + surely)


def compare_enrolled(enrolled: Sequence[ImageTemplate], probe: ImageTemplate) -> float:
    """The highest score of any picture enrolled of the finger; 0 when there is none."""
    return max((compare_images(template, probe) for template in enrolled), default=0.0)


def _best_laid(first: Described, second: Described) -> Laid | None:
    """The way that minutiae agree with most; None when they agree with none."""
    likeness = likeness_of(first, second)
    fitted = (_fitted(first, second, likeness, pose) for pose in _proposed(first, second, likeness))
    return max((laid for laid in fitted if laid), key=lambda laid: laid.score, default=None)


def _proposed(first: Described, second: Described, likeness: Floats) -> Iterator[Pose]:
    """FITTED poses, those with the most support first, no two of them alike."""
    best = np.argsort(-likeness, axis=None, kind="stable")[:PROPOSALS]
    ours, theirs = np.divmod(best[likeness.ravel()[best] > SMALLEST_LIKENESS], likeness.shape[1])
    turns = turn_between(first.minutiae.direction[ours], second.minutiae.direction[theirs])
    kept: list[tuple[float, Floats]] = []
    middle = second.points.mean(0)
    for index in np.argsort(-_support(first, second, likeness, ours, theirs), kind="stable"):
        turn = float(turns[index])
        pose = Pose(turn, first.points[ours[index]] - rotation(turn) @ second.points[theirs[index]])
        place = pose.onto_first(middle)
        if any(
            np.cos(turn - other) > np.cos(SAME_TURN) and np.hypot(*(place - there)) < SAME_PLACE
            for other, there in kept
        ):
            continue
        kept.append((turn, place))
        yield pose
        if len(kept) == FITTED:
            return


def _support(
    first: Described, second: Described, likeness: Floats, ours: NDArray[np.intp], theirs: NDArray[np.intp]
) -> Floats:
    """For each proposal how many minutiae of the first have one of the second near, each by its likeness."""
    cosine, sine = (
        wave(first.minutiae.direction[ours] - second.minutiae.direction[theirs]) for wave in (np.cos, np.sin)
    )
    away = second.points[None] - second.points[theirs][:, None]
    x = first.points[ours, :1] + cosine[:, None] * away[..., 0] - sine[:, None] * away[..., 1]
    y = first.points[ours, 1:] + sine[:, None] * away[..., 0] + cosine[:, None] * away[..., 1]
    across, down = first.points[None, :, :1] - x[:, None], first.points[None, :, 1:] - y[:, None]
    # The cosine of how far two minutiae point apart once the second finger is turned.
    turns = first.minutiae.direction[:, None] - second.minutiae.direction[None]
    same_way = cosine[:, None, None] * np.cos(turns) + sine[:, None, None] * np.sin(turns) > np.cos(TURN_TOLERANCE)
    near = (across * across + down * down < FIRST_TOLERANCE**2) & same_way
    return np.asarray((near * (likeness + SMALLEST_LIKENESS)).max(2).sum(1))


def _fitted(first: Described, second: Described, likeness: Floats, pose: Pose) -> Laid | None:
    """Pair, fit the pose, pair again; then let the skin give and pair closer."""
    pairs = pair_up(
        first, second, pose.onto_first(second.points), pose.turn, likeness, (FIRST_TOLERANCE, TURN_TOLERANCE)
    )
    for _ in range(RIGID_FITS):
        if len(pairs) < FEWEST_PAIRS:
            return None
        ours, theirs = _columns(pairs)
        pose = fit(first.points[ours], second.points[theirs])
        moved = pose.onto_first(second.points)
        pairs = pair_up(first, second, moved, pose.turn, likeness, (RIGID_TOLERANCE, TURN_TOLERANCE))
    if len(pairs) < FEWEST_PAIRS:
        return None
    ours, theirs = _columns(pairs)
    given = moved + Stretch(moved[theirs], first.points[ours] - moved[theirs]).at(moved)
    closer = pair_up(first, second, given, pose.turn, likeness, (ELASTIC_TOLERANCE, TURN_TOLERANCE))
    if len(closer) >= FEWEST_PAIRS:
        pairs = closer
    ours, theirs = _columns(pairs)
    score = agreement_score(first, second, likeness, pose, pairs, CONVINCING_COUNT)
    return Laid(score, pose, Stretch(first.points[ours], first.points[ours] - moved[theirs]), pairs)


def _columns(pairs: Pairs) -> tuple[list[int], list[int]]:
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]
