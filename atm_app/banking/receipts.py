"""What a receipt says. How it looks is ``atm_app.devices``' business: on paper there, as a document there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from atm_app.banking.money import Money
from atm_app.stores import Account, StatementLine

SHOWN_DIGITS = 4
MASK = "••••\u00a0"  # with a no-break space: the mask and the digits stay together
# Five digits or more in a row, spaces and hyphens between them or not: an account, a card, a telephone number.
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){4,}")


class ReceiptKind(StrEnum):
    """The ledger's kinds of journal a customer gets a receipt for, and two that move nothing."""

    WITHDRAWAL = "withdrawal"
    CASH_DEPOSIT = "cash_deposit"
    TRANSFER = "transfer"
    PAYMENT = "payment"
    TOP_UP = "top_up"
    BALANCE = "balance"
    STATEMENT = "statement"


@dataclass(frozen=True)
class Receipt:
    """Holds no full account number and no name: paper is left lying about. Raises ValueError when it would.

    ``account`` and ``counterparty``: masked. ``journal_id``: 0 where nothing was booked. ``fee``: part of no other
    figure. ``lines``: of a statement, oldest first.
    """

    kind: ReceiptKind
    bank: str
    terminal: str
    at: datetime
    account: str
    account_bank: str
    amount: Money | None
    balance: Money | None
    journal_id: int
    language: str
    counterparty: str = ""
    description: str = ""
    fee: Money | None = None
    lines: tuple[StatementLine, ...] = ()

    def __post_init__(self) -> None:
        for field in (self.account, self.counterparty, self.description):
            if _LONG_NUMBER.search(field):
                raise ValueError("a receipt holds no full number")

    @property
    def file_name(self) -> str:
        """Without an extension. What was not booked has no number of its own and is told apart by its time, UTC."""
        if self.journal_id:
            return f"receipt-{self.journal_id:08d}"
        return f"{self.kind}-{self.at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"

    @property
    def opening(self) -> Money | None:
        """Of a statement: the balance before its first line."""
        return self.lines[0].balance_after - self.lines[0].amount if self.lines else self.balance

    @property
    def closing(self) -> Money | None:
        """Of a statement: the balance after its last line."""
        return self.lines[-1].balance_after if self.lines else self.balance


def receipt_for(
    bank: str, terminal: str, at: datetime, account: Account, amount: Money | None, balance: Money | None,
    journal_id: int, language: str, *, kind: ReceiptKind = ReceiptKind.WITHDRAWAL, counterparty: str = "",
    description: str = "", fee: Money | None = None,
) -> Receipt:  # fmt: skip
    """``counterparty`` and ``description`` may hold full numbers: only their last digits come onto the receipt."""
    return Receipt(
        kind, bank, terminal, at, account.masked, account.bank, amount, balance, journal_id, language,
        masked_numbers(counterparty), masked_numbers(description), fee,
    )  # fmt: skip


def statement_for(
    bank: str, terminal: str, at: datetime, account: Account, lines: Sequence[StatementLine], language: str
) -> Receipt:
    """``lines``: in the order of the journal, or newest first as the ledger gives them."""
    newest_first = len(lines) > 1 and lines[0].journal_id > lines[-1].journal_id
    return Receipt(
        ReceiptKind.STATEMENT, bank, terminal, at, account.masked, account.bank, None, account.balance, 0, language,
        lines=tuple(reversed(lines) if newest_first else lines),
    )  # fmt: skip


def masked_numbers(text: str) -> str:
    """The text with all but the last four digits of every long number left out."""
    return _LONG_NUMBER.sub(lambda number: MASK + re.sub(r"\D", "", number[0])[-SHOWN_DIGITS:], text)
