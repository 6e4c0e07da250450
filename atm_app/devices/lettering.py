"""Lines of text in more than one script on one baseline, measured and broken, for paper and documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from PIL import ImageDraw, ImageFont

from atm_app.scripts import VIRAMAS, Run, Script, runs

# (pixels, bold, script) to a font that has the script's letters and nothing else.
FontFinder = Callable[[int, bool, Script], ImageFont.FreeTypeFont]

LINE_HEIGHT = 1.45  # of the font's size: room for the vowel signs above and below
FIGURES = ["tnum"]  # figures of one width, so that columns of them stand exactly below each other
BREAKS = re.compile(r"[ \t\r\n]+")  # a no-break space is none
ANCHORS = {"left": 0.0, "middle": 0.5, "right": 1.0}
MIRRORED = {"left": "right", "middle": "middle", "right": "left"}


class Lettering:
    """Sizes, widths and places are pixels."""

    def __init__(self, font: FontFinder) -> None:
        self._font = font

    def width(self, text: str, size: int, *, bold: bool = False) -> float:
        return sum(self._length(run, size, bold=bold) for run in runs(text))

    def _length(self, run: Run, size: int, *, bold: bool) -> float:
        way = "rtl" if run.backwards else "ltr"
        return float(self._font(size, bold, run.script).getlength(run.text, direction=way, features=FIGURES))

    def write(
        self, draw: ImageDraw.ImageDraw, x: float, baseline: float, text: str, size: int, *, bold: bool = False,
        anchor: str = "left", fill: int = 0,
    ) -> None:  # fmt: skip
        """``anchor``: which end of the text stands at ``x``: left, middle, right."""
        x -= self.width(text, size, bold=bold) * ANCHORS[anchor]
        for run in runs(text):
            draw.text(
                (round(x), round(baseline)), run.text, font=self._font(size, bold, run.script), fill=fill, anchor="ls",
                features=FIGURES, direction="rtl" if run.backwards else "ltr",
            )  # fmt: skip
            x += self._length(run, size, bold=bold)

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


def letters(word: str) -> list[str]:
    """What a reader takes for single letters: a consonant with its vowel sign, a conjunct, is one."""
    found: list[str] = []
    for character in word:
        joins = unicodedata.category(character)[0] == "M" or character in "\u200c\u200d"
        if found and (joins or found[-1].endswith((*VIRAMAS, "\u200d"))):
            found[-1] += character
        else:
            found.append(character)
    return found
