"""What the ATM needs to know a palm: a camera that takes one, and a comparison of two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from atm_app.ports import Cancellation, DeviceStatus


class PalmAdvice(StrEnum):
    """What the customer can do to have the palm seen better; ``NONE`` when the picture is good."""

    NONE = "none"
    NO_HAND = "no_hand"
    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    SPREAD_FINGERS = "spread_fingers"
    HOLD_FLAT = "hold_flat"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    NO_LINES = "no_lines"


class HandSide(StrEnum):
    """Which hand it is, where the picture tells."""

    UNKNOWN = "unknown"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class PalmProgress:
    """One look at the hand. ``fraction`` of the samples taken, 0..1."""

    advice: PalmAdvice
    fraction: float


@dataclass(frozen=True)
class PalmCapture:
    """``samples``: one each frame, as ``PalmMatcher`` reads them; no pictures. ``quality``: the share of the frames
    with a hand that were good, 0..1. ``vetoed``: an attack detection took one of the frames for no living hand."""

    samples: tuple[bytes, ...]
    side: HandSide
    quality: float
    vetoed: bool = False


class PalmNotCaptured(Exception):
    """No palm could be taken within the patience. ``advice``: what was wrong last."""

    def __init__(self, advice: PalmAdvice) -> None:
        super().__init__(advice.value)
        self.advice = advice


class PalmCamera(Protocol):
    """Blocking; runs on ``Work.PALM``. Nothing that ships tells a living palm from a picture of one."""

    def status(self) -> DeviceStatus: ...

    def capture(
        self, samples: int, patience: float, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> PalmCapture:
        """So many good frames of one hand, in ``patience`` seconds. ``report`` is called on the caller's thread.

        Raises PalmNotCaptured, Cancelled, DeviceUnavailable (camera gone, frozen or in use).
        """
        ...


class PalmMatcher(Protocol):
    """Distances: share of the bits that differ, 0 for the same picture, about 0.4 for two people."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        """What is enrolled of the samples of one capture. Raises ValueError where they are of two hands."""
        ...

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        """1.0 between a left and a right hand, and for a template that cannot be read."""
        ...
