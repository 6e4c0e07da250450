"""One connection to the database: opened on demand, calls retried whole, all SQL from ``sql/queries``.

A call is repeated only where a repeat is harmless: reads, and procedures that know their request. The others raise
StoreUnavailable when the answer was lost, and their callers fail closed.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiosql
import mysql.connector
from aiosql.adapters.pyformat import PyFormatAdapter
from mysql.connector import errors
from tenacity import RetryError, Retrying, retry_if_exception, stop_after_delay, wait_exponential_jitter

from atm_app.stores import ShutOut, StoreUnavailable
from atm_app.trust.vault import KeyProblem
from db.hosts import Address, Hosts, PrivateSocket

SQL = Path(__file__).resolve().parent.parent / "sql"
DATABASE = "atm"

# 1213 deadlock, or the same row written at another server; 1205 lock wait: rolled back, so the call is retried whole.
ROLLED_BACK = frozenset({1205, 1213})
# The server went away; the private one is back after half a second, and where there are several, the next is asked.
# 3024 is the connector's own: no answer in time. 1047: not of the cluster's majority, or not yet ready; 1180: it left
# the majority while it committed, so that the outcome is unknown. 1290, 1836: read only. 1040: full. 2026: no verified
# TLS. 2027: an answer that is none.
MALFORMED = 2027
SERVER_GONE = frozenset(
    {-1, 1040, 1047, 1053, 1180, 1290, 1836, 1927, 2002, 2003, 2006, 2013, 2026, MALFORMED, 2055, 3024}
)
# A newer version is being put in beside us: the procedure is gone for a moment, or not ours to call yet (1305, 1370),
# or a table has changed since the call began (1412, 1615). Nothing was done.
REDEFINED = frozenset({1305, 1370, 1412, 1615})
# A role's password is made from the key ring. MariaDB says 1698 for 1045 where it pretends that a user it does not know
# signs in another way.
ACCESS_DENIED = frozenset({1045, 1698})
# Ours, of the procedure admit_terminal: whoever called is no terminal of the fleet any more.
NOT_ADMITTED = 45014
# No room for a write (ER_DISK_FULL, ER_RECORD_FILE_FULL, ER_ERROR_ON_WRITE, EE_WRITE): nothing was changed.
SERVER_FULL = frozenset({1021, 1114, 1026, 3})
RETRY_SECONDS = 8.0
# As the private server is started: a value that does not fit is an error, not cut off.
SQL_MODE = "TRADITIONAL,ONLY_FULL_GROUP_BY"

Row = dict[str, Any]

# aiosql warns that a CALL is no SELECT; these answer with rows all the same.
logging.getLogger("aiosql").setLevel(logging.ERROR)


class Opener(Protocol):
    """Makes a fresh raw connection for a role."""

    def __call__(self, address: Address) -> Any: ...


@dataclass(frozen=True)
class Patience:
    """Seconds a connection may take to be made, a call to be answered (None: for ever, which only migrations want),
    and a row to become free; the last None as the server has it."""

    connecting: int = 5
    answer: int | None = None
    row: int | None = None


# A server that is stopped or cut off says nothing at all. Longer than any wait for a row nobody waits for it.
ONE_HOST = Patience(answer=6, row=5)
# With others to ask: a cluster has thrown a silent member out after 1 to 3 s, and the customer has waited less than 5.
SEVERAL_HOSTS = Patience(connecting=1, answer=3, row=2)
FOR_EVER = Patience()


def open_raw(
    user: str, password: str | None, address: Address, database: str | None = DATABASE, patience: Patience = FOR_EVER
) -> Any:
    """A raw connection, UTC, autocommit, utf8mb4, as our procedures want it. Raises mysql.connector.Error."""
    options: dict[str, Any] = {"user": user, **address.options()}
    if patience.answer is not None:
        options |= {"read_timeout": patience.answer, "write_timeout": patience.answer}
    if password is not None:
        options["password"] = password
    connection = mysql.connector.connect(
        **options, database=database, use_pure=True, autocommit=True, charset="utf8mb4",
        collation="utf8mb4_bin", connection_timeout=patience.connecting, time_zone="+00:00",
    )  # fmt: skip
    if not isinstance(address, PrivateSocket):  # it is started with all of this
        try:
            _settle(connection, patience)
        except errors.Error:
            connection.close()
            raise
    return connection


def _settle(connection: Any, patience: Patience) -> None:
    """What somebody else's server may have otherwise: our procedures are written for this isolation. In a cluster a
    read waits until what was committed elsewhere before it has arrived (1 + 2 + 4: reads, changes, inserts)."""
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    cursor.execute("SET SESSION sql_mode = %s", (SQL_MODE,))
    if patience.row is not None:
        cursor.execute("SET SESSION innodb_lock_wait_timeout = %s", (patience.row,))
    if _is_member(cursor):
        cursor.execute("SET SESSION wsrep_sync_wait = 7")
        # A member repeats by itself a CALL whose last statement lost against another member. It cannot know what of it
        # is done, and its answer has the rows without their columns (mysql-wsrep issue 313); we repeat what may be.
        cursor.execute("SET SESSION wsrep_retry_autocommit = 0")
    cursor.close()


def serves(connection: Any) -> bool:
    """Whether its server can be used: alone, or a member of a cluster's majority with everything copied."""
    cursor = connection.cursor()
    cursor.execute("SHOW STATUS LIKE 'wsrep_ready'")
    is_ready = cursor.fetchall() == [("wsrep_ready", "ON")]
    return is_ready or not _is_member(cursor)


