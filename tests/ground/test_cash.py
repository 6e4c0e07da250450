"""The mix of notes: exact, fewest, and honest about what can be paid instead."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atm_app.banking.cash import LARGEST_BUNDLE, CannotBePaid, CashUnit, mix_for, total_of
from atm_app.banking.money import Money, MoneyError


def units_of(*cassettes: tuple[int, int], currency: str = "INR") -> list[CashUnit]:
    """(denomination, count) of each."""
    return [
        CashUnit(position, denomination, currency, count, 0, 0, 0, 0)
        for position, (denomination, count) in enumerate(cassettes, 1)
    ]


def every_payment(units: list[CashUnit]) -> dict[int, int]:
    """Fewest notes for every amount there is, by trying everything."""
    best: dict[int, int] = {}
    for counts in itertools.product(*(range(unit.count + 1) for unit in units)):
        if sum(counts) <= LARGEST_BUNDLE:
            total = sum(unit.denomination * number for unit, number in zip(units, counts, strict=True))
            best[total] = min(sum(counts), best.get(total, 10**6))
    return best


SMALL = st.lists(st.tuples(st.sampled_from([1, 2, 3, 5, 7, 10, 20, 50]), st.integers(0, 5)), max_size=4)


@settings(deadline=None, max_examples=150)
@given(SMALL, st.integers(1, 120))
def test_a_mix_is_exact_has_the_fewest_notes_and_comes_from_what_is_there(
    cassettes: list[tuple[int, int]], minor: int
) -> None:
    units = units_of(*cassettes)
    possible = every_payment(units)
    if minor not in possible:
        with pytest.raises(CannotBePaid) as refusal:
            mix_for(Money(minor), units)
        below = [total for total in possible if 0 < total < minor]
        above = [total for total in possible if total > minor]
        expected = ([max(below)] if below else []) + ([min(above)] if above else [])
        assert [money.minor for money in refusal.value.nearest] == expected
        for money in refusal.value.nearest:
            assert total_of(mix_for(money, units), "INR") == money
        return
    mix = mix_for(Money(minor), units)
    assert total_of(mix, "INR") == Money(minor)
    assert sum(note.count for note in mix) == possible[minor]
    there = {unit.position: unit for unit in units}
    assert len({note.position for note in mix}) == len(mix)
    for note in mix:
        assert 0 < note.count <= there[note.position].count
        assert note.denomination == there[note.position].denomination


@pytest.mark.parametrize("minor", [0, -100])
def test_only_a_positive_amount_is_paid(minor: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        mix_for(Money(minor), units_of((100, 5)))


def test_an_empty_machine_has_nothing_to_offer_instead() -> None:
    with pytest.raises(CannotBePaid) as refusal:
        mix_for(Money(100), units_of((100, 0)))
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
    mix = mix_for(Money(600), units_of((500, 5), (200, 5), (100, 0)))
    assert [(note.denomination, note.count) for note in mix] == [(200, 3)]


@given(st.tuples(*[st.integers(0, 100)] * 4), st.integers(0, 1000))
def test_what_lies_in_a_cassette_is_what_was_loaded_less_all_that_left(gone: tuple[int, ...], initial: int) -> None:
    unit = CashUnit(1, 100, "INR", initial, *gone)
    assert unit.count == initial - sum(gone)


def test_four_full_cassettes_are_mixed_in_a_moment() -> None:
    units = units_of((2000_00, 2500), (500_00, 2500), (200_00, 2500), (100_00, 2500))
    assert total_of(mix_for(Money(19_900_00), units), "INR") == Money(19_900_00)
    with pytest.raises(CannotBePaid):
        mix_for(Money(19_950_00), units)
