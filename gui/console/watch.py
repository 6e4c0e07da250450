"""The auditor's pages: what everybody did, and every movement; the newest first, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from tkinter import ttk
from typing import Any

from atm_app.branch.branch_ports import AuditQuery, JournalLine, JournalQuery
from atm_app.branch.long_work import LongWork
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.trust.audit import AuditRow
from gui.console import layout
from gui.console.long_run import run_long
from gui.console.parts import Column, Form, Row, Table
from gui.console.proof import verify
from gui.console.saving import FolderDialog
from gui.console.shell import Shell, heading, row_of
from gui.console.story import StoryView
from gui.console.words import LOCALE

AUDIT = (
    Column("Row", 8, right=True), Column("Time (UTC)", 20), Column("Chain", 16), Column("What", 20),
    Column("Outcome", 12), Column("Whom", 10), Column("Session", 10), Column("Details", 50),
)  # fmt: skip
JOURNAL = (
    Column("Row", 8, right=True), Column("Time", 20), Column("Kind", 18), Column("Machine", 14),
    Column("Period", 8, right=True), Column("Amount", 18, right=True), Column("Takes back", 12, right=True),
)  # fmt: skip
ROWS = 15
SHORT = 8  # digits of a pseudonym that are shown


class _RecordsPage:
    """A form of filters over a table; *Older* goes on below the last row."""

    title, line = "", ""
    columns: tuple[Column, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, self.title, self.line)
        self.form = Form(shell.workshop, self.frame, self.search, on_card=False, beside=True)
        for key, name in (*self.filters, ("days", "Of the last days")):
            self.form.add(key, name)
        self.form.frame.pack(
            anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=(shell.workshop.scale(layout.GAP), 0)
        )
        row = row_of(shell, self.frame)
        row.add("Search", self.search, "Primary")
        row.add("Older", self._older)
        if shell.may(Deed.EXPORT_RECORDS):
            row.add("Save as CSV", self._save)
        self.more_buttons(row)
        self.table = Table(shell.workshop, self.frame, self.columns, rows=ROWS, on_choose=self._told)
        self.table.widget.pack(fill="x", padx=shell.workshop.scale(layout.MARGIN))
        self._whole = shell.workshop.text(self.frame, "", "small", quiet=True, on_card=False, wrap=1900)
        self._whole.pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN))
        self.search()

    def search(self) -> None:
        raise NotImplementedError  # each asks its own desk

    def older(self, row: int) -> None:
        raise NotImplementedError

    def whole(self, key: str) -> str:
        """All of a row, for the one that is marked."""
        return ""

    def more_buttons(self, row: Row) -> None:
        """What this page has alone."""

    def query(self) -> AuditQuery | JournalQuery:
        """What the form says. Raises ValueError with a sentence."""
        raise NotImplementedError

    def export(self, session: StaffSession, query: Any, where: str, work: LongWork) -> str:
        raise NotImplementedError

    def _save(self) -> None:
        """All that fits the form, however much it is; the rows that are shown are a page of it."""
        shell, session, query = self._shell, self._shell.signed_in, self._shell.made(self.query)
        if query is not None:
            FolderDialog(
                shell, "Save as CSV", shell.console.report_folder,
                lambda where: run_long(
                    shell, f"Saving the {self.title.lower()}", "rows",
                    lambda work: self.export(session, query, where, work),
                    lambda path: shell.tell(f"Saved: {path}", good=True),
                ),
            )  # fmt: skip

    def since(self) -> datetime:
        """Raises ValueError with a sentence."""
        days = self.form.value("days")
        if not days:
            return datetime(1970, 1, 1, tzinfo=UTC)
        if not days.isdecimal():
            raise ValueError("Days are to be a whole number.")
        return datetime.now(UTC) - timedelta(days=int(days))

    def fetch(self, work: Callable[[], Sequence[Any]], show: Callable[[Sequence[Any]], None]) -> None:
        def found(rows: Sequence[Any]) -> None:
            show(rows)
            if not rows:
                self._shell.tell("Nothing fits.")

        self._shell.ask(work, found)

    def _older(self) -> None:
        if self.table.keys:
            self.older(int(self.table.keys[-1]))

    def _told(self) -> None:
        self._shell.workshop.set(self._whole, self.whole(self.table.chosen), "small")


class AuditPage(_RecordsPage):
    title, line = "Audit", "Every decision; customers and staff by pseudonym."
    columns = AUDIT
    filters = (("event", "What"), ("outcome", "Outcome"), ("subject", "Whom"), ("session", "Session"))

    def query(self) -> AuditQuery:
        value = self.form.value
        return AuditQuery(
            event=value("event"), outcome=value("outcome"), subject=bytes.fromhex(value("subject")),
            session=bytes.fromhex(value("session")), since=self.since(),
        )  # fmt: skip

    def export(self, session: StaffSession, query: AuditQuery, where: str, work: LongWork) -> str:
        return self._shell.console.exports.export_audit(session, query, where, work)

    def more_buttons(self, row: Row) -> None:
        if self._shell.may(Deed.READ_STORY):
            row.add("Story of whom", self._story)
        if self._shell.may(Deed.VERIFY_AUDIT):
            row.add("Verify the audit", lambda: verify(self._shell))

    def _story(self) -> None:
        shell, marked = self._shell, self._shell.marked(self.table, "Choose a row first.")
        if not marked:
            return
        subject = self._rows[marked].subject.hex()
        if not subject:
            shell.tell("This row is about nobody.")
            return
        shell.open(lambda opened: StoryView(opened, subject, subject[:SHORT], lambda: opened.go_to("Audit")))

    def search(self) -> None:
        query = self._shell.made(self.query)
        if query is not None:
            self._query = query
            self._fetch(query)

    def older(self, row: int) -> None:
        self._fetch(replace(self._query, before=row))

    def _fetch(self, query: AuditQuery) -> None:
        desk, session = self._shell.console.watch, self._shell.signed_in
        self.fetch(lambda: desk.audit(session, query), self._show)

    def _show(self, rows: Sequence[AuditRow]) -> None:
        self._rows = {str(row.audit_id): row for row in rows}
        self.table.fill([
            (key, (row.audit_id, row.at[:19], row.chain, row.event, row.outcome, row.subject.hex()[:SHORT],
                   row.session.hex()[:SHORT], _details(row)))
            for key, row in self._rows.items()
        ])  # fmt: skip

    def whole(self, key: str) -> str:
        row = self._rows.get(key)
        if row is None:
            return ""
        return f"{row.at}  ·  whom {row.subject.hex() or '–'}  ·  session {row.session.hex() or '–'}\n{_details(row)}"


def _details(row: AuditRow) -> str:
    details = json.loads(row.details) if row.details else {}
    return "  ".join(f"{name} {value}" for name, value in details.items())


class JournalPage(_RecordsPage):
    title, line = "Journal", "Every movement; whose it is stands in the books alone."
    columns = JOURNAL
    filters = (("kind", "Kind"), ("terminal", "Machine"))

    def query(self) -> JournalQuery:
        return JournalQuery(kind=self.form.value("kind"), terminal=self.form.value("terminal"), since=self.since())

    def export(self, session: StaffSession, query: JournalQuery, where: str, work: LongWork) -> str:
        return self._shell.console.exports.export_journal(session, query, where, work)

    def search(self) -> None:
        query = self._shell.made(self.query)
        if query is not None:
            self._query = query
            self._fetch(query)

    def older(self, row: int) -> None:
        self._fetch(replace(self._query, before=row))

    def _fetch(self, query: JournalQuery) -> None:
        desk, session = self._shell.console.watch, self._shell.signed_in
        self.fetch(lambda: desk.journal(session, query), self._show)

    def _show(self, rows: Sequence[JournalLine]) -> None:
        self.table.fill([
            (str(row.journal_id), (row.journal_id, f"{row.at.astimezone():%Y-%m-%d %H:%M:%S}", row.kind, row.terminal,
                                   row.period, _sum(row), row.reverses or ""))
            for row in rows
        ])  # fmt: skip


def _sum(row: JournalLine) -> str:
    """A movement without postings was written past the procedures: the auditor is to see it."""
    return row.amount.text(LOCALE) if row.amount else "no postings"
