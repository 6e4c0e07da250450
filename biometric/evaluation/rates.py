"""Error rates from the distances of comparisons, and how far they can be trusted (terms of ISO/IEC 19795-1).

Small distances are alike; similarity scores are handed over negated. A failure to acquire or to enrol is a genuine
comparison at an infinite distance: a non-match at every threshold. Rates and intervals are fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

Distances = NDArray[np.float64]
# People by number, 0 and up; as many as there are comparisons.
Subjects = NDArray[np.int64]

CONFIDENCE = 0.95
REPLICATES = 1000
SEED = 19795


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Comparisons:
    """One entry a comparison. ``genuine_subject``: whose it is; ``probe_subject`` and ``template_subject``: which two
    people an impostor comparison is between."""

    genuine: Distances
    genuine_subject: Subjects
    impostor: Distances
    probe_subject: Subjects
    template_subject: Subjects

    def far(self, threshold: float) -> float:
        """False acceptances among the impostor comparisons; accepted is what is not farther than ``threshold``."""
        return _share(self.impostor <= threshold)

    def frr(self, threshold: float) -> float:
        """False rejections among the genuine comparisons, failures to acquire included."""
        return _share(~(self.genuine <= threshold))

    def of_people(self, people: Subjects) -> Comparisons:
        """Only what is between these people."""
        own = np.isin(self.genuine_subject, people)
        theirs = np.isin(self.probe_subject, people) & np.isin(self.template_subject, people)
        return self._taken(np.flatnonzero(own), np.flatnonzero(theirs))

    def resampled(self, times: Subjects) -> Comparisons:
        """Each person ``times[subject]`` times; an impostor comparison as often as its two people meet."""
        genuine = np.repeat(np.arange(len(self.genuine)), times[self.genuine_subject])
        meetings = times[self.probe_subject] * times[self.template_subject]
        return self._taken(genuine, np.repeat(np.arange(len(self.impostor)), meetings))

    def _taken(self, genuine: Subjects, impostor: Subjects) -> Comparisons:
        return Comparisons(
            self.genuine[genuine], self.genuine_subject[genuine],
            self.impostor[impostor], self.probe_subject[impostor], self.template_subject[impostor],
        )  # fmt: skip


@dataclass(frozen=True)
class OperatingPoints:
    """The detection error trade-off: ``far`` and ``frr`` at each ``threshold``, in rising order of threshold."""

    threshold: Distances
    far: Distances
    frr: Distances


def operating_points(comparisons: Comparisons) -> OperatingPoints:
    """Every threshold at which a rate changes, and first one that accepts nobody."""
    distances = np.concatenate([comparisons.genuine, comparisons.impostor])
    threshold = np.concatenate([[-np.inf], np.unique(distances[np.isfinite(distances)])])
    return OperatingPoints(
        threshold,
        np.searchsorted(np.sort(comparisons.impostor), threshold, side="right") / max(len(comparisons.impostor), 1),
        1 - np.searchsorted(np.sort(comparisons.genuine), threshold, side="right") / max(len(comparisons.genuine), 1),
    )


def equal_error_rate(comparisons: Comparisons) -> float:
    """Where FAR and FRR are equal, on the straight line between the operating points on either side.

    NaN without genuine or without impostor comparisons.
    """
    if not len(comparisons.genuine) or not len(comparisons.impostor):
        return float("nan")
    points = operating_points(comparisons)
    ahead = points.far - points.frr
    after = int(np.argmax(ahead >= 0))
    before = after - 1
    along = -ahead[before] / (ahead[after] - ahead[before])
    return float(points.far[before] + along * (points.far[after] - points.far[before]))


def frr_at_far(comparisons: Comparisons, far: float) -> float:
    """The smallest FRR of a threshold whose FAR is not above ``far``."""
    points = operating_points(comparisons)
    return float(points.frr[points.far <= far].min())


def bootstrap(
    people: int, statistics: Mapping[str, Callable[[Subjects], float]], replicates: int = REPLICATES
) -> dict[str, Interval]:
    """95 % intervals of each statistic when the people, not the comparisons, are drawn again with replacement.

    A statistic is given how often each of the ``people`` was drawn; draws in which it is NaN say nothing.
    """
    generator = np.random.default_rng(SEED)
    values: dict[str, list[float]] = {name: [] for name in statistics}
    for _ in range(replicates):
        times = np.bincount(generator.integers(people, size=people), minlength=people)
        for name, statistic in statistics.items():
            values[name].append(statistic(times))
    tail = (1 - CONFIDENCE) / 2
    return {name: _interval(np.array(found), tail) for name, found in values.items()}


def _interval(values: Distances, tail: float) -> Interval:
    said = values[~np.isnan(values)]
    return Interval(*np.quantile(said, [tail, 1 - tail]).tolist()) if len(said) else Interval(np.nan, np.nan)


def upper_bound(errors: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Exact one-sided upper bound of an error rate (Clopper and Pearson), of 95 % unless told. 1 without trials.

    Zero errors in n trials: about 3 / n.
    """
    if errors >= trials:
        return 1.0
    return float(beta.ppf(confidence, errors + 1, trials - errors))


def _share(outcomes: NDArray[np.bool_]) -> float:
    return float(outcomes.mean()) if len(outcomes) else float("nan")
