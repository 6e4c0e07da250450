"""A screen comes in from the side it is read from, and from the other one on the way back. Nothing waits for it: it can
be touched from the first step on, and is where it belongs after a few.
"""

from __future__ import annotations

from tkinter import ttk

from gui.direction import Direction
from gui.tokens import SLIDE_MILLISECONDS, SLIDE_STEPS

BACKWARDS = ("back", "change", "cancel")


class SlideIn:
    """``frame`` is placed at the left edge; ``distance``: pixels from which it comes. Ends with the frame."""

    def __init__(self, frame: ttk.Frame, distance: int) -> None:
        self._frame, self._distance = frame, distance
        self._step, self._timer = 0, ""
        frame.bind("<Destroy>", self._destroyed, add=True)
        self._move()

    def _move(self) -> None:
        """Fast at first, then slower: what is left to go shrinks with the cube of the time that is left."""
        left = (1 - self._step / SLIDE_STEPS) ** 3
        self._frame.place_configure(x=round(self._distance * left))
        self._timer = ""
        if self._step < SLIDE_STEPS:
            self._step += 1
            self._timer = self._frame.after(SLIDE_MILLISECONDS // SLIDE_STEPS, self._move)

    def _destroyed(self, event: object) -> None:
        if self._timer and getattr(event, "widget", None) is self._frame:
            self._frame.after_cancel(self._timer)
            self._timer = ""


def slide_from(direction: Direction, distance: int, *, backwards: bool) -> int:
    """Where a screen comes from, pixels from its place."""
    return distance if direction.mirrored == backwards else -distance
