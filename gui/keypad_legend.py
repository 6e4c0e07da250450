"""The letters of the digits, over the keyboard, for as long as somebody writes with a keypad."""

from __future__ import annotations

import tkinter
from tkinter import ttk

from gui.keypad_letters import DIGITS
from gui.reading import keep_silent
from gui.text import Lettering

COLUMNS, ROWS = 3, 4
GAP = 12
# Of a key: the digit, its letters and the one that waits.
DIGIT_AT, LETTERS_AT, WAITING_AT = 0.05, 0.16, 0.97
LETTERS_SHARE, WAITING_SHARE = 0.66, 0.14
LETTERS_SIZES, WAITING_SIZES = ("body", "small"), ("large", "body", "small", "fine")
SPACE_SIGN = "␣"


class KeypadLegend:
    """Twelve places as on a telephone, ten of them used. ``width``: of what it is placed over, design pixels."""

    def __init__(self, parent: tkinter.Misc, lettering: Lettering, width: float) -> None:
        self.frame = ttk.Frame(parent)
        self._lettering = lettering
        self._key_width = (width - (COLUMNS - 1) * GAP) / COLUMNS
        self._keys = {digit: self._key(place, digit) for place, digit in enumerate(DIGITS)}

    def show(self, letters: dict[str, tuple[str, ...]], digit: str, waiting: str) -> None:
        """``letters``: of each digit. ``waiting``: the letter a further press of ``digit`` would change."""
        for each, (key, row, letter) in self._keys.items():
            room = self._key_width * LETTERS_SHARE
            text = " ".join(SPACE_SIGN if one == " " else one for one in letters[each] if one != each)
            size = self._lettering.largest(text, LETTERS_SIZES, room)
            self._lettering.set(row, self._lettering.fit(text, size, room), size)
            key.configure(style="Field.TFrame" if each == digit else "Cell.TFrame")
            told = waiting.replace(" ", SPACE_SIGN) if each == digit else ""
            accent = self._lettering.theme.palette.accent
            size = self._lettering.largest(told, WAITING_SIZES, self._key_width * WAITING_SHARE)
            self._lettering.set(letter, told, size, bold=True, colour=accent)

    def place(self) -> None:
        """Over the whole of its parent, until it is touched; the gaps behind the last keys stand outside."""
        gap = self._lettering.theme.scale(GAP)
        self.frame.place(x=0, y=0, relwidth=1, relheight=1, width=gap, height=gap)
        self.frame.lift()

    def hide(self) -> None:
        self.frame.place_forget()

    def _key(self, place: int, digit: str) -> tuple[ttk.Frame, ttk.Label, ttk.Label]:
        row, column = divmod(place if digit != "0" else place + 1, COLUMNS)
        key = ttk.Frame(self.frame, style="Cell.TFrame")
        gap = self._lettering.theme.scale(GAP)
        key.place(
            relx=column / COLUMNS, rely=row / ROWS, relwidth=1 / COLUMNS, relheight=1 / ROWS, width=-gap, height=-gap
        )
        ground = self._lettering.theme.palette.surface
        shown = self._lettering.label(key, digit, "large", bold=True, ground=ground)
        shown.place(relx=DIGIT_AT, rely=0.5, anchor="w")
        letters = self._lettering.label(key, "", "body", ground=ground)
        letters.place(relx=LETTERS_AT, rely=0.5, anchor="w")
        waiting = self._lettering.label(key, "", "large", bold=True, ground=ground)
        waiting.place(relx=WAITING_AT, rely=0.5, anchor="e")
        key.bind("<Button-1>", lambda _: self.hide())
        for label in (shown, letters, waiting):
            keep_silent(label).bind("<Button-1>", lambda _: self.hide())
        return key, letters, waiting
