"""Every word on every screen can be read off the glass, by a program that sees nothing but pixels."""

from __future__ import annotations

import re
import subprocess
import tkinter
from io import BytesIO
from tkinter import ttk

import pytest
from PIL import Image, ImageOps

from tests.gui.layout import PICTURED, rectangle, said, visible
from tests.gui.picture import Picture
from tests.gui.pictures import PICTURES
from tests.gui.studio import Studio

EVERY_RUN = (
    "welcome",
    "menu-usual",
    "one_time_code",
    "amount",
    "confirm-transfer",
    "take_cash",
    "statement",
    "receipt",
)
ENLARGED, LINE = 2, 72  # times, for a sheet of many texts; pixels, for a text that is read alone
MARGIN = 24  # pixels of ground around each text
DARK = 110  # of 255: a ground darker than this has light letters
# A sign or a single digit is read as anything; and who has a name of so many letters in a row has not told it.
LEAST, LONGEST = 3, 24
EDGE = 7  # pixels of a button's edge, which are read as letters where they are dark
SHEET, ALONE = "6", "7"  # tesseract's page segmentation: a block of text, one line


def squeezed(text: str) -> str:
    """Its letters and digits: gaps between words are read where there are none, and the other way round."""
    return re.sub(r"[\W_]", "", text.lower())


def is_read(text: str, found: str) -> bool:
    """``found``: what the reader made of it; whole, or word by word where they do not stand in one line."""
    return squeezed(text) in squeezed(found) or all(word in squeezed(found) for word in words_in(text))


def words_in(text: str) -> list[str]:
    """Those of some letters; dots that hide the middle of an address are read as anything."""
    return [squeezed(word) for word in text.split() if len(squeezed(word)) >= LEAST and "•" not in word]


def is_for_an_english_reader(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return all(map(str.isascii, letters)) and all(len(word) < LONGEST for word in words_in(text))


def texts_on(root: tkinter.Misc) -> list[tkinter.Misc]:
    """What can be pressed or read; a button that cannot be pressed now is pale on purpose."""
    return [
        widget for widget in visible(root)
        if isinstance(widget, ttk.Label | ttk.Button)
        and not widget.instate(["disabled"])
        and said(widget) not in PICTURED
        and words_in(said(widget))
        and is_for_an_english_reader(said(widget))
    ]  # fmt: skip


def cut_out(screen: Image.Image, widget: tkinter.Misc) -> Image.Image:
    """Dark letters on white ground; the ground is the commonest shade."""
    left, top, right, bottom = rectangle(widget)
    edge = EDGE if isinstance(widget, ttk.Button) else 0
    inner = screen.crop((left + edge, top + edge, right - edge, bottom - edge))
    piece = ImageOps.autocontrast(inner.convert("L"))
    shades = piece.histogram()
    ground = shades.index(max(shades))
    return ImageOps.expand(ImageOps.invert(piece) if ground < DARK else piece, MARGIN, 255)


def sheet_of(pieces: list[Image.Image]) -> Image.Image:
    """One below the other."""
    sheet = Image.new("L", (max(piece.width for piece in pieces), sum(piece.height for piece in pieces)), 255)
    top = 0
    for piece in pieces:
        sheet.paste(piece, (0, top))
        top += piece.height
    return sheet.resize((sheet.width * ENLARGED, sheet.height * ENLARGED), Image.Resampling.LANCZOS)


def read(picture: Image.Image, segmentation: str) -> str:
    data = BytesIO()
    picture.save(data, "png")
    answer = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", segmentation], input=data.getvalue(),
        capture_output=True, check=True,
    )  # fmt: skip
    return answer.stdout.decode()


def read_alone(piece: Image.Image) -> list[str]:
    """A text that was not read on the sheet, among larger and smaller ones: in the size the reader was made for."""
    lines = max(1, round((piece.height - 2 * MARGIN) / LINE))
    factor = (LINE * lines + 2 * MARGIN) / piece.height
    sized = piece.resize((round(piece.width * factor), round(piece.height * factor)), Image.Resampling.LANCZOS)
    return [read(sized, ALONE), read(sized, SHEET), read(piece, SHEET)]


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(picture, id=picture.name, marks=() if picture.name in EVERY_RUN else pytest.mark.slow)
        for picture in PICTURES
    ],
)
def test_every_word_is_read_off_the_glass(studio: Studio, picture: Picture) -> None:
    studio.settled(picture.shown("en"))
    widgets = texts_on(studio.root)
    assert widgets
    screen = studio.grab()
    pieces = {widget: cut_out(screen, widget) for widget in widgets}
    found = read(sheet_of(list(pieces.values())), SHEET)
    missed = []
    for widget, piece in pieces.items():
        text = said(widget)
        if not is_read(text, found) and not any(is_read(text, alone) for alone in read_alone(piece)):
            missed.append(text)
    assert not missed
