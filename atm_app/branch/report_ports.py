"""What the reports of cash are made of: periods that ended and exchanges, as the books wrote them down, and where a
report goes. All amounts in minor units."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from atm_app.branch.branch_ports import EndOfDay
from atm_app.branch.cash_count import PlaceCount
from atm_app.cash_ports import NotesIn

LAST_PERIOD = 2**31


@dataclass(frozen=True)
class Exchange:
    """``booked``: what the books said was in the machine before. ``places``: empty where nobody counted by place.
    ``journal_id``: 0 where nothing moved.
    ``done_by``, ``signed_by``: user names, empty where a command did it."""

    request_id: bytes
    period: int
    journal_id: int
    at: datetime
    booked: int
    counted: int
    loaded: int
    currency: str
    places: tuple[PlaceCount, ...]
    done_by: str
    signed_by: str

    @property
    def difference(self) -> int:
        return self.counted - self.booked


@dataclass(frozen=True)
class Unsettled:
    """Holds that stand open. ``state``: held (on its way) or suspended (nobody knows where the notes are)."""

    state: str
    kind: str
    count: int
    amount: int


@dataclass(frozen=True)
class MachineAccount:
    """One of the machine's own accounts over a period. ``opening`` and ``moved`` are the journal's, ``balance`` is the
    ledger's; from the customer's side, so that cash is negative."""

    kind: str
    opening: int
    moved: int
    balance: int

    @property
    def off(self) -> int:
        """Ledger less journal; zero."""
        return self.balance - self.opening - self.moved


@dataclass(frozen=True)
class EndedPeriod:
    """``done_by``: the user name, the pseudonym where that account is gone, empty for a command. ``cash_in``,
    ``unsettled``, ``accounts``: None of a period that ended before they were written down."""

    day: EndOfDay
    request_id: bytes
    opened_at: datetime
    done_by: str
    cash_in: NotesIn | None
    unsettled: tuple[Unsettled, ...] | None
    accounts: tuple[MachineAccount, ...] | None


class PeriodBooks(Protocol):
    """Of one terminal; newest first. Raises StoreUnavailable."""

    def ended(self, count: int, before: int = LAST_PERIOD) -> tuple[EndedPeriod, ...]:
        """``before``: periods below this number."""
        ...

    def exchanges(self, first: int, last: int) -> tuple[Exchange, ...]:
        """Those of these periods, both included."""
        ...


class NewFile(Protocol):
    """``name``: its path."""

    @property
    def name(self) -> str: ...
    def write(self, content: bytes) -> None: ...


class ReportFolder(Protocol):
    """Where reports are saved: a folder of the machine's own, or one that somebody chose."""

    @property
    def usual(self) -> str: ...
    def folders(self, where: str) -> tuple[str, ...]:
        """Names of the folders in this one, in order. Raises RequestRefused: no_such_folder, folder_unreadable."""
        ...

    def files(self, where: str, ending: str | tuple[str, ...]) -> tuple[str, ...]:
        """Names of the files in this folder that end so, or in one of these ways, in order. Raises as ``folders``."""
        ...

    def parent(self, where: str) -> str: ...
    def inside(self, where: str, name: str) -> str: ...
    def keep(self, where: str, name: str, content: bytes) -> str:
        """The path of a new file; one that is there is never written over, the new one gets a number. Raises
        RequestRefused: no_such_folder, folder_not_writable, disk_full, not_written."""
        ...

    def new_file(self, where: str, name: str) -> AbstractContextManager[NewFile]:
        """As ``keep``, written piece by piece: whole at the end, or not there."""
        ...
