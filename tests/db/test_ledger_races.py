"""Many at once, and answers that were lost: exactly once, never overdrawn."""

from __future__ import annotations

import itertools
import threading
from typing import Any

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome
from db.ledger import LedgerRows
from tests.db.bank import (
    Bank,
    InThread,
    LostAnswer,
    administrator,
    ask,
    connection_id,
    connection_id_of,
    raw,
    together,
    wait_at_a_lock,
)
from tests.waiting import wait_until

POSTED, VOIDED, SUSPENDED, REFUSED, HELD = (
    Outcome.POSTED, Outcome.VOIDED, Outcome.SUSPENDED, Outcome.REFUSED, Outcome.HELD,
)  # fmt: skip


def _terminals(bank: Bank, count: int) -> list[Bank]:
    return [Bank(bank.folder) for _ in range(count)]


def _connections(bank: Bank, others: list[Bank]) -> list[LedgerRows]:
    """The calls of one terminal, over the connections of others: a customer's visit is at one."""
    return [LedgerRows(made.storage.kiosk, bank.terminal, f"{bank.terminal}/kiosk", "INR") for made in others]


def test_eight_connections_on_one_hot_account_never_overdraw_it(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    terminals = _terminals(bank, 8)
    budget = itertools.count()
    posted: list[bytes] = []
    mutex = threading.Lock()

    def withdraw(ledger: LedgerRows) -> None:
        while next(budget) < 40:
            asked = bank.withdrawal(customer, account, 1)
            if ledger.hold(asked).outcome is HELD:
                movement = ledger.settle(asked.request_id, POSTED, CashFate.TAKEN)
                assert movement.outcome is POSTED
                assert movement.balance is not None
                assert movement.balance.minor >= 0
                with mutex:
                    posted.append(asked.request_id)

    try:
        together([lambda one=one: withdraw(one) for one in _connections(bank, terminals)])
        assert len(posted) == 10
        assert bank.balance(customer, account) == (0, 0)
        assert bank.counter("presented") == 10
    finally:
        for terminal in terminals:
            terminal.close()


def test_one_request_sent_by_eight_connections_at_once_holds_once(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    terminals = _terminals(bank, 8)
    ledgers = _connections(bank, terminals)
    try:
        asked = bank.withdrawal(customer, account, 4)
        assert {
            movement.outcome for movement in together([lambda one=one: one.hold(asked) for one in ledgers])
        } == {HELD}  # fmt: skip
        assert bank.balance(customer, account) == (1000, 600)
        settle = [lambda one=one: one.settle(asked.request_id, POSTED, CashFate.TAKEN) for one in ledgers]
        assert len({movement.journal_id for movement in together(settle)}) == 1
        assert bank.balance(customer, account) == (600, 600)
    finally:
        for made in terminals:
            made.close()


# --- lost answers ----------------------------------------------------------------------------------------------------


def test_an_answer_lost_between_call_and_reply_counts_exactly_once(rich: tuple[Bank, int, int], admin: Any) -> None:
    bank, customer, account = rich
    lossy = LostAnswer(bank.storage.kiosk, admin)
    asked = bank.withdrawal(customer, account, 4)
    lossy.left = 1
    assert bank.ledger.hold(asked).outcome is HELD
    assert lossy.left == 0
    assert bank.balance(customer, account) == (1000, 600)
    lossy.left = 1
    movement = bank.ledger.settle(asked.request_id, POSTED, CashFate.TAKEN)
    assert (movement.outcome, movement.balance) == (POSTED, Money.of_major(600))
    assert bank.balance(customer, account) == (600, 600)
    assert bank.counter("presented") == 4
    assert len(bank.ledger.statement(account, 10)) == 2


def test_a_call_cut_in_the_middle_is_rolled_back_and_then_counts_once(
    rich: tuple[Bank, int, int], admin: Any
) -> None:  # fmt: skip
    bank, customer, account = rich
    holding = connection_id_of(bank.storage.kiosk)
    blocker = administrator(bank.folder)
    try:
        ask(blocker, "START TRANSACTION")
        ask(blocker, "SELECT id FROM account WHERE id = %s FOR UPDATE", (account,))
        asked = bank.withdrawal(customer, account, 4)
        hold = InThread(lambda: bank.ledger.hold(asked))
        wait_at_a_lock(admin, holding, "the hold waits for the account")
        ask(admin, f"KILL {holding}")
        wait_until(lambda: not ask(admin, "SELECT 1 FROM information_schema.processlist WHERE id = %s", (holding,)),
                   "the connection is gone")  # fmt: skip
        ask(blocker, "ROLLBACK")
        assert hold.result().outcome is HELD
    finally:
        blocker.close()
    assert connection_id(bank.storage.kiosk) != holding
    assert bank.balance(customer, account) == (1000, 600)
    assert raw(bank.storage.kiosk).is_connected()
