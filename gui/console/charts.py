"""Charts on a plain canvas: bars over hours, and levels side by side. Each says in figures what it shows in colour."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from tkinter.font import Font

from gui.console.parts import Workshop
from gui.direction import Anchor

# Lines across, beside the one at the bottom; the share of a bar's room that it fills.
GRID_LINES, BAR_SHARE = 3, 0.7
# Design pixels: below the bars for the hours, above them for half a letter, between an axis and its letters.
FOOT, HEAD, BESIDE = 44, 20, 14
LEVEL_HEIGHT, LEVEL_ROW = 22, 68
NOTHING = "nothing in the last day"


def nice_step(most: float, lines: int = GRID_LINES) -> float:
    """The distance of grid lines so that ``lines`` of them reach over ``most``: 1, 2 or 5 times a power of ten, and
    never less than one."""
    rough = max(1.0, most / lines)
    power = 10.0 ** floor(log10(rough))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9)))


@dataclass(frozen=True)
class Level:
    """``share``: 0 to 1. ``told``: in figures and words; ``colour``: of the palette."""

    name: str
    share: float
    told: str
    colour: str


class BarChart:
    """``told``: a value on the axis, as people read it."""

    def __init__(
        self, workshop: Workshop, parent: tkinter.Misc, width: float, height: float, told: Callable[[float], str]
    ) -> None:
        self._workshop, self._told = workshop, told
        self.canvas = _canvas(workshop, parent, width, height)
        self._width, self._height = workshop.scale(width), workshop.scale(height)

    def show(self, values: Sequence[float], names: Sequence[str]) -> None:
        """``names``: below each bar; an empty one is left out."""
        scale, palette, font = self._workshop.scale, self._workshop.theme.palette, self._font
        self.canvas.delete("all")
        most = max(values, default=0)
        step = nice_step(most)
        top_value = step * max(1, ceil(most / step))
        ticks = [step * number for number in range(round(top_value / step) + 1)] if most else [0.0]
        left = max(font.measure(self._told(tick)) for tick in ticks) + scale(BESIDE)
        top, bottom = scale(HEAD), self._height - scale(FOOT)

        def y_of(value: float) -> float:
            return bottom - (bottom - top) * value / top_value

        for tick in ticks:
            y = y_of(tick)
            self.canvas.create_line(left, y, self._width, y, fill=palette.line)
            self._text(left - scale(BESIDE), y, self._told(tick), "e")
        if not most:
            self._text((left + self._width) / 2, (top + bottom) / 2, NOTHING, "center")
        room = (self._width - left) / max(1, len(values))
        for place, (value, name) in enumerate(zip(values, names, strict=True)):
            middle = left + room * (place + 0.5)
            if value:
                half = room * BAR_SHARE / 2
                self.canvas.create_rectangle(
                    middle - half, min(y_of(value), bottom - 1), middle + half, bottom, width=0,
                    fill=palette.accent, tags="bar",
                )  # fmt: skip
            if name:
                self._text(middle, bottom + scale(BESIDE), name, "n")

    @property
    def _font(self) -> Font:
        return self._workshop.theme.fonts["fine", False]

    def _text(self, x: float, y: float, text: str, anchor: Anchor) -> None:
        colour = self._workshop.theme.palette.muted
        self.canvas.create_text(x, y, text=text, anchor=anchor, font=self._font, fill=colour)


class LevelChart:
    """Levels one below the other: a name, how full, and what that means."""

    def __init__(self, workshop: Workshop, parent: tkinter.Misc, width: float) -> None:
        self._workshop = workshop
        self._width = workshop.scale(width)
        self.canvas = _canvas(workshop, parent, width, LEVEL_ROW)

    def show(self, levels: Sequence[Level]) -> None:
        scale, theme = self._workshop.scale, self._workshop.theme
        self.canvas.delete("all")
        self.canvas.configure(height=scale(LEVEL_ROW * max(1, len(levels))))
        for place, level in enumerate(levels):
            top = scale(LEVEL_ROW * place)
            bold, plain = theme.fonts["small", True], theme.fonts["small", False]
            self.canvas.create_text(0, top, text=level.name, anchor="nw", font=bold, fill=theme.palette.ink)
            self.canvas.create_text(
                self._width, top, text=level.told, anchor="ne", font=plain, fill=theme.palette.muted
            )
            below = top + scale(LEVEL_ROW - LEVEL_HEIGHT) - scale(8)
            for share, colour in ((1.0, theme.palette.track), (min(1.0, max(0.0, level.share)), level.colour)):
                if share:
                    self.canvas.create_rectangle(
                        0, below, max(2, self._width * share), below + scale(LEVEL_HEIGHT) // 2, width=0, fill=colour
                    )


def _canvas(workshop: Workshop, parent: tkinter.Misc, width: float, height: float) -> tkinter.Canvas:
    return tkinter.Canvas(
        parent, width=workshop.scale(width), height=workshop.scale(height), highlightthickness=0,
        background=workshop.theme.palette.surface,
    )  # fmt: skip
