"""One contract for the simulated stores and the real ones: what is said of the fake is only worth what it has in
common with the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, NoteCount, NotesOfValue
from atm_app.config import Settings
from atm_app.stores import Deposit, Outcome, Transfer, masked
from tests.db.bank import POLICY, fresh_id, hundreds
from tests.limits import GENEROUS
from tests.simulation.books import SESSION, Books, answer, deposit, transfer


@pytest.fixture
def rich(books: Books) -> tuple[Books, int, int]:
    customer = books.customer(phone="+91 98200 77777")
    return books, customer, books.account(customer, 1000)


# --- withdrawals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "fate", "balance", "counter"),
    [
        (Outcome.POSTED, CashFate.TAKEN, 700, "presented"),
        (Outcome.SUSPENDED, CashFate.UNKNOWN, 700, "unknown"),
        (Outcome.VOIDED, CashFate.NOT_DISPENSED, 1000, None),
        (Outcome.VOIDED, CashFate.REJECTED, 1000, "rejected"),
        (Outcome.VOIDED, CashFate.RETRACTED, 1000, "retracted"),
    ],
)
def test_a_hold_and_its_end(
    rich: tuple[Books, int, int], outcome: Outcome, fate: CashFate, balance: int, counter: str | None
) -> None:
    books, customer, account = rich
    request = books.held(customer, account, 3)
    assert books.balance(customer, account) == (1000, 700)
    assert answer(books.ledger.settle(request, outcome, fate)) == (
        outcome.value, "", outcome is not Outcome.VOIDED, balance,
    )  # fmt: skip
    assert books.balance(customer, account) == (balance, balance)
    counters = {name: books.counter(name) for name in ("presented", "rejected", "retracted", "unknown")}
    assert counters == {name: 3 if name == counter else 0 for name in counters}
    again = books.ledger.settle(request, outcome, fate)
    assert answer(again) == (outcome.value, "", outcome is not Outcome.VOIDED, balance)
    other = Outcome.POSTED if outcome is Outcome.VOIDED else Outcome.VOIDED
    refused = books.ledger.settle(request, other, CashFate.TAKEN)
    assert (refused.outcome, refused.reason) == (Outcome.REFUSED, "settled_otherwise")


WITHDRAWALS: dict[str, Callable[[Books, int, int], tuple[Any, str]]] = {
    "too much": lambda b, c, a: (b.withdrawal(c, a, 11), "insufficient_funds"),
    "nothing": lambda b, c, a: (b.withdrawal(c, a, amount=Money(0), mix=()), "not_positive"),
    "less than nothing": lambda b, c, a: (b.withdrawal(c, a, amount=Money.of_major(-100)), "not_positive"),
    "no such account": lambda b, c, a: (b.withdrawal(c, 10**9, 1), "no_such_account"),
    "another's account": lambda b, c, a: (b.withdrawal(b.customer("Dele"), a, 1), "no_such_account"),
    "other currency": lambda b, c, a: (b.withdrawal(c, b.account(c, 0, "EUR"), 1), "other_currency"),
    "no notes": lambda b, c, a: (b.withdrawal(c, a, mix=()), "cash_not_available"),
    "notes of another sum": lambda b, c, a: (b.withdrawal(c, a, 2, mix=hundreds(1)), "cash_not_available"),
    "a cassette that is not there": lambda b, c, a: (
        b.withdrawal(c, a, 1, mix=(NoteCount(7, 100_00, 1),)),
        "cash_not_available",
    ),
}


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_a_withdrawal_refused(rich: tuple[Books, int, int], name: str) -> None:
    books, customer, account = rich
    asked, reason = WITHDRAWALS[name](books, customer, account)
    for _ in range(2):  # a repeat says the same
        movement = books.ledger.hold(asked)
        assert (movement.outcome, movement.reason) == (Outcome.REFUSED, reason)
    assert books.balance(customer, account) == (1000, 1000)
    assert books.audit_rows()[-1] == ("withdrawal_hold", reason)


def test_a_request_is_one_request(rich: tuple[Books, int, int]) -> None:
    books, customer, account = rich
    asked = books.withdrawal(customer, account, 2)
    assert answer(books.ledger.hold(asked)) == answer(books.ledger.hold(asked)) == ("held", "", False, 1000)
    other = books.withdrawal(customer, account, 3, request=asked.request_id)
    assert answer(books.ledger.hold(other)) == ("refused", "other_payload", False, 1000)
    assert books.balance(customer, account) == (1000, 800)


def test_what_was_never_held(rich: tuple[Books, int, int]) -> None:
    books, customer, account = rich
    request = fresh_id()
    assert answer(books.ledger.settle(request, Outcome.POSTED, CashFate.TAKEN)) == (
        "refused", "no_such_hold", False, None,
    )  # fmt: skip
    assert answer(books.ledger.settle(request, Outcome.VOIDED, CashFate.NOT_DISPENSED))[0] == "voided"
    late = books.ledger.hold(books.withdrawal(customer, account, 1, request=request))
    assert answer(late) == ("refused", "other_payload", False, 1000)


# --- deposits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "fate", "balance"),
    [
        (Outcome.POSTED, CashFate.STORED, 2000),
        (Outcome.VOIDED, CashFate.RETURNED, 1000),
        (Outcome.SUSPENDED, CashFate.UNKNOWN, 1000),
    ],
)
def test_a_deposit_and_its_end(rich: tuple[Books, int, int], outcome: Outcome, fate: CashFate, balance: int) -> None:
    books, customer, account = rich
    asked = deposit(customer, account)
    assert answer(books.ledger.hold_deposit(asked)) == ("held", "", False, 1000)
    ended = books.ledger.settle(asked.request_id, outcome, fate)
    assert answer(ended) == (outcome.value, "", outcome is Outcome.POSTED, balance)
    kept = (NotesOfValue(500_00, 2),) if outcome is Outcome.POSTED else ()
    assert books.ledger.cash_in() == kept
    used = {allowance.kind: allowance.used for allowance in books.ledger.allowances(customer, POLICY)}
    assert used[LimitKind.CASH_DEPOSIT] == Money.of_major(0 if outcome is Outcome.VOIDED else 1000)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": Money(0), "notes": ()}, "not_positive"),
        ({"notes": ()}, "notes_do_not_add_up"),
        ({"notes": (NotesOfValue(500_00, 3),)}, "notes_do_not_add_up"),
        ({"notes": (NotesOfValue(500_00, 1), NotesOfValue(500_00, 1))}, "notes_do_not_add_up"),
        ({"policy": "nobody's"}, "not_offered"),
        ({"account_id": 10**9}, "no_such_account"),
    ],
)
def test_a_deposit_refused(rich: tuple[Books, int, int], changes: dict[str, Any], reason: str) -> None:
    books, customer, account = rich
    asked = Deposit(**{**vars(deposit(customer, account)), **changes})
    movement = books.ledger.hold_deposit(asked)
    assert (movement.outcome, movement.reason) == (Outcome.REFUSED, reason)
    assert books.audit_rows()[-1] == ("deposit_hold", reason)


def test_the_usual_amount(rich: tuple[Books, int, int]) -> None:
    """Of the latest twelve withdrawals whose notes were taken: what came most often, and at least twice."""
    books, customer, account = rich
    other = books.customer("Dele Siddi")

    def withdraw(notes: int, outcome: Outcome = Outcome.POSTED, fate: CashFate = CashFate.TAKEN) -> Money | None:
        books.ledger.settle(books.held(customer, account, notes), outcome, fate)
        return books.ledger.usual_withdrawal(customer)

    retracted = (Outcome.VOIDED, CashFate.RETRACTED)
    assert [withdraw(2, *retracted), withdraw(2, *retracted), withdraw(2), withdraw(1)] == [None] * 4
    assert withdraw(1) == Money.of_major(100)
    books.storage.branch.deposit(fresh_id(), account, Money.of_major(5000))
    assert withdraw(2) == Money.of_major(200), "of two as frequent the latest"
    assert [withdraw(3) for _ in range(11)][-1] == Money.of_major(300)
    assert books.ledger.usual_withdrawal(other) is None


# --- transfers and limits --------------------------------------------------------------------------------------------


def test_a_transfer_moves_amount_and_fee(rich: tuple[Books, int, int]) -> None:
    books, customer, account = rich
    books.storage.branch.set_fee(LimitKind.TRANSFER, Money.of_major(5))
    other = books.customer("Dele Siddi")
    to = books.account(other, 10)
    asked = transfer(customer, account, 300, to=to, description="rent")
    try:
        first, again = books.ledger.transfer(asked), books.ledger.transfer(asked)
    finally:
        books.storage.branch.set_fee(LimitKind.TRANSFER, Money(0))
    assert answer(first) == answer(again) == ("posted", "", True, 695)
    assert books.balance(other, to) == (310, 310)
    line = books.ledger.statement(account, 1)[0]
    numbers = {row.account_id: row.number for row in books.ledger.accounts(other)}
    assert (line.kind, line.amount, line.description) == ("transfer", Money.of_major(-305), "rent")
    assert line.counterparty == masked(numbers[to])
    found = books.ledger.settle(asked.request_id, Outcome.VOIDED, CashFate.NOT_DISPENSED)
    assert (found.outcome, found.journal_id) == (Outcome.POSTED, first.journal_id)
    owed = {confirmation.customer_id for confirmation in books.storage.confirmations.owed(5)}
    assert owed == {customer, other}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": "own"}, "same_account"),
        ({"to": 10**9}, "payee_not_open"),
        ({"to": "euro"}, "other_currency"),
        ({"to": "other", "amount": Money(0)}, "not_positive"),
        ({"to": "other", "amount": Money.of_major(5000)}, "insufficient_funds"),
        ({"to": "other", "policy": "nobody's"}, "not_offered"),
        ({"biller": "NOBODY", "reference": "1"}, "payee_not_open"),
        ({"biller": "POWER", "reference": "12"}, "reference_not_valid"),
        ({"biller": "POWER", "reference": "1234", "amount": Money.of_major(5)}, "amount_not_accepted"),
    ],
)
def test_a_transfer_refused(rich: tuple[Books, int, int], changes: dict[str, Any], reason: str) -> None:
    books, customer, account = rich
    other = books.customer("Dele Siddi")
    accounts = {"own": account, "other": books.account(other, 10), "euro": books.account(other, 0, "EUR")}
    given = {key: accounts.get(value, value) if key == "to" else value for key, value in changes.items()}
    movement = books.ledger.transfer(Transfer(**{**vars(transfer(customer, account)), **given}))
    assert (movement.outcome, movement.reason) == (Outcome.REFUSED, reason)
    assert books.balance(customer, account) == (1000, 1000)


def test_limits_of_an_amount_a_day_and_how_often(rich: tuple[Books, int, int]) -> None:
    books, customer, account = rich
    rule = LimitRule(Money.of_major(300), Money.of_major(700), 3, 3600)
    books.storage.branch.set_limit("tight", LimitKind.WITHDRAWAL, rule)

    def held(notes: int) -> tuple[str, str]:
        asked = books.withdrawal(customer, account, notes)
        movement = books.ledger.hold(type(asked)(**{**vars(asked), "policy": "tight"}))
        return movement.outcome.value, movement.reason

    assert held(4) == ("refused", "over_transaction_limit")
    assert held(3) == ("held", "")
    assert held(3) == ("held", "")
    assert held(3) == ("refused", "over_daily_limit")
    assert held(1) == ("held", "")
    books.ledger.set_own_limit(customer, LimitKind.WITHDRAWAL, Money.of_major(100), Money.of_major(9999), SESSION)
    assert held(2) == ("refused", "over_transaction_limit")
    allowance = next(a for a in books.ledger.allowances(customer, "tight") if a.kind is LimitKind.WITHDRAWAL)
    assert (allowance.used, allowance.left) == (Money.of_major(700), Money(0))
    outcomes = [outcome for event, outcome in books.audit_rows() if event == "withdrawal_hold"]
    assert outcomes == ["over_transaction_limit", "held", "held", "over_daily_limit", "held", "over_transaction_limit"]


def test_too_often(rich: tuple[Books, int, int]) -> None:
    books, customer, account = rich
    books.storage.branch.set_limit(
        "slow", LimitKind.WITHDRAWAL, LimitRule(Money.of_major(300), Money.of_major(700), 2, 3600)
    )
    asked = [books.withdrawal(customer, account, 1) for _ in range(3)]
    answers = [books.ledger.hold(type(one)(**{**vars(one), "policy": "slow"})) for one in asked]
    assert [movement.reason for movement in answers] == ["", "", "too_often"]


def test_a_clock_that_went_back_a_day_gives_nobody_a_second_day(rich: tuple[Books, int, int]) -> None:
    """The days of two banks 26 hours apart are never the same."""
    books, customer, account = rich
    reasons = []
    for utc_offset in (840, -720, 840):
        books.storage.branch.prepare_books(Settings(utc_offset=utc_offset, limits=GENEROUS))
        reasons.append(books.ledger.hold(books.withdrawal(customer, account, 1)).reason)
    assert reasons == ["", "clock_went_back", ""]


# --- staff -----------------------------------------------------------------------------------------------------------


def test_an_exchange_waits_for_money_and_books_what_differs(rich: tuple[Books, int, int]) -> None:
    books, customer, account = rich
    branch, request = books.storage.branch, books.held(customer, account, 2)
    with pytest.raises(ValueError, match="money_moving"):
        branch.begin_exchange()
    books.ledger.settle(request, Outcome.SUSPENDED, CashFate.UNKNOWN)
    with pytest.raises(ValueError, match="not_in_exchange"):
        branch.end_exchange(fresh_id(), hundreds(5), Money(0))
    branch.begin_exchange()
    assert books.ledger.hold(books.withdrawal(customer, account, 1)).reason == "cash_not_available"
    counted = sum(unit.denomination * unit.count for unit in books.ledger.cash_units())
    branch.end_exchange(fresh_id(), hundreds(5), Money(counted))
    assert [unit.count for unit in books.ledger.cash_units()] == [0, 0, 5]
    # The 200 rupees in suspense were not found: they are a difference now, and staff may still settle them.
    branch.resolve_suspense(fresh_id(), request, taken=True)
    assert books.balance(customer, account) == (800, 800)
    assert branch.cut_off(fresh_id()).cash_difference == 0


@pytest.mark.parametrize(("taken", "balance"), [(True, 800), (False, 1000)])
def test_suspense_is_resolved_once(rich: tuple[Books, int, int], taken: bool, balance: int) -> None:
    books, customer, account = rich
    request = books.held(customer, account, 2)
    with pytest.raises(ValueError, match="not_suspended"):
        books.storage.branch.resolve_suspense(fresh_id(), request, taken=taken)
    books.ledger.settle(request, Outcome.SUSPENDED, CashFate.UNKNOWN)
    resolution = fresh_id()
    first = books.storage.branch.resolve_suspense(resolution, request, taken=taken)
    assert books.storage.branch.resolve_suspense(resolution, request, taken=taken) == first
    with pytest.raises(ValueError, match="not_suspended"):
        books.storage.branch.resolve_suspense(fresh_id(), request, taken=taken)
    assert books.balance(customer, account) == (balance, balance)


@pytest.mark.parametrize(("taken", "balance"), [(True, 1000), (False, 2000)])
@pytest.mark.parametrize("exchanged", [False, True], ids=["before an exchange", "after an exchange"])
def test_a_suspended_deposit_is_the_customers_when_the_notes_are_found(
    rich: tuple[Books, int, int], exchanged: bool, taken: bool, balance: int
) -> None:
    books, customer, account = rich
    branch, request = books.storage.branch, fresh_id()
    books.ledger.hold_deposit(deposit(customer, account, 2, request))
    books.ledger.settle(request, Outcome.SUSPENDED, CashFate.UNKNOWN)
    if exchanged:
        branch.begin_exchange()
        counted = sum(unit.denomination * unit.count for unit in books.ledger.cash_units())
        branch.end_exchange(fresh_id(), hundreds(5), Money(counted + (0 if taken else 1000_00)))
    resolution = fresh_id()
    first = branch.resolve_suspense(resolution, request, taken=taken)
    assert bool(first) is not taken, "notes the customer got back move nothing"
    assert branch.resolve_suspense(resolution, request, taken=taken) == first
    assert books.balance(customer, account) == (balance, balance)
    kept = 0 if taken or exchanged else 2
    assert sum(notes.count for notes in books.ledger.cash_in()) == kept
    with pytest.raises(ValueError, match="not_suspended"):
        branch.resolve_suspense(fresh_id(), request, taken=taken)
    assert branch.cut_off(fresh_id()).cash_difference == 0


def test_a_reversal_takes_what_is_there_once(rich: tuple[Books, int, int]) -> None:
    books, customer, account = rich
    other = books.customer("Dele Siddi")
    to = books.account(other, 0)
    paid = books.ledger.transfer(transfer(customer, account, 300, to=to))
    books.held(other, to, 1)
    books.storage.branch.reverse(fresh_id(), paid.journal_id)
    assert books.balance(customer, account) == (1000, 1000)
    assert books.balance(other, to) == (100, 0)
    with pytest.raises(ValueError, match="reversed_already"):
        books.storage.branch.reverse(fresh_id(), paid.journal_id)


# --- statements ------------------------------------------------------------------------------------------------------


def test_statements_lie_between_two_moments(rich: tuple[Books, int, int]) -> None:
    books, _, account = rich
    everything = books.ledger.statement_between(
        account, datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    )
    assert [line.kind for line in everything] == ["branch_deposit"]
    later = books.ledger.statement_between(account, datetime(2099, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    assert later == ()
