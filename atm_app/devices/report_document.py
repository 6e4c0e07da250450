"""A report of the branch as A4 pages: PDF, to be printed, signed and kept. English alone, like the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4

from atm_app.banking.money import Money
from atm_app.branch.reports import Cell, Report, ReportTable, told
from atm_app.devices.lettering import LINE_HEIGHT, FontFinder, Lettering
from atm_app.devices.pages import (
    BODY,
    HEADING,
    MARGIN,
    PALE,
    ROW_GAP,
    SMALL,
    TITLE,
    WASH,
    Page,
    bound,
    prepare_fonts,
)

LANGUAGE = "en"
# Between two columns, and inside the grey of a heading, in dots.
COLUMN_GAP, INSET = 26, 12
BEFORE_TABLE = 22
LINE = round(SMALL * LINE_HEIGHT)
# Of the first column when the others want more than there is.
LEAST_FIRST = 260
# What two people sign on paper, where a branch keeps such a file.
SIGNATURES = ("Date and signature", "Date and second signature")


@dataclass(frozen=True)
class _Columns:
    """``edges``: of each column its left edge, or its right one where it stands at the ``right``; ``widths``: its room.
    In dots."""

    edges: tuple[float, ...]
    widths: tuple[float, ...]
    right: tuple[bool, ...]


class ReportDocument:
    """``font``: (pixels, bold, script) to a font that has the script's letters. The same report is the same bytes."""

    def __init__(self, font: FontFinder) -> None:
        self._lettering = Lettering(font)
        prepare_fonts(font)

    def __call__(self, report: Report) -> bytes:
        """The PDF."""
        pages = [self._page(report)]
        for name, value in report.facts:
            pages[-1].pair(name, told(value), BODY)
        pages[-1].rule()
        for sentence in report.verdicts:
            pages[-1].paragraph(sentence, BODY, bold=True)
        for table in report.tables:
            self._table(pages, report, table)
        self._signatures(pages, report)
        for number, page in enumerate(pages, 1):
            self._foot(page, report, number, len(pages))
        return bound(pages, A4, report.bank, report.title, LANGUAGE)

    def _page(self, report: Report) -> Page:
        page = Page(self._lettering, A4, backwards=False)
        page.paragraph(report.bank, HEADING, bold=True)
        page.paragraph(report.title, TITLE, PALE)
        page.rule(thick=True)
        return page

    def _room(self, pages: list[Page], report: Report, height: float) -> bool:
        """False where it had to be found on a new page."""
        if pages[-1].y + height <= pages[-1].bottom:
            return True
        pages.append(self._page(report))
        return False

    # --- tables ------------------------------------------------------------------------------------------------------

    def _table(self, pages: list[Page], report: Report, table: ReportTable) -> None:
        rows = [[told(cell) for cell in line] for line in table.lines]
        columns = self._columns(pages[0], table)
        self._room(pages, report, BEFORE_TABLE + BODY * 2 + 4 * LINE)
        pages[-1].y += BEFORE_TABLE
        pages[-1].paragraph(table.title, BODY, bold=True)
        if not rows:
            pages[-1].paragraph(table.note, SMALL, PALE)
            return
        pages[-1].y += INSET
        self._heading(pages[-1], table, columns)
        for row in rows:
            cells = self._wrapped(row, columns)
            if not self._room(pages, report, self._height(cells)):
                self._heading(pages[-1], table, columns)
            self._row(pages[-1], cells, columns)
            pages[-1].line(pages[-1].y - ROW_GAP // 2 - 1, WASH - 30)

    def _columns(self, page: Page, table: ReportTable) -> _Columns:
        """Each as wide as its widest cell; the first has what is left, and is wrapped."""
        right = tuple(
            place > 0 and all(isinstance(line[place], int | Money) for line in table.lines)
            for place in range(len(table.columns))
        )
        wanted = [
            max(self._width(cell) for cell in (table.columns[place], *(line[place] for line in table.lines)))
            for place in range(len(table.columns))
        ]
        inner = page.width - 2 * MARGIN - 2 * INSET
        others = wanted[1:]
        room = inner - COLUMN_GAP * len(others)
        if sum(others) > room - LEAST_FIRST:
            shrunk = (room - LEAST_FIRST) / sum(others)
            others = [width * shrunk for width in others]
        widths = (room - sum(others), *others)
        edges, x = [], float(MARGIN + INSET)
        for width, at_right in zip(widths, right, strict=True):
            edges.append(x + width if at_right else x)
            x += width + COLUMN_GAP
        return _Columns(tuple(edges), widths, right)

    def _width(self, cell: Cell) -> float:
        return self._lettering.width(told(cell), SMALL, bold=True)

    def _wrapped(self, row: Sequence[str], columns: _Columns, *, bold: bool = False) -> list[list[str]]:
        return [
            self._lettering.wrapped(cell, SMALL, width, bold=bold)
            for cell, width in zip(row, columns.widths, strict=True)
        ]

    @staticmethod
    def _height(cells: Sequence[Sequence[str]]) -> int:
        return max(len(lines) for lines in cells) * LINE + ROW_GAP

    def _heading(self, page: Page, table: ReportTable, columns: _Columns) -> None:
        cells = self._wrapped(table.columns, columns, bold=True)
        page.wash(self._height(cells))
        self._row(page, cells, columns, bold=True)

    def _row(self, page: Page, cells: Sequence[Sequence[str]], columns: _Columns, *, bold: bool = False) -> None:
        for lines, edge, at_right in zip(cells, columns.edges, columns.right, strict=True):
            for number, text in enumerate(lines):
                page.write(
                    edge, page.y + number * LINE, text, SMALL, bold=bold, anchor="right" if at_right else "left"
                )  # fmt: skip
        page.y += self._height(cells)

    # --- below -------------------------------------------------------------------------------------------------------

    def _signatures(self, pages: list[Page], report: Report) -> None:
        """Two lines to sign on."""
        self._room(pages, report, 4 * LINE)
        page, half = pages[-1], (pages[-1].width - 2 * MARGIN) // 2
        page.y += 2 * LINE + LINE // 2
        for place, text in enumerate(SIGNATURES):
            left = MARGIN + place * (half + COLUMN_GAP)
            page.stroke(left, left + half - COLUMN_GAP, page.y)
            page.write(left, page.y + 8, text, SMALL, fill=PALE)
        page.y += 2 * LINE

    @staticmethod
    def _foot(page: Page, report: Report, number: int, count: int) -> None:
        page.line(page.bottom + 20, PALE)
        page.write(MARGIN, page.bottom + 34, report.name, SMALL, fill=PALE)
        page.write(
            page.width - MARGIN, page.bottom + 34, f"Page {number} of {count}", SMALL, fill=PALE, anchor="right"
        )  # fmt: skip
