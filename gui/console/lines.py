"""Lines of a card that change while they are looked at: a sign and a few words each, written over in place."""

from __future__ import annotations

import tkinter
from collections.abc import Sequence
from dataclasses import dataclass
from tkinter import ttk

from gui.console import layout
from gui.console.parts import Workshop
from gui.icons import icon
from gui.photos import Photo

SIGN, PADDING = 34, 28  # design pixels: of an icon, and around what stands in a card


@dataclass(frozen=True)
class Line:
    """``sign``: of an icon, empty for none, in its ``colour``. ``head``: of a table, all of it quiet."""

    cells: tuple[str, ...]
    sign: str = ""
    colour: str = ""
    head: bool = False


@dataclass(frozen=True)
class Cell:
    """A column of words. ``wide``: takes the room that is left. ``wrap``: design pixels at which lines break."""

    quiet: bool = False
    right: bool = False
    wide: bool = False
    bold: bool = False
    wrap: float = 0


class Lines:
    """``signs``: whether a column of icons stands before the words."""

    def __init__(
        self,
        workshop: Workshop,
        parent: tkinter.Misc,
        cells: Sequence[Cell],
        *,
        signs: bool = False,
        size: str = "small",
    ) -> None:
        self._workshop, self._cells, self._signs, self._size = workshop, cells, signs, size
        self.frame = tkinter.Frame(parent, background=workshop.theme.palette.surface)
        for column, cell in enumerate(cells, 1):
            self.frame.columnconfigure(column, weight=int(cell.wide))
        self._rows: list[list[ttk.Label]] = []
        self._photos: dict[tuple[str, str], Photo] = {}
        self._shown: list[Line] = []

    @property
    def shown(self) -> tuple[Line, ...]:
        return tuple(self._shown)

    def fill(self, lines: Sequence[Line]) -> None:
        """Only what differs is written."""
        while len(self._rows) < len(lines):
            self._rows.append(self._made(len(self._rows)))
        for place, labels in enumerate(self._rows):
            line = lines[place] if place < len(lines) else None
            if place < len(self._shown) and self._shown[place] == line:
                continue
            for label in labels:
                label.grid() if line else label.grid_remove()
            if line is not None:
                self._write(labels, line)
        self._shown = list(lines)

    def _made(self, row: int) -> list[ttk.Label]:
        gap = self._workshop.scale(layout.GAP) // 3
        labels = []
        for column, cell in enumerate((Cell(), *self._cells)):
            label = self._workshop.text(self.frame, "", self._size, quiet=cell.quiet, bold=cell.bold, wrap=cell.wrap)
            label.grid(
                row=row, column=column, sticky="e" if cell.right else "w", pady=gap // 2,
                padx=(0 if column < 2 else 2 * gap, 2 * gap if column == 0 and self._signs else 0),
            )  # fmt: skip
            labels.append(label)
        return labels

    def _write(self, labels: Sequence[ttk.Label], line: Line) -> None:
        palette = self._workshop.theme.palette
        labels[0].configure(image=self._photo(line.sign, line.colour or palette.ink) if line.sign else "")
        for label, cell, text in zip(labels[1:], self._cells, line.cells, strict=True):
            colour = palette.muted if cell.quiet or line.head else palette.ink
            self._workshop.letters.set(
                label, text, self._size, bold=cell.bold, colour=colour, wrap=cell.wrap, justify="left"
            )

    def _photo(self, sign: str, colour: str) -> Photo:
        if (sign, colour) not in self._photos:
            pixels = self._workshop.scale(SIGN)
            self._photos[sign, colour] = self._workshop.theme.photos.make(icon(sign, pixels, colour))
        return self._photos[sign, colour]


def card_of(workshop: Workshop, parent: tkinter.Misc, width: float) -> ttk.Frame:
    """A card that is so many design pixels wide, whatever stands in it; to be packed or gridded."""
    card = ttk.Frame(parent, style="Card.TFrame", padding=workshop.scale(PADDING))
    inside = workshop.scale(width - 2 * PADDING)
    tkinter.Frame(card, width=inside, height=1, background=workshop.theme.palette.surface).pack()
    return card
