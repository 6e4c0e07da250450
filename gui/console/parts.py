"""What the console's pages are made of: cards, fields, buttons, tables."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from gui.console import layout
from gui.direction import Anchor
from gui.text import Lettering
from gui.theme import Theme

DOT = "●"
ARRANGED = "Console.Treeview"


def dress(theme: Theme, row: float = layout.ROW) -> None:
    """The styles of fields and tables, which the kiosk has none of. ``row``: of a table, design pixels high."""
    palette, style, fonts = theme.palette, theme.style, theme.fonts
    text: tuple[str, Any] = ("Entry.padding", {"sticky": "nswe", "children": [("Entry.textarea", {"sticky": "nswe"})]})
    style.layout("Console.TEntry", [("Cell.panel", {"sticky": "nswe", "children": [text]})])
    style.configure(
        "Console.TEntry", fieldbackground=palette.surface, foreground=palette.ink, insertcolor=palette.accent,
        borderwidth=0, padding=(theme.scale(16), 0),
    )  # fmt: skip
    for kind in ("TFrame", "TLabel"):
        style.configure(f"Surface.{kind}", background=palette.surface)
    style.configure(
        "Console.TCombobox", fieldbackground=palette.surface, background=palette.surface, foreground=palette.ink,
        arrowcolor=palette.muted, bordercolor=palette.line, relief="flat", padding=theme.scale(14),
    )  # fmt: skip
    style.configure(
        ARRANGED, background=palette.surface, fieldbackground=palette.surface, foreground=palette.ink,
        font=fonts["small", False], rowheight=theme.scale(row), borderwidth=0, relief="flat",
    )  # fmt: skip
    style.configure(
        f"{ARRANGED}.Heading", font=fonts["small", True], background=palette.paper, foreground=palette.muted,
        relief="flat", padding=theme.scale(10),
    )  # fmt: skip
    style.map(
        ARRANGED, background=[("selected", palette.accent_wash)], foreground=[("selected", palette.accent_deep)]
    )  # fmt: skip


@dataclass(frozen=True)
class Workshop:
    """Makes widgets in one theme. ``row``: of a table, design pixels high."""

    theme: Theme
    row: float = layout.ROW

    @property
    def letters(self) -> Lettering:
        return Lettering(self.theme, "en")

    def scale(self, pixels: float) -> int:
        return self.theme.scale(pixels)

    def frame(self, parent: tkinter.Misc) -> ttk.Frame:
        return ttk.Frame(parent)

    def card(self, parent: tkinter.Misc) -> ttk.Frame:
        return ttk.Frame(parent, style="Card.TFrame", padding=self.scale(layout.CARD_PADDING))

    def text(
        self, parent: tkinter.Misc, text: str, size: str = "body", *, bold: bool = False, quiet: bool = False,
        on_card: bool = True, wrap: float = 0,
    ) -> ttk.Label:  # fmt: skip
        palette = self.theme.palette
        return self.letters.label(
            parent, text, size, bold=bold, colour=palette.muted if quiet else palette.ink, wrap=wrap, justify="left",
            ground=palette.surface if on_card else palette.paper,
        )  # fmt: skip

    def set(self, label: ttk.Label, text: str, size: str = "body", *, bold: bool = False, colour: str = "") -> None:
        self.letters.set(label, text, size, bold=bold, colour=colour, justify="left")

    def button(
        self, parent: tkinter.Misc, text: str, command: Callable[[], None], style: str = "Secondary",
        *, width: float = 0,
    ) -> ttk.Button:  # fmt: skip
        """As wide as its words, or ``width`` design pixels; the frame that holds it is to be packed or gridded."""
        button = self.letters.button(parent, text, command, style, size="body")
        usual = self.letters.width(text, "body") * 1.1 + 2 * layout.GAP + 40
        button.configure(width=0)
        button.wanted = (self.scale(width or usual), self.scale(layout.BUTTON_HEIGHT))  # type: ignore[attr-defined]
        return button

    def field(
        self, parent: tkinter.Misc, *, secret: bool = False, width: int = 28, digits: bool = False
    ) -> ttk.Entry:  # fmt: skip
        """``width``: characters. ``digits``: are what is mostly typed here."""
        field = ttk.Entry(
            parent, style="Console.TEntry", font=self.theme.fonts["body", False], show=DOT if secret else "",
            width=width,
        )  # fmt: skip
        field.takes_digits = digits  # type: ignore[attr-defined]
        return field


class Row:
    """Buttons side by side, each with the size it wants."""

    def __init__(self, workshop: Workshop, parent: tkinter.Misc, *, on_card: bool = False) -> None:
        self._workshop = workshop
        self.frame = ttk.Frame(parent, style="Surface.TFrame" if on_card else "TFrame")
        self._x = 0
        self.buttons: list[ttk.Button] = []

    def add(self, text: str, command: Callable[[], None], style: str = "Secondary", *, width: float = 0) -> ttk.Button:
        button = self._workshop.button(self.frame, text, command, style, width=width)
        wide, high = button.wanted  # type: ignore[attr-defined]
        button.place(x=self._x, y=0, width=wide, height=high)
        self._x += wide + self._workshop.scale(layout.GAP)
        self.frame.configure(width=self._x, height=high)
        self.buttons.append(button)
        return button

    def clear(self) -> None:
        for button in self.buttons:
            button.destroy()
        self.buttons.clear()
        self._x = 0


@dataclass(frozen=True)
class Column:
    """``width``: characters. ``right``: figures."""

    name: str
    width: int
    right: bool = False


class Table:
    """Rows of text. The caller fills it with a page at a time, never with a whole table of the database.

    ``chosen``: the key of the row that is marked; ``on_choose`` hears of it.
    """

    def __init__(
        self, workshop: Workshop, parent: tkinter.Misc, columns: Sequence[Column], *, rows: int,
        on_choose: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        names = [column.name for column in columns]
        self.widget = ttk.Treeview(
            parent, columns=names, show="headings", selectmode="browse", style=ARRANGED,
            height=max(layout.FEWEST_ROWS, int(rows * layout.ROW / workshop.row)),
        )  # fmt: skip
        for column in columns:
            side: Anchor = "e" if column.right else "w"
            self.widget.heading(column.name, text=column.name, anchor=side)
            self.widget.column(
                column.name, width=workshop.scale(column.width * layout.CHARACTER), anchor=side, stretch=True
            )  # fmt: skip
        self.widget.bind("<<TreeviewSelect>>", lambda _: on_choose())

    def fill(self, rows: Sequence[tuple[str, Sequence[object]]]) -> None:
        """``rows``: a key that no other row has, and the cells. What was marked stays marked while it is there."""
        before = self.chosen
        self.widget.delete(*self.widget.get_children())
        for key, cells in rows:
            self.widget.insert("", "end", iid=key, values=[str(cell) for cell in cells])
        if before and self.widget.exists(before):
            self.widget.selection_set(before)

    @property
    def chosen(self) -> str:
        marked = self.widget.selection()
        return str(marked[0]) if marked else ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.widget.get_children())

    def choose(self, key: str) -> None:
        self.widget.selection_set(key)


class Form:
    """Named fields one below the other, or ``beside`` each other. Return in any of them does what the form is for."""

    def __init__(
        self, workshop: Workshop, parent: tkinter.Misc, done: Callable[[], None], *, on_card: bool = True,
        beside: bool = False,
    ) -> None:  # fmt: skip
        self._workshop, self._done, self._on_card, self._beside = workshop, done, on_card, beside
        palette = workshop.theme.palette
        self.frame = tkinter.Frame(parent, background=palette.surface if on_card else palette.paper)
        self.fields: dict[str, ttk.Entry] = {}
        self._secrets: set[str] = set()

    def add(
        self, key: str, name: str, *, secret: bool = False, value: str = "", choices: Sequence[str] = (),
        wide: bool = False, digits: bool = False,
    ) -> ttk.Entry:  # fmt: skip
        """``wide``: for a path. ``digits``: as ``Workshop.field`` has it."""
        place, gap = len(self.fields), self._workshop.scale(layout.GAP)
        label = self._workshop.text(self.frame, name, "small", quiet=True, on_card=self._on_card)
        field: ttk.Entry
        if choices:
            field = ttk.Combobox(
                self.frame, values=list(choices), state="readonly", style="Console.TCombobox",
                font=self._workshop.theme.fonts["body", False],
            )  # fmt: skip
            field.set(value or choices[0])
        else:
            width = 12 if self._beside else 52 if wide else 28
            field = self._workshop.field(self.frame, secret=secret, width=width, digits=digits)
            field.insert(0, value)
            self._secrets |= {key} if secret else set()
        if self._beside:
            label.grid(row=0, column=place, sticky="w")
            field.grid(row=1, column=place, sticky="we", padx=(0, gap))
        else:
            label.grid(row=place, column=0, sticky="w", padx=(0, gap))
            field.grid(row=place, column=1, sticky="we", pady=gap // 4)
            self.frame.columnconfigure(1, weight=1)
        field.bind("<Return>", lambda _: self._done())
        self.fields[key] = field
        return field

    def value(self, key: str) -> str:
        """Without blanks around it, but for a secret."""
        text = self.fields[key].get()
        return text if key in self._secrets else text.strip()

    def clear(self, *keys: str) -> None:
        for key in keys or tuple(self.fields):
            if not isinstance(self.fields[key], ttk.Combobox):
                self.fields[key].delete(0, "end")

    def focus(self) -> None:
        """On the first field that is still empty."""
        empty = [field for field in self.fields.values() if not field.get()]
        (empty or list(self.fields.values()))[0].focus_set()


def whole(text: str, name: str) -> int:
    """A whole number of at least 0. Raises ValueError with a sentence."""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{name} is to be a whole number.")
    return int(text)
