"""The methods of the desks that tell of cash, of customers and of what everybody did: how each is called, and what must
come of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import AuditQuery, JournalQuery
from atm_app.branch.list_desk import export_action
from atm_app.branch.long_work import LongWork
from atm_app.branch.reports import ReportForm
from atm_app.branch.roles import Deed, Role
from atm_app.branch.staff_session import StaffSession
from atm_app.branch.story import StoryKind
from atm_app.stores import Customer
from tests.branch.walk import Walk, fresh_number
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


def list_of(walk: Walk, *, opening: str = "") -> tuple[str, str]:
    """The path of a list with one new customer, and their number."""
    number, folder = fresh_number(6), walk.storage.folder.reports
    folder.mkdir(exist_ok=True)
    path = folder / f"list-{number}.csv"
    path.write_text(f"number,name,opening\n{number},Mira Sen,{opening}\n")
    return str(path), number


def read_list(walk: Walk) -> Act:
    path, number = list_of(walk)

    def act(session: StaffSession) -> None:
        assert [one.number for one in walk.console.lists.read(session, path).listed] == [number]

    return act


def tried_list(walk: Walk) -> Act:
    path, number = list_of(walk)
    read = walk.console.lists.read(walk.branch.session(walk.first[Role.TELLER]), path)

    def act(session: StaffSession) -> None:
        assert walk.console.lists.attempt(session, read, LongWork()).new == 1
        assert walk.storage.customers.find(number) is None

    return act


def brought_in(walk: Walk) -> Act:
    path, number = list_of(walk, opening="500")
    read = walk.console.lists.read(walk.branch.session(walk.first[Role.TELLER]), path)

    def act(session: StaffSession) -> None:
        approval = walk.approval(session, read.action(walk.terminal))
        walk.console.lists.bring_in(session, read, approval, LongWork())
        customer = walk.storage.customers.find(number)
        assert customer is not None
        (account,) = walk.storage.ledger.accounts(customer.customer_id)
        assert account.balance == Money.of_major(500)

    return act


def saved_list(walk: Walk) -> Act:
    number, folder = walk.customer().number, str(walk.storage.folder.reports)

    def act(session: StaffSession) -> None:
        approval = walk.approval(session, export_action(walk.terminal))
        path = walk.console.lists.save(session, folder, approval, LongWork())
        assert number in Path(path).read_text()

    return act


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
    "lists.read": (Deed.TRY_LIST, read_list),
    "lists.attempt": (Deed.TRY_LIST, tried_list),
    "lists.bring_in": (Deed.IMPORT_CUSTOMERS, brought_in),
    "lists.save": (Deed.EXPORT_CUSTOMERS, saved_list),
    "exports.export_audit": (Deed.EXPORT_RECORDS, lambda walk: lambda session: walk.console.exports.export_audit(
        session, AuditQuery(session=session.token), str(walk.storage.folder.reports), LongWork())),
    "exports.export_journal": (Deed.EXPORT_RECORDS, lambda walk: lambda session: walk.console.exports.export_journal(
        session, JournalQuery(), str(walk.storage.folder.reports), LongWork())),
    "exports.verify": (Deed.VERIFY_AUDIT, lambda walk: lambda session: walk.console.exports.verify(
        session, LongWork())),
}  # fmt: skip
