"""The custodian's desk: the machine's cash. Nobody is alone with it; what is signed is what is booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import BranchBooks, CashCounters, EndOfDay, Suspended
from atm_app.branch.cash_count import (
    CashPlace,
    CashStanding,
    PlaceCount,
    SignedCount,
    booked_places,
    place_told,
    worth,
)
from atm_app.branch.lost_notes import LostHold, LostHolds
from atm_app.branch.permissions import Permissions
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_session import StaffSession
from atm_app.cash_ports import Mix, NoteCount, NotesIn
from atm_app.stores import RequestRefused

# The largest cassettes hold 3,000 notes.
MOST_NOTES = 3_000
# No box of a machine holds more than all its cassettes.
MOST_NOTES_IN_BOX = 60_000
# Places for cassettes; the procedures keep them in one byte.
MOST_POSITIONS = 20


@dataclass(frozen=True)
class ExchangeEnd:
    """What two people put in (``loaded``), and everything they had found in the machine (``counted``). ``booked``: what
    the books said was there, as they were shown it, and ``places``: where they counted what; an end without them is
    booked by its sums alone."""

    loaded: Mix
    counted: Money
    booked: Money | None = None
    places: tuple[PlaceCount, ...] = ()

    @classmethod
    def of(cls, booked: Money, places: Sequence[PlaceCount]) -> ExchangeEnd:
        """Counted place by place. Raises RequestRefused: test_count_differs, where the machine counts other notes than
        were put in."""
        if any(place.tested != place.loaded for place in places):
            raise RequestRefused("test_count_differs")
        loaded = tuple(
            NoteCount(place.position, place.denomination, place.loaded)
            for place in places
            if place.place is CashPlace.CASSETTE and place.loaded
        )
        return cls(loaded, worth(places, booked.currency), booked, tuple(places))

    def __post_init__(self) -> None:
        positions = [unit.position for unit in self.loaded]
        if len(set(positions)) < len(positions):
            raise RequestRefused("position_twice")
        for unit in self.loaded:
            _check_unit(unit.position, unit.denomination, unit.count)
        for place in self.places:
            if not 0 <= place.counted <= MOST_NOTES_IN_BOX:
                raise RequestRefused("impossible_count")
        if self.counted.minor < 0:
            raise RequestRefused("negative_count")

    def action(self, terminal: str) -> Action:
        units = sorted(self.loaded, key=lambda unit: unit.position)
        into = "into cassette" if self.places else "cassette"
        loaded = [(f"{into} {unit.position}", f"{unit.count} x {unit.denomination}") for unit in units]
        counted: list[tuple[str, str | int]] = [("counted", self.counted.minor), ("currency", self.counted.currency)]
        if self.booked is not None:
            difference = (self.counted - self.booked).minor
            counted = [("booked", self.booked.minor), *counted, ("difference", difference)]
        taken = [
            (f"out of {place_told(place).lower()}", f"{place.counted} of {place.booked} x {place.denomination}")
            for place in self.places
            if place.booked or place.counted
        ]
        return Action(Deed.END_EXCHANGE, terminal, (*counted, *taken, *loaded))


@dataclass(frozen=True)
class CashLoad:
    """Notes put into one cassette, beside those that are there."""

    position: int
    note: Money
    count: int

    def __post_init__(self) -> None:
        _check_unit(self.position, self.note.minor, self.count)
        if not self.count:
            raise RequestRefused("no_notes")

    def action(self, terminal: str) -> Action:
        return Action(
            Deed.LOAD_CASH, terminal,
            (("cassette", self.position), ("note", self.note.minor), ("currency", self.note.currency),
             ("count", self.count)),
        )  # fmt: skip


@dataclass(frozen=True)
class SuspenseSettlement:
    """Where the notes of a suspended hold were found. ``taken``: the customer has them."""

    suspended: Suspended
    taken: bool

    def action(self, terminal: str) -> Action:
        held = self.suspended
        return Action(
            Deed.SETTLE_SUSPENSE, terminal,
            (("kind", held.kind), ("amount", held.amount.minor), ("currency", held.amount.currency),
             ("account", held.account_end), ("hold", held.request_id.hex()),
             ("notes", "customer" if self.taken else "machine")),
        )  # fmt: skip


def begin_exchange_action(terminal: str) -> Action:
    return Action(Deed.BEGIN_EXCHANGE, terminal)


def _check_unit(position: int, denomination: int, count: int) -> None:
    if not 1 <= position <= MOST_POSITIONS:
        raise RequestRefused("no_such_position")
    if denomination <= 0:
        raise RequestRefused("no_such_note")
    if not 0 <= count <= MOST_NOTES:
        raise RequestRefused("impossible_count")


@dataclass(frozen=True)
class CashDesk:
    """Of one terminal. ``request_id``: 16 bytes, made once for what is on the screen, so that it can be asked for again
    after a lost answer."""

    permissions: Permissions
    books: BranchBooks
    counters: CashCounters
    lost_holds: LostHolds
    terminal: str
    currency: str

    def units(self, session: StaffSession) -> tuple[CashUnit, ...]:
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            return self.counters.cash_units()

    def cash_in(self, session: StaffSession) -> NotesIn:
        """Notes customers paid in since the last exchange."""
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            return self.counters.cash_in()

    def standing(self, session: StaffSession) -> CashStanding:
        """What the books say is where."""
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            units, cash_in = self.counters.cash_units(), self.counters.cash_in()
            lost = tuple(held for held in self.books.suspended() if held.kind == "withdrawal" and not held.counted)
            return CashStanding(
                units, booked_places(units, cash_in), sum(held.amount.minor for held in lost),
                self.books.cash_difference(), self.currency, self.books.in_exchange(),
            )  # fmt: skip

    def suspended(self, session: StaffSession) -> tuple[Suspended, ...]:
        """Dispenses and deposits whose notes are nobody knows where."""
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            return self.books.suspended()

    def lost(self, session: StaffSession, request_id: bytes) -> LostHold:
        """Everything that is known of one of them. Raises RequestRefused: not_suspended."""
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            hold = self.lost_holds.of(request_id)
            if hold is None:
                raise RequestRefused("not_suspended")
            return hold

    def begin_exchange(self, session: StaffSession, approval: Approval) -> None:
        """Nothing is dispensed or taken in until it ends. Raises RequestRefused: money_moving."""
        with self.permissions.deed_of_two(session, begin_exchange_action(self.terminal), approval):
            self.books.begin_exchange()

    def end_exchange(self, session: StaffSession, end: ExchangeEnd, approval: Approval, request_id: bytes) -> None:
        """What differs from the books goes to the differences account. Raises RequestRefused: not_in_exchange;
        other_books, when the books no longer say what was shown."""
        with self.permissions.deed_of_two(session, end.action(self.terminal), approval, request_id) as record:
            signed = SignedCount(end.booked, end.places, session.member.pseudonym, record.approver)
            self.books.end_exchange(request_id, end.loaded, end.counted, signed)

    def load(self, session: StaffSession, load: CashLoad, approval: Approval, request_id: bytes) -> None:
        """Raises RequestRefused: other_note, when the cassette holds another one."""
        with self.permissions.deed_of_two(session, load.action(self.terminal), approval, request_id):
            for unit in self.counters.cash_units():
                there = Money(unit.denomination, unit.currency)
                if unit.position == load.position and there != load.note:
                    raise RequestRefused("other_note")
            self.books.load_cash_unit(request_id, load.position, load.note, load.count)

    def cut_off(self, session: StaffSession, request_id: bytes) -> EndOfDay:
        with self.permissions.deed(session, Deed.CUT_OFF):
            return self.books.cut_off(request_id, session.member.pseudonym)

    def settle_suspense(
        self, session: StaffSession, settlement: SuspenseSettlement, approval: Approval, request_id: bytes
    ) -> int:
        """The journal row, 0 where nothing had to move. Raises RequestRefused: not_suspended; other_hold, when what was
        shown is not what the books have."""
        with self.permissions.deed_of_two(session, settlement.action(self.terminal), approval, request_id):
            shown = settlement.suspended
            for held in self.books.suspended():
                if held.request_id == shown.request_id and held != shown:
                    raise RequestRefused("other_hold")
            return self.books.resolve_suspense(
                request_id, shown.request_id, taken=settlement.taken
            )  # fmt: skip
