"""Amounts: whole minor units, one currency, exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atm_app.banking.money import LARGEST_AMOUNT, LONGEST_TEXT, MINOR_DIGITS, Money, MoneyError
from atm_app.languages import LOCALE

MINOR = st.integers(-LARGEST_AMOUNT // 2, LARGEST_AMOUNT // 2)
PAYABLE = st.integers(0, LARGEST_AMOUNT) | st.integers(0, 10_000_00)
CURRENCIES = st.sampled_from(sorted(MINOR_DIGITS))
LOCALES = st.sampled_from(["en_IN", "hi_IN", "mr_IN", "en_GB"])
IN_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


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
    (Money(12_34_567_50), "ta_IN", "₹12,34,567.50"),
    (Money(12_34_567_50), "te_IN", "₹12,34,567.50"),
    (Money(1_234_567_50), "ar_AE", "₹1,234,567.50"),
    (Money(1_234_567_50), "es_ES", "1.234.567,50₹"),
    (Money(1_234_567_50), "fr_FR", "1\u202f234\u202f567,50₹"),
    (Money(-2_000_00, "EUR"), "fr_FR", "-2\u202f000€"),
])  # fmt: skip
def test_an_amount_reads_as_its_locale_writes_it(money: Money, locale: str, text: str) -> None:
    assert money.text(locale).replace("\u00a0", "") == text


@given(PAYABLE, CURRENCIES, LOCALES)
def test_what_is_written_is_read_back(minor: int, currency: str, locale: str) -> None:
    money = Money(minor, currency)
    assert Money.parsed(money.text(locale), currency, locale) == money
    assert Money.parsed(str(money.decimal()), currency, locale) == money
    assert Money.parsed(f" {currency}\u00a0{money.decimal()}\n", currency, locale) == money
    if locale in ("hi_IN", "mr_IN"):
        assert Money.parsed(money.text(locale).translate(IN_DEVANAGARI), currency, locale) == money


@given(PAYABLE, CURRENCIES, st.sampled_from(sorted(LOCALE.values())), st.booleans())
def test_what_is_written_in_a_language_of_the_machine_is_read_back(
    minor: int, currency: str, locale: str, exact: bool
) -> None:
    money = Money(minor, currency)
    assert Money.parsed(money.text(locale, exact=exact), currency, locale) == money


def in_lakh_and_crore(digits: str) -> str:
    """Three digits at the end, two in every group before."""
    end = len(digits) - 3
    return "".join(
        ("," if 0 < index <= end and (end - index) % 2 == 0 else "") + digit for index, digit in enumerate(digits)
    )


@given(st.integers(0, LARGEST_AMOUNT // 100), st.sampled_from(["en_IN", "hi_IN", "mr_IN"]))
def test_indian_amounts_are_grouped_in_lakh_and_crore_and_no_other_way(rupees: int, locale: str) -> None:
    grouped = in_lakh_and_crore(str(rupees))
    assert Money.of_major(rupees).text(locale) == "₹" + grouped
    assert Money.parsed(grouped, "INR", locale) == Money.of_major(rupees)
    if rupees >= 100_000:
        with pytest.raises(MoneyError, match="grouped"):
            Money.parsed(f"{rupees:,}", "INR", locale)
        with pytest.raises(MoneyError, match="grouped"):
            Money.parsed(grouped, "INR", "en_GB")


@given(st.integers(1, 10**7), st.lists(st.integers(0, 10), min_size=1, max_size=4))
def test_a_group_sign_in_any_other_place_is_refused(rupees: int, places: list[int]) -> None:
    digits = str(rupees)
    for place in sorted(places, reverse=True):
        digits = digits[:place] + "," + digits[place:]
    if digits == in_lakh_and_crore(str(rupees)):
        assert Money.parsed(digits) == Money.of_major(rupees)
    else:
        with pytest.raises(MoneyError):
            Money.parsed(digits)


@pytest.mark.parametrize(("text", "currency", "locale", "minor"), [
    ("1,23,456.50", "INR", "en_IN", 123_456_50),
    ("₹ 1,23,456.50", "INR", "en_IN", 123_456_50),
    ("₹\u202f1,23,456.5", "INR", "en_IN", 123_456_50),
    ("  1234\n", "INR", "en_IN", 1234_00),
    ("INR 1234.5", "INR", "en_GB", 1234_50),
    ("123,456.50", "INR", "en_GB", 123_456_50),
    ("१,२३,४५६.५०", "INR", "hi_IN", 123_456_50),
    ("₹१२३४", "INR", "mr_IN", 1234_00),
    ("0", "INR", "en_IN", 0),
    ("0.05", "INR", "en_IN", 5),
    ("12,345.00", "USD", "en_GB", 12_345_00),
    ("US$12", "USD", "en_GB", 12_00),
    ("1.234,50", "EUR", "de_DE", 1_234_50),
    ("1.005", "KWD", "en_GB", 1005),
    ("1,500", "JPY", "en_GB", 1500),
    ("10,00,00,00,00,000", "INR", "en_IN", LARGEST_AMOUNT // 10),
    ("10000000000000", "INR", "en_IN", LARGEST_AMOUNT),
])  # fmt: skip
def test_an_amount_is_read_as_its_locale_writes_it(text: str, currency: str, locale: str, minor: int) -> None:
    assert Money.parsed(text, currency, locale) == Money(minor, currency)


@pytest.mark.parametrize(("text", "reason"), [
    ("", "no amount"), (" \t\n", "no amount"),
    ("-5", "negative"), ("₹-5", "negative"), ("-₹5", "negative"), ("\u22125", "negative"), ("-0", "negative"),
    ("$5", "sign of INR"), ("€ 5", "sign of INR"), ("USD 5", "sign of INR"), ("inr 5", "sign of INR"),
    ("₹₹5", "sign of INR"), ("+5", "sign of INR"), ("(5)", "sign of INR"), ("five", "sign of INR"),
    ("NaN", "sign of INR"), ("inf", "sign of INR"), ("Infinity", "sign of INR"), ("²", "sign of INR"),
    ("१२", "sign of INR"), ("１２", "sign of INR"), ("٥", "sign of INR"), ("\u202e51", "sign of INR"),
    ("₹", "how an amount"), ("INR", "how an amount"),
    ("5 INR", "how an amount"), ("5-", "how an amount"), ("1e5", "how an amount"), ("1_000", "how an amount"),
    ("1 000", "how an amount"), ("1.2.3", "how an amount"), (".5", "how an amount"), ("5.", "how an amount"),
    ("007", "how an amount"), ("1१", "how an amount"), ("0x1F", "how an amount"), (",123", "how an amount"),
    ("1,234.5,6", "how an amount"), ("5\x00", "how an amount"), ("5\n6", "how an amount"),
    ("1.234", "2 minor digits"), ("1.000", "2 minor digits"),
    ("12,34", "grouped"), ("1,234,567", "grouped"), ("1,", "grouped"), ("1,,234", "grouped"), ("1,234567", "grouped"),
    ("100000000000000", "larger"), ("10000000000000.01", "larger"), ("9" * LONGEST_TEXT, "larger"),
    ("9" * (LONGEST_TEXT + 1), "too long"), ("9" * 10**6, "too long"),
])  # fmt: skip
def test_what_is_not_an_amount_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(MoneyError, match=reason):
        Money.parsed(text)


@pytest.mark.parametrize("text", ["4711 secret", "secret", "secret 4711", "4711.4711", "47,11,47"])
def test_a_reason_does_not_repeat_what_was_typed(text: str) -> None:
    with pytest.raises(MoneyError) as refusal:
        Money.parsed(text)
    assert "secret" not in str(refusal.value)
    assert "47" not in str(refusal.value)


def test_a_reason_is_also_given_for_the_rest() -> None:
    with pytest.raises(MoneyError, match="JPY has 0 minor digits"):
        Money.parsed("5.0", "JPY", "en_GB")
    with pytest.raises(MoneyError, match="unknown currency"):
        Money.parsed("5", "XXX")
    with pytest.raises(MoneyError, match="how an amount"):
        Money.parsed("1१", "INR", "hi_IN")
    with pytest.raises(MoneyError, match="sign of USD"):
        Money.parsed("₹5", "USD")


@given(st.text("0123456789०१२३.,-+−₹$€ eEN_\u00a0", max_size=12) | st.text(max_size=50), CURRENCIES, LOCALES)
def test_any_text_is_an_amount_or_refused(text: str, currency: str, locale: str) -> None:
    try:
        money = Money.parsed(text, currency, locale)
    except MoneyError:
        return
    assert money.currency == currency
    assert money.minor >= 0
    assert Money.parsed(money.text(locale), currency, locale) == money
