"""The line that shows what was typed with the keyboard."""

from __future__ import annotations

import tkinter
import unicodedata
from tkinter import ttk

from atm_app.scripts import VIRAMAS, is_backwards
from gui import lettered, tokens
from gui.direction import Direction
from gui.keypad_legend import SPACE_SIGN
from gui.reading import keep_silent
from gui.text import Lettering

LINE_SIZE, LINE_PADDING = "large", 36
CARET, CARET_GAP, CARET_SHARE = 4, 4, 1.2
DOT = "●"


class TextLine:
    """The white box for what is typed, a caret behind it. Place ``frame`` with a width of ``width`` design pixels.

    ``secret``: a dot stands for every letter, the last one as well.
    """

    def __init__(self, parent: tkinter.Misc, lettering: Lettering, width: float, *, secret: bool = False) -> None:
        scale = lettering.theme.scale
        self.frame = ttk.Frame(parent, style="Field.TFrame")
        # The line is as wide as it is, not as its text.
        self.frame.pack_propagate(False)
        self._lettering, self.secret = lettering, secret
        self._room = width - 2 * LINE_PADDING - CARET - 2 * CARET_GAP
        palette = lettering.theme.palette
        self._text = self._waiting = ""
        self._label, self._next = (
            keep_silent(lettering.label(self.frame, "", LINE_SIZE, bold=True, ground=palette.surface))
            for _ in range(2)
        )  # fmt: skip
        self._caret = tkinter.Frame(
            self.frame, background=palette.accent, width=scale(CARET),
            height=scale(scale.stage.text[LINE_SIZE] * CARET_SHARE),
        )  # fmt: skip
        # The white box ends above the room that is kept for a shadow.
        self._above_shadow = (0, scale(tokens.SHADOW_DEPTH))
        self._turned: Direction | None = None
        self._turn(lettering.direction)

    def wait(self, letter: str) -> None:
        """A letter that is not taken yet, behind the others; of a secret a dot."""
        self._waiting = letter
        self.show(self._text)

    def show(self, text: str) -> None:
        self._text = text
        waiting = DOT if self.secret and self._waiting else self._waiting.replace(" ", SPACE_SIGN)
        self._lettering.set(self._next, waiting, LINE_SIZE, bold=True, colour=self._lettering.theme.palette.accent)
        shown = DOT * len(text) if self.secret else text
        told = text or waiting
        direction = Direction(is_backwards(told)) if told else self._lettering.direction
        self._turn(direction)
        self._next.pack_forget()
        if waiting:
            direction.pack(self._next, side="left", pady=self._above_shadow)
            self._next.pack_configure(before=self._caret)
        self._lettering.set(self._label, self._fitting(shown, waiting), LINE_SIZE, bold=True)

    def _turn(self, direction: Direction) -> None:
        """The text begins where it is read from, whatever the screen's language; the caret stands at its end."""
        if direction == self._turned:
            return
        self._turned, scale = direction, self._lettering.theme.scale
        padding = (scale(LINE_PADDING), scale(CARET_GAP))
        direction.pack(self._label, side="left", padx=padding, pady=self._above_shadow)
        direction.pack(self._caret, side="left", pady=self._above_shadow)

    def _fitting(self, text: str, waiting: str) -> str:
        """The end of a text, an ellipsis before it where the beginning finds no room. Dots need none."""
        scale = self._lettering.theme.scale
        pixels = scale.letters(LINE_SIZE)
        room = scale(self._room) - lettered.width_of(waiting, pixels, True)
        mark = "" if self.secret else "…"
        if lettered.width_of(text, pixels, True) <= room:
            return text
        return next(
            f"{mark}{text[start:]}" for start in range(1, len(text) + 1)
            if begins(text, start) and lettered.width_of(f"{mark}{text[start:]}", pixels, True) <= room
        )  # fmt: skip


def begins(text: str, at: int) -> bool:
    """Whether a text may be cut before a place: not before a sign that belongs to the letter before it."""
    return at == len(text) or not (unicodedata.category(text[at]).startswith("M") or text[at - 1] in VIRAMAS)
