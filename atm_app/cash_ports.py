"""Notes on their way out and in: what the machine needs of a dispenser and an acceptor. Words of XFS4IoT."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from atm_app.ports import Cancellation, DeviceError, DeviceStatus


@dataclass(frozen=True)
class NoteCount:
    """``position``: the cash unit's place in the machine, from 1."""

    position: int
    denomination: int
    count: int


Mix = tuple[NoteCount, ...]


class CashFate(StrEnum):
    """Where the notes of one dispense or one deposit are, as the device itself can tell (XFS4IoT present status).
    STORED and RETURNED are a deposit's: in the machine for good, or given back to the customer."""

    NOT_DISPENSED = "not_dispensed"
    STACKED = "stacked"
    PRESENTED = "presented"
    TAKEN = "taken"
    RETRACTED = "retracted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    STORED = "stored"
    RETURNED = "returned"


class DispenseFailed(DeviceError):
    """The notes were not presented; whatever had left the cassettes is in the reject bin."""

    def __init__(self, message: str, fate: CashFate) -> None:
        super().__init__(message)
        self.fate = fate


class CashDispenser(Protocol):
    """Blocking; runs on ``Work.DISPENSER``. Every dispense carries the request id of its withdrawal, so that
    the device can be asked about it after a power cut."""

    def status(self) -> DeviceStatus: ...
    def counts(self) -> Mix:
        """What lies in the cassettes by the device's own count."""
        ...

    def dispense(self, request_id: bytes, mix: Mix) -> None:
        """Cassettes to stacker. Raises DispenseFailed, DeviceUnavailable."""
        ...

    def present(self, request_id: bytes) -> None:
        """Stacker to shutter. Raises DispenseFailed, DeviceUnavailable."""
        ...

    def wait_taken(self, request_id: bytes, seconds: float) -> CashFate:
        """TAKEN, or RETRACTED when the notes still lay there after ``seconds``, or UNKNOWN."""
        ...

    def fate(self, request_id: bytes) -> CashFate:
        """What became of an earlier dispense; settles notes left in stacker or shutter first."""
        ...


@dataclass(frozen=True)
class NotesOfValue:
    """Notes of one denomination, counted by the acceptor. ``denomination``: minor units."""

    denomination: int
    count: int


NotesIn = tuple[NotesOfValue, ...]


@dataclass(frozen=True)
class Escrow:
    """What lies in the acceptor's escrow. ``refused``: notes it could not read and gave back at once."""

    notes: NotesIn
    refused: int = 0


class CashAcceptor(Protocol):
    """Blocking; runs on ``Work.ACCEPTOR``. XFS4IoT: CashInStart, CashIn, CashInEnd, CashInRollback."""

    def status(self) -> DeviceStatus: ...
    def count(self, request_id: bytes, seconds: float, cancellation: Cancellation) -> Escrow:
        """Open the slot, take what is put in, count it into escrow, on top of what lies there already. Returns when
        notes were counted, or with what there is after ``seconds``. Raises Cancelled, DeviceError."""
        ...

    def store(self, request_id: bytes) -> None:
        """Escrow to the deposit box. Raises DeviceError; ``fate`` tells what became of the notes then."""
        ...

    def give_back(self, request_id: bytes, seconds: float) -> CashFate:
        """Escrow to the customer: RETURNED, or STORED as what was left lying is taken in."""
        ...

    def fate(self, request_id: bytes) -> CashFate:
        """STORED, RETURNED or UNKNOWN; what still lies in escrow is given back first. Raises DeviceUnavailable."""
        ...
