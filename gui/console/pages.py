"""What the console's window asks of a page and of what lies over one."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk
from typing import Protocol, runtime_checkable


class Page(Protocol):
    """Built into ``frame`` when it is opened."""

    frame: ttk.Frame


@runtime_checkable
class CarefulPage(Page, Protocol):
    """May have what is lost when it is left."""

    def ask_to_leave(self, leave: Callable[[], None]) -> None:
        """``leave`` at once where nothing would be lost."""
        ...


class Dialog(Protocol):
    """Over a page, until it is answered."""

    def close(self) -> None: ...
