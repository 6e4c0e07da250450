"""A line of text cut into pieces of one script and one direction, in the order they stand on the line.

Each script has its own font, and a font draws its own letters only. Where a line holds Arabic, the Unicode
bidirectional algorithm (UAX #9) says which piece stands where. fribidi does it, the library Pillow itself loads to lay
out one font's text; of the pieces of several fonts Pillow knows nothing.
"""

from __future__ import annotations

import ctypes
import functools
import re
from dataclasses import dataclass
from enum import Enum
from itertools import groupby


class Script(Enum):
    """By its code of ISO 15924. ``LATIN`` also stands for digits, marks and whatever no other font here draws."""

    LATIN = "Latn"
    DEVANAGARI = "Deva"
    TAMIL = "Taml"
    TELUGU = "Telu"
    ARABIC = "Arab"


BLOCKS = (
    ("\u0600", "\u06ff", Script.ARABIC),
    ("\u0750", "\u077f", Script.ARABIC),
    ("\u0900", "\u097f", Script.DEVANAGARI),
    ("\u0b80", "\u0bff", Script.TAMIL),
    ("\u0c00", "\u0c7f", Script.TELUGU),
)
ARABIC = re.compile(
    "[{}]".format("".join(f"{first}-{last}" for first, last, script in BLOCKS if script is Script.ARABIC))
)
# What every font has and takes from the letter before it: spaces, and what joins or parts two letters.
FOLLOWING = frozenset(" \u00a0\u200c\u200d")
# Joins the letters before and after it, in Devanagari and in Telugu.
VIRAMAS = ("\u094d", "\u0c4d")
# Around a text whose direction is its own, whatever stands beside it: first strong isolate, pop directional isolate.
ISOLATE, ISOLATED = "\u2068", "\u2069"
UNSEEN = dict.fromkeys(map(ord, (ISOLATE, ISOLATED, "\u200e", "\u200f")))
RIGHT_TO_LEFT_PARAGRAPH = 0x111  # FRIBIDI_PAR_RTL


@dataclass(frozen=True)
class Run:
    """``text`` is in the order it is read; ``backwards``: from right to left."""

    text: str
    script: Script
    backwards: bool = False


def isolated(text: str) -> str:
    """A text that keeps its own direction beside others: a number with its dots before it, a name."""
    return f"{ISOLATE}{text}{ISOLATED}"


def visible(text: str) -> str:
    """What is seen of a text."""
    return text.translate(UNSEEN)


@functools.cache
def script_of(letter: str) -> Script:
    """Whose font draws a letter."""
    return next((script for first, last, script in BLOCKS if first <= letter <= last), Script.LATIN)


def is_backwards(text: str) -> bool:
    """Whether a line is read from right to left: it is where a letter of it is."""
    return ARABIC.search(text) is not None


def pieces_of(line: str) -> list[tuple[str, Script]]:
    """The pieces of one script in the order they are read."""
    pairs = groupby(zip(line, _scripts(line), strict=True), key=lambda pair: pair[1])
    return [("".join(letter for letter, _ in letters), script) for script, letters in pairs]


def runs(line: str) -> list[Run]:
    """The pieces of a line from left to right."""
    if not is_backwards(line):
        return [Run(piece, script) for piece, script in pieces_of(visible(line))]
    scripts = _scripts(line)
    levels, order = _levels(line)
    seen = [place for place in order if ord(line[place]) not in UNSEEN]
    found = []
    for (script, level), places in groupby(seen, key=lambda place: (scripts[place], levels[place])):
        found.append(Run("".join(line[place] for place in sorted(places)), script, level % 2 == 1))
    return found


def _scripts(line: str) -> list[Script]:
    """Of every letter."""
    scripts: list[Script] = []
    for letter in line:
        scripts.append(scripts[-1] if scripts and letter in FOLLOWING else script_of(letter))
    return scripts


@functools.cache
def _fribidi() -> ctypes.CDLL:
    return ctypes.CDLL("libfribidi.so.0")


def _levels(line: str) -> tuple[list[int], list[int]]:
    """The embedding level of every letter of a line that is read from right to left, and the places in the line of
    what stands there from left to right."""
    library, length = _fribidi(), len(line)
    text = (ctypes.c_uint32 * length)(*map(ord, line))
    types, brackets = (ctypes.c_uint32 * length)(), (ctypes.c_uint32 * length)()
    levels, order = (ctypes.c_int8 * length)(), (ctypes.c_int * length)(*range(length))
    base = ctypes.c_uint32(RIGHT_TO_LEFT_PARAGRAPH)
    library.fribidi_get_bidi_types(text, length, types)
    library.fribidi_get_bracket_types(text, length, types, brackets)
    library.fribidi_get_par_embedding_levels_ex(types, brackets, length, ctypes.byref(base), levels)
    library.fribidi_reorder_line(0, types, length, 0, base, levels, None, order)
    return list(levels), list(order)
