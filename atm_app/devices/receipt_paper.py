"""A receipt or a statement as a picture for an 80 mm thermal printer: 576 dots wide, black and white."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from atm_app.banking.receipts import Receipt, ReceiptKind
from atm_app.devices.lettering import LINE_HEIGHT, MIRRORED, FontFinder, Lettering
from atm_app.devices.receipt_words import ReceiptWords, WordsFinder

WIDTH = 576  # dots of an 80 mm paper at 203 dpi, 72 mm printable (the usual ESC/POS printer)
MARGIN = 28
GAP = 20  # at least so far apart stand a label and its value
INNER = WIDTH - 2 * MARGIN
HEADING, TITLE, MAIN, BODY, SMALL = 44, 32, 40, 26, 24
BLACK_BELOW = 150  # of 255: letters come out a little bolder than drawn, as thermal paper wants them


class ReceiptPaper:
    """``font``: (pixels, bold, script) to a font that has the script's letters. ``words``: a language's texts."""

    def __init__(self, font: FontFinder, words: WordsFinder) -> None:
        self._lettering = Lettering(font)
        self._words = words

    def __call__(self, receipt: Receipt) -> bytes:
        """PNG, 1 bit a pixel, ``WIDTH`` wide and as long as it has to be."""
        texts = ReceiptWords(receipt, self._words)
        # Drawn twice: the first time only tells how long the paper is.
        height = self._draw(_Strip(self._lettering, 1, backwards=texts.backwards), receipt, texts)
        strip = _Strip(self._lettering, height, backwards=texts.backwards)
        self._draw(strip, receipt, texts)
        buffer = io.BytesIO()
        strip.picture().save(buffer, "PNG")
        return buffer.getvalue()

    def _draw(self, strip: _Strip, receipt: Receipt, texts: ReceiptWords) -> int:
        """How many dots it took."""
        words = texts.words
        strip.space(24)
        strip.centred(receipt.bank, HEADING, bold=True)
        strip.space(14)
        strip.band(texts.title, TITLE)
        strip.space(14)
        for label, value in texts.details():
            strip.pair(label, value, BODY)
        if receipt.kind is ReceiptKind.STATEMENT:
            self._statement(strip, receipt, texts)
        else:
            self._amounts(strip, texts)
        strip.rule(dashed=False)
        strip.centred(words("Thank you"), BODY, bold=True)
        strip.centred(words("Please keep this receipt for your records."), SMALL)
        strip.space(24)
        return strip.y

    @staticmethod
    def _amounts(strip: _Strip, texts: ReceiptWords) -> None:
        strip.rule(dashed=False)
        (label, value), *others = texts.figures()
        strip.pair(label, value, strip.fitting(value, (MAIN, TITLE, BODY)), bold=True)
        if others:
            strip.rule()
        for label, value in others:
            strip.pair(label, value, BODY)

    @staticmethod
    def _statement(strip: _Strip, receipt: Receipt, texts: ReceiptWords) -> None:
        """Two lines an entry: what it was and its amount; when it was and the balance after it."""
        words = texts.words
        strip.rule(dashed=False)
        strip.pair(words("Entry"), words("Amount"), SMALL, bold=True)
        strip.pair(words("Date"), words("Balance"), SMALL)
        strip.rule(dashed=False)
        if receipt.opening is not None:
            strip.pair(words("Opening balance"), texts.money(receipt.opening), BODY, bold=True)
            strip.rule()
        for line in receipt.lines:
            strip.pair(texts.kind(line.kind), texts.signed(line.amount), BODY, bold=True)
            strip.pair(f"{texts.day(line.at)} · {line.journal_id:08d}", texts.figure(line.balance_after), SMALL)
            strip.rule()
        if not receipt.lines:
            strip.centred(words("There are no entries."), BODY)
            strip.rule()
        if receipt.closing is not None:
            strip.pair(words("Closing balance"), texts.money(receipt.closing), BODY, bold=True)


class _Strip:
    """Paper that is written from top to bottom. ``y``: the first free row; ``backwards``: all of it is mirrored."""

    def __init__(self, lettering: Lettering, height: int, *, backwards: bool) -> None:
        self._lettering, self._backwards = lettering, backwards
        self._image = Image.new("L", (WIDTH, height), 255)
        self._pen = ImageDraw.Draw(self._image)
        self.y = 0

    def picture(self) -> Image.Image:
        return self._image.point(lambda value: 0 if value < BLACK_BELOW else 255).convert("1")

    def fitting(self, text: str, sizes: Sequence[int]) -> int:
        """The first of the sizes, largest first, at which a bold text is not broken; an amount must never be."""
        return next((size for size in sizes if self._lettering.width(text, size, bold=True) <= INNER), sizes[-1])

    def space(self, rows: int) -> None:
        self.y += rows

    def rule(self, *, dashed: bool = True) -> None:
        self.y += 9
        for x in range(MARGIN, WIDTH - MARGIN, 10) if dashed else (MARGIN,):
            self._pen.rectangle((x, self.y, x + 3 if dashed else WIDTH - MARGIN - 1, self.y + 1), fill=0)
        self.y += 11

    def centred(self, text: str, size: int, *, bold: bool = False) -> None:
        for line in self._lettering.wrapped(text, size, INNER, bold=bold):
            self._line(WIDTH / 2, line, size, "middle", bold=bold)
            self._end_line(size)

    def band(self, text: str, size: int) -> None:
        """White letters on black."""
        lines = self._lettering.wrapped(text, size, INNER - 2 * GAP, bold=True)
        bottom = self.y + len(lines) * _height(size) + 15
        self._pen.rounded_rectangle((MARGIN, self.y, WIDTH - MARGIN - 1, bottom), radius=10, fill=0)
        self.y += 8
        for line in lines:
            self._line(WIDTH / 2, line, size, "middle", bold=True, fill=255)
            self._end_line(size)
        self.y += 8

    def pair(self, label: str, value: str, size: int, *, bold: bool = False) -> None:
        """A label and, at the right edge, its value; below the label where both do not fit beside each other."""
        width = sum(self._lettering.width(text, size, bold=bold) for text in (label, value))
        beside = width + GAP <= INNER
        for line in self._lettering.wrapped(label, size, INNER, bold=bold):
            self._line(MARGIN, line, size, "left", bold=bold)
            if not beside:
                self._end_line(size)
        for line in self._lettering.wrapped(value, size, INNER, bold=bold):
            self._line(WIDTH - MARGIN, line, size, "right", bold=bold)
            self._end_line(size)

    def _line(self, x: float, text: str, size: int, anchor: str, *, bold: bool, fill: int = 0) -> None:
        if self._backwards:
            x, anchor = WIDTH - x, MIRRORED[anchor]
        self._lettering.write(self._pen, x, self.y + size * 1.08, text, size, bold=bold, anchor=anchor, fill=fill)

    def _end_line(self, size: int) -> None:
        self.y += _height(size)


def _height(size: int) -> int:
    return round(size * LINE_HEIGHT)
