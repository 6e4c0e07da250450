"""A face evaluation as a report: how it was made, its figures, its worst pairs, what could not be used."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from atm_app.config import FaceSettings
from biometric.evaluation.figures import percent, with_intervals
from biometric.evaluation.report import Pair, Report
from biometric.face.evaluation import Compared, Dataset, FaceEvaluation
from biometric.face.photographs import UnusablePhotograph, frame_of

WORST_OF_EACH = 4
REMARKS = (
    "Models, templates, thresholds and the 1:N rule are the machine's own. Nothing was fitted to these people: the "
    "thresholds were set before, on other people. A failure to acquire or to enrol counts as a rejection in "
    "FRR and FNIR. Intervals: bootstrap over people, 95 %.",
    "1:1 compares every probe with every template. 1:N searches everybody enrolled; as a stranger, each person is "
    "taken out of the gallery in turn. Rank 1 counts every probe.",
)


def report_of(evaluation: FaceEvaluation, figures: Mapping[str, Any], dataset: Dataset, face: FaceSettings) -> Report:
    """``figures``: of ``evaluation_figures.figures_of``."""
    lists = {
        "Could not be used": [f"{problem['what']}: {problem['why']}" for problem in figures["problems"]],
        "Groups": [
            f"{group}: {rates['people']} people, FAR {percent(rates['far'])}, FRR {percent(rates['frr'])}"
            for group, rates in figures["groups"].items()
        ],
        "What the kiosk would have advised": [
            f"{photograph.path.parent.parent.name}/{photograph.person}/{photograph.path.name}: {photograph.remark}"
            for photograph in (*evaluation.enrolment, *evaluation.probes)
            if photograph.sample is not None and photograph.remark
        ],
    }
    return Report(
        title=f"Faces: {figures['people']} people, {figures['enrolled_per_person']} photographs enrolled each",
        remarks=REMARKS,
        figures=with_intervals(figures) | {f"{stage}, ms": str(spent) for stage, spent in figures["ms"].items()},
        lists={heading: points for heading, points in lists.items() if points},
        comparisons=evaluation.comparisons,
        threshold=face.verify_distance,
        pairs=_worst_pairs(evaluation, dataset),
    )


def _worst_pairs(evaluation: FaceEvaluation, dataset: Dataset) -> list[Pair]:
    """The nearest impostors and the farthest genuine ones: the probe beside the first photograph enrolled."""
    compared = sorted((one for one in evaluation.compared if isfinite(one.distance)), key=lambda one: one.distance)
    genuine = [one for one in compared if one.person == one.probe.person]
    impostor = [one for one in compared if one.person != one.probe.person]
    worst = [*impostor[:WORST_OF_EACH], *genuine[-WORST_OF_EACH:]]
    pairs = (_pair(one, dataset.gallery[one.person][0]) for one in worst)
    return [pair for pair in pairs if pair is not None]


def _pair(compared: Compared, enrolled: Path) -> Pair | None:
    caption = f"{compared.distance:.3f}: {compared.probe.person} and {compared.person}"
    try:
        return Pair(caption, frame_of(compared.probe.path), frame_of(enrolled))
    except UnusablePhotograph:
        return None
