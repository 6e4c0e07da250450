"""One mistake at a time in a procedure: a walk through the books must stumble over each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mysql.connector import errors

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome
from db.connection import SQL
from db.folder import DataFolder
from db.migrations import Definition, Migrator
from tests.db.bank import MONTH, POLICY, SESSION, Bank, administrator, fresh_id

POSTED, VOIDED, SUSPENDED, REFUSED, HELD = (
    Outcome.POSTED, Outcome.VOIDED, Outcome.SUSPENDED, Outcome.REFUSED, Outcome.HELD,
)  # fmt: skip
FEE = Money.of_major(3)
NARROW = LimitRule(Money.of_major(400), Money.of_major(900), 1000, 1)

UNASKED = "CALL renew_visit(p_customer, p_terminal, p_session, v_reason);"

# Procedure, what it says, what the mutant says.
MUTANTS = {
    "a debit that credits": (
        "settle_withdrawal", "balance = balance - IF(p_outcome", "balance = balance + IF(p_outcome"),
    "a withdrawal beyond the balance": ("hold_withdrawal", "AND balance - held >= p_amount", ""),
    "a withdrawal from somebody else's account": ("hold_withdrawal", "AND customer_id = p_customer", ""),
    "notes promised twice": ("hold_withdrawal", "- u.reserved >= n.count", ">= n.count"),
    "another payload taken for a repeat": ("hold_withdrawal", "r.payload = v_payload", "1 = 1"),
    "a refusal that keeps what it used": (
        "hold_withdrawal", "ROLLBACK TO SAVEPOINT before_money;", "SET v_reason = v_reason;"),
    "a hold settled by another terminal": ("settle_hold", "OR v_held_at <> p_terminal", ""),
    "a hold settled twice": ("settle_hold", "v_state <> 'held' OR ", ""),
    "a void that keeps the limit": ("give_back_limits", "u.amount - h.amount", "u.amount"),
    "no limit for one movement": ("use_limits", "IF p_amount > LEAST(", "IF 0 > LEAST("),
    "no limit for a day": ("use_limits", "+ p_amount <= v_daily", "+ p_amount >= 0"),
    "a fee nobody is charged": ("transfer", "-p_amount - v_fee", "-p_amount"),
    "a transfer to the same account": ("transfer", "p_to = p_account", "1 = 0"),
    "a transfer booked as refused": (
        "transfer", "outcome = IF(v_reason = '', 'posted', 'refused')", "outcome = 'refused'"),
    "a payee who gets nothing": (
        "move_between", "SET balance = balance + p_amount, version", "SET balance = balance, version"),
    "a transfer beyond the balance": ("move_between", "AND balance - held >= p_amount + p_fee", ""),
    "a deposit without cash": ("settle_deposit", "balance = balance - v_amount", "balance = balance"),
    "an exchange the wrong way round": ("end_exchange", "v_loaded - p_counted", "p_counted - v_loaded"),
    "a movement taken back twice": (
        "reverse_movement", "INSERT INTO reversal (journal_id, reverses) VALUES (v_journal, p_journal);", ""),
    "found notes still unknown": ("resolve_suspense", "u.unknown = u.unknown - n.count", "u.unknown = u.unknown"),
    "a found deposit nobody counts": (
        "resolve_suspense", "CALL count_cash_in(p_terminal, v_currency, v_notes)", "SET v_counted = 1"),
    "a found deposit of the customer's own": (
        "resolve_suspense", "'deposit_found', v_cash, v_account", "'deposit_found', v_account, v_cash"),
    "a visit at two machines": ("begin_visit", "(terminal = p_terminal OR expires_at <= UTC_TIMESTAMP(6))", "1 = 1"),
    "a visit of another session": ("renew_visit", "AND session = p_session", ""),
    "a visit at another machine": ("renew_visit", "AND terminal = p_terminal ", ""),
    "a visit that never runs out": ("renew_visit", "AND expires_at > UTC_TIMESTAMP(6)", ""),
    "a withdrawal without a visit": ("hold_withdrawal", UNASKED, "SET v_reason = '';"),
    "a deposit without a visit": ("hold_deposit", UNASKED, "SET v_reason = '';"),
    "a transfer without a visit": ("transfer", UNASKED, "SET v_reason = '';"),
    "a period that never ends": ("cut_off", "period = period + 1", "period = period"),
}  # fmt: skip


def walk(bank: Bank) -> None:
    """Every procedure that moves money, with what must come of it."""
    payer, payee = bank.customer("Asha Rao"), bank.customer("Binod Thapa")
    account, to = bank.account(payer, 1000), bank.account(payee, 1000)
    _visits(bank, payer, account, to)
    _withdraw(bank, payer, account, payee)
    _limits(bank)
    _transfer(bank, payer, account, payee, to)
    _deposit_and_exchange(bank, payer, account)


def _visits(bank: Bank, payer: int, account: int, to: int) -> None:
    neighbour = Bank(bank.folder)
    assert not neighbour.storage.visits.begin(payer, POLICY, SESSION, MONTH)
    assert neighbour.ledger.hold(neighbour.withdrawal(payer, account, 1)).reason == "visit_ended"
    neighbour.close()
    assert bank.storage.visits.begin(payer, POLICY, fresh_id(), MONTH)
    assert not bank.storage.visits.keep(payer, SESSION)
    bank.serve(payer)
    bank.dismiss(payer)
    for refused in (
        bank.ledger.hold(bank.withdrawal(payer, account, 1)), bank.ledger.hold_deposit(bank.deposit(payer, account, 1)),
        bank.ledger.transfer(bank.transfer(payer, account, to, 1)),
    ):  # fmt: skip
        assert refused.reason == "visit_ended"
    bank.serve(payer)


def _withdraw(bank: Bank, payer: int, account: int, payee: int) -> None:
    ledger = bank.ledger
    poor = bank.account(payer, 100)
    assert ledger.hold(bank.withdrawal(payer, poor, 2)).reason == "insufficient_funds"
    assert ledger.hold(bank.withdrawal(payee, account, 1)).reason == "no_such_account"
    asked = bank.withdrawal(payer, account, 2)
    assert ledger.hold(asked).outcome is HELD
    other = bank.withdrawal(payer, account, 3, request=asked.request_id)
    assert ledger.hold(other).reason == "other_payload"
    neighbour = Bank(bank.folder)
    assert neighbour.ledger.settle(asked.request_id, POSTED, CashFate.TAKEN).outcome is REFUSED
    neighbour.close()
    for _ in range(2):
        assert ledger.settle(asked.request_id, POSTED, CashFate.TAKEN).outcome is POSTED
        assert bank.balance(payer, account) == (800, 800)
    assert ledger.settle(asked.request_id, VOIDED, CashFate.RETRACTED).outcome is REFUSED
    bank.check_books()


def _limits(bank: Bank) -> None:
    bank.storage.branch.set_limit(POLICY, LimitKind.WITHDRAWAL, NARROW)
    rich = bank.customer("Chitra Sen")
    purse = bank.account(rich, 50_000)
    assert bank.ledger.hold(bank.withdrawal(rich, purse, 5)).reason == "over_transaction_limit"
    first = bank.held(rich, purse, 4)
    bank.ledger.settle(first, VOIDED, CashFate.NOT_DISPENSED)
    second, third = bank.held(rich, purse, 4), bank.held(rich, purse, 4)
    assert bank.ledger.hold(bank.withdrawal(rich, purse, 2)).reason == "over_daily_limit"
    for request in (second, third):
        bank.ledger.settle(request, VOIDED, CashFate.NOT_DISPENSED)
    bank.storage.branch.set_limit(POLICY, LimitKind.WITHDRAWAL, LimitRule(Money(10**12), Money(10**12), 1000, 1))
    all_hundreds = bank.counter("initial") - bank.counter("presented")
    held = bank.held(rich, purse, all_hundreds)
    assert bank.ledger.hold(bank.withdrawal(rich, purse, 1)).reason == "cash_not_available"
    assert bank.balance(rich, purse)[1] == 50_000 - 100 * all_hundreds, "the refused one holds nothing"
    bank.ledger.settle(held, VOIDED, CashFate.NOT_DISPENSED)
    bank.check_books()


def _transfer(bank: Bank, payer: int, account: int, payee: int, to: int) -> None:
    ledger, branch = bank.ledger, bank.storage.branch
    branch.set_fee(LimitKind.TRANSFER, FEE)
    assert ledger.transfer(bank.transfer(payer, account, account, 1)).reason == "same_account"
    assert ledger.transfer(bank.transfer(payer, account, to, 800)).reason == "insufficient_funds", "and the fee"
    asked = bank.transfer(payer, account, to, 100)
    for _ in range(2):
        assert ledger.transfer(asked).outcome is POSTED
        assert (bank.balance(payer, account)[0], bank.balance(payee, to)[0]) == (697, 1100)
    back = bank.transfer(payee, to, account, 100)
    assert ledger.transfer(back).outcome is POSTED
    assert (bank.balance(payer, account)[0], bank.balance(payee, to)[0]) == (797, 997)
    journal = ledger.transfer(back).journal_id
    branch.reverse(fresh_id(), journal)
    with pytest.raises(ValueError, match="reversed_already"):
        branch.reverse(fresh_id(), journal)
    assert (bank.balance(payer, account)[0], bank.balance(payee, to)[0]) == (697, 1100)
    bank.check_books()


def _deposit_and_exchange(bank: Bank, payer: int, account: int) -> None:
    ledger, branch = bank.ledger, bank.storage.branch
    deposit = bank.deposit(payer, account, 3)
    assert ledger.hold_deposit(deposit).outcome is HELD
    assert ledger.settle(deposit.request_id, POSTED, CashFate.STORED).outcome is POSTED
    assert bank.balance(payer, account)[0] == 997
    bank.check_books()
    lost = bank.held(payer, account, 1)
    ledger.settle(lost, SUSPENDED, CashFate.UNKNOWN)
    branch.resolve_suspense(fresh_id(), lost, taken=True)
    assert bank.counter("unknown") == 0
    stuck = bank.deposit(payer, account, 2)
    ledger.hold_deposit(stuck)
    ledger.settle(stuck.request_id, SUSPENDED, CashFate.UNKNOWN)
    branch.resolve_suspense(fresh_id(), stuck.request_id, taken=False)
    assert bank.balance(payer, account)[0] == 1097
    bank.check_books()
    branch.begin_exchange()
    branch.end_exchange(fresh_id(), (), Money.of_major(5))
    bank.check_books()
    first, second = branch.cut_off(fresh_id()), branch.cut_off(fresh_id())
    assert (first.period, second.period, first.cash_difference) == (1, 2, 0)


class Surgeon:
    """Replaces a procedure on the second server, and puts it back."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.keeper = Bank(folder)
        self._admin = administrator(folder)

    def put(self, procedure: str, old: str = "", new: str = "") -> None:
        sql = (SQL / "procedures" / f"{procedure}.sql").read_text()
        assert old in sql, f"{procedure} does not say {old!r}"
        grant = sql.partition("\n")[0].removeprefix("-- grant: ")
        roles = tuple(role.strip() for role in grant.split(",") if role.strip() != "none")
        migrator = Migrator(self._admin, self.keeper.storage.vault.database_password)
        migrator._replace(Definition(procedure, "procedure", sql.replace(old, new) if old else sql, roles))

    def close(self) -> None:
        self._admin.close()
        self.keeper.close()


@pytest.fixture(scope="module")
def surgeon(spare_folder: DataFolder) -> Iterator[Surgeon]:
    """The second server's database made anew, once: a walk leaves nothing that the next one minds."""
    admin = administrator(spare_folder, None)
    admin.cursor().execute("DROP DATABASE IF EXISTS atm")
    admin.close()
    made = Surgeon(spare_folder)
    yield made
    made.close()


def test_the_walk_itself_meets_no_obstacle(surgeon: Surgeon) -> None:
    bank = Bank(surgeon.folder)
    walk(bank)
    bank.close()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_in_a_procedure_is_stumbled_over(surgeon: Surgeon, name: str) -> None:
    procedure, old, new = MUTANTS[name]
    bank = Bank(surgeon.folder)
    surgeon.put(procedure, old, new)
    try:
        with pytest.raises((AssertionError, errors.Error, pytest.fail.Exception, ValueError)):
            walk(bank)
    finally:
        surgeon.put(procedure)
        bank.close()
