"""Counts to be typed beside what the books have: a line a cassette, and a table of bins by denomination."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk

from gui.console import layout
from gui.console.parts import Workshop

# Lines below each other before a further block begins beside them.
LINES = 12
FIELD_WIDTH = 6


@dataclass(frozen=True)
class CountLine:
    """``texts``: before the fields; ``fields``: key and what stands in it, with what is written behind it."""

    texts: tuple[str, ...]
    fields: tuple[tuple[str, str, str], ...]


class CountGrid:
    """``fields``: by key. Return in one goes to the next; in the last it does what the grid is for."""

    def __init__(self, workshop: Workshop, parent: tkinter.Misc, done: Callable[[], None]) -> None:
        self._workshop, self._done = workshop, done
        self.frame = tkinter.Frame(parent, background=workshop.theme.palette.paper)
        self.fields: dict[str, ttk.Entry] = {}

    def add(self, headings: Sequence[str], lines: Sequence[CountLine]) -> None:
        """A block of lines beside those that are there, LINES high at most."""
        block = tkinter.Frame(self.frame, background=self._workshop.theme.palette.paper)
        block.pack(side="left", anchor="n", pady=(0, self._workshop.scale(layout.GAP)))
        for start in range(0, len(lines), LINES):
            self._block(block, headings, lines[start : start + LINES])

    def _block(self, parent: tkinter.Misc, headings: Sequence[str], lines: Sequence[CountLine]) -> None:
        work, gap = self._workshop, self._workshop.scale(layout.GAP)
        grid = tkinter.Frame(parent, background=work.theme.palette.paper)
        grid.pack(side="left", anchor="n", padx=(0, 2 * gap))
        for column, heading in enumerate(headings):
            work.text(grid, heading, "small", quiet=True, on_card=False).grid(
                row=0, column=column, sticky="w", padx=(0, gap)
            )
        for row, line in enumerate(lines, 1):
            for column, text in enumerate(line.texts):
                work.text(grid, text, bold=not column, on_card=False).grid(
                    row=row, column=column, sticky="w", padx=(0, gap)
                )
            for column, (key, value, behind) in enumerate(line.fields, len(line.texts)):
                cell = tkinter.Frame(grid, background=work.theme.palette.paper)
                cell.grid(row=row, column=column, sticky="w", padx=(0, gap), pady=gap // 8)
                self._field(cell, key, value)
                if behind:
                    work.text(cell, behind, "small", quiet=True, on_card=False).pack(side="left", padx=gap // 2)

    def _field(self, cell: tkinter.Misc, key: str, value: str) -> None:
        field = self._workshop.field(cell, width=FIELD_WIDTH, digits=True)
        field.insert(0, value)
        field.bind("<Return>", lambda _: self._next(key))
        field.pack(side="left")
        self.fields[key] = field

    def value(self, key: str) -> str:
        return self.fields[key].get().strip()

    @property
    def values(self) -> dict[str, str]:
        return {key: self.value(key) for key in self.fields}

    def focus(self) -> None:
        """On the first field that is still empty."""
        empty = [field for field in self.fields.values() if not field.get()]
        if self.fields:
            (empty or list(self.fields.values()))[0].focus_set()

    def _next(self, key: str) -> None:
        keys = list(self.fields)
        place = keys.index(key) + 1
        if place == len(keys):
            self._done()
        else:
            self.fields[keys[place]].focus_set()