def _is_member(cursor: Any) -> bool:
    """Of a cluster."""
    cursor.execute("SHOW SESSION VARIABLES LIKE 'wsrep_on'")
    on: bool = cursor.fetchall() == [("wsrep_on", "ON")]
    return on


class ProcedureAdapter(PyFormatAdapter):
    """Reads a CALL to its end: after its rows comes a status, which the connector would take for the next answer.

    ``conn`` is the connection's one cursor: the connector asks the server whether it is there each time it makes one.
    """

    def select(  # type: ignore[override]
        self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None
    ) -> list[Row]:
        conn.execute(sql, parameters)
        rows: list[Row] = conn.fetchall() if conn.with_rows else []
        while conn.nextset():
            pass
        return rows


class Database:
    """All calls of one role. Used from one thread at a time; a lock keeps it so."""

    def __init__(self, opener: Opener, hosts: Hosts, before_connecting: Callable[[], None] = lambda: None) -> None:
        self._opener = opener
        self._hosts = hosts
        self._before_connecting = before_connecting
        self._connection: Any = None
        self._at: Address = hosts.chosen
        self._is_held = False
        self._cursor: Any = None
        self._mutex = threading.RLock()
        self._queries = _queries()

    @property
    def host(self) -> str:
        """Whom the last call asked."""
        return str(self._at)

    def rows(self, query: str, **parameters: Any) -> list[Row]:
        """Rows of a query or answer of a repeatable procedure. Raises StoreUnavailable."""
        return self._run(query, parameters, repeatable=True)

    def row(self, query: str, **parameters: Any) -> Row | None:
        found = self.rows(query, **parameters)
        return found[0] if found else None

    def once(self, query: str, **parameters: Any) -> Row:
        """The answer of a procedure that must not run twice when its first answer was lost."""
        found = self._run(query, parameters, repeatable=False)
        return found[0] if found else {}

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside see the database as it stood at one moment. Raises StoreUnavailable when that was lost."""
        with self._mutex:
            self.rows("isolate_snapshot")
            self.rows("begin_snapshot")
            kept, self._is_held = self._connection, True
            try:
                yield
            finally:
                self._is_held = False
                self.rows("end_snapshot")
            if self._connection is not kept:
                raise StoreUnavailable("the connection was lost while the database was being read")

    def close(self) -> None:
        with self._mutex:
            if self._connection is not None:
                with contextlib.suppress(errors.Error):
                    self._connection.close()
                self._connection = self._cursor = None

    def _run(self, query: str, parameters: dict[str, Any], *, repeatable: bool) -> list[Row]:
        def transient(error: BaseException) -> bool:
            if isinstance(error, _NotConnected):
                return True
            if not isinstance(error, errors.Error):
                return False
            return error.errno in ROLLED_BACK | REDEFINED or (repeatable and error.errno in SERVER_GONE)

        with self._mutex:
            try:
                for attempt in Retrying(
                    retry=retry_if_exception(transient),
                    stop=stop_after_delay(RETRY_SECONDS),
                    wait=wait_exponential_jitter(multiplier=0.02, max=0.5, jitter=0.05),
                ):
                    with attempt:
                        self._connect(probe=not repeatable)
                        return self._call(query, parameters)
            except RetryError as error:
                raise StoreUnavailable(str(error.last_attempt.exception())) from error
            except errors.Error as error:
                if error.errno in SERVER_GONE | SERVER_FULL:
                    raise StoreUnavailable(str(error)) from error
                if error.errno == NOT_ADMITTED:
                    raise ShutOut(str(error.msg)) from error
                raise
        raise AssertionError("unreachable")

    def _connect(self, *, probe: bool) -> None:
        """Be connected to the server that is to be asked. ``probe``: make sure a kept connection still answers, where a
        lost call would count."""
        if self._connection is not None and not self._is_held and self._at != self._hosts.chosen:
            self.close()
        if self._connection is not None and probe and not self._connection.is_connected():
            self.close()
        if self._connection is None:
            self._at = self._hosts.chosen
            try:
                self._before_connecting()
                self._connection = self._opener(self._at)
                self._cursor = self._connection.cursor(dictionary=True)
            except errors.Error as error:
                if error.errno in SERVER_GONE:
                    self._hosts.failed(self._at, error)
                    raise _NotConnected(str(error)) from error
                if error.errno in ACCESS_DENIED:
                    raise KeyProblem("the database refuses the password made from this key ring") from error
                raise

    def _call(self, query: str, parameters: dict[str, Any]) -> list[Row]:
        try:
            return self._asked(query, parameters)
        except errors.Error as error:
            if error.errno in SERVER_GONE:
                self.close()
                self._hosts.failed(self._at, error)
            raise

    def _asked(self, query: str, parameters: dict[str, Any]) -> list[Row]:
        try:
            rows: list[Row] = getattr(self._queries, query)(self._cursor, **parameters)
            return rows
        except (IndexError, UnicodeDecodeError, struct.error) as error:  # how the connector fails at such packets
            raise errors.InterfaceError(f"the server's answer cannot be read: {error}", errno=MALFORMED) from error


@functools.cache
def _queries() -> Any:
    """Read once in a process: 70 ms, and the same for every role."""
    return aiosql.from_path(SQL / "queries", ProcedureAdapter)


class _NotConnected(Exception):
    """Nothing was sent."""


def hexadecimal(items: Sequence[tuple[str, bytes]], name: str) -> list[dict[str, str]]:
    """(kind, bytes) pairs as the JSON procedures read them."""
    return [{"kind": kind, name: value.hex()} for kind, value in items]
