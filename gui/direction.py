"""Which way a screen is read. Screens are laid out from left to right; here, and nowhere else, they are mirrored."""

from __future__ import annotations

import tkinter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from PIL import Image, ImageOps

from atm_app.languages import RIGHT_TO_LEFT

Anchor = Literal["nw", "n", "ne", "w", "center", "e", "sw", "s", "se"]
Side = Literal["left", "right"]
Part = TypeVar("Part")

OPPOSITE = {
    "nw": "ne", "ne": "nw", "w": "e", "e": "w", "sw": "se", "se": "sw", "left": "right", "right": "left",
}  # fmt: skip
# Icons that point along the line. A head turns to the same side in every language, and digits are erased from their
# right.
POINTING = frozenset({"back", "list"})


@dataclass(frozen=True)
class Direction:
    """``mirrored``: from right to left. Everything is given as it is for left to right."""

    mirrored: bool = False

    @classmethod
    def of(cls, language: str) -> Direction:
        return cls(language in RIGHT_TO_LEFT)

    def anchor(self, anchor: Anchor) -> Anchor:
        return cast("Anchor", self._turned(anchor))

    def side(self, side: Side) -> Side:
        return cast("Side", self._turned(side))

    def justify(self, justify: str) -> str:
        return self._turned(justify)

    def row(self, parts: Sequence[Part]) -> list[Part]:
        """What stands beside each other, from left to right."""
        return list(reversed(parts)) if self.mirrored else list(parts)

    def left(self, x: float, width: float, room: float) -> float:
        """The left edge of what is ``width`` wide and would begin at ``x``, in ``room``."""
        return room - x - width if self.mirrored else x

    def icon(self, name: str, picture: Image.Image) -> Image.Image:
        return ImageOps.mirror(picture) if self.mirrored and name in POINTING else picture

    def place(
        self, widget: tkinter.Widget, *, relx: float = 0.0, x: int = 0, anchor: Anchor = "nw", **rest: Any
    ) -> None:
        """Tk's ``place``."""
        if self.mirrored:
            relx, x = 1.0 - relx, -x
        widget.place(relx=relx, x=x, anchor=self.anchor(anchor), **rest)

    def pack(self, widget: tkinter.Widget, *, side: Side, padx: tuple[int, int] = (0, 0), pady: Any = 0) -> None:
        """Tk's ``pack``."""
        before, after = self.row(padx)
        widget.pack(side=self.side(side), padx=(before, after), pady=pady)

    def _turned(self, name: str) -> str:
        return OPPOSITE.get(name, name) if self.mirrored else name


LEFT_TO_RIGHT = Direction()
