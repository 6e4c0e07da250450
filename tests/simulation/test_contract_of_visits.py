"""Leases of visits, simulated and in the database: one contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atm_app.identity.visits import Visits
from atm_app.simulation.fake_visits import FakeVisits
from atm_app.stores import Outcome
from tests.db.bank import MONTH, POLICY, SESSION, Bank
from tests.simulation.books import Books, FakeBooks, answer, deposit, transfer


@pytest.fixture
def elsewhere(books: Books) -> Iterator[Visits]:
    """The leases as another machine on the same books has them."""
    if isinstance(books, FakeBooks):
        yield FakeVisits(books.bank, f"{books.terminal}-2", f"{books.terminal}-2/kiosk")
        return
    other = Bank(books.folder)
    yield other.storage.visits
    other.close()


def test_one_machine_at_a_time(books: Books, elsewhere: Visits) -> None:
    customer = books.customer()
    noted = [("sign_in", "done")]
    for _ in range(2):
        assert not elsewhere.begin(customer, POLICY, b"e" * 16, MONTH)
        assert books.storage.visits.begin(customer, POLICY, SESSION, MONTH), "a repeat of the first"
    assert books.audit_rows()[-1:] == noted
    assert len(books.storage.sign_ins.latest(customer, 9)) == 1
    books.dismiss(customer)
    assert elsewhere.begin(customer, POLICY, b"e" * 16, MONTH)
    assert not books.storage.visits.begin(customer, POLICY, SESSION, MONTH)
    assert books.audit_rows()[-1] == ("visit", "served_elsewhere")
    assert len(books.storage.sign_ins.latest(customer, 9)) == 2


def test_a_lease_is_kept_by_its_own_visit_alone(books: Books, elsewhere: Visits) -> None:
    customer, visits = books.customer(), books.storage.visits
    assert visits.keep(customer, SESSION)
    assert not visits.keep(customer, b"o" * 16)
    assert not elsewhere.keep(customer, SESSION)
    assert elsewhere.end_all() == 0
    elsewhere.end(customer, SESSION)
    visits.end(customer, b"o" * 16)
    assert visits.keep(customer, SESSION)
    assert visits.end_all() >= 1
    assert not visits.keep(customer, SESSION)


def test_no_movement_without_a_visit(books: Books) -> None:
    customer = books.customer()
    account, to = books.account(customer, 1000), books.account(books.customer("Dele Siddi"))
    own, ledger = books.account(customer), books.ledger
    books.dismiss(customer)
    refused = (Outcome.REFUSED.value, "visit_ended", False, 1000)
    assert answer(ledger.hold(books.withdrawal(customer, account, 1))) == refused
    assert answer(ledger.hold_deposit(deposit(customer, account))) == refused
    assert answer(ledger.transfer(transfer(customer, account, to=to))) == refused
    assert answer(ledger.transfer(transfer(customer, account, to=own))) == refused
    # What is wrong with the order itself is said first.
    assert ledger.hold(books.withdrawal(customer, account, 0)).reason == "not_positive"
    assert ledger.transfer(transfer(customer, account, to=10**9)).reason == "payee_not_open"
    assert ledger.hold_deposit(deposit(customer, 10**9)).reason == "no_such_account"
