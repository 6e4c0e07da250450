"""Brings words to a customer over the first channel that takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atm_app.identity.one_time_code import SIGN_IN_USE, Challenge, CodeUse
from atm_app.message_ports import Addressee, Contact, DeliveryFailed, Letter, Message, MessageChannel

PHONE_DIGITS_SHOWN = 4


@dataclass(frozen=True)
class Destination:
    """``channel``: its name. ``contact``: the kind of address. ``address``: as it may be shown."""

    channel: str
    contact: Contact
    address: str


class Delivery:
    """All channels of the machine, the best first."""

    def __init__(self, channels: Sequence[MessageChannel], bank: str) -> None:
        self._channels = tuple(channels)
        self._bank = bank

    def destinations(self, addressee: Addressee, turn: int = 0) -> tuple[Destination, ...]:
        """Where a code would go, the first choice first; the ``turn``-th message begins one channel further on, for
        whoever waits for the first in vain. Empty when nothing reaches the customer."""
        return tuple(_destination(channel, addressee) for channel in self._ways(addressee, turn))

    def send(self, addressee: Addressee, letter: Letter) -> Destination:
        """Over the first channel that takes it; a telephone takes no attachments. Raises DeliveryFailed when none
        did."""
        return self._send(addressee, letter, 0)

    def send_code(
        self, addressee: Addressee, challenge: Challenge, minutes: int, use: CodeUse = SIGN_IN_USE, turn: int = 0
    ) -> Destination:
        """``turn``: how many codes were sent before. Raises DeliveryFailed when no channel took it."""
        told = f", to {use.what}" if use.what else ""
        code = f"Your one-time code is {challenge.code}{told}."
        letter = Letter(
            f"{self._bank}: your one-time code",
            f"{code}\n\n"
            f"It is valid for {minutes} minutes and for this visit to the machine only. "
            "We will never ask you for it on the telephone. If you are not at a machine now, call your branch.",
            f"{code} Valid {minutes} minutes, for this visit only. Tell it to nobody. {self._bank}",
        )
        return self._send(addressee, letter, turn)

    def _send(self, addressee: Addressee, letter: Letter, turn: int) -> Destination:
        for channel in self._ways(addressee, turn):
            if letter.attachments and channel.contact is not Contact.EMAIL:
                continue
            text = letter.text if channel.contact is Contact.EMAIL else letter.brief or letter.text
            try:
                channel.send(Message(_address(channel, addressee), letter.subject, text, letter.attachments))
                return _destination(channel, addressee)
            except DeliveryFailed:
                continue
        raise DeliveryFailed("no channel took the message")

    def _ways(self, addressee: Addressee, turn: int) -> tuple[MessageChannel, ...]:
        ways = [channel for channel in self._channels if _address(channel, addressee)]
        first = turn % len(ways) if ways else 0
        return (*ways[first:], *ways[:first])


def _address(channel: MessageChannel, addressee: Addressee) -> str:
    return addressee.email if channel.contact is Contact.EMAIL else addressee.phone


def _destination(channel: MessageChannel, addressee: Addressee) -> Destination:
    mask = masked_address if channel.contact is Contact.EMAIL else masked_phone
    return Destination(channel.name, channel.contact, mask(_address(channel, addressee)))


def masked_address(address: str) -> str:
    """Enough of an e-mail address for its owner to know it: ``a•••@example.org``."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if host else "•••"


def masked_phone(phone: str) -> str:
    """The last four digits: ``•••• 4821``."""
    digits = "".join(letter for letter in phone if letter.isdecimal())
    return f"•••• {digits[-PHONE_DIGITS_SHOWN:]}" if len(digits) > PHONE_DIGITS_SHOWN else "••••"
