"""Holds, settlement and the books, on a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mysql.connector import errors

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, NoteCount
from atm_app.stores import Outcome, Withdrawal
from db.ledger import LedgerRows
from tests.db.bank import (
    Bank,
    InThread,
    administrator,
    ask,
    connection_id_of,
    fresh_id,
    hundreds,
    wait_at_a_lock,
)

POSTED, VOIDED, SUSPENDED, REFUSED, HELD = (
    Outcome.POSTED, Outcome.VOIDED, Outcome.SUSPENDED, Outcome.REFUSED, Outcome.HELD,
)  # fmt: skip


def test_a_hold_reserves_the_amount_and_moves_no_money(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    bank.held(customer, account, 3)
    assert bank.balance(customer, account) == (1000, 700)
    assert bank.counter("presented") == 0
    assert bank.ledger.trial_balance().open_holds >= 1


@pytest.mark.parametrize(
    ("outcome", "fate", "balance", "counter"),
    [
        (POSTED, CashFate.TAKEN, 700, "presented"),
        (SUSPENDED, CashFate.UNKNOWN, 700, "unknown"),
        (VOIDED, CashFate.NOT_DISPENSED, 1000, None),
        (VOIDED, CashFate.REJECTED, 1000, "rejected"),
        (VOIDED, CashFate.RETRACTED, 1000, "retracted"),
    ],
)
def test_settling_moves_the_money_and_the_counter_of_the_notes_fate(
    rich: tuple[Bank, int, int], outcome: Outcome, fate: CashFate, balance: int, counter: str | None
) -> None:
    bank, customer, account = rich
    request = bank.held(customer, account, 3)
    movement = bank.ledger.settle(request, outcome, fate)
    assert (movement.outcome, movement.reason) == (outcome, "")
    assert movement.balance == Money.of_major(balance)
    assert bool(movement.journal_id) == (outcome is not VOIDED)
    assert bank.balance(customer, account) == (balance, balance)
    counters = {name: bank.counter(name) for name in ("presented", "rejected", "retracted", "unknown")}
    assert counters == {name: 3 if name == counter else 0 for name in counters}
    bank.check_books()


def test_suspended_money_waits_in_the_suspense_account_of_the_terminal(rich: tuple[Bank, int, int], admin: Any) -> None:
    bank, customer, account = rich
    bank.ledger.settle(bank.held(customer, account, 3), SUSPENDED, CashFate.UNKNOWN)
    rows = ask(admin, "SELECT balance FROM account WHERE number = %s", (f"SUSPENSE-{bank.terminal}-INR",))
    assert rows == [(300_00,)]


# --- refusals --------------------------------------------------------------------------------------------------------


def _with_status(admin: Any, table: str, row: int, status: str) -> None:
    statements = {
        "customer": "UPDATE customer SET status = %s WHERE id = %s",
        "account": "UPDATE account SET status = %s WHERE id = %s",
    }
    ask(admin, statements[table], (status, row))


REFUSALS: dict[str, tuple[str, Callable[[Bank, Any, int, int], Withdrawal]]] = {
    "nothing": ("not_positive", lambda b, a, c, n: b.withdrawal(c, n, 0)),
    "a negative amount": ("not_positive", lambda b, a, c, n: b.withdrawal(c, n, 1, amount=Money(-100_00))),
    "notes worth less than the amount": (
        "cash_not_available", lambda b, a, c, n: b.withdrawal(c, n, 2, mix=hundreds(1))),
    "notes worth more than the amount": (
        "cash_not_available", lambda b, a, c, n: b.withdrawal(c, n, 2, mix=hundreds(3))),
    "no notes": ("cash_not_available", lambda b, a, c, n: b.withdrawal(c, n, 2, mix=())),
    "the same cassette named twice": (
        "cash_not_available", lambda b, a, c, n: b.withdrawal(c, n, 8, mix=hundreds(4) + hundreds(4))),
    "a cassette that is not there": (
        "cash_not_available", lambda b, a, c, n: b.withdrawal(c, n, 1, mix=(NoteCount(9, 100_00, 1),))),
    "negative notes made good by others": (
        "cash_not_available",
        lambda b, a, c, n: b.withdrawal(c, n, 1, mix=(NoteCount(2, 500_00, 1), NoteCount(3, 100_00, -4)))),
    "more than the account has": ("insufficient_funds", lambda b, a, c, n: b.withdrawal(c, n, 11)),
    "another currency than the notes": (
        "not_offered", lambda b, a, c, n: b.withdrawal(c, n, 1, amount=Money(100_00, "EUR"))),
    "an account of somebody else": ("no_such_account", lambda b, a, c, n: b.withdrawal(b.customer(), n)),
    "an account nobody has": ("no_such_account", lambda b, a, c, n: b.withdrawal(c, 999_999_999)),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSALS)
def test_a_hold_is_refused_with_its_reason_and_changes_nothing(
    rich: tuple[Bank, int, int], admin: Any, what: str
) -> None:
    bank, customer, account = rich
    reason, asked = REFUSALS[what]
    withdrawal = asked(bank, admin, customer, account)
    movement = bank.ledger.hold(withdrawal)
    assert (movement.outcome, movement.reason, movement.journal_id) == (REFUSED, reason, 0)
    assert bank.balance(customer, account) == (1000, 1000)
    assert ask(admin, "SELECT COUNT(*) FROM hold WHERE request_id = %s", (withdrawal.request_id,)) == [(0,)]


def test_more_notes_than_a_cassette_holds_are_refused(own_bank: Bank) -> None:
    customer = own_bank.customer()
    account = own_bank.account(customer, 100_000)
    movement = own_bank.ledger.hold(own_bank.withdrawal(customer, account, 201))
    assert (movement.outcome, movement.reason) == (REFUSED, "cash_not_available")
    assert own_bank.balance(customer, account) == (100_000, 100_000)


def test_notes_promised_to_an_open_hold_are_promised_once(own_bank: Bank) -> None:
    customer = own_bank.customer()
    account = own_bank.account(customer, 100_000)
    first = own_bank.held(customer, account, 150)
    movement = own_bank.ledger.hold(own_bank.withdrawal(customer, account, 51))
    assert (movement.outcome, movement.reason) == (REFUSED, "cash_not_available")
    own_bank.ledger.settle(first, VOIDED, CashFate.NOT_DISPENSED)
    own_bank.held(customer, account, 200)


def test_an_account_in_another_currency_than_the_notes_is_refused(own_bank: Bank) -> None:
    own_bank.storage.branch.set_up_terminal("EUR", 0)
    customer = own_bank.customer()
    account = own_bank.account(customer, 500, "EUR")
    movement = own_bank.ledger.hold(own_bank.withdrawal(customer, account))
    assert (movement.outcome, movement.reason) == (REFUSED, "other_currency")


@pytest.mark.parametrize(("table", "status"), [("account", "frozen"), ("account", "closed"), ("customer", "frozen")])
def test_a_frozen_or_closed_account_holds_nothing(
    rich: tuple[Bank, int, int], admin: Any, table: str, status: str
) -> None:
    bank, customer, account = rich
    _with_status(admin, table, account if table == "account" else customer, status)
    movement = bank.ledger.hold(bank.withdrawal(customer, account))
    assert (movement.outcome, movement.reason) == (REFUSED, "account_not_open")


def test_a_hold_of_a_customer_frozen_meanwhile_is_still_settled(rich: tuple[Bank, int, int], admin: Any) -> None:
    bank, customer, account = rich
    request = bank.held(customer, account)
    _with_status(admin, "customer", customer, "frozen")
    assert bank.ledger.settle(request, POSTED, CashFate.TAKEN).outcome is POSTED


def test_money_that_is_held_cannot_be_held_again(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    bank.held(customer, account, 7)
    assert bank.ledger.hold(bank.withdrawal(customer, account, 4)).reason == "insufficient_funds"
    bank.held(customer, account, 3)


# --- repeats ---------------------------------------------------------------------------------------------------------


def test_a_repeated_hold_answers_the_same_and_holds_once(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    asked = bank.withdrawal(customer, account, 4)
    first = bank.ledger.hold(asked)
    assert bank.ledger.hold(asked) == first
    assert bank.balance(customer, account) == (1000, 600)


def test_a_repeated_refusal_stays_refused_although_the_money_has_come_since(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    asked = bank.withdrawal(customer, account, 11)
    assert bank.ledger.hold(asked).reason == "insufficient_funds"
    bank.storage.branch.deposit(fresh_id(), account, Money.of_major(500))
    repeated = bank.ledger.hold(asked)
    assert (repeated.outcome, repeated.reason) == (REFUSED, "insufficient_funds")


def test_the_same_request_with_another_payload_is_refused(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    other_account = bank.account(customer, 1000)
    asked = bank.withdrawal(customer, account, 4)
    bank.ledger.hold(asked)
    for changed in (
        bank.withdrawal(customer, account, 5, asked.request_id),
        bank.withdrawal(customer, other_account, 4, asked.request_id),
        bank.withdrawal(customer, account, 4, asked.request_id, mix=(NoteCount(2, 500_00, 1),)),
    ):
        movement = bank.ledger.hold(changed)
        assert (movement.outcome, movement.reason) == (REFUSED, "other_payload")
    assert bank.balance(customer, account) == (1000, 600)
    assert bank.balance(customer, other_account) == (1000, 1000)


@pytest.mark.parametrize(("outcome", "fate"), [
    (POSTED, CashFate.TAKEN), (VOIDED, CashFate.RETRACTED), (SUSPENDED, CashFate.UNKNOWN),
])  # fmt: skip
def test_settling_twice_answers_the_same_and_moves_once(
    rich: tuple[Bank, int, int], outcome: Outcome, fate: CashFate
) -> None:
    bank, customer, account = rich
    request = bank.held(customer, account, 2)
    first = bank.ledger.settle(request, outcome, fate)
    after = bank.balance(customer, account)
    assert bank.ledger.settle(request, outcome, fate) == first
    assert bank.balance(customer, account) == after


@pytest.mark.parametrize("first", [POSTED, VOIDED, SUSPENDED])
@pytest.mark.parametrize("second", [POSTED, VOIDED, SUSPENDED])
def test_a_settled_hold_is_not_settled_otherwise(
    rich: tuple[Bank, int, int], first: Outcome, second: Outcome
) -> None:  # fmt: skip
    if first is second:
        return
    bank, customer, account = rich
    request = bank.held(customer, account, 2)
    bank.ledger.settle(request, first, CashFate.UNKNOWN)
    after = bank.balance(customer, account)
    movement = bank.ledger.settle(request, second, CashFate.UNKNOWN)
    assert (movement.outcome, movement.reason) == (REFUSED, "settled_otherwise")
    assert bank.balance(customer, account) == after


def test_another_terminal_cannot_settle_my_hold(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    request = bank.held(customer, account)
    other = LedgerRows(bank.storage.kiosk, "D-1", "D-1/kiosk", "INR")
    assert other.settle(request, VOIDED, CashFate.NOT_DISPENSED).reason == "settled_otherwise"
    assert bank.balance(customer, account) == (1000, 900)


def test_an_unknown_hold_voided_leaves_a_tombstone_that_refuses_the_late_hold(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    asked = bank.withdrawal(customer, account, 4)
    assert bank.ledger.settle(asked.request_id, VOIDED, CashFate.NOT_DISPENSED).outcome is VOIDED
    assert bank.ledger.settle(asked.request_id, VOIDED, CashFate.NOT_DISPENSED).outcome is VOIDED
    assert bank.ledger.hold(asked).outcome is REFUSED
    assert bank.balance(customer, account) == (1000, 1000)


@pytest.mark.parametrize("outcome", [POSTED, SUSPENDED])
def test_an_unknown_hold_is_neither_posted_nor_suspended(own_bank: Bank, outcome: Outcome) -> None:
    movement = own_bank.ledger.settle(fresh_id(), outcome, CashFate.TAKEN)
    assert (movement.outcome, movement.reason) == (REFUSED, "no_such_hold")


@pytest.mark.parametrize("outcome", [HELD, REFUSED])
def test_a_hold_is_settled_as_posted_voided_or_suspended_only(rich: tuple[Bank, int, int], outcome: Outcome) -> None:
    bank, customer, account = rich
    request = bank.held(customer, account)
    with pytest.raises(errors.DatabaseError, match="posted, voided or suspended"):
        bank.ledger.settle(request, outcome, CashFate.TAKEN)
    assert bank.balance(customer, account) == (1000, 900)


def test_a_hold_and_its_void_meeting_in_flight_leave_nothing_held(rich: tuple[Bank, int, int], admin: Any) -> None:
    """The terminal lost its answer, came back and voids, while its first call still stands at the account's row."""
    bank, customer, account = rich
    asked = bank.withdrawal(customer, account, 4)
    late = Bank(bank.folder)
    late_ledger = LedgerRows(late.storage.kiosk, bank.terminal, f"{bank.terminal}/kiosk", "INR")
    holding, settling = connection_id_of(late.storage.kiosk), connection_id_of(bank.storage.kiosk)
    blocker = administrator(bank.folder)
    try:
        ask(blocker, "START TRANSACTION")
        ask(blocker, "SELECT id FROM account WHERE id = %s FOR UPDATE", (account,))
        hold = InThread(lambda: late_ledger.hold(asked))
        wait_at_a_lock(admin, holding, "the hold waits for the account")
        void = InThread(lambda: bank.ledger.settle(asked.request_id, VOIDED, CashFate.NOT_DISPENSED))
        wait_at_a_lock(admin, settling, "the void waits for the hold's request")
        ask(blocker, "ROLLBACK")
        hold.result()
        assert void.result().outcome is VOIDED
    finally:
        blocker.close()
        late.close()
    assert bank.balance(customer, account) == (1000, 1000)
    states = ask(admin, "SELECT state FROM hold WHERE request_id = %s", (asked.request_id,))
    assert states in ([], [("voided",)])


