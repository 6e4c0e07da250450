"""Everything about one customer, newest first: for the teller from the customer's file, for the auditor from a row of
the audit."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk

from atm_app.branch.story import Cursor, StoryKind, StoryPage
from gui.console.long_run import run_long
from gui.console.parts import Column, Table
from gui.console.saving import FolderDialog
from gui.console.shell import Shell, heading, row_of, table_of

COLUMNS = (Column("When", 20), Column("What happened", 74), Column("Machine", 12), Column("Row", 14))
ROWS = 17


class StoryView:
    """``whom``: as the desk asks for them; ``title``: as they are called here. ``back``: where it was opened from."""

    def __init__(self, shell: Shell, whom: str, title: str, back: Callable[[], None]) -> None:
        self._shell, self._whom = shell, whom
        self._kind = StoryKind.EVERYTHING
        self._older: Cursor | None = None
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, f"Story of {title}", "Each movement once, as it was booked; newest first.")
        self._tabs = row_of(shell, self.frame)
        self.table: Table = table_of(shell, self.frame, COLUMNS, ROWS)
        row = row_of(shell, self.frame)
        row.add("Older", self._go_on)
        row.add("Newest", self.look)
        row.add("Save as CSV", self._save)
        row.add("Back", back, "Quiet")
        self.look()

    def look(self) -> None:
        """From the newest on."""
        self._lay_tabs()
        self._fetch(Cursor())

    def _lay_tabs(self) -> None:
        self._tabs.clear()
        for kind in StoryKind:
            name = kind.value.capitalize()
            self._tabs.add(name, self._choosing(kind), "Chosen" if kind is self._kind else "Quiet")

    def _choosing(self, kind: StoryKind) -> Callable[[], None]:
        def choose() -> None:
            self._kind = kind
            self.look()

        return choose

    def _fetch(self, cursor: Cursor) -> None:
        desk, session, whom, kind = self._shell.console.stories, self._shell.signed_in, self._whom, self._kind
        self._shell.ask(lambda: desk.page(session, whom, kind, cursor), self._show)

    def _go_on(self) -> None:
        if self._older is None:
            self._shell.tell("There is nothing older.")
        else:
            self._fetch(self._older)

    def _show(self, page: StoryPage) -> None:
        self._older = page.next_page
        moment = self._shell.console.reports.maker.moment
        self.table.fill([
            (f"{place}", (f"{moment(line.at):%Y-%m-%d %H:%M:%S}", line.what, line.machine, line.source))
            for place, line in enumerate(page.lines)
        ])  # fmt: skip
        if not page.lines:
            self._shell.tell("Nothing of this kind.")

    def _save(self) -> None:
        shell, desk, session = self._shell, self._shell.console.stories, self._shell.signed_in
        whom, kind = self._whom, self._kind
        FolderDialog(
            shell, "Save as CSV", shell.console.report_folder,
            lambda where: run_long(
                shell, "Saving the story", "lines", lambda work: desk.save(session, whom, kind, where, work),
                lambda path: shell.tell(f"Saved: {path}", good=True),
            ),
        )  # fmt: skip
