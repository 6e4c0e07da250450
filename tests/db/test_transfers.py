"""Transfers and payments on a real server: what is posted, what is refused and why, and that it happens once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from atm_app.banking.payees import Biller
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome, Transfer
from tests.db.bank import Bank, ask, fresh_id, together

POSTED, REFUSED, VOIDED = Outcome.POSTED, Outcome.REFUSED, Outcome.VOIDED
POWER = Biller("TEST-POWER", "Test Power", "electricity", "^[0-9]{6}$", Money.of_major(10), Money.of_major(500))
MOBILE = Biller("TEST-TEL", "Test Tel", "mobile", "^[6-9][0-9]{9}$", Money.of_major(10), Money.of_major(500))


class Pair:
    """Two customers of one bank: the payer with 1,000 rupees and an empty wallet, the payee with nothing."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.payer, self.payee = (
            bank.customer("Asha Rao"),
            bank.customer("Binod Kumar Thapa", phone=f"+91 {fresh_id().hex()}"),
        )
        self.account, self.wallet = bank.account(self.payer, 1000), bank.account(self.payer)
        self.to = bank.account(self.payee)

    def asked(self, major: int = 300, to: int | None = None, **changes: Any) -> Transfer:
        return self.bank.transfer(self.payer, self.account, self.to if to is None else to, major, **changes)

    def bill(self, major: int = 300, biller: Biller = POWER, reference: str = "123456") -> Transfer:
        return self.bank.transfer(self.payer, self.account, None, major, biller=biller.code, reference=reference)

    @property
    def balances(self) -> tuple[int, int]:
        """(payer's, payee's), whole rupees."""
        return self.bank.balance(self.payer, self.account)[0], self.bank.balance(self.payee, self.to)[0]


@pytest.fixture
def pair(own_bank: Bank) -> Pair:
    for biller in (POWER, MOBILE):
        own_bank.storage.branch.set_up_biller(biller)
    return Pair(own_bank)


def test_a_transfer_moves_the_amount_and_both_sides_read_it(pair: Pair) -> None:
    movement = pair.bank.ledger.transfer(pair.asked(300, description="Rent"))
    assert (movement.outcome, movement.reason, movement.balance) == (POSTED, "", Money.of_major(700))
    assert pair.balances == (700, 300)
    (sent,), (received,) = (pair.bank.ledger.statement(account, 1) for account in (pair.account, pair.to))
    assert (sent.kind, sent.amount, sent.balance_after) == ("transfer", Money.of_major(-300), Money.of_major(700))
    assert (received.amount, received.balance_after) == (Money.of_major(300), Money.of_major(300))
    assert sent.description == received.description == "Rent"
    assert sent.counterparty.startswith("••••")
    assert received.counterparty != sent.counterparty


def test_a_wallet_starts_at_zero_and_is_filled_from_ones_own_account(pair: Pair) -> None:
    assert pair.bank.balance(pair.payer, pair.wallet) == (0, 0)
    assert pair.bank.ledger.transfer(pair.asked(400, to=pair.wallet)).outcome is POSTED
    assert pair.bank.balance(pair.payer, pair.wallet) == (400, 400)
    allowances = {allowance.kind: allowance for allowance in pair.bank.ledger.allowances(pair.payer, "cardless")}
    assert allowances[LimitKind.TRANSFER].used == Money(0), "one's own money is not limited"


def test_a_bill_and_a_top_up_are_payments_to_the_billers_account(pair: Pair) -> None:
    assert pair.bank.ledger.transfer(pair.bill()).outcome is POSTED
    assert pair.bank.ledger.transfer(pair.bill(50, MOBILE, "9820011111")).outcome is POSTED
    top_up, bill = pair.bank.ledger.statement(pair.account, 2)
    assert (bill.kind, bill.counterparty, bill.reference) == ("payment", "Test Power", "123456")
    assert (top_up.kind, top_up.counterparty, top_up.reference) == ("top_up", "Test Tel", "9820011111")


