"""Rates and intervals as an answer in JSON and a report tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

import numpy as np

from biometric.evaluation.rates import (
    Comparisons,
    Interval,
    Subjects,
    bootstrap,
    equal_error_rate,
    frr_at_far,
    upper_bound,
)

Rate = Callable[[Comparisons], float]
Rates = Mapping[str, Rate]

# What a matcher can do at the best of thresholds.
SEPARATION: Rates = {
    "eer": equal_error_rate,
    "frr_at_far_1e-2": lambda comparisons: frr_at_far(comparisons, 1e-2),
    "frr_at_far_1e-3": lambda comparisons: frr_at_far(comparisons, 1e-3),
}


def rates_at(threshold: float) -> Rates:
    """``SEPARATION``, and the errors at one threshold, a distance."""
    return {
        **SEPARATION,
        "far": lambda comparisons: comparisons.far(threshold),
        "frr": lambda comparisons: comparisons.frr(threshold),
    }


def told_of(comparisons: Comparisons, rates: Rates) -> dict[str, float | int | None]:
    """How many comparisons there were, and each rate of them."""
    return {
        "genuine": len(comparisons.genuine),
        "impostor": len(comparisons.impostor),
        **{name: rounded(rate(comparisons)) for name, rate in rates.items()},
    }


def resampled(comparisons: Comparisons, rate: Rate) -> Callable[[Subjects], float]:
    """The rate as a function of how often each subject is counted, for ``rates.bootstrap``."""
    return lambda times: rate(comparisons.resampled(times))


def upper_bounds_at(comparisons: Comparisons, threshold: float) -> dict[str, float | None]:
    """Exact one-sided bounds of FAR and FRR, as if the comparisons were independent."""
    errors = {"far": comparisons.impostor <= threshold, "frr": ~(comparisons.genuine <= threshold)}
    return {name: rounded(upper_bound(int(wrong.sum()), len(wrong))) for name, wrong in errors.items()}


def statistics_of(comparisons: Comparisons, rates: Rates) -> dict[str, Callable[[Subjects], float]]:
    """``resampled`` of each rate."""
    return {name: resampled(comparisons, rate) for name, rate in rates.items()}


def intervals_of(subjects: int, statistics: Mapping[str, Callable[[Subjects], float]]) -> dict[str, list[float | None]]:
    """The ends of each statistic's 95 % interval by bootstrap over so many subjects."""
    return {name: ends(interval) for name, interval in bootstrap(subjects, dict(statistics)).items()}


class Scored(Protocol):
    """An attempt of a matcher whose scores grow with likeness; None where there was nothing to compare."""

    @property
    def score(self) -> float | None: ...
    @property
    def genuine(self) -> bool: ...


Attempt = TypeVar("Attempt", bound=Scored)


def worst_of(attempts: Iterable[Attempt], of_each: int) -> list[tuple[float, Attempt]]:
    """The least like genuine attempts and the likest impostors, with their scores."""
    scored = sorted(((one.score, one) for one in attempts if one.score is not None), key=lambda one: one[0])
    genuine = [pair for pair in scored if pair[1].genuine][:of_each]
    impostor = [pair for pair in scored if not pair[1].genuine][-of_each:]
    return [*genuine, *impostor]


def with_intervals(figures: Mapping[str, Any]) -> dict[str, str]:
    """The figures that are numbers, for a report. ``figures``: with ``interval95``."""
    return {name: with_interval(name, figures) for name in figures if isinstance(figures[name], int | float)}


def with_interval(name: str, figures: Mapping[str, Any]) -> str:
    """A rate with its interval, anything else as it is. ``figures``: with ``interval95``."""
    if name not in figures["interval95"]:
        return str(figures[name])
    low, high = figures["interval95"][name]
    return f"{percent(figures[name])} ({percent(low)} – {percent(high)})"


def rounded(rate: float) -> float | None:
    """Six digits; None, which JSON can say, for a rate of nothing."""
    return None if np.isnan(rate) else round(float(rate), 6)


def ends(interval: Interval) -> list[float | None]:
    return [rounded(interval.low), rounded(interval.high)]


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.2f} %"
