"""Bars that move: one that says "at work", one that runs down, one that fills."""

from __future__ import annotations

import math
import tkinter
from time import monotonic
from tkinter import ttk

from gui.direction import LEFT_TO_RIGHT, Direction
from gui.palette import Palette
from gui.tokens import COUNT_MILLISECONDS, STEP_MILLISECONDS, SWEEP_SECONDS

PIECE = 0.24


class _Bar(tkinter.Frame):
    """A trough with a coloured piece in it; moving the piece is all the work a step makes."""

    def __init__(self, parent: tkinter.Misc, trough: str, colour: str) -> None:
        super().__init__(parent, background=trough, borderwidth=0, highlightthickness=0)
        self._piece = tkinter.Frame(self, background=colour, borderwidth=0, highlightthickness=0)
        self._next = ""

    def destroy(self) -> None:
        self.stop()
        super().destroy()

    def stop(self) -> None:
        if self._next:
            self.after_cancel(self._next)
            self._next = ""


class MovingBar(_Bar):
    """A piece that glides from side to side for as long as work goes on."""

    def start(self) -> None:
        if not self._next:
            self._began = monotonic()
            self._step()

    def _step(self) -> None:
        part = (monotonic() - self._began) / SWEEP_SECONDS
        self._piece.place(relx=(0.5 - 0.5 * math.cos(part * math.pi)) * (1 - PIECE), relwidth=PIECE, relheight=1)
        self._next = self.after(STEP_MILLISECONDS, self._step)


class CountdownBar(_Bar):
    """Full at first, empty after ``seconds``; a label beside it may show the seconds left."""

    def __init__(
        self, parent: tkinter.Misc, seconds: float, trough: str, colour: str, label: ttk.Label | None = None,
        direction: Direction = LEFT_TO_RIGHT,
    ) -> None:  # fmt: skip
        super().__init__(parent, trough, colour)
        self._seconds, self._direction = seconds, direction
        self._label = label
        self._began = monotonic()
        self._step()

    def _step(self) -> None:
        left = max(0.0, self._seconds - (monotonic() - self._began))
        share = left / self._seconds if self._seconds else 0
        self._direction.place(self._piece, relwidth=share, relheight=1)
        if self._label is not None:
            self._label.configure(text=str(math.ceil(left)))
        self._next = self.after(COUNT_MILLISECONDS, self._step)


class FillingBar(_Bar):
    """Shows a share of something done."""

    def __init__(self, parent: tkinter.Misc, palette: Palette, direction: Direction = LEFT_TO_RIGHT) -> None:
        super().__init__(parent, palette.track, palette.accent)
        self._direction = direction

    def fill(self, share: float) -> None:
        self._direction.place(self._piece, relwidth=min(1.0, max(0.0, share)), relheight=1)