def test_a_fee_goes_to_the_banks_income_and_counts_against_the_balance(pair: Pair, admin: Any) -> None:
    branch = pair.bank.storage.branch
    branch.set_fee(LimitKind.TRANSFER, Money.of_major(5))
    try:
        assert pair.bank.ledger.fee(LimitKind.TRANSFER) == Money.of_major(5)
        refused = pair.bank.ledger.transfer(pair.asked(996))
        assert (refused.outcome, refused.reason) == (REFUSED, "insufficient_funds")
        movement = pair.bank.ledger.transfer(pair.asked(995))
        assert movement.balance == Money(0)
        assert pair.balances == (0, 995)
        fee = ask(admin, "SELECT amount FROM posting WHERE journal_id = %s AND line = 3", (movement.journal_id,))
        assert fee == [(500,)]
    finally:
        branch.set_fee(LimitKind.TRANSFER, Money(0))


# --- refusals --------------------------------------------------------------------------------------------------------


def _frozen(pair: Pair, admin: Any, table: str, row: int, status: str) -> None:
    statements = {
        "customer": "UPDATE customer SET status = %s WHERE id = %s",
        "account": "UPDATE account SET status = %s WHERE id = %s",
    }
    ask(admin, statements[table], (status, row))


REFUSALS: dict[str, tuple[str, Callable[[Pair], Transfer]]] = {
    "nothing": ("not_positive", lambda pair: pair.asked(0)),
    "a negative amount": ("not_positive", lambda pair: pair.asked(-300)),
    "to the same account": ("same_account", lambda pair: pair.asked(to=pair.account)),
    "more than there is": ("insufficient_funds", lambda pair: pair.asked(1001)),
    "to nobody": ("payee_not_open", lambda pair: pair.asked(to=999_999_999)),
    "another currency": ("other_currency", lambda pair: pair.asked(amount=Money(300_00, "EUR"))),
    "from somebody else's account": (
        "no_such_account", lambda pair: pair.bank.transfer(pair.payee, pair.account, pair.to, 1)),
    "to a biller nobody knows": ("payee_not_open", lambda pair: pair.bank.transfer(
        pair.payer, pair.account, None, 1, biller="NOBODY")),
    "a number the biller does not have": ("reference_not_valid", lambda pair: pair.bill(reference="12345")),
    "a number with more behind it": ("reference_not_valid", lambda pair: pair.bill(reference="123456; DROP TABLE x")),
    "less than the biller takes": ("amount_not_accepted", lambda pair: pair.bill(9)),
    "more than the biller takes": ("amount_not_accepted", lambda pair: pair.bill(501)),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSALS)
def test_a_transfer_is_refused_with_its_reason_and_changes_nothing(pair: Pair, what: str) -> None:
    reason, asked = REFUSALS[what]
    movement = pair.bank.ledger.transfer(asked(pair))
    assert (movement.outcome, movement.reason, movement.journal_id) == (REFUSED, reason, 0)
    assert pair.balances == (1000, 0)


@pytest.mark.parametrize(("side", "table", "status", "reason"), [
    ("payer", "account", "frozen", "account_not_open"), ("payer", "customer", "frozen", "account_not_open"),
    ("payee", "account", "closed", "payee_not_open"), ("payee", "account", "frozen", "payee_not_open"),
    ("payee", "customer", "frozen", "payee_not_open"),
])  # fmt: skip
@pytest.mark.parametrize("turned", [False, True], ids=["payer first", "payee first"])
def test_neither_a_frozen_nor_a_closed_side_moves_money(
    pair: Pair, admin: Any, side: str, table: str, status: str, reason: str, turned: bool
) -> None:
    """In both orders of the rows, because the one with the lower number is written first."""
    if turned:
        pair.payer, pair.payee, pair.account, pair.to = pair.payee, pair.payer, pair.to, pair.account
        pair.bank.storage.branch.deposit(fresh_id(), pair.account, Money.of_major(1000))
    before = pair.balances
    customer, account = (pair.payer, pair.account) if side == "payer" else (pair.payee, pair.to)
    _frozen(pair, admin, table, customer if table == "customer" else account, status)
    movement = pair.bank.ledger.transfer(pair.asked())
    _frozen(
        pair, admin, table, customer if table == "customer" else account, "active" if table == "customer" else "open"
    )
    assert (movement.outcome, movement.reason) == (REFUSED, reason)
    assert pair.balances == before


