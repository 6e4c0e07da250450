"""A report as data: facts, tables and verdicts in words, before it is a page or a file. Knows neither."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import StringIO

from atm_app.banking.money import Money
from atm_app.spreadsheet import as_text

Cell = str | int | Money | datetime
HEADING = ("part", "line", "what", "value")
BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets know UTF-8


class ReportForm(StrEnum):
    PDF = "pdf"
    CSV = "csv"


@dataclass(frozen=True)
class ReportTable:
    """``columns``: the first names each line. ``note``: said where there is no line. Numbers stand at the right."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """``name``: of a file, without its ending. ``verdicts``: whole sentences; ``agreed``: nothing differs."""

    name: str
    bank: str
    title: str
    facts: tuple[tuple[str, Cell], ...]
    tables: tuple[ReportTable, ...]
    verdicts: tuple[str, ...]
    agreed: bool


def told(cell: Cell) -> str:
    """For people: money as India groups it, moments with their distance to UTC."""
    if isinstance(cell, Money):
        return cell.text(exact=True)
    if isinstance(cell, datetime):
        return f"{cell:%d %b %Y, %H:%M:%S} ({cell.tzname()})"
    return f"{cell:,}" if isinstance(cell, int) else cell


def bare(cell: Cell) -> str:
    """For programs: figures without groups or signs of a currency, moments as ISO 8601."""
    if isinstance(cell, Money):
        return f"{cell.decimal()}"
    return cell.isoformat() if isinstance(cell, datetime) else f"{cell}"


def guarded(cell: Cell) -> str:
    """``bare``, and words that begin like a formula with an apostrophe before them."""
    return as_text([cell])[0] if isinstance(cell, str) else bare(cell)


def csv_of(report: Report) -> str:
    """Every figure on a line of its own, so that no table has another's columns. No spreadsheet finds a formula in it;
    figures below nothing stay figures."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(HEADING)

    def line(*cells: Cell) -> None:
        table.writerow([guarded(cell) for cell in cells])

    line("report", "", "bank", report.bank)
    line("report", "", "title", report.title)
    for name, value in report.facts:
        line("report", "", name, value)
    for each in report.tables:
        for row in each.lines:
            for column, cell in zip(each.columns[1:], row[1:], strict=True):
                line(each.title, row[0], column, cell)
    for sentence in report.verdicts:
        line("verdict", "", "", sentence)
    return BYTE_ORDER_MARK + text.getvalue()
