"""Reports of cash: what a period and an exchange were, in words and figures, on paper, as a list, in a file."""

from __future__ import annotations

import csv
import errno
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from atm_app.banking.money import Money
from atm_app.branch.reports import HEADING, Report, ReportForm, ReportTable, csv_of, told
from atm_app.branch.roles import Role
from atm_app.branch.staff_session import StaffSession
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome, RequestRefused
from commands.branch_wiring import draw_report
from commands.report_folder import Reports
from tests.branch.walk import Walk
from tests.db.bank import ask, fresh_id


def ended(walk: Walk, session: StaffSession) -> Report:
    """The report of the period that is ended now."""
    day = walk.console.cash.cut_off(session, fresh_id())
    return walk.console.reports.day(session, day.period)


def lines(report: Report, table: str) -> dict[str, tuple[str, ...]]:
    """By their first cell, as people read them."""
    found = next(each for each in report.tables if each.title == table)
    return {told(line[0]): tuple(told(cell) for cell in line[1:]) for line in found.lines}


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


# --- a day -----------------------------------------------------------------------------------------------------------


def test_a_day_is_told_with_everything_that_moved_and_who_ended_it(walk: Walk, custodian: StaffSession) -> None:
    ended(walk, custodian)
    walk.suspended()
    report = ended(walk, custodian)
    facts = {name: told(value) for name, value in report.facts}
    assert facts["Closed by"] == walk.first[Role.CUSTODIAN].name
    assert facts["Opened"].endswith("(UTC+05:30)")
    assert lines(report, "Movements")["Withdrawal, notes not known where"] == ("1", "₹100.00")
    number, amount = lines(report, "Open")["Withdrawal, notes not known where"]
    assert int(number) >= 1
    assert any(amount.removesuffix(".00") in sentence and sentence.startswith("Lost") for sentence in report.verdicts)
    accounts = lines(report, "Accounts")
    opening, moved, closing = accounts["Suspense: customers' money set aside"]
    assert moved == "₹100.00"
    assert opening != closing
    assert report.agreed


def test_a_period_opens_with_what_the_one_before_closed_with(walk: Walk, custodian: StaffSession) -> None:
    closed = {name: row[2] for name, row in lines(ended(walk, custodian), "Accounts").items()}
    walk.suspended()
    opened = {name: row[0] for name, row in lines(ended(walk, custodian), "Accounts").items()}
    assert opened == closed


@pytest.mark.parametrize(("statement", "by", "told_so"), [
    ("UPDATE account SET balance = balance + %s WHERE number = CONCAT('CASH-', %s, '-INR')", -500,
     ("Ledger and journal differ by ₹5: Cash in the machine.",
      "Counters and ledger differ: the counters say ₹5 less than the ledger.")),
    ("UPDATE account SET balance = balance + %s WHERE number = CONCAT('SUSPENSE-', %s, '-INR')", 700,
     ("Ledger and journal differ by ₹7: Suspense: customers' money set aside.",)),
    ("UPDATE cash_unit SET initial = initial + %s WHERE terminal = %s AND position = 4", 1,
     ("Counters and ledger differ: the counters say ₹100 more than the ledger.",)),
])  # fmt: skip
def test_what_somebody_changed_past_the_procedures_is_told(
    walk: Walk, custodian: StaffSession, statement: str, by: int, told_so: tuple[str, ...]
) -> None:
    ended(walk, custodian)
    ask(walk.branch.admin, statement, (by, walk.terminal))
    try:
        report, next_one = (ended(walk, custodian) for _ in range(2))
    finally:
        ask(walk.branch.admin, statement, (-by, walk.terminal))
        walk.console.cash.cut_off(custodian, fresh_id())
    assert not report.agreed
    assert set(told_so) <= set(report.verdicts)
    assert not any(sentence.startswith("Ledger and journal differ") for sentence in next_one.verdicts), (
        "once, where it was"
    )


def test_notes_paid_in_and_notes_in_the_bins_are_counted_by_denomination(walk: Walk, custodian: StaffSession) -> None:
    customer, books, ledger = walk.customer(), walk.storage.branch, walk.storage.ledger
    account = books.open_account(customer.customer_id, "Bank", f"88{customer.number}", "savings", "INR")
    books.deposit(fresh_id(), account, Money.of_major(1000))
    walk.exchanged()
    for fate in (CashFate.REJECTED, CashFate.RETRACTED, CashFate.RETRACTED):
        asked = walk.withdrawal(customer, account)
        ledger.hold(asked)
        ledger.settle(asked.request_id, Outcome.VOIDED, fate)
    bins = lines(ended(walk, custodian), "Bins and paid in")
    assert (bins["Reject bin, ₹100"], bins["Retract bin, ₹100"]) == (
        ("₹100.00", "1", "₹100.00"), ("₹100.00", "2", "₹200.00"),
    )  # fmt: skip


