"""The fake and the real books walk through the same calls; every answer and everything that can be read is compared."""

from __future__ import annotations

import random
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.stores import Movement, Outcome
from tests.db.bank import MONTH, POLICY, SESSION, fresh_id
from tests.simulation.books import Books, FakeBooks, RealBooks, answer, deposit, transfer

OTHER_SESSION = b"o" * 16


class Walk:
    """One side of the comparison: the same chance leads it to the same calls."""

    def __init__(self, books: Books, seed: int) -> None:
        self.books = books
        self.chance = random.Random(seed)
        self.customers = [books.customer("Asha Rao"), books.customer("Dele Siddi")]
        self.accounts = [
            books.account(self.customers[index], major) for index, major in ((0, 3000), (0, 100), (1, 900))
        ]
        self.requests: list[bytes] = []
        self.journals = [0]
        self.noted = len(books.audit_rows())

    def step(self) -> tuple[Any, ...]:
        act = self.chance.choice(
            (self.hold, self.hold, self.deposit, self.transfer, self.settle, self.settle, self.staff, self.visit)
        )
        return (act.__name__, act(), self.state())

    def request(self) -> bytes:
        """A new one, or now and then one that was used before."""
        if self.requests and self.chance.random() < 0.15:
            return self.chance.choice(self.requests)
        self.requests.append(self.chance.randbytes(8) + fresh_id()[:8])
        return self.requests[-1]

    def who(self) -> tuple[int, int]:
        return self.chance.choice(self.customers), self.chance.choice(self.accounts)

    def hold(self) -> Any:
        (customer, account), notes, request = self.who(), self.chance.randint(0, 9), self.request()
        return self.answered(self.books.ledger.hold(self.books.withdrawal(customer, account, notes, request)))

    def deposit(self) -> Any:
        (customer, account), count, request = self.who(), self.chance.randint(0, 4), self.request()
        return self.answered(self.books.ledger.hold_deposit(deposit(customer, account, count, request)))

    def transfer(self) -> Any:
        (customer, account), major, request = self.who(), self.chance.randint(0, 1200), self.request()
        to = self.chance.choice(self.accounts)
        return self.answered(self.books.ledger.transfer(transfer(customer, account, major, request, to=to)))

    def settle(self) -> Any:
        request = self.chance.choice([*self.requests, self.request()])
        outcome, fate = self.chance.choice(
            (
                (Outcome.POSTED, CashFate.TAKEN),
                (Outcome.VOIDED, CashFate.RETRACTED),
                (Outcome.VOIDED, CashFate.REJECTED),
                (Outcome.SUSPENDED, CashFate.UNKNOWN),
            )
        )
        return self.answered(self.books.ledger.settle(request, outcome, fate))

    def visit(self) -> Any:
        """Begun, kept or ended: as the session the movements are asked for by, or as another one."""
        visits, customer = self.books.storage.visits, self.chance.choice(self.customers)
        session = self.chance.choice((SESSION, SESSION, OTHER_SESSION))
        act = self.chance.choice(
            (
                lambda: visits.begin(customer, POLICY, SESSION, MONTH),
                lambda: visits.begin(customer, POLICY, session, MONTH),
                lambda: visits.keep(customer, session),
                lambda: visits.end(customer, session),
            )
        )
        return act()

    def staff(self) -> Any:
        branch, request = self.books.storage.branch, self.request()
        journal, hold, taken = (
            self.chance.choice(self.journals),
            self.chance.choice(self.requests),
            bool(self.chance.randrange(2)),
        )
        act = self.chance.choice(
            (
                lambda: branch.reverse(request, journal),
                lambda: branch.resolve_suspense(request, hold, taken=taken),
                lambda: branch.load_cash_unit(request, 3, Money.of_major(100), 5),
                lambda: branch.deposit(request, self.accounts[1], Money.of_major(250)),
                lambda: branch.pay_out(request, self.accounts[1], Money.of_major(200)),
            )
        )
        try:
            return bool(act())
        except ValueError as refusal:
            return str(refusal)

    def answered(self, movement: Movement) -> tuple[Any, ...]:
        if movement.journal_id:
            self.journals.append(movement.journal_id)
        return answer(movement)

    def state(self) -> tuple[Any, ...]:
        """All that can be read of the books."""
        books, ledger = self.books, self.books.ledger
        lines = [
            (line.kind, line.amount.minor, line.balance_after.minor, line.counterparty[:4])
            for account in self.accounts
            for line in ledger.statement(account, 50)
        ]
        limits = [(a.kind, a.used) for customer in self.customers for a in ledger.allowances(customer, POLICY)]
        usual = [ledger.usual_withdrawal(customer) for customer in self.customers]
        balances = [[(a.balance, a.available) for a in ledger.accounts(customer)] for customer in self.customers]
        return (
            balances,
            ledger.cash_units(),
            ledger.cash_in(),
            lines,
            usual,
            sorted(limits, key=str),
            books.audit_rows()[self.noted :],
        )


@pytest.mark.parametrize("seed", [4, 5])
def test_fake_and_real_answer_every_call_alike(keeper: RealBooks, seed: int) -> None:
    fake, real = Walk(FakeBooks(), seed), Walk(RealBooks(keeper.folder), seed)
    seen = set()
    for number in range(150):
        by_fake, by_real = fake.step(), real.step()
        assert by_fake == by_real, f"step {number}"
        seen.add((by_fake[0], str(by_fake[1])))
    real.books.check_books()
    real.books.close()
    assert len(seen) > 25, "the walk went in circles"
