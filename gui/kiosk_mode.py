"""What makes the window a kiosk's: it fills the screen whatever the screen's size becomes, and nothing closes it."""

from __future__ import annotations

import tkinter
from collections.abc import Callable

from gui.screen_size import ScreenSize

Fit = Callable[[int, int], None]

TAG = "KioskSize"
# A window manager moves and sizes a window in several steps; everything is laid out once, after the last.
SETTLE_MILLISECONDS = 250
LOOK_MILLISECONDS = 1000
# A window that is being made, or put away, is smaller than any screen.
LEAST_WIDTH, LEAST_HEIGHT = 320, 320
# What Tk does by itself with keys of every window: the focus to the next button, and menus, which there are none of.
TRAVERSING = ("<<NextWindow>>", "<<PrevWindow>>", "<F10>", "<Alt-Key>")


class Fitting:
    """``fit`` hears of the window's new width and height, pixels, once it has kept them for a moment."""

    def __init__(self, root: tkinter.Tk, fit: Fit) -> None:
        self._root = root
        self._fit = fit
        self._waiting = ""
        self._size = (root.winfo_width(), root.winfo_height())
        # A binding of the window itself would hear of every widget in it.
        root.bindtags((*root.bindtags(), TAG))
        root.bind_class(TAG, "<Configure>", self._configured)

    def close(self) -> None:
        """Nothing is heard of any more."""
        self._root.unbind_class(TAG, "<Configure>")
        if self._waiting:
            self._root.after_cancel(self._waiting)
            self._waiting = ""

    def _configured(self, event: tkinter.Event[tkinter.Misc]) -> None:
        if event.width < LEAST_WIDTH or event.height < LEAST_HEIGHT:
            return
        self._size = (event.width, event.height)
        if self._waiting:
            self._root.after_cancel(self._waiting)
        self._waiting = self._root.after(SETTLE_MILLISECONDS, self._settled)

    def _settled(self) -> None:
        self._waiting = ""
        self._fit(*self._size)


class FullScreen(Fitting):
    """The whole screen, with and without a window manager, and no way out of it by what Tk hears of: closing is
    refused, and no key leaves the screen's own buttons. ``pointer``: whether a mouse is used here."""

    def __init__(self, root: tkinter.Tk, fit: Fit, *, pointer: bool) -> None:
        super().__init__(root, fit)
        self._screen = ScreenSize(root.winfo_screen())
        self._screen_size = self._screen.now()
        root.configure(cursor="arrow" if pointer else "none")
        root.protocol("WM_DELETE_WINDOW", _refuse)
        for keys in TRAVERSING:
            root.unbind_all(keys)
        self._next = root.after(LOOK_MILLISECONDS, self._look)

    def close(self) -> None:
        super().close()
        self._root.after_cancel(self._next)
        self._screen.close()

    def _look(self) -> None:
        """Ask for the whole of a screen that has changed. A window manager that keeps the window full screen has done
        so already and takes no notice; what it made of it comes as the window's own size."""
        self._next = self._root.after(LOOK_MILLISECONDS, self._look)
        size = self._screen.now()
        if size is not None and size != self._screen_size:
            self._screen_size = size
            self._root.geometry("{}x{}+0+0".format(*size))


def _refuse() -> None:
    """Staff stop the machine by its service (docs/kiosk.md)."""
