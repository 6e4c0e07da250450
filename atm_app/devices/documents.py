"""A receipt as an A5 page and a statement as A4 pages: PDF, to be kept or sent.

What is seen is a picture of the page drawn by Pillow, whose raqm shapes every script. reportlab 5.1 with uharfbuzz was
tried: its ``drawString`` draws Devanagari letter by letter, its shaped strings lose their text, and Inter's outlines
(CFF) it does not embed at all. Below the picture lies the same text, invisible, in its places: it can be searched,
copied and read aloud.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from atm_app.banking.receipts import Receipt, ReceiptKind
from atm_app.devices.lettering import LINE_HEIGHT, MIRRORED, FontFinder, Lettering
from atm_app.devices.receipt_words import ReceiptWords, WordsFinder
from atm_app.scripts import Script, isolated, runs

MEDIA_TYPE = "application/pdf"
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
# A statement's columns on A4 (1654 dots wide): left edges of the first three, right edges of the figures.
DATE, ENTRY, REFERENCE, PAID_OUT, PAID_IN, BALANCE = 146, 360, 730, 1105, 1305, 1508
ENTRY_WIDTH = REFERENCE - ENTRY - 20


@dataclass(frozen=True)
class _Row:
    """One entry of a statement, in the customer's words; ``entry`` is wrapped."""

    date: str
    entry: tuple[str, ...]
    reference: str
    paid_out: str
    paid_in: str
    balance: str
    bold: bool = False

    @property
    def height(self) -> int:
        return len(self.entry) * round(SMALL * LINE_HEIGHT) + ROW_GAP


