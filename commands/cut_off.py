"""``main.py cut-off``: end the terminal's accounting period; totals by kind, cash counters, differences."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import EndOfDay
from atm_app.config import Settings
from commands.opened_storage import opened_storage
from db.branch import ChartLine
from db.folder import DataFolder


def cut_off(folder: DataFolder, settings: Settings, *, json_output: bool) -> int:
    """Exit code 0 only when the cash counters agree with the books. A kiosk may go on working meanwhile."""
    with opened_storage(folder, settings) as storage:
        storage.branch.prepare_books(settings)
        day = storage.branch.cut_off(secrets.token_bytes(16))
        chart = storage.branch.chart()
        balanced = storage.ledger.trial_balance().balanced
        storage.staff_audit.seal()
    ok = balanced and day.cash_difference == 0
    if json_output:
        report = {"ok": ok, "terminal": settings.terminal, **asdict(day), "at": day.at.isoformat()}
        report["chart"] = [{**asdict(line), "balance": line.balance.minor} for line in chart]
        print(json.dumps(report, indent=1))
    else:
        _print(settings, day, chart, ok=ok)
    return 0 if ok else 1


def _print(settings: Settings, day: EndOfDay, chart: tuple[ChartLine, ...], *, ok: bool) -> None:
    console = Console()

    def money(minor: int) -> str:
        return Money(minor, settings.currency).text()

    console.print(f"{settings.terminal}: period {day.period} ended {day.at:%Y-%m-%d %H:%M} UTC")
    totals = Table("kind", "movements", "amount", title="Totals")
    for total in day.totals:
        totals.add_row(total.kind, f"{total.count}", money(total.amount))
    console.print(totals)
    units = Table(
        "unit", "note", "loaded", "presented", "rejected", "retracted", "unknown", "left", "state", title="Cash units"
    )
    for unit in day.cash_units:
        counters = (unit.initial, unit.presented, unit.rejected, unit.retracted, unit.unknown, unit.count)
        units.add_row(f"{unit.position}", money(unit.denomination), *map(str, counters), unit.replenishment_status)
    console.print(units)
    accounts = Table("kind", "class", "accounts", "balance", title="Chart of accounts")
    for line in chart:
        accounts.add_row(line.kind, line.class_, f"{line.accounts}", line.balance.text())
    console.print(accounts)
    verdict = "Counters and books agree." if ok else f"Counters and books differ by {money(day.cash_difference)}."
    console.print(verdict, style="green" if ok else "red")