def test_a_day_of_the_time_before_these_reports_says_what_is_not_known(walk: Walk, custodian: StaffSession) -> None:
    period = walk.storage.periods.ended(1)[0]
    old = replace(period, cash_in=None, unsettled=None, accounts=None, done_by="")
    report = walk.console.reports.maker.day(old, ())
    assert "The accounts of this period were not written down: ledger and journal are not compared here." in (
        report.verdicts
    )
    assert {table.note for table in report.tables if not table.lines} >= {"Not written down for this period."}


# --- as files --------------------------------------------------------------------------------------------------------


def test_a_list_holds_every_figure_once_and_no_formula(walk: Walk, custodian: StaffSession) -> None:
    report = ended(walk, custodian)
    dangerous = replace(report, bank="=cmd|' /C calc'!A0", facts=(*report.facts, ("Worth", Money(-150))))
    rows = list(csv.reader(csv_of(dangerous).removeprefix("\ufeff").splitlines()))
    assert tuple(rows[0]) == HEADING
    assert {len(row) for row in rows} == {len(HEADING)}
    values = {tuple(row[:3]): row[3] for row in rows[1:]}
    assert values["report", "", "bank"] == "'=cmd|' /C calc'!A0"
    assert values["report", "", "Worth"] == "-1.50", "a figure stays a figure"
    assert values["Cassettes", "Cassette 1", "Note"] == "2000.00"
    figures = sum(len(line) - 1 for table in report.tables for line in table.lines)
    assert len(rows) - 1 == 2 + len(dangerous.facts) + figures + len(report.verdicts)


def test_a_page_holds_everything_and_a_long_table_goes_on_with_its_heading(walk: Walk, custodian: StaffSession) -> None:
    report = ended(walk, custodian)
    (page,) = pages_of(draw_report(report))
    for wanted in (report.bank, *report.verdicts, *(told(value) for _, value in report.facts)):
        assert "".join(wanted.split()) in "".join(page.split()), wanted
    many = ReportTable("Many", ("Line", "Sum"), tuple((f"line {n}", Money(n)) for n in range(90)))
    pages = pages_of(draw_report(replace(report, tables=(many,))))
    assert len(pages) == 3
    assert all("Line" in text and f"Page {place} of 3" in text for place, text in enumerate(pages, 1))
    assert sorted(re.findall(r"\bline \d+\b", " ".join(pages))) == sorted(f"line {n}" for n in range(90))


@pytest.mark.slow
def test_the_same_report_is_the_same_page(walk: Walk, custodian: StaffSession) -> None:
    report = ended(walk, custodian)
    assert draw_report(report) == draw_report(report)


def test_a_report_is_saved_beside_the_one_that_is_there_and_the_audit_knows(
    walk: Walk, custodian: StaffSession, tmp_path: Path
) -> None:
    period, last = walk.console.cash.cut_off(custodian, fresh_id()).period, walk.branch.last_audit()
    paths = [
        Path(walk.console.reports.save_day(custodian, period, form, str(tmp_path)))
        for form in (ReportForm.CSV, ReportForm.CSV, ReportForm.PDF)
    ]
    assert [path.name for path in paths] == [
        f"end-of-day-{walk.terminal}-{period:06}{ending}" for ending in (".csv", " (2).csv", ".pdf")
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[2].read_bytes().startswith(b"%PDF")
    assert paths[0].stat().st_mode & 0o777 == 0o600
    begun = [row for row in walk.branch.audit_after(last) if row["outcome"] == "begun"]
    assert [(row["deed"], int(row["period"]), row["form"]) for row in begun] == [
        ("save_report", period, form) for form in ("csv", "csv", "pdf")
    ]


def test_a_disk_that_is_full_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RequestRefused, match="disk_full"):
        Reports(tmp_path).keep(str(tmp_path), "day.csv", b"text")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("where", "reason"), [
    ("nowhere", "no_such_folder"), ("a file", "no_such_folder"), ("/proc", "folder_not_writable|no_such_folder"),
])  # fmt: skip
def test_a_folder_that_cannot_take_it_is_told(tmp_path: Path, where: str, reason: str) -> None:
    (tmp_path / "a file").write_text("")
    with pytest.raises(RequestRefused, match=reason):
        Reports(tmp_path).keep(str(tmp_path / where), "day.csv", b"text")


def test_moments_are_told_by_the_wall_clock_and_in_utc() -> None:
    assert told(datetime(2026, 11, 22, 6, 30, tzinfo=UTC)) == "22 Nov 2026, 06:30:00 (UTC)"
