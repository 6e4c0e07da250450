"""Notes paid in, exchanges, cut-offs, limits and suspended money on a real server."""

from __future__ import annotations

from typing import Any

import pytest

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, NoteCount, NotesOfValue
from atm_app.config import LimitSettings, MovementLimit
from atm_app.stores import Outcome, RequestRefused
from db.folder import DataFolder
from tests.db.bank import CASSETTES, Bank, ask, fresh_id

HELD, POSTED, VOIDED, SUSPENDED, REFUSED = (
    Outcome.HELD, Outcome.POSTED, Outcome.VOIDED, Outcome.SUSPENDED, Outcome.REFUSED,
)  # fmt: skip
LOADED = tuple(NoteCount(position, major * 100, count) for position, (major, count) in enumerate(CASSETTES, 1))
WORTH = Money.of_major(sum(major * count for major, count in CASSETTES))


def cash_in(bank: Bank) -> int:
    """Whole rupees the books have in the deposit box."""
    return sum(note.denomination * note.count for note in bank.ledger.cash_in()) // 100


# --- at the counter --------------------------------------------------------------------------------------------------


def test_what_is_paid_out_at_the_counter_leaves_the_account_once(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    request, branch = fresh_id(), bank.storage.branch
    for _ in range(2):
        branch.pay_out(request, account, Money.of_major(400))
    assert bank.balance(customer, account) == (600, 600)
    (line, _) = bank.ledger.statement(account, 5)
    assert (line.kind, line.amount) == ("branch_payout", Money.of_major(-400))
    bank.check_books()


def test_no_more_is_paid_out_than_is_there_and_not_held(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    bank.held(customer, account, 3)
    with pytest.raises(RequestRefused, match="insufficient_funds"):
        bank.storage.branch.pay_out(fresh_id(), account, Money.of_major(701))
    bank.storage.branch.pay_out(fresh_id(), account, Money.of_major(700))
    assert bank.balance(customer, account) == (300, 0)
    with pytest.raises(RequestRefused, match="no_such_account"):
        bank.storage.branch.pay_out(fresh_id(), 10**9, Money.of_major(1))
    with pytest.raises(Exception, match="only a positive amount"):
        bank.storage.branch.pay_out(fresh_id(), account, Money(0))
    assert bank.storage.ledger.trial_balance().balanced


# --- deposits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "fate", "balance", "kept"), [
    (POSTED, CashFate.STORED, 1400, 400), (VOIDED, CashFate.RETURNED, 1000, 0), (SUSPENDED, CashFate.UNKNOWN, 1000, 0),
])  # fmt: skip
def test_a_deposit_is_booked_when_its_notes_were_kept(
    rich: tuple[Bank, int, int], outcome: Outcome, fate: CashFate, balance: int, kept: int
) -> None:
    bank, customer, account = rich
    deposit = bank.deposit(customer, account, 4)
    assert bank.ledger.hold_deposit(deposit).outcome is HELD
    assert bank.balance(customer, account) == (1000, 1000), "nothing moves before the notes are kept"
    movement = bank.ledger.settle(deposit.request_id, outcome, fate)
    assert (movement.outcome, movement.reason) == (outcome, "")
    assert (bank.balance(customer, account), cash_in(bank)) == ((balance, balance), kept)
    again = bank.ledger.settle(deposit.request_id, outcome, fate)
    assert (again.outcome, again.journal_id) == (outcome, movement.journal_id)
    assert bank.balance(customer, account) == (balance, balance)


REFUSALS: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing": ("not_positive", {"amount": Money(0), "notes": ()}),
    "less than was counted": ("notes_do_not_add_up", {"amount": Money.of_major(300)}),
    "no notes": ("notes_do_not_add_up", {"notes": ()}),
    "negative notes": ("notes_do_not_add_up", {"notes": (NotesOfValue(500_00, 1), NotesOfValue(100_00, -1))}),
    "another currency": ("other_currency", {"amount": Money(400_00, "EUR")}),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_deposit_is_refused_before_its_notes_are_kept(rich: tuple[Bank, int, int], what: str) -> None:
    bank, customer, account = rich
    reason, changes = REFUSALS[what]
    movement = bank.ledger.hold_deposit(bank.deposit(customer, account, 4, **changes))
    assert (movement.outcome, movement.reason) == (REFUSED, reason)


