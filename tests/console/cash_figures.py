"""Cash in the console's pictures: what is in the machine, days that ended, an exchange, a lost dispense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import EndOfDay, PeriodTotal, Suspended
from atm_app.branch.cash_count import CashPlace, CashStanding, PlaceCount, booked_places
from atm_app.branch.cash_reports import ReportMaker
from atm_app.branch.lost_notes import BookedLine, LostHold
from atm_app.branch.report_desk import PeriodPage
from atm_app.branch.report_ports import EndedPeriod, Exchange, MachineAccount, Unsettled
from atm_app.branch.roles import Role
from atm_app.cash_ports import CashFate, NotesOfValue
from atm_app.config import Settings
from atm_app.intent_ports import Intent, IntentEntry, IntentState
from gui.console.exchange import Draft
from gui.console.saving import FolderDialog

MOMENT = datetime(2026, 11, 20, 12, 31, 8, tzinfo=UTC)
UNITS = (
    CashUnit(1, 200_000, "INR", 1000, 380, 2, 0, 0), CashUnit(2, 50_000, "INR", 2000, 1840, 3, 1, 0),
    CashUnit(3, 20_000, "INR", 2000, 900, 0, 0, 2), CashUnit(4, 10_000, "INR", 2000, 2000, 0, 0, 0),
)  # fmt: skip
CASH_IN = (NotesOfValue(50_000, 14), NotesOfValue(10_000, 60))
HELD = (Suspended(bytes(range(16)), "withdrawal", Money.of_major(4500), "0451", MOMENT - timedelta(hours=2)),)
TOTALS = (
    PeriodTotal("cash_deposit", 9, 1_300_000), PeriodTotal("cash_load", 1, 15_000_000),
    PeriodTotal("payment", 14, 1_864_000), PeriodTotal("transfer", 31, 24_210_000),
    PeriodTotal("withdrawal", 214, 101_650_000), PeriodTotal("withdrawal_suspense", 1, 450_000),
)  # fmt: skip
CASH = -171_730_000


def ended(period: int, difference: int = 0) -> EndedPeriod:
    at = MOMENT - timedelta(days=12 - period)
    day = EndOfDay(period, at, TOTALS[: 3 + period % 4], UNITS, difference)
    accounts = (
        MachineAccount("cash_in_machine", CASH - 85_000_000, 85_000_000, CASH), MachineAccount("differences", 0, 0, 0),
        MachineAccount("suspense", 0, 450_000, 450_000),
    )  # fmt: skip
    return EndedPeriod(
        day, bytes([period] * 16), at - timedelta(days=1), "dev.patil", CASH_IN,
        (Unsettled("suspended", "withdrawal", 1, 450_000),), accounts,
    )  # fmt: skip


PLACES = (
    PlaceCount(CashPlace.CASSETTE, 1, 200_000, 618, 618, 1000, 1000),
    PlaceCount(CashPlace.CASSETTE, 2, 50_000, 156, 155, 2000, 2000),
    PlaceCount(CashPlace.CASSETTE, 3, 20_000, 1098, 1098, 2000, 2000),
    PlaceCount(CashPlace.CASSETTE, 4, 10_000, 0, 0, 2000, 2000),
    PlaceCount(CashPlace.REJECT_BIN, 0, 200_000, 2, 2), PlaceCount(CashPlace.REJECT_BIN, 0, 50_000, 3, 3),
    PlaceCount(CashPlace.RETRACT_BIN, 0, 50_000, 1, 1), PlaceCount(CashPlace.COLLECTING_BOX, 0, 50_000, 14, 14),
    PlaceCount(CashPlace.COLLECTING_BOX, 0, 10_000, 60, 60),
)  # fmt: skip
EXCHANGE = Exchange(
    bytes([9] * 16), 12, 880, MOMENT - timedelta(hours=5), -CASH, -CASH - 50_000, 360_000_000, "INR", PLACES,
    "dev.patil", "asha.rao",
)  # fmt: skip
PERIODS = tuple(ended(period, -20_000 if period == 9 else 0) for period in range(12, 0, -1))


def _booked(account: str, amount: int) -> BookedLine:
    return BookedLine(874, LOST_AT + timedelta(seconds=41), "withdrawal_suspense", account, amount)


LOST_AT = HELD[0].at
LOST = LostHold(
    HELD[0].request_id, "withdrawal", HELD[0].amount, "0451", ((50_000, 9),), CashFate.UNKNOWN, LOST_AT,
    LOST_AT + timedelta(seconds=41), False, (_booked("0451", -450_000), _booked("suspense", 450_000)),
    IntentEntry(
        Intent(HELD[0].request_id, IntentState.SETTLED, HELD[0].amount), LOST_AT - timedelta(seconds=1),
        LOST_AT + timedelta(seconds=42),
    ),
)  # fmt: skip


def _lost(window: Any) -> None:
    page = window.as_(Role.CUSTODIAN, "Cash").page
    page._table.choose(HELD[0].request_id.hex())
    window.press("What is known of it")


BOOKED = booked_places(UNITS, CASH_IN)
STANDING = [CashStanding(UNITS, BOOKED, 450_000, 0, "INR", False)]


def cash_answers() -> dict[str, Any]:
    """What the pages of cash ask, answered with the figures above."""
    maker = ReportMaker(Settings(terminal="T-1", bank="Sahyadri Bank", utc_offset=330))
    folder = SimpleNamespace(
        usual="/var/lib/cardless-atm/default/reports", folders=lambda _: ("2026-10", "2026-11"),
        parent=lambda _: "/var/lib/cardless-atm/default", inside=lambda where, name: f"{where}/{name}",
    )  # fmt: skip
    return {
        "cash": SimpleNamespace(standing=lambda _: STANDING[0], suspended=lambda _: HELD, lost=lambda *_: LOST),
        "reports": SimpleNamespace(
            maker=maker, page=lambda *_: PeriodPage(PERIODS, (EXCHANGE,)),
            day=lambda _, period: maker.day(PERIODS[12 - period], (EXCHANGE,) if period == 12 else ()),
            exchange=lambda *_: maker.exchange(EXCHANGE),
        ),
        "report_folder": folder,
    }  # fmt: skip


def _day(window: Any) -> None:
    page = window.as_(Role.CUSTODIAN, "Reports").page
    page.table.choose("12")
    window.press("Open")
    window.press("Cassettes")


def _save(window: Any) -> None:
    _day(window)
    window.press("Save as PDF")
    dialog = window.shell.dialogs[-1]
    assert isinstance(dialog, FolderDialog)
    dialog.table.choose("2026-11")


def _exchange(window: Any) -> None:
    page = window.as_(Role.AUDITOR, "Reports").page
    page.exchanges.choose(EXCHANGE.request_id.hex())
    window.press("Open this exchange")
    window.press("Taken out")


def _wizard(step: int) -> Callable[[Any], None]:
    """As two people left it: cassette 2 has a note of ₹500 too few."""

    def show(window: Any) -> None:
        shell = window.as_(Role.CUSTODIAN, "Cash")
        STANDING[0] = replace(STANDING[0], in_exchange=step > 0)
        typed = {f"out/{each.place}/{each.position}/{each.denomination}": f"{each.booked}" for each in BOOKED}
        typed["out/cassette/2/50000"] = "155"
        for unit in UNITS:
            typed[f"note/{unit.position}"] = f"{unit.denomination // 100}"
            typed[f"in/{unit.position}"] = typed[f"test/{unit.position}"] = f"{unit.initial}"
        shell.drafts["exchange"] = Draft(step, typed)
        window.press("Exchange of cassettes")
        STANDING[0] = replace(STANDING[0], in_exchange=False)

    return show


def _signed(window: Any) -> None:
    _wizard(4)(window)
    window.press("Have it signed")


CASH_PICTURES: dict[str, Callable[[Any], None]] = {
    "reports": lambda window: window.as_(Role.AUDITOR, "Reports") and None,
    "end_of_day": _day,
    "save_report": _save,
    "exchange_report": _exchange,
    "lost_notes": _lost,
    "exchange_books": _wizard(0),
    "exchange_counted": _wizard(1),
    "exchange_loaded": _wizard(2),
    "exchange_tested": _wizard(3),
    "exchange_difference": _wizard(4),
    "exchange_signed": _signed,
}
