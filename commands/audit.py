"""``main.py audit``: ``verify`` checks every chain against its rows, its head and the checkpoints outside the database,
``export`` writes every row out for somebody who may read what happened but not to whom."""

from __future__ import annotations

import csv
import dataclasses
import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from atm_app.config import Settings
from atm_app.trust.alerts import Alert, Alerts
from atm_app.trust.audit_export import COLUMNS, exported
from commands.messages import Messages
from commands.opened_storage import opened_storage
from db.audit import rows_in_order
from db.audit import verify as verify_chains
from db.folder import DataFolder


def verify(folder: DataFolder, settings: Settings, kept: Path | None, *, json_output: bool) -> int:
    """Exit code 0 only when nothing was changed, cut off, inserted or moved. ``kept``: heads that left the machine."""
    with opened_storage(folder, settings) as storage:
        result = verify_chains(storage.kiosk, storage.sealer, folder.checkpoints, *([kept] if kept else []))
    if not result.ok and settings.mail.host and settings.alerts.email:
        tell_staff(settings, result.problems[0])
    if json_output:
        print(json.dumps({"ok": result.ok, **dataclasses.asdict(result)}, indent=1))
        return 0 if result.ok else 1
    console = Console()
    console.print(f"{result.rows} rows in {result.chains} chains, {result.unsealed} not sealed yet")
    if result.elsewhere:
        told = f"{len(result.elsewhere)} chains are sealed with other terminals' own keys: verify them at the centre"
        console.print(told, style="yellow")
    for problem in result.problems:
        console.print(problem, style="red")
    whole = "What could be compared here is whole." if result.elsewhere else "The audit is whole."
    console.print(whole if result.ok else "The audit was tampered with.", style="green" if result.ok else "red")
    return 0 if result.ok else 1


def tell_staff(settings: Settings, problem: str) -> None:
    """By the machine's own mail: whoever runs this every night does not read what it printed. ``problem``: the first
    one found, a chain and a row."""
    messages = Messages(settings)
    try:
        Alerts(messages.mail, messages.staff_address, settings.terminal).tell(Alert.TAMPER, problem)
    finally:
        messages.close()


def export(folder: DataFolder, settings: Settings, form: str) -> int:
    """Rows in the order they were written, ``at`` in UTC (ISO 8601). Sessions and customers have names of this export's
    own: the same within it, worth nothing beside another one or beside the database."""
    key = secrets.token_bytes(32)
    with opened_storage(folder, settings) as storage:
        rows = (exported(row, key) for row in rows_in_order(storage.kiosk))
        _write_lines(rows) if form == "jsonl" else _write_table(rows)
    return 0


def _write_lines(rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))


def _write_table(rows: Iterator[dict[str, Any]]) -> None:
    table = csv.DictWriter(sys.stdout, COLUMNS)
    table.writeheader()
    for row in rows:
        table.writerow({**row, "details": json.dumps(row["details"], ensure_ascii=False)})
