"""The methods of the desks that tell of cash, of customers and of what everybody did: how each is called, and what must
come of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from atm_app.branch.branch_ports import AuditQuery, JournalQuery
from atm_app.branch.long_work import LongWork
from atm_app.branch.reports import ReportForm
from atm_app.branch.roles import Deed, Role
from atm_app.branch.staff_session import StaffSession
from atm_app.branch.story import StoryKind
from atm_app.stores import Customer
from tests.branch.walk import Walk
from tests.db.bank import fresh_id

Act = Callable[[StaffSession], Any]


def look_at_lost(walk: Walk) -> Act:
    hold = walk.suspended()

    def act(session: StaffSession) -> None:
        assert walk.console.cash.lost(session, hold.request_id).amount == hold.amount

    return act


def whom(session: StaffSession, customer: Customer) -> str:
    """As this role asks for a customer."""
    return customer.pseudonym.hex() if session.member.role is Role.AUDITOR else customer.number


def story(walk: Walk) -> Act:
    customer = walk.customer()

    def act(session: StaffSession) -> None:
        lines = walk.console.stories.page(session, whom(session, customer)).lines
        assert lines[-1].what == "Enrolled."

    return act


def saved_story(walk: Walk) -> Act:
    customer, folder = walk.customer(), str(walk.storage.folder.reports)

    def act(session: StaffSession) -> None:
        path = walk.console.stories.save(
            session, whom(session, customer), StoryKind.EVERYTHING, folder, LongWork()
        )  # fmt: skip
        assert "Enrolled." in Path(path).read_text()

    return act


def day_report(walk: Walk) -> Act:
    period = walk.storage.branch.cut_off(fresh_id()).period
    return lambda session: walk.console.reports.day(session, period)


def save_report(walk: Walk) -> Act:
    period = walk.storage.branch.cut_off(fresh_id()).period

    def act(session: StaffSession) -> None:
        folder = str(walk.storage.folder.reports)
        path = walk.console.reports.save_day(session, period, ReportForm.CSV, folder)
        assert Path(path).read_text().count("\n") > 20

    return act


def with_exchange(call: Callable[[Walk, StaffSession, bytes], object]) -> Callable[[Walk], Act]:
    def prepared(walk: Walk) -> Act:
        request = walk.exchanged()
        return lambda session: call(walk, session, request)

    return prepared


RECORD_WAYS: dict[str, tuple[Deed, Callable[[Walk], Act]]] = {
    "cash.standing": (Deed.LOOK_AT_CASH, lambda walk: walk.console.cash.standing),
    "cash.lost": (Deed.LOOK_AT_CASH, look_at_lost),
    "reports.page": (Deed.LOOK_AT_CASH, lambda walk: walk.console.reports.page),
    "reports.day": (Deed.LOOK_AT_CASH, day_report),
    "reports.exchange": (Deed.LOOK_AT_CASH, with_exchange(
        lambda walk, session, request: walk.console.reports.exchange(session, request))),
    "reports.save_day": (Deed.SAVE_REPORT, save_report),
    "reports.save_exchange": (Deed.SAVE_REPORT, with_exchange(lambda walk, session, request: (
        walk.console.reports.save_exchange(session, request, ReportForm.CSV, str(walk.storage.folder.reports))))),
    "stories.page": (Deed.READ_STORY, story),
    "stories.save": (Deed.SAVE_STORY, saved_story),
    "exports.export_audit": (Deed.EXPORT_RECORDS, lambda walk: lambda session: walk.console.exports.export_audit(
        session, AuditQuery(session=session.token), str(walk.storage.folder.reports), LongWork())),
    "exports.export_journal": (Deed.EXPORT_RECORDS, lambda walk: lambda session: walk.console.exports.export_journal(
        session, JournalQuery(), str(walk.storage.folder.reports), LongWork())),
    "exports.verify": (Deed.VERIFY_AUDIT, lambda walk: lambda session: walk.console.exports.verify(
        session, LongWork())),
}  # fmt: skip
