"""What staff ask of the machine for the customer who stands before it, and how they ask: camera, sensor and screen are
lent to them, one errand at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from atm_app.palm_ports import PalmCapture, PalmProgress
from atm_app.ports import (
    Cancellation,
    DeviceUnavailable,
    FaceCapture,
    FaceProgress,
    FaceRequest,
    FingerMatch,
    FingerPrompt,
    FingerTemplate,
)
from atm_app.stores import Factor

Progress = FaceProgress | FingerPrompt | PalmProgress


@dataclass(frozen=True)
class FaceErrand:
    """Answered by a FaceCapture."""

    request: FaceRequest


@dataclass(frozen=True)
class FingerErrand:
    """So many touches of one finger into a template. Answered by FingerTaken."""

    captures: int
    patience: float


@dataclass(frozen=True)
class FingerTestErrand:
    """A finger compared with ``templates``. Answered by a FingerMatch."""

    templates: tuple[FingerTemplate, ...] = field(repr=False)
    patience: float


@dataclass(frozen=True)
class PalmErrand:
    """Answered by a PalmCapture."""

    samples: int
    patience: float


@dataclass(frozen=True)
class AgreementErrand:
    """The texts about these biometrics, to be read and agreed to one by one. Answered by Agreed."""

    kinds: tuple[Factor, ...]


@dataclass(frozen=True)
class PinErrand:
    """A PIN of the customer's own, typed twice. Answered by PinHashed, for whoever has ``pseudonym`` (16 bytes): the
    PIN itself never leaves the machine's process."""

    pseudonym: bytes


@dataclass(frozen=True)
class AppErrand:
    """The QR code of an authenticator's ``secret``, and a code back from the app. Answered by AppCode."""

    uri: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True)
class FingerTaken:
    """``family``: of the template."""

    template: bytes = field(repr=False)
    family: str


@dataclass(frozen=True)
class Agreed:
    kinds: tuple[Factor, ...]


@dataclass(frozen=True)
class PinHashed:
    pin_hash: bytes = field(repr=False)


@dataclass(frozen=True)
class AppCode:
    code: str = field(repr=False)


Answer = FaceCapture | FingerTaken | FingerMatch | PalmCapture | Agreed | PinHashed | AppCode
Errand = FaceErrand | FingerErrand | FingerTestErrand | PalmErrand | AgreementErrand | PinErrand | AppErrand


class ErrandRefused(Exception):
    """The customer, or the time, ended it. ``reason``: a key of a note, as the machine's screens have them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MachineAway(DeviceUnavailable):
    """No machine runs on this data folder, or it has ended, or somebody else has borrowed it."""


class Attendant(Protocol):
    """Staff, as the machine sees them: whom it answers. Calls return at once."""

    def lent(self, family: str) -> None:
        """From now on errands are done. ``family``: of the sensor's templates."""
        ...

    def waits(self, state: str) -> None:
        """A visit is under way, in ``state``; the machine is lent when it is over."""
        ...

    def report(self, progress: Progress) -> None: ...
    def answer(self, answer: Answer) -> None: ...
    def fail(self, error: Exception) -> None: ...


class LentMachine(Protocol):
    """The machine, as staff see it. All methods block; they raise MachineAway. ``language``: the customer's, of every
    errand from now on."""

    language: str

    @property
    def family(self) -> str:
        """Of the sensor's templates."""
        ...

    def borrow(self, cancellation: Cancellation, waits: Callable[[str], None]) -> None:
        """Returns when it is lent; ``waits`` hears which state a visit is in that has to end first. Raises
        Cancelled."""
        ...

    def give_back(self) -> None:
        """Also what was never borrowed."""
        ...

    def run(self, errand: Errand, cancellation: Cancellation, report: Callable[[Progress], None]) -> Answer:
        """The errand's answer. Raises ErrandRefused, Cancelled, and what the device raises that it is about."""
        ...
