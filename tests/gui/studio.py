"""A private display and real kiosk windows on it, for the tests of the screens and for the gallery."""

from __future__ import annotations

import gc
import os
import subprocess
import tkinter
from datetime import datetime
from typing import Any

from PIL import Image, ImageGrab

from atm_app.views import Action, Shown
from gui.brand import Brand
from gui.window import KioskWindow

BRAND = Brand("Sahyadri Bank")
# The clock in the header stands still, so that pictures can be compared.
MOMENT = datetime(2026, 11, 20, 10, 42)
SCREENS = ((1920, 1080), (1080, 1920))  # a window gets the first one it fits on


class Display:
    """Xvfb with a broad and an upright screen in true colours, whatever display the rest of the tests use."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), *_screens(), "-nolisten", "tcp", "-noreset"],
            pass_fds=(writer,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as answer:
            self.name = f":{answer.readline().strip()}"

    def screen_for(self, size: tuple[int, int]) -> str:
        number = next(number for number, screen in enumerate(SCREENS) if size[0] <= screen[0] and size[1] <= screen[1])
        return f"{self.name}.{number}"

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(10)


def _screens() -> list[str]:
    return [
        word for number, screen in enumerate(SCREENS) for word in ("-screen", str(number), "{}x{}x24".format(*screen))
    ]


class Studio:
    """One kiosk window; remembers what was touched. ``frame``: what the camera shows."""

    def __init__(self, display: Display, size: tuple[int, int], frame: Any = None, brand: Brand = BRAND) -> None:
        self.size = size
        self.frame = frame
        self.touched: list[Action] = []
        self.root = tkinter.Tk(screenName=display.screen_for(size))
        self.window = KioskWindow(self.root, brand, self._preview, size, now=lambda: MOMENT)
        self.window.touch = self.touched.append
        self.root.update()

    def _preview(self) -> tuple[Any, float] | None:
        return None if self.frame is None else (self.frame, 1.0)

    def show(self, shown: Shown) -> None:
        self.window.show(shown)
        self.root.update()

    def settled(self, shown: Shown) -> None:
        """Show on a fresh screen, so that nothing of the picture before it is left."""
        self.window._screen, old = None, self.window._screen
        if old is not None:
            old.close()
        self.show(shown)

    def grab(self) -> Image.Image:
        width, height = self.size
        # A question to the display is answered after all that was painted before it.
        self.root.winfo_pointerxy()
        return ImageGrab.grab((0, 0, width, height), xdisplay=self.root.winfo_screen())

    def close(self) -> None:
        """Collected here and now: Tk does not bear its end on another thread."""
        self.root.destroy()
        del self.root, self.window
        gc.collect()
