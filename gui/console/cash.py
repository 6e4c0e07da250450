"""The custodian's page: what is in the machine, an exchange of its cassettes, notes nobody knows about, the end of the
day. What moves cash is signed by a second person."""

from __future__ import annotations

import secrets
import tkinter
from tkinter import ttk

from atm_app.banking.cash import CashUnit, ReplenishmentStatus
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import EndOfDay, Suspended
from atm_app.branch.cash_desk import CashLoad, ExchangeEnd, SuspenseSettlement, begin_exchange_action
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Approval
from atm_app.cash_ports import NoteCount
from atm_app.stores import RequestRefused
from gui.console import layout
from gui.console.dialogs import ask_for, show_once
from gui.console.parts import Column, Table
from gui.console.shell import Shell, heading, row_of

HELD = (
    Column("When", 20), Column("Kind", 12), Column("Amount", 16, right=True), Column("Account", 12), Column("Hold", 36),
)  # fmt: skip
CASSETTE_WIDTH, CASSETTE_HEIGHT = 380, 220
REQUEST_BYTES = 16


def whole(text: str, name: str) -> int:
    """A whole number of at least 0. Raises ValueError with a sentence."""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{name} is to be a whole number.")
    return int(text)


class CashPage:
    """``units``: the cassettes as they are shown."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Cash", f"Machine {shell.settings.terminal}")
        self.units: tuple[CashUnit, ...] = ()
        self._held: tuple[Suspended, ...] = ()
        self._drawn = ttk.Frame(self.frame)
        self._drawn.pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=shell.workshop.scale(layout.GAP))
        row = row_of(shell, self.frame)
        for text, deed, command in (
            ("Begin an exchange", Deed.BEGIN_EXCHANGE, self._begin), ("End the exchange", Deed.END_EXCHANGE, self._end),
            ("Load a cassette", Deed.LOAD_CASH, self._load), ("End of day", Deed.CUT_OFF, self._cut_off),
        ):  # fmt: skip
            if shell.may(deed):
                row.add(text, command)
        row.add("Look again", self.look)
        heading(shell, self.frame, "Not known where", "Dispenses and deposits whose notes no device could tell of.")
        self._table = Table(shell.workshop, self.frame, HELD, lambda: None, rows=4)
        self._table.widget.pack(
            fill="x", padx=shell.workshop.scale(layout.MARGIN), pady=(shell.workshop.scale(layout.GAP), 0)
        )
        if shell.may(Deed.SETTLE_SUSPENSE):
            settle = row_of(shell, self.frame)
            settle.add("The customer has them", lambda: self._settle(taken=True))
            settle.add("They are in the machine", lambda: self._settle(taken=False))
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.cash, self._shell.session
        assert session is not None
        self._shell.ask(lambda: (desk.units(session), desk.suspended(session)), lambda found: self._show(*found))

    def _show(self, units: tuple[CashUnit, ...], held: tuple[Suspended, ...]) -> None:
        self.units, self._held = units, held
        for child in self._drawn.winfo_children():
            child.destroy()
        for unit in units:
            self._cassette(unit)
        if not units:
            self._shell.workshop.text(self._drawn, "No cassette is loaded yet.", quiet=True, on_card=False).pack()
        self._table.fill([
            (each.request_id.hex(), (f"{each.at.astimezone():%d %b %H:%M}", each.kind, each.amount.text("en_IN"),
                                     each.account_end, each.request_id.hex()))
            for each in held
        ])  # fmt: skip

    def _cassette(self, unit: CashUnit) -> None:
        """As high as it is full, in the colour of its state."""
        work, palette = self._shell.workshop, self._shell.theme.palette
        colours = {ReplenishmentStatus.OK: palette.good, ReplenishmentStatus.LOW: palette.warning}
        card = work.card(self._drawn)
        card.pack(side="left", padx=(0, work.scale(layout.GAP)))
        note = Money(unit.denomination, unit.currency).text("en_IN")
        work.text(card, f"{unit.position}  ·  {note}", "large", bold=True).pack(anchor="w")
        width, height = work.scale(CASSETTE_WIDTH), work.scale(CASSETTE_HEIGHT)
        drawn = tkinter.Canvas(card, width=width, height=height, background=palette.track, highlightthickness=0)
        level = height * max(0, unit.count) / max(1, unit.initial)
        drawn.create_rectangle(
            0, height - level, width, height, width=0, fill=colours.get(unit.replenishment_status, palette.bad)
        )  # fmt: skip
        drawn.pack(pady=work.scale(layout.GAP) // 2)
        work.text(card, f"{unit.count} of {unit.initial} notes", bold=True).pack(anchor="w")
        told = f"{unit.rejected} rejected, {unit.retracted} retracted, {unit.unknown} unknown"
        work.text(card, told, "fine", quiet=True).pack(anchor="w")
        state = unit.replenishment_status.value
        work.text(card, state, "small", bold=True).pack(anchor="w")

    # --- exchange ----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        desk, session = self._shell.console.cash, self._shell.session
        assert session is not None

        def signed(approval: Approval) -> None:
            self._shell.ask(
                lambda: desk.begin_exchange(session, approval),
                lambda _: self._shell.tell("The machine stands still. Count, fill, and end the exchange.", good=True),
            )

        self._shell.sign(begin_exchange_action(self._shell.settings.terminal), signed)

    def _end(self) -> None:
        """What was found in the machine and what lies in each cassette now."""
        fields = {"counted": ("All that was found, in rupees", ())}
        for unit in self.units:
            note = Money(unit.denomination, unit.currency).text("en_IN")
            fields[str(unit.position)] = (f"Cassette {unit.position}: notes of {note} now", ())

        def given(values: dict[str, str]) -> None:
            try:
                counted = Money.of_major(whole(values["counted"], "What was found"), self._shell.settings.currency)
                loaded = tuple(
                    NoteCount(unit.position, unit.denomination, whole(values[str(unit.position)], "Each cassette"))
                    for unit in self.units
                )
                end = ExchangeEnd(loaded, counted)
            except RequestRefused as refused:
                self._shell.tell(refused.reason)
            except ValueError as problem:
                self._shell.tell(str(problem))
            else:
                self._sign_end(end)

        ask_for(self._shell, "End the exchange", fields, "Have it signed", given)

    def _sign_end(self, end: ExchangeEnd) -> None:
        desk, session, request = self._shell.console.cash, self._shell.session, secrets.token_bytes(REQUEST_BYTES)
        assert session is not None

        def ended(_: object) -> None:
            self.look()

        self._shell.sign(
            end.action(self._shell.settings.terminal),
            lambda approval: self._shell.ask(lambda: desk.end_exchange(session, end, approval, request), ended),
        )

    def _load(self) -> None:
        def given(values: dict[str, str]) -> None:
            currency = self._shell.settings.currency
            try:
                load = CashLoad(
                    whole(values["position"], "The cassette"),
                    Money.of_major(whole(values["note"], "The note"), currency), whole(values["count"], "The count"),
                )  # fmt: skip
            except RequestRefused as refused:
                self._shell.tell(refused.reason)
            except ValueError as problem:
                self._shell.tell(str(problem))
            else:
                self._sign_load(load)

        ask_for(
            self._shell, "Load a cassette",
            {"position": ("Cassette", ()), "note": ("Note, in rupees", ()), "count": ("How many", ())},
            "Have it signed", given,
        )  # fmt: skip

    def _sign_load(self, load: CashLoad) -> None:
        desk, session, request = self._shell.console.cash, self._shell.session, secrets.token_bytes(REQUEST_BYTES)
        assert session is not None
        self._shell.sign(
            load.action(self._shell.settings.terminal),
            lambda approval: self._shell.ask(
                lambda: desk.load(session, load, approval, request), lambda _: self.look()
            ),
        )  # fmt: skip

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _settle(self, *, taken: bool) -> None:
        held = next((each for each in self._held if each.request_id.hex() == self._table.chosen), None)
        if held is None:
            self._shell.tell("Choose one first.")
            return
        desk, session, request = self._shell.console.cash, self._shell.session, secrets.token_bytes(REQUEST_BYTES)
        assert session is not None
        settlement = SuspenseSettlement(held, taken)
        self._shell.sign(
            settlement.action(self._shell.settings.terminal),
            lambda approval: self._shell.ask(
                lambda: desk.settle_suspense(session, settlement, approval, request), lambda _: self.look()
            ),
        )  # fmt: skip

    def _cut_off(self) -> None:
        desk, session, request = self._shell.console.cash, self._shell.session, secrets.token_bytes(REQUEST_BYTES)
        assert session is not None

        def told(day: EndOfDay) -> None:
            currency = self._shell.settings.currency
            lines = [f"{each.kind}: {each.count}, {Money(each.amount, currency).text('en_IN')}" for each in day.totals]
            difference = Money(day.cash_difference, currency).text("en_IN")
            show_once(
                self._shell, f"Period {day.period} is ended", f"Counters less books: {difference}",
                lines or ["Nothing was moved."],
            )  # fmt: skip

        self._shell.ask(lambda: desk.cut_off(session, request), told)