def test_notes_kept_for_an_account_closed_meanwhile_wait_in_suspense(rich: tuple[Bank, int, int], admin: Any) -> None:
    bank, customer, account = rich
    deposit = bank.deposit(customer, account, 4)
    bank.ledger.hold_deposit(deposit)
    ask(admin, "UPDATE account SET status = 'closed' WHERE id = %s", (account,))
    movement = bank.ledger.settle(deposit.request_id, POSTED, CashFate.STORED)
    assert (movement.outcome, movement.reason) == (POSTED, "account_not_open")
    held = ask(admin, "SELECT balance FROM account WHERE number = %s", (f"SUSPENSE-{bank.terminal}-INR",))
    assert (held, cash_in(bank)) == ([(400_00,)], 400)


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def narrow(folder: DataFolder, bank: Bank) -> Any:
    """A terminal whose policy allows 300 at a time, 500 a day, two at once and then one in ten minutes."""
    rule = MovementLimit(per_transaction=300, per_day=500, burst=2, period=1200)
    made = Bank(folder, limits=LimitSettings(withdrawal=rule))
    yield made
    made.check_books()
    made.close()
    Bank(folder).close()  # policies are shared: wide again for the tests that follow


def hold(bank: Bank, customer: int, account: int, notes: int) -> tuple[Outcome, str, bytes]:
    asked = bank.withdrawal(customer, account, notes)
    movement = bank.ledger.hold(asked)
    return movement.outcome, movement.reason, asked.request_id


def test_limits_are_met_by_holds_and_given_back_by_voids(narrow: Bank) -> None:
    customer = narrow.customer()
    account = narrow.account(customer, 10_000)
    assert hold(narrow, customer, account, 4)[:2] == (REFUSED, "over_transaction_limit")
    outcome, _, first = hold(narrow, customer, account, 3)
    assert outcome is HELD
    assert hold(narrow, customer, account, 3)[:2] == (REFUSED, "over_daily_limit"), "an open hold counts"
    narrow.ledger.settle(first, VOIDED, CashFate.NOT_DISPENSED)
    assert hold(narrow, customer, account, 3)[0] is HELD
    assert hold(narrow, customer, account, 1)[:2] == (REFUSED, "too_often"), "a voided one was a try all the same"
    allowance = next(a for a in narrow.ledger.allowances(customer, "cardless") if a.kind is LimitKind.WITHDRAWAL)
    assert (allowance.used, allowance.left) == (Money.of_major(300), Money.of_major(200))


def test_another_customer_has_limits_of_their_own(narrow: Bank) -> None:
    for _ in range(2):
        customer = narrow.customer()
        assert hold(narrow, customer, narrow.account(customer, 1000), 3)[0] is HELD


def test_a_day_that_is_over_no_longer_counts_and_one_to_come_is_refused(narrow: Bank, admin: Any) -> None:
    customer = narrow.customer()
    account = narrow.account(customer, 10_000)
    hold(narrow, customer, account, 3)
    shift = "UPDATE limit_use SET day = TIMESTAMPADD(DAY, %s, day), earliest_next = NULL WHERE customer_id = %s"
    ask(admin, shift, (-1, customer))
    assert hold(narrow, customer, account, 3)[0] is HELD
    ask(admin, shift, (2, customer))
    assert hold(narrow, customer, account, 1)[:2] == (REFUSED, "clock_went_back")


def test_a_customers_own_limit_narrows_and_never_widens(narrow: Bank) -> None:
    customer = narrow.customer()
    account = narrow.account(customer, 10_000)
    ledger = narrow.ledger
    ledger.set_own_limit(customer, LimitKind.WITHDRAWAL, Money.of_major(100), Money.of_major(200), bytes(16))
    assert hold(narrow, customer, account, 2)[:2] == (REFUSED, "over_transaction_limit")
    ledger.set_own_limit(customer, LimitKind.WITHDRAWAL, Money.of_major(5000), Money.of_major(5000), bytes(16))
    assert hold(narrow, customer, account, 4)[:2] == (REFUSED, "over_transaction_limit")


