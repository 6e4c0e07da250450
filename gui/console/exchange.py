"""An exchange of cassettes step by step: what the books have, what two people count and put in, what the machine counts
then, and the difference, which a second person signs as it stands there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from tkinter import ttk

from atm_app.banking.money import Money
from atm_app.branch.cash_count import CashPlace, CashStanding, PlaceCount, difference_told, place_told
from atm_app.branch.cash_desk import ExchangeEnd, begin_exchange_action
from gui.console import layout
from gui.console.count_grid import CountGrid, CountLine
from gui.console.parts import Column, Table, whole
from gui.console.periods import open_exchange
from gui.console.shell import Shell, heading, row_of
from gui.console.words import LOCALE

STEPS = ("The books", "Taken out", "Put in", "Test count", "Difference")
LINES = (
    "What the books say is in the machine.",
    "Two people count every note they take out. Beside each field is what the books have; a bin left empty is none.",
    "What lies in each cassette now.",
    "Close the machine. It counts its cassettes; type what its display says.",
    "The second person signs what stands here.",
)
BOOKS = (
    Column("Place", 40), Column("Note", 16, right=True), Column("Notes", 14, right=True),
    Column("Worth", 24, right=True),
)  # fmt: skip
DIFFERENCES = (
    Column("Place", 34), Column("Note", 14, right=True), Column("Booked", 14, right=True),
    Column("Counted", 14, right=True), Column("Difference", 14, right=True), Column("Worth", 20, right=True),
)  # fmt: skip
BINS = (CashPlace.REJECT_BIN, CashPlace.RETRACT_BIN, CashPlace.COLLECTING_BOX)
ROWS = 14
REQUEST_BYTES = 16
DRAFT = "exchange"


@dataclass
class Draft:
    """What was typed so far, by field; it outlives the page, not the session. ``request``: made once, so that a repeat
    after a lost answer books nothing again."""

    step: int = 0
    typed: dict[str, str] = field(default_factory=dict)
    request: bytes = field(default_factory=lambda: secrets.token_bytes(REQUEST_BYTES))


class ExchangePage:
    """``form``: the counts of the step that is open; ``table``: what it shows."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self._draft = shell, self._kept(shell)
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Exchange of cassettes", f"Machine {shell.settings.terminal}")
        self._steps = ttk.Frame(self.frame)
        self._steps.pack(
            anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=shell.workshop.scale(layout.GAP) // 2
        )
        self._shown = ttk.Frame(self.frame)
        self._shown.pack(fill="both", expand=True)
        self.form = CountGrid(shell.workshop, self._shown, self._next)
        self.table: Table | None = None
        self._standing: CashStanding | None = None
        self._look()

    @staticmethod
    def _kept(shell: Shell) -> Draft:
        draft: Draft = shell.drafts.setdefault(DRAFT, Draft())
        return draft

    # --- steps -------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        desk, session = self._shell.console.cash, self._shell.signed_in
        self._shell.ask(lambda: desk.standing(session), self._stands)

    def _stands(self, standing: CashStanding) -> None:
        self._standing = standing
        step = self._draft.step if standing.in_exchange else 0
        # What was typed before may not fit what the books have by now.
        while step and not all(self._fits(self._checks[before]) for before in self._checks if before < step):
            step -= 1
        self._open(step)

    @property
    def _checks(self) -> dict[int, Callable[[], object]]:
        """What a step's counts have to be before the next one is opened. Each raises ValueError with a sentence."""
        return {1: self._counted, 2: self._loaded, 3: self._tested}

    @staticmethod
    def _fits(check: Callable[[], object]) -> bool:
        try:
            check()
        except ValueError:
            return False
        return True

    def _open(self, step: int) -> None:
        self._draft.step = step
        for frame in (self._steps, self._shown):
            for child in frame.winfo_children():
                child.destroy()
        work = self._shell.workshop
        for place, name in enumerate(STEPS):
            work.text(
                self._steps, f"{place + 1}  {name}", bold=place == step, quiet=place != step, on_card=False
            ).pack(side="left", padx=(0, work.scale(2 * layout.GAP)))  # fmt: skip
        work.text(self._shown, LINES[step], quiet=True, on_card=False).pack(
            anchor="w", padx=work.scale(layout.MARGIN), pady=(0, work.scale(layout.GAP))
        )
        self.form, self.table = CountGrid(work, self._shown, self._next), None
        (self._books, self._taken_out, self._put_in, self._test_count, self._difference)[step]()
        self.form.focus()

    def _next(self) -> None:
        """Keep what was typed; only what can be is gone on with."""
        self._keep()
        check = self._checks.get(self._draft.step)
        if check is None or self._shell.made(check) is not None:
            self._shell.tell("")
            self._open(self._draft.step + 1)

    def _back(self) -> None:
        self._keep()
        self._open(self._draft.step - 1)

    def _keep(self) -> None:
        self._draft.typed |= self.form.values

    def _buttons(self, text: str, done: Callable[[], None]) -> None:
        row = row_of(self._shell, self._shown)
        row.add(text, done, "Primary")
        if self._draft.step:
            row.add("Back", self._back)
        row.add("To the cash page", self._leave, "Quiet")

    def _leave(self) -> None:
        """What was typed stays for the next time."""
        self._keep()
        self._shell.go_to("Cash")

    @property
    def _books_now(self) -> CashStanding:
        assert self._standing is not None
        return self._standing

    def _money(self, minor: int) -> str:
        return Money(minor, self._books_now.currency).text(LOCALE)

    def _typed(self, key: str, usual: str = "") -> str:
        return self._draft.typed.get(key, usual)

    # --- 1: the books ------------------------------------------------------------------------------------------------

    def _books(self) -> None:
        standing = self._books_now
        places = [place for place in standing.places if place.booked or place.place is CashPlace.CASSETTE]
        rows = [
            (place_told(place), self._money(place.denomination), f"{place.booked:,}",
             self._money(place.booked * place.denomination))
            for place in places
        ]  # fmt: skip
        if standing.lost:
            rows.append(("Lost dispenses: here or not", "", "", self._money(standing.lost)))
        rows.append(("By the ledger", "", "", standing.booked.text(LOCALE)))
        self._table_of(BOOKS, rows)
        if standing.off:
            self._say(f"The counters say {self._money(standing.off)} more than the ledger.", good=False)
        if standing.in_exchange:
            self._say("An exchange is under way: the machine stands still.", good=True)
            self._buttons("Go on", self._next)
        else:
            self._buttons("Begin the exchange", self._begin)

    def _begin(self) -> None:
        desk, session = self._shell.console.cash, self._shell.signed_in
        action = begin_exchange_action(self._shell.settings.terminal)
        self._draft.typed.clear()
        self._draft.step = 1
        self._shell.ask_two(action, lambda approval: desk.begin_exchange(session, approval), lambda _: self._look())

    # --- 2: taken out ------------------------------------------------------------------------------------------------

    def _taken_out(self) -> None:
        places = self._books_now.places
        cassettes = [place for place in places if place.place is CashPlace.CASSETTE]
        self.form.add(
            ("Cassette", "Note", "Counted"),
            [CountLine((place_told(each), self._money(each.denomination)), (self._count_of(each),))
             for each in cassettes],
        )  # fmt: skip
        notes = sorted({place.denomination for place in places}, reverse=True)
        by_place = {(place.place, place.denomination): place for place in places if place.place in BINS}
        self.form.add(
            ("Note", "Reject bin", "Retract bin", "Collecting box"),
            [CountLine((self._money(note),), tuple(
                self._count_of(by_place.get((bin_, note), PlaceCount(bin_, 0, note, 0, 0))) for bin_ in BINS
            )) for note in notes],
        )  # fmt: skip
        self.form.frame.pack(anchor="w", padx=self._shell.workshop.scale(layout.MARGIN))
        self._buttons("Next", self._next)

    def _count_of(self, place: PlaceCount) -> tuple[str, str, str]:
        key = _key("out", place)
        return key, self._typed(key), f"of {place.booked:,}"

    def _counted(self) -> tuple[PlaceCount, ...]:
        """Everything that was taken out. Raises ValueError with a sentence."""
        known = {_key("out", place): place for place in self._books_now.places}
        found = []
        for key, place in known.items():
            text = self._typed(key)
            if not text and not place.booked and place.place in BINS:
                text = "0"
            name = f"{place_told(place)}, {self._money(place.denomination)}: the count"
            found.append(replace(place, counted=whole(text, name)))
        for key, text in self._draft.typed.items():
            if key.startswith("out/") and key not in known and text:
                found.append(replace(_place_of(key), counted=whole(text, "Each count")))
        return tuple(found)

    # --- 3 and 4: put in, and the machine's own count ----------------------------------------------------------------

    def _put_in(self) -> None:
        self.form.add(
            ("Cassette", "Note, in rupees", "Notes in it"),
            [CountLine((f"Cassette {unit.position}",), (
                self._field_of("note", unit.position, f"{Money(unit.denomination, unit.currency).decimal():.0f}"),
                self._field_of("in", unit.position),
            )) for unit in self._books_now.units],
        )  # fmt: skip
        self.form.frame.pack(anchor="w", padx=self._shell.workshop.scale(layout.MARGIN))
        self._buttons("Next", self._next)

    def _field_of(self, name: str, position: int, usual: str = "") -> tuple[str, str, str]:
        key = f"{name}/{position}"
        return key, self._typed(key, usual), ""

    def _loaded(self) -> tuple[PlaceCount, ...]:
        """Every place with what was put in. Raises ValueError with a sentence."""
        places = list(self._counted())
        for unit in self._books_now.units:
            cassette = f"Cassette {unit.position}"
            note = Money.of_major(whole(self._typed(f"note/{unit.position}"), f"{cassette}: the note"), unit.currency)
            count = whole(self._typed(f"in/{unit.position}"), f"{cassette}: the notes in it")
            here = PlaceCount(CashPlace.CASSETTE, unit.position, note.minor, 0, 0, count)
            same = next((place for place in places if _same(place, here)), None)
            if same is None:
                places.append(here)
            else:
                places[places.index(same)] = replace(same, loaded=count)
        return tuple(places)

    def _test_count(self) -> None:
        lines = [
            CountLine((place_told(each), self._money(each.denomination), f"{each.loaded:,}"),
                      (self._field_of("test", each.position),))
            for each in self._cassettes(self._loaded())
        ]  # fmt: skip
        self.form.add(("Cassette", "Note", "Put in", "The machine counts"), lines)
        self.form.frame.pack(anchor="w", padx=self._shell.workshop.scale(layout.MARGIN))
        self._buttons("Next", self._next)

    def _cassettes(self, places: Sequence[PlaceCount]) -> list[PlaceCount]:
        """One a cassette, as it was put in."""
        notes = {unit.position: self._typed(f"note/{unit.position}") for unit in self._books_now.units}
        currency = self._books_now.currency
        return sorted(
            (each for each in places if each.place is CashPlace.CASSETTE
             and Money.of_major(int(notes[each.position]), currency).minor == each.denomination),
            key=lambda each: each.position,
        )  # fmt: skip

    def _tested(self) -> ExchangeEnd:
        """Everything, as it is signed. Raises ValueError with a sentence where the machine counts other notes."""
        places = list(self._loaded())
        differing = []
        for each in self._cassettes(places):
            tested = whole(self._typed(f"test/{each.position}"), f"{place_told(each)}: what the machine counts")
            if tested != each.loaded:
                differing.append(f"{place_told(each)}: {each.loaded:,} put in, the machine counts {tested:,}")
            places[places.index(each)] = replace(each, tested=tested)
        if differing:
            raise ValueError(f"{'; '.join(differing)}. Count again.")
        return ExchangeEnd.of(self._books_now.booked, places)

    # --- 5: the difference -------------------------------------------------------------------------------------------

    def _difference(self) -> None:
        standing, end = self._books_now, self._tested()
        self._table_of(DIFFERENCES, [
            (place_told(each), self._money(each.denomination), f"{each.booked:,}", f"{each.counted:,}",
             f"{each.difference:+,}" if each.difference else "", self._money(each.difference * each.denomination))
            for each in end.places if each.booked or each.counted
        ])  # fmt: skip
        difference = end.counted - standing.booked
        loaded = sum(note.count * note.denomination for note in end.loaded)
        self._say(f"{difference_told(difference)}.", good=not difference.minor)
        booked, counted = standing.booked.text(LOCALE), end.counted.text(LOCALE)
        self._say(f"By the books {booked}, counted {counted}, put in {self._money(loaded)}.")
        if standing.lost:
            self._say(
                f"The books count {self._money(standing.lost)} of lost dispenses, which may be in the machine or not."
            )
        self._buttons("Have it signed", self._sign)

    def _sign(self) -> None:
        desk, session, end, request = (
            self._shell.console.cash,
            self._shell.signed_in,
            self._tested(),
            self._draft.request,
        )
        self._shell.ask_two(
            end.action(self._shell.settings.terminal),
            lambda approval: desk.end_exchange(session, end, approval, request), lambda _: self._done(request),
        )  # fmt: skip

    def _done(self, request: bytes) -> None:
        self._shell.drafts.pop(DRAFT, None)
        open_exchange(self._shell, request)

    # --- parts -------------------------------------------------------------------------------------------------------

    def _table_of(self, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
        work = self._shell.workshop
        self.table = Table(work, self._shown, columns, rows=min(ROWS, len(rows)))
        self.table.fill([(str(place), row) for place, row in enumerate(rows)])
        self.table.widget.pack(fill="x", padx=work.scale(layout.MARGIN), pady=(0, work.scale(layout.GAP) // 2))

    def _say(self, text: str, *, good: bool | None = None) -> None:
        work, palette = self._shell.workshop, self._shell.theme.palette
        line = work.text(self._shown, text, bold=good is not None, on_card=False)
        if good is not None:
            work.set(line, text, bold=True, colour=palette.good if good else palette.bad)
        line.pack(anchor="w", padx=work.scale(layout.MARGIN))


def _key(name: str, place: PlaceCount) -> str:
    return f"{name}/{place.place}/{place.position}/{place.denomination}"


def _place_of(key: str) -> PlaceCount:
    """Of a bin the books have nothing of."""
    _, place, position, denomination = key.split("/")
    return PlaceCount(CashPlace(place), int(position), int(denomination), 0, 0)


def _same(place: PlaceCount, other: PlaceCount) -> bool:
    return (place.place, place.position, place.denomination) == (other.place, other.position, other.denomination)
