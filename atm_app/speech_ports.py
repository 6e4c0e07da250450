"""What the ATM needs to speak to somebody who does not see the screen, and how such a visit is guided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from atm_app.ports import DeviceStatus

SOFTEST, USUAL_VOLUME, LOUDEST = 1, 5, 10


class Speaker(Protocol):
    """A voice in the headset. No call waits for it; a new sentence ends the one before. ``volume``: SOFTEST to
    LOUDEST."""

    def status(self) -> DeviceStatus: ...

    def headset(self) -> bool:
        """Whether a headset is known to be in the jack; false where nothing tells."""
        ...

    def say(self, text: str, language: str, volume: int) -> None: ...

    def spell(self, letter: str, language: str, volume: int) -> None:
        """One letter or sign by its name, a capital as one."""
        ...

    def tick(self, volume: int) -> None:
        """A digit went on to its next letter, and nobody is to hear to which."""
        ...

    def beep(self, volume: int) -> None:
        """A key was taken whose letter or digit nobody is to hear."""
        ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Guidance:
    """Somebody listens. ``repeats``: how often they asked to hear the screen again. ``blank``: nobody else is to see
    it."""

    volume: int = USUAL_VOLUME
    repeats: int = 0
    blank: bool = False

    def after(self, wish: str) -> Guidance:
        """What a key makes of it; keys that only move the ring change nothing."""
        match wish:
            case "repeat":
                return replace(self, repeats=self.repeats + 1)
            case "louder":
                return replace(self, volume=min(LOUDEST, self.volume + 1))
            case "softer":
                return replace(self, volume=max(SOFTEST, self.volume - 1))
            case "blank":
                return replace(self, blank=not self.blank)
        return self
