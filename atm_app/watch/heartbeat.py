"""What a machine says of itself every few seconds: no customer, no figure of anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from atm_app.banking.cash import CashUnit
from atm_app.ports import DeviceStatus

# A machine is heard of every three seconds; five of them may be lost before it is told as silent.
SILENT_SECONDS = 15
# The reason of a machine whose database does not answer: nothing is asked of it meanwhile.
DATABASE_TROUBLE = "database"


class Doing(StrEnum):
    """``SERVED``: in the hands of staff. ``CUSTOMER``: somebody is at it, from the first touch to the last screen."""

    STARTING = "starting"
    FREE = "free"
    CUSTOMER = "customer"
    SERVED = "served"
    OUT_OF_SERVICE = "out_of_service"


_OF_STATES = {
    "starting": Doing.STARTING, "welcome": Doing.FREE, "in_service": Doing.SERVED,
    "out_of_service": Doing.OUT_OF_SERVICE,
}  # fmt: skip


def doing_in(state: str) -> Doing:
    """``state``: of the flow. Every state that is not named here is one of a visit."""
    return _OF_STATES.get(state, Doing.CUSTOMER)


@dataclass(frozen=True)
class Heartbeat:
    """``reason``: a word, of a machine that is out of service; else empty."""

    doing: Doing
    reason: str
    devices: tuple[DeviceStatus, ...]

    @property
    def database_answers(self) -> bool:
        return self.doing is not Doing.STARTING and self.reason != DATABASE_TROUBLE


@dataclass(frozen=True)
class Decision:
    """An audit row of this machine, as far as it is counted: whose it was is not in it. ``details``: its figures."""

    audit_id: int
    event: str
    outcome: str
    details: Mapping[str, str | int | float]


@dataclass(frozen=True)
class Sighting:
    """The machine at one moment. ``at``: monotonic seconds. ``decisions``: those since the sighting before.
    ``cash_units``: None, and no decisions, where the database was not asked. ``heads``: the ends of the audit chains,
    a line each, as they are noted."""

    at: float
    heartbeat: Heartbeat
    decisions: tuple[Decision, ...] = ()
    cash_units: tuple[CashUnit, ...] | None = None
    heads: str = ""


class WatchStore(Protocol):
    """All calls raise StoreUnavailable."""

    def beat(self, heartbeat: Heartbeat) -> None:
        """Written over what this process said before."""
        ...

    def newest_decision(self) -> int:
        """The id of the latest; 0 where there is none."""
        ...

    def decisions_after(self, audit_id: int) -> tuple[Decision, ...]:
        """Of this machine's own chain, the oldest first, some hundreds at most."""
        ...
