"""Cash units and the mix of notes a withdrawal is paid with. Words of XFS4IoT; the device itself is a port.

Which mix is paid is a cost, compared in this order. Of all mixes with at most SPARING_NOTES more notes than the
fewest there can be:

1. the fewest cassettes drawn from and left empty;
2. the fewest cassettes drawn from and left low;
3. the fewest notes;
4. the most even fill: the least sum over all cassettes of (notes gone from it)² / initial load, which is least
   when every cassette has lost the same share of its load;
5. more notes of the larger denomination, then of the lower position.

So a note too many is only ever paid to spare a cassette, and the answer never hangs on the order of the units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, reduce
from math import gcd, lcm
from operator import or_
from typing import NamedTuple

from atm_app.banking.money import Money
from atm_app.cash_ports import Mix, NoteCount

# XFS4IoT leaves the largest bundle to the device; common bundle dispensers present at most 40 notes at a time.
LARGEST_BUNDLE = 40

# Two notes more are hardly felt in the hand, and usually enough to break one large note from another cassette.
SPARING_NOTES = 2

# A cassette is low below a tenth of its load; XFS4IoT leaves the threshold to the owner of the machine.
LOW_PART = 10

# "Choose my notes" offers no more than this: the customer reads them side by side.
MOST_OFFERS = 3

# Two offers differ clearly when at least one part in so many of the amount is paid in other denominations.
CLEAR_PART = 4


class ReplenishmentStatus(StrEnum):
    """XFS4IoT's replenishmentStatus of a storage unit notes are paid from."""

    OK = "ok"
    LOW = "low"
    EMPTY = "empty"


@dataclass(frozen=True)
class CashUnit:
    """One cassette. ``denomination``: minor units. Its counters always agree: see ``count``."""

    position: int
    denomination: int
    currency: str
    initial: int
    presented: int
    rejected: int
    retracted: int
    unknown: int

    @property
    def count(self) -> int:
        """Notes that should lie in the cassette now."""
        return self.initial - self.presented - self.rejected - self.retracted - self.unknown

    @property
    def low_threshold(self) -> int:
        """Notes; with fewer than these the cassette is low (XFS4IoT lowThreshold)."""
        return self.initial // LOW_PART

    @property
    def replenishment_status(self) -> ReplenishmentStatus:
        """As its counters have it now."""
        return self.status_without(0)

    def status_without(self, number: int) -> ReplenishmentStatus:
        """Its status once ``number`` more notes have left."""
        left = self.count - number
        if left <= 0:
            return ReplenishmentStatus.EMPTY
        return ReplenishmentStatus.LOW if left < self.low_threshold else ReplenishmentStatus.OK


class CannotBePaid(ValueError):
    """No mix of the notes at hand pays the amount. ``nearest``: payable amounts just below and above, if any."""

    def __init__(self, nearest: tuple[Money, ...]) -> None:
        super().__init__("the amount cannot be paid with the notes at hand")
        self.nearest = nearest


class _Cost(NamedTuple):
    """Compared from left to right. ``weight``: what the notes weigh, see ``_lightest``; ``uneven``: notes gone squared
    by load, times a number common to all cassettes; ``counts``: notes from each cassette, negative."""

    emptied: int
    low: int
    weight: int
    uneven: int
    counts: tuple[int, ...]

    def plus(self, other: _Cost) -> _Cost:
        return _Cost(
            self.emptied + other.emptied,
            self.low + other.low,
            self.weight + other.weight,
            self.uneven + other.uneven,
            self.counts + other.counts,
        )


@dataclass(frozen=True)
class _Stock:
    """The cassettes of one currency that hold notes, and every sum they pay.

    ``step``: minor units, the greatest common divisor of the denominations. ``payable[place][notes]``: a row of
    bits; bit n is set if n steps can be paid with exactly so many notes of the first ``place`` cassettes. A row is
    never longer than LARGEST_BUNDLE of the largest note, however many notes there are.
    """

    units: tuple[CashUnit, ...]
    step: int
    payable: tuple[tuple[int, ...], ...]

    @property
    def sums(self) -> int:
        """All sums there are, as one row of bits; bit 0 is set: nothing can always be paid."""
        return reduce(or_, self.payable[-1])


def _stock_of(units: Sequence[CashUnit], currency: str) -> _Stock:
    """Notes of other currencies pay nothing, nor does an empty cassette."""
    usable = sorted(
        (unit for unit in units if unit.currency == currency and unit.count > 0),
        key=lambda unit: (-unit.denomination, unit.position),
    )
    step = gcd(*(unit.denomination for unit in usable)) or 1
    payable = [(1,) + (0,) * LARGEST_BUNDLE]
    for unit in usable:
        before, steps = payable[-1], unit.denomination // step
        payable.append(
            tuple(
                reduce(or_, (before[notes - number] << number * steps for number in range(min(unit.count, notes) + 1)))
                for notes in range(LARGEST_BUNDLE + 1)
            )
        )
    return _Stock(tuple(usable), step, tuple(payable))


