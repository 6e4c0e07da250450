"""Exchanges of cassettes, by the simulation's books as by the database's."""

from __future__ import annotations

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, NoteCount
from atm_app.stores import Outcome
from tests.db.bank import fresh_id
from tests.simulation.books import Books


def test_an_exchange_in_which_everything_was_there_books_nothing(books: Books) -> None:
    customer = books.customer(phone="+91 98200 77777")
    account = books.account(customer, 1000)
    branch, ledger = books.storage.branch, books.ledger
    before, after = (books.held(customer, account, 1) for _ in range(2))
    first = ledger.settle(before, Outcome.POSTED, CashFate.TAKEN).journal_id
    ledger.settle(after, Outcome.VOIDED, CashFate.NOT_DISPENSED)
    loaded = tuple(NoteCount(unit.position, unit.denomination, unit.count) for unit in ledger.cash_units())
    counted = sum(note.denomination * note.count for note in loaded)
    for _ in range(2):
        branch.begin_exchange()
        branch.end_exchange(fresh_id(), loaded, Money(counted))
    last = ledger.settle(books.held(customer, account, 1), Outcome.POSTED, CashFate.TAKEN).journal_id
    assert last == first + 1
    assert branch.cut_off(fresh_id()).cash_difference == 0