def test_a_policy_without_a_rule_moves_nothing(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    asked = bank.transfer(customer, account, bank.account(bank.customer()), 1)
    unknown = type(asked)(**{**asked.__dict__, "policy": "nobody-set-this"})
    movement = bank.ledger.transfer(unknown)
    assert (movement.outcome, movement.reason) == (REFUSED, "not_offered")


# --- exchange and cut-off --------------------------------------------------------------------------------------------


def test_an_exchange_blocks_cash_and_settles_what_was_counted(rich: tuple[Bank, int, int], admin: Any) -> None:
    bank, customer, account = rich
    branch = bank.storage.branch
    bank.ledger.settle(bank.held(customer, account, 2), POSTED, CashFate.TAKEN)
    branch.begin_exchange()
    assert bank.ledger.hold(bank.withdrawal(customer, account)).reason == "cash_not_available"
    assert bank.ledger.hold_deposit(bank.deposit(customer, account, 1)).reason == "cash_not_available"
    found = WORTH - Money.of_major(200) - Money.of_major(100)  # a hundred is missing
    request = fresh_id()
    branch.end_exchange(request, LOADED, found)
    branch.end_exchange(request, LOADED, found)
    difference = ask(admin, "SELECT balance FROM account WHERE number = %s", (f"DIFFERENCES-{bank.terminal}-INR",))
    assert difference == [(-100_00,)]
    assert {unit.position: unit.count for unit in bank.ledger.cash_units()} == {n.position: n.count for n in LOADED}
    bank.held(customer, account)
    with pytest.raises(ValueError, match="money_moving"):
        branch.begin_exchange()
    with pytest.raises(ValueError, match="not_in_exchange"):
        branch.end_exchange(fresh_id(), LOADED, found)


@pytest.mark.parametrize("exchanged", [False, True], ids=["before an exchange", "after an exchange"])
@pytest.mark.parametrize("taken", [False, True], ids=["found in the machine", "taken by the customer"])
def test_suspended_money_goes_where_staff_found_the_notes(
    rich: tuple[Bank, int, int], admin: Any, exchanged: bool, taken: bool
) -> None:
    bank, customer, account = rich
    branch = bank.storage.branch
    request = bank.held(customer, account, 3)
    bank.ledger.settle(request, SUSPENDED, CashFate.UNKNOWN)
    if exchanged:
        branch.begin_exchange()
        branch.end_exchange(fresh_id(), LOADED, WORTH if not taken else WORTH - Money.of_major(300))
        bank.check_books()
    branch.resolve_suspense(fresh_id(), request, taken=taken)
    with pytest.raises(ValueError, match="not_suspended"):
        branch.resolve_suspense(fresh_id(), request, taken=taken)
    again = bank.ledger.settle(request, SUSPENDED, CashFate.UNKNOWN)
    assert again.outcome is SUSPENDED, "a terminal whose answer was lost asks again and disputes nothing"
    assert bank.balance(customer, account)[0] == (700 if taken else 1000)
    for name in ("SUSPENSE", "DIFFERENCES"):
        assert ask(admin, "SELECT balance FROM account WHERE number = %s", (f"{name}-{bank.terminal}-INR",)) == [(0,)]


def test_a_cut_off_writes_the_period_down_and_begins_the_next(rich: tuple[Bank, int, int]) -> None:
    bank, customer, account = rich
    branch = bank.storage.branch
    bank.ledger.settle(bank.held(customer, account, 2), POSTED, CashFate.TAKEN)
    request = fresh_id()
    day = branch.cut_off(request)
    totals = {total.kind: (total.count, total.amount) for total in day.totals}
    assert totals["withdrawal"] == (1, 200_00)
    assert totals["branch_deposit"] == (1, 1000_00)
    assert totals["cash_load"] == (len(CASSETTES), WORTH.minor)
    assert (day.period, day.cash_difference) == (1, 0)
    assert {unit.position: unit.presented for unit in day.cash_units}[3] == 2
    assert branch.cut_off(request) == day, "a repeat answers the same and ends nothing more"
    bank.ledger.settle(bank.held(customer, account, 1), POSTED, CashFate.TAKEN)
    after = branch.cut_off(fresh_id())
    assert (after.period, [total.kind for total in after.totals]) == (2, ["withdrawal"])
    assert [ended.day.period for ended in bank.storage.periods.ended(5)] == [2, 1]


def test_the_chart_of_accounts_comes_to_zero(rich: tuple[Bank, int, int]) -> None:
    lines = rich[0].storage.branch.chart()
    assert sum(line.balance.minor for line in lines if line.balance.currency == "INR") == 0
    assert {"asset", "liability"} <= {line.class_ for line in lines}
