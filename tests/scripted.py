"""The bodies before a machine without pixels, and what they carry: each device does what the test wrote down."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from atm_app.message_ports import Contact, DeliveryFailed, Message
from atm_app.palm_ports import HandSide, PalmAdvice, PalmCapture, PalmProgress
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import (
    Cancelled,
    DeviceState,
    DeviceStatus,
    FaceAdvice,
    FaceCapture,
    FaceProgress,
    FacePrompt,
    FingerMatch,
    FingerPrompt,
    FingerTemplate,
)

FAMILY = "test-finger-1"


class ScriptedCamera:
    """Each capture takes the next of ``script``: samples, or an error to raise."""

    def __init__(self) -> None:
        self.script: deque[tuple[bytes, ...] | Exception] = deque()
        self.state = DeviceState.ONLINE
        self.requests: list[Any] = []

    def status(self) -> DeviceStatus:
        return DeviceStatus("camera", self.state, virtual=True)

    def capture(self, request: Any, cancellation: Any, report: Callable[[FaceProgress], None]) -> FaceCapture:
        self.requests.append(request)
        if cancellation.cancelled:
            raise Cancelled
        report(FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, 0.1))
        outcome = self.script.popleft()
        if isinstance(outcome, Exception):
            raise outcome
        return FaceCapture(outcome, 0.9, {"blink": 0.3}, 4.0)


class ScriptedOnlookers:
    """``widths``: of the faces there are, as shares of the picture's, largest first; or an error to raise."""

    def __init__(self) -> None:
        self.widths: tuple[float, ...] | Exception = ()
        self.looks = 0

    def faces(self) -> tuple[float, ...]:
        self.looks += 1
        if isinstance(self.widths, Exception):
            raise self.widths
        return self.widths


class ScriptedPalms:
    """Each capture takes the next of ``script``: samples, or an error to raise. Samples are the palm's name."""

    def __init__(self) -> None:
        self.script: deque[tuple[bytes, ...] | Exception] = deque()
        self.vetoed = False

    def status(self) -> DeviceStatus:
        return DeviceStatus("camera", DeviceState.ONLINE, virtual=True)

    def capture(
        self, samples: int, patience: float, cancellation: Any, report: Callable[[PalmProgress], None]
    ) -> PalmCapture:
        if cancellation.cancelled:
            raise Cancelled
        report(PalmProgress(PalmAdvice.NO_HAND, 0.0))
        outcome = self.script.popleft()
        if isinstance(outcome, Exception):
            raise outcome
        return PalmCapture(outcome, HandSide.RIGHT, 1.0, self.vetoed)


class NamedPalms:
    """Matcher: a template is near samples of its own name."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        return samples[0]

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        return 0.2 if template == samples[0] else 0.4


class ScriptedSensor:
    """Each touch takes the next of ``script``: a score, or an error to raise."""

    family = FAMILY

    def __init__(self) -> None:
        self.script: deque[int | Exception] = deque()
        self.state = DeviceState.ONLINE
        self.finger = 0

    def status(self) -> DeviceStatus:
        return DeviceStatus("fingerprint", self.state, virtual=True)

    def verify(
        self, templates: tuple[FingerTemplate, ...], patience: float, cancellation: Any,
        report: Callable[[FingerPrompt], None],
    ) -> FingerMatch:  # fmt: skip
        if cancellation.cancelled:
            raise Cancelled
        report(FingerPrompt.READING)
        outcome = self.script.popleft()
        if isinstance(outcome, Exception):
            raise outcome
        return FingerMatch(templates[self.finger].template_id if templates else 0, outcome, self.family)

    def enrol(self, captures: int, patience: float, cancellation: Any, report: Any) -> bytes:
        return b"finger"


class ScriptedPictures:
    """``stick``: what is on it, by file: a score, or an error to raise. None: no stick."""

    family = "pictures"

    def __init__(self) -> None:
        self.stick: dict[str, int | Exception] | None = None
        self.compared: list[tuple[FingerTemplate, ...]] = []

    def files(self) -> tuple[str, ...] | None:
        return None if self.stick is None else tuple(self.stick)

    def enrol(self, file: str) -> bytes:
        return b"picture"

    def verify(self, templates: Sequence[FingerTemplate], file: str) -> FingerMatch:
        self.compared.append(tuple(templates))
        outcome = (self.stick or {}).get(file, UnusablePicture(PictureFault.UNREADABLE, "pulled out"))
        if isinstance(outcome, Exception):
            raise outcome
        return FingerMatch(templates[0].template_id if templates else 0, outcome if templates else 0, self.family)


class ScriptedPalmPictures:
    """``stick``: what is on it, by file: the palm's name, or an error to raise. None: no stick."""

    def __init__(self) -> None:
        self.stick: dict[str, bytes | Exception] | None = None
        self.vetoed = False

    def files(self) -> tuple[str, ...] | None:
        return None if self.stick is None else tuple(self.stick)

    def capture(self, file: str) -> PalmCapture:
        outcome = (self.stick or {}).get(file, UnusablePicture(PictureFault.UNREADABLE, "pulled out"))
        if isinstance(outcome, Exception):
            raise outcome
        return PalmCapture((outcome,), HandSide.RIGHT, 1.0, self.vetoed)


@dataclass
class Post:
    """The customer's post: messages arrive, or the server is down."""

    name: str = "e-mail"
    contact: Contact = Contact.EMAIL
    down: bool = False
    messages: list[Message] = field(default_factory=list)

    def status(self) -> DeviceStatus:
        return DeviceStatus(self.name, DeviceState.ONLINE, virtual=True)

    def send(self, message: Message) -> None:
        if self.down:
            raise DeliveryFailed("down")
        self.messages.append(message)

    def code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.messages[-1].text)
        assert found is not None
        return found[0]
