"""A report on the screen: its facts, its verdicts, its tables one at a time; and saved as a file."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk

from atm_app.banking.money import Money
from atm_app.branch.reports import Cell, Report, ReportForm, ReportTable, told
from atm_app.branch.roles import Deed
from gui.console import layout
from gui.console.parts import Column, Table
from gui.console.saving import FolderDialog
from gui.console.shell import Shell, heading, row_of
from gui.console.words import LOCALE

ROWS = 15
# Characters of a table over the whole page; the first column has what the others leave.
PAGE_WIDTH, LEAST, MOST = 116, 9, 26
FACTS_BESIDE = 3

Save = Callable[[ReportForm, str], str]


def shown(cell: Cell) -> str:
    """As ``told``, with whole sums as short as everywhere at the console."""
    return cell.text(LOCALE) if isinstance(cell, Money) else told(cell)


class ReportPage:
    """``save``: writes the file into a folder, answers its path; ``back``: to where it was opened from."""

    def __init__(self, shell: Shell, report: Report, save: Save, back: Callable[[], None]) -> None:
        self._shell, self._report, self._save = shell, report, save
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, report.title)
        work = shell.workshop
        self._facts()
        palette = shell.theme.palette
        for sentence in report.verdicts:
            line = work.text(self.frame, sentence, bold=True, on_card=False, wrap=1900)
            work.set(line, sentence, bold=True, colour=palette.good if report.agreed else palette.bad)
            line.pack(anchor="w", padx=work.scale(layout.MARGIN))
        row = row_of(shell, self.frame)
        if shell.may(Deed.SAVE_REPORT):
            row.add("Save as PDF", lambda: self._keep(ReportForm.PDF), "Primary")
            row.add("Save as CSV", lambda: self._keep(ReportForm.CSV))
        row.add("Back", back, "Quiet")
        self._tabs = row_of(shell, self.frame)
        self._shown = ttk.Frame(self.frame)
        self._shown.pack(fill="x", padx=work.scale(layout.MARGIN))
        self.open(report.tables[0])

    def open(self, table: ReportTable) -> None:
        """Show one of its tables."""
        self._tabs.clear()
        for each in self._report.tables:
            self._tabs.add(each.title, self._opening(each), "Chosen" if each is table else "Quiet")
        for child in self._shown.winfo_children():
            child.destroy()
        work = self._shell.workshop
        if not table.lines:
            work.text(self._shown, table.note, quiet=True, on_card=False).pack(anchor="w")
            return
        self.table = Table(work, self._shown, columns_of(table), rows=min(ROWS, len(table.lines)))
        self.table.fill([(str(place), [shown(cell) for cell in line]) for place, line in enumerate(table.lines)])
        self.table.widget.pack(fill="x")

    def _opening(self, table: ReportTable) -> Callable[[], None]:
        return lambda: self.open(table)

    def _facts(self) -> None:
        """Names and values, several beside each other."""
        work = self._shell.workshop
        grid = ttk.Frame(self.frame)
        grid.pack(anchor="w", padx=work.scale(layout.MARGIN), pady=(0, work.scale(layout.GAP) // 2))
        for place, (name, value) in enumerate(self._report.facts):
            row, column = divmod(place, FACTS_BESIDE)
            work.text(grid, name, "small", quiet=True, on_card=False).grid(row=row, column=2 * column, sticky="w")
            work.text(grid, shown(value), "small", bold=True, on_card=False).grid(
                row=row, column=2 * column + 1, sticky="w", padx=(work.scale(layout.GAP), work.scale(2 * layout.GAP))
            )

    def _keep(self, form: ReportForm) -> None:
        save_somewhere(self._shell, f"Save as {form.name}", lambda where: self._save(form, where))


def save_somewhere(shell: Shell, title: str, save: Callable[[str], str]) -> None:
    """Ask for a folder, save there, tell the path."""
    FolderDialog(
        shell, title, shell.console.report_folder,
        lambda where: shell.ask(lambda: save(where), lambda path: shell.tell(f"Saved: {path}", good=True)),
    )  # fmt: skip


def columns_of(table: ReportTable) -> tuple[Column, ...]:
    """Each as wide as what stands in it, the first as wide as what is left."""
    right = [
        place > 0 and bool(table.lines) and all(isinstance(line[place], int | Money) for line in table.lines)
        for place in range(len(table.columns))
    ]
    widths = [
        min(MOST, max(LEAST, *(len(text) for text in (name, *(shown(line[place]) for line in table.lines)))))
        for place, name in enumerate(table.columns)
    ]
    widths[0] = max(widths[0], PAGE_WIDTH - sum(widths[1:]))
    return tuple(
        Column(name, width, right=at_right)
        for name, width, at_right in zip(table.columns, widths, right, strict=True)
    )  # fmt: skip
