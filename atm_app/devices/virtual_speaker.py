"""A speaker in software: keeps what was said, so that it can be read where nobody listens."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from atm_app.ports import DeviceState, DeviceStatus

NAME = "speaker"
MOST_KEPT = 500  # sentences; a long visit has some two hundred


@dataclass(frozen=True)
class Said:
    """One sentence, as it was given to the voice."""

    text: str
    language: str
    volume: int


class VirtualSpeaker:
    """``said``: the latest sentences, oldest first. ``beeps``: keys that were not named."""

    def __init__(self) -> None:
        self.said: deque[Said] = deque(maxlen=MOST_KEPT)
        self.beeps = 0
        self._headset = False

    def status(self) -> DeviceStatus:
        return DeviceStatus(NAME, DeviceState.ONLINE, virtual=True)

    def headset(self) -> bool:
        return self._headset

    def plug(self, plugged_in: bool) -> None:
        """A headset into the jack, or out of it."""
        self._headset = plugged_in

    def say(self, text: str, language: str, volume: int) -> None:
        self.said.append(Said(text, language, volume))

    def beep(self, volume: int) -> None:
        self.beeps += 1

    def stop(self) -> None:
        """What was said stays said."""

    @property
    def last(self) -> str:
        return self.said[-1].text if self.said else ""
