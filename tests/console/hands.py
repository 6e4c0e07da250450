"""The console's window worked as somebody of the branch does: by its fields and buttons."""

from __future__ import annotations

import gc
import tkinter
from collections.abc import Callable, Iterator
from time import monotonic
from tkinter import ttk
from typing import Any

from PIL import Image, ImageGrab

from commands.staff_console import SIZE, StaffConsole
from gui.console.parts import Form, Table
from tests.waiting import live, wait_until

PATIENCE = 60.0  # seconds: a face in all its poses, twice, on a busy machine


class Hands:
    """``pump``: lets the window live for a moment, and what stands beside it."""

    def __init__(self, window: StaffConsole, pump: Callable[[], None] | None = None) -> None:
        self._window = window
        self.root, self.shell = window.root, window.shell
        self._pump = pump or (lambda: live(self.root))
        self.settle()

    def settle(self) -> None:
        """Until nothing is asked for any more."""
        end = monotonic() + PATIENCE
        self._pump()
        while self.shell.asking:
            assert monotonic() < end, "the console waits for an answer"
            self._pump()
        self._pump()

    # --- working -----------------------------------------------------------------------------------------------------

    def fill(self, **values: str) -> None:
        """Fields by their keys, of what lies on top."""
        for key, value in values.items():
            field = self.form.fields[key]
            if isinstance(field, ttk.Combobox):
                assert value in field["values"], f"{value} is not offered"
                field.set(value)
            else:
                field.delete(0, "end")
                field.insert(0, value)

    def press(self, text: str) -> None:
        """The button that says this, on top of everything."""
        self.begin(text)
        self.settle()

    def begin(self, text: str) -> None:
        """As ``press``, without waiting for what comes of it."""
        self.buttons[text].invoke()

    def go_to(self, section: str) -> None:
        self.press(section)

    def mark(self, key: str) -> None:
        """The row of the table that has this key."""
        table = next(table for table in self.tables if key in table.keys)
        table.choose(key)
        self.root.update()

    def look_again(self, page: Any, shown: Callable[[], bool]) -> None:
        """As the timer of a page does that looks again by itself, without its three seconds."""
        if page._timer:
            self.root.after_cancel(page._timer)
        page.look_again()

        def pumped() -> bool:
            live(self.root)
            return shown()

        wait_until(pumped, "the page shows it")

    # --- looking -----------------------------------------------------------------------------------------------------

    @property
    def top(self) -> Any:
        """What lies over everything else: a dialog, the cover, the page."""
        dialogs = self.shell.dialogs
        return dialogs[-1] if dialogs else self.shell.page

    @property
    def form(self) -> Form:
        top = getattr(self.top, "step", self.top)
        return next(each for each in (getattr(top, "form", None), getattr(top, "search", None)) if each is not None)

    @property
    def tables(self) -> list[Table]:
        return [each for each in vars(self.top).values() if isinstance(each, Table)]

    @property
    def buttons(self) -> dict[str, ttk.Button]:
        """Of what lies on top, and those of the navigation where nothing lies over it."""
        inside = [self.top.frame] if self.shell.dialogs or self.shell.covered else [self.root]
        return {
            str(each["text"]).strip(): each
            for frame in inside for each in _below(frame) if isinstance(each, ttk.Button) and each.winfo_ismapped()
        }  # fmt: skip

    @property
    def texts(self) -> list[str]:
        return [
            str(each.shown_text[0]) for each in _below(self.root)
            if hasattr(each, "shown_text") and each.winfo_ismapped() and each.shown_text[0]
        ]  # fmt: skip

    @property
    def told(self) -> str:
        return self.shell.told

    def cells(self, key: str) -> tuple[str, ...]:
        for table in self.tables:
            if key in table.keys:
                return tuple(map(str, table.widget.item(key)["values"]))
        raise AssertionError(f"no row {key!r} in {[table.keys for table in self.tables]}")

    def grab(self) -> Image.Image:
        self.root.update()
        self.root.winfo_pointerxy()
        return ImageGrab.grab((0, 0, *SIZE), xdisplay=self.root.winfo_screen())

    def close(self) -> None:
        """Tk's objects are given back here: the worker thread of the next window must not collect them."""
        self._window.close()
        del self._window, self.root, self.shell
        gc.collect()


def _below(widget: tkinter.Misc) -> Iterator[Any]:
    for child in widget.winfo_children():
        yield child
        yield from _below(child)
