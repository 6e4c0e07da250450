"""``main.py evaluate liveness``: how many attacks are accepted and how many living customers refused."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

from biometric.face.liveness_evaluation import LIVE, SPECIES, Asked, Result, measure
from biometric.face.liveness_recordings import RecordingProblem, find_recordings, measure_recordings

EXIT_MISSED, EXIT_USAGE = 1, 2
# The budget of docs/liveness.md.
MOST_ACCEPTED, MOST_REFUSED = 0.0, 0.05


def on_drawn_persons(tries: int, seed: int, *, flash: bool, json_output: bool, report: Path | None) -> int:
    """Exit code 0 when no attack was accepted and at most one living person in twenty refused."""
    with _progress() as progress:
        task = progress.add_task("sessions", total=tries * (len(SPECIES) + 1))
        began = time.monotonic()
        result = measure(tries, seed, lambda done: progress.advance(task, done), Asked(flash=flash))
    answer = result.as_object()
    met = all(rate <= MOST_ACCEPTED for rate in answer["apcer"].values()) and answer["bpcer"] <= MOST_REFUSED
    answer |= {"ok": met, "source": "virtual", "seed": seed, "seconds": round(time.monotonic() - began, 1)}
    return _tell(answer, result, json_output=json_output, report=report)


def on_recordings(folder: Path, *, json_output: bool, report: Path | None) -> int:
    """Recordings are measured, not judged: exit code 0 whenever they could be."""
    try:
        recordings = find_recordings(folder)
    except RecordingProblem as problem:
        print(problem, file=sys.stderr)
        return EXIT_USAGE
    with _progress() as progress:
        task = progress.add_task("recordings", total=len(recordings))
        began = time.monotonic()
        result, unreadable = measure_recordings(recordings, lambda: progress.advance(task))
    answer = result.as_object() | {
        "ok": not unreadable, "source": str(folder), "unreadable": unreadable,
        "seconds": round(time.monotonic() - began, 1),
        "note": "a recording answers no question: it is accepted where it happens to fit challenges drawn for it; "
        "events and evidence are what is measured",
    }  # fmt: skip
    for line in unreadable:
        print(line, file=sys.stderr)
    return _tell(answer, result, json_output=json_output, report=report)


def _progress() -> Progress:
    return Progress(
        *Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True),
        transient=True,
    )  # fmt: skip


def _tell(answer: dict[str, Any], result: Result, *, json_output: bool, report: Path | None) -> int:
    if report is not None:
        _write(answer, result, report)
    if json_output:
        print(json.dumps(answer, indent=1))
    else:
        Console().print(_table(answer))
    return 0 if answer["ok"] else EXIT_MISSED


def _table(answer: dict[str, Any]) -> Table:
    table = Table("what is shown", "tries", "wrong", "at most (95 %)", box=None, pad_edge=False)
    rates = {LIVE: answer["bpcer"], **answer["apcer"]}
    for kind, rate in rates.items():
        if rate is not None:
            table.add_row(kind, str(answer["attempts"][kind]), f"{rate:.3f}", f"{answer['upper95'][kind]:.3f}")
    return table


def _write(answer: dict[str, Any], result: Result, folder: Path) -> None:
    """``liveness.json``, and every try with its evidence in ``liveness.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "liveness.json").write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    figures = sorted({name for outcome in result.outcomes for name in outcome.evidence})
    with (folder / "liveness.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("kind", "name", "accepted", "refusal", "seconds", *figures))
        for one in result.outcomes:
            evidence = (one.evidence.get(name, "") for name in figures)
            rows.writerow((one.kind, one.name, int(one.accepted), one.refusal, round(one.seconds, 2), *evidence))
