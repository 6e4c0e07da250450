"""All terminals of a fleet, as the database knows of them."""

from __future__ import annotations

from datetime import UTC, datetime

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.ports import DeviceState
from atm_app.watch.fleet import (
    FleetCount,
    FleetDetails,
    FleetNews,
    FleetPage,
    FleetQuery,
    FleetTerminal,
    TerminalState,
    Trouble,
    WorstDevice,
)
from atm_app.watch.fleet_watcher import LOOK_SECONDS
from atm_app.watch_settings import FleetAlertSettings
from db.connection import Database, Row
from db.now import KIOSK, devices_of


class FleetRows:
    """What is read of them. Kiosk or staff role."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, query: FleetQuery) -> FleetPage:
        rows = self._database.rows(
            "fleet_page", states=",".join(query.states), name=query.name.upper(), skip=query.skip, count=query.count + 1
        )  # fmt: skip
        counts = tuple(
            FleetCount(
                TerminalState(row["state"]), row["version"], int(row["terminals"]), _seconds(row["clock_off"]),
                _whole(row["longest_silence"]),
            )
            for row in self._database.rows("fleet_counts")
        )  # fmt: skip
        found = tuple(_terminal(row) for row in rows[: query.count])
        return FleetPage(found, len(rows) > query.count, counts, self._details(query.chosen) if query.chosen else None)

    def _details(self, terminal: str) -> FleetDetails:
        units = self._database.rows("cash_units_of", terminal=terminal)
        devices = devices_of(self._database, terminal, KIOSK)
        return FleetDetails(terminal, devices, tuple(CashUnit(**row) for row in units))


class FleetWatchRows:
    """``terminal``: who looks. Kiosk role."""

    def __init__(self, database: Database, terminal: str) -> None:
        self._database = database
        self._terminal = terminal

    def look(self, claim: bytes, settings: FleetAlertSettings) -> tuple[FleetNews, ...]:
        rows = self._database.rows(
            "watch_fleet",
            terminal=self._terminal, claim=claim, every=int(LOOK_SECONDS), silent_after=int(settings.silent_after),
            clock_off=int(settings.clock_off), other_version_after=int(settings.other_version_after),
        )  # fmt: skip
        return tuple(
            FleetNews(
                row["terminal"], Trouble(row["kind"]), row["state"] == "over", row["version"], row["usual"] or "",
                _seconds(row["clock_ahead"]) or 0.0, int(row["silent_seconds"]),
            )
            for row in rows
        )  # fmt: skip


def _terminal(row: Row) -> FleetTerminal:
    state, _, device = row["worst"].partition(" ")
    return FleetTerminal(
        row["terminal"], TerminalState(row["state"]), row["reason"], row["version"], _moment(row["since"]),
        _moment(row["beaten_at"]), _whole(row["silent_seconds"]), _seconds(row["clock_ahead"]),
        Money(int(row["cash"]), row["currency"]) if row["currency"] else None, int(row["low_units"]),
        int(row["empty_units"]), int(row["devices_down"]), WorstDevice(device, DeviceState(state)) if device else None,
    )  # fmt: skip


def _moment(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value else None


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else int(milliseconds) / 1000


def _whole(value: int | None) -> int | None:
    return None if value is None else int(value)
