"""``main.py evaluate face``: the machine's face recognition on a folder of anybody's photographs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import cv2
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from atm_app.config import FaceSettings
from biometric.evaluation.report import write
from biometric.face.evaluation import Dataset, DatasetProblem, evaluate
from biometric.face.evaluation_figures import figures_of
from biometric.face.evaluation_report import report_of

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
    if report is not None:
        answer["report"] = str(write(report_of(evaluation, answer, dataset, settings), report).resolve())
    if json_output:
        print(json.dumps(answer, indent=1))
    else:
        Console().print(_table(answer))
    return 0


def _table(answer: dict[str, Any]) -> Table:
    table = Table("", "", "95 %", box=None, pad_edge=False)
    for name, value in answer.items():
        if isinstance(value, int | float | str):
            ends = answer["interval95"].get(name)
            table.add_row(name.replace("_", " "), str(value), f"{ends[0]} – {ends[1]}" if ends else "")
    table.add_row("not usable", str(len(answer["problems"])), "")
    return table