# --- once ------------------------------------------------------------------------------------------------------------


def test_a_repeat_answers_what_was_booked_and_moves_nothing_more(pair: Pair) -> None:
    asked = pair.asked()
    first = pair.bank.ledger.transfer(asked)
    again = pair.bank.ledger.transfer(asked)
    assert (again.outcome, again.journal_id) == (POSTED, first.journal_id)
    assert pair.balances == (700, 300)


@pytest.mark.parametrize("change", [{"amount": Money.of_major(301)}, {"description": "x"}, {"reference": "1"}])
def test_a_repeat_with_other_content_is_refused(pair: Pair, change: dict[str, Any]) -> None:
    asked = pair.asked()
    pair.bank.ledger.transfer(asked)
    movement = pair.bank.ledger.transfer(pair.asked(**{"request_id": asked.request_id, **change}))
    assert (movement.outcome, movement.reason) == (REFUSED, "other_payload")
    assert pair.balances == (700, 300)


def test_the_same_request_twice_at_once_is_booked_once(pair: Pair) -> None:
    asked = pair.asked()
    second = Bank(pair.bank.folder)
    first, again = together([lambda: pair.bank.ledger.transfer(asked), lambda: _as(pair, second).transfer(asked)])
    second.close()
    assert {first.outcome, again.outcome} == {POSTED}
    assert first.journal_id == again.journal_id
    assert pair.balances == (700, 300)


def _as(pair: Pair, other: Bank) -> Any:
    """The first terminal's books over a second connection."""
    from db.ledger import LedgerRows

    return LedgerRows(other.storage.kiosk, pair.bank.terminal, f"{pair.bank.terminal}/kiosk", "INR")


def test_two_who_pay_each_other_at_once_both_succeed(pair: Pair) -> None:
    pair.bank.storage.branch.deposit(fresh_id(), pair.to, Money.of_major(1000))
    second = Bank(pair.bank.folder)
    back = pair.bank.transfer(pair.payee, pair.to, pair.account, 1)

    def pay(ledger: Any, asked: Callable[[], Transfer]) -> Callable[[], bool]:
        return lambda: all(ledger.transfer(asked()).outcome is POSTED for _ in range(20))

    assert all(together([
        pay(pair.bank.ledger, lambda: pair.asked(1)),
        pay(_as(pair, second), lambda: pair.bank.transfer(back.customer_id, back.account_id, pair.account, 1)),
    ]))  # fmt: skip
    second.close()
    assert pair.balances == (1000, 1000)


def test_recovery_learns_that_a_transfer_was_booked(pair: Pair) -> None:
    asked = pair.asked()
    booked = pair.bank.ledger.transfer(asked)
    found = pair.bank.ledger.settle(asked.request_id, VOIDED, CashFate.NOT_DISPENSED)
    assert (found.outcome, found.journal_id) == (POSTED, booked.journal_id)


def test_after_recovery_a_transfer_that_was_never_booked_never_will_be(pair: Pair) -> None:
    asked = pair.asked()
    assert pair.bank.ledger.settle(asked.request_id, VOIDED, CashFate.NOT_DISPENSED).outcome is VOIDED
    movement = pair.bank.ledger.transfer(asked)
    assert (movement.outcome, movement.reason) == (REFUSED, "other_payload")
    assert pair.balances == (1000, 0)


# --- taking back -----------------------------------------------------------------------------------------------------


