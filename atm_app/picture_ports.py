"""What the ATM needs to know a finger by a picture of it: a stick with files, and a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from atm_app.ports import FingerMatch, FingerTemplate


class PictureFault(StrEnum):
    """Why a file cannot be used, for whoever tells the customer."""

    UNREADABLE = "unreadable"
    WRONG_FORMAT = "wrong_format"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    NOT_A_FINGERPRINT = "not_a_fingerprint"
    UNCLEAR = "unclear"
    TOO_LITTLE = "too_little"


class UnusablePicture(Exception):
    """No template can be made of the file. ``fault`` for programs, the message for staff, without the path."""

    def __init__(self, fault: PictureFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class FingerPictures(Protocol):
    """Pictures of fingers on a memory stick. Blocking, a quarter of a second a picture; runs on ``Work.PICTURES``.
    A picture proves no living finger."""

    family: str

    def files(self) -> tuple[str, ...] | None:
        """What looks like a picture, by its path on the stick; None without a stick."""
        ...

    def enrol(self, file: str) -> bytes:
        """The template of one picture. Raises UnusablePicture."""
        ...

    def verify(self, templates: Sequence[FingerTemplate], file: str) -> FingerMatch:
        """Compare the picture 1:1 with each template in turn. Score 0 when nothing matches, or there is nothing.

        Raises UnusablePicture, DeviceError (a template of another family or a damaged one).
        """
        ...
