"""A receipt as an A5 page and a statement as A4 pages: PDF, to be kept or sent.

How a page is drawn and what lies below it: ``pages.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4, A5

from atm_app.banking.receipts import Receipt, ReceiptKind
from atm_app.devices.lettering import LINE_HEIGHT, FontFinder, Lettering
from atm_app.devices.pages import (
    BODY,
    HEADING,
    MAIN,
    MARGIN,
    PALE,
    ROW_GAP,
    SMALL,
    TITLE,
    WASH,
    Page,
    bound,
    prepare_fonts,
)
from atm_app.devices.receipt_words import ReceiptWords, WordsFinder
from atm_app.scripts import isolated

MEDIA_TYPE = "application/pdf"
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
        prepare_fonts(font)

    def __call__(self, receipt: Receipt) -> bytes:
        """The PDF."""
        texts = ReceiptWords(receipt, self._words)
        if receipt.kind is ReceiptKind.STATEMENT:
            pages, size = self._statement(receipt, texts), A4
        else:
            pages, size = [self._single(receipt, texts)], A5
        return bound(pages, size, receipt.bank, texts.title, receipt.language)

    # --- one page ----------------------------------------------------------------------------------------------------

    def _single(self, receipt: Receipt, texts: ReceiptWords) -> Page:
        page = Page(self._lettering, A5, backwards=texts.backwards)
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
    def _head(page: Page, receipt: Receipt, texts: ReceiptWords) -> None:
        page.paragraph(receipt.bank, HEADING, bold=True)
        page.paragraph(texts.title, TITLE, PALE)
        page.rule(thick=True)

    # --- a statement -------------------------------------------------------------------------------------------------

    def _statement(self, receipt: Receipt, texts: ReceiptWords) -> list[Page]:
        """Filled from top to bottom; the footers come last, when it is known how many pages there are."""
        page = Page(self._lettering, A4, backwards=texts.backwards)
        self._head(page, receipt, texts)
        for label, value in [*texts.details(), *self._summary(receipt, texts)]:
            page.pair(label, value, BODY)
        page.y += 30
        self._columns(page, texts)
        pages = [page]
        for row in self._rows(receipt, texts):
            if page.y + row.height > page.bottom:
                page = Page(self._lettering, A4, backwards=texts.backwards)
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
    def _columns(page: Page, texts: ReceiptWords) -> None:
        words = texts.words
        names = _Row(
            words("Date"), (words("Entry"),), words("Reference"), words("Paid out"), words("Paid in"),
            words("Balance"), bold=True,
        )  # fmt: skip
        page.wash(names.height)
        ReceiptDocument._row(page, names, ruled=False)

    @staticmethod
    def _row(page: Page, row: _Row, *, ruled: bool = True) -> None:
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
    def _foot(page: Page, receipt: Receipt, texts: ReceiptWords, number: int, count: int) -> None:
        page.line(page.bottom + 20, PALE)
        made = " · ".join(map(isolated, (receipt.account, receipt.terminal, texts.moment(receipt.at))))
        page.write(MARGIN, page.bottom + 34, made, SMALL, fill=PALE)
        where = texts.words("Page {number} of {count}").format(number=texts.number(number), count=texts.number(count))
        page.write(page.width - MARGIN, page.bottom + 34, where, SMALL, fill=PALE, anchor="right")
