"""The machine's own sounds, and what it needs to make them heard."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from atm_app.ports import DeviceStatus


class Sound(StrEnum):
    """Never the only sign: the screen says the same. ``TOUCH`` is one for all keys, so that it tells nothing of a
    secret."""

    TOUCH = "touch"
    ACCEPTED = "accepted"
    ATTENTION = "attention"
    TAKE_CASH = "take_cash"
    FAREWELL = "farewell"


class Loudspeaker(Protocol):
    """What everybody before the machine hears; no speech. ``volume``: SOFTEST to LOUDEST, as a speaker's."""

    def status(self) -> DeviceStatus: ...

    def play(self, sound: Sound, volume: int) -> None:
        """Waits for nothing; a new sound ends the one before."""
        ...

    def wait(self, seconds: float) -> None:
        """Until the sound is over, at most so long."""
        ...

    def stop(self) -> None: ...
