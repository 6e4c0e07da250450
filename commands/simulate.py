"""``main.py simulate``: seeded worlds under the real controller and services, on every core. Zero violations or not."""

from __future__ import annotations

import dataclasses
import gc
import json
import logging
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from atm_app.simulation.script import Run, Violation, minimised, run_seed

SEEDS = 1000
# Seeds a worker is given at a time: a second or so of work.
CHUNK = 20
# Violations that are made short; one mistake is usually behind them all.
SHORTENED = 3


@dataclasses.dataclass
class Report:
    """``first``: the first seed. ``seconds``: on the clock of the wall."""

    first: int
    seeds: int = 0
    steps: int = 0
    sessions: int = 0
    faults: Counter[str] = dataclasses.field(default_factory=Counter)
    violations: list[Violation] = dataclasses.field(default_factory=list)
    seconds: float = 0.0

    def add(self, run: Run) -> None:
        self.seeds += 1
        self.steps += run.steps
        self.sessions += run.sessions
        self.faults += run.faults
        if run.violation is not None:
            self.violations.append(run.violation)

    def as_object(self) -> dict[str, Any]:
        return {
            "seeds": self.seeds, "from": self.first, "steps": self.steps, "sessions": self.sessions,
            "faults": {str(kind): count for kind, count in sorted(self.faults.items())},
            "violations": [_violation_object(violation) for violation in self.violations],
            "seconds": round(self.seconds, 2), "seeds_per_second": round(self.seeds / self.seconds, 1),
        }  # fmt: skip


def simulate(seeds: int | None, first: int | None, *, json_output: bool) -> int:
    """Exit code 0 only when no invariant was broken. A ``first`` seed alone is run alone."""
    count = seeds if seeds is not None else SEEDS if first is None else 1
    report = Report(first or 0)
    began = time.monotonic()
    errors = Console(stderr=True)
    with Progress(*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn(), console=errors,
                  transient=True) as progress:  # fmt: skip
        task = progress.add_task("seeds", total=count)
        for run in _runs(report.first, count):
            report.add(run)
            progress.advance(task)
    report.seconds = time.monotonic() - began
    _quieten()
    report.violations.sort(key=lambda violation: violation.seed)
    report.violations[:SHORTENED] = [minimised(violation) for violation in report.violations[:SHORTENED]]
    if json_output:
        print(json.dumps(report.as_object(), indent=1))
    else:
        _tell(report, Console())
    return 1 if report.violations else 0


def _runs(first: int, count: int) -> Iterator[Run]:
    """Every seed's run, as they come in."""
    chunks = [range(begin, min(begin + CHUNK, first + count)) for begin in range(first, first + count, CHUNK)]
    workers = min(os.cpu_count() or 1, len(chunks))
    if workers <= 1:
        _quieten()
        yield from map(run_seed, range(first, first + count))
        return
    # Spawned: the progress bar has a thread, and a fork would copy it half.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_quieten) as pool:
        for future in as_completed([pool.submit(_run_chunk, chunk) for chunk in chunks]):
            yield from future.result()


def _run_chunk(seeds: Sequence[int]) -> list[Run]:
    return [run_seed(seed) for seed in seeds]


def _quieten() -> None:
    """Troubles are what the simulation is made of: nobody reads their log lines. What is loaded stays loaded, so the
    collector need not look at it again."""
    logging.disable(logging.CRITICAL)
    gc.freeze()


def _violation_object(violation: Violation) -> dict[str, Any]:
    return {**dataclasses.asdict(violation), "script": [str(deed) for deed in violation.script]}


def _tell(report: Report, console: Console) -> None:
    faults = ", ".join(f"{count} {kind}" for kind, count in report.faults.most_common())
    console.print(f"{report.seeds} seeds from {report.first}: {report.steps} steps, {report.sessions} sessions, "
                  f"{report.seeds / report.seconds:.1f} seeds a second")  # fmt: skip
    console.print(f"faults: {faults}")
    for violation in report.violations:
        console.print(f"seed {violation.seed}, step {violation.step}: {violation.invariant}: {violation.detail}",
                      style="red")  # fmt: skip
        for deed in violation.script:
            console.print(f"    {deed}", highlight=False)
    if report.violations:
        console.print(f"Again: main.py simulate --from {report.violations[0].seed}")
    else:
        console.print("No invariant was broken.", style="green")
