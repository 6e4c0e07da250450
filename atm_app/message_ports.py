"""Words to the customer: on paper, and over the channels that take messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from atm_app.ports import DeviceStatus


@dataclass(frozen=True)
class Attachment:
    """``name``: of the file, without folders. ``media_type``: as ``application/pdf``."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a customer is told, over whichever channel. ``subject`` and ``text`` are plain, one language. ``brief``: the
    same for a telephone, where every letter costs; empty: the text itself."""

    subject: str
    text: str
    brief: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Message:
    """A letter as one channel sends it. ``address``: where it goes."""

    address: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


class DeliveryFailed(Exception):
    """The channel did not take the message."""


class Contact(StrEnum):
    """Which of a customer's contacts a channel writes to."""

    EMAIL = "email"
    PHONE = "phone"


class Addressee(Protocol):
    """Whoever messages go to: a customer, or somebody who is about to be one. Either may be empty."""

    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...


class MessageChannel(Protocol):
    """Blocking; runs on ``Work.MESSAGES``."""

    name: str
    contact: Contact

    def status(self) -> DeviceStatus: ...
    def send(self, message: Message) -> None: ...


class ReceiptPrinter(Protocol):
    """Blocking; runs on ``Work.PRINTER``."""

    def status(self) -> DeviceStatus:
        """Asked before money moves, so that the screen can say that there will be no receipt. ONLINE: it has paper."""
        ...

    def print(self, picture: bytes, name: str) -> None:
        """``picture``: PNG, 1 bit, 576 pixels wide, any length. ``name``: of the file, where there is one.

        Returns when the paper is out and cut, as far as the printer can tell. Raises DeviceUnavailable (no paper,
        unplugged, silent, cover open); what was printed until then is not to be taken for a receipt.
        """
        ...
