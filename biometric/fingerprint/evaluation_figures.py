"""The figures of a fingerprint evaluation, under the names ``main.py evaluate fingerprint --json`` answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from atm_app.picture_ports import UnusablePicture
from biometric.evaluation.figures import (
    intervals_of,
    percent,
    rates_at,
    rounded,
    statistics_of,
    told_of,
    upper_bounds_at,
    with_intervals,
    worst_of,
)
from biometric.evaluation.report import Pair, Report
from biometric.fingerprint.evaluation import Attempt, FingerprintEvaluation, Impression
from biometric.fingerprint.image_file import read_image
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE

WORST_OF_EACH = 4
RATES = rates_at(-SAME_FINGER_SCORE)
REMARKS = (
    "Genuine: all pairs of a finger, or the impressions not enrolled against the best of those enrolled. Impostor: the "
    "same across the fingers of one database. All databases are pooled at one threshold, which was set before. A "
    "failure counts as a rejection. Intervals: bootstrap over fingers, 95 %. Distances are scores negated.",
)


def figures_of(evaluation: FingerprintEvaluation) -> dict[str, Any]:
    """Rates are fractions, times milliseconds. ``interval95``: bootstrap over fingers; ``upper95``: exact, one-sided,
    as if the comparisons were independent."""
    comparisons = evaluation.comparisons()
    intervals = intervals_of(len(evaluation.fingers), statistics_of(comparisons, RATES))
    return {
        "fingers": len(evaluation.fingers),
        "impressions": len(evaluation.impressions),
        "enrolled_per_finger": evaluation.enrol,
        "as_sensor": evaluation.as_sensor,
        **told_of(comparisons, RATES),
        "threshold": SAME_FINGER_SCORE,
        "failure_to_enrol": rounded(evaluation.failure_to_enrol),
        "extract_ms": evaluation.extract_ms,
        "match_ms": evaluation.match_ms,
        "interval95": intervals,
        "upper95": upper_bounds_at(comparisons, -SAME_FINGER_SCORE),
        "databases": {name: told_of(evaluation.comparisons(name), RATES) for name in evaluation.databases},
        "problems": [
            {"what": f"{impression.database}/{impression.path.name}", "why": why}
            for impression, why in evaluation.problems.items()
        ],
    }


def report_of(evaluation: FingerprintEvaluation, figures: Mapping[str, Any]) -> Report:
    """``figures``: of ``figures_of``."""
    lists = {
        "Databases": [
            f"{name}: " + ", ".join(f"{rate} {percent(of[rate])}" for rate in RATES)
            for name, of in figures["databases"].items()
        ],
        "Could not be used": [f"{problem['what']}: {problem['why']}" for problem in figures["problems"]],
    }
    return Report(
        title=f"Fingerprints: {figures['fingers']} fingers, {figures['impressions']} pictures",
        remarks=REMARKS,
        figures=with_intervals(figures),
        lists={heading: points for heading, points in lists.items() if points},
        comparisons=evaluation.comparisons(),
        threshold=-SAME_FINGER_SCORE,
        pairs=_worst_pairs(evaluation),
    )


def _worst_pairs(evaluation: FingerprintEvaluation) -> list[Pair]:
    """The probe beside the first picture enrolled."""
    return [_pair(score, attempt) for score, attempt in worst_of(evaluation.attempts, WORST_OF_EACH)]


def _pair(score: float, attempt: Attempt) -> Pair:
    left, right = attempt.probe, attempt.enrolled[0]
    caption = f"{score:.3f}: {left.database} {left.path.stem} and {right.path.stem}"
    return Pair(caption, _picture(left), _picture(right))


def _picture(impression: Impression) -> Any:
    try:
        return np.repeat(read_image(impression.path)[:, :, None], 3, axis=2)
    except UnusablePicture:
        return np.full((1, 1, 3), 255, np.uint8)
