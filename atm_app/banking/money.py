"""Amounts of money: integer minor units with a currency, never float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

# Every amount fits a signed 64-bit column with room for sums; ten thousand crore rupees is above any account here.
LARGEST_AMOUNT = 10**15

# ISO 4217 minor-unit exponents of the currencies the machine can be configured for.
MINOR_DIGITS = {"INR": 2, "EUR": 2, "USD": 2, "GBP": 2, "AED": 2, "JPY": 0, "KWD": 3}


# In the locales spoken here no amount takes more than 26 characters; what is far longer is not read at all.
LONGEST_TEXT = 40

MINUS_SIGNS = "-\N{MINUS SIGN}"
DEVANAGARI_DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")


class MoneyError(ValueError):
    """An amount that cannot be: another currency, too large, not a whole number of minor units, not a number."""


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

    @classmethod
    def parsed(cls, text: str, currency: str = "INR", locale: str = "en_IN") -> Money:
        """What a person typed or a file holds, zero or more: all that ``text`` writes, and the same written plainer.

        The locale's symbol of the currency or its ISO 4217 code may stand where ``text`` puts it, groups may be left
        out. Digits are Latin, or Devanagari where the locale's language is written in it, never mixed. Nothing is
        rounded and nothing guessed: anything else raises MoneyError with the reason, which does not repeat the text.
        """
        from babel.numbers import NumberFormatError, parse_decimal

        digits = MINOR_DIGITS[cls(0, currency).currency]
        number = _number_after_sign(_in_latin_digits(text.strip(), locale), currency, locale)
        if len(_minor_digits_of(number, locale)) > digits:
            raise MoneyError(f"{currency} has {digits} minor digits, not more")
        try:
            parsed = parse_decimal(number, locale=locale, strict=True)
        except NumberFormatError as error:
            raise MoneyError(f"the digits are not grouped as {locale} groups them") from error
        return cls(int(parsed.scaleb(digits)), currency)

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

    def text(self, locale: str = "en_IN", *, exact: bool = False) -> str:
        """As a customer of that locale writes it; Indian locales group in lakh and crore.

        Whole amounts leave out the minor digits, as on a banknote, unless it is to be ``exact``, as on paper.
        """
        from babel.numbers import format_currency

        digits = MINOR_DIGITS[self.currency]
        pattern = "#,##,##0" if locale.endswith("_IN") else "#,##0"
        if digits and (exact or self.minor % 10**digits):
            pattern += "." + "0" * digits
        pattern = f"{pattern}\u00a0¤" if _sign_follows(locale) else f"¤{pattern}"
        # currency_digits=False: otherwise Babel puts the minor digits back whatever the pattern says.
        text = format_currency(self.decimal(), self.currency, format=pattern, locale=locale, currency_digits=False)
        return text.replace(self.currency, _sign(self.currency, locale))


def _sign(currency: str, locale: str) -> str:
    """The sign a locale has for a currency, or that of English where it has the code alone."""
    from babel.numbers import get_currency_symbol

    own = get_currency_symbol(currency, locale)
    return get_currency_symbol(currency, "en") if own == currency else own


def _sign_follows(locale: str) -> bool:
    """Whether the sign stands at the right of the number. That of Arabic follows to the left: seen from the left it
    comes first, as amounts stand here by themselves."""
    from babel import Locale

    known = Locale.parse(locale)
    return known.text_direction == "ltr" and "¤" in known.currency_formats["standard"].suffix[0]


def _in_latin_digits(text: str, locale: str) -> str:
    """Devanagari digits as Latin ones, if the locale has them and the text does not mix the two."""
    from babel import Locale

    devanagari = Locale.parse(locale).other_numbering_systems.get("native") == "deva"
    mixed = any("0" <= character <= "9" for character in text)
    return text.translate(DEVANAGARI_DIGITS) if devanagari and not mixed else text


def _number_after_sign(text: str, currency: str, locale: str) -> str:
    """The bare number of an amount. Raises MoneyError for no text, a minus, another currency's sign or any other."""
    if not text:
        raise MoneyError("no amount is given")
    if len(text) > LONGEST_TEXT:
        raise MoneyError("the text is too long for an amount")
    bare = _without_sign(text, currency, locale)
    number = bare.lstrip("".join(set(bare) - set("0123456789.,")))
    rest = bare.removesuffix(number).rstrip()
    if any(minus in rest for minus in MINUS_SIGNS):
        raise MoneyError("a negative amount cannot be given")
    if rest:
        raise MoneyError(f"what stands before the number is not a sign of {currency}")
    return number


def _without_sign(text: str, currency: str, locale: str) -> str:
    """The text without one sign of the currency, where the locale has it."""
    cut = str.removesuffix if _sign_follows(locale) else str.removeprefix
    signs = (currency, _sign(currency, locale))
    return next((shorter for sign in signs if (shorter := cut(text, sign)) != text), text).strip()


def _minor_digits_of(number: str, locale: str) -> str:
    """The digits after the decimal symbol. Raises MoneyError for all that is not digits, groups and one such symbol.

    Babel alone would also take NaN, infinity, exponents, underscores, other scripts' digits and leading zeros.
    """
    from babel.numbers import get_decimal_symbol, get_group_symbol

    group, point = re.escape(get_group_symbol(locale)), re.escape(get_decimal_symbol(locale))
    written = re.fullmatch(f"(?:0|[1-9](?:[0-9]|{group})*)(?:{point}([0-9]+))?", number)
    if written is None:
        raise MoneyError("this is not how an amount is written")
    return written[1] or ""
