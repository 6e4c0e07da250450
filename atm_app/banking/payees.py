"""Whom a customer can pay: accounts found by number or mobile number, accounts they saved, billers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from atm_app.banking.money import Money

LONGEST_NAME = 40


@dataclass(frozen=True)
class PayeeAccount:
    """An account that money can be sent to. ``name``: of the holder, shortened: enough to see a mistake, not enough
    to learn who somebody is. ``label``: what the customer called it when they saved it."""

    account_id: int
    bank: str
    masked: str
    name: str
    currency: str
    label: str = ""


@dataclass(frozen=True)
class Biller:
    """``pattern``: what the customer's number there looks like."""

    code: str
    name: str
    category: str
    pattern: str
    least: Money
    most: Money

    def accepts(self, reference: str) -> bool:
        return re.fullmatch(self.pattern.removeprefix("^").removesuffix("$"), reference) is not None


class Payees(Protocol):
    """Blocking; runs on ``Work.LEDGER``. Raises StoreUnavailable."""

    def by_number(self, number: str) -> PayeeAccount | None: ...
    def by_phone(self, phone: str) -> PayeeAccount | None:
        """The account a customer takes money on: their wallet, else the account opened first. None too when several
        customers share the number: money is never sent on a guess."""
        ...

    def saved(self, customer_id: int) -> tuple[PayeeAccount, ...]: ...
    def save(self, customer_id: int, payee: PayeeAccount, label: str, session: bytes) -> None: ...
    def forget(self, customer_id: int, account_id: int, session: bytes) -> None: ...
    def billers(self, currency: str) -> Sequence[Biller]: ...


def shortened(name: str) -> str:
    """ "Asha Rao" as "Asha R."."""
    words = name.split()
    return words[0] if len(words) < 2 else f"{words[0]} {words[-1][0]}."
