"""Pages of a PDF, written from top to bottom.

What is seen is a picture of the page drawn by Pillow, whose raqm shapes every script. reportlab 5.1 with uharfbuzz was
tried: its ``drawString`` draws Devanagari letter by letter, its shaped strings lose their text, and Inter's outlines
(CFF) it does not embed at all. Below the picture lies the same text, invisible, in its places: it can be searched,
copied and read aloud.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from atm_app.devices.lettering import LINE_HEIGHT, MIRRORED, FontFinder, Lettering
from atm_app.scripts import Script, runs

DOTS_PER_INCH = 200
POINTS_PER_INCH = 72
INVISIBLE = 3  # PDF text rendering mode: neither filled nor stroked
# Fonts of the hidden text. Of Latin the one every reader has; of the others ours, by the name of the script.
LATIN_FONT, RUPEE_FONT = "Helvetica", Script.DEVANAGARI.value

# All below in dots of ``DOTS_PER_INCH``.
MARGIN = 130
HEADING, TITLE, MAIN, BODY, SMALL = 52, 36, 46, 27, 23
INK, PALE, WASH = 0, 110, 236  # greys
ROW_GAP = 14


def prepare_fonts(font: FontFinder) -> None:
    """Those of the hidden text, before the first page is bound."""
    for script in Script:
        if script is not Script.LATIN:
            registerFont(TTFont(script.value, font(BODY, False, script).path))


def bound(pages: Iterable[Page], size: tuple[float, float], author: str, title: str, language: str) -> bytes:
    """The PDF. ``size``: of a page in points. The same pages are the same bytes: nothing tells when, or where, they
    were made."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1, lang=language)
    canvas.setTitle(f"{author} – {title}")
    canvas.setAuthor(author)
    for page in pages:
        page.onto(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Text:
    """One line as it was written: left edge, baseline, width and size in dots."""

    x: float
    baseline: float
    text: str
    width: float
    size: int


class Page:
    """A page written from top to bottom. ``y``: the first free row; ``bottom``: below it only the footer stands;
    ``backwards``: all of it is mirrored."""

    def __init__(self, lettering: Lettering, size: tuple[float, float], *, backwards: bool) -> None:
        self.width, height = (round(points * DOTS_PER_INCH / POINTS_PER_INCH) for points in size)
        self.bottom = height - MARGIN - 60
        self.y = MARGIN
        self._size = size
        self._lettering, self._backwards = lettering, backwards
        self._image = Image.new("L", (self.width, height), 255)
        self._pen = ImageDraw.Draw(self._image)
        self._texts: list[_Text] = []

    def write(
        self, x: float, y: float, text: str, size: int, *, bold: bool = False, anchor: str = "left", fill: int = INK
    ) -> None:
        """A line whose top is ``y``."""
        if not text:
            return
        if self._backwards:
            x, anchor = self.width - x, MIRRORED[anchor]
        baseline = y + size * 1.08
        width = self._lettering.width(text, size, bold=bold)
        self._lettering.write(self._pen, x, baseline, text, size, bold=bold, anchor=anchor, fill=fill)
        self._texts.append(_Text(x - width if anchor == "right" else x, baseline, text, width, size))

    def paragraph(self, text: str, size: int, fill: int = INK, *, bold: bool = False) -> None:
        for line in self._lettering.wrapped(text, size, self.width - 2 * MARGIN, bold=bold):
            self.write(MARGIN, self.y, line, size, bold=bold, fill=fill)
            self.y += round(size * LINE_HEIGHT)

    def pair(self, label: str, value: str, size: int, *, bold: bool = False) -> None:
        """A label and, at the right edge, its value; below the label where both do not fit beside each other."""
        inner = self.width - 2 * MARGIN
        taken = sum(self._lettering.width(text, size, bold=bold) for text in (label, value))
        self.write(MARGIN, self.y, label, size, bold=bold, fill=INK if bold else PALE)
        if taken + size > inner:
            self.y += round(size * LINE_HEIGHT)
        for line in self._lettering.wrapped(value, size, inner, bold=bold):
            self.write(self.width - MARGIN, self.y, line, size, bold=bold, anchor="right")
            self.y += round(size * LINE_HEIGHT)
        self.y += 4

    def rule(self, *, thick: bool = False) -> None:
        self.y += 14
        self._pen.rectangle((MARGIN, self.y, self.width - MARGIN - 1, self.y + (3 if thick else 1)), fill=INK)
        self.y += 22

    def line(self, y: float, fill: int) -> None:
        self._pen.rectangle((MARGIN, y, self.width - MARGIN - 1, y), fill=fill)

    def stroke(self, left: float, right: float, y: float) -> None:
        """A line to write on."""
        self._pen.rectangle((left, y, right, y + 1), fill=INK)

    def wash(self, height: int) -> None:
        """A grey ground for the next row."""
        self._pen.rectangle((MARGIN, self.y - 10, self.width - MARGIN - 1, self.y + height - 12), fill=WASH)

    def onto(self, canvas: Canvas) -> None:
        """The invisible text first, the picture of it over it."""
        scale = POINTS_PER_INCH / DOTS_PER_INCH
        for text in self._texts:
            self._hidden(canvas, text, scale)
        # Sixteen greys look the same and pack better.
        canvas.drawImage(ImageReader(self._image.point(lambda value: value // 17 * 17)), 0, 0, *self._size)

    def _hidden(self, canvas: Canvas, written: _Text, scale: float) -> None:
        """Stretched to the width of what is seen, so that a selection covers it."""
        pieces = _in_fonts(written.text)
        own = sum(stringWidth(run, font, written.size) for run, font in pieces)
        line = canvas.beginText(written.x * scale, self._size[1] - written.baseline * scale)
        line.setTextRenderMode(INVISIBLE)
        line.setHorizScale(100 * written.width / own if own else 100)
        for run, font in pieces:
            line.setFont(font, written.size * scale)
            line.textOut(run)
        canvas.drawText(line)


def _in_fonts(text: str) -> list[tuple[str, str]]:
    """Runs from left to right, each with the font of the hidden text that has its letters. What is read backwards is
    so in a PDF, whose readers turn it round. The rupee sign and the narrow no-break space are not in Helvetica."""
    found: list[tuple[str, str]] = []
    for run in runs(text.replace("\u202f", "\u00a0")):
        font = LATIN_FONT if run.script is Script.LATIN else run.script.value
        before, *others = (run.text[::-1] if run.backwards else run.text).split("₹")
        found.append((before, font))
        for after in others:
            found += [("₹", RUPEE_FONT), (after, font)]
    return [(piece, font) for piece, font in found if piece]
