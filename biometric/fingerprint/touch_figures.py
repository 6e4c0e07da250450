"""The figures of ``main.py evaluate fingerprint --virtual``, under the names ``--json`` answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from biometric.evaluation.figures import (
    intervals_of,
    rates_at,
    rounded,
    statistics_of,
    told_of,
    upper_bounds_at,
    with_intervals,
    worst_of,
)
from biometric.evaluation.report import Pair, Picture, Report
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD
from biometric.fingerprint.touch_evaluation import FIRST_FINGER, Attempt, TouchEvaluation, picture_of

WORST_OF_EACH = 4
RATES = rates_at(-RECOMMENDED_THRESHOLD)
REMARKS = (
    "Fingers and touches drawn as the virtual sensor draws them, compared by its own matcher. Genuine: all pairs of a "
    "finger. Impostor: all pairs of first touches. A failure counts as a rejection. Intervals: bootstrap over fingers, "
    "95 %. Distances are scores negated. Nothing here is said about real fingers.",
)


def figures_of(evaluation: TouchEvaluation) -> dict[str, Any]:
    """Rates are fractions, times milliseconds. ``interval95``: bootstrap over fingers; ``upper95``: exact, one-sided,
    as if the comparisons were independent."""
    comparisons = evaluation.comparisons()
    intervals = intervals_of(evaluation.fingers, statistics_of(comparisons, RATES))
    return {
        "source": "virtual",
        "fingers": evaluation.fingers,
        "touches": evaluation.touches,
        "first_finger": FIRST_FINGER,
        **told_of(comparisons, RATES),
        "threshold": RECOMMENDED_THRESHOLD,
        "failure_to_enrol": rounded(evaluation.failure_to_enrol),
        "extract_ms": evaluation.extract_ms,
        "match_ms": evaluation.match_ms,
        "interval95": intervals,
        "upper95": upper_bounds_at(comparisons, -RECOMMENDED_THRESHOLD),
        "problems": [
            {"what": f"finger {FIRST_FINGER + finger}, touch {touch}", "why": why}
            for (finger, touch), why in evaluation.problems.items()
        ],
        "worst": [f"{score}: {_named(attempt)}" for score, attempt in worst_of(evaluation.attempts, WORST_OF_EACH)],
    }


def report_of(evaluation: TouchEvaluation, figures: Mapping[str, Any]) -> Report:
    """``figures``: of ``figures_of``."""
    unusable = [f"{problem['what']}: {problem['why']}" for problem in figures["problems"]]
    return Report(
        title=f"Virtual fingerprints: {evaluation.fingers} fingers, {evaluation.touches} touches of each",
        remarks=REMARKS,
        figures=with_intervals(figures),
        lists={"Could not be used": unusable} if unusable else {},
        comparisons=evaluation.comparisons(),
        threshold=-RECOMMENDED_THRESHOLD,
        pairs=[
            Pair(f"{score}: {_named(attempt)}", _picture(attempt.first), _picture(attempt.second))
            for score, attempt in worst_of(evaluation.attempts, WORST_OF_EACH)
        ],
    )


def _named(attempt: Attempt) -> str:
    (first, one), (second, other) = attempt.first, attempt.second
    return f"{FIRST_FINGER + first}, touch {one}, and {FIRST_FINGER + second}, touch {other}"


def _picture(touch: tuple[int, int]) -> Picture:
    return np.repeat(picture_of(*touch)[:, :, None], 3, axis=2)
