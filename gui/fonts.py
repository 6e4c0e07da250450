"""Which font files draw which letters. Found once by fontconfig; Pillow itself falls back to nothing."""

from __future__ import annotations

import functools
import subprocess

from PIL import ImageFont

FAMILY = "Inter"
DEVANAGARI = "Noto Sans Devanagari"
# Scripts Tk does not shape on X11; Pillow's raqm does.
SHAPED = {"hi": DEVANAGARI, "mr": DEVANAGARI}


def is_shaped(letter: str) -> bool:
    """A letter Tk would draw wrong: anything from Hebrew up, but punctuation and currency signs."""
    return "\u0590" <= letter <= "\u1fff"


def needs_shaping(text: str) -> bool:
    """Whether a text has letters Tk would draw wrong."""
    return any(is_shaped(letter) for letter in text)


@functools.cache
def _file(family: str, bold: bool) -> str:
    style = "Bold" if bold else "Medium"
    found = subprocess.run(
        ["fc-match", "--format=%{file}", f"{family}:style={style}:lang=hi" if family == DEVANAGARI else
         f"{family}:style={style}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return found.stdout


@functools.cache
def pillow_font(pixels: int, bold: bool, language: str) -> ImageFont.FreeTypeFont:
    """The font of a language at a size, laid out by raqm. It has that script's letters only: a text of several scripts
    is drawn run by run, as ``gui.lettered`` does."""
    return ImageFont.truetype(_file(SHAPED.get(language, FAMILY), bold), pixels, layout_engine=ImageFont.Layout.RAQM)
