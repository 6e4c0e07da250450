"""The terminal's intent journal: SQLite with ``synchronous=FULL``, so that a withdrawal is known before it is asked.

Also hands out request ids that outlive the process: what is written here is settled at the next start, whatever
happened in between.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atm_app.banking.money import Money
from atm_app.intent_ports import Intent, IntentEntry, IntentKind, IntentState
from atm_app.stores import StoreUnavailable

# kind came later: a journal without it holds withdrawals only.
SCHEMA = """
CREATE TABLE IF NOT EXISTS intent (
  request_id BLOB PRIMARY KEY,
  state TEXT NOT NULL,
  minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  created_at REAL NOT NULL,
  changed_at REAL NOT NULL,
  kind TEXT NOT NULL DEFAULT 'withdrawal'
) WITHOUT ROWID
"""
# Settled intents are kept this long for staff who look into a complaint; the ledger keeps its own for good.
KEEP_SETTLED_SECONDS = 90 * 24 * 3600

# Nothing is left to do for the machine itself.
ENDED = frozenset({IntentState.SETTLED, IntentState.DISPUTED})


class IntentRows:
    """Every write returns only when the disk has it. Raises StoreUnavailable when the disk refuses (full, broken)."""

    def __init__(self, path: Path) -> None:
        self._mutex = threading.Lock()
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=DELETE")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute(SCHEMA)
            if "kind" not in {row[1] for row in self._connection.execute("PRAGMA table_info(intent)")}:
                self._connection.execute("ALTER TABLE intent ADD COLUMN kind TEXT NOT NULL DEFAULT 'withdrawal'")
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the intent journal {path} cannot be opened: {error}") from error
        path.chmod(0o600)

    def record(self, intent: Intent) -> None:
        now = time.time()
        self._write(
            "INSERT INTO intent (request_id, state, minor, currency, created_at, changed_at, kind)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                intent.request_id, intent.state.value, intent.amount.minor, intent.amount.currency, now, now,
                intent.kind.value,
            ),
        )  # fmt: skip

    def advance(self, request_id: bytes, state: IntentState) -> None:
        changed = self._write(
            "UPDATE intent SET state = ?, changed_at = ? WHERE request_id = ?", (state.value, time.time(), request_id)
        )
        assert changed == 1, "an intent is recorded before it advances"

    def open(self) -> tuple[Intent, ...]:
        return self._in_states([state for state in IntentState if state not in ENDED])

    def disputed(self) -> tuple[Intent, ...]:
        return self._in_states([IntentState.DISPUTED])

    def _in_states(self, states: list[IntentState]) -> tuple[Intent, ...]:
        rows = self._read(
            "SELECT request_id, state, minor, currency, kind FROM intent"
            " WHERE state IN (SELECT value FROM json_each(?)) ORDER BY created_at",
            (json.dumps([state.value for state in states]),),
        )
        return tuple(
            Intent(bytes(row[0]), IntentState(row[1]), Money(row[2], row[3]), IntentKind(row[4])) for row in rows
        )

    def state_of(self, request_id: bytes) -> IntentState | None:
        """None for a request that is not in the journal."""
        rows = self._read("SELECT state FROM intent WHERE request_id = ?", (request_id,))
        return IntentState(rows[0][0]) if rows else None

    def entry(self, request_id: bytes) -> IntentEntry | None:
        """With its moments; None for a request that is not in the journal."""
        rows = self._read(
            "SELECT state, minor, currency, kind, created_at, changed_at FROM intent WHERE request_id = ?",
            (request_id,),
        )
        if not rows:
            return None
        state, minor, currency, kind, created, changed = rows[0]
        intent = Intent(request_id, IntentState(state), Money(minor, currency), IntentKind(kind))
        return IntentEntry(intent, datetime.fromtimestamp(created, UTC), datetime.fromtimestamp(changed, UTC))

    def settled_since(self, moment: float) -> tuple[bytes, ...]:
        """Requests settled at or after ``moment`` (seconds since 1970)."""
        rows = self._read(
            "SELECT request_id FROM intent WHERE state = ? AND changed_at >= ? ORDER BY changed_at",
            (IntentState.SETTLED.value, moment),
        )
        return tuple(bytes(row[0]) for row in rows)

    def copy_to(self, path: Path) -> None:
        """The journal as it stands at one moment, in a file of its own."""
        with self._mutex:
            try:
                with contextlib.closing(sqlite3.connect(path)) as copy:
                    self._connection.backup(copy)
            except sqlite3.Error as error:
                raise StoreUnavailable(f"the intent journal could not be copied to {path}: {error}") from error

    def forget_old(self) -> None:
        """Drop what was settled long ago."""
        self._write(
            "DELETE FROM intent WHERE state = ? AND changed_at < ?",
            (IntentState.SETTLED.value, time.time() - KEEP_SETTLED_SECONDS),
        )

    def close(self) -> None:
        with self._mutex:
            self._connection.close()

    def _read(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._mutex:
            try:
                return self._connection.execute(statement, parameters).fetchall()
            except sqlite3.Error as error:
                raise StoreUnavailable(f"the intent journal cannot be read: {error}") from error

    def _write(self, statement: str, parameters: tuple[object, ...]) -> int:
        with self._mutex:
            try:
                return self._connection.execute(statement, parameters).rowcount
            except sqlite3.Error as error:
                raise StoreUnavailable(f"the intent journal did not take a write: {error}") from error
