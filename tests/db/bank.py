"""A branch with a terminal, customers and accounts, and the administrator's hands, for the tests of this wing."""

from __future__ import annotations

import getpass
import itertools
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Any

from mysql.connector import errors

from atm_app.banking.money import Money
from atm_app.cash_ports import Mix, NoteCount, NotesOfValue
from atm_app.config import Settings
from atm_app.identity.consents import BIOMETRICS, CONSENT_VERSION
from atm_app.stores import Deposit, Movement, NewCustomer, Outcome, Transfer, Withdrawal
from db.connection import DATABASE, Database, open_raw
from db.folder import DataFolder
from db.hosts import private_socket
from db.storage import Storage
from tests.limits import GENEROUS
from tests.waiting import wait_until

_numbers = itertools.count(1)

# Rupees; small cassettes, so that running out of notes is within reach of a test.
CASSETTES = ((2000, 50), (500, 100), (100, 200))
HUNDRED = 3
POLICY = "cardless"
SESSION, MONTH = bytes(16), 30 * 86_400


def fresh_id() -> bytes:
    return secrets.token_bytes(16)


def hundreds(count: int) -> Mix:
    return (NoteCount(HUNDRED, 100_00, count),)


def administrator(folder: DataFolder, database: str | None = DATABASE) -> Any:
    """A raw connection as whoever owns the server; the socket says who that is."""
    return open_raw(getpass.getuser(), None, private_socket(folder), database)


