"""``main.py bench gallery``: 1:N among very many, beside the exact scan in the same run."""

from __future__ import annotations

import dataclasses
import json

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from atm_app.config import FaceSettings
from biometric.face.gallery_bench import measure

EXIT_MISSED = 1

PROBES = 1000
SAMPLES = 5
# What a decision among a million may take, and how often it must be the exact search's.
LONGEST_P99_MS = 10.0
LEAST_AGREEMENT = 0.999
STAGES = 4


def gallery(templates: int, face: FaceSettings, *, json_output: bool) -> int:
    """Exit code 0 when the budgets are met. Progress goes to standard error."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("gallery", total=STAGES)
        result = measure(
            templates, PROBES, SAMPLES, face, lambda done: progress.update(task, advance=1, description=done)
        )
    ok = result.p99_ms <= LONGEST_P99_MS and min(result.recall_enrolled, result.stranger_agreement) >= LEAST_AGREEMENT
    answer = {
        "ok": ok, **dataclasses.asdict(result), "ratio": round(result.p50_ms / result.floor_p50_ms, 4),
        "enrolled_probes": PROBES, "stranger_probes": PROBES, "samples": SAMPLES,
    }  # fmt: skip
    if json_output:
        print(json.dumps(answer, indent=1))
    else:
        table = Table("", "", box=None, pad_edge=False, show_header=False)
        for name, value in answer.items():
            table.add_row(name.replace("_", " "), str(value))
        Console().print(table)
    return 0 if ok else EXIT_MISSED
