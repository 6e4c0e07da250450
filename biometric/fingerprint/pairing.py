"""Which minutiae of two fingers lie together once one is laid on the other, and what that proves."""

from __future__ import annotations

import numpy as np

from biometric.fingerprint.cylinders import Described, seen_at
from biometric.fingerprint.pose import Floats, Pose, turn_between

Pairs = tuple[tuple[int, int], ...]


def pair_up(
    first: Described, second: Described, moved: Floats, turn: float, likeness: Floats, tolerances: tuple[float, float]
) -> Pairs:
    """Pairs (first, second) that lie together and point the same way, the nearest and likest first, each minutia once.

    ``moved``: the second finger's points, laid on the first and turned by ``turn`` radians. ``tolerances``: pixels and
    radians.
    """
    apart, turned = tolerances
    # The few pairs that are near enough first; angles and roots only of them.
    across, down = (first.points[:, None, axis] - moved[None, :, axis] for axis in (0, 1))
    squared = across * across + down * down
    ours, theirs = np.nonzero(squared < apart * apart)
    askew = np.abs(turn_between(first.minutiae.direction[ours], second.minutiae.direction[theirs] + turn))
    same_way = askew < turned
    ours, theirs = ours[same_way], theirs[same_way]
    cost = np.sqrt(squared[ours, theirs]) / apart + askew[same_way] - likeness[ours, theirs]
    nearest = np.argsort(cost, kind="stable")
    used_first: set[int] = set()
    used_second: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for one, other in zip(ours[nearest].tolist(), theirs[nearest].tolist(), strict=True):
        if one not in used_first and other not in used_second:
            used_first.add(one)
            used_second.add(other)
            pairs.append((one, other))
    return tuple(pairs)


def agreement_score(
    first: Described, second: Described, likeness: Floats, pose: Pose, pairs: Pairs, convincing: float
) -> float:
    """0..1.5: the share of what both could have shown that is paired, times how like the pairs are.

    Fewer than ``convincing`` pairs prove less, whatever their share.
    """
    count = len(pairs)
    of_first = max(int(seen_at(second.minutiae, pose.onto_second(first.points)).sum()), count)
    of_second = max(int(seen_at(first.minutiae, pose.onto_first(second.points)).sum()), count)
    mean_likeness = float(np.mean([max(likeness[pair], 0.0) for pair in pairs]))
    share = count * count / ((of_first + 3.0) * (of_second + 3.0))
    return share * (0.5 + mean_likeness) * min(1.0, count / convincing)
