"""One connection to the database: opened on demand, calls retried whole, all SQL from ``sql/queries``.

A call is repeated only where a repeat is harmless: reads, and procedures that know their request. The others raise
StoreUnavailable when the answer was lost, and their callers fail closed.
"""

from __future__ import annotations

import contextlib
import functools
import logging
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

SQL = Path(__file__).resolve().parent.parent / "sql"
DATABASE = "atm"

# 1213 deadlock, 1205 lock wait: the server rolled back, so the call is retried whole. The others say that the server
# went away; the private one is back after half a second.
ROLLED_BACK = frozenset({1205, 1213})
# 3024 is the connector's own: no answer within ANSWER_SECONDS.
SERVER_GONE = frozenset({-1, 1047, 1053, 1927, 2002, 2003, 2006, 2013, 2055, 3024})
# A server that is stopped or cut off says nothing at all; longer than any lock wait (5 s) nobody waits for it.
ANSWER_SECONDS = 6
# A role's password is made from the key ring.
ACCESS_DENIED = 1045
# Ours, of the procedure admit_terminal: whoever called is no terminal of the fleet any more.
NOT_ADMITTED = 45014
# No room for a write (ER_DISK_FULL, ER_RECORD_FILE_FULL, ER_ERROR_ON_WRITE, EE_WRITE): nothing was changed.
SERVER_FULL = frozenset({1021, 1114, 1026, 3})
RETRY_SECONDS = 8.0

Row = dict[str, Any]

# aiosql warns that a CALL is no SELECT; these answer with rows all the same.
logging.getLogger("aiosql").setLevel(logging.ERROR)


class Opener(Protocol):
    """Makes a fresh raw connection for a role."""

    def __call__(self) -> Any: ...


@dataclass(frozen=True)
class ServerAddress:
    """A configured MySQL or MariaDB server; anything but loopback demands verified TLS."""

    host: str
    port: int = 3306
    certificate_authority: str = ""

    def options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"host": self.host, "port": self.port}
        if self.certificate_authority:
            # The connector's defaults, and ssl_ca alone, connect in clear to a server without TLS.
            options |= {"ssl_ca": self.certificate_authority, "ssl_verify_cert": True, "ssl_verify_identity": True}
        elif self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("a database on another host needs certificate_authority, so that TLS can be verified")
        return options


def open_raw(
    user: str, password: str | None, address: dict[str, Any], database: str | None = DATABASE,
    answer_seconds: int | None = None,
) -> Any:  # fmt: skip
    """A raw connection, UTC, autocommit, utf8mb4. ``answer_seconds``: how long a call may stay without any answer;
    None for ever, which only migrations want. Raises mysql.connector.Error."""
    options: dict[str, Any] = {"user": user, **address}
    if answer_seconds is not None:
        options |= {"read_timeout": answer_seconds, "write_timeout": answer_seconds}
    if password is not None:
        options["password"] = password
    return mysql.connector.connect(
        **options, database=database, use_pure=True, autocommit=True, charset="utf8mb4",
        collation="utf8mb4_bin", connection_timeout=5, time_zone="+00:00",
    )  # fmt: skip


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

    def __init__(self, opener: Opener, before_connecting: Callable[[], None] = lambda: None) -> None:
        self._opener = opener
        self._before_connecting = before_connecting
        self._connection: Any = None
        self._cursor: Any = None
        self._mutex = threading.RLock()
        self._queries = _queries()

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
            kept = self._connection
            try:
                yield
            finally:
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
            return error.errno in ROLLED_BACK or (repeatable and error.errno in SERVER_GONE)

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
        """Be connected. ``probe``: make sure a kept connection still answers, where a lost call would count."""
        if self._connection is not None and probe and not self._connection.is_connected():
            self.close()
        if self._connection is None:
            try:
                self._before_connecting()
                self._connection = self._opener()
                self._cursor = self._connection.cursor(dictionary=True)
            except errors.Error as error:
                if error.errno in SERVER_GONE:
                    raise _NotConnected(str(error)) from error
                if error.errno == ACCESS_DENIED:
                    raise KeyProblem("the database refuses the password made from this key ring") from error
                raise

    def _call(self, query: str, parameters: dict[str, Any]) -> list[Row]:
        try:
            rows: list[Row] = getattr(self._queries, query)(self._cursor, **parameters)
            return rows
        except errors.Error as error:
            if error.errno in SERVER_GONE:
                self.close()
            raise


@functools.cache
def _queries() -> Any:
    """Read once in a process: 70 ms, and the same for every role."""
    return aiosql.from_path(SQL / "queries", ProcedureAdapter)


class _NotConnected(Exception):
    """Nothing was sent."""


def hexadecimal(items: Sequence[tuple[str, bytes]], name: str) -> list[dict[str, str]]:
    """(kind, bytes) pairs as the JSON procedures read them."""
    return [{"kind": kind, name: value.hex()} for kind, value in items]
