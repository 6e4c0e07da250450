"""A fleet as the console's picture of it shows one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.roles import Role
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.watch.fleet import (
    FleetCount,
    FleetDetails,
    FleetPage,
    FleetTerminal,
    TerminalState,
    WorstDevice,
)

MOMENT = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
GOOD = FleetTerminal(
    "ATM-1", TerminalState.FREE, "", "0.2.0", MOMENT - timedelta(minutes=9), MOMENT, 2, 0.012,
    Money.of_major(1_842_500), 0, 0, 0, None,
)  # fmt: skip
TERMINALS = (
    replace(GOOD, terminal="ATM-7", state=TerminalState.SILENT, heard_at=MOMENT - timedelta(minutes=47),
            silent_seconds=2820, cash=Money.of_major(612_000)),
    replace(GOOD, terminal="ATM-12", state=TerminalState.OUT_OF_SERVICE, reason="dispenser", devices_down=2,
            empty=1, cash=Money.of_major(2_288_300),
            worst=WorstDevice("dispenser", DeviceState.HARDWARE_ERROR), since=MOMENT - timedelta(hours=2)),
    replace(GOOD, terminal="ATM-3", low=1, empty=1, cash=Money.of_major(48_100)),
    replace(GOOD, terminal="ATM-21", state=TerminalState.CUSTOMER, devices_down=1,
            worst=WorstDevice("printer", DeviceState.USER_ERROR), version="0.1.0", clock_ahead=None),
    replace(GOOD, terminal="ATM-30", low=2, clock_ahead=-214.0),
    GOOD,
    replace(GOOD, terminal="ATM-2", state=TerminalState.SERVED, cash=Money.of_major(2_000_000)),
    replace(GOOD, terminal="ATM-31", state=TerminalState.NEVER, version="", since=None, heard_at=None,
            silent_seconds=None, clock_ahead=None, cash=None),
    replace(GOOD, terminal="ATM-5", state=TerminalState.REVOKED, since=MOMENT - timedelta(days=3), cash=None,
            heard_at=MOMENT - timedelta(days=3), silent_seconds=259_400, version="0.1.0"),
)  # fmt: skip
COUNTS = tuple(
    FleetCount(state, version, terminals, 0.0, 2)
    for state, version, terminals in (
        (TerminalState.FREE, "0.2.0", 18), (TerminalState.CUSTOMER, "0.2.0", 9), (TerminalState.CUSTOMER, "0.1.0", 1),
        (TerminalState.OUT_OF_SERVICE, "0.2.0", 1), (TerminalState.SILENT, "0.2.0", 1), (TerminalState.NEVER, "", 1),
        (TerminalState.REVOKED, "0.1.0", 1),
    )
)  # fmt: skip
DETAILS = FleetDetails(
    "ATM-12",
    (
        DeviceStatus("acceptor", DeviceState.ONLINE), DeviceStatus("camera", DeviceState.ONLINE),
        DeviceStatus("dispenser", DeviceState.HARDWARE_ERROR, advice="a note is jammed at the exit; open the shutter"),
        DeviceStatus("fingerprint", DeviceState.ONLINE), DeviceStatus("palm", DeviceState.ONLINE),
        DeviceStatus("printer", DeviceState.USER_ERROR, advice="load paper"),
        DeviceStatus("speaker", DeviceState.ONLINE), DeviceStatus("stick", DeviceState.ONLINE),
    ),
    tuple(
        CashUnit(position, major * 100, "INR", 2000, taken, 4, 0, 0)
        for position, (major, taken) in enumerate(((2000, 1210), (500, 801), (200, 1402), (100, 1996)), 1)
    ),
)  # fmt: skip


def fleet_answers() -> dict[str, Any]:
    def page(_: object, query: Any) -> FleetPage:
        return FleetPage(TERMINALS, True, COUNTS, DETAILS if query.chosen else None)

    return {"fleet": SimpleNamespace(open=page, look_again=page)}


def _fleet(window: Any) -> None:
    window.as_(Role.AUDITOR, "Fleet").page.table.choose("ATM-12")


FLEET_PICTURES: dict[str, Callable[[Any], None]] = {"fleet": _fleet}
