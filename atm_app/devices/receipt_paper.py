"""A receipt as a picture for an 80 mm thermal printer: 576 dots wide, black and white."""

from __future__ import annotations

import io
from collections.abc import Callable

from babel.dates import format_datetime
from PIL import Image, ImageDraw, ImageFont

from atm_app.banking.receipts import Receipt

WIDTH = 576  # dots of an 80 mm paper at 203 dpi, 72 mm printable (the usual ESC/POS printer)
MARGIN = 28
LOCALE = {"en": "en_IN", "hi": "hi_IN", "mr": "mr_IN"}

FontFinder = Callable[[int, bool, str], ImageFont.FreeTypeFont]


class ReceiptPaper:
    """``font``: (pixels, bold, language) to a font that has the language's letters. ``words``: a language's texts."""

    def __init__(self, font: FontFinder, words: Callable[[str], Callable[[str], str]]) -> None:
        self._font = font
        self._words = words

    def __call__(self, receipt: Receipt) -> bytes:
        """PNG, 1 bit a pixel."""
        words, locale = self._words(receipt.language), LOCALE.get(receipt.language, "en_IN")
        image = Image.new("L", (WIDTH, 1200), 255)
        draw = ImageDraw.Draw(image)
        y = self._centred(draw, 34, receipt.bank, 40, bold=True, language=receipt.language)
        y = self._centred(draw, y + 4, words("Cash withdrawal"), 28, bold=False, language=receipt.language)
        y = self._rule(draw, y + 18)
        lines = [
            (words("Date"), format_datetime(receipt.at.astimezone(), "d MMM yyyy, HH:mm", locale=locale)),
            (words("Machine"), receipt.terminal),
            (words("Bank"), receipt.account_bank),
            (words("Account"), receipt.account),
            (words("Reference"), f"{receipt.journal_id:08d}"),
        ]
        for label, value in lines:
            y = self._pair(draw, y, label, value, 26, bold=False, language=receipt.language)
        y = self._rule(draw, y + 10)
        y = self._pair(draw, y, words("Amount"), receipt.amount.text(locale), 40, bold=True, language=receipt.language)
        if receipt.balance is not None:
            y = self._pair(
                draw, y, words("Balance"), receipt.balance.text(locale), 26, bold=False, language=receipt.language
            )
        y = self._rule(draw, y + 10)
        y = self._centred(draw, y, words("Thank you"), 26, bold=False, language=receipt.language)
        picture = image.crop((0, 0, WIDTH, y + 34)).point(lambda value: 255 if value > 150 else 0).convert("1")
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        return buffer.getvalue()

    def _centred(
        self, draw: ImageDraw.ImageDraw, y: int, text: str, size: int, *, bold: bool, language: str
    ) -> int:  # fmt: skip
        font = self._font(size, bold, _script_of(text, language))
        draw.text((WIDTH / 2, y), text, font=font, fill=0, anchor="ma")
        return y + int(size * 1.35)

    def _pair(
        self, draw: ImageDraw.ImageDraw, y: int, label: str, value: str, size: int, *, bold: bool, language: str
    ) -> int:
        label_font = self._font(size, bold, _script_of(label, language))
        value_font = self._font(size, bold, _script_of(value, language))
        draw.text((MARGIN, y + size), label, font=label_font, fill=0, anchor="ls")
        draw.text((WIDTH - MARGIN, y + size), value, font=value_font, fill=0, anchor="rs")
        return y + int(size * 1.5)

    @staticmethod
    def _rule(draw: ImageDraw.ImageDraw, y: int) -> int:
        for x in range(MARGIN, WIDTH - MARGIN, 12):
            draw.line((x, y, x + 6, y), fill=0, width=2)
        return y + 16


def _script_of(text: str, language: str) -> str:
    """The language whose font has the text's letters: the Devanagari one has no Latin letters, and the other way."""
    return language if any("\u0900" <= letter <= "\u097f" for letter in text) else "en"
