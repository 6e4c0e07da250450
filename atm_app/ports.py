"""What the ATM needs from the world, as Protocols and the frozen values that cross them.

Nothing here acts. The wings (``biometric``, ``db``, ``gui``) and ``devices`` implement these; ``commands.wiring``
plugs them in. Embeddings and templates are opaque ``bytes`` to the ground: only the wing that made them reads them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

T = TypeVar("T")


# --- time, chance and work ------------------------------------------------------------------------------------------


class Timer(Protocol):
    """One call that will happen later; ``cancel`` after it happened does nothing."""

    def cancel(self) -> None: ...


class TimeSource(Protocol):
    """What time it is; tests bring their own."""

    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class Clock(TimeSource, Protocol):
    """Time as the ATM sees it, with what is to happen later."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` on the controller's thread."""
        ...


class Random(Protocol):
    """Chance for secrets and challenges: a cryptographic source in the machine, a seeded one in the simulation."""

    def randbelow(self, upper: int) -> int: ...
    def token_bytes(self, count: int) -> bytes: ...


class Work(StrEnum):
    """The worker threads, one for each thing that can block. Work of one kind runs in the order it was given."""

    LEDGER = "ledger"
    FACE = "face"
    FINGERPRINT = "fingerprint"
    PALM = "palm"
    PICTURES = "pictures"
    DISPENSER = "dispenser"
    ACCEPTOR = "acceptor"
    PRINTER = "printer"
    MESSAGES = "messages"
    SPEAKER = "speaker"
    ONLOOKERS = "onlookers"


