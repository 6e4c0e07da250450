"""The audit table of the simulated bank, sealed and verified by the real sealer."""

from __future__ import annotations

import json
from dataclasses import replace

from atm_app.simulation.clock import Time
from atm_app.stores import AuditEvent
from atm_app.trust.audit import GENESIS, AuditRow, Head, Seal, Sealer, Verification


class AuditTable:
    """Rows of all chains in the order they were written, with their seals. ``written_at``: seconds of the world."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.rows: list[AuditRow] = []
        self.written_at: list[float] = []
        self.unsealed: dict[str, list[AuditRow]] = {}
        self.seals: list[Seal] = []
        self.heads: dict[str, Head] = {}
        self.checkpoints: list[Head] = []

    def write(self, chain: str, event: str, outcome: str, session: bytes, subject: bytes, details: str) -> None:
        at = self._time.now().replace(tzinfo=None).isoformat(" ", "microseconds")
        row = AuditRow(len(self.rows) + 1, chain, at, event, outcome, session, subject, details)
        self.rows.append(row)
        self.written_at.append(self._time.seconds)
        self.unsealed.setdefault(chain, []).append(row)

    def append(self, before: Head, seals: tuple[Seal, ...]) -> None:
        """The compare and swap of ``seal_audit``: one process seals a chain here, so its head is where it was."""
        assert self.head(before.chain) == before, "nobody else seals this chain"
        self.seals += seals
        sealed = {seal.audit_id for seal in seals}
        left = [row for row in self.unsealed[before.chain] if row.audit_id not in sealed]
        self.unsealed[before.chain] = left
        self.heads[before.chain] = Head(before.chain, seals[-1].sequence, seals[-1].value, seals[-1].key_id)

    def head(self, chain: str) -> Head:
        return self.heads.get(chain) or Head(chain, 0, GENESIS)

    def verify(self, sealer: Sealer) -> Verification:
        """As ``main.py audit verify``; the age of a row is the world's time since it was written."""
        rows = [
            replace(row, age_seconds=int(self._time.seconds - at))
            for row, at in zip(self.rows, self.written_at, strict=True)
        ]
        return sealer.verify(rows, self.seals, list(self.heads.values()), self.checkpoints)


class FakeAudit:
    """One chain of one process."""

    def __init__(self, table: AuditTable, chain: str, sealer: Sealer) -> None:
        self._table = table
        self._chain = chain
        self._sealer = sealer

    def write(self, event: AuditEvent) -> None:
        details = json.dumps(dict(event.details), sort_keys=True)
        self._table.write(self._chain, event.event, event.outcome, event.session, event.subject, details)

    def seal(self) -> int:
        sealed = 0
        while rows := self._table.unsealed.get(self._chain):
            seals = self._sealer.seal(self._table.head(self._chain), rows)
            self._table.append(self._table.head(self._chain), seals)
            sealed += len(seals)
        if sealed:
            self._table.checkpoints.append(self._table.head(self._chain))
        return sealed
