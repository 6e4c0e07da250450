"""Lines of text in more than one script on one baseline, measured and broken, for paper and documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import groupby

from PIL import ImageDraw, ImageFont

# (pixels, bold, language) to a font that has the language's letters and nothing else.
FontFinder = Callable[[int, bool, str], ImageFont.FreeTypeFont]

LINE_HEIGHT = 1.45  # of the font's size: room for the vowel signs above and below
DEVANAGARI = "hi"  # any language of the script finds its font
LATIN = "en"
VIRAMA = "\u094d"
FIGURES = ["tnum"]  # figures of one width, so that columns of them stand exactly below each other
BREAKS = re.compile(r"[ \t\r\n]+")  # a no-break space is none
ANCHORS = {"left": 0.0, "middle": 0.5, "right": 1.0}


class Lettering:
    """Sizes, widths and places are pixels."""

    def __init__(self, font: FontFinder) -> None:
        self._font = font

    def width(self, text: str, size: int, *, bold: bool = False) -> float:
        return float(sum(self._font(size, bold, script).getlength(run, features=FIGURES) for run, script in runs(text)))

    def write(
        self, draw: ImageDraw.ImageDraw, x: float, baseline: float, text: str, size: int, *, bold: bool = False,
        anchor: str = "left", fill: int = 0,
    ) -> None:  # fmt: skip
        """``anchor``: which end of the text stands at ``x``: left, middle, right."""
        x -= self.width(text, size, bold=bold) * ANCHORS[anchor]
        for run, script in runs(text):
            font = self._font(size, bold, script)
            draw.text((round(x), round(baseline)), run, font=font, fill=fill, anchor="ls", features=FIGURES)
            x += font.getlength(run, features=FIGURES)

    def wrapped(self, text: str, size: int, width: float, *, bold: bool = False) -> list[str]:
        """Lines no wider than ``width``. A word that is wider alone is broken between letters."""
        lines: list[str] = []
        line = ""
        for word in BREAKS.split(text.strip()):
            longer = f"{line} {word}" if line else word
            if self.width(longer, size, bold=bold) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = self._pieces(word, size, width, bold=bold)
            lines += full
        return [*lines, line] if line else lines

    def _pieces(self, word: str, size: int, width: float, *, bold: bool) -> list[str]:
        pieces = [""]
        for letter in letters(word):
            if pieces[-1] and self.width(pieces[-1] + letter, size, bold=bold) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of one script each, with a language of that script. Spaces go with what stands before them."""
    script = LATIN
    scripts = []
    for letter in text:
        if letter not in " \u00a0":
            script = DEVANAGARI if "\u0900" <= letter <= "\u097f" or letter in "\u200c\u200d" else LATIN
        scripts.append((letter, script))
    for found, pieces in groupby(scripts, key=lambda pair: pair[1]):
        yield "".join(letter for letter, _ in pieces), found


def letters(word: str) -> list[str]:
    """What a reader takes for single letters: a consonant with its vowel sign, a conjunct, is one."""
    found: list[str] = []
    for character in word:
        joins = unicodedata.category(character)[0] == "M" or character in "\u200c\u200d"
        if found and (joins or found[-1].endswith((VIRAMA, "\u200d"))):
            found[-1] += character
        else:
            found.append(character)
    return found
