"""The ring that the arrow keys move over the buttons of a screen. Whoever touches the screen never sees it."""

from __future__ import annotations

import tkinter
from tkinter import ttk

from gui.reading import beside, is_on_board, reachable

# To the right and down.
ARROWS = {
    "Right": (1, 0), "Down": (0, 1), "KP_Right": (1, 0), "KP_Down": (0, 1),
    "Left": (-1, 0), "Up": (0, -1), "KP_Left": (-1, 0), "KP_Up": (0, -1),
}  # fmt: skip


class Ring:
    """``wanted``: an arrow was pressed in this visit, or somebody listens; from then on every screen begins with the
    ring on its first button, unless something is to be typed there: Enter then belongs to what is typed. ``over``:
    what lies over the screen and has buttons too."""

    def __init__(self, root: tkinter.Tk) -> None:
        self._root = root
        self.over: tkinter.Misc | None = None
        self._place = 0
        self._moved = False
        self._typing = False
        self.wanted = False

    @property
    def button(self) -> ttk.Button | None:
        """The one that Enter presses."""
        focused = self._root.focus_get()
        return focused if isinstance(focused, ttk.Button) and focused.winfo_toplevel() is self._root else None

    def move(self, body: tkinter.Misc, right: int, down: int) -> None:
        """To the next button, or the one before; around the end. On a keyboard to the key that lies there, and out of
        it above the first row and below the last."""
        self.wanted = self._moved = True
        self._root.update_idletasks()
        buttons, here = reachable(body, self.over), self.button
        if not buttons:
            return
        if here is not None and is_on_board(here) and here.winfo_ismapped():
            key = beside(here, body, right, down)
            if key is not None:
                key.focus_set()
                return
            here = next(button for button in buttons if is_on_board(button))
        if here in buttons:
            self._put(buttons, (buttons.index(here) + right + down) % len(buttons))
        else:  # nowhere yet, or on one that can no longer be pressed
            self._put(buttons, min(self._place, len(buttons) - 1))

    def enter(self, body: tkinter.Misc, *, typing: bool) -> None:
        """Another screen."""
        self._place, self._moved, self._typing = 0, False, typing
        self.follow(body)

    def follow(self, body: tkinter.Misc) -> None:
        """The same screen has changed: back onto what took the place of a button that went, and onto the first one for
        as long as nobody has moved."""
        if not self.wanted or (self._typing and not self._moved):
            return
        self._root.update_idletasks()
        buttons = reachable(body, self.over)
        if buttons and not (self._moved and self.button is not None):
            self._put(buttons, min(self._place, len(buttons) - 1))

    def leave(self) -> None:
        """Enter is no button's."""
        self._moved = False
        if self.button is not None:
            self._root.focus_set()

    def _put(self, buttons: list[ttk.Button], place: int) -> None:
        self._place = place
        buttons[place].focus_set()
