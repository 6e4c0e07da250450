"""Earlier days: the periods that ended and the exchanges in them, newest first, a page at a time."""

from __future__ import annotations

from datetime import datetime
from tkinter import ttk

from atm_app.banking.money import Money
from atm_app.branch.cash_count import difference_told
from atm_app.branch.report_desk import PAGE, PeriodPage
from atm_app.branch.report_ports import LAST_PERIOD, EndedPeriod, Exchange
from atm_app.branch.reports import Report, ReportForm
from gui.console import layout
from gui.console.parts import Column
from gui.console.report_page import ReportPage, Save
from gui.console.shell import Shell, heading, row_of, table_of
from gui.console.words import LOCALE

PERIODS = (
    Column("Period", 10), Column("Opened", 20), Column("Closed", 20), Column("Closed by", 26),
    Column("Movements", 14, right=True), Column("Counters less ledger", 24, right=True),
)  # fmt: skip
EXCHANGES = (
    Column("Period", 10), Column("When", 20), Column("By", 20), Column("Signed by", 20),
    Column("Counted", 18, right=True), Column("Difference", 26, right=True),
)  # fmt: skip
EXCHANGE_ROWS = 4


class PeriodsPage:
    """``table``, ``exchanges``: what is shown of both."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Reports", f"Days of machine {shell.settings.terminal} that have ended.")
        self.table = table_of(shell, self.frame, PERIODS, PAGE)
        row = row_of(shell, self.frame)
        row.add("Open", self._open_day, "Primary")
        row.add("Older", self._older)
        row.add("Newest", lambda: self.look())
        shell.workshop.text(self.frame, "Exchanges in these periods", "large", bold=True, on_card=False).pack(
            anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=(shell.workshop.scale(layout.GAP), 0)
        )
        self.exchanges = table_of(shell, self.frame, EXCHANGES, EXCHANGE_ROWS)
        row_of(shell, self.frame).add("Open this exchange", self._open_exchange)
        self.look()

    def look(self, before: int = LAST_PERIOD) -> None:
        desk, session = self._shell.console.reports, self._shell.signed_in
        self._shell.ask(lambda: desk.page(session, before), self._show)

    def _older(self) -> None:
        if self.table.keys:
            self.look(int(self.table.keys[-1]))

    def _show(self, page: PeriodPage) -> None:
        if not page.periods and self.table.keys:
            self._shell.tell("There is nothing older.")
            return
        money = self._shell.console.reports.maker.money
        self.table.fill([
            (str(each.day.period), (each.day.period, self._at(each.opened_at), self._at(each.day.at),
                                    each.done_by or "a command", _movements(each),
                                    money(each.day.cash_difference).text(LOCALE)))
            for each in page.periods
        ])  # fmt: skip
        self.exchanges.fill([
            (each.request_id.hex(), (each.period, self._at(each.at), each.done_by or "a command", each.signed_by or "–",
                                     money(each.counted).text(LOCALE), _difference(each)))
            for each in page.exchanges
        ])  # fmt: skip

    def _at(self, at: datetime) -> str:
        return f"{self._shell.console.reports.maker.moment(at):%Y-%m-%d %H:%M}"

    # --- one of them -------------------------------------------------------------------------------------------------

    def _open_day(self) -> None:
        if period := self._shell.marked(self.table, "Choose a period first."):
            open_day(self._shell, int(period))

    def _open_exchange(self) -> None:
        if chosen := self._shell.marked(self.exchanges, "Choose an exchange first."):
            open_exchange(self._shell, bytes.fromhex(chosen))


def _movements(period: EndedPeriod) -> int:
    return sum(total.count for total in period.day.totals)


def _difference(exchange: Exchange) -> str:
    return difference_told(Money(exchange.difference, exchange.currency)) if exchange.difference else "none"


def open_day(shell: Shell, period: int) -> None:
    desk, session = shell.console.reports, shell.signed_in

    def save(form: ReportForm, where: str) -> str:
        return desk.save_day(session, period, form, where)

    shell.ask(lambda: desk.day(session, period), lambda report: show(shell, report, save))


def open_exchange(shell: Shell, request_id: bytes) -> None:
    desk, session = shell.console.reports, shell.signed_in

    def save(form: ReportForm, where: str) -> str:
        return desk.save_exchange(session, request_id, form, where)

    shell.ask(lambda: desk.exchange(session, request_id), lambda report: show(shell, report, save))


def show(shell: Shell, report: Report, save: Save) -> None:
    """In the place of the page that is open; *Back* opens the list."""
    shell.open(lambda opened: ReportPage(opened, report, save, lambda: opened.go_to("Reports")))