class Workers(Protocol):
    """Runs blocking work off the controller's thread and brings its answer back onto it."""

    def submit(
        self,
        kind: Work,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None: ...

    def post(self, callback: Callable[[], None]) -> None:
        """Run ``callback`` on the controller's thread; callable from any thread."""
        ...


@dataclass
class Cancellation:
    """Set by the controller, watched by the worker that waits for a person."""

    _event: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait at most ``seconds``; true when cancelled."""
        return self._event.wait(seconds)


class Cancelled(Exception):
    """The work ended because its session no longer wants it."""


# --- devices, in the words of XFS4IoT --------------------------------------------------------------------------------


class DeviceState(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "no_device"
    STARTING = "starting"
    HARDWARE_ERROR = "hardware_error"
    USER_ERROR = "user_error"
    FRAUD_ATTEMPT = "fraud_attempt"


@dataclass(frozen=True)
class DeviceStatus:
    """``virtual``: its software sibling stands in for the device. ``advice``: one line for staff."""

    name: str
    state: DeviceState
    virtual: bool = False
    advice: str = ""


class DeviceError(Exception):
    """A device did not do what it was asked to; the message is for staff and holds no personal data."""


class DeviceUnavailable(DeviceError):
    """Unplugged, frozen, silent or in somebody else's hands."""


# --- face ------------------------------------------------------------------------------------------------------------


class FaceAdvice(StrEnum):
    """What the customer can do to be seen better; ``NONE`` when the picture is good."""

    NONE = "none"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    OFF_CENTRE = "off_centre"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIT = "backlit"
    COVERED = "covered"
    BLURRED = "blurred"
    TURNED = "turned"
    EYES_SHUT = "eyes_shut"


class FacePrompt(StrEnum):
    """What the customer is asked to do now; left and right are the customer's own."""

    LOOK = "look"
    BLINK = "blink"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_BACK = "look_back"
    LEFT_A_LITTLE = "left_a_little"
    RIGHT_A_LITTLE = "right_a_little"
    NEARER = "nearer"
    FARTHER = "farther"
    DONE = "done"


@dataclass(frozen=True)
class Box:
    """A face in the frame, pixels, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int


ScreenColour = tuple[int, int, int]  # red, green and blue, 0..255


@dataclass(frozen=True)
class FaceProgress:
    """One look at the customer. ``fraction`` of the whole check done, 0..1. ``at``: the frame's time, seconds.
    ``light``: the colour the screen is to give now; None: its own."""

    prompt: FacePrompt
    advice: FaceAdvice
    fraction: float
    box: Box | None = None
    at: float = 0.0
    light: ScreenColour | None = None


class FacePurpose(StrEnum):
    AUTHENTICATE = "authenticate"
    ENROL = "enrol"


@dataclass(frozen=True)
class FaceRequest:
    """``challenges``: drawn anew by the caller for every session, in order. ``patience``: seconds of frame time.
    ``flash``: colours, drawn anew as well, that the screen shows at the end and the face must follow; none without.
    ``poses``: held one after another once the face is known to live, each for more samples: an enrolment's.
    """

    purpose: FacePurpose
    challenges: tuple[FacePrompt, ...]
    samples_wanted: int = 5
    patience: float = 45.0
    flash: tuple[ScreenColour, ...] = ()
    poses: tuple[FacePrompt, ...] = ()


@dataclass(frozen=True)
class FaceCapture:
    """The end of a face session that was live. ``samples``: one embedding each, 128 little-endian float32.

    ``quality`` 0..1; ``liveness``: figures of the evidence (eye-aspect dip, turn reached …) for the audit, no images.
    """

    samples: tuple[bytes, ...]
    quality: float
    liveness: dict[str, float]
    seconds: float


class FaceRefusal(StrEnum):
    """Why a face session ended without a capture."""

    NOBODY = "nobody"
    NOT_LIVE = "not_live"
    FACE_CHANGED = "face_changed"
    SEVERAL_FACES = "several_faces"
    POOR_PICTURE = "poor_picture"


class FaceNotCaptured(Exception):
    """No live face within the patience of the request."""

    def __init__(self, refusal: FaceRefusal, liveness: dict[str, float] | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.liveness = liveness or {}


class FaceCamera(Protocol):
    """Camera and vision process together: a live person into embeddings. Blocking; runs on ``Work.FACE``."""

    def status(self) -> DeviceStatus: ...

    def capture(
        self, request: FaceRequest, cancellation: Cancellation, report: Callable[[FaceProgress], None]
    ) -> FaceCapture:
        """``report`` is called on a thread of the wing's own.

        Raises FaceNotCaptured, Cancelled, DeviceUnavailable (camera gone or frozen, vision process lost twice).
        """
        ...


@dataclass(frozen=True)
class Candidate:
    """Who the one before the camera may be. ``distance``: of the matcher's own scale, median over the samples; smaller
    is nearer."""

    customer_id: int
    distance: float


class FaceMatcher(Protocol):
    """Arithmetic on embeddings; knows no thresholds."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        """The mean embedding, 512 bytes. Raises ValueError on an empty or malformed list."""
        ...

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float: ...

    def moved(self, template: bytes, samples: Sequence[bytes], rate: float, origin: bytes, reach: float) -> bytes:
        """``template`` moved by ``rate`` (0..1) of its way to the samples' mean, and no further than ``reach`` away
        from ``origin``. Raises ValueError as ``template`` does."""
        ...


class FaceGallery(Protocol):
    """All enrolled faces in memory, for 1:N."""

    def __len__(self) -> int: ...
    def customers(self) -> frozenset[int]: ...
    def replace(self, templates: Sequence[tuple[int, bytes]]) -> None: ...
    def put(self, customer_id: int, template: bytes) -> None: ...
    def remove(self, customer_id: int) -> None: ...
    def nearest(self, samples: Sequence[bytes], count: int) -> tuple[Candidate, ...]:
        """Best first; empty when nobody is enrolled."""
        ...


# --- fingerprint -----------------------------------------------------------------------------------------------------


class FingerPrompt(StrEnum):
    PLACE = "place"
    LIFT = "lift"
    PLACE_AGAIN = "place_again"
    READING = "reading"
    MESSY = "messy"


@dataclass(frozen=True)
class FingerTemplate:
    """``family``: which sensors understand it, e.g. ``r307-minutiae-1``; others refuse it."""

    template_id: int
    finger: str
    family: str
    data: bytes


@dataclass(frozen=True)
class FingerMatch:
    """The best of the customer's fingers. ``score`` is the scale of ``family``; the threshold is ours. ``vetoed``: an
    attack detection took the presentation for no living finger, whatever the score."""

    template_id: int
    score: int
    family: str
    vetoed: bool = False


class NoFinger(Exception):
    """Nobody laid a finger on the sensor within the patience."""


class FingerprintSensor(Protocol):
    """An R307 on a serial port. Blocking; runs on ``Work.FINGERPRINT``, which owns the port."""

    @property
    def family(self) -> str:
        """Of its templates."""
        ...

    def status(self) -> DeviceStatus: ...

    def verify(
        self,
        templates: Sequence[FingerTemplate],
        patience: float,
        cancellation: Cancellation,
        report: Callable[[FingerPrompt], None],
    ) -> FingerMatch:
        """Wait for a finger, compare it 1:1 with each template in turn.

        The finger must be off the sensor before it counts as placed. Score 0 when nothing matches, or there is nothing.
        Raises NoFinger, Cancelled, DeviceUnavailable, DeviceError.
        """
        ...

    def enrol(
        self, captures: int, patience: float, cancellation: Cancellation, report: Callable[[FingerPrompt], None]
    ) -> bytes:
        """``captures`` touches (2 or 3) with the finger lifted between, joined into one template.

        Raises NoFinger, Cancelled, DeviceUnavailable, DeviceError (touches that do not belong together).
        """
        ...
