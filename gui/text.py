"""Text on widgets: by Tk where it can, as a Pillow picture where the script must be shaped."""

from __future__ import annotations

import functools
import tkinter
from collections.abc import Sequence
from tkinter import ttk
from typing import Any

from PIL import Image, ImageDraw

from atm_app.scripts import isolated, visible
from gui import lettered
from gui.direction import Direction
from gui.fonts import needs_shaping
from gui.icons import icon
from gui.lettered import Pen
from gui.photos import Photo
from gui.theme import Theme

# What is drawn on a wide row, design pixels: its height, the least for two lines, how far from its middle they stand.
# All of it for usual letters, which are so high.
ROW_PICTURE, TWO_LINES, UPPER, LOWER, USUAL_BODY = 88, 77, 18.48, 22, 32
NAME_SIZES = ("body", "label", "small")
ANCHORS = {"left": "w", "center": "center", "right": "e"}
# Of shaped texts: prompts and advice that come and go on one screen. Drawing takes up to 20 ms, half a frame.
KEPT_PICTURES = 32
# Of a button: how large its icon is beside its letters, and how far from them, design pixels; and of one above them.
ICON_SHARE, ICON_GAP = 1.35, 18
ICON_SHARE_ABOVE, ICON_GAP_ABOVE = 3.0, 28


