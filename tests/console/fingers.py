"""The console's window worked by touches alone: whatever lies under the finger is what is pressed."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Any

from gui.console.parts import Table
from gui.console.touch import ScreenKeyboard
from tests.gui.layout import visible
from tests.waiting import live

# What leads to other letters of the keyboard.
WAYS = ("⇧", "123", "#+=", "ABC")


class Fingers:
    def __init__(self, root: tkinter.Tk, keyboard: ScreenKeyboard) -> None:
        self._root, self._keyboard = root, keyboard

    def touch(self, widget: tkinter.Misc, x: int | None = None, y: int | None = None) -> None:
        """In its middle, or at a place of it."""
        self.press(widget, x, y)
        self.lift()

    def press(self, widget: tkinter.Misc, x: int | None = None, y: int | None = None) -> None:
        live(self._root)
        across = widget.winfo_width() // 2 if x is None else x
        down = widget.winfo_height() // 2 if y is None else y
        under = self._root.winfo_containing(widget.winfo_rootx() + across, widget.winfo_rooty() + down)
        assert under is widget, f"{widget} lies below {under}"
        self._pressed, self._at = widget, (across, down)
        for event in ("<Enter>", "<ButtonPress-1>"):
            widget.event_generate(event, x=across, y=down)
        self._root.update()

    def draw(self, down: int) -> None:
        """What is pressed, so many pixels down."""
        across, before = self._at
        for part in range(1, 11):
            self._at = (across, before + down * part // 10)
            self._pressed.event_generate("<B1-Motion>", x=across, y=self._at[1], state=0x100)
            self._root.update()

    def lift(self) -> None:
        if self._pressed.winfo_exists():
            self._pressed.event_generate("<ButtonRelease-1>", x=self._at[0], y=self._at[1], state=0x100)
        live(self._root)

    def key(self, text: str) -> ttk.Button | None:
        """Of the keyboard, as it is now."""
        found = (each for each in visible(self._keyboard.board.frame) if isinstance(each, ttk.Button))
        return next((each for each in found if str(each["text"]) == text), None)

    def press_key(self, text: str) -> None:
        key = self.key(text)
        assert key is not None, f"no key {text!r}"
        self.touch(key)

    def type(self, text: str) -> None:
        assert self._keyboard.shown, "there is no keyboard"
        for letter in text:
            for way in (*WAYS, *WAYS):
                if self.key(letter) is not None:
                    break
                if self.key(way) is not None:
                    self.press_key(way)
            self.press_key(letter)

    def tap_row(self, table: Table, key: str) -> None:
        self._root.update()
        box: Any = table.widget.bbox(key)
        assert box, f"row {key} is not to be seen"
        self.touch(table.widget, 40, box[1] + box[3] // 2)
