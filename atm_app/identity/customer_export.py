"""Everybody who is not erased as lines of a list (CSV) that an import reads again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from atm_app.branch.branch_ports import FoundCustomer
from atm_app.identity.customer_list import BETWEEN, COLUMNS
from atm_app.stores import Factor

# Templates are not in a list: what a customer is known by is captured or photographed, never copied out.
EXPORTED = tuple(column for column in COLUMNS if column not in ("photographs", "fingerprints", "opening"))


class ListedAccount(Protocol):
    @property
    def bank(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> str: ...


class ListedCustomers(Protocol):
    """Raises StoreUnavailable, KeyProblem."""

    def pages(self) -> Iterable[tuple[FoundCustomer, ...]]: ...
    def accounts(self, customer_id: int) -> Sequence[ListedAccount]: ...
    def consents(self, customer_id: int) -> tuple[Factor, ...]: ...


def exported_pages(rows: ListedCustomers) -> Iterator[tuple[int, list[list[str]]]]:
    """A page at a time: how many customers, and a line for each of their accounts, by EXPORTED."""
    for page in rows.pages():
        yield len(page), [
            [line[column] for column in EXPORTED] for customer in page for line in _lines(rows, customer)
        ]  # fmt: skip


def _lines(rows: ListedCustomers, customer: FoundCustomer) -> list[dict[str, str]]:
    consents = BETWEEN.join(kind.value for kind in rows.consents(customer.customer_id))
    told = {
        **{column: customer.details.get(column, "") for column in ("name", "address", "gender", "phone", "email")},
        "number": customer.number, "consents": consents, "bank": "", "account": "", "kind": "",
    }  # fmt: skip
    accounts = rows.accounts(customer.customer_id)
    return [
        {**told, "bank": account.bank, "account": account.number, "kind": account.kind} for account in accounts
    ] or [told]
