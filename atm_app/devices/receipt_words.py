"""A receipt in its customer's language: the same words and figures on thermal paper and in a document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from atm_app.banking.money import MINOR_DIGITS, Money
from atm_app.banking.receipts import Receipt, ReceiptKind
from atm_app.languages import LOCALE, RIGHT_TO_LEFT

WordsFinder = Callable[[str], Callable[[str], str]]


def untranslated(text: str) -> str:
    """Marks a text for the catalogues where it is defined, not where it is printed."""
    return text


_ = untranslated

TITLES = {
    ReceiptKind.WITHDRAWAL: _("Cash withdrawal"),
    ReceiptKind.CASH_DEPOSIT: _("Cash deposit"),
    ReceiptKind.TRANSFER: _("Transfer"),
    ReceiptKind.PAYMENT: _("Payment"),
    ReceiptKind.TOP_UP: _("Wallet top-up"),
    ReceiptKind.BALANCE: _("Balance enquiry"),
    ReceiptKind.STATEMENT: _("Account statement"),
}
OTHER = _("Other entry")


class ReceiptWords:
    """``words``: a language to its translator."""

    def __init__(self, receipt: Receipt, words: WordsFinder) -> None:
        self._receipt = receipt
        self.words = words(receipt.language)
        self._locale = LOCALE.get(receipt.language, "en_IN")
        # Read from right to left: labels stand at the right, their values at the left.
        self.backwards = receipt.language in RIGHT_TO_LEFT

    @property
    def title(self) -> str:
        return self.words(TITLES[self._receipt.kind])

    def kind(self, name: str) -> str:
        """The name of a journal's kind. The ledger has kinds of the bank's own, which are "other" to a customer."""
        return self.words(TITLES[ReceiptKind(name)] if name in set(ReceiptKind) else OTHER)

    def moment(self, at: datetime) -> str:
        """Date and time of the machine's place."""
        return format_datetime(at.astimezone(), "d MMM yyyy, HH:mm", locale=self._locale)

    def day(self, at: datetime) -> str:
        return format_date(at.astimezone(), "dd MMM yyyy", locale=self._locale)

    def money(self, amount: Money) -> str:
        """With currency sign and all minor digits: on paper a whole amount is no less exact."""
        return amount.text(self._locale, exact=True)

    def figure(self, amount: Money) -> str:
        """The amount for a column: no currency sign."""
        return format_decimal(amount.decimal(), format=self._pattern(amount), locale=self._locale)

    def signed(self, amount: Money) -> str:
        """The amount for a column, with + or −."""
        return ("+" if amount.positive else "−" if amount.minor else "") + self.figure(
            Money(abs(amount.minor), amount.currency)
        )

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self._locale)

    def details(self) -> list[tuple[str, str]]:
        """What is said of the transaction before its amount: labels and values."""
        receipt, words = self._receipt, self.words
        pairs = [
            (words("Date"), self.moment(receipt.at)),
            (words("Machine"), receipt.terminal),
            (words("Bank"), receipt.account_bank),
            (words("Account"), receipt.account),
            (words("Other party"), receipt.counterparty),
            (words("Details"), receipt.description),
            (words("Reference"), f"{receipt.journal_id:08d}" if receipt.journal_id else ""),
        ]
        return [(label, value) for label, value in pairs if value]

    def figures(self) -> list[tuple[str, str]]:
        """The amounts, the main one first."""
        receipt, words = self._receipt, self.words
        named = [(words("Amount"), receipt.amount), (words("Fee"), receipt.fee), (words("Balance"), receipt.balance)]
        return [(label, self.money(amount)) for label, amount in named if amount is not None]

    def _pattern(self, amount: Money) -> str:
        whole = "#,##,##0" if self._locale.endswith("_IN") else "#,##0"
        digits = MINOR_DIGITS[amount.currency]
        return f"{whole}.{'0' * digits}" if digits else whole
