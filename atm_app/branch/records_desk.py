"""The auditor's records as lists (CSV) of any length, and the proof that nothing in the audit was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from atm_app.branch.branch_ports import MOST_ROWS, AuditQuery, JournalQuery, Records
from atm_app.branch.exports import Lines, export
from atm_app.branch.long_work import LongWork
from atm_app.branch.permissions import Permissions
from atm_app.branch.report_ports import ReportFolder
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.ports import Random
from atm_app.trust.audit import Verification
from atm_app.trust.audit_export import COLUMNS, exported

JOURNAL_COLUMNS = ("row", "at", "kind", "machine", "period", "amount", "currency", "takes back")
KEY_BYTES = 32


class AuditVerifier(Protocol):
    def verify(self, work: LongWork) -> Verification:
        """Every chain and the books against it, as they stand at one moment; others go on writing meanwhile. Raises
        Cancelled, StoreUnavailable, KeyProblem."""
        ...


@dataclass(frozen=True)
class RecordsDesk:
    """``query``: what the page shows; ``before`` and ``count`` of it are not kept to. Both exports raise as ``export``
    does and answer the path of the new file."""

    permissions: Permissions
    records: Records
    folder: ReportFolder
    verifier: AuditVerifier
    random: Random

    def export_audit(self, session: StaffSession, query: AuditQuery, where: str, work: LongWork) -> str:
        """The newest first. Sessions and people have names of this export's own."""
        with self.permissions.deed(session, Deed.EXPORT_RECORDS, records="audit"):
            return export(self.folder, where, "audit.csv", COLUMNS, self._audit_pages(query), work)

    def export_journal(self, session: StaffSession, query: JournalQuery, where: str, work: LongWork) -> str:
        with self.permissions.deed(session, Deed.EXPORT_RECORDS, records="journal"):
            return export(self.folder, where, "journal.csv", JOURNAL_COLUMNS, self._journal_pages(query), work)

    def verify(self, session: StaffSession, work: LongWork) -> Verification:
        with self.permissions.deed(session, Deed.VERIFY_AUDIT):
            return self.verifier.verify(work)

    def _audit_pages(self, query: AuditQuery) -> Iterator[Lines]:
        key, before = self.random.token_bytes(KEY_BYTES), AuditQuery().before
        while rows := self.records.audit(replace(query, before=before, count=MOST_ROWS)):
            told = (exported(row, key) for row in rows)
            yield [
                [*(row[name] for name in COLUMNS[:-1]), json.dumps(row["details"], ensure_ascii=False)] for row in told
            ]  # fmt: skip
            before = rows[-1].audit_id

    def _journal_pages(self, query: JournalQuery) -> Iterator[Lines]:
        before = JournalQuery().before
        while rows := self.records.journal(replace(query, before=before, count=MOST_ROWS)):
            yield [
                [row.journal_id, row.at, row.kind, row.terminal, row.period, row.amount or "no postings",
                 row.amount.currency if row.amount else "", row.reverses or ""]
                for row in rows
            ]  # fmt: skip
            before = rows[-1].journal_id
