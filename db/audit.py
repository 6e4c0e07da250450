"""Audit rows, their seals and the checkpoints of the heads, which lie outside the database."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from atm_app.branch.long_work import LongWork
from atm_app.stores import AuditEvent
from atm_app.trust.audit import GENESIS, STEP, AuditRow, Head, JournalTotal, Seal, Sealer, Verification, reconcile
from db.connection import Database, Row

# Longer than any call is waited for (ANSWER_SECONDS of db/connection.py), with room for the server to end it.
LOOK_BACK_SECONDS = 10.0
LOOK_AT_ALL_SECONDS = 600.0


def audit_row(row: Row) -> AuditRow:
    return AuditRow(
        row["id"], row["chain"], row["at"], row["event"], row["outcome"], bytes(row["session"]),
        bytes(row["subject"]), row["details"], int(row["age_seconds"]),
    )  # fmt: skip


class AuditRows:
    """One chain: a terminal and a process role. Rows are written first and sealed in order right after."""

    def __init__(self, database: Database, chain: str, sealer: Sealer, checkpoints: Path) -> None:
        self._database = database
        self._chain = chain
        self._sealer = sealer
        self._checkpoints = checkpoints
        self._sealed_up_to: deque[tuple[float, int]] = deque([(-math.inf, 0)])
        self._looked_at_all = -math.inf
        self._sealing = threading.Lock()

    def write(self, event: AuditEvent) -> None:
        self._database.rows(
            "write_audit",
            chain=self._chain, event=event.event, outcome=event.outcome, session=event.session,
            subject=event.subject, details=json.dumps(dict(event.details), sort_keys=True),
        )  # fmt: skip

    def seal(self) -> int:
        """One thread at a time; others of this process wait."""
        with self._sealing:
            return self._seal()

    def _seal(self) -> int:
        sealed, after, now = 0, self._look_from(), time.monotonic()
        while True:
            # The head first: rows another sealer seals in between are then refused by the compare and swap.
            head = self._head()
            rows = [audit_row(row) for row in self._database.rows("unsealed_rows", chain=self._chain, after=after)]
            if not rows:
                break
            seals = self._sealer.seal(head, rows)
            if self._append(head, seals):
                sealed += len(seals)
                after = rows[-1].audit_id
        self._sealed_up_to.append((now, max(after, self._sealed_up_to[-1][1])))
        if sealed:
            self.checkpoint()
        return sealed

    def _look_from(self) -> int:
        """The row after which there may be unsealed ones: the past of a chain is long, and almost all of it sealed.

        A row can appear after later ones were sealed, when its call was given up by its caller and ended on the server
        all the same. So the last seconds are looked through again each time, and everything now and then.
        """
        now = time.monotonic()
        if now - self._looked_at_all > LOOK_AT_ALL_SECONDS:
            self._looked_at_all = now
            return 0
        while len(self._sealed_up_to) > 1 and self._sealed_up_to[1][0] < now - LOOK_BACK_SECONDS:
            self._sealed_up_to.popleft()
        return self._sealed_up_to[0][1]

    def checkpoint(self) -> None:
        """Note the head outside the database. What is noted here cannot be cut off unseen."""
        line = self.head_line()
        descriptor = os.open(self._checkpoints, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def head_line(self) -> str:
        """The end of the chain as it is noted."""
        return text_of(self._head())

    def _head(self) -> Head:
        row = self._database.row("head_of", chain=self._chain)
        if row is None:
            return Head(self._chain, 0, GENESIS)
        return Head(row["chain"], row["sequence"], bytes(row["seal"]), row["key_id"])

    def _append(self, head: Head, seals: tuple[Seal, ...]) -> bool:
        links = [
            {"sequence": seal.sequence, "audit_id": seal.audit_id, "seal": seal.value.hex(), "key_id": seal.key_id}
            for seal in seals
        ]
        row = self._database.once(
            "seal_audit",
            chain=head.chain, sequence=head.sequence, seal=head.value, seals=json.dumps(links),
            new_sequence=seals[-1].sequence, new_seal=seals[-1].value,
        )  # fmt: skip
        return bool(row["done"])


def text_of(head: Head) -> str:
    """A line that ``read_checkpoints`` reads."""
    return json.dumps({"chain": head.chain, "sequence": head.sequence, "seal": head.value.hex()})


def heads_of(database: Database) -> list[Head]:
    """The ends of all chains."""
    return [Head(row["chain"], row["sequence"], bytes(row["seal"])) for row in database.rows("all_heads")]


def read_checkpoints(path: Path) -> list[Head]:
    """All heads ever noted; a line cut short by a power cut is left out."""
    heads = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            entry = json.loads(line)
            heads.append(Head(entry["chain"], entry["sequence"], bytes.fromhex(entry["seal"])))
        except (ValueError, KeyError):
            continue
    return heads


def rows_in_order(database: Database) -> Iterator[AuditRow]:
    """Every row, a thousand read at a time."""
    after = 0
    while rows := [audit_row(row) for row in database.rows("rows_after", after=after)]:
        yield from rows
        after = rows[-1].audit_id


# Reading a row, reading its seal, checking it.
PASSES = 3


def verify(database: Database, sealer: Sealer, *checkpoints: Path, work: LongWork | None = None) -> Verification:
    """Check every chain of the database, and the books against it, as they stood at one moment; others go on writing
    meanwhile. ``work``: is told how far it is. Raises Cancelled once that is no longer wanted."""
    work = work or LongWork()
    noted = [head for path in checkpoints for head in read_checkpoints(path)]
    with database.snapshot():
        work.total = PASSES * sum(head.sequence for head in heads_of(database))
        rows = []
        for row in rows_in_order(database):
            rows.append(row)
            if len(rows) % STEP == 0:
                work.step(STEP)
        seals = [
            Seal(row["chain"], row["sequence"], row["audit_id"], bytes(row["seal"]), row["key_id"])
            for row in database.rows("all_seals")
        ]
        work.step(len(seals))
        heads = heads_of(database)
        totals = [
            JournalTotal(row["journal_id"], int(row["lines_written"]), int(row["balance"]), int(row["moved"]))
            for row in database.rows("journal_totals")
        ]
    found = sealer.verify(rows, seals, heads, noted, work.step)
    return replace(found, problems=found.problems + reconcile(rows, totals))


class FolderVerifier:
    """``AuditVerifier`` of a machine's folder. ``fresh``: a connection of its own, so that nothing waits for it."""

    def __init__(self, fresh: Callable[[], Database], sealer: Sealer, checkpoints: Path) -> None:
        self._fresh = fresh
        self._sealer = sealer
        self._checkpoints = checkpoints

    def verify(self, work: LongWork) -> Verification:
        database = self._fresh()
        try:
            return verify(database, self._sealer, self._checkpoints, work=work)
        finally:
            database.close()