def ask(connection: Any, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows of one statement, none when it has none."""
    cursor = connection.cursor()
    try:
        cursor.execute(sql, tuple(parameters))
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.with_rows else []
        while cursor.nextset():
            pass
        return rows
    finally:
        cursor.close()


def errno_of(connection: Any, sql: str) -> int:
    """The number of the error a statement ends in; 0 when it is done."""
    try:
        ask(connection, sql)
    except errors.Error as error:
        return int(error.errno)
    return 0


def raw(database: Database) -> Any:
    """The connection a role is using now; opened by its first call."""
    assert database._connection is not None
    return database._connection


def pass_time(database: Database, seconds: float) -> None:
    """Put this connection's clock on; only what it calls itself sees it. The first step stops the clock."""
    database.rows("trial_balance")
    ask(raw(database), "SET timestamp = UNIX_TIMESTAMP(NOW(6)) + %s", (seconds,))


def tables_of(connection: Any) -> list[str]:
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'atm' AND table_type = 'BASE TABLE'"
    return [name for (name,) in ask(connection, sql)]


def connection_id(database: Database) -> int:
    return int(ask(raw(database), "SELECT CONNECTION_ID()")[0][0])


def wait_at_a_lock(watcher: Any, connection: int, what: str) -> None:
    """Until that connection's transaction stands at a row another one holds."""
    sql = "SELECT trx_state FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = %s"
    # InnoDB keeps what this view shows until nobody has asked for 0.1 s.
    wait_until(lambda: ask(watcher, sql, (connection,)) == [("LOCK WAIT",)], what, every=0.15)


class InThread:
    """One call on a thread of its own; ``result`` waits for it and raises what it raised."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._value: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(call,), daemon=True)
        self._thread.start()

    def _run(self, call: Callable[[], Any]) -> None:
        try:
            self._value = call()
        except BaseException as error:
            self._error = error

    def result(self, seconds: float = 30.0) -> Any:
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "the call did not come back"
        if self._error is not None:
            raise self._error
        return self._value


def together(calls: Sequence[Callable[[], Any]], seconds: float = 30.0) -> list[Any]:
    """All calls at once, each on its own thread; their results in order."""
    gate = threading.Barrier(len(calls))

    def started(call: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            gate.wait(20)
            return call()

        return run

    return [thread.result(seconds) for thread in [InThread(started(call)) for call in calls]]


class LostAnswer:
    """A connection whose answers stop arriving: the server has done the call, the caller never hears of it."""

    def __init__(self, database: Database, killer: Any) -> None:
        self._database = database
        self._killer = killer
        self.left = 0
        self._call = database._call
        database._call = self._lossy  # type: ignore[method-assign]

    def _lossy(self, query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        rows = self._call(query, parameters)
        if self.left:
            self.left -= 1
            ask(self._killer, f"KILL {connection_id(self._database)}")
            self._call("trial_balance", {})  # raises: the connection is gone
        return rows


class Bank:
    """One terminal of its own in a database that others use too; every name is fresh."""

    def __init__(self, folder: DataFolder, cassettes: Sequence[tuple[int, int]] = CASSETTES, **settings: Any) -> None:
        number = next(_numbers)
        self.folder = folder
        self.terminal = f"D-{number}"
        self.storage = Storage(folder, self.terminal, "INR")
        self.storage.open()
        self.ledger = self.storage.ledger
        self.storage.branch.prepare_books(Settings(terminal=self.terminal, **{"limits": GENEROUS, **settings}))
        for position, (major, count) in enumerate(cassettes, 1):
            self.storage.branch.load_cash_unit(fresh_id(), position, Money.of_major(major), count)

    def customer(self, name: str = "Asha Rao", **details: str) -> int:
        number = f"D{next(_numbers):06d}"
        given = {"phone": "+91 98200 11111", "email": "asha@customer.example", "address": "Pune", "gender": "female"}
        customer = self.storage.customers.enrol(NewCustomer(number=number, name=name, **{**given, **details}))
        for kind in BIOMETRICS:
            self.storage.staff_consents.give(customer, kind, CONSENT_VERSION)
        self.serve(customer)
        return customer

    def serve(self, customer: int) -> None:
        """From now on, as long as a test lasts and whatever time passes in it, they are at this terminal."""
        assert self.storage.visits.begin(customer, POLICY, SESSION, MONTH)

    def dismiss(self, customer: int) -> None:
        """Their visit at this terminal is over."""
        self.storage.visits.end(customer, SESSION)

    def account(self, customer: int, major: int = 0, currency: str = "INR") -> int:
        account = self.storage.branch.open_account(
            customer, "Sahyadri Bank", f"D{next(_numbers):011d}", "savings", currency
        )
        if major:
            self.storage.branch.deposit(fresh_id(), account, Money.of_major(major))
        return account

    def withdrawal(
        self, customer: int, account: int, notes: int = 1, request: bytes | None = None, mix: Mix | None = None,
        amount: Money | None = None,
    ) -> Withdrawal:  # fmt: skip
        """``notes`` hundreds, unless a mix or an amount says otherwise."""
        return Withdrawal(
            request or fresh_id(), customer, account, amount if amount is not None else Money.of_major(100 * notes),
            hundreds(notes) if mix is None else mix, SESSION, b"s" * 16, POLICY,
        )  # fmt: skip

    def transfer(self, customer: int, account: int, to: int | None, major: int, **changes: Any) -> Transfer:
        """Whole rupees; not yet asked."""
        given: dict[str, Any] = {"request_id": fresh_id(), "amount": Money.of_major(major), "to": to, **changes}
        return Transfer(
            customer_id=customer, account_id=account, session=SESSION, subject=b"s" * 16, policy=POLICY, **given
        )

    def deposit(self, customer: int, account: int, hundreds: int, **changes: Any) -> Deposit:
        """So many hundreds, counted; not yet asked."""
        given: dict[str, Any] = {
            "request_id": fresh_id(), "amount": Money.of_major(100 * hundreds),
            "notes": (NotesOfValue(100_00, hundreds),), **changes,
        }  # fmt: skip
        return Deposit(customer_id=customer, account_id=account, session=SESSION, subject=b"s" * 16, policy=POLICY,
                       **given)  # fmt: skip

    def held(self, customer: int, account: int, notes: int = 1) -> bytes:
        """The request of a hold that stands."""
        asked = self.withdrawal(customer, account, notes)
        movement: Movement = self.ledger.hold(asked)
        assert movement.outcome is Outcome.HELD, movement
        return asked.request_id

    def balance(self, customer: int, account: int) -> tuple[int, int]:
        """(balance, available), whole rupees."""
        found = {row.account_id: row for row in self.ledger.accounts(customer)}[account]
        return found.balance.minor // 100, found.available.minor // 100

    def counter(self, name: str, position: int = HUNDRED) -> int:
        units = {unit.position: unit for unit in self.ledger.cash_units()}
        return int(getattr(units[position], name))

    def check_books(self) -> None:
        trial = self.ledger.trial_balance()
        assert trial.balanced, trial

    def close(self) -> None:
        self.storage.close()


def connection_id_of(database: Database) -> int:
    database.row("trial_balance")
    return connection_id(database)