# --- the branch's calls ----------------------------------------------------------------------------------------------


def test_a_deposit_counts_once_however_often_it_is_repeated(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    request = fresh_id()
    for _ in range(3):
        bank.storage.branch.deposit(request, account, Money.of_major(250))
    assert bank.balance(customer, account) == (1250, 1250)


def test_a_deposit_repeated_with_another_amount_is_refused_aloud(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    request = fresh_id()
    bank.storage.branch.deposit(request, account, Money.of_major(250))
    with pytest.raises(ValueError, match="other_payload"):
        bank.storage.branch.deposit(request, account, Money.of_major(251))
    assert bank.balance(customer, account) == (1250, 1250)


@pytest.mark.parametrize("minor", [0, -1])
def test_only_a_positive_amount_is_paid_in(rich: tuple[Bank, int, int], minor: int) -> None:
    bank, customer, account = rich
    with pytest.raises(errors.DatabaseError, match="positive"):
        bank.storage.branch.deposit(fresh_id(), account, Money(minor))
    assert bank.balance(customer, account) == (1000, 1000)


def test_loading_notes_counts_once_and_another_denomination_is_refused(own_bank: Bank) -> None:
    request = fresh_id()
    for _ in range(2):
        own_bank.storage.branch.load_cash_unit(request, HUNDRED_POSITION, Money.of_major(100), 10)
    assert own_bank.counter("initial") == 210
    with pytest.raises(errors.DatabaseError, match="another denomination"):
        own_bank.storage.branch.load_cash_unit(fresh_id(), HUNDRED_POSITION, Money.of_major(200), 10)
    with pytest.raises(ValueError, match="other_payload"):
        own_bank.storage.branch.load_cash_unit(request, HUNDRED_POSITION, Money.of_major(100), 11)
    assert own_bank.counter("initial") == 210


HUNDRED_POSITION = 3


def test_an_account_number_of_somebody_else_is_refused(own_bank: Bank) -> None:
    first, second = own_bank.customer(), own_bank.customer()
    branch = own_bank.storage.branch
    number = f"X{own_bank.terminal}"
    account = branch.open_account(first, "Sahyadri Bank", number, "savings", "INR")
    assert branch.open_account(first, "Sahyadri Bank", number, "savings", "INR") == account
    with pytest.raises(LookupError, match=number):
        branch.open_account(second, "Sahyadri Bank", number, "savings", "INR")


def test_the_statement_is_newest_first_and_each_line_ends_in_its_balance(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    posted = bank.ledger.settle(bank.held(customer, account, 2), POSTED, CashFate.TAKEN)
    bank.ledger.settle(bank.held(customer, account, 1), VOIDED, CashFate.RETRACTED)
    suspended = bank.ledger.settle(bank.held(customer, account, 3), SUSPENDED, CashFate.UNKNOWN)
    lines = bank.ledger.statement(account, 10)
    assert [(line.kind, line.amount.minor // 100, line.balance_after.minor // 100) for line in lines] == [
        ("withdrawal_suspense", -300, 500), ("withdrawal", -200, 800), ("branch_deposit", 1000, 1000),
    ]  # fmt: skip
    assert [line.journal_id for line in lines][:2] == [suspended.journal_id, posted.journal_id]
    assert all(line.at.tzinfo is not None for line in lines)
    assert bank.ledger.statement(account, 2) == lines[:2]


def test_every_movement_leaves_one_audit_row_in_its_own_transaction(rich: tuple[Bank, int, int], admin: Any) -> None:
    bank, customer, account = rich
    asked = bank.withdrawal(customer, account, 2)
    for _ in range(2):
        bank.ledger.hold(asked)
        bank.ledger.settle(asked.request_id, POSTED, CashFate.TAKEN)
    bank.ledger.hold(bank.withdrawal(customer, account, 20))
    rows = ask(admin, "SELECT event, outcome FROM audit WHERE chain = %s ORDER BY id", (f"{bank.terminal}/kiosk",))
    assert rows == [
        ("sign_in", "done"),
        ("withdrawal_hold", "held"), ("withdrawal_settle", "posted"), ("withdrawal_hold", "insufficient_funds"),
    ]  # fmt: skip


# --- differences are found -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "difference"),
    [
        ("UPDATE account SET balance = balance + 1 WHERE id = %s", "accounts_off"),
        ("UPDATE account SET held = held + 1 WHERE id = %s", "held_off"),
    ],
)
def test_the_trial_balance_shows_a_changed_account(
    rich: tuple[Bank, int, int], spoil: str, difference: str
) -> None:  # fmt: skip
    bank, _, account = rich
    admin = administrator(bank.folder)
    try:
        ask(admin, "START TRANSACTION")
        ask(admin, spoil, (account,))
        columns = "postings_sum, accounts_off, groups_off, held_off, cash_difference, open_holds, negative_accounts"
        seen = dict(zip(columns.split(", "), ask(admin, f"SELECT {columns} FROM trial_balance_view")[0], strict=True))
        assert seen[difference] == 1
    finally:
        ask(admin, "ROLLBACK")
        admin.close()
