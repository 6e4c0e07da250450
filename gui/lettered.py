"""Text as pictures, for scripts Tk does not shape and for lines of more than one weight.

A line is cut into runs of one script, because the Devanagari font has no Latin letters ("PIN", "F12", names of banks)
and the Latin one no Devanagari; the runs stand on one baseline.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from gui.fonts import is_shaped, pillow_font

Measure = Callable[[str], float]
LINE_HEIGHT = 1.42  # of the font's size: room for the vowel signs above and below
# Devanagari letters hang from their headline; a little larger they look as large as the Latin ones beside them.
DEVANAGARI_SIZE = 1.06
NEUTRAL = frozenset(" .,:;!?-–—…“”‘’()०१२३४५६७८९₹•·→")


@dataclass(frozen=True)
class Pen:
    """``pixels``: the size of the letters on the screen."""

    pixels: int
    bold: bool
    colour: str


@functools.cache
def _face(pixels: int, bold: bool, shaped: bool) -> ImageFont.FreeTypeFont:
    return pillow_font(round(pixels * DEVANAGARI_SIZE) if shaped else pixels, bold, "hi" if shaped else "en")


@functools.cache
def _waist(pixels: int, bold: bool) -> float:
    """Height above the baseline of the optical middle of a line: half of the headline's height."""
    box = _face(pixels, bold, True).getbbox("क", anchor="ls")
    return -box[1] / 2


def runs(text: str) -> list[tuple[str, bool]]:
    """Pieces of one script each, with whether it must be shaped. Spaces and marks go with what stands before them."""
    pieces: list[tuple[str, bool]] = []
    for letter in text:
        shaped = is_shaped(letter)
        if pieces and (letter in NEUTRAL and not shaped):
            shaped = False if letter in "•·→₹" else pieces[-1][1]
        if pieces and pieces[-1][1] == shaped:
            pieces[-1] = (pieces[-1][0] + letter, shaped)
        else:
            pieces.append((letter, shaped))
    return pieces


def width_of(text: str, pixels: int, bold: bool) -> float:
    """Pixels a line takes."""
    return float(sum(_face(pixels, bold, shaped).getlength(piece) for piece, shaped in runs(text)))


def wrapped(text: str, measure: Measure, width: int) -> list[str]:
    """Lines no wider than ``width`` pixels where words allow, and about equally long; 0 breaks only where the text
    does. Each word is measured once: measuring is what costs time."""
    if not width:
        return text.split("\n")
    lines: list[str] = []
    space = measure(" ")
    for paragraph in text.split("\n"):
        words = [(word, measure(word)) for word in paragraph.split(" ")]
        broken = _broken(words, space, width)
        narrow, wide = width / len(broken) * 0.9, float(width)
        while len(broken) > 1 and wide - narrow > space:
            middle = (narrow + wide) / 2
            attempt = _broken(words, space, middle)
            fits = len(attempt) == len(broken) and all(length <= middle for _, length in attempt)
            narrow, wide, broken = (narrow, middle, attempt) if fits else (middle, wide, broken)
        lines += [line for line, _ in broken]
    return lines


def _broken(words: Sequence[tuple[str, float]], space: float, width: float) -> list[tuple[str, float]]:
    """Words, each with its pixels, filled into lines, each with its pixels."""
    lines = [words[0]]
    for word, length in words[1:]:
        line, taken = lines[-1]
        if taken + space + length > width:
            lines.append((word, length))
        else:
            lines[-1] = (f"{line} {word}", taken + space + length)
    return lines


def line_height(pixels: int) -> int:
    return round(pixels * LINE_HEIGHT)


def draw_line(draw: ImageDraw.ImageDraw, x: float, middle: float, text: str, pen: Pen) -> None:
    """One line from a left edge, its optical middle at a height."""
    baseline = middle + _waist(pen.pixels, pen.bold)
    pieces = runs(text)
    for number, (piece, shaped) in enumerate(pieces):
        face = _face(pen.pixels, pen.bold, shaped)
        draw.text((round(x), round(baseline)), piece, font=face, fill=pen.colour, anchor="ls")
        if number < len(pieces) - 1:
            x += face.getlength(piece)


def lettered(text: str, pen: Pen, wrap: int = 0, justify: str = "center") -> Image.Image:
    """A text as an RGBA picture whose middle is the text's optical middle."""
    lines = wrapped(text, lambda line: width_of(line, pen.pixels, pen.bold), wrap)
    lengths = [width_of(line, pen.pixels, pen.bold) for line in lines]
    height = line_height(pen.pixels)
    width = round(max(lengths)) + 4
    picture = Image.new("RGBA", (width, height * len(lines)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[justify]
    for number, (line, length) in enumerate(zip(lines, lengths, strict=True)):
        draw_line(draw, 2 + (width - 4 - length) * share, height * (number + 0.5), line, pen)
    return picture


def fitted(text: str, pixels: int, bold: bool, width: float) -> str:
    """The text, or its beginning and an ellipsis where it is wider than ``width`` pixels."""
    if width_of(text, pixels, bold) <= width:
        return text
    kept = text
    while kept and width_of(f"{kept}…", pixels, bold) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def beside(pictures: Sequence[Image.Image], gap: int, *, above: bool) -> Image.Image:
    """Pictures in a row, or one above the other, on a common middle line."""
    if above:
        size = (max(each.width for each in pictures), sum(each.height + gap for each in pictures) - gap)
    else:
        size = (sum(each.width + gap for each in pictures) - gap, max(each.height for each in pictures))
    joined = Image.new("RGBA", size, (0, 0, 0, 0))
    at = 0
    for each in pictures:
        if above:
            joined.paste(each, ((size[0] - each.width) // 2, at))
            at += each.height + gap
        else:
            joined.paste(each, (at, (size[1] - each.height) // 2))
            at += each.width + gap
    return joined