def test_a_reversal_gives_everything_back_once(pair: Pair) -> None:
    journal = pair.bank.ledger.transfer(pair.asked()).journal_id
    request = fresh_id()
    taken_back = pair.bank.storage.branch.reverse(request, journal)
    assert pair.bank.storage.branch.reverse(request, journal) == taken_back
    with pytest.raises(ValueError, match="reversed_already"):
        pair.bank.storage.branch.reverse(fresh_id(), journal)
    with pytest.raises(ValueError, match="not_reversible"):
        pair.bank.storage.branch.reverse(fresh_id(), taken_back)
    assert pair.balances == (1000, 0)


def test_a_reversal_the_payee_can_no_longer_pay_is_owed_to_the_bank(pair: Pair, admin: Any) -> None:
    owed = ask(admin, "SELECT balance FROM account WHERE number = 'REVERSALS-INR'")[0][0]
    journal = pair.bank.ledger.transfer(pair.asked(300)).journal_id
    pair.bank.ledger.transfer(pair.bank.transfer(pair.payee, pair.to, pair.account, 200))
    pair.bank.storage.branch.reverse(fresh_id(), journal)
    assert pair.balances == (1200, 0)
    assert ask(admin, "SELECT balance FROM account WHERE number = 'REVERSALS-INR'")[0][0] == owed - 200_00


# --- whom to pay -----------------------------------------------------------------------------------------------------


def test_a_payee_is_found_by_account_and_by_mobile_number_under_a_shortened_name(pair: Pair, admin: Any) -> None:
    payees = pair.bank.storage.payees
    (number,) = ask(admin, "SELECT number FROM account WHERE id = %s", (pair.to,))[0]
    by_number = payees.by_number(number)
    assert by_number is not None
    assert (by_number.account_id, by_number.name) == (pair.to, "Binod T.")
    assert number not in repr(by_number)
    assert payees.by_number("0" * 11) is None
    customer = pair.bank.storage.customers.get(pair.payee)
    assert customer is not None
    assert payees.by_phone(customer.phone) == by_number
    assert payees.by_phone(customer.phone.replace(" ", "-")) == by_number, "only its digits count"
    shared = pair.bank.storage.customers.get(pair.payer)
    assert shared is not None
    pair.bank.account(pair.bank.customer("Chitra"))
    assert payees.by_phone(shared.phone) is None, "never a guess between two who share a number"


def test_a_saved_payee_is_the_customers_own_and_can_be_forgotten(pair: Pair, admin: Any) -> None:
    payees = pair.bank.storage.payees
    (number,) = ask(admin, "SELECT number FROM account WHERE id = %s", (pair.to,))[0]
    payee = payees.by_number(number)
    assert payee is not None
    payees.save(pair.payer, payee, "Landlord", bytes(16))
    payees.save(pair.payer, payee, "Binod", bytes(16))
    (saved,) = payees.saved(pair.payer)
    assert (saved.account_id, saved.label) == (pair.to, "Binod")
    assert payees.saved(pair.payee) == ()
    assert b"Binod" not in ask(admin, "SELECT sealed FROM payee WHERE customer_id = %s", (pair.payer,))[0][0]
    payees.forget(pair.payer, pair.to, bytes(16))
    assert payees.saved(pair.payer) == ()


def test_both_sides_are_owed_a_confirmation_until_it_was_sent(pair: Pair) -> None:
    confirmations = pair.bank.storage.confirmations
    pair.bank.ledger.transfer(pair.asked(300, description="Rent"))
    owed = {confirmation.customer_id: confirmation for confirmation in confirmations.owed(10)}
    assert set(owed) == {pair.payer, pair.payee}
    assert owed[pair.payee].line.amount == Money.of_major(300)
    confirmations.tried(owed[pair.payee].confirmation_id, sent=True, limit=2)
    confirmations.tried(owed[pair.payer].confirmation_id, sent=False, limit=2)
    assert [left.customer_id for left in confirmations.owed(10)] == [pair.payer]
    confirmations.tried(owed[pair.payer].confirmation_id, sent=False, limit=2)
    assert confirmations.owed(10) == ()
