"""One connection and its one cursor: a call is one round trip, and neither an error nor an answer that is none
spoils the next."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from mysql.connector import errors

from atm_app.banking.money import Money
from atm_app.owners_socket import listen_for_owner
from atm_app.stores import StoreUnavailable
from db.connection import Database, open_raw
from db.hosts import Hosts, PrivateSocket
from tests.db.bank import Bank, InThread, ask, connection_id, fresh_id, raw

# What a member of a cluster answered, byte for byte: a row of one column, no column before it, and an OK.
ROW_WITHOUT_COLUMNS = bytes.fromhex("02000001 0130 05000002 fe00000a00 07000003 00040002000000")
SHORTEST_WITH_COLUMNS = 50  # bytes; that the server is there takes eleven


class GarblingRelay:
    """Between a client and the server's socket. ``spoilt``: how many of the next answers with columns are exchanged."""

    def __init__(self, path: Path, server: Path) -> None:
        self.spoilt = 0
        self.connections = 0
        self._server = str(server)
        self._listener = listen_for_owner(path)
        InThread(self._accept)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            self.connections += 1
            InThread(partial(self._pass_on, client, server, lambda asked: asked))
            InThread(partial(self._pass_on, server, client, self._answer))

    def _pass_on(self, source: socket.socket, target: socket.socket, change: Callable[[bytes], bytes]) -> None:
        with contextlib.suppress(OSError), source, target:
            while said := source.recv(65536):
                target.sendall(change(said))

    def _answer(self, answer: bytes) -> bytes:
        if not self.spoilt or len(answer) < SHORTEST_WITH_COLUMNS:
            return answer
        self.spoilt -= 1
        return ROW_WITHOUT_COLUMNS


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


@pytest.fixture
def garbled(own_bank: Bank, tmp_path: Path) -> Iterator[tuple[Database, GarblingRelay]]:
    relay = GarblingRelay(tmp_path / "relay.sock", own_bank.folder.database_socket)
    password = own_bank.storage.vault.database_password("kiosk")
    database = Database(partial(open_raw, "atm_kiosk", password), Hosts([PrivateSocket(str(tmp_path / "relay.sock"))]))
    database.rows("cash_units_of", terminal=own_bank.terminal)
    yield database, relay
    database.close()
    relay.close()


def test_an_answer_that_is_none_is_asked_for_again_on_a_new_connection(
    garbled: tuple[Database, GarblingRelay], own_bank: Bank
) -> None:
    database, relay = garbled
    relay.spoilt = 1
    assert database.rows("cash_units_of", terminal=own_bank.terminal) != []
    assert relay.connections == 2, "what is left of the answer is nobody's"


def test_what_may_not_run_twice_is_not_asked_again(garbled: tuple[Database, GarblingRelay], own_bank: Bank) -> None:
    database, relay = garbled
    relay.spoilt = 1
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        database.once("cash_units_of", terminal=own_bank.terminal)
    assert database.rows("cash_units_of", terminal=own_bank.terminal) != []
