"""The mix of notes: exact, of least cost by an exhaustive search, and honest about what can be paid instead."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atm_app.banking import cash
from atm_app.banking.cash import (
    LARGEST_BUNDLE,
    MOST_OFFERS,
    SPARING_NOTES,
    CannotBePaid,
    CashUnit,
    ReplenishmentStatus,
    mix_for,
    mixes_for,
    total_of,
)
from atm_app.banking.money import Money, MoneyError
from atm_app.cash_ports import Mix

RUPEE_NOTES = (2000_00, 500_00, 200_00, 100_00)

Counts = tuple[int, ...]
Cost = tuple[object, ...]


def unit_of(position: int, denomination: int, count: int, initial: int, currency: str = "INR") -> CashUnit:
    return CashUnit(position, denomination, currency, initial, initial - count, 0, 0, 0)


def units_of(*cassettes: tuple[int, int], currency: str = "INR") -> list[CashUnit]:
    """(denomination, count) of each, freshly loaded."""
    return [
        unit_of(position, denomination, count, count, currency)
        for position, (denomination, count) in enumerate(cassettes, 1)
    ]


def placed(cassettes: list[tuple[int, int, int, str]]) -> list[CashUnit]:
    """(denomination, count, notes already gone, currency) of each, in places that do not follow the denominations."""
    return [
        unit_of(len(cassettes) - index, denomination, count, count + gone, currency)
        for index, (denomination, count, gone, currency) in enumerate(cassettes)
    ]


def shown(mix: Mix) -> list[tuple[int, int]]:
    return [(note.denomination, note.count) for note in mix]


class Exhaustive:
    """Everything the cassettes of one currency can pay, found by trying every count of every cassette."""

    def __init__(self, units: list[CashUnit], currency: str = "INR") -> None:
        self.units = [unit for unit in units if unit.currency == currency]
        self.ways: dict[int, list[Counts]] = {}
        for counts in itertools.product(*(range(unit.count + 1) for unit in self.units)):
            if 0 < sum(counts) <= LARGEST_BUNDLE:
                total = sum(unit.denomination * number for unit, number in zip(self.units, counts, strict=True))
                self.ways.setdefault(total, []).append(counts)

    def strain(self, counts: Counts) -> tuple[int, int]:
        """Cassettes drawn from and left empty, and left low."""
        left = [(unit, unit.count - number) for unit, number in zip(self.units, counts, strict=True) if number]
        return (
            len([unit for unit, rest in left if rest == 0]),
            len([unit for unit, rest in left if 0 < rest < unit.initial // 10]),
        )

    def fill(self, counts: Counts) -> Cost:
        """How uneven the fill is, and the order among equals."""
        pairs = list(zip(self.units, counts, strict=True))
        uneven = sum(Fraction((unit.initial - unit.count + number) ** 2, unit.initial or 1) for unit, number in pairs)
        order = sorted((-unit.denomination, unit.position, -number) for unit, number in pairs)
        return uneven, [number for _, _, number in order]

    def mix(self, counts: Counts) -> set[tuple[int, int, int]]:
        return {
            (unit.position, unit.denomination, number)
            for unit, number in zip(self.units, counts, strict=True)
            if number
        }

    def of_least_cost(self, total: int) -> Counts:
        within = min(map(sum, self.ways[total])) + SPARING_NOTES
        return min(
            (counts for counts in self.ways[total] if sum(counts) <= within),
            key=lambda counts: (*self.strain(counts), sum(counts), *self.fill(counts)),
        )

    def with_most_notes(self, total: int) -> Counts:
        return min(self.ways[total], key=lambda counts: (*self.strain(counts), -sum(counts), *self.fill(counts)))

    def with_most_of(self, denomination: int, total: int) -> Counts:
        def cost(counts: Counts) -> Cost:
            chosen = sum(n for unit, n in zip(self.units, counts, strict=True) if unit.denomination == denomination)
            return (*self.strain(counts), -chosen, sum(counts), *self.fill(counts))

        return min(self.ways[total], key=cost)

    def nearest(self, minor: int, at_most: int) -> list[int]:
        below = [total for total in self.ways if total < minor]
        above = [total for total in self.ways if minor < total <= at_most]
        return ([max(below)] if below else []) + ([min(above)] if above else [])


def as_set(mix: Mix) -> set[tuple[int, int, int]]:
    found = {(note.position, note.denomination, note.count) for note in mix}
    assert len(found) == len({note.position for note in mix}) == len(mix)
    return found


def paid_differently(mix: Mix, other: Mix) -> int:
    """Minor units paid in denominations of which the other has fewer."""
    values: list[Counter[int]] = [Counter(), Counter()]
    for value, notes in zip(values, (mix, other), strict=True):
        for note in notes:
            value[note.denomination] += note.denomination * note.count
    return (values[0] - values[1]).total()


DENOMINATIONS = st.sampled_from([1, 2, 3, 5, 7, 10, 20, 50])
CURRENCIES = st.sampled_from(["INR", "INR", "INR", "EUR"])
FEW_NOTES = st.lists(st.tuples(DENOMINATIONS, st.integers(0, 5), st.integers(0, 60), CURRENCIES), max_size=4)
OVER_A_BUNDLE = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 5]), st.integers(0, 45), st.integers(0, 400), CURRENCIES), max_size=2
)
CASSETTES = (FEW_NOTES | OVER_A_BUNDLE).map(placed)


def an_amount(data: st.DataObject, possible: Iterable[int]) -> int:
    """Minor units, payable more often than not."""
    anything = st.integers(1, 260)
    return data.draw(st.sampled_from(sorted(possible)) | anything if possible else anything, label="minor")


@settings(deadline=None, max_examples=400)
@given(CASSETTES, st.data())
def test_a_mix_is_the_one_of_least_cost_by_trying_everything(units: list[CashUnit], data: st.DataObject) -> None:
    every = Exhaustive(units)
    minor = an_amount(data, every.ways)
    in_any_order = data.draw(st.permutations(units))
    if minor not in every.ways:
        with pytest.raises(CannotBePaid):
            mix_for(Money(minor), in_any_order)
        return
    mix = mix_for(Money(minor), in_any_order)
    assert total_of(mix, "INR") == Money(minor)
    assert as_set(mix) == every.mix(every.of_least_cost(minor))
    assert sum(note.count for note in mix) <= min(map(sum, every.ways[minor])) + SPARING_NOTES
    assert mix == mix_for(Money(minor), units)


@settings(deadline=None, max_examples=400)
@given(CASSETTES, st.integers(1, 260), st.integers(0, 60) | st.none())
def test_the_nearest_amounts_are_those_of_trying_everything(
    units: list[CashUnit], minor: int, room: int | None
) -> None:
    every = Exhaustive(units)
    if minor in every.ways:
        return
    at_most = None if room is None else Money(minor + room)
    with pytest.raises(CannotBePaid) as refusal:
        mix_for(Money(minor), units, at_most)
    nearest = every.nearest(minor, 10**9 if room is None else minor + room)
    assert [money.minor for money in refusal.value.nearest] == nearest
    for money in refusal.value.nearest:
        assert total_of(mix_for(money, units, at_most), "INR") == money
    with pytest.raises(CannotBePaid) as again:
        mixes_for(Money(minor), units, at_most)
    assert again.value.nearest == refusal.value.nearest


@settings(deadline=None, max_examples=300)
@given(CASSETTES, st.data())
def test_the_mixes_to_choose_from_are_those_of_trying_everything(units: list[CashUnit], data: st.DataObject) -> None:
    every = Exhaustive(units)
    if not every.ways:
        return
    minor = data.draw(st.sampled_from(sorted(every.ways)), label="minor")
    mixes = mixes_for(Money(minor), data.draw(st.permutations(units)))
    assert mixes[0] == mix_for(Money(minor), units)
    denominations = sorted({unit.denomination for unit in every.units if unit.count}, reverse=True)
    expected = [every.mix(every.of_least_cost(minor))]
    for counts in (every.with_most_notes(minor), *(every.with_most_of(each, minor) for each in denominations)):
        mix = every.mix(counts)
        if len(expected) < MOST_OFFERS and all(differs(mix, other, minor) for other in expected):
            expected.append(mix)
        assert every.strain(counts) <= every.strain(every.of_least_cost(minor))
    assert [as_set(mix) for mix in mixes] == expected
    assert {total_of(mix, "INR") for mix in mixes} == {Money(minor)}
    for mix, other in itertools.permutations(mixes, 2):
        assert 4 * paid_differently(mix, other) >= minor


def differs(mix: set[tuple[int, int, int]], other: set[tuple[int, int, int]], minor: int) -> bool:
    """A quarter of the amount or more lies in other denominations."""
    value: Counter[int] = Counter()
    for sign, notes in ((1, mix), (-1, other)):
        for _, denomination, number in notes:
            value[denomination] += sign * denomination * number
    return 4 * (+value).total() >= minor


@pytest.mark.parametrize("minor", [0, -100])
def test_only_a_positive_amount_is_paid(minor: int) -> None:
    for pay in (mix_for, mixes_for):
        with pytest.raises(ValueError, match="positive"):
            pay(Money(minor), units_of((100, 5)))


def test_no_more_is_paid_or_offered_than_the_customer_may_take() -> None:
    units = units_of((500_00, 10), (200_00, 10))
    with pytest.raises(CannotBePaid) as refusal:
        mix_for(Money(850_00), units, at_most=Money(900_00))
    assert refusal.value.nearest == (Money(800_00), Money(900_00))
    with pytest.raises(CannotBePaid) as refusal:
        mix_for(Money(850_00), units, at_most=Money(899_99))
    assert refusal.value.nearest == (Money(800_00),)
    assert mix_for(Money(900_00), units, at_most=Money(900_00)) == mix_for(Money(900_00), units)
    assert mixes_for(Money(900_00), units, at_most=Money(900_00))[0] == mix_for(Money(900_00), units)
    with pytest.raises(ValueError, match="more than the customer may take"):
        mix_for(Money(900_00), units, at_most=Money(899_99))
    with pytest.raises(MoneyError, match="INR is not EUR"):
        mix_for(Money(900_00), units, at_most=Money(900_00, "EUR"))


def test_one_note_missing_is_answered_with_the_amounts_beside() -> None:
    with pytest.raises(CannotBePaid) as refusal:
        mix_for(Money(1700_00), units_of((500_00, 2), (200_00, 2)))
    assert refusal.value.nearest == (Money(1400_00),)
    with pytest.raises(CannotBePaid) as refusal:
        mix_for(Money(300_00), units_of((500_00, 2), (200_00, 2)))
    assert refusal.value.nearest == (Money(200_00), Money(400_00))
    assert shown(mix_for(Money(1700_00), units_of((500_00, 20), (200_00, 20)))) == [(500_00, 3), (200_00, 1)]


def test_an_empty_machine_has_nothing_to_offer_instead() -> None:
    for units in ([], units_of((100, 0))):
        with pytest.raises(CannotBePaid) as refusal:
            mix_for(Money(100), units)
        assert refusal.value.nearest == ()


def test_a_bundle_is_no_thicker_than_the_shutter() -> None:
    units = units_of((100, 1000))
    assert mix_for(Money(100 * LARGEST_BUNDLE), units)[0].count == LARGEST_BUNDLE
    with pytest.raises(CannotBePaid) as refusal:
        mix_for(Money(100 * (LARGEST_BUNDLE + 1)), units)
    assert refusal.value.nearest == (Money(100 * LARGEST_BUNDLE),)


def test_notes_of_another_currency_pay_nothing() -> None:
    with pytest.raises(CannotBePaid):
        mix_for(Money(100), units_of((100, 5), currency="EUR"))
    with pytest.raises(MoneyError):
        Money(100) + total_of(mix_for(Money(100, "EUR"), units_of((100, 5), currency="EUR")), "EUR")


def test_the_largest_note_is_not_always_in_the_best_mix() -> None:
    assert shown(mix_for(Money(600), units_of((500, 5), (200, 5), (100, 0)))) == [(200, 3)]


def test_two_notes_more_spare_a_cassette_and_three_do_not() -> None:
    spared = [unit_of(1, 500_00, 101, 1000), unit_of(2, 200_00, 1000, 1000), unit_of(3, 100_00, 1000, 1000)]
    assert shown(mix_for(Money(500_00), spared)) == [(500_00, 1)]  # leaves 100, which is not low yet
    spared[0] = unit_of(1, 500_00, 100, 1000)
    assert shown(mix_for(Money(500_00), spared)) == [(200_00, 2), (100_00, 1)]
    assert shown(mix_for(Money(1000_00), spared)) == [(500_00, 2)]  # to spare the cassette would take three more


def test_a_cassette_is_rather_left_low_than_empty() -> None:
    units = [unit_of(1, 200_00, 1, 1000), unit_of(2, 100_00, 99, 1000)]
    assert shown(mix_for(Money(200_00), units)) == [(100_00, 2)]


def test_cassettes_of_one_denomination_empty_evenly_by_their_load() -> None:
    units = [unit_of(1, 100_00, 1000, 1000), unit_of(2, 100_00, 2000, 2000)]
    assert [(note.position, note.count) for note in mix_for(Money(3000_00), units)] == [(1, 10), (2, 20)]
    assert [note.position for note in mix_for(Money(100_00), units)] == [2]  # a smaller share of the larger load
    equal = units_of((100_00, 500), (100_00, 500))
    assert [note.position for note in mix_for(Money(100_00), equal[::-1])] == [1]


def test_a_full_machine_offers_large_small_and_middling_notes() -> None:
    mixes = mixes_for(Money(2000_00), units_of(*((denomination, 2500) for denomination in RUPEE_NOTES)))
    assert [shown(mix) for mix in mixes] == [[(2000_00, 1)], [(100_00, 20)], [(500_00, 4)]]


def test_most_notes_of_one_denomination_may_take_many_of_others() -> None:
    mixes = mixes_for(Money(500_00), units_of((500_00, 100), (200_00, 100), (10_00, 100)))
    assert [shown(mix) for mix in mixes] == [[(500_00, 1)], [(200_00, 1), (10_00, 30)], [(200_00, 2), (10_00, 10)]]


def test_a_quarter_of_the_amount_in_other_notes_is_another_offer_and_less_is_not() -> None:
    units = units_of((500_00, 9), (100_00, 9))
    assert [shown(mix) for mix in mixes_for(Money(2000_00), units)] == [[(500_00, 4)], [(500_00, 3), (100_00, 5)]]
    assert [shown(mix) for mix in mixes_for(Money(2500_00), units)] == [[(500_00, 5)]]


def test_the_only_way_to_pay_is_the_only_offer() -> None:
    assert len(mixes_for(Money(500_00), units_of((500_00, 9), (200_00, 9)))) == 1


@given(st.tuples(*[st.integers(0, 100)] * 4), st.integers(0, 1000))
def test_what_lies_in_a_cassette_is_what_was_loaded_less_all_that_left(gone: tuple[int, ...], initial: int) -> None:
    unit = CashUnit(1, 100, "INR", initial, *gone)
    assert unit.count == initial - sum(gone)


@pytest.mark.parametrize(("initial", "count", "status"), [
    (2500, 2500, "ok"), (2500, 250, "ok"), (2500, 249, "low"), (2500, 1, "low"), (2500, 0, "empty"),
    (9, 1, "ok"), (0, 0, "empty"),
])  # fmt: skip
def test_a_cassette_is_low_below_a_tenth_of_its_load(initial: int, count: int, status: str) -> None:
    assert unit_of(1, 100, count, initial).replenishment_status is ReplenishmentStatus(status)
    assert unit_of(1, 100, count + 7, initial).status_without(7) is ReplenishmentStatus(status)


def calls_made(pay: Callable[[], object]) -> int:
    """Calls within the file under test, resumed generators included: the work, whatever the machine's speed."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename == cash.__file__

    sys.setprofile(count)
    try:
        pay()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("denominations", [RUPEE_NOTES, (100_00,) * 4, (500_00, 200_00, 100_00, 10_00)])
@pytest.mark.parametrize("rupees", [1000, 1900, 2000, 3700, 4000])
def test_the_work_is_bounded_by_the_bundle_and_not_by_the_notes_in_the_cassettes(
    denominations: tuple[int, ...], rupees: int
) -> None:
    amount = Money.of_major(rupees)
    full, shallow = (units_of(*((each, count) for each in denominations)) for count in (2500, 60))
    assert total_of(mix_for(amount, full), "INR") == amount
    work = calls_made(lambda: mix_for(amount, full))
    assert work == calls_made(lambda: mix_for(amount, shallow))
    # At most 8,818 and 18,540 when written; the rows of sums alone are 3,608. Trying every count: C(44, 4) = 135,751.
    assert work < 10_000
    assert calls_made(lambda: mixes_for(amount, full)) < 25_000
