"""Every word on every screen can be read off the glass, by a program that sees nothing but pixels."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import tkinter
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from tkinter import ttk

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.gui.layout import PICTURED, rectangle, said, visible
from tests.gui.picture import Picture
from tests.gui.pictures import PICTURES
from tests.gui.studio import BRAND, Studio
from tests.gui.tally import Record
from tests.gui.tally import read as tell_read

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
BY_NAME = {picture.name: picture for picture in PICTURES}
ENLARGED, LINE = 2, 72  # times, for a sheet of many texts; pixels, for a text that is read alone
MARGIN = 24  # pixels of ground around each text
DARK = 110  # of 255: a ground darker than this has light letters
# A sign or a single digit is read as anything; and who has a name of so many letters in a row has not told it.
LEAST, LONGEST = 3, 24
EDGE = 7  # pixels of a button's edge, which are read as letters where they are dark
SHEET, ALONE = "6", "7"  # tesseract's page segmentation: a block of text, one line
# Of pixels without a letter: what stands further apart is not of one line. Between the words of a title are 16.
COLUMN_GAP = 36
LIGHT = 200  # of 255: lighter is no letter
FIGURES = ("-c", "tessedit_char_whitelist=0123456789,.")
ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # on small pictures its threads wait for each other


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


def sheet_of(pieces: Sequence[Image.Image]) -> Image.Image:
    """One below the other."""
    sheet = Image.new("L", (max(piece.width for piece in pieces), sum(piece.height for piece in pieces)), 255)
    top = 0
    for piece in pieces:
        sheet.paste(piece, (0, top))
        top += piece.height
    return sheet.resize((sheet.width * ENLARGED, sheet.height * ENLARGED), Image.Resampling.LANCZOS)


def read(picture: Image.Image, segmentation: str, *options: str) -> str:
    """What tesseract makes of it; ``options``: its own."""
    data = BytesIO()
    picture.save(data, "png")
    answer = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", "eng", "--psm", segmentation, *options], input=data.getvalue(),
        capture_output=True, check=True, env=ONE_THREAD,
    )  # fmt: skip
    return answer.stdout.decode()


def read_in_place(pieces: Sequence[Image.Image]) -> list[str]:
    """All on one sheet; of each what was found in its own place."""
    found: list[list[str]] = [[] for _ in pieces]
    ends = np.cumsum([piece.height for piece in pieces]) * ENLARGED
    table = csv.DictReader(StringIO(read(sheet_of(pieces), SHEET, "tsv")), delimiter="\t", quoting=csv.QUOTE_NONE)
    for word in table:
        if word["text"]:
            middle = int(word["top"]) + int(word["height"]) / 2
            found[int(np.searchsorted(ends, middle))].append(word["text"])
    return [" ".join(words) for words in found]


def read_alone(piece: Image.Image, text: str) -> Iterator[str]:
    """A text that was not read on the sheet, among larger and smaller ones: in the size the reader was made for, and
    column by column, because a sign before it is read as letters and lines are not of one height. Of a figure it knows
    that it is one: it takes large sevens for strokes."""
    sized = in_reading_size(piece)
    yield read(sized, ALONE)
    yield read(sized, SHEET)
    yield read(piece, SHEET)
    columns = list(columns_of(piece))
    yield " ".join(read(column, SHEET) for column in columns)
    if any(map(str.isdecimal, words_in(text))):
        yield " ".join(
            read(column, SHEET) + read(in_reading_size(column), ALONE, *FIGURES) for column in columns
        )  # fmt: skip


def in_reading_size(piece: Image.Image) -> Image.Image:
    lines = max(1, round((piece.height - 2 * MARGIN) / LINE))
    factor = (LINE * lines + 2 * MARGIN) / piece.height
    return piece.resize((round(piece.width * factor), round(piece.height * factor)), Image.Resampling.LANCZOS)


def columns_of(piece: Image.Image) -> Iterator[Image.Image]:
    """What stands apart from each other, from left to right."""
    (inked,) = np.nonzero(np.asarray(piece).min(axis=0) < LIGHT)
    for run in np.split(inked, np.flatnonzero(np.diff(inked) > COLUMN_GAP) + 1):
        if run.size:
            column = piece.crop((int(run[0]), MARGIN, int(run[-1]) + 1, piece.height - MARGIN))
            yield ImageOps.expand(column, MARGIN, 255)


def unread(screen: Image.Image, labels: dict[tkinter.Misc, str]) -> list[str]:
    """Of the texts that widgets are to show those that are not read where they stand."""
    pieces = [cut_out(screen, widget) for widget in labels]
    return [
        text
        for text, piece, found in zip(labels.values(), pieces, read_in_place(pieces), strict=True)
        if not is_read(text, found) and not any(is_read(text, alone) for alone in read_alone(piece, text))
    ]


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(picture, id=picture.name, marks=() if picture.name in EVERY_RUN else pytest.mark.slow)
        for picture in PICTURES
    ],
)
def test_every_word_is_read_off_the_glass(studio: Studio, picture: Picture, record_property: Record) -> None:
    studio.settled(picture.shown("en"))
    labels = {widget: said(widget) for widget in texts_on(studio.root)}
    assert labels
    assert not unread(studio.grab(), labels)
    tell_read(record_property, len(labels))


def with_a_slip(text: str) -> str:
    """One letter or digit of its longest word is another one."""
    word = max(re.findall(r"\w+", text), key=len)
    at = len(word) // 2
    other = "3" if word[at] not in "38" else "1"
    if word[at].isalpha():
        other = "k" if word[at].lower() not in "kx" else "o"
    return text.replace(word, word[:at] + other + word[at + 1 :])


SLIPPED = ("take_cash", "menu-usual", "insert_notes-counted", "payee")


@pytest.mark.parametrize(
    "name", [SLIPPED[0], *(pytest.param(name, marks=pytest.mark.slow) for name in SLIPPED[1:])]
)  # fmt: skip
def test_a_label_with_one_wrong_letter_is_not_read(studio: Studio, name: str) -> None:
    studio.settled(BY_NAME[name].shown("en"))
    wrong = {widget: with_a_slip(said(widget)) for widget in texts_on(studio.root)}
    assert unread(studio.grab(), wrong) == list(wrong.values())


def test_a_label_that_is_not_there_is_not_read(studio: Studio) -> None:
    """Although its words stand elsewhere on the screen: the bank's name is in the header and in a row."""
    studio.settled(BY_NAME["payee"].shown("en"))
    screen, name = studio.grab(), BRAND.name
    labels = {widget: said(widget) for widget in texts_on(studio.root)}
    assert sum(name in text for text in labels.values()) > 1
    place = rectangle(next(widget for widget, text in labels.items() if text == name))
    ground = screen.getpixel(place[:2])
    assert ground is not None
    screen.paste(ground, place)
    assert unread(screen, labels) == [name]
