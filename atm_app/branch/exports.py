"""Rows of any number into a list (CSV), a page at a time: what has been written is never held in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from atm_app.branch.long_work import LongWork
from atm_app.branch.report_ports import ReportFolder
from atm_app.branch.reports import BYTE_ORDER_MARK, Cell, guarded

Lines = Sequence[Sequence[Cell]]


def export(
    folder: ReportFolder, where: str, name: str, heading: Sequence[str], pages: Iterator[Lines], work: LongWork
) -> str:
    """The path of the new file, whole; stopped half-way nothing is left of it. Raises Cancelled, and RequestRefused as
    ``ReportFolder.keep`` does."""
    with folder.new_file(where, name) as file:
        file.write((BYTE_ORDER_MARK + _text([heading])).encode())
        for page in pages:
            file.write(_text(page).encode())
            work.step(len(page))
        return file.name


def _text(lines: Lines) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guarded(cell) for cell in line] for line in lines)
    return text.getvalue()
