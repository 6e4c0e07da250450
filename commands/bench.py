"""``main.py bench ledger``: figures of the machine beside a floor measured in the same run."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from db.folder import DataFolder, fresh_folder
from db.ledger_bench import CASES, BenchProblem, Result, measure

PROJECT = Path(__file__).resolve().parent.parent

EXIT_MISSED, EXIT_MISSING = 1, 2

# Least share of the floor: the budgets of docs/testing.md.
BUDGET = {"8": 0.6, "hot": 0.5}


def ledger(runs: int, seconds: int, *, json_output: bool) -> int:
    """Exit code 0 when the books are right and every budget is met. Progress goes to standard error."""
    if not installed("sysbench"):
        return EXIT_MISSING
    folder = fresh_folder("bench")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("ledger", total=len(CASES) * (runs + 1) * 2)
        try:
            results, movements = measure(
                folder, runs, seconds, lambda what: progress.update(task, advance=1, description=what)
            )
        except BenchProblem as problem:
            print(problem, file=sys.stderr)
            return EXIT_MISSED
    answer = answer_of(results, movements, folder) | {"runs": runs, "seconds": seconds}
    if json_output:
        print(json.dumps(answer, indent=1))
    else:
        Console().print(_table(answer))
        print(f"{movements} movements, all in the books of {folder.root}")
    return 0 if answer["ok"] else EXIT_MISSED


def installed(program: str) -> bool:
    """Whether a Debian package of that name is there, now that it was asked for; if not, it was said what to do."""
    if shutil.which(program):
        return True
    command = ["bash", "-c", '. packaging/prepare.sh; install_packages "$1"', "bash", program]
    return subprocess.run(command, cwd=PROJECT, stdout=sys.stderr, check=False).returncode == 0


def answer_of(results: list[Result], movements: int, folder: DataFolder) -> dict[str, Any]:
    """Rates a second and milliseconds, medians of the counted runs, by case."""
    ratio = {result.case.name: round(result.ratio, 3) for result in results}
    return {
        "ok": all(ratio[name] >= least for name, least in BUDGET.items() if name in ratio),
        "movements_per_second": {result.case.name: round(result.rate, 1) for result in results},
        "floor": {result.case.name: round(result.floor_rate, 1) for result in results},
        "ratio": ratio,
        "p50_ms": {result.case.name: _median([run.p50_ms for run in result.ours]) for result in results},
        "p99_ms": {result.case.name: _median([run.p99_ms for run in result.ours]) for result in results},
        "floor_p99_ms": {result.case.name: _median([run.p99_ms for run in result.floor]) for result in results},
        "budget": BUDGET,
        "movements": movements,
        "data_folder": str(folder.root),
    }


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def _table(answer: dict[str, Any]) -> Table:
    columns = ("movements_per_second", "floor", "ratio", "p50_ms", "p99_ms", "floor_p99_ms")
    table = Table("connections", *(name.replace("_", " ") for name in columns), box=None, pad_edge=False)
    for case in answer["ratio"]:
        table.add_row(case, *(str(answer[name][case]) for name in columns))
    return table
