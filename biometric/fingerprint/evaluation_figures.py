"""The figures of a fingerprint evaluation, under the names ``main.py evaluate fingerprint --json`` answers with."""

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
from biometric.evaluation.report import Pair, Report
from biometric.fingerprint.evaluation import Attempt, FingerprintEvaluation, Impression
from biometric.fingerprint.image_file import UnusableImage, read_image
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE

WORST_OF_EACH = 4
RATES: Mapping[str, Callable[[Comparisons], float]] = {
    "eer": equal_error_rate,
    "frr_at_far_1e-2": lambda comparisons: frr_at_far(comparisons, 1e-2),
    "frr_at_far_1e-3": lambda comparisons: frr_at_far(comparisons, 1e-3),
    "far": lambda comparisons: comparisons.far(-SAME_FINGER_SCORE),
    "frr": lambda comparisons: comparisons.frr(-SAME_FINGER_SCORE),
}
REMARKS = (
    "Genuine: all pairs of a finger, or the impressions not enrolled against the best of those enrolled. Impostor: the "
    "same across the fingers of one database. All databases are pooled at one threshold, which was set before. A "
    "failure counts as a rejection. Intervals: bootstrap over fingers, 95 %. Distances are scores negated.",
)


def figures_of(evaluation: FingerprintEvaluation) -> dict[str, Any]:
    """Rates are fractions, times milliseconds. ``interval95``: bootstrap over fingers; ``upper95``: exact, one-sided,
    as if the comparisons were independent."""
    comparisons = evaluation.comparisons()
    far_errors = int((comparisons.impostor <= -SAME_FINGER_SCORE).sum())
    frr_errors = int((~(comparisons.genuine <= -SAME_FINGER_SCORE)).sum())
    intervals = bootstrap(
        len(evaluation.fingers), {name: _resampled(comparisons, rate) for name, rate in RATES.items()}
    )
    return {
        "fingers": len(evaluation.fingers),
        "impressions": len(evaluation.impressions),
        "enrolled_per_finger": evaluation.enrol,
        "as_sensor": evaluation.as_sensor,
        **_rates(comparisons),
        "threshold": SAME_FINGER_SCORE,
        "failure_to_enrol": rounded(evaluation.failure_to_enrol),
        "extract_ms": evaluation.extract_ms,
        "match_ms": evaluation.match_ms,
        "interval95": {name: ends(interval) for name, interval in intervals.items()},
        "upper95": {
            "far": rounded(upper_bound(far_errors, len(comparisons.impostor))),
            "frr": rounded(upper_bound(frr_errors, len(comparisons.genuine))),
        },
        "databases": {name: _rates(evaluation.comparisons(name)) for name in evaluation.databases},
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
        figures={name: _told(name, figures) for name in figures if isinstance(figures[name], int | float)},
        lists={heading: points for heading, points in lists.items() if points},
        comparisons=evaluation.comparisons(),
        threshold=-SAME_FINGER_SCORE,
        pairs=_worst_pairs(evaluation),
    )


def _rates(comparisons: Comparisons) -> dict[str, float | int | None]:
    return {
        "genuine": len(comparisons.genuine),
        "impostor": len(comparisons.impostor),
        **{name: rounded(rate(comparisons)) for name, rate in RATES.items()},
    }


def _resampled(comparisons: Comparisons, rate: Callable[[Comparisons], float]) -> Callable[[Subjects], float]:
    return lambda times: rate(comparisons.resampled(times))


def _told(name: str, figures: Mapping[str, Any]) -> str:
    """A rate with its interval, anything else as it is."""
    if name not in figures["interval95"]:
        return str(figures[name])
    low, high = figures["interval95"][name]
    return f"{percent(figures[name])} ({percent(low)} – {percent(high)})"


def _worst_pairs(evaluation: FingerprintEvaluation) -> list[Pair]:
    """The likest impostors and the least like genuine ones: the probe beside the first picture enrolled."""
    scored = sorted(((one.score, one) for one in evaluation.attempts if one.score is not None), key=lambda one: one[0])
    genuine = [pair for pair in scored if pair[1].genuine][:WORST_OF_EACH]
    impostor = [pair for pair in scored if not pair[1].genuine][-WORST_OF_EACH:]
    return [_pair(score, attempt) for score, attempt in (*genuine, *impostor)]


def _pair(score: float, attempt: Attempt) -> Pair:
    left, right = attempt.probe, attempt.enrolled[0]
    caption = f"{score:.3f}: {left.database} {left.path.stem} and {right.path.stem}"
    return Pair(caption, _picture(left), _picture(right))


def _picture(impression: Impression) -> Any:
    try:
        return np.repeat(read_image(impression.path)[:, :, None], 3, axis=2)
    except UnusableImage:
        return np.full((1, 1, 3), 255, np.uint8)
