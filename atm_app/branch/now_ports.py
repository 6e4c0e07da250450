"""What the console knows of a machine at this moment, as a Protocol and frozen values. Nobody is named in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.branch_ports import JournalLine
from atm_app.ports import DeviceStatus
from atm_app.watch.heartbeat import SILENT_SECONDS, Doing

# Of the bars by hour: this hour and those before it.
HOURS = 24


@dataclass(frozen=True)
class Heard:
    """What the kiosk last said. ``since``: when it began doing this, ``at``: when it said so, both UTC;
    ``silent_seconds``: by the database's clock."""

    doing: Doing
    reason: str
    version: str
    since: datetime
    at: datetime
    silent_seconds: int
    devices: tuple[DeviceStatus, ...]

    @property
    def silent(self) -> bool:
        """Whether it should have been heard of again."""
        return self.silent_seconds > SILENT_SECONDS


@dataclass(frozen=True)
class FailureCount:
    """``factor``: face, fingerprint, palm, pin or one_time_code."""

    factor: str
    of_hour: int
    of_day: int


@dataclass(frozen=True)
class Durations:
    """Seconds: the middle one, and the one that 95 of 100 stayed within; of so many."""

    count: int
    median: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Durations | None:
        """None where there are none."""
        if not seconds:
            return None
        ordered = sorted(seconds)
        return cls(len(ordered), ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)])


@dataclass(frozen=True)
class MachineNow:
    """``heard``: None where no kiosk was ever started. ``sign_ins``, ``withdrawals``: by hour of the bank's wall clock,
    ``HOURS`` of them, this hour last; ``hour``: which one that is, 0 to 23."""

    heard: Heard | None
    cash_units: tuple[CashUnit, ...]
    movements: tuple[JournalLine, ...]
    failures: tuple[FailureCount, ...]
    face: Durations | None
    visits: Durations | None
    sign_ins: tuple[int, ...]
    withdrawals: tuple[Money, ...]
    hour: int


class MachineRecords(Protocol):
    """Of this terminal. Raises StoreUnavailable."""

    def now(self) -> MachineNow: ...
