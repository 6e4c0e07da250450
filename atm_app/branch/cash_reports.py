"""The reports of cash: of an accounting period what its cut-off wrote down, of an exchange what two people counted; in
the order a branch reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.cash_count import CashPlace, difference_told, place_told
from atm_app.branch.kind_words import movement_told
from atm_app.branch.report_ports import EndedPeriod, Exchange, MachineAccount, Unsettled
from atm_app.branch.reports import Cell, Report, ReportTable
from atm_app.config import Settings

ACCOUNTS = {
    "cash_in_machine": "Cash in the machine",
    "suspense": "Suspense: customers' money set aside",
    "differences": "Differences: found less missing",
}
STATES = {"held": "on its way", "suspended": "notes not known where"}
BY_COMMAND = "a command of the machine"
NOT_KEPT = "Not written down for this period."


class ReportMaker:
    """``settings``: the bank, the terminal, its currency and its wall clock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._zone = timezone(timedelta(minutes=settings.utc_offset))

    def money(self, minor: int) -> Money:
        return Money(minor, self._settings.currency)

    def moment(self, at: datetime) -> datetime:
        """By the bank's wall clock."""
        return at.astimezone(self._zone)

    # --- a period ----------------------------------------------------------------------------------------------------

    def day(self, period: EndedPeriod, exchanges: Sequence[Exchange]) -> Report:
        day, terminal = period.day, self._settings.terminal
        facts: tuple[tuple[str, Cell], ...] = (
            ("Machine", terminal), ("Period", day.period), ("Opened", self.moment(period.opened_at)),
            ("Closed", self.moment(day.at)), ("Closed by", period.done_by or BY_COMMAND),
            ("Request", period.request_id.hex()),
        )  # fmt: skip
        tables = (
            ReportTable(
                "Movements", ("Kind", "Number", "Sum"),
                tuple((movement_told(each.kind), each.count, self.money(each.amount)) for each in day.totals),
                "Nothing was moved.",
            ),
            self._cassettes(day.cash_units), self._bins(period), self._open(period.unsettled),
            self._exchanges(exchanges), self._accounts(period.accounts),
        )  # fmt: skip
        verdicts = tuple(self._verdicts(period))
        agreed = not day.cash_difference and not any(account.off for account in period.accounts or ())
        name = f"end-of-day-{terminal}-{day.period:06}"
        return Report(name, self._settings.bank, "End of day", facts, tables, verdicts, agreed)

    def _cassettes(self, units: Sequence[CashUnit]) -> ReportTable:
        columns = (
            "Cassette", "Note", "Loaded", "Presented", "Rejected", "Retracted", "Unknown", "Left", "Worth",
        )  # fmt: skip
        lines = tuple(
            (f"Cassette {unit.position}", self.money(unit.denomination), unit.initial, unit.presented, unit.rejected,
             unit.retracted, unit.unknown, unit.count, self.money(unit.count * unit.denomination))
            for unit in units
        )  # fmt: skip
        return ReportTable("Cassettes", columns, lines, "No cassette is loaded.")

    def _bins(self, period: EndedPeriod) -> ReportTable:
        units = period.day.cash_units
        lines = [
            *self._bin("Reject bin", units, lambda unit: unit.rejected),
            *self._bin("Retract bin", units, lambda unit: unit.retracted),
        ]
        lines += [self._notes("Paid in", note.denomination, note.count) for note in period.cash_in or ()]
        told = "Nothing in the reject bin, the retract bin and the collecting box."
        return ReportTable(
            "Bins and paid in", ("Place", "Note", "Number", "Sum"), tuple(lines),
            told if period.cash_in is not None else NOT_KEPT,
        )  # fmt: skip

    def _bin(self, name: str, units: Iterable[CashUnit], count: Callable[[CashUnit], int]) -> list[tuple[Cell, ...]]:
        by_note: dict[int, int] = {}
        for unit in units:
            by_note[unit.denomination] = by_note.get(unit.denomination, 0) + count(unit)
        return [self._notes(name, note, by_note[note]) for note in sorted(by_note, reverse=True) if by_note[note]]

    def _notes(self, place: str, denomination: int, count: int) -> tuple[Cell, ...]:
        return (f"{place}, {self.money(denomination).text()}", self.money(denomination), count,
                self.money(count * denomination))  # fmt: skip

    def _open(self, unsettled: Sequence[Unsettled] | None) -> ReportTable:
        lines = tuple(
            (f"{each.kind.capitalize()}, {STATES.get(each.state, each.state)}", each.count, self.money(each.amount))
            for each in unsettled or ()
        )
        told = "Nothing stands open." if unsettled is not None else NOT_KEPT
        return ReportTable("Open", ("What", "Number", "Sum"), lines, told)

    def _exchanges(self, exchanges: Sequence[Exchange]) -> ReportTable:
        lines = tuple(
            (f"{self.moment(each.at):%d %b %Y, %H:%M}", self.money(each.booked), self.money(each.counted),
             self.money(each.difference), self.money(each.loaded), each.done_by or BY_COMMAND, each.signed_by or "–")
            for each in exchanges
        )  # fmt: skip
        columns = ("Exchange", "Booked", "Counted", "Difference", "Loaded", "By", "Signed by")
        return ReportTable("Exchanges", columns, lines, "No cassette was exchanged.")

    def _accounts(self, accounts: Sequence[MachineAccount] | None) -> ReportTable:
        columns = ("Account", "Opening", "Moved by the journal", "Closing by the ledger")
        return ReportTable("Accounts", columns, tuple(map(self._account, accounts or ())), NOT_KEPT)

    def _account(self, account: MachineAccount) -> tuple[Cell, ...]:
        """An asset of the bank is negative in its books; what is in the machine is told as people count it."""
        sign = -1 if account.kind == "cash_in_machine" else 1
        figures = (self.money(sign * minor) for minor in (account.opening, account.moved, account.balance))
        return (ACCOUNTS.get(account.kind, account.kind), *figures)

    def _verdicts(self, period: EndedPeriod) -> Iterable[str]:
        difference = period.day.cash_difference
        if difference:
            than = "more" if difference > 0 else "less"
            amount = self.money(abs(difference)).text()
            yield f"Counters and ledger differ: the counters say {amount} {than} than the ledger."
        else:
            yield "Counters and ledger agree on the cash in the machine."
        if period.accounts is None:
            yield "The accounts of this period were not written down: ledger and journal are not compared here."
        for account in (each for each in period.accounts or () if each.off):
            name, amount = ACCOUNTS.get(account.kind, account.kind), self.money(abs(account.off)).text()
            yield f"Ledger and journal differ by {amount}: {name}."
        if period.accounts is not None and not any(each.off for each in period.accounts):
            yield "Ledger and journal agree on every account of the machine."
        if lost := [each for each in period.unsettled or () if each.state == "suspended"]:
            amount = self.money(sum(each.amount for each in lost)).text()
            count = sum(each.count for each in lost)
            yield f"Lost dispenses and deposits that wait for staff: {count}, {amount}."

    # --- an exchange -------------------------------------------------------------------------------------------------

    def exchange(self, exchange: Exchange) -> Report:
        facts: tuple[tuple[str, Cell], ...] = (
            ("Machine", self._settings.terminal), ("Period", exchange.period), ("When", self.moment(exchange.at)),
            ("Journal row", exchange.journal_id or "none: nothing moved"), ("By", exchange.done_by or BY_COMMAND),
            ("Signed by", exchange.signed_by or "–"), ("Request", exchange.request_id.hex()),
        )  # fmt: skip
        counted = tuple(
            (place_told(each), self.money(each.denomination), each.booked, each.counted, each.difference,
             self.money(each.difference * each.denomination))
            for each in exchange.places if each.booked or each.counted
        )  # fmt: skip
        loaded = tuple(
            (place_told(each), self.money(each.denomination), each.loaded, each.tested,
             self.money(each.loaded * each.denomination))
            for each in exchange.places if each.place is CashPlace.CASSETTE
        )  # fmt: skip
        sums = tuple(
            (name, self.money(minor))
            for name, minor in (
                ("By the books", exchange.booked), ("Counted", exchange.counted), ("Difference", exchange.difference),
                ("Loaded", exchange.loaded),
            )
        )  # fmt: skip
        tables = (
            ReportTable("Sums", ("What", "Sum"), sums),
            ReportTable("Taken out", ("Place", "Note", "Booked", "Counted", "Difference", "Worth"), counted,
                        "Nobody counted place by place."),
            ReportTable("Put in", ("Place", "Note", "Loaded", "The machine counts", "Worth"), loaded,
                        "Nobody counted place by place."),
        )  # fmt: skip
        name = f"exchange-{self._settings.terminal}-{self.moment(exchange.at):%Y%m%d-%H%M%S}"
        verdict = f"{difference_told(self.money(exchange.difference))}."
        return Report(
            name, self._settings.bank, "Exchange of cassettes", facts, tables, (verdict,), not exchange.difference
        )  # fmt: skip
