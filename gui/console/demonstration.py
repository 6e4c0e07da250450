"""A machine that demonstrates itself: what is not as it began, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from tkinter import ttk

from atm_app.branch.demonstration_desk import DemonstrationStep
from gui.console.parts import Column
from gui.console.shell import Shell, heading, row_of, table_of

COLUMNS = (Column("Who", 30), Column("What is done", 110))
ROWS = 16
AS_IT_BEGAN = "Everybody and everything is as it began."


class DemonstrationPage:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(
            shell, self.frame, "Demonstration",
            "The drawn customers and the virtual cassettes as they began. Money moves as at any branch: booked.",
        )  # fmt: skip
        self._row = row_of(shell, self.frame)
        self.table = table_of(shell, self.frame, COLUMNS, ROWS)
        self._buttons(wanted=False)
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.demonstration, self._shell.signed_in
        self._shell.ask(lambda: desk.look_at(session), self._found)

    def _found(self, steps: Sequence[DemonstrationStep]) -> None:
        self._show(steps)
        self._buttons(wanted=bool(steps))
        if not steps:
            self._shell.tell(AS_IT_BEGAN, good=True)

    def _renew(self) -> None:
        desk, session = self._shell.console.demonstration, self._shell.signed_in
        self._shell.ask(lambda: desk.renew(session), self._renewed)

    def _renewed(self, steps: Sequence[DemonstrationStep]) -> None:
        self._show(steps)
        self._buttons(wanted=False)
        self._shell.tell("This was done.", good=True)

    def _show(self, steps: Sequence[DemonstrationStep]) -> None:
        self.table.fill([(str(place), (step.who, step.what)) for place, step in enumerate(steps)])

    def _buttons(self, *, wanted: bool) -> None:
        self._row.clear()
        if wanted:
            self._row.add("Bring up to date", self._renew, "Primary")
        self._row.add("Look again", self.look)
        self._row.add("Back", lambda: self._shell.go_to("Check-up"), "Quiet")