def _cost_of(unit: CashUnit, number: int, weight: int, parts: int) -> _Cost:
    """What ``number`` notes from one cassette cost. ``parts``: a common multiple of all loads, to stay in integers."""
    status = unit.status_without(number) if number else ReplenishmentStatus.OK
    emptied, low = status is ReplenishmentStatus.EMPTY, status is ReplenishmentStatus.LOW
    uneven = (unit.initial - unit.count + number) ** 2 * (parts // unit.initial)
    return _Cost(int(emptied), int(low), weight, uneven, (-number,))


def _lightest(stock: _Stock, amount: Money, most: int, weigh: Callable[[CashUnit], int]) -> Mix:
    """The mix of least cost for a payable amount, with at most ``most`` notes, each of the weight ``weigh`` gives it.

    From the last cassette to the first, over what remains to be paid and in how many notes; the rows of the stock
    say which ways end at nothing, so no other is ever tried.
    """
    parts = lcm(*(unit.initial for unit in stock.units))
    costs = [
        [_cost_of(unit, number, weigh(unit) * number, parts) for number in range(min(unit.count, most) + 1)]
        for unit in stock.units
    ]

    @cache
    def least(place: int, rest: int, notes: int) -> _Cost:
        """The least cost of ``rest`` steps paid with exactly ``notes`` notes of the first ``place`` cassettes."""
        if place == 0:
            return _Cost(0, 0, 0, 0, ())
        before, choices = stock.payable[place - 1], costs[place - 1]
        steps = stock.units[place - 1].denomination // stock.step
        return min(
            least(place - 1, rest - number * steps, notes - number).plus(choices[number])
            for number in range(min(len(choices) - 1, notes, rest // steps) + 1)
            if before[notes - number] >> (rest - number * steps) & 1
        )

    rest = amount.minor // stock.step
    ways = (notes for notes in range(most + 1) if stock.payable[-1][notes] >> rest & 1)
    counts = min(least(len(stock.units), rest, notes) for notes in ways).counts
    return tuple(
        NoteCount(unit.position, unit.denomination, -number)
        for unit, number in zip(stock.units, counts, strict=True)
        if number
    )


def _stock_to_pay(amount: Money, units: Sequence[CashUnit], at_most: Money | None) -> _Stock:
    """The notes that can pay the amount. Raises what ``mix_for`` raises."""
    if not amount.positive:
        raise ValueError("only a positive amount can be paid")
    if at_most is not None and at_most < amount:
        raise ValueError("the amount is more than the customer may take")
    stock = _stock_of(units, amount.currency)
    steps, beside = divmod(amount.minor, stock.step)
    if beside or not stock.sums >> steps & 1:
        raise CannotBePaid(_neighbours(amount, stock, at_most))
    return stock


def _neighbours(amount: Money, stock: _Stock, at_most: Money | None) -> tuple[Money, ...]:
    """The payable amounts next to one that is not; above it none that is more than ``at_most``."""
    sums, steps = stock.sums, amount.minor // stock.step
    below = (sums & ((1 << steps + 1) - 1)).bit_length() - 1
    higher = sums >> steps + 1
    above = steps + (higher & -higher).bit_length() if higher else 0
    nearest = [Money(sum_ * stock.step, amount.currency) for sum_ in (below, above) if sum_]
    return tuple(money for money in nearest if at_most is None or money <= at_most)


def _mix_of_least_cost(amount: Money, stock: _Stock) -> Mix:
    steps = amount.minor // stock.step
    fewest = next(notes for notes, row in enumerate(stock.payable[-1]) if row >> steps & 1)
    return _lightest(stock, amount, min(fewest + SPARING_NOTES, LARGEST_BUNDLE), lambda unit: 1)


def _most_notes(unit: CashUnit) -> int:
    """The more notes, the lighter."""
    return -1


def _most_of(denomination: int) -> Callable[[CashUnit], int]:
    """One note more of the denomination outweighs a whole bundle of others, which are as few as can be."""
    return lambda unit: -LARGEST_BUNDLE if unit.denomination == denomination else 1


def _differ_clearly(mix: Mix, other: Mix, amount: Money) -> bool:
    """At least one part in CLEAR_PART of the amount is paid in denominations the other has fewer of."""
    paid, instead = Counter[int](), Counter[int]()
    for note in mix:
        paid[note.denomination] += note.count
    for note in other:
        instead[note.denomination] += note.count
    changed = sum(denomination * number for denomination, number in (paid - instead).items())
    return changed * CLEAR_PART >= amount.minor


def mix_for(amount: Money, units: Sequence[CashUnit], at_most: Money | None = None) -> Mix:
    """The mix of least cost that pays ``amount`` exactly; the cost is told at the top of this file.

    ``at_most``: the most the customer may take; nothing above it is offered instead. Raises CannotBePaid with the
    nearest payable amounts; ValueError for an amount that is not positive or more than ``at_most``; MoneyError for
    an ``at_most`` of another currency.
    """
    return _mix_of_least_cost(amount, _stock_to_pay(amount, units, at_most))


def mixes_for(amount: Money, units: Sequence[CashUnit], at_most: Money | None = None) -> tuple[Mix, ...]:
    """Up to MOST_OFFERS clearly different mixes that pay ``amount``, for the customer to choose notes.

    First the one of ``mix_for``; then the one with the most notes, hence the smallest; then the ones with the most
    notes of one denomination, the largest first. None leaves more cassettes empty, nor as many empty and more low,
    than the first: a whole bundle to choose from spares them no worse. Raises what ``mix_for`` raises.
    """
    stock = _stock_to_pay(amount, units, at_most)
    offers = [_mix_of_least_cost(amount, stock)]
    denominations = dict.fromkeys(unit.denomination for unit in stock.units)
    for weigh in (_most_notes, *(_most_of(denomination) for denomination in denominations)):
        if len(offers) == MOST_OFFERS:
            break
        mix = _lightest(stock, amount, LARGEST_BUNDLE, weigh)
        if all(_differ_clearly(mix, offer, amount) for offer in offers):
            offers.append(mix)
    return tuple(offers)


def total_of(mix: Mix, currency: str) -> Money:
    """What the notes of a mix are worth."""
    return Money(sum(note.denomination * note.count for note in mix), currency)