class ReceiptDocument:
    """``font``: (pixels, bold, script) to a font that has the script's letters. ``words``: a language's texts.

    The same receipt is the same bytes: nothing in them tells when, or where, they were made.
    """

    def __init__(self, font: FontFinder, words: WordsFinder) -> None:
        self._lettering = Lettering(font)
        self._words = words
        for script in Script:
            if script is not Script.LATIN:
                registerFont(TTFont(script.value, font(BODY, False, script).path))

    def __call__(self, receipt: Receipt) -> bytes:
        """The PDF."""
        texts = ReceiptWords(receipt, self._words)
        if receipt.kind is ReceiptKind.STATEMENT:
            pages, size = self._statement(receipt, texts), A4
        else:
            pages, size = [self._single(receipt, texts)], A5
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=size, invariant=1, lang=receipt.language)
        canvas.setTitle(f"{receipt.bank} – {texts.title}")
        canvas.setAuthor(receipt.bank)
        for page in pages:
            page.onto(canvas)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    # --- one page ----------------------------------------------------------------------------------------------------

    def _single(self, receipt: Receipt, texts: ReceiptWords) -> _Page:
        page = _Page(self._lettering, A5, backwards=texts.backwards)
        self._head(page, receipt, texts)
        for label, value in texts.details():
            page.pair(label, value, BODY)
        page.rule()
        (label, value), *others = texts.figures()
        page.pair(label, value, MAIN, bold=True)
        for label, value in others:
            page.pair(label, value, BODY)
        page.rule()
        page.paragraph(texts.words("Please keep this receipt for your records."), SMALL, PALE)
        return page

    @staticmethod
    def _head(page: _Page, receipt: Receipt, texts: ReceiptWords) -> None:
        page.paragraph(receipt.bank, HEADING, bold=True)
        page.paragraph(texts.title, TITLE, PALE)
        page.rule(thick=True)

    # --- a statement -------------------------------------------------------------------------------------------------

    def _statement(self, receipt: Receipt, texts: ReceiptWords) -> list[_Page]:
        """Filled from top to bottom; the footers come last, when it is known how many pages there are."""
        page = _Page(self._lettering, A4, backwards=texts.backwards)
        self._head(page, receipt, texts)
        for label, value in [*texts.details(), *self._summary(receipt, texts)]:
            page.pair(label, value, BODY)
        page.y += 30
        self._columns(page, texts)
        pages = [page]
        for row in self._rows(receipt, texts):
            if page.y + row.height > page.bottom:
                page = _Page(self._lettering, A4, backwards=texts.backwards)
                pages.append(page)
                self._head(page, receipt, texts)
                self._columns(page, texts)
            self._row(page, row)
        for number, each in enumerate(pages, 1):
            self._foot(each, receipt, texts, number, len(pages))
        return pages

    @staticmethod
    def _summary(receipt: Receipt, texts: ReceiptWords) -> list[tuple[str, str]]:
        words = texts.words
        pairs = []
        if receipt.lines:
            first, last = receipt.lines[0].at, receipt.lines[-1].at
            pairs.append((words("Period"), f"{texts.day(first)} – {texts.day(last)}"))
        balances = ((words("Opening balance"), receipt.opening), (words("Closing balance"), receipt.closing))
        return pairs + [(label, texts.money(amount)) for label, amount in balances if amount is not None]

    def _rows(self, receipt: Receipt, texts: ReceiptWords) -> list[_Row]:
        words = texts.words
        opening = texts.figure(receipt.opening) if receipt.opening is not None else ""
        closing = texts.figure(receipt.closing) if receipt.closing is not None else ""
        rows = [_Row("", (words("Opening balance"),), "", "", "", opening, bold=True)]
        for line in receipt.lines:
            entry = self._lettering.wrapped(texts.kind(line.kind), SMALL, ENTRY_WIDTH)
            amount = texts.figure(line.amount if line.amount.positive else -line.amount)
            paid_out, paid_in = ("", amount) if line.amount.positive else (amount, "")
            rows.append(
                _Row(texts.day(line.at), tuple(entry), f"{line.journal_id:08d}", paid_out, paid_in,
                     texts.figure(line.balance_after))
            )  # fmt: skip
        if not receipt.lines:
            rows.append(_Row("", (words("There are no entries."),), "", "", "", ""))
        return [*rows, _Row("", (words("Closing balance"),), "", "", "", closing, bold=True)]

    @staticmethod
    def _columns(page: _Page, texts: ReceiptWords) -> None:
        words = texts.words
        names = _Row(
            words("Date"), (words("Entry"),), words("Reference"), words("Paid out"), words("Paid in"),
            words("Balance"), bold=True,
        )  # fmt: skip
        page.wash(names.height)
        ReceiptDocument._row(page, names, ruled=False)

    @staticmethod
    def _row(page: _Page, row: _Row, *, ruled: bool = True) -> None:
        page.write(DATE, page.y, row.date, SMALL, bold=row.bold)
        for number, text in enumerate(row.entry):
            page.write(ENTRY, page.y + number * round(SMALL * LINE_HEIGHT), text, SMALL, bold=row.bold)
        page.write(REFERENCE, page.y, row.reference, SMALL, bold=row.bold)
        for x, text in ((PAID_OUT, row.paid_out), (PAID_IN, row.paid_in), (BALANCE, row.balance)):
            page.write(x, page.y, text, SMALL, bold=row.bold, anchor="right")
        page.y += row.height
        if ruled:
            page.line(page.y - ROW_GAP // 2 - 1, WASH - 30)

    @staticmethod
    def _foot(page: _Page, receipt: Receipt, texts: ReceiptWords, number: int, count: int) -> None:
        page.line(page.bottom + 20, PALE)
        made = " · ".join(map(isolated, (receipt.account, receipt.terminal, texts.moment(receipt.at))))
        page.write(MARGIN, page.bottom + 34, made, SMALL, fill=PALE)
        where = texts.words("Page {number} of {count}").format(number=texts.number(number), count=texts.number(count))
        page.write(page.width - MARGIN, page.bottom + 34, where, SMALL, fill=PALE, anchor="right")


@dataclass(frozen=True)
class _Text:
    """One line as it was written: left edge, baseline, width and size in dots."""

    x: float
    baseline: float
    text: str
    width: float
    size: int


class _Page:
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
