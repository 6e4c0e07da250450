"""The custodian's page: what is in the machine, the way to an exchange of its cassettes, notes nobody knows about, the
end of the day. What moves cash is signed by a second person."""

from __future__ import annotations

import secrets
import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk

from atm_app.banking.cash import CashUnit, ReplenishmentStatus
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import Suspended
from atm_app.branch.cash_count import PLACES, CashPlace, CashStanding, PlaceCount
from atm_app.branch.cash_desk import CashLoad
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Action, Approval
from gui.console import layout
from gui.console.dialogs import ask_for
from gui.console.exchange import ExchangePage
from gui.console.lost_notes import open_lost
from gui.console.parts import Column, whole
from gui.console.periods import open_day
from gui.console.shell import Shell, heading, row_of, table_of
from gui.console.words import LOCALE

HELD = (
    Column("When", 20), Column("Kind", 12), Column("Amount", 16, right=True), Column("Account", 12), Column("Hold", 36),
)  # fmt: skip
CASSETTE_WIDTH, CASSETTE_HEIGHT = 380, 170
REQUEST_BYTES = 16


class CashPage:
    """``units``: the cassettes as they are shown."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self._terminal = shell, shell.settings.terminal
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Cash", f"Machine {self._terminal}")
        self.units: tuple[CashUnit, ...] = ()
        self._held: tuple[Suspended, ...] = ()
        self._drawn = ttk.Frame(self.frame)
        self._drawn.pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=shell.workshop.scale(layout.GAP))
        self._bins = shell.workshop.text(self.frame, "", bold=True, on_card=False)
        self._bins.pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN))
        row = row_of(shell, self.frame)
        for text, deed, command in (
            ("Exchange of cassettes", Deed.BEGIN_EXCHANGE, self._exchange),
            ("Load a cassette", Deed.LOAD_CASH, self._load), ("End of day", Deed.CUT_OFF, self._cut_off),
        ):  # fmt: skip
            if shell.may(deed):
                row.add(text, command)
        row.add("Look again", self.look)
        heading(shell, self.frame, "Not known where", "Dispenses and deposits whose notes no device could tell of.")
        self._table = table_of(shell, self.frame, HELD, rows=4)
        row_of(shell, self.frame).add("What is known of it", self._look_at_lost)
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.cash, self._shell.signed_in
        self._shell.ask(lambda: (desk.standing(session), desk.suspended(session)), lambda found: self._show(*found))

    def _show(self, standing: CashStanding, held: tuple[Suspended, ...]) -> None:
        units = self.units = standing.units
        self._held = held
        work = self._shell.workshop
        work.set(self._bins, bins_told(standing.places, standing.currency), bold=True)
        if standing.in_exchange:
            self._shell.tell("An exchange is under way: nothing is paid out or taken in.")
        for child in self._drawn.winfo_children():
            child.destroy()
        for unit in units:
            self._cassette(unit)
        if not units:
            self._shell.workshop.text(self._drawn, "No cassette is loaded yet.", quiet=True, on_card=False).pack()
        self._table.fill([
            (each.request_id.hex(), (f"{each.at.astimezone():%d %b %H:%M}", each.kind, each.amount.text(LOCALE),
                                     each.account_end, each.request_id.hex()))
            for each in held
        ])  # fmt: skip

    def _cassette(self, unit: CashUnit) -> None:
        """As high as it is full, in the colour of its state."""
        work, palette = self._shell.workshop, self._shell.theme.palette
        colours = {ReplenishmentStatus.OK: palette.good, ReplenishmentStatus.LOW: palette.warning}
        card = work.card(self._drawn)
        card.pack(side="left", padx=(0, work.scale(layout.GAP)))
        note = Money(unit.denomination, unit.currency).text(LOCALE)
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

    # --- deeds -------------------------------------------------------------------------------------------------------

    def _exchange(self) -> None:
        self._shell.open(ExchangePage)

    def _load(self) -> None:
        def load_of(values: dict[str, str]) -> CashLoad:
            note = Money.of_major(whole(values["note"], "The note"), self._shell.settings.currency)
            return CashLoad(whole(values["position"], "The cassette"), note, whole(values["count"], "The count"))

        def given(values: dict[str, str]) -> None:
            desk, session, request = self._shell.console.cash, self._shell.signed_in, fresh_request()
            load = self._shell.made(lambda: load_of(values))
            if load is not None:
                self._then_look(
                    load.action(self._terminal), lambda approval: desk.load(session, load, approval, request)
                )

        ask_for(
            self._shell, "Load a cassette",
            {"position": ("Cassette", ()), "note": ("Note, in rupees", ()), "count": ("How many", ())},
            "Have it signed", given,
        )  # fmt: skip

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _look_at_lost(self) -> None:
        marked = self._shell.marked(self._table, "Choose one first.")
        held = next((each for each in self._held if each.request_id.hex() == marked), None)
        if held is not None:
            open_lost(self._shell, held)

    def _then_look(self, action: Action, work: Callable[[Approval], object]) -> None:
        """Signed and done, what is in the machine is shown anew."""
        self._shell.ask_two(action, work, lambda _: self.look())

    def _cut_off(self) -> None:
        desk, session, request = self._shell.console.cash, self._shell.signed_in, fresh_request()

        self._shell.ask(lambda: desk.cut_off(session, request), lambda day: open_day(self._shell, day.period))


def bins_told(places: Sequence[PlaceCount], currency: str) -> str:
    """What the books have beside the cassettes: how many notes, and their worth."""
    told = []
    for bin_ in (CashPlace.REJECT_BIN, CashPlace.RETRACT_BIN, CashPlace.COLLECTING_BOX):
        inside = [place for place in places if place.place is bin_]
        notes = sum(place.booked for place in inside)
        worth = Money(sum(place.booked * place.denomination for place in inside), currency)
        held = f"{notes:,} {'note' if notes == 1 else 'notes'}, {worth.text(LOCALE)}" if notes else "empty"
        told.append(f"{PLACES[bin_]}: {held}")
    return "   ·   ".join(told)


def fresh_request() -> bytes:
    """Made once for what is on the screen."""
    return secrets.token_bytes(REQUEST_BYTES)
