"""Touches the kiosk as a finger does: finds a button by what is written on it, presses and lets go.

Used by the demonstration and the journeys; knows the window's widgets and nothing of what lies behind them.
"""

from __future__ import annotations

import tkinter
from collections.abc import Iterator
from pathlib import Path
from tkinter import ttk

from PIL import ImageGrab


class NothingToTouch(Exception):
    """No such button can be seen, or it is disabled."""


def buttons(root: tkinter.Misc) -> Iterator[ttk.Button]:
    """All buttons that can be seen."""
    for child in root.winfo_children():
        if isinstance(child, ttk.Button) and child.winfo_viewable():
            yield child
        yield from buttons(child)


def find(root: tkinter.Misc, text: str) -> ttk.Button:
    """The button with this text, or that begins with it. Raises NothingToTouch."""
    seen = [(str(button["text"]), button) for button in buttons(root)]
    exact = [button for label, button in seen if text in (label, label.strip())]
    begins = [button for label, button in seen if label.strip().startswith(text)]
    if exact or begins:
        return (exact or begins)[0]
    raise NothingToTouch(f"{text!r} is not among {[label for label, _ in seen]}")


def touch(root: tkinter.Misc, text: str) -> None:
    """Press and release in the middle of a button. Raises NothingToTouch."""
    button = find(root, text)
    if button.instate(["disabled"]):
        raise NothingToTouch(f"{text!r} is disabled")
    x, y = button.winfo_width() // 2, button.winfo_height() // 2
    for event in ("<Enter>", "<ButtonPress-1>", "<ButtonRelease-1>"):
        if button.winfo_exists():
            button.event_generate(event, x=x, y=y)


def screenshot(root: tkinter.Misc, path: Path) -> None:
    """What the window shows now, as PNG."""
    root.update_idletasks()
    x, y = root.winfo_rootx(), root.winfo_rooty()
    box = (x, y, x + root.winfo_width(), y + root.winfo_height())
    ImageGrab.grab(box, xdisplay=str(root.winfo_screen())).save(path)
