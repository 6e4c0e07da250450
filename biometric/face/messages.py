"""What the kiosk's process and the vision process say to each other over their pipe. Pixels go beside it.

Protocol: the kiosk starts a session, writes a frame into a slot of the ring and names it; the vision process answers
every frame with exactly one ``Seen`` or ``Ended``, after which the slot is free again. Faces are counted beside a
session, in a slot of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.ports import FaceCapture, FaceProgress, FaceRefusal, FaceRequest, ScreenColour

# --- kiosk to vision -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StartSession:
    """``session``: a number the answers carry, so that late ones of an ended session are known as such."""

    session: int
    request: FaceRequest


@dataclass(frozen=True)
class LookAt:
    """``slot`` of the ring holds a frame taken ``at`` (seconds of frame time)."""

    session: int
    slot: int
    at: float


@dataclass(frozen=True)
class LitBy:
    """The screen gives ``colour`` since ``at`` (seconds, on the clock of the frames); None: its own light."""

    session: int
    colour: ScreenColour | None
    at: float


@dataclass(frozen=True)
class EndSession:
    """Forget the session and all it saw."""

    session: int


@dataclass(frozen=True)
class CountFaces:
    """How many faces are in the frame in ``slot``, which no session uses? ``number``: of the question."""

    number: int
    slot: int


@dataclass(frozen=True)
class AskModules:
    """Which modules has the vision process loaded? For the test that it loads no Tk and no database."""


@dataclass(frozen=True)
class Stop:
    """End the process. A pipe closed by the kiosk's death does the same."""


# --- vision to kiosk -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """The models are loaded and warm; ``seconds`` it took since the process began."""

    seconds: float


@dataclass(frozen=True)
class Seen:
    """The session goes on."""

    session: int
    progress: FaceProgress


@dataclass(frozen=True)
class Ended:
    """The session is over: a capture, or the refusal with the evidence so far."""

    session: int
    progress: FaceProgress | None
    capture: FaceCapture | None
    refusal: FaceRefusal | None = None
    liveness: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class FacesCounted:
    """``widths``: shares of the frame's, largest first."""

    number: int
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Modules:
    """The names in ``sys.modules``, sorted."""

    names: tuple[str, ...]


Command = StartSession | LookAt | LitBy | EndSession | CountFaces | AskModules | Stop
Answer = Ready | Seen | Ended | FacesCounted | Modules
