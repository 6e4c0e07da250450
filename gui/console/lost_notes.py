"""A dispense or deposit whose notes are nobody knows where: what happened, and where staff found them."""

from __future__ import annotations

import secrets
from tkinter import ttk

from atm_app.branch.branch_ports import Suspended
from atm_app.branch.cash_desk import SuspenseSettlement
from atm_app.branch.lost_notes import LostHold, consequence, story_of
from atm_app.branch.roles import Deed
from gui.console import layout
from gui.console.parts import Row, Workshop
from gui.console.shell import Shell, heading, row_of
from gui.console.words import LOCALE

REQUEST_BYTES = 16
# Design pixels of the column of moments and of the sentences beside it.
MOMENT_WIDTH, SENTENCE_WIDTH = 370, 1560


class LostNotesPage:
    """``held``: as the cash page showed it, which is what a second person signs."""

    def __init__(self, shell: Shell, held: Suspended, hold: LostHold) -> None:
        self._shell, self._held, self._hold = shell, held, hold
        self._request = secrets.token_bytes(REQUEST_BYTES)
        self.frame = ttk.Frame(shell.body)
        kind = "Withdrawal" if held.kind == "withdrawal" else "Deposit"
        heading(
            shell, self.frame, f"{kind} of {held.amount.text(LOCALE)}",
            f"Account •••• {held.account_end}  ·  hold {held.request_id.hex()}",
        )  # fmt: skip
        self._story()
        work = shell.workshop
        if shell.may(Deed.SETTLE_SUSPENSE):
            work.text(self.frame, "Where were the notes found?", "large", bold=True, on_card=False).pack(
                anchor="w", padx=work.scale(layout.MARGIN), pady=(work.scale(layout.GAP), 0)
            )
            self._way("The customer has them", taken=True)
            self._way("They are in the machine", taken=False)
        row_of(shell, self.frame).add("Back", lambda: shell.go_to("Cash"), "Quiet")

    def _story(self) -> None:
        work, zone = self._shell.workshop, self._shell.console.reports.maker
        card = work.card(self.frame)
        card.pack(fill="x", padx=work.scale(layout.MARGIN), pady=work.scale(layout.GAP) // 2)
        card.columnconfigure(0, minsize=work.scale(MOMENT_WIDTH))
        for row, each in enumerate(story_of(self._hold)):
            when = f"{zone.moment(each.at):%d %b %Y, %H:%M:%S}" if each.at else ""
            work.text(card, when, quiet=True).grid(row=row, column=0, sticky="nw", pady=work.scale(layout.GAP) // 4)
            work.text(card, each.what, wrap=SENTENCE_WIDTH).grid(
                row=row, column=1, sticky="w", pady=work.scale(layout.GAP) // 4
            )

    def _way(self, text: str, *, taken: bool) -> None:
        """A button, and beside it what it books."""
        work: Workshop = self._shell.workshop
        line = ttk.Frame(self.frame)
        line.pack(anchor="w", padx=work.scale(layout.MARGIN), pady=(work.scale(layout.GAP) // 2, 0))
        row = Row(work, line)
        row.frame.pack(side="left")
        row.add(text, lambda: self._settle(taken=taken), width=520)
        work.text(line, consequence(self._hold, taken=taken), on_card=False).pack(side="left")

    def _settle(self, *, taken: bool) -> None:
        shell, settlement, request = self._shell, SuspenseSettlement(self._held, taken), self._request
        desk, session = shell.console.cash, shell.signed_in

        def settled(_: object) -> None:
            shell.go_to("Cash")
            shell.tell("Settled.", good=True)

        shell.ask_two(
            settlement.action(shell.settings.terminal),
            lambda approval: desk.settle_suspense(session, settlement, approval, request), settled,
        )  # fmt: skip


def open_lost(shell: Shell, held: Suspended) -> None:
    desk, session = shell.console.cash, shell.signed_in
    shell.ask(
        lambda: desk.lost(session, held.request_id),
        lambda hold: shell.open(lambda opened: LostNotesPage(opened, held, hold)),
    )
