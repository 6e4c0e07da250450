"""All terminals of the fleet, the worst first and a page at a time; devices and cassettes of the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from tkinter import ttk

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.staff_session import StaffSession
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.watch.fleet import PAGE, FleetDetails, FleetPage, FleetQuery
from atm_app.watch.fleet_words import CHOICES, COLUMNS, cells, sentence, summary
from gui.console import layout
from gui.console.lines import Cell, Line, Lines, card_of
from gui.console.looking import LookingPage
from gui.console.now import device_line
from gui.console.parts import Column, Form, Row
from gui.console.shell import Shell, heading, table_of
from gui.console.words import LOCALE

# Characters of each column.
WIDTHS = (12, 17, 11, 13, 13, 8, 22, 12, 11)
ARRANGED = tuple(Column(name, width, right=name == "Cash") for name, width in zip(COLUMNS, WIDTHS, strict=True))
DEVICES, CASSETTES, ADVICE = 1300, 700, 1000  # design pixels: two cards, and how long a line of advice may be
# So many of the worst are told with their advice: a cable that was pulled out takes all of them along.
TOLD = 3
CHOOSE = "Choose a terminal to see its devices and cassettes."
Found = tuple[FleetQuery, FleetPage]


class FleetTablePage(LookingPage[Found]):
    """``query``: what is shown; an answer to an earlier one is dropped."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.query = FleetQuery()
        self._rows: list[tuple[str, tuple[str, ...]]] = []
        self._more = False
        work = shell.workshop
        heading(shell, self.frame, "Fleet")
        self._told = work.text(self.frame, "", quiet=True, on_card=False)
        self._told.pack(anchor="w", padx=work.scale(layout.MARGIN))
        self.form, self.buttons = self._filters()
        self.table = table_of(shell, self.frame, ARRANGED, PAGE)
        self.table.widget.bind("<<TreeviewSelect>>", lambda _: self._choose())
        self._of = work.text(self.frame, CHOOSE, bold=True, on_card=False)
        self._of.pack(anchor="w", padx=work.scale(layout.MARGIN), pady=work.scale(layout.GAP) // 2)
        cards = ttk.Frame(self.frame)
        cards.pack(anchor="w", padx=work.scale(layout.MARGIN))
        advice, notes = Cell(quiet=True, right=True, wide=True, wrap=ADVICE), Cell(quiet=True, right=True, wide=True)
        self.devices = self._card(cards, 0, DEVICES, (Cell(), advice))
        self.cassettes = self._card(cards, 1, CASSETTES, (Cell(), notes))
        self.begin()

    # --- looking -----------------------------------------------------------------------------------------------------

    def first(self, session: StaffSession) -> Found:
        return self.query, self._shell.console.fleet.open(session, self.query)

    def again(self, session: StaffSession) -> Found:
        query = self.query
        return query, self._shell.console.fleet.look_again(session, query)

    def search(self) -> None:
        """What the form says, from the worst on."""
        states = CHOICES[self.form.value("state")]
        self._ask(FleetQuery(states, self.form.value("name"), chosen=self.query.chosen))

    def turn(self, pages: int) -> None:
        if pages > 0 and not self._more:
            self._shell.tell("There are no more.")
        elif pages < 0 and not self.query.skip:
            self._shell.tell("These are the first.")
        else:
            self._ask(replace(self.query, skip=self.query.skip + pages * PAGE))

    def _choose(self) -> None:
        """Filling the table marks the same row anew, which is nobody's choice."""
        if self.table.chosen and self.table.chosen != self.query.chosen:
            self._ask(replace(self.query, chosen=self.table.chosen))

    def _ask(self, query: FleetQuery) -> None:
        desk, session = self._shell.console.fleet, self._shell.signed_in

        def found(page: FleetPage) -> None:
            self.query = query
            self.show((query, page))
            if not page.terminals:
                self._shell.tell("Nothing fits.")

        self._shell.ask(lambda: desk.open(session, query), found)

    # --- showing -----------------------------------------------------------------------------------------------------

    def show(self, found: Found) -> None:
        query, page = found
        if query != self.query or not self.frame.winfo_exists():
            return
        self._more = page.more
        self.say(summary(page.counts))
        rows = [(each.terminal, cells(each, LOCALE)) for each in page.terminals]
        if rows != self._rows:
            self._rows = rows
            self.table.fill(rows)
        self._show_details(page)

    def say(self, text: str) -> None:
        self._shell.workshop.set(self._told, text, colour=self._shell.theme.palette.muted)

    def _show_details(self, page: FleetPage) -> None:
        work, palette, details = self._shell.workshop, self._shell.theme.palette, page.details
        if details is None:
            self.devices.fill([Line(("Devices", ""), head=True)])
            self.cassettes.fill([Line(("Cassettes", ""), head=True)])
            return
        shown = next((each for each in page.terminals if each.terminal == details.terminal), None)
        told = f"{details.terminal}:  {sentence(shown)}" if shown else details.terminal
        work.set(self._of, told, bold=True, colour=palette.ink)
        self.devices.fill([Line(("Devices", ""), head=True), *self._device_lines(details)])
        self.cassettes.fill([Line(("Cassettes", ""), head=True), *cassette_lines(details.cash_units)])

    def _device_lines(self, details: FleetDetails) -> list[Line]:
        """Those that do not work first."""
        palette = self._shell.theme.palette
        down = [device for device in details.devices if device.state is not DeviceState.ONLINE]
        working = [device for device in details.devices if device.state is DeviceState.ONLINE]
        lines = [device_line(device, palette) for device in down[:TOLD]]
        if len(down) > TOLD:
            lines.append(Line(("Down as well", _names(down[TOLD:])), "cancel", palette.bad))
        if working:
            lines.append(Line(("Working", _names(working)), "check", palette.good))
        return lines or [Line(("It has told of none.", ""))]

    # --- laying out --------------------------------------------------------------------------------------------------

    def _filters(self) -> tuple[Form, Row]:
        """Beside each other, on one line."""
        shell, scale = self._shell, self._shell.workshop.scale
        line = ttk.Frame(self.frame)
        line.pack(anchor="w", padx=scale(layout.MARGIN), pady=(scale(layout.GAP) // 2, 0))
        form = Form(shell.workshop, line, self.search, on_card=False, beside=True)
        state = form.add("state", "State", choices=tuple(CHOICES))
        state.bind("<<ComboboxSelected>>", lambda _: self.search())
        state.grid_configure(sticky="nswe")
        form.add("name", "Terminal")
        form.frame.pack(side="left", anchor="s")
        row = Row(shell.workshop, line)
        row.add("Search", self.search, "Primary")
        row.add("Page before", lambda: self.turn(-1))
        row.add("Next page", lambda: self.turn(1))
        row.frame.pack(side="left", anchor="s")
        return form, row

    def _card(self, parent: ttk.Frame, place: int, width: float, columns: Sequence[Cell]) -> Lines:
        work = self._shell.workshop
        card = card_of(work, parent, width)
        card.grid(row=0, column=place, sticky="n", padx=(place * work.scale(layout.GAP), 0))
        lines = Lines(work, card, columns, signs=True)
        lines.frame.pack(fill="x")
        return lines


def _names(devices: Sequence[DeviceStatus]) -> str:
    return ", ".join(device.name for device in devices)


def cassette_lines(units: Sequence[CashUnit]) -> list[Line]:
    return [
        Line((
            f"{unit.position}:  {Money(unit.denomination, unit.currency).text(LOCALE)}",
            f"{unit.count} of {unit.initial} notes, {unit.replenishment_status.value}",
        ))
        for unit in units
    ] or [Line(("There are none.", ""))]  # fmt: skip
