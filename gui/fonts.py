"""Which font files draw which letters. Found once by fontconfig; Pillow itself falls back to nothing."""

from __future__ import annotations

import functools
import subprocess

from PIL import ImageFont

from atm_app.scripts import Script, script_of

FAMILY = "Inter"
FAMILIES = {
    Script.LATIN: FAMILY,
    Script.DEVANAGARI: "Noto Sans Devanagari",
    Script.TAMIL: "Noto Sans Tamil",
    Script.TELUGU: "Noto Sans Telugu",
    Script.ARABIC: "Noto Sans Arabic",
}


def is_shaped(letter: str) -> bool:
    """A letter of a script Tk does not shape on X11; Pillow's raqm does."""
    return script_of(letter) is not Script.LATIN


def needs_shaping(text: str) -> bool:
    """Whether a text has letters Tk would draw wrong."""
    return not text.isascii() and any(is_shaped(letter) for letter in text)


@functools.cache
def _file(family: str, bold: bool) -> str:
    found = subprocess.run(
        ["fc-match", "--format=%{file}", f"{family}:style={'Bold' if bold else 'Medium'}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return found.stdout


@functools.cache
def pillow_font(pixels: int, bold: bool, script: Script) -> ImageFont.FreeTypeFont:
    """The font of a script at a size, laid out by raqm. It has that script's letters only: a text of several scripts
    is drawn run by run, as ``gui.lettered`` does."""
    return ImageFont.truetype(_file(FAMILIES[script], bold), pixels, layout_engine=ImageFont.Layout.RAQM)
