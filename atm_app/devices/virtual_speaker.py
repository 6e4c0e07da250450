"""A speaker and a loudspeaker in software: they keep what was said and played, to be read where nobody listens."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from atm_app.ports import DeviceState, DeviceStatus
from atm_app.sound_ports import Sound

NAME = "speaker"
MOST_KEPT = 500  # sentences; a long visit has some two hundred


@dataclass(frozen=True)
class Said:
    """One sentence, as it was given to the voice."""

    text: str
    language: str
    volume: int


class VirtualSpeaker:
    """``said``: the latest sentences, oldest first. ``beeps``, ``ticks``: keys that were not named. ``played``: the
    latest sounds, oldest first. ``name``: of this device among others."""

    def __init__(self, name: str = NAME) -> None:
        self._name = name
        self.played: deque[Sound] = deque(maxlen=MOST_KEPT)
        self.said: deque[Said] = deque(maxlen=MOST_KEPT)
        self.beeps = self.ticks = 0
        self._headset = False

    def status(self) -> DeviceStatus:
        return DeviceStatus(self._name, DeviceState.ONLINE, virtual=True)

    def headset(self) -> bool:
        return self._headset

    def plug(self, plugged_in: bool) -> None:
        """A headset into the jack, or out of it."""
        self._headset = plugged_in

    def say(self, text: str, language: str, volume: int) -> None:
        self.said.append(Said(text, language, volume))

    def spell(self, letter: str, language: str, volume: int) -> None:
        self.said.append(Said(letter, language, volume))

    def tick(self, volume: int) -> None:
        self.ticks += 1

    def beep(self, volume: int) -> None:
        self.beeps += 1

    def play(self, sound: Sound, volume: int) -> None:
        self.played.append(sound)

    def wait(self, seconds: float) -> None:
        """What is played here takes no time."""

    def stop(self) -> None:
        """What was said stays said."""

    @property
    def last(self) -> str:
        return self.said[-1].text if self.said else ""
