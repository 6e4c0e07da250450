"""The figures of a face evaluation, under the names that ``main.py evaluate face --json`` answers with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atm_app.config import FaceSettings
from biometric.evaluation.figures import SEPARATION, intervals_of, resampled, rounded, upper_bounds_at
from biometric.evaluation.rates import Comparisons, Subjects, upper_bound
from biometric.face.evaluation import FaceEvaluation, Photograph, Search

Outcomes = NDArray[np.bool_]


def figures_of(evaluation: FaceEvaluation, settings: FaceSettings) -> dict[str, Any]:
    """Rates are fractions, times milliseconds. ``interval95``: bootstrap over people; ``upper95``: exact, one-sided,
    as if the comparisons were independent."""
    rates = _rates(evaluation, settings)
    everyone = np.ones(len(evaluation.people), np.int64)
    return {
        "people": len(evaluation.people),
        "enrolled_per_person": _per_person(evaluation.enrolment),
        "probes": len(evaluation.probes),
        "genuine": len(evaluation.comparisons.genuine),
        "impostor": len(evaluation.comparisons.impostor),
        "threshold": settings.verify_distance,
        "identify_distance": settings.identify_distance,
        "margin": settings.margin,
        **{name: rounded(rate(everyone)) for name, rate in rates.items()},
        "failure_to_enrol": rounded(len(evaluation.not_enrolled) / len(evaluation.people)),
        "interval95": intervals_of(len(evaluation.people), rates),
        "upper95": _upper_bounds(evaluation, settings.verify_distance),
        "groups": _groups(evaluation, settings.verify_distance),
        "ms": dict(evaluation.ms),
        "problems": problems(evaluation),
    }


def problems(evaluation: FaceEvaluation) -> list[dict[str, str]]:
    """Photographs nothing could be taken from and people who could not be enrolled, each with the reason."""
    looked_at = (*evaluation.enrolment, *evaluation.probes)
    return [
        {"what": f"{photograph.path.parent.parent.name}/{photograph.person}/{photograph.path.name}",
         "why": photograph.remark}
        for photograph in looked_at if photograph.sample is None
    ] + [{"what": person, "why": "not enrolled: no photograph in the gallery shows a face"}
         for person in evaluation.not_enrolled]  # fmt: skip


def _rates(evaluation: FaceEvaluation, settings: FaceSettings) -> Mapping[str, Callable[[Subjects], float]]:
    """Each figure as a function of how often each person is counted."""
    number = {name: index for index, name in enumerate(evaluation.people)}
    whose = np.array([number[search.probe.person] for search in evaluation.searches], np.int64)
    outcomes = search_outcomes(evaluation.searches)
    acquired = ~outcomes["failure_to_acquire"]

    def share(outcome: Outcomes, among: Outcomes | None = None) -> Callable[[Subjects], float]:
        def counted(times: Subjects) -> float:
            weights = times[whose] if among is None else times[whose] * among
            return float(outcome @ weights / weights.sum()) if weights.sum() else float("nan")

        return counted

    def compared(rate: Callable[[Comparisons], float]) -> Callable[[Subjects], float]:
        return resampled(evaluation.comparisons, rate)

    threshold = settings.verify_distance
    return {
        "rank1": share(outcomes["rank1"]),
        "eer": compared(SEPARATION["eer"]),
        "far": compared(lambda comparisons: comparisons.far(threshold)),
        "frr": compared(lambda comparisons: comparisons.frr(threshold)),
        "frr_at_far_1e-3": compared(SEPARATION["frr_at_far_1e-3"]),
        "failure_to_acquire": share(outcomes["failure_to_acquire"]),
        "strangers_accepted": share(outcomes["stranger_accepted"], acquired),
        "enrolled_accepted": share(outcomes["enrolled_accepted"]),
        "enrolled_mistaken": share(outcomes["enrolled_mistaken"]),
        "fpir": share(outcomes["stranger_accepted"], acquired),
        "fnir": share(~outcomes["enrolled_accepted"]),
    }


def search_outcomes(searches: Sequence[Search]) -> dict[str, Outcomes]:
    """One entry a probe. ``enrolled_accepted``: as themselves; ``enrolled_mistaken``: as somebody else."""
    return {
        "failure_to_acquire": np.array([search.probe.sample is None for search in searches], np.bool_),
        "rank1": np.array([search.nearest == search.probe.person for search in searches], np.bool_),
        "stranger_accepted": np.array([search.as_stranger is not None for search in searches], np.bool_),
        "enrolled_accepted": np.array([search.accepted == search.probe.person for search in searches], np.bool_),
        "enrolled_mistaken": np.array(
            [search.accepted not in (None, search.probe.person) for search in searches], np.bool_
        ),
    }


def _upper_bounds(evaluation: FaceEvaluation, threshold: float) -> dict[str, float | None]:
    outcomes = search_outcomes(evaluation.searches)
    errors = {
        "strangers_accepted": outcomes["stranger_accepted"][~outcomes["failure_to_acquire"]],
        "failure_to_acquire": outcomes["failure_to_acquire"],
    }
    return upper_bounds_at(evaluation.comparisons, threshold) | {
        name: rounded(upper_bound(int(wrong.sum()), len(wrong))) for name, wrong in errors.items()
    }


def _groups(evaluation: FaceEvaluation, threshold: float) -> dict[str, dict[str, float | None]]:
    """Rates among the people of each group: the nearest false pairs are people who look alike."""
    answer: dict[str, dict[str, float | None]] = {}
    for group in sorted(set(evaluation.groups.values())):
        members = [n for n, name in enumerate(evaluation.people) if evaluation.groups.get(name) == group]
        among = evaluation.comparisons.of_people(np.array(members, np.int64))
        answer[group] = {"people": len(members), "genuine": len(among.genuine), "impostor": len(among.impostor),
                         "far": rounded(among.far(threshold)), "frr": rounded(among.frr(threshold))}  # fmt: skip
    return answer


def _per_person(enrolment: Sequence[Photograph]) -> int:
    """The most photographs any person was enrolled with."""
    counted: dict[str, int] = {}
    for photograph in enrolment:
        counted[photograph.person] = counted.get(photograph.person, 0) + 1
    return max(counted.values(), default=0)
