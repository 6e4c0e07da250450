"""Brings words to a customer over the first channel that takes them."""

from __future__ import annotations

from collections.abc import Sequence

from atm_app.identity.one_time_code import SIGN_IN_USE, Challenge, CodeUse
from atm_app.message_ports import DeliveryFailed, Message, MessageChannel
from atm_app.stores import Customer


class Delivery:
    """All channels of the machine, the best first."""

    def __init__(self, channels: Sequence[MessageChannel], bank: str) -> None:
        self._channels = tuple(channels)
        self._bank = bank

    def send(self, message: Message) -> str:
        """The name of the channel that took it. Raises DeliveryFailed when none did."""
        for channel in self._channels:
            try:
                channel.send(message)
                return channel.name
            except DeliveryFailed:
                continue
        raise DeliveryFailed("no channel took the message")

    def send_code(
        self, customer: Customer, challenge: Challenge, minutes: int, use: CodeUse = SIGN_IN_USE
    ) -> str:  # fmt: skip
        """The name of the channel that took it. Raises DeliveryFailed when none did."""
        told = f", to {use.what}" if use.what else ""
        message = Message(
            customer.email,
            f"{self._bank}: your one-time code",
            f"Your one-time code is {challenge.code}{told}.\n\n"
            f"It is valid for {minutes} minutes and for this visit to the machine only. "
            "We will never ask you for it on the telephone. If you are not at a machine now, call your branch.",
        )
        return self.send(message)


def masked_address(address: str) -> str:
    """Enough of an e-mail address for its owner to know it: ``a•••@example.org``."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if host else "•••"
