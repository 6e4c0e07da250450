"""Codes on paper: a numbered list the branch prints for whoever has neither telephone nor e-mail. Each works once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from atm_app.identity.one_time_code import draw_code
from atm_app.ports import Random
from atm_app.stores import Customer
from atm_app.trust.vault import Vault

CODES_ON_A_LIST = 20
PURPOSE = "code_list"
# Wrong guesses at one number until it is passed over.
TRIES = 3


class CodeListStore(Protocol):
    def replace(self, customer_id: int, key_id: str, macs: Sequence[bytes], tries: int) -> None:
        """A new list; the earlier one is worth nothing any more."""
        ...

    def next(self, customer_id: int) -> tuple[int, str] | None:
        """(number on the list, key id) of the first code that is still good."""
        ...

    def use(self, customer_id: int, position: int, mac: bytes) -> bool:
        """A wrong one is counted."""
        ...


@dataclass(frozen=True)
class CodeLists:
    """Raises StoreUnavailable throughout."""

    store: CodeListStore
    vault: Vault
    random: Random

    def issue(self, customer: Customer) -> tuple[str, ...]:
        """A fresh list, in its order, for the printer and nobody else."""
        codes = tuple(draw_code(self.random) for _ in range(CODES_ON_A_LIST))
        key_id = self.vault.key_id
        macs = [self._mac(customer, number, code, key_id) for number, code in enumerate(codes, 1)]
        self.store.replace(customer.customer_id, key_id, macs, TRIES)
        return codes

    def next_number(self, customer: Customer) -> int:
        """0 when there is no list, or nothing left on it."""
        following = self.store.next(customer.customer_id)
        return following[0] if following else 0

    def check(self, customer: Customer, number: int, code: str) -> bool:
        """Only the number that is next is compared."""
        following = self.store.next(customer.customer_id)
        if following is None or following[0] != number:
            return False
        return self.store.use(customer.customer_id, number, self._mac(customer, number, code, following[1]))

    def _mac(self, customer: Customer, number: int, code: str, key_id: str) -> bytes:
        return self.vault.code_mac(customer.pseudonym, PURPOSE, number.to_bytes(2, "big"), code, key_id)
