"""One connection and its one cursor: a call is one round trip, and an error does not spoil the next."""

from __future__ import annotations

import pytest
from mysql.connector import errors

from atm_app.banking.money import Money
from db.connection import Database
from tests.db.bank import Bank, ask, connection_id, fresh_id, raw


def pings(database: Database) -> int:
    """How often the server was asked whether it is there; asking this asks once."""
    return int(ask(raw(database), "SHOW SESSION STATUS LIKE 'Com_admin_commands'")[0][1])


def test_a_repeatable_call_does_not_ask_first_whether_the_server_is_there(own_bank: Bank) -> None:
    own_bank.check_books()
    before = pings(own_bank.storage.kiosk)
    for _ in range(5):
        own_bank.check_books()
    assert pings(own_bank.storage.kiosk) == before + 1


def test_an_error_of_the_server_leaves_the_connection_in_use(own_bank: Bank) -> None:
    staff = own_bank.storage.staff
    before = connection_id(staff)
    with pytest.raises(errors.DatabaseError, match="paid in"):
        own_bank.storage.branch.deposit(fresh_id(), 2**40, Money.of_major(1))
    assert own_bank.storage.branch.chart()
    assert connection_id(staff) == before
