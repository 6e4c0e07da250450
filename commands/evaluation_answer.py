"""What ``main.py evaluate face|fingerprint|palm`` say at their end: one JSON object or a table, and a report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from biometric.evaluation.report import Report, write


def tell(
    answer: dict[str, Any], report_of: Callable[[], Report], folder: Path | None, *, json_output: bool,
    beside: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """``folder``: where the report goes, if one is wanted. ``beside``: more lines of the table."""
    if folder is not None:
        answer["report"] = str(write(report_of(), folder).resolve())
    if json_output:
        print(json.dumps(answer, indent=1))
    else:
        Console().print(_table(answer, beside or {}))


def _table(answer: Mapping[str, Any], beside: Mapping[str, object]) -> Table:
    table = Table("", "", "95 %", box=None, pad_edge=False)
    for name, value in answer.items():
        if isinstance(value, int | float | str):
            ends = answer["interval95"].get(name)
            table.add_row(name.replace("_", " "), str(value), f"{ends[0]} – {ends[1]}" if ends else "")
    for name, value in beside.items():
        table.add_row(name, str(value), "")
    table.add_row("not usable", str(len(answer["problems"])), "")
    return table
