"""Tells customers what was booked on their accounts: written with the movement, sent afterwards, at least once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from atm_app.message_ports import DeliveryFailed, Letter
from atm_app.stores import Customer, Customers, StatementLine

AT_ONCE = 20
# A customer without a working address is not written to for ever; the statement still shows the movement.
TRIES = 5

# By journal kind and direction: what happened to the amount, and the word before the other side.
SENTENCES = {
    ("withdrawal", False): "{amount} was paid out in cash from your account {account}.",
    ("withdrawal_suspense", False): "{amount} of your account {account} is being looked into by the branch.",
    ("cash_deposit", True): "{amount} in cash was paid in to your account {account}.",
    ("transfer", False): "{amount} was sent from your account {account} to {counterparty}.",
    ("transfer", True): "{amount} from {counterparty} has arrived on your account {account}.",
    ("payment", False): "{amount} was paid from your account {account} to {counterparty}.",
    ("top_up", False): "{amount} was paid from your account {account} for a top-up with {counterparty}.",
}
OTHERWISE = "{amount} was booked on your account {account}."


@dataclass(frozen=True)
class Confirmation:
    """One customer's side of one movement. ``account``: masked."""

    confirmation_id: int
    customer_id: int
    bank: str
    account: str
    line: StatementLine


class ConfirmationStore(Protocol):
    def owed(self, count: int) -> tuple[Confirmation, ...]: ...
    def tried(self, confirmation_id: int, *, sent: bool, limit: int) -> None: ...


class Confirmations:
    """``send_owed`` runs on ``Work.MESSAGES`` while nobody stands at the machine."""

    def __init__(
        self, store: ConfirmationStore, customers: Customers, send: Callable[[Customer, Letter], object], bank: str
    ) -> None:
        """``send``: over some channel; raises DeliveryFailed."""
        self._store = store
        self._customers = customers
        self._send = send
        self._bank = bank

    def send_owed(self) -> int:
        """How many were sent. Raises StoreUnavailable; what was not sent stays owed."""
        return sum(self._try(confirmation) for confirmation in self._store.owed(AT_ONCE))

    def _try(self, confirmation: Confirmation) -> bool:
        customer = self._customers.get(confirmation.customer_id)
        sent = False
        if customer is not None:
            with contextlib.suppress(DeliveryFailed):
                self._send(customer, letter_of(confirmation, self._bank))
                sent = True
        self._store.tried(confirmation.confirmation_id, sent=sent, limit=TRIES)
        return sent


def letter_of(confirmation: Confirmation, bank: str) -> Letter:
    """Holds no full account number: messages are read by others."""
    line = confirmation.line
    sentence = SENTENCES.get((line.kind, line.amount.positive), OTHERWISE)
    said = sentence.format(
        amount=line.amount.magnitude.text(), account=confirmation.account, counterparty=line.counterparty
    )
    lines = [said, f"Reference {line.journal_id:08d}. New balance {line.balance_after.text()}."]
    if line.description:
        lines.append(f"Message: {line.description}")
    lines.append("If you do not know of this, tell your branch at once.")
    return Letter(f"{bank}: {line.amount.magnitude.text()}", "\n".join(lines))
