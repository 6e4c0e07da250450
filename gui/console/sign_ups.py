"""Who opened an account at a machine by themselves, and whom nobody of the branch has looked at yet."""

from __future__ import annotations

from tkinter import ttk

from atm_app.branch.branch_ports import WaitingSignUp
from gui.console.parts import Column
from gui.console.shell import Shell, heading, row_of, table_of

COLUMNS = (Column("When", 24), Column("Customer number", 24), Column("Machine", 24))
ROWS = 16


class SignUpsPage:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(
            shell, self.frame, "Sign-ups", "Accounts opened at a machine, the oldest first. Look at each one's papers."
        )
        self._table = table_of(shell, self.frame, COLUMNS, ROWS)
        row_of(shell, self.frame).add("Looked at", self._reviewed, "Primary")
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.customers, self._shell.signed_in
        self._shell.ask(lambda: desk.waiting_sign_ups(session), self._show)

    def _show(self, waiting: tuple[WaitingSignUp, ...]) -> None:
        self._table.fill([
            (each.number, (f"{each.at.astimezone():%Y-%m-%d %H:%M}", each.number, each.terminal)) for each in waiting
        ])  # fmt: skip

    def _reviewed(self) -> None:
        desk, session = self._shell.console.customers, self._shell.signed_in
        if number := self._shell.marked(self._table, "Choose somebody first."):
            self._shell.ask(lambda: desk.review_sign_up(session, number), lambda _: self.look())
