"""``main.py evaluate face``: the machine's face recognition on a folder of anybody's photographs."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
from rich.console import Console
from rich.progress import Progress

from atm_app.config import FaceSettings
from biometric.face.evaluation import Dataset, DatasetProblem, evaluate
from biometric.face.evaluation_figures import figures_of
from biometric.face.evaluation_report import report_of
from commands.evaluation_answer import tell

EXIT_NO_DATA = 2


def evaluate_face(folder: Path, enrol: int, settings: FaceSettings, report: Path | None, *, json_output: bool) -> int:
    """Exit code 0 when it ran, whatever the figures are. Progress goes to standard error."""
    # As the vision process has it, so that the times are comparable.
    cv2.setNumThreads(1)
    try:
        dataset = Dataset.read(folder, enrol)
    except DatasetProblem as problem:
        print(problem, file=sys.stderr)
        return EXIT_NO_DATA
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("photographs", total=dataset.photographs)
        evaluation = evaluate(dataset, settings, lambda: progress.advance(task))
    answer = figures_of(evaluation, settings)
    tell(answer, lambda: report_of(evaluation, answer, dataset, settings), report, json_output=json_output)
    return 0
