"""What a receipt says. How it looks is ``atm_app.devices.receipt_paper``'s business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from atm_app.banking.money import Money
from atm_app.stores import Account


@dataclass(frozen=True)
class Receipt:
    """Holds no full account number and no name: paper is left lying about."""

    bank: str
    terminal: str
    at: datetime
    account: str
    account_bank: str
    amount: Money
    balance: Money | None
    journal_id: int
    language: str

    @property
    def file_name(self) -> str:
        return f"receipt-{self.journal_id:08d}"


def receipt_for(
    bank: str, terminal: str, at: datetime, account: Account, amount: Money, balance: Money | None,
    journal_id: int, language: str,
) -> Receipt:  # fmt: skip
    return Receipt(bank, terminal, at, account.masked, account.bank, amount, balance, journal_id, language)
