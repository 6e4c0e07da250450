"""Notes counted by hand, place by place, beside what the books have: what two people sign at an exchange."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.cash_ports import NotesIn


class CashPlace(StrEnum):
    """Where notes lie in the machine. A reject or retract bin holds what came back on its way to the customer, the
    collecting box what customers paid in."""

    CASSETTE = "cassette"
    REJECT_BIN = "reject_bin"
    RETRACT_BIN = "retract_bin"
    COLLECTING_BOX = "collecting_box"


@dataclass(frozen=True)
class PlaceCount:
    """Notes of one denomination in one place. ``position``: of a cassette, else 0. ``booked``: by the books,
    ``counted``: by two people; of a cassette also what was ``loaded`` and what the machine counted then
    (``tested``)."""

    place: CashPlace
    position: int
    denomination: int
    booked: int
    counted: int
    loaded: int = 0
    tested: int = 0

    @property
    def difference(self) -> int:
        """Notes; negative where some are missing."""
        return self.counted - self.booked


@dataclass(frozen=True)
class SignedCount:
    """Of an exchange, beside its sums. ``booked``: what the two were shown as the books' own; None where nobody was.
    ``done_by``, ``signed_by``: their pseudonyms, empty where a command does it."""

    booked: Money | None
    places: tuple[PlaceCount, ...]
    done_by: bytes
    signed_by: bytes


@dataclass(frozen=True)
class CashStanding:
    """What the books say is in the machine. ``lost``: of dispenses whose notes are nobody knows where and which no
    exchange has counted since; ``off``: what the counters say more than the books, zero; minor units."""

    units: tuple[CashUnit, ...]
    places: tuple[PlaceCount, ...]
    lost: int
    off: int
    currency: str
    in_exchange: bool

    @property
    def booked(self) -> Money:
        """By the ledger, lost notes among it: until they are counted or settled they may be in the machine."""
        places = sum(place.booked * place.denomination for place in self.places)
        return Money(places + self.lost - self.off, self.currency)


NOBODY_SIGNED = SignedCount(None, (), b"", b"")


def booked_places(units: Sequence[CashUnit], cash_in: NotesIn) -> tuple[PlaceCount, ...]:
    """Every place notes may lie in by the books, nothing counted yet: the cassettes, then each bin and the collecting
    box by denomination. A bin is there for every note that is paid out, since any of them may have got into it."""
    places = [PlaceCount(CashPlace.CASSETTE, unit.position, unit.denomination, unit.count, 0) for unit in units]
    notes = sorted({unit.denomination for unit in units}, reverse=True)
    for place, counts in (
        (CashPlace.REJECT_BIN, [(unit.denomination, unit.rejected) for unit in units]),
        (CashPlace.RETRACT_BIN, [(unit.denomination, unit.retracted) for unit in units]),
    ):
        places += [PlaceCount(place, 0, note, _sum(counts, note), 0) for note in notes]
    paid_in = [(note.denomination, note.count) for note in cash_in]
    taken = sorted({*notes, *(note for note, _ in paid_in)}, reverse=True)
    return (*places, *(PlaceCount(CashPlace.COLLECTING_BOX, 0, note, _sum(paid_in, note), 0) for note in taken))


def _sum(counts: Iterable[tuple[int, int]], note: int) -> int:
    return sum(count for denomination, count in counts if denomination == note)


def worth(places: Iterable[PlaceCount], currency: str) -> Money:
    """Of what was counted."""
    return Money(sum(place.counted * place.denomination for place in places), currency)


PLACES = {
    CashPlace.REJECT_BIN: "Reject bin", CashPlace.RETRACT_BIN: "Retract bin",
    CashPlace.COLLECTING_BOX: "Collecting box",
}  # fmt: skip


def place_told(place: PlaceCount) -> str:
    return PLACES.get(place.place, f"Cassette {place.position}")


def difference_told(difference: Money) -> str:
    """What was found less what the books have, in words."""
    if not difference.minor:
        return "Nothing is missing and nothing is too much"
    return f"{difference.magnitude.text()} {'too much' if difference.positive else 'missing'}"