class Lettering:
    """Labels and buttons in one language."""

    def __init__(self, theme: Theme, language: str) -> None:
        self.theme = theme
        self.language = language
        self.direction = Direction.of(language)
        # Measuring shaped words takes longer than all else of an update.
        self._largest: dict[tuple[str, tuple[str, ...], float, int], str] = {}
        self._shaped = functools.lru_cache(KEPT_PICTURES)(self._draw_shaped)

    def label(
        self, parent: tkinter.Misc, text: str, size: str = "body", *, bold: bool = False, colour: str = "",
        ground: str = "", wrap: float = 0, justify: str = "center",
    ) -> ttk.Label:  # fmt: skip
        """``colour``, ``ground``: else ink on the page. ``wrap``: design pixels at which lines break."""
        palette = self.theme.palette
        label = ttk.Label(parent, background=ground or palette.paper, foreground=colour or palette.ink)
        self.set(label, text, size, bold=bold, colour=colour, wrap=wrap, justify=justify)
        return label

    def set(
        self, label: ttk.Label, text: str, size: str = "body", *, bold: bool = False, colour: str = "",
        wrap: float = 0, justify: str = "center",
    ) -> None:  # fmt: skip
        """Change a label's text; the same text again costs nothing. ``justify``: left is where a line begins."""
        colour, justify = colour or self.theme.palette.ink, self.direction.justify(justify)
        if getattr(label, "shown_text", None) == (text, size, bold, colour):
            return
        label.shown_text = (text, size, bold, colour)  # type: ignore[attr-defined]
        pixels, wrap_pixels = self._pixels(size), self.theme.scale(wrap) if wrap else 0
        if needs_shaping(text):
            picture = self._shaped(text, Pen(pixels, bold, colour), wrap_pixels, justify)
            label.configure(image=picture, text="")
            label.picture = picture  # type: ignore[attr-defined]
        else:
            font = self.theme.fonts[size, bold]
            lines = lettered.wrapped(visible(text), font.measure, wrap_pixels)
            label.configure(
                image="", text="\n".join(lines), font=font, foreground=colour, justify=justify,
                anchor=ANCHORS[justify],
            )  # type: ignore[call-overload]  # fmt: skip

    def fit(self, text: str, size: str, width: float, *, bold: bool = False) -> str:
        """The text, shortened with an ellipsis where it would be wider than so many design pixels."""
        return lettered.fitted(text, self._pixels(size), bold, self.theme.scale(width))

    def largest(self, text: str, sizes: Sequence[str], width: float, lines: int = 1) -> str:
        """The first of the sizes, the largest first, at which a bold text takes no more than so many lines of so many
        design pixels; else the last."""
        asked = (text, tuple(sizes), width, lines)
        if asked not in self._largest:
            fitting = (size for size in sizes if self.fits(text, size, width, lines))
            self._largest[asked] = next(fitting, sizes[-1])
        return self._largest[asked]

    def button(
        self, parent: tkinter.Misc, text: str, command: Any, style: str = "Secondary", *, icon_name: str = "",
        size: str = "body", above: bool = False, icon_colour: str = "",
    ) -> ttk.Button:  # fmt: skip
        """``above``: the icon stands over the text instead of before it. ``icon_colour``: else that of the text."""
        ink, scale = self.theme.ink(style), self.theme.scale
        parts: list[Image.Image] = []
        if icon_name:
            share = ICON_SHARE_ABOVE if above else ICON_SHARE
            sign = icon(icon_name, scale(scale.stage.text[size] * share), icon_colour or ink)
            parts.append(self.direction.icon(icon_name, sign))
        shaped = needs_shaping(text)
        if shaped:
            parts.append(lettered.lettered(text, Pen(self._pixels(size), True, ink)))
        styled = f"{size}.{style}.TButton"
        # The text stays on the button even where a picture shows it: tests and screen readers find it there.
        written = text if above or shaped or not parts else "".join(self.direction.row(["  ", text]))
        button = ttk.Button(parent, style=styled, command=command, text=written)
        if parts:
            gap = scale(ICON_GAP_ABOVE if above else ICON_GAP)
            row = parts if above else self.direction.row(parts)
            self.put_picture(button, lettered.beside(row, gap, above=above) if len(row) > 1 else row[0])
            if above and not shaped:
                self._lift(button, parts[0], gap)
            button.configure(
                compound="image" if shaped or not text else "top" if above else self.direction.side("left")
            )
        return button

    def row_button(
        self, parent: tkinter.Misc, command: Any, lines: tuple[str, str], value: str, icon_name: str,
        size: tuple[float, float],
    ) -> ttk.Button:  # fmt: skip
        """A wide row: icon, a bold line over a quiet one if there is one, and a value at the far end; in a low row the
        quiet one stands before the value. ``size``: the room in the button, design pixels."""
        scale, palette = self.theme.scale, self.theme.palette
        larger = scale.stage.text["body"] / USUAL_BODY
        told = " · ".join((*lines, value))
        width, height = size[0], min(ROW_PICTURE * larger, size[1])
        if lines[1] and height < TWO_LINES * larger:
            lines, value = (lines[0], ""), "  ·  ".join((lines[1], isolated(value)) if value else (lines[1],))
        picture = Image.new("RGBA", (scale(width), scale(height)), (0, 0, 0, 0))
        draw = ImageDraw.Draw(picture)

        def write(text: str, pen: Pen, y: float, begin: float) -> None:
            x = self.direction.left(begin, lettered.width_of(text, pen.pixels, pen.bold), picture.width)
            lettered.draw_line(draw, x, y, text, pen)

        sign = icon(icon_name, scale(56), palette.accent)
        at = self.direction.left(scale(8), sign.width, picture.width)
        picture.paste(sign, (round(at), (picture.height - sign.height) // 2))
        last = Pen(self._pixels("body"), False, palette.muted)
        value_at = scale(width - 16) - lettered.width_of(value, last.pixels, last.bold)
        write(value, last, picture.height / 2, value_at)
        room = value_at - scale(96) - scale(40)
        # Names of banks differ in their last words: rather smaller letters than an ellipsis.
        fitting = (letters for letters in NAME_SIZES if self.fits(lines[0], letters, room / scale.factor, 1))
        letters = next(fitting, NAME_SIZES[0])
        first, second = Pen(self._pixels(letters), True, palette.ink), Pen(self._pixels("small"), False, palette.muted)
        name = lettered.fitted(lines[0], first.pixels, first.bold, room)
        write(name, first, scale(height / 2 - (UPPER * larger if lines[1] else 0)), scale(96))
        write(lines[1], second, scale(height / 2 + LOWER * larger), scale(96))
        button = ttk.Button(parent, style="Secondary.TButton", command=command)
        button.configure(text=told, compound="image")
        self.put_picture(button, picture)
        return button

    def put_picture(self, button: ttk.Button, picture: Image.Image) -> None:
        """Tk stipples the picture of a disabled button; a pale one of our own takes its place."""
        photo, pale = self.photo(picture), self.photo(_pale(picture, self.theme.palette.pale))
        button.picture = (photo, pale)  # type: ignore[attr-defined]
        button.configure(image=(photo, "disabled", pale))  # type: ignore[call-overload]

    def photo(self, picture: Image.Image) -> Photo:
        return self.theme.photos.make(picture)

    def _draw_shaped(self, text: str, pen: Pen, wrap: int, justify: str) -> Photo:
        return self.photo(lettered.lettered(text, pen, wrap, justify))

    def width(self, text: str, size: str) -> float:
        """Design pixels a text takes that is not bold."""
        return lettered.width_of(text, self._pixels(size), False) / self.theme.scale.factor

    def fits(self, text: str, size: str, width: float, lines: int) -> bool:
        """Whether a bold text takes no more than so many lines of so many design pixels."""
        return lettered.fits(text, self._measure(text, size), self.theme.scale(width), lines)

    def _measure(self, text: str, size: str) -> lettered.Measure:
        """Of bold letters, by what will draw them: Tk's and Pillow's widths differ a little."""
        if not needs_shaping(text):
            return self.theme.fonts[size, True].measure
        return lambda line: lettered.width_of(line, self._pixels(size), True)

    def _pixels(self, size: str) -> int:
        return self.theme.scale.letters(size)

    def _lift(self, button: ttk.Button, sign: Image.Image, gap: int) -> None:
        """Tk sets the text right under a picture; some empty rows below the icon keep them apart."""
        taller = Image.new("RGBA", (sign.width, sign.height + gap // 2), (0, 0, 0, 0))
        taller.paste(sign, (0, 0))
        self.put_picture(button, taller)


def _pale(picture: Image.Image, colour: str) -> Image.Image:
    """The same shape in the colour of disabled text."""
    flat = Image.new("RGBA", picture.size, colour)
    flat.putalpha(picture.getchannel("A"))
    return flat
