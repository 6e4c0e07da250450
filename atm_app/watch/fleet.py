"""All terminals of a fleet at one moment, a line each, and what staff are told of them. Nobody is named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.trust.alerts import Alert
from atm_app.watch_settings import FleetAlertSettings

# A screen of them.
PAGE = 9


class TerminalState(StrEnum):
    """What a kiosk said last, unless it has been silent since, was revoked, or was never heard of. ``OTHER``: what a
    newer version says and this one has no word for."""

    STARTING = "starting"
    FREE = "free"
    CUSTOMER = "customer"
    SERVED = "served"
    OUT_OF_SERVICE = "out_of_service"
    SILENT = "silent"
    NEVER = "never"
    REVOKED = "revoked"
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> TerminalState:
        return cls.OTHER


# Whose clock and version are known as they are now.
HEARD = frozenset(TerminalState) - {TerminalState.SILENT, TerminalState.NEVER, TerminalState.REVOKED}


@dataclass(frozen=True)
class WorstDevice:
    name: str
    state: DeviceState


@dataclass(frozen=True)
class FleetTerminal:
    """``since``: when the state began, ``heard_at``: when it last said something, both UTC and None where it never did;
    ``silent_seconds``: since then, by the database's clock. ``clock_ahead``: seconds of its own clock before the
    database's, None where it does not say. ``cash``: of the notes that should lie in its cassettes, None without any;
    ``low``, ``empty``: how many of them. ``devices_down``: how many do not work, ``worst``: the worst of those."""

    terminal: str
    state: TerminalState
    reason: str
    version: str
    since: datetime | None
    heard_at: datetime | None
    silent_seconds: int | None
    clock_ahead: float | None
    cash: Money | None
    low: int
    empty: int
    devices_down: int
    worst: WorstDevice | None


@dataclass(frozen=True)
class FleetCount:
    """So many in this state with this version. ``clock_off``: seconds of the clock that is most off, either way;
    ``longest_silence``: seconds; both None where nobody says."""

    state: TerminalState
    version: str
    terminals: int
    clock_off: float | None
    longest_silence: int | None


@dataclass(frozen=True)
class FleetDetails:
    """Of one terminal."""

    terminal: str
    devices: tuple[DeviceStatus, ...]
    cash_units: tuple[CashUnit, ...]


@dataclass(frozen=True)
class FleetQuery:
    """``states``: none for all of them. ``name``: a part of it, capitals or not. ``skip``: those before the first.
    ``chosen``: whose details are wanted."""

    states: tuple[TerminalState, ...] = ()
    name: str = ""
    skip: int = 0
    count: int = PAGE
    chosen: str = ""


@dataclass(frozen=True)
class FleetPage:
    """``terminals``: those that fit, the worst first. ``more``: whether some come after them. ``counts``: of all there
    are."""

    terminals: tuple[FleetTerminal, ...]
    more: bool
    counts: tuple[FleetCount, ...]
    details: FleetDetails | None = None


class FleetRecords(Protocol):
    """Raises StoreUnavailable."""

    def page(self, query: FleetQuery) -> FleetPage: ...


class Trouble(StrEnum):
    """Not heard of; its clock is off; it runs another version than most."""

    SILENT = "silent"
    CLOCK = "clock"
    VERSION = "version"


@dataclass(frozen=True)
class FleetNews:
    """``over``: it has ended. ``usual``: the version most run, empty where that is not known. ``clock_ahead``,
    ``silent_seconds``: seconds."""

    terminal: str
    trouble: Trouble
    over: bool
    version: str
    usual: str
    clock_ahead: float
    silent_seconds: int


class FleetWatch(Protocol):
    """Raises StoreUnavailable."""

    def look(self, claim: bytes, settings: FleetAlertSettings) -> tuple[FleetNews, ...]:
        """What this call is to tell staff, and no other kiosk's. ``claim``: 16 random bytes of the call's own."""
        ...


ALERTS = {
    (Trouble.SILENT, False): Alert.TERMINAL_SILENT, (Trouble.SILENT, True): Alert.TERMINAL_HEARD,
    (Trouble.CLOCK, False): Alert.CLOCK_OFF, (Trouble.CLOCK, True): Alert.CLOCK_RIGHT,
    (Trouble.VERSION, False): Alert.OTHER_VERSION, (Trouble.VERSION, True): Alert.USUAL_VERSION,
}  # fmt: skip


def told_of(news: Sequence[FleetNews]) -> tuple[tuple[Alert, str, int], ...]:
    """One alert a kind, however many terminals it is about, and how many these are: when a line breaks, a hundred
    messages would hide the next one."""
    told = []
    for (trouble, over), alert in ALERTS.items():
        meant = [each for each in news if (each.trouble, each.over) == (trouble, over)]
        if meant:
            told.append((alert, "; ".join(_sentence(each) for each in meant), len(meant)))
    return tuple(told)


def _sentence(news: FleetNews) -> str:
    if news.over:
        return news.terminal
    if news.trouble is Trouble.SILENT:
        return f"{news.terminal}, for {news.silent_seconds // 60} minutes"
    if news.trouble is Trouble.CLOCK:
        return f"{news.terminal}, {abs(news.clock_ahead):.0f} s {'fast' if news.clock_ahead > 0 else 'slow'}"
    return f"{news.terminal} runs {news.version}, most run {news.usual or 'another one'}"
