"""Cash units and the mix of notes a withdrawal is paid with. Words of XFS4IoT; the device itself is a port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atm_app.banking.money import Money
from atm_app.ports import Mix, NoteCount

# XFS4IoT leaves the largest bundle to the device; common bundle dispensers present at most 40 notes at a time.
LARGEST_BUNDLE = 40


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


class CannotBePaid(ValueError):
    """No mix of the notes at hand pays the amount. ``nearest``: payable amounts just below and above, if any."""

    def __init__(self, nearest: tuple[Money, ...]) -> None:
        super().__init__("the amount cannot be paid with the notes at hand")
        self.nearest = nearest


def _fewest_notes(target: int, units: Sequence[NoteCount]) -> dict[int, list[int]]:
    """For every reachable sum up to ``target`` the counts per unit that reach it with fewest notes.

    Bounded coin change, unit after unit. Sums are in steps of the greatest common divisor of the denominations;
    with four cassettes and a bundle of 40 notes there are at most a few hundred of them.
    """
    best: dict[int, list[int]] = {0: []}
    for unit in units:
        grown: dict[int, list[int]] = {}
        for total, counts in best.items():
            room = min(unit.count, LARGEST_BUNDLE - sum(counts), (target - total) // unit.denomination)
            for number in range(room + 1):
                reached = total + number * unit.denomination
                candidate = [*counts, number]
                known = grown.get(reached)
                if known is None or sum(candidate) < sum(known):
                    grown[reached] = candidate
        best = grown
    return best


def mix_for(amount: Money, units: Sequence[CashUnit]) -> Mix:
    """The mix with the fewest notes that pays ``amount`` exactly.

    Raises CannotBePaid with the nearest payable amounts; ValueError for an amount that is not positive.
    """
    if not amount.positive:
        raise ValueError("only a positive amount can be paid")
    usable = [
        NoteCount(unit.position, unit.denomination, unit.count)
        for unit in sorted(units, key=lambda unit: -unit.denomination)
        if unit.currency == amount.currency and unit.count > 0
    ]
    largest = max((unit.denomination for unit in usable), default=0)
    reachable = _fewest_notes(amount.minor + largest, usable)
    counts = reachable.get(amount.minor)
    if counts is None:
        raise CannotBePaid(_neighbours(amount, reachable))
    return tuple(
        NoteCount(unit.position, unit.denomination, number)
        for unit, number in zip(usable, counts, strict=True)
        if number
    )


def _neighbours(amount: Money, reachable: dict[int, list[int]]) -> tuple[Money, ...]:
    below = [total for total in reachable if 0 < total < amount.minor]
    above = [total for total in reachable if total > amount.minor]
    nearest = ([max(below)] if below else []) + ([min(above)] if above else [])
    return tuple(Money(total, amount.currency) for total in nearest)


def total_of(mix: Mix, currency: str) -> Money:
    """What the notes of a mix are worth."""
    return Money(sum(note.denomination * note.count for note in mix), currency)
