"""Amounts: whole minor units, one currency, exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atm_app.banking.money import LARGEST_AMOUNT, MINOR_DIGITS, Money, MoneyError

MINOR = st.integers(-LARGEST_AMOUNT // 2, LARGEST_AMOUNT // 2)


@pytest.mark.parametrize("minor", [1.0, 0.5, "1", None, True, Decimal(1)])
def test_an_amount_is_a_whole_number_and_nothing_else(minor: object) -> None:
    with pytest.raises(MoneyError):
        Money(minor)  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["", "inr", "XXX", "INR "])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(MoneyError, match="unknown currency"):
        Money(1, currency)


@pytest.mark.parametrize("minor", [LARGEST_AMOUNT + 1, -LARGEST_AMOUNT - 1, 2**63, 10**30])
def test_an_amount_beyond_every_account_is_refused_also_as_a_sum(minor: int) -> None:
    with pytest.raises(MoneyError, match="larger"):
        Money(minor)
    with pytest.raises(MoneyError, match="larger"):
        Money(LARGEST_AMOUNT) + Money(1)


def test_two_currencies_are_neither_added_nor_compared() -> None:
    rupee, euro = Money(1, "INR"), Money(1, "EUR")
    for operation in (lambda: rupee + euro, lambda: rupee - euro, lambda: rupee < euro, lambda: rupee <= euro):
        with pytest.raises(MoneyError, match="EUR is not INR"):
            operation()
    assert rupee != euro


@given(MINOR, MINOR)
def test_sums_and_comparisons_are_those_of_whole_numbers(a: int, b: int) -> None:
    assert (Money(a) + Money(b)).minor == a + b
    assert (Money(a) - Money(b)).minor == a - b
    assert -Money(a) == Money(-a)
    assert (Money(a) < Money(b)) is (a < b)
    assert (Money(a) <= Money(b)) is (a <= b)
    assert Money(a).positive is (a > 0)


@given(MINOR, st.sampled_from(sorted(MINOR_DIGITS)))
def test_the_decimal_is_exact(minor: int, currency: str) -> None:
    assert Money(minor, currency).decimal() * 10 ** MINOR_DIGITS[currency] == minor


@given(st.integers(-(10**9), 10**9), st.sampled_from(sorted(MINOR_DIGITS)))
def test_whole_units_become_minor_ones(major: int, currency: str) -> None:
    assert Money.of_major(major, currency).decimal() == major


@pytest.mark.parametrize(("money", "locale", "text"), [
    (Money(100_00), "en_IN", "₹100"),
    (Money(12_34_567_00), "en_IN", "₹12,34,567"),
    (Money(12_34_567_50), "en_IN", "₹12,34,567.50"),
    (Money(-100_05), "en_IN", "-₹100.05"),
    (Money(1_234_567_00, "EUR"), "en_US", "€1,234,567"),
    (Money(5), "en_IN", "₹0.05"),
    (Money(0), "en_IN", "₹0"),
    (Money(1500, "JPY"), "en_US", "¥1,500"),
    (Money(1500, "KWD"), "en_US", "KWD1.500"),
])  # fmt: skip
def test_an_amount_reads_as_its_locale_writes_it(money: Money, locale: str, text: str) -> None:
    assert money.text(locale).replace("\u00a0", "") == text
