"""What the branch does to the books: terminals, cash units, accounts and money paid in. Staff role only."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.banking.money import Money
from db.connection import Database, Row


@dataclass(frozen=True)
class Enrolment:
    """What one customer is enrolled with so far."""

    customer_id: int
    faces: int
    fingers: int
    credentials: int


class BranchRows:
    """``request_id`` of each money call: 16 bytes; a repeat changes nothing, and one with another payload raises
    ValueError."""

    def __init__(self, database: Database, terminal: str, chain: str) -> None:
        self._database = database
        self._terminal = terminal
        self._chain = chain

    def set_up_terminal(self, currency: str) -> None:
        self._database.rows("set_up_terminal", terminal=self._terminal, currency=currency)

    def load_cash_unit(self, request_id: bytes, position: int, note: Money, count: int) -> None:
        row = self._database.row(
            "load_cash_unit",
            request=request_id, terminal=self._terminal, position=position, denomination=note.minor,
            currency=note.currency, count=count, chain=self._chain,
        )  # fmt: skip
        _accepted(row)

    def open_account(self, customer_id: int, bank: str, number: str, kind: str, currency: str) -> int:
        row = self._database.row(
            "open_account",
            customer=customer_id, bank=bank, number=number, kind=kind, currency=currency, chain=self._chain,
        )  # fmt: skip
        if row is None:
            raise LookupError(f"account number {number} belongs to another customer")
        return int(row["account_id"])

    def deposit(self, request_id: bytes, account_id: int, amount: Money) -> None:
        row = self._database.row(
            "deposit_at_branch",
            request=request_id, account=account_id, amount=amount.minor, terminal=self._terminal, chain=self._chain,
        )  # fmt: skip
        _accepted(row)

    def enrolment(self, number: str) -> Enrolment | None:
        row = self._database.row("enrolment_of", number=number)
        return Enrolment(row["id"], row["faces"], row["fingers"], row["credentials"]) if row else None


def _accepted(row: Row | None) -> None:
    if row is None or row["outcome"] == "refused":
        raise ValueError(f"the request was refused: {row['reason'] if row else 'no answer'}")
