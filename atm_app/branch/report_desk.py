"""Reports of cash: the periods that ended, the exchanges in them, and each as a file. Whoever saves one leaves a row in
the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from atm_app.branch.cash_reports import ReportMaker
from atm_app.branch.permissions import Permissions
from atm_app.branch.report_ports import LAST_PERIOD, EndedPeriod, Exchange, PeriodBooks, ReportFolder
from atm_app.branch.reports import Report, ReportForm, csv_of
from atm_app.branch.roles import Deed
from atm_app.branch.staff_session import StaffSession
from atm_app.stores import RequestRefused

# A screenful.
PAGE = 10


@dataclass(frozen=True)
class PeriodPage:
    """Newest first. ``exchanges``: those in these periods and, on the first page, since."""

    periods: tuple[EndedPeriod, ...]
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True)
class ReportDesk:
    """``draw``: a report as PDF. Raises RequestRefused: no_such_period, no_such_exchange."""

    permissions: Permissions
    books: PeriodBooks
    maker: ReportMaker
    draw: Callable[[Report], bytes]
    folder: ReportFolder

    def page(self, session: StaffSession, before: int = LAST_PERIOD) -> PeriodPage:
        """``before``: periods below this number."""
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            periods = self.books.ended(PAGE, before)
            first = periods[-1].day.period if len(periods) == PAGE else 0
            return PeriodPage(periods, self.books.exchanges(first, min(before - 1, LAST_PERIOD)))

    def day(self, session: StaffSession, period: int) -> Report:
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            return self._day(period)

    def exchange(self, session: StaffSession, request_id: bytes) -> Report:
        with self.permissions.deed(session, Deed.LOOK_AT_CASH):
            return self._exchange(request_id)

    def save_day(self, session: StaffSession, period: int, form: ReportForm, where: str) -> str:
        """The path of the new file in the folder ``where``. Raises RequestRefused as ``ReportFolder.keep`` does."""
        with self.permissions.deed(session, Deed.SAVE_REPORT, period=period, form=form.value):
            return self._kept(self._day(period), form, where)

    def save_exchange(self, session: StaffSession, request_id: bytes, form: ReportForm, where: str) -> str:
        with self.permissions.deed(session, Deed.SAVE_REPORT, exchange=request_id.hex(), form=form.value):
            return self._kept(self._exchange(request_id), form, where)

    def _day(self, period: int) -> Report:
        found = self.books.ended(1, period + 1)
        if not found or found[0].day.period != period:
            raise RequestRefused("no_such_period")
        return self.maker.day(found[0], self.books.exchanges(period, period))

    def _exchange(self, request_id: bytes) -> Report:
        for each in self.books.exchanges(0, LAST_PERIOD):
            if each.request_id == request_id:
                return self.maker.exchange(each)
        raise RequestRefused("no_such_exchange")

    def _kept(self, report: Report, form: ReportForm, where: str) -> str:
        content = self.draw(report) if form is ReportForm.PDF else csv_of(report).encode()
        return self.folder.keep(where, f"{report.name}.{form.value}", content)
