"""The figures of ``main.py evaluate fingerprint --virtual``, under the names ``--json`` answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from biometric.evaluation.figures import ends, rates_at, resampled, rounded, told_of, upper_bounds_at, with_interval
from biometric.evaluation.rates import bootstrap
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
    intervals = bootstrap(evaluation.fingers, {name: resampled(comparisons, rate) for name, rate in RATES.items()})
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
        "interval95": {name: ends(interval) for name, interval in intervals.items()},
        "upper95": upper_bounds_at(comparisons, -RECOMMENDED_THRESHOLD),
        "problems": [
            {"what": f"finger {FIRST_FINGER + finger}, touch {touch}", "why": why}
            for (finger, touch), why in evaluation.problems.items()
        ],
        "worst": [f"{score}: {_named(attempt)}" for score, attempt in _worst(evaluation)],
    }


def report_of(evaluation: TouchEvaluation, figures: Mapping[str, Any]) -> Report:
    """``figures``: of ``figures_of``."""
    unusable = [f"{problem['what']}: {problem['why']}" for problem in figures["problems"]]
    return Report(
        title=f"Virtual fingerprints: {evaluation.fingers} fingers, {evaluation.touches} touches of each",
        remarks=REMARKS,
        figures={name: with_interval(name, figures) for name in figures if isinstance(figures[name], int | float)},
        lists={"Could not be used": unusable} if unusable else {},
        comparisons=evaluation.comparisons(),
        threshold=-RECOMMENDED_THRESHOLD,
        pairs=[
            Pair(f"{score}: {_named(attempt)}", _picture(attempt.first), _picture(attempt.second))
            for score, attempt in _worst(evaluation)
        ],
    )


def _worst(evaluation: TouchEvaluation) -> list[tuple[int, Attempt]]:
    """The least like genuine pairs and the likest impostors."""
    scored = sorted(((one.score, one) for one in evaluation.attempts if one.score is not None), key=lambda one: one[0])
    genuine = [pair for pair in scored if pair[1].genuine][:WORST_OF_EACH]
    impostor = [pair for pair in scored if not pair[1].genuine][-WORST_OF_EACH:]
    return [*genuine, *impostor]


def _named(attempt: Attempt) -> str:
    (first, one), (second, other) = attempt.first, attempt.second
    return f"{FIRST_FINGER + first}, touch {one}, and {FIRST_FINGER + second}, touch {other}"


def _picture(touch: tuple[int, int]) -> Picture:
    return np.repeat(picture_of(*touch)[:, :, None], 3, axis=2)
