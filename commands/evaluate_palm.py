"""``main.py evaluate palm``: the palm matcher on folders of anybody's palms."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
from rich.console import Console
from rich.progress import Progress

from biometric.palm.evaluation import Dataset, DatasetProblem, evaluate
from biometric.palm.evaluation_figures import figures_of, report_of
from commands.evaluation_answer import tell

EXIT_NO_DATA = 2


def evaluate_palm(folders: Sequence[Path], leave_out: int, report: Path | None, *, json_output: bool) -> int:
    """Exit code 0 when it ran, whatever the figures are. Progress goes to standard error."""
    # One core, so that the times are those of one core.
    cv2.setNumThreads(1)
    try:
        dataset = Dataset.read(folders, leave_out)
    except DatasetProblem as problem:
        print(problem, file=sys.stderr)
        return EXIT_NO_DATA
    steps = len(dataset.pictures) + sum(1 for _ in dataset.pairs())
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("pictures and comparisons", total=steps)
        evaluation = evaluate(dataset, lambda: progress.advance(task))
    answer = figures_of(evaluation)
    tell(answer, lambda: report_of(evaluation, answer), report, json_output=json_output,
         beside={"ORB: eer": answer["orb"]["eer"]})  # fmt: skip
    return 0
