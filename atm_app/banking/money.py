"""Amounts of money: integer minor units with a currency, never float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# Every amount fits a signed 64-bit column with room for sums; ten thousand crore rupees is above any account here.
LARGEST_AMOUNT = 10**15

# ISO 4217 minor-unit exponents of the currencies the machine can be configured for.
MINOR_DIGITS = {"INR": 2, "EUR": 2, "USD": 2, "GBP": 2, "AED": 2, "JPY": 0, "KWD": 3}


class MoneyError(ValueError):
    """An amount that cannot be: another currency, too large, not a whole number of minor units."""


@dataclass(frozen=True, order=False)
class Money:
    """``minor``: amount in the currency's minor unit (paise for INR). May be negative as a difference."""

    minor: int
    currency: str = "INR"

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise MoneyError("an amount is a whole number of minor units")
        if self.currency not in MINOR_DIGITS:
            raise MoneyError(f"unknown currency {self.currency!r}")
        if abs(self.minor) > LARGEST_AMOUNT:
            raise MoneyError("the amount is larger than any account can hold")

    @classmethod
    def of_major(cls, major: int, currency: str = "INR") -> Money:
        """Whole rupees (or euros …) as money."""
        return cls(major * 10 ** MINOR_DIGITS[currency], currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise MoneyError(f"{other.currency} is not {self.currency}")
        return other

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    @property
    def positive(self) -> bool:
        return self.minor > 0

    @property
    def magnitude(self) -> Money:
        """The amount without its sign."""
        return Money(abs(self.minor), self.currency)

    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-MINOR_DIGITS[self.currency])

    def text(self, locale: str = "en_IN") -> str:
        """As a customer of that locale writes it; Indian locales group in lakh and crore.

        Whole amounts leave out the minor digits, as on a banknote.
        """
        from babel.numbers import format_currency

        whole = self.minor % 10 ** MINOR_DIGITS[self.currency] == 0
        pattern = "¤#,##,##0" if locale.endswith("_IN") else "¤#,##0"
        if not whole:
            pattern += "." + "0" * MINOR_DIGITS[self.currency]
        # currency_digits=False: otherwise Babel puts the minor digits back whatever the pattern says.
        return format_currency(self.decimal(), self.currency, format=pattern, locale=locale, currency_digits=False)
