"""What goes over the line between the machine and the branch's console, as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from atm_app.palm_ports import PalmAdvice, PalmNotCaptured, PalmProgress
from atm_app.ports import (
    DeviceError,
    DeviceUnavailable,
    FaceNotCaptured,
    FaceProgress,
    FaceRefusal,
    FingerPrompt,
    NoFinger,
)
from atm_app.supervisor_ports import Answer, Errand, ErrandRefused, Progress


@dataclass(frozen=True)
class Ask:
    errand: Errand
    language: str


@dataclass(frozen=True)
class Withdraw:
    """What was asked last is no longer wanted."""


@dataclass(frozen=True)
class Taken:
    """Another console has the machine; the line ends here."""


@dataclass(frozen=True)
class Waits:
    state: str


@dataclass(frozen=True)
class Lent:
    family: str


@dataclass(frozen=True)
class Seen:
    """One of them."""

    face: FaceProgress | None = None
    finger: FingerPrompt | None = None
    palm: PalmProgress | None = None

    @classmethod
    def of(cls, progress: Progress) -> Seen:
        match progress:
            case FaceProgress():
                return cls(face=progress)
            case PalmProgress():
                return cls(palm=progress)
            case _:
                return cls(finger=progress)

    @property
    def progress(self) -> Progress:
        seen = self.face or self.finger or self.palm
        assert seen is not None, "one of them is always there"
        return seen


@dataclass(frozen=True)
class Answered:
    answer: Answer


@dataclass(frozen=True)
class Failed:
    """``kind``: of the error; ``reason``: what it says."""

    kind: str
    reason: str

    @classmethod
    def of(cls, error: Exception) -> Failed:
        match error:
            case FaceNotCaptured():
                return cls("face", error.refusal.value)
            case PalmNotCaptured():
                return cls("palm", error.advice.value)
            case NoFinger():
                return cls("finger", "")
            case DeviceUnavailable():
                return cls("unavailable", str(error))
            case DeviceError():
                return cls("device", str(error))
            case ErrandRefused():
                return cls("refused", error.reason)
        return cls("refused", "trouble")

    @property
    def error(self) -> Exception:
        match self.kind:
            case "face":
                return FaceNotCaptured(FaceRefusal(self.reason))
            case "palm":
                return PalmNotCaptured(PalmAdvice(self.reason))
            case "finger":
                return NoFinger()
            case "unavailable":
                return DeviceUnavailable(self.reason)
            case "device":
                return DeviceError(self.reason)
        return ErrandRefused(self.reason)


UNIX = "AF_UNIX"  # of the line's socket, as multiprocessing.connection calls it
ToMachine = Ask | Withdraw
ToConsole = Taken | Waits | Lent | Seen | Answered | Failed

_converter = make_converter()
for _union in (Errand, Answer, ToMachine, ToConsole):
    configure_tagged_union(_union, _converter, tag_name="is")


def to_machine(message: ToMachine) -> bytes:
    return _converter.dumps(message, ToMachine).encode()


def from_console(data: bytes) -> ToMachine:
    """Raises what cattrs raises for what is no message."""
    message: ToMachine = _converter.loads(data, ToMachine)  # type: ignore[arg-type]
    return message


def to_console(message: ToConsole) -> bytes:
    return _converter.dumps(message, ToConsole).encode()


def from_machine(data: bytes) -> ToConsole:
    message: ToConsole = _converter.loads(data, ToConsole)  # type: ignore[arg-type]
    return message
