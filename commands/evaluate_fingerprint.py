"""``main.py evaluate fingerprint``: the image matcher on folders of anybody's fingerprints, or the sensor's own matcher
on fingers drawn for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from biometric.fingerprint import touch_evaluation, touch_figures
from biometric.fingerprint.evaluation import DatasetProblem, evaluate, impressions_of, misnamed_in, plan
from biometric.fingerprint.evaluation_figures import figures_of, report_of
from commands.evaluation_answer import tell

EXIT_NOTHING_COMPARED, EXIT_NO_DATA = 1, 2
EXIT_MISSED = 1
# What the drawn fingers are held to: a sensor that tells them apart worse would hide faults of the kiosk.
MOST_EQUAL_ERRORS = 0.01


def evaluate_fingerprint(
    folders: Sequence[Path], enrol: int | None, report: Path | None, *, as_sensor: bool, json_output: bool
) -> int:
    """Exit code 0 when it ran, whatever the figures are; 1 when no two pictures could be compared, 2 when there is
    nothing to measure. Progress, and what could not be used and why, go to standard error."""
    try:
        impressions = impressions_of(folders)
        misnamed = misnamed_in(folders)
        steps = len(impressions) + sum(1 for _ in plan(impressions, enrol))
    except DatasetProblem as problem:
        print(problem, file=sys.stderr)
        if json_output:
            print(json.dumps({"problem": str(problem)}))
        return EXIT_NO_DATA
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("pictures and comparisons", total=steps)
        evaluation = evaluate(impressions, enrol, lambda done: progress.advance(task, done), as_sensor=as_sensor)
    answer = figures_of(evaluation)
    answer["left_out"] = [
        {"what": f"{path.parent.name}/{path.name}", "why": "not named FINGER_IMPRESSION"} for path in misnamed
    ]
    for unused in (*answer["problems"], *answer["left_out"]):
        print(f"{unused['what']}: {unused['why']}", file=sys.stderr)
    tell(answer, lambda: report_of(evaluation, answer), report, json_output=json_output)
    return 0 if answer["impostor"] else EXIT_NOTHING_COMPARED


def evaluate_touches(fingers: int, touches: int, report: Path | None, *, json_output: bool) -> int:
    """``fingers`` and ``touches`` of each: two or more. Exit code 0 when the EER is at most MOST_EQUAL_ERRORS."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("fingers drawn and compared", total=2 * fingers)
        evaluation = touch_evaluation.evaluate(fingers, touches, lambda done: progress.advance(task, done))
    answer = touch_figures.figures_of(evaluation)
    answer["ok"] = answer["eer"] is not None and answer["eer"] <= MOST_EQUAL_ERRORS
    tell(answer, lambda: touch_figures.report_of(evaluation, answer), report, json_output=json_output)
    return 0 if answer["ok"] else EXIT_MISSED
