"""The order in which a screen is read: row by row, from left to right. And which of it is neither read nor reached."""

from __future__ import annotations

import tkinter
from collections.abc import Iterable, Iterator
from tkinter import ttk
from typing import TypeGuard, TypeVar

Widget = TypeVar("Widget", bound=tkinter.Misc)
CANCEL = "Danger"


def in_reading_order(widgets: Iterable[Widget]) -> list[Widget]:
    """Row by row. Places must be settled."""
    return [widget for row in rows_of(widgets) for widget in row]


def rows_of(widgets: Iterable[Widget]) -> list[list[Widget]]:
    """A widget belongs to a row when its middle lies beside the row's first widget."""
    rows: list[list[Widget]] = []
    for widget in sorted(widgets, key=lambda each: (_middle(each), each.winfo_rootx())):
        first = rows[-1][0] if rows else None
        if first is not None and _middle(widget) < first.winfo_rooty() + first.winfo_height():
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return [sorted(row, key=lambda each: each.winfo_rootx()) for row in rows]


def reachable(body: tkinter.Misc, over: tkinter.Misc | None = None) -> list[ttk.Button]:
    """The buttons the arrows lead to: all that can be pressed, but for the digits, which the keypad has itself. A
    keyboard is one of them, its first key. Those of what lies ``over`` the screen come first, what ends the visit
    last: nobody is to start on it."""
    pressed = [*(_pressed(over) if over is not None else ()), *_pressed(body)]
    board = rows_of(widget for widget in pressed if is_on_board(widget))
    buttons = [widget for widget in pressed if not (is_on_board(widget) or _is_digit(widget))]
    buttons += board[0][:1] if board else []
    return sorted(in_reading_order(buttons), key=lambda button: CANCEL in str(button["style"]))


def beside(key: ttk.Button, body: tkinter.Misc, right: int, down: int) -> ttk.Button | None:
    """The next key of the keyboard in a direction, around the ends of a row; None above the first row and
    below the last."""
    rows = rows_of(widget for widget in _pressed(body) if is_on_board(widget))
    number = next(number for number, row in enumerate(rows) if key in row)
    if right:
        row = rows[number]
        return row[(row.index(key) + right) % len(row)]
    if not 0 <= number + down < len(rows):
        return None
    middle = key.winfo_rootx() + key.winfo_width() / 2
    return min(rows[number + down], key=lambda each: abs(each.winfo_rootx() + each.winfo_width() / 2 - middle))


def _pressed(body: tkinter.Misc) -> Iterator[ttk.Button]:
    for widget in seen(body):
        if isinstance(widget, ttk.Button) and not widget.instate(["disabled"]):
            yield widget


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


def on_board(key: ttk.Button) -> ttk.Button:
    """A key of the keyboard on the screen, which is walked as a board, not as a row of buttons."""
    key.is_on_board = True  # type: ignore[attr-defined]
    return key


def is_on_board(button: ttk.Button) -> bool:
    return bool(getattr(button, "is_on_board", False))


def name_of(button: ttk.Button) -> str:
    return str(getattr(button, "spoken_name", "") or button["text"]).strip()


def _middle(widget: tkinter.Misc) -> float:
    return widget.winfo_rooty() + widget.winfo_height() / 2


def _is_digit(button: ttk.Button) -> bool:
    text = str(button["text"])
    return len(text) == 1 and text.isdecimal()
