"""Leases of visits: which machine serves a customer now, decided in the database, where all machines see the same."""

from __future__ import annotations

from db.connection import Database


class VisitRows:
    """``Visits`` of one terminal. Every call may be repeated: a second one of the same session changes nothing."""

    def __init__(self, database: Database, terminal: str, chain: str) -> None:
        self._database = database
        self._terminal = terminal
        self._chain = chain

    def begin(self, customer_id: int, policy: str, session: bytes, seconds: int) -> bool:
        row = self._database.row(
            "begin_visit", customer=customer_id, terminal=self._terminal, policy=policy, seconds=seconds,
            chain=self._chain, session=session,
        )  # fmt: skip
        return row is not None and bool(row["begun"])

    def keep(self, customer_id: int, session: bytes) -> bool:
        row = self._database.row("keep_visit", customer=customer_id, terminal=self._terminal, session=session)
        return row is not None and bool(row["kept"])

    def end(self, customer_id: int, session: bytes) -> None:
        self._database.rows("end_visit", customer=customer_id, terminal=self._terminal, session=session)

    def end_all(self) -> int:
        row = self._database.row("end_visits", terminal=self._terminal)
        return int(row["ended"]) if row else 0
