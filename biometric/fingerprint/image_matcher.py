"""Compare two pictures of fingers: where minutiae agree, do the ridges between them agree as well?

Pairs of like cylinders propose how one finger lies on the other; the proposals most minutiae follow are fitted rigidly,
and the best of these with the give of skin. One more lies as the ridges run, for fingers with few minutiae in common.
The ridges are laid on each other each way and correlated; the best score counts.
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
from biometric.fingerprint.ridge_flow import agreements_of, lay_by_flow
from biometric.fingerprint.ridge_texture import Displacement, correlate
from biometric.fingerprint.stretch import Stretch

# How many pairs of cylinders propose, how many proposals are fitted rigidly, how many of those with the give of skin.
# Development fingers: with 5 fitted EER is 2.4 % instead of 2.1 %; with 1 stretched FRR at FAR 0.1 % is 4.5 %, not
# 4.0 %; 8 and 4 gain nothing.
PROPOSALS = 40
FITTED = 6
STRETCHED = 2
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
ELASTIC_FITS = 2
FEWEST_PAIRS = 3
CONVINCING_COUNT = 9
# Nothing is fitted, and no ridges are compared, where they run otherwise: different fingers then take half the time. No
# error rate of the development fingers changes (with 0.8 instead of 0.75 their EER is 2.4 % instead of 2.1 %).
SMALLEST_PROPOSED_AGREEMENT = 0.6
SMALLEST_AGREEMENT = 0.75
# Of what was laid so that they agree.
SMALLEST_FLOW_AGREEMENT = 0.85
# Full trust in the ridges from this common area on, square pixels at 500 dpi (77 mm²).
CONVINCING_AREA = 30000
# Logistic regression on the same fingers says 1.2; from 0.76 to 1.1 EER is the same.
MINUTIAE_WEIGHT = 0.76
# On the development fingers, 101 to 105 of FVC 2002 DB1_B, DB3_B and FVC 2004 DB1_B, none of 1,920 impostor pairs
# reaches it (the highest has 0.540), 4.8 % of 420 genuine pairs do not.
SAME_FINGER_SCORE = 0.55


@dataclass(frozen=True)
class Fitted:
    """The second finger turned and moved only. ``moved``: its points on the first."""

    score: float
    pose: Pose
    pairs: Pairs
    moved: Floats


@dataclass(frozen=True)
class Laid:
    """One way to lay the second finger on the first. ``displacement``: beyond the pose, by places of the first.
    ``score``: how well minutiae agree with it."""

    score: float
    pose: Pose
    displacement: Displacement


def compare_images(first: ImageTemplate, second: ImageTemplate) -> float:
    """The score of two pictures, 0 to about 2; symmetric but for rounding."""
    return max((_score(first, second, laid) for laid in _laid(first, second)), default=0.0)


def compare_enrolled(enrolled: Sequence[ImageTemplate], probe: ImageTemplate) -> float:
    """The highest score of any picture enrolled of the finger; 0 when there is none."""
    return max((compare_images(template, probe) for template in enrolled), default=0.0)


def _score(first: ImageTemplate, second: ImageTemplate, laid: Laid) -> float:
    ridges = correlate(first.texture, second.texture, laid.pose, laid.displacement)
    surely = max(0.0, ridges.mean) * min(1.0, ridges.area / CONVINCING_AREA) ** 0.5
    return float(MINUTIAE_WEIGHT * laid.score + surely)


def _laid(first: ImageTemplate, second: ImageTemplate) -> Iterator[Laid]:
    """The ways worth a look at the ridges: as these run, and at most STRETCHED by minutiae."""
    by_flow = lay_by_flow(first.flow, second.flow)
    if agreements_of(first.flow, second.flow, [by_flow])[0] > SMALLEST_FLOW_AGREEMENT:
        yield Laid(0.0, by_flow, np.zeros_like)
    ours, theirs = first.described, second.described
    likeness = likeness_of(ours, theirs)
    proposed = list(_proposed(ours, theirs, likeness))
    agreements = agreements_of(first.flow, second.flow, proposed)
    fitted = [
        fitted
        for pose, agreement in zip(proposed, agreements, strict=True)
        if agreement > SMALLEST_PROPOSED_AGREEMENT and (fitted := _fitted(ours, theirs, likeness, pose))
    ]
    best = _best_of(fitted, theirs.points.mean(0))
    agreements = agreements_of(first.flow, second.flow, [one.pose for one in best])
    for one, agreement in zip(best, agreements, strict=True):
        if agreement > SMALLEST_AGREEMENT:
            yield _stretched(ours, theirs, likeness, one)


def _best_of(fitted: Sequence[Fitted], middle: Floats) -> list[Fitted]:
    """The STRETCHED with the best scores, no two of them alike. ``middle``: of the second finger's points."""
    best: list[Fitted] = []
    for one in sorted(fitted, key=lambda fitted: -fitted.score):
        if len(best) < STRETCHED and not _known(one.pose, [other.pose for other in best], middle):
            best.append(one)
    return best


def _known(pose: Pose, others: Sequence[Pose], middle: Floats) -> bool:
    """Whether one of ``others`` turns the second finger as far and lays its ``middle`` on the same place."""
    return any(
        np.cos(pose.turn - other.turn) > np.cos(SAME_TURN)
        and np.hypot(*(pose.onto_first(middle) - other.onto_first(middle))) < SAME_PLACE
        for other in others
    )


def _proposed(first: Described, second: Described, likeness: Floats) -> Iterator[Pose]:
    """FITTED poses, those with the most support first, no two of them alike."""
    best = np.argsort(-likeness, axis=None, kind="stable")[:PROPOSALS]
    ours, theirs = np.divmod(best[likeness.ravel()[best] > SMALLEST_LIKENESS], likeness.shape[1])
    turns = turn_between(first.minutiae.direction[ours], second.minutiae.direction[theirs])
    kept: list[Pose] = []
    middle = second.points.mean(0)
    for index in np.argsort(-_support(first, second, likeness, ours, theirs), kind="stable"):
        turn = float(turns[index])
        pose = Pose(turn, first.points[ours[index]] - rotation(turn) @ second.points[theirs[index]])
        if not _known(pose, kept, middle):
            kept.append(pose)
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


def _fitted(first: Described, second: Described, likeness: Floats, pose: Pose) -> Fitted | None:
    """Pair, fit the pose, pair again; None when too few pair."""
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
    return Fitted(agreement_score(first, second, likeness, pose, pairs, CONVINCING_COUNT), pose, pairs, moved)


def _stretched(first: Described, second: Described, likeness: Floats, fitted: Fitted) -> Laid:
    """Let the skin give and pair closer, again and again."""
    pose, pairs, moved = fitted.pose, fitted.pairs, fitted.moved
    for _ in range(ELASTIC_FITS):
        ours, theirs = _columns(pairs)
        given = moved + Stretch.through(moved[theirs], first.points[ours] - moved[theirs]).at(moved)
        closer = pair_up(first, second, given, pose.turn, likeness, (ELASTIC_TOLERANCE, TURN_TOLERANCE))
        if len(closer) >= FEWEST_PAIRS:
            pairs = closer
    ours, theirs = _columns(pairs)
    score = agreement_score(first, second, likeness, pose, pairs, CONVINCING_COUNT)
    return Laid(score, pose, Stretch.through(first.points[ours], first.points[ours] - moved[theirs]).at)


def _columns(pairs: Pairs) -> tuple[list[int], list[int]]:
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]
