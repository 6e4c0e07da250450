"""What the ATM needs to know a finger or a palm by a picture of it: a stick with files, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from atm_app.palm_ports import PalmCapture
from atm_app.ports import FingerMatch, FingerTemplate


class PictureFault(StrEnum):
    """Why a file cannot be used, for whoever tells the customer."""

    UNREADABLE = "unreadable"
    WRONG_FORMAT = "wrong_format"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    NOT_A_FINGERPRINT = "not_a_fingerprint"
    NOT_A_PALM = "not_a_palm"
    UNCLEAR = "unclear"
    TOO_LITTLE = "too_little"


class UnusablePicture(Exception):
    """No template can be made of the file. ``fault`` for programs, the message for staff, without the path."""

    def __init__(self, fault: PictureFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class PictureFiles(Protocol):
    """A memory stick. Blocking; runs on ``Work.PICTURES``."""

    def files(self) -> tuple[str, ...] | None:
        """What looks like a picture, by its path on the stick; None without a stick."""
        ...


class FingerPictures(PictureFiles, Protocol):
    """Pictures of fingers on a memory stick, a quarter of a second a picture. A picture proves no living finger."""

    family: str

    def enrol(self, file: str) -> bytes:
        """The template of one picture. Raises UnusablePicture."""
        ...

    def verify(self, templates: Sequence[FingerTemplate], file: str) -> FingerMatch:
        """Compare the picture 1:1 with each template in turn. Score 0 when nothing matches, or there is nothing.

        Raises UnusablePicture, DeviceError (a template of another family or a damaged one).
        """
        ...


class PalmPictures(PictureFiles, Protocol):
    """Pictures of palms on a memory stick, a tenth of a second a picture. A picture proves no living hand."""

    def capture(self, file: str) -> PalmCapture:
        """What the picture shows, as one frame of the camera would. Raises UnusablePicture."""
        ...


class DocumentPictures(Protocol):
    """Pictures of papers, out of anybody's files."""

    def read(self, path: str) -> bytes:
        """A JPEG of its own making: upright, no larger than needed to read it, and nothing else that was in the file.
        Raises UnusablePicture."""
        ...
