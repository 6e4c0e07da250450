"""Text as pictures, for scripts Tk does not shape and for lines of more than one weight.

A line is cut into runs of one script, because the font of a script has no letters of another ("F12", names of banks);
the runs stand on one baseline.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from atm_app.scripts import Script, runs, script_of
from gui.fonts import pillow_font

Measure = Callable[[str], float]
# Of the font's size: room for the vowel signs above and below. Telugu writes a second consonant below the first, Arabic
# has its dots there and marks above its capitals' height.
LINE_HEIGHT = 1.42
TALLER = {Script.TELUGU: 1.6, Script.ARABIC: 1.6}
# Letters of one size look larger in one script than in another; so they look as large as the Latin ones beside them.
SIZES = {Script.DEVANAGARI: 1.06, Script.TAMIL: 0.92}


@dataclass(frozen=True)
class Pen:
    """``pixels``: the size of the letters on the screen."""

    pixels: int
    bold: bool
    colour: str


@functools.cache
def _face(pixels: int, bold: bool, script: Script) -> ImageFont.FreeTypeFont:
    return pillow_font(round(pixels * SIZES.get(script, 1.0)), bold, script)


@functools.cache
def _waist(pixels: int, bold: bool) -> float:
    """Height above the baseline of the optical middle of a line: half of the height of Devanagari's headline, which
    is about that of a Latin capital; one for all scripts, so that lines beside each other stand on one baseline."""
    box = _face(pixels, bold, Script.DEVANAGARI).getbbox("क", anchor="ls")
    return -box[1] / 2


def _way(backwards: bool) -> str:
    """Pillow's name of a direction."""
    return "rtl" if backwards else "ltr"


def width_of(text: str, pixels: int, bold: bool) -> float:
    """Pixels a line takes."""
    return float(
        sum(_face(pixels, bold, run.script).getlength(run.text, direction=_way(run.backwards)) for run in runs(text))
    )


def wrapped(text: str, measure: Measure, width: int) -> list[str]:
    """Lines no wider than ``width`` pixels where words allow, and about equally long; 0 breaks only where the text
    does. Each word is measured once: measuring is what costs time."""
    if not width:
        return text.split("\n")
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = [(word, measure(word)) for word in paragraph.split(" ")]
        space = _space_between(words[:2], measure)
        broken = _broken(words, space, width)
        narrow, wide = width / len(broken) * 0.9, float(width)
        while len(broken) > 1 and wide - narrow > space:
            middle = (narrow + wide) / 2
            attempt = _broken(words, space, middle)
            fits = len(attempt) == len(broken) and all(length <= middle for _, length in attempt)
            narrow, wide, broken = (narrow, middle, attempt) if fits else (middle, wide, broken)
        lines += [line for line, _ in broken]
    return lines


def _space_between(words: Sequence[tuple[str, float]], measure: Measure) -> float:
    """Pixels of a space between the first words. Alone it may be another script's, which is narrower; between letters
    that lean on each other it can come out as nothing."""
    joined = measure(" ".join(word for word, _ in words)) - sum(length for _, length in words)
    return max(joined, measure(" "))


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


def line_height(text: str, pixels: int) -> int:
    """Pixels from one line of a text to the next."""
    return round(pixels * max(TALLER.get(script_of(letter), LINE_HEIGHT) for letter in text or " "))


def draw_line(draw: ImageDraw.ImageDraw, x: float, middle: float, text: str, pen: Pen) -> None:
    """One line from a left edge, its optical middle at a height."""
    baseline = middle + _waist(pen.pixels, pen.bold)
    for run in runs(text):
        face, way = _face(pen.pixels, pen.bold, run.script), _way(run.backwards)
        draw.text((round(x), round(baseline)), run.text, font=face, fill=pen.colour, anchor="ls", direction=way)
        x += face.getlength(run.text, direction=way)


def lettered(text: str, pen: Pen, wrap: int = 0, justify: str = "center") -> Image.Image:
    """A text as an RGBA picture whose middle is the text's optical middle."""
    lines = wrapped(text, lambda line: width_of(line, pen.pixels, pen.bold), wrap)
    lengths = [width_of(line, pen.pixels, pen.bold) for line in lines]
    height = line_height(text, pen.pixels)
    width = round(max(lengths)) + 4
    picture = Image.new("RGBA", (width, height * len(lines)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[justify]
    for number, (line, length) in enumerate(zip(lines, lengths, strict=True)):
        draw_line(draw, 2 + (width - 4 - length) * share, height * (number + 0.5), line, pen)
    return _trimmed(picture, round(pen.pixels * LINE_HEIGHT) * len(lines))


def _trimmed(picture: Image.Image, least: int) -> Image.Image:
    """Without what is empty above and below alike, but no lower than ``least`` pixels: taller lines are for the few
    letters that need them."""
    ink = picture.getbbox()
    empty = min(ink[1], picture.height - ink[3]) if ink else picture.height
    cut = max(0, min(empty, (picture.height - least) // 2))
    return picture.crop((0, cut, picture.width, picture.height - cut)) if cut else picture


def fits(text: str, measure: Measure, width: float, lines: int) -> bool:
    """Whether a text takes no more than so many lines of so many pixels."""
    broken = wrapped(text, measure, round(width))
    return len(broken) <= lines and max(map(measure, broken)) <= width


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
