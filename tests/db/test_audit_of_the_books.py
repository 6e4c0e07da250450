"""What no trigger sees, the audit does: books that were cut off or changed by their owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome
from db.audit import verify
from db.folder import DataFolder
from tests.db.bank import Bank, administrator, ask, fresh_id


@pytest.fixture
def booked(emptied_folder: DataFolder) -> Iterator[tuple[Bank, Any]]:
    """A bank of its own with movements of every kind, all sealed, and its owner's hands with the triggers gone."""
    bank = Bank(emptied_folder)
    customer = bank.customer()
    account, other = bank.account(customer, 1000), bank.account(customer)
    bank.ledger.settle(bank.held(customer, account, 2), Outcome.POSTED, CashFate.TAKEN)
    journal = bank.ledger.transfer(bank.transfer(customer, account, other, 300)).journal_id
    deposit = bank.deposit(customer, account, 4)
    bank.ledger.hold_deposit(deposit)
    bank.ledger.settle(deposit.request_id, Outcome.POSTED, CashFate.STORED)
    bank.storage.branch.reverse(fresh_id(), journal)
    bank.storage.branch.begin_exchange()
    bank.storage.branch.end_exchange(fresh_id(), (), Money.of_major(1))
    bank.storage.branch.begin_exchange()
    bank.storage.branch.end_exchange(fresh_id(), (), Money(0))  # of an empty machine: nothing moves
    bank.storage.branch.cut_off(fresh_id())
    bank.storage.audit.seal()
    bank.storage.staff_audit.seal()
    admin = administrator(emptied_folder)
    yield bank, admin
    admin.close()
    bank.close()


def problems(bank: Bank) -> tuple[str, ...]:
    return verify(bank.storage.kiosk, bank.storage.sealer, bank.folder.checkpoints).problems


def test_books_as_they_were_written_are_in_order(booked: tuple[Bank, Any]) -> None:
    assert problems(booked[0]) == ()


def _truncate(*tables: str) -> Callable[[Any], None]:
    def cut(admin: Any) -> None:
        ask(admin, "SET FOREIGN_KEY_CHECKS = 0")
        for table in tables:
            ask(admin, f"TRUNCATE TABLE {table}")

    return cut


def _without_triggers(*statements: str) -> Callable[[Any], None]:
    def change(admin: Any) -> None:
        for (trigger,) in ask(
            admin, "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'atm'"
        ):
            ask(admin, f"DROP TRIGGER atm.{trigger}")
        ask(admin, "SET FOREIGN_KEY_CHECKS = 0")
        for statement in statements:
            ask(admin, statement)

    return change


TAMPERING = {
    "postings truncated": _truncate("posting"),
    "journal truncated": _truncate("journal"),
    "journal and postings truncated": _truncate("posting", "journal"),
    "a posting deleted": _without_triggers("DELETE FROM posting WHERE journal_id = 3 AND line = 1"),
    "a movement deleted whole": _without_triggers(
        "DELETE FROM posting WHERE journal_id = 3", "DELETE FROM journal WHERE id = 3"),
    "an amount changed on both sides": _without_triggers(
        "UPDATE posting SET amount = amount * 2 WHERE journal_id = 5"),
    "one side changed": _without_triggers("UPDATE posting SET amount = amount + 1 WHERE journal_id = 5 AND line = 1"),
    "a movement invented": _without_triggers(
        "INSERT INTO journal (request_id, kind, terminal, session) VALUES (REPEAT('z', 16), 'transfer', 'x', '')",
        "INSERT INTO posting SELECT MAX(j.id), 1, 1, -5, 0 FROM journal j",
        "INSERT INTO posting SELECT MAX(j.id), 2, 2, 5, 0 FROM journal j"),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_books_that_were_tampered_with_are_found(booked: tuple[Bank, Any], how: str) -> None:
    bank, admin = booked
    TAMPERING[how](admin)
    assert problems(bank) != ()
