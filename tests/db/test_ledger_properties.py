"""Any sequence of movements by several terminals leaves the books balanced."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome, Withdrawal
from tests.db.bank import (
    Bank,
    fresh_id,
)

POSTED, VOIDED, SUSPENDED, REFUSED, HELD = (
    Outcome.POSTED, Outcome.VOIDED, Outcome.SUSPENDED, Outcome.REFUSED, Outcome.HELD,
)  # fmt: skip

HELD_REQUESTS = st.integers(min_value=0)


class Books(RuleBasedStateMachine):
    """Several terminals do whatever comes; a model beside them knows what every account must show."""

    bank: Bank
    terminals: list[Bank]
    requests: Bundle[Withdrawal] = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.customer = self.bank.customer()
        self.served_at = self.bank
        self.accounts = [self.bank.account(self.customer) for _ in range(2)]
        self.balances = dict.fromkeys(self.accounts, 0)
        self.holds: dict[bytes, tuple[Outcome, Withdrawal]] = {}
        self.at: dict[bytes, int] = {}
        self.deposits: list[tuple[bytes, int, int]] = []

    @initialize(target=requests)
    def nothing_asked_yet(self) -> Any:
        return multiple()

    def available(self, account: int) -> int:
        held = sum(
            asked.amount.minor
            for outcome, asked in self.holds.values()
            if outcome is HELD and asked.account_id == account
        )
        return self.balances[account] - held

    def go_to(self, terminal: Bank) -> None:
        """The customer ends their visit, and begins one there."""
        self.served_at.dismiss(self.customer)
        terminal.serve(self.customer)
        self.served_at = terminal

    @rule(which=st.integers(0, 1), major=st.integers(1, 900))
    def deposit(self, which: int, major: int) -> None:
        account, request = self.accounts[which], fresh_id()
        self.bank.storage.branch.deposit(request, account, Money.of_major(major))
        self.balances[account] += major * 100
        self.deposits.append((request, account, major))

    @rule(data=st.data())
    def repeat_a_deposit(self, data: st.DataObject) -> None:
        if self.deposits:
            request, account, major = data.draw(st.sampled_from(self.deposits))
            self.bank.storage.branch.deposit(request, account, Money.of_major(major))

    @rule(target=requests, terminal=st.integers(0, 2), which=st.integers(0, 1), notes=st.integers(0, 9))
    def hold(self, terminal: int, which: int, notes: int) -> Withdrawal:
        self.go_to(self.terminals[terminal])
        asked = self.bank.withdrawal(self.customer, self.accounts[which], notes)
        self.at[asked.request_id] = terminal
        possible = 0 < asked.amount.minor <= self.available(asked.account_id)
        outcome = self.terminals[terminal].ledger.hold(asked).outcome
        assert outcome is (HELD if possible else REFUSED)
        self.holds[asked.request_id] = (outcome, asked)
        return asked

    @rule(asked=requests)
    def repeat_a_hold(self, asked: Withdrawal) -> None:
        first = self.holds[asked.request_id][0]
        again = self.terminals[self.at[asked.request_id]].ledger.hold(asked).outcome
        assert again is (REFUSED if first is REFUSED else HELD)

    @rule(asked=requests, outcome=st.sampled_from([POSTED, VOIDED, SUSPENDED]))
    def settle(self, asked: Withdrawal, outcome: Outcome) -> None:
        before = self.holds[asked.request_id][0]
        fate = {POSTED: CashFate.TAKEN, VOIDED: CashFate.RETRACTED, SUSPENDED: CashFate.UNKNOWN}[outcome]
        movement = self.terminals[self.at[asked.request_id]].ledger.settle(asked.request_id, outcome, fate)
        if before is REFUSED:
            assert movement.outcome is (VOIDED if outcome is VOIDED else REFUSED)
        elif before is HELD:
            assert movement.outcome is outcome
            self.holds[asked.request_id] = (outcome, asked)
            if outcome is not VOIDED:
                self.balances[asked.account_id] -= asked.amount.minor
        else:
            assert movement.outcome is (outcome if outcome is before else REFUSED)

    @rule(asked=requests, terminal=st.integers(0, 2))
    def settle_at_another_terminal(self, asked: Withdrawal, terminal: int) -> None:
        if terminal != self.at[asked.request_id] and self.holds[asked.request_id][0] is HELD:
            movement = self.terminals[terminal].ledger.settle(asked.request_id, POSTED, CashFate.TAKEN)
            assert movement.outcome is REFUSED

    @invariant()
    def the_books_agree(self) -> None:
        trial = self.bank.ledger.trial_balance()
        assert trial.balanced, trial
        seen = {row.account_id: (row.balance.minor, row.available.minor)
                for row in self.bank.ledger.accounts(self.customer)}  # fmt: skip
        assert seen == {account: (self.balances[account], self.available(account)) for account in self.accounts}
        assert all(available >= 0 for _, available in seen.values())


def test_any_sequence_of_movements_leaves_the_books_balanced(bank: Bank) -> None:
    Books.bank = bank
    Books.terminals = [Bank(bank.folder, ((2000, 50), (500, 100), (100, 30_000))) for _ in range(3)]
    before = {index: made.counter("initial") for index, made in enumerate(Books.terminals)}
    try:
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(
            Books,
            settings=settings(
                max_examples=10, stateful_step_count=30, deadline=None, database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
        assert {index: made.counter("initial") for index, made in enumerate(Books.terminals)} == before
        bank.check_books()
    finally:
        for made in Books.terminals:
            made.close()
