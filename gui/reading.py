"""The order in which a screen is read: row by row, from left to right. And which of it is neither read nor reached."""

from __future__ import annotations

import tkinter
from collections.abc import Iterable, Iterator
from tkinter import ttk
from typing import TypeGuard, TypeVar

Widget = TypeVar("Widget", bound=tkinter.Misc)
CANCEL = "Danger"


def in_reading_order(widgets: Iterable[Widget]) -> list[Widget]:
    """A widget belongs to a row when its middle lies beside the row's first widget. Places must be settled."""
    rows: list[list[Widget]] = []
    for widget in sorted(widgets, key=lambda each: (_middle(each), each.winfo_rootx())):
        first = rows[-1][0] if rows else None
        if first is not None and _middle(widget) < first.winfo_rooty() + first.winfo_height():
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return [widget for row in rows for widget in sorted(row, key=lambda each: each.winfo_rootx())]


def reachable(body: tkinter.Misc) -> list[ttk.Button]:
    """The buttons the arrows lead to: all that can be pressed, but for the digits and letters, which the keypad and
    the keyboard have themselves. What ends the visit comes last: nobody is to start on it."""
    buttons = [
        widget for widget in seen(body)
        if isinstance(widget, ttk.Button)
        and not widget.instate(["disabled"])
        and str(widget["takefocus"]) != "0"
        and not _is_digit(widget)
    ]  # fmt: skip
    return sorted(in_reading_order(buttons), key=lambda button: CANCEL in str(button["style"]))


def labels(body: tkinter.Misc) -> list[ttk.Label]:
    """Every text that may be read aloud, titles first."""
    return sorted(_read(body), key=lambda label: not getattr(label, "is_title", False))


def _read(parent: tkinter.Misc) -> list[ttk.Label]:
    """A card beside another one is read to its end first."""
    parts: dict[tkinter.Misc, list[ttk.Label]] = {}
    for child in parent.winfo_children():
        if child.winfo_ismapped():
            parts[child] = [child] if _is_read(child) else _read(child)
    return [label for part in in_reading_order(part for part in parts if parts[part]) for label in parts[part]]


def _is_read(widget: tkinter.Misc) -> TypeGuard[ttk.Label]:
    return (
        isinstance(widget, ttk.Label)
        and hasattr(widget, "shown_text")
        and not getattr(widget, "kept_silent", False)
    )  # fmt: skip


def seen(widget: tkinter.Misc) -> Iterator[tkinter.Misc]:
    """All widgets below that are on the screen."""
    for child in widget.winfo_children():
        if child.winfo_ismapped():
            yield child
            yield from seen(child)


def keep_silent(label: ttk.Label) -> ttk.Label:
    """What is typed is told key by key, what counts down not at all, and a secret never."""
    label.kept_silent = True  # type: ignore[attr-defined]
    return label


def as_title(label: ttk.Label) -> ttk.Label:
    """What is read first, wherever it stands."""
    label.is_title = True  # type: ignore[attr-defined]
    return label


def called(button: ttk.Button, name: str) -> ttk.Button:
    """The name of a button that shows a sign alone, or that others are called as well."""
    button.spoken_name = name  # type: ignore[attr-defined]
    return button


def name_of(button: ttk.Button) -> str:
    return str(getattr(button, "spoken_name", "") or button["text"]).strip()


def _middle(widget: tkinter.Misc) -> float:
    return widget.winfo_rooty() + widget.winfo_height() / 2


def _is_digit(button: ttk.Button) -> bool:
    text = str(button["text"])
    return len(text) == 1 and text.isdecimal()
