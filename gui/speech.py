"""What a screen says: its texts in the order they are read, in words a voice can speak."""

from __future__ import annotations

import re

from babel.numbers import get_currency_name

from gui.reading import is_on_board, labels, name_of
from gui.ring import Ring
from gui.screens.base import Screen
from gui.words import Words

RUPEES, CURRENCY = "₹", "INR"
# Amounts with their currency behind them; the end of a number that is shown in part, and numbers nobody counts with,
# digit by digit.
NUMBERS = re.compile(
    rf"{RUPEES}\s?(?P<whole>[\d,]*\d)(?P<fraction>\.\d+)?|•+\s?(?P<end>\d+)|(?P<long>\d{{5,}})|(?P<masked>•+)"
)
SIGNS = str.maketrans({"·": ",", "→": ",", "…": ",", "\n": " ", "−": "-", "●": " ", "○": " "})
ENDS = ".?!:,।"


def spoken(text: str, locale: str) -> str:
    """A text of the screen, without the signs that a voice would name or leave out."""

    def said(found: re.Match[str]) -> str:
        if found["whole"]:
            digits = found["whole"].replace(",", "")
            name = get_currency_name(CURRENCY, count=int(digits), locale=locale)
            return f"{digits}{found['fraction'] or ''} {name}"
        return " ".join(found["end"] or found["long"] or "")

    return " ".join(NUMBERS.sub(said, text).translate(SIGNS).split()).replace(" ,", ",").strip(", ")


def texts_of(screen: Screen) -> list[str]:
    """Title, line, note and what else there is to read; nothing that is typed and nothing that is secret."""
    texts = [spoken(str(label.shown_text[0]), screen.locale) for label in labels(screen.body)]  # type: ignore[attr-defined]
    return [text for text in texts if any(letter.isalnum() for letter in text)]


def way_on(screen: Screen, ring: Ring) -> str:
    """What Enter does now."""
    words, button = screen.words, ring.button
    if button is not None and is_on_board(button):
        return ""  # its name is said when the ring comes to it
    if button is not None:
        return words("Press Enter for: {name}").format(name=spoken(name_of(button), screen.locale))
    if screen.takes_letters:
        return words("Type letters with the digits, several presses for one, or choose them with the arrow keys")
    return words("Type with the keys and press Enter, or choose with the arrow keys") if screen.asks_to_type else ""


def joined(texts: list[str]) -> str:
    """Sentences, with a pause after each."""
    return " ".join(text if text[-1] in ENDS else f"{text}." for text in texts if text)


def volume_told(words: Words, volume: int) -> str:
    return words("Volume {number}").format(number=volume)
