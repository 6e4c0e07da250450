"""The figures of a palm evaluation, under the names ``main.py evaluate palm --json`` answers with, and its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from biometric.evaluation.figures import ends, percent, rounded
from biometric.evaluation.rates import (
    Comparisons,
    Subjects,
    bootstrap,
    equal_error_rate,
    frr_at_far,
    upper_bound,
)
from biometric.evaluation.report import Pair, Picture, Report
from biometric.palm.evaluation import Attempt, PalmEvaluation, PalmPicture, read_region
from biometric.palm.matcher import SAME_PALM_DISTANCE

WORST_OF_EACH = 4
SEPARATION: Mapping[str, Callable[[Comparisons], float]] = {
    "eer": equal_error_rate,
    "frr_at_far_1e-2": lambda comparisons: frr_at_far(comparisons, 1e-2),
    "frr_at_far_1e-3": lambda comparisons: frr_at_far(comparisons, 1e-3),
}
RATES: Mapping[str, Callable[[Comparisons], float]] = {
    **SEPARATION,
    "far": lambda comparisons: comparisons.far(SAME_PALM_DISTANCE),
    "frr": lambda comparisons: comparisons.frr(SAME_PALM_DISTANCE),
}
REMARKS = (
    "Whole hands: all pairs. With sessions: the first enrols, the others are presented. The threshold was fixed "
    "before, on the palms that docs/testing.md names. A failure to acquire counts as a rejection. Intervals: bootstrap "
    "over palms, 95 %.",
    "ORB: the same squares and pairs by 500 ORB features and the share that match, as a palm-payment project does it.",
)


def figures_of(evaluation: PalmEvaluation) -> dict[str, Any]:
    """Rates are fractions, times milliseconds. ``interval95``: bootstrap over palms; ``upper95``: exact, one-sided,
    as if the comparisons were independent."""
    dataset, comparisons = evaluation.dataset, evaluation.comparisons()
    false_acceptances = int((comparisons.impostor <= SAME_PALM_DISTANCE).sum())
    false_rejections = int((~(comparisons.genuine <= SAME_PALM_DISTANCE)).sum())
    statistics = {name: _resampled(comparisons, rate) for name, rate in RATES.items()}
    intervals = bootstrap(len(dataset.palms), statistics | {"failure_to_acquire": _failure_to_acquire(evaluation)})
    return {
        "palms": len(dataset.palms),
        "pictures": len(dataset.pictures),
        **_rates(comparisons, RATES),
        "threshold": SAME_PALM_DISTANCE,
        "failure_to_acquire": rounded(len(evaluation.failures) / len(dataset.pictures)),
        "extract_ms": evaluation.extract_ms,
        "match_ms": evaluation.match_ms,
        "interval95": {name: ends(interval) for name, interval in intervals.items()},
        "upper95": {
            "far": rounded(upper_bound(false_acceptances, len(comparisons.impostor))),
            "frr": rounded(upper_bound(false_rejections, len(comparisons.genuine))),
            "failure_to_acquire": rounded(upper_bound(len(evaluation.failures), len(dataset.pictures))),
        },
        "copies": sum(attempt.copy for attempt in evaluation.attempts),
        "without_copies": _rates(evaluation.comparisons(copies=False), RATES),
        "fused": _rates(evaluation.fused(), RATES),
        "orb": {**_rates(evaluation.comparisons(orb=True), SEPARATION), "match_ms": evaluation.orb_ms},
        "databases": {
            name: _rates(evaluation.comparisons(name), RATES)
            for name in sorted({database for database, _ in dataset.palms})
        },
        "problems": [{"what": picture.name, "why": why} for picture, why in evaluation.failures.items()]
        + [{"what": name, "why": "ignored: the name tells no person and number"} for name in dataset.ignored],
    }


def report_of(evaluation: PalmEvaluation, figures: Mapping[str, Any]) -> Report:
    """``figures``: of ``figures_of``."""
    lists = {
        "Folders": [_line(name, of, RATES) for name, of in figures["databases"].items()],
        "Beside it": [
            _line(f"Without {figures['copies']} pairs of the same file twice", figures["without_copies"], RATES),
            _line("Several pictures enrolled, several presented", figures["fused"], RATES),
            _line("ORB", figures["orb"], SEPARATION) + f", {figures['orb']['match_ms']} ms a comparison",
        ],
        "Could not be used": [f"{problem['what']}: {problem['why']}" for problem in figures["problems"]],
    }
    return Report(
        title=f"Palms: {figures['palms']} palms, {figures['pictures']} pictures",
        remarks=REMARKS,
        figures={name: _told(name, figures) for name in figures if isinstance(figures[name], int | float)},
        lists={heading: points for heading, points in lists.items() if points},
        comparisons=evaluation.comparisons(),
        threshold=SAME_PALM_DISTANCE,
        pairs=_worst_pairs(evaluation),
    )


def _rates(
    comparisons: Comparisons, rates: Mapping[str, Callable[[Comparisons], float]]
) -> dict[str, float | int | None]:
    return {
        "genuine": len(comparisons.genuine),
        "impostor": len(comparisons.impostor),
        **{name: rounded(rate(comparisons)) for name, rate in rates.items()},
    }


def _resampled(comparisons: Comparisons, rate: Callable[[Comparisons], float]) -> Callable[[Subjects], float]:
    return lambda times: rate(comparisons.resampled(times))


def _failure_to_acquire(evaluation: PalmEvaluation) -> Callable[[Subjects], float]:
    number = {palm: index for index, palm in enumerate(evaluation.dataset.palms)}
    whose = np.array([number[picture.whose] for picture in evaluation.dataset.pictures], np.int64)
    failed = np.array([picture in evaluation.failures for picture in evaluation.dataset.pictures], np.bool_)
    return lambda times: float(failed @ times[whose] / times[whose].sum())


def _line(name: str, of: Mapping[str, Any], rates: Mapping[str, Any]) -> str:
    return f"{name}: {of['genuine']} genuine, {of['impostor']} impostor, " + ", ".join(
        f"{rate} {percent(of[rate])}" for rate in rates
    )


def _told(name: str, figures: Mapping[str, Any]) -> str:
    """A rate with its interval, anything else as it is."""
    if name not in figures["interval95"]:
        return str(figures[name])
    low, high = figures["interval95"][name]
    return f"{percent(figures[name])} ({percent(low)} – {percent(high)})"


def _worst_pairs(evaluation: PalmEvaluation) -> list[Pair]:
    """The nearest impostors and the farthest genuine ones: what was presented beside what was enrolled."""
    compared = sorted((one for one in evaluation.attempts if np.isfinite(one.distance)), key=lambda one: one.distance)
    genuine = [one for one in compared if one.genuine][-WORST_OF_EACH:]
    impostor = [one for one in compared if not one.genuine][:WORST_OF_EACH]
    return [_pair(one) for one in (*impostor, *genuine)]


def _pair(attempt: Attempt) -> Pair:
    caption = f"{attempt.distance:.3f}: {attempt.presented.name} and {attempt.enrolled.name}"
    return Pair(caption, _picture(attempt.presented), _picture(attempt.enrolled))


def _picture(picture: PalmPicture) -> Picture:
    return np.repeat(read_region(picture).core[:, :, None], 3, axis=2)
