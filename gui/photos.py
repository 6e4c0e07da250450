"""Pictures as Tk holds them, given back on Tk's own thread.

Pillow's ``PhotoImage`` deletes its Tk image where Python happens to collect it. Screens hold their pictures in circles
of references, so that is any thread whose turn it is to collect; there the call waits for Tk's loop, and a camera or a
vision process was taken for dead meanwhile. Here the collector only notes the name; the next picture made deletes it.
"""

from __future__ import annotations

import contextlib
import tkinter
from collections import deque

from PIL import Image, ImageTk


class Photo(ImageTk.PhotoImage):
    """``unused``: where the name goes when the picture is no longer needed; appending to it is safe on any thread."""

    def __init__(self, image: Image.Image, root: tkinter.Misc, unused: deque[str]) -> None:
        super().__init__(image, master=root)
        self._unused = unused

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # never finished being made
            photo = self._PhotoImage__photo  # type: ignore[attr-defined]
            name, photo.name = photo.name, None  # tkinter's own image would delete itself as well
            if name:
                self._unused.append(name)


class Photos:
    """Makes pictures for one window; called on Tk's thread."""

    def __init__(self, root: tkinter.Misc) -> None:
        self._root = root
        self._unused: deque[str] = deque()

    def make(self, image: Image.Image) -> Photo:
        self.sweep()
        return Photo(image, self._root, self._unused)

    def sweep(self) -> None:
        """Delete what was given back."""
        while self._unused:
            with contextlib.suppress(tkinter.TclError):
                self._root.tk.call("image", "delete", self._unused.popleft())
