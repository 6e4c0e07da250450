"""Somebody who does not see the screen: presses keys and listens."""

from __future__ import annotations

from tests.journeys.conftest import Visitor

MOST_ARROWS = 12
PATIENCE = 15.0  # seconds until something is said; a visitor without it would be asked for more time


class BlindVisitor:
    """Presses keys and listens. ``heard``: what was said since the last key."""

    def __init__(self, visitor: Visitor) -> None:
        speaker = visitor.kiosk.plant.virtual_speaker
        assert speaker is not None
        self.visitor, self.speaker = visitor, speaker
        self.root = visitor.kiosk.root
        self.root.focus_force()
        speaker.said.clear()
        speaker.beeps = 0

    @property
    def heard(self) -> str:
        return " ".join(said.text for said in self.speaker.said)

    def press(self, *keys: str) -> str:
        """What is said at once, to the last key."""
        for key in keys:
            self.speaker.said.clear()
            (self.root.focus_get() or self.root).event_generate("<Key>", keysym=key)
            self.root.update()
        return self.heard

    def listen_for(self, text: str) -> str:
        """All that was said since the last key, with this in it."""
        try:
            self.visitor.wait_until(lambda: text in self.heard, PATIENCE)
        except AssertionError as error:
            raise AssertionError(f"{text!r} was not said, but {self.heard!r}") from error
        return self.heard

    def go_to(self, name: str) -> str:
        """Arrows until the voice says it. Returns what it said."""
        if f": {name}" in self.heard:
            return self.heard
        said = []
        for _ in range(MOST_ARROWS):
            said.append(self.press("Right"))
            if said[-1].startswith(name):
                return said[-1]
        raise AssertionError(f"{name!r} is not among {said}")
