"""The figures of a palm evaluation, under the names ``main.py evaluate palm --json`` answers with, and its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from atm_app.config import PalmSettings
from biometric.evaluation.figures import (
    SEPARATION,
    intervals_of,
    percent,
    rates_at,
    rounded,
    statistics_of,
    told_of,
    upper_bounds_at,
    with_intervals,
)
from biometric.evaluation.rates import Subjects, upper_bound
from biometric.evaluation.report import Pair, Picture, Report
from biometric.palm.evaluation import Attempt, PalmEvaluation, PalmPicture, read_region
from biometric.palm.matcher import SAME_PALM_DISTANCE

WORST_OF_EACH = 4
RATES = rates_at(SAME_PALM_DISTANCE)
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
    statistics = statistics_of(comparisons, RATES) | {"failure_to_acquire": _failure_to_acquire(evaluation)}
    intervals = intervals_of(len(dataset.palms), statistics)
    return {
        "palms": len(dataset.palms),
        "pictures": len(dataset.pictures),
        **told_of(comparisons, RATES),
        "threshold": SAME_PALM_DISTANCE,
        "failure_to_acquire": rounded(len(evaluation.failures) / len(dataset.pictures)),
        "extract_ms": evaluation.extract_ms,
        "match_ms": evaluation.match_ms,
        "interval95": intervals,
        "upper95": {
            **upper_bounds_at(comparisons, SAME_PALM_DISTANCE),
            "failure_to_acquire": rounded(upper_bound(len(evaluation.failures), len(dataset.pictures))),
        },
        "copies": sum(attempt.copy for attempt in evaluation.attempts),
        "without_copies": told_of(evaluation.comparisons(copies=False), RATES),
        "fused": told_of(evaluation.fused(), RATES),
        "identify": _identification(evaluation),
        "orb": {**told_of(evaluation.comparisons(orb=True), SEPARATION), "match_ms": evaluation.orb_ms},
        "databases": {
            name: told_of(evaluation.comparisons(name), RATES)
            for name in sorted({database for database, _ in dataset.palms})
        },
        "problems": [{"what": picture.name, "why": why} for picture, why in evaluation.failures.items()]
        + [{"what": name, "why": "ignored: the name tells no person and number"} for name in dataset.ignored],
    }


def _identification(evaluation: PalmEvaluation) -> dict[str, Any]:
    """1:N by the kiosk's rule. ``enrolled_accepted``: taken for whose they are; ``enrolled_mistaken``: for another;
    ``strangers_accepted``: for anybody, their own palm not being enrolled. Else the customer number is asked for."""
    margin = PalmSettings().margin
    searches = evaluation.searches(SAME_PALM_DISTANCE, margin)
    right = sum(search.accepted == search.presented.whose for search in searches)
    mistaken = sum(search.accepted is not None for search in searches) - right
    strangers = sum(search.as_stranger is not None for search in searches)
    rates = {"enrolled_accepted": right, "enrolled_mistaken": mistaken, "strangers_accepted": strangers}
    return {
        "searches": len(searches),
        "margin": margin,
        **{name: rounded(count / len(searches)) if searches else None for name, count in rates.items()},
        "strangers_upper95": rounded(upper_bound(strangers, len(searches))) if searches else None,
    }


def report_of(evaluation: PalmEvaluation, figures: Mapping[str, Any]) -> Report:
    """``figures``: of ``figures_of``."""
    lists = {
        "Folders": [_line(name, of, RATES) for name, of in figures["databases"].items()],
        "Beside it": [
            _line(f"Without {figures['copies']} pairs of the same file twice", figures["without_copies"], RATES),
            _line("Several pictures enrolled, several presented", figures["fused"], RATES),
            _told_of_identification(figures["identify"]),
            _line("ORB", figures["orb"], SEPARATION) + f", {figures['orb']['match_ms']} ms a comparison",
        ],
        "Could not be used": [f"{problem['what']}: {problem['why']}" for problem in figures["problems"]],
    }
    return Report(
        title=f"Palms: {figures['palms']} palms, {figures['pictures']} pictures",
        remarks=REMARKS,
        figures=with_intervals(figures),
        lists={heading: points for heading, points in lists.items() if points},
        comparisons=evaluation.comparisons(),
        threshold=SAME_PALM_DISTANCE,
        pairs=_worst_pairs(evaluation),
    )


def _failure_to_acquire(evaluation: PalmEvaluation) -> Callable[[Subjects], float]:
    number = {palm: index for index, palm in enumerate(evaluation.dataset.palms)}
    whose = np.array([number[picture.whose] for picture in evaluation.dataset.pictures], np.int64)
    failed = np.array([picture in evaluation.failures for picture in evaluation.dataset.pictures], np.bool_)
    return lambda times: float(failed @ times[whose] / times[whose].sum())


def _line(name: str, of: Mapping[str, Any], rates: Mapping[str, Any]) -> str:
    return f"{name}: {of['genuine']} genuine, {of['impostor']} impostor, " + ", ".join(
        f"{rate} {percent(of[rate])}" for rate in rates
    )


def _told_of_identification(of: Mapping[str, Any]) -> str:
    return f"1:N, {of['searches']} pictures: " + ", ".join(
        f"{name} {percent(of[name])}" for name in ("enrolled_accepted", "enrolled_mistaken", "strangers_accepted")
    )


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
