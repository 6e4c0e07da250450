"""One customer's whole story: a teller asks by the customer's number, the auditor by a pseudonym, without a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

from atm_app.branch.exports import Lines, export
from atm_app.branch.long_work import LongWork
from atm_app.branch.permissions import DeedRecord, Permissions
from atm_app.branch.report_ports import ReportFolder
from atm_app.branch.roles import Deed, Role
from atm_app.branch.staff_session import StaffSession
from atm_app.branch.story import SILENT, Cursor, StoryKind, StoryPage, StoryRecords, page_of
from atm_app.stores import Customers, RequestRefused

PAGE = 100
EXPORT_PAGE = 500
COLUMNS = ("at", "kind", "what", "machine", "row")
PSEUDONYM_BYTES = 16


@dataclass(frozen=True)
class StoryDesk:
    """``whom``: for a teller the customer's number, for the auditor the pseudonym in hexadecimal. A teller is not shown
    what must stay silent (``SILENT``). Raises RequestRefused: no_such_customer, no_pseudonym."""

    permissions: Permissions
    records: StoryRecords
    customers: Customers
    folder: ReportFolder

    def page(
        self, session: StaffSession, whom: str, kind: StoryKind = StoryKind.EVERYTHING, cursor: Cursor | None = None
    ) -> StoryPage:
        """Newest first, PAGE lines of it below ``cursor``."""
        with self.permissions.deed(session, Deed.READ_STORY) as record:
            pseudonym, hidden = self._whom(session, whom, record)
            return page_of(self.records, pseudonym, kind, cursor or Cursor(), PAGE, hidden)

    def save(self, session: StaffSession, whom: str, kind: StoryKind, where: str, work: LongWork) -> str:
        """The path of a new list (CSV) of all of it. Raises as ``export`` does."""
        with self.permissions.deed(session, Deed.SAVE_STORY, kind=kind.value) as record:
            pseudonym, hidden = self._whom(session, whom, record)
            pages = self._pages(pseudonym, kind, hidden)
            return export(self.folder, where, f"story-{whom}.csv", COLUMNS, pages, work)

    def _pages(self, pseudonym: bytes, kind: StoryKind, hidden: tuple[str, ...]) -> Iterator[Lines]:
        cursor: Cursor | None = Cursor()
        while cursor is not None:
            page = page_of(self.records, pseudonym, kind, cursor, EXPORT_PAGE, hidden)
            yield [
                (line.at.astimezone(UTC), line.kind.value, line.what, line.machine, line.source) for line in page.lines
            ]
            cursor = page.next_page

    def _whom(self, session: StaffSession, whom: str, record: DeedRecord) -> tuple[bytes, tuple[str, ...]]:
        """The pseudonym, and what is left out."""
        if session.member.role is Role.AUDITOR:
            try:
                pseudonym = bytes.fromhex(whom)
            except ValueError as error:
                raise RequestRefused("no_pseudonym") from error
            if len(pseudonym) != PSEUDONYM_BYTES:
                raise RequestRefused("no_pseudonym")
            record.subject = pseudonym
            return pseudonym, ()
        customer = self.customers.find(whom)
        if customer is None:
            raise RequestRefused("no_such_customer")
        record.subject = customer.pseudonym
        return customer.pseudonym, SILENT
