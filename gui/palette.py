"""The colours of the house, by what they are for, in three looks.

``READ_ON`` names every text colour with the grounds it is read on, ``SEEN_ON`` what is no text and must be seen all the
same; ``contrast`` is the formula of WCAG 2.2. Text of disabled buttons is left out, as WCAG leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from atm_app.config import Look

AA, AAA = 4.5, 7.0  # WCAG 2.2, 1.4.3 and 1.4.6: the least contrast of text
LEAST_SEEN = 3.0  # WCAG 2.2, 1.4.11: of edges and signs

READ_ON = {
    "ink": ("paper", "surface", "warning_wash", "accent_wash"),
    "muted": ("paper", "surface", "muted_wash"),
    "header_ink": ("header",),
    "header_soft": ("header",),
    "on_fill": ("accent_fill", "accent_pressed", "good_fill"),
    "accent": ("paper", "surface", "accent_wash"),
    "accent_deep": ("paper", "surface", "accent_wash"),
    "good": ("paper", "surface", "good_wash"),
    "bad": ("paper", "surface", "bad_wash"),
    "warning_deep": ("paper", "warning_wash"),
}
SEEN_ON = {"ring": ("paper",), "accent_fill": ("paper",), "guide": ("shade",), "good_light": ("shade",)}


@dataclass(frozen=True)
class Drawing:
    """Colours of the illustrations. Those of the light look stand in the files, where they are replaced by these."""

    housing: str = "#0b1b33"
    groove: str = "#2a3f66"
    glass: str = "#13294d"
    shadow: str = "#dde5f1"
    note: str = "#e9f7f0"
    note_behind: str = "#d3eee0"
    note_last: str = "#bfe3d1"
    note_ink: str = "#0e7a4b"
    sheet: str = "#ffffff"
    sheet_ink: str = "#b9c6dd"
    sheet_edge: str = "#1457d9"
    skin: str = "#f3d3b8"
    skin_light: str = "#fbeadd"
    skin_edge: str = "#8a5a3b"

    def recoloured(self, svg: str) -> str:
        """All at once: one look's sheet has the colour of another's housing."""
        own = {str(each.default): str(getattr(self, each.name)) for each in fields(self)}
        return re.sub("#[0-9a-f]{6}", lambda found: own.get(found[0], found[0]), svg)


@dataclass(frozen=True)
class Pair:
    """A colour and a ground, by their names in the palette; ``least``: the contrast they must have."""

    colour: str
    ground: str
    least: float


@dataclass(frozen=True)
class Palette:
    """Colours as ``#rrggbb``. ``least``: the contrast of text. ``edge``: design pixels of the line around buttons and
    panels."""

    least: float
    edge: float
    # The bar above: its ground, the line below it, what is written on it, and the line between two steps to come.
    header: str
    header_line: str
    header_ink: str
    header_soft: str
    header_rule: str
    # The page and what lies on it.
    paper: str
    surface: str
    shadow: str
    line: str
    track: str
    ring: str
    # Texts, and what is disabled.
    ink: str
    muted: str
    muted_wash: str
    pale: str
    line_off: str
    # What leads on: as a sign or text, as the ground of a button, pressed, on its wash.
    accent: str
    accent_deep: str
    accent_wash: str
    accent_fill: str
    accent_pressed: str
    on_fill: str
    # What is well, what is not, and what wants care; ``…_light`` and ``warning`` over the camera's picture too.
    good: str
    good_wash: str
    good_fill: str
    good_light: str
    bad: str
    bad_wash: str
    warning: str
    warning_deep: str
    warning_wash: str
    # Over the camera's picture: what dims it, and the guide before somebody is seen. Under the drawn sensor's glass.
    shade: str
    guide: str
    lamp: str
    drawing: Drawing = Drawing()

    def wash_of(self, colour: str) -> str:
        """The ground of a disc with a sign in this colour."""
        return {
            self.accent: self.accent_wash, self.good: self.good_wash, self.bad: self.bad_wash,
            self.warning_deep: self.warning_wash, self.muted: self.muted_wash,
        }[colour]  # fmt: skip

    def pairs(self) -> Iterator[Pair]:
        """All that is read or must be seen."""
        for table, least in ((READ_ON, self.least), (SEEN_ON, LEAST_SEEN)):
            for colour, grounds in table.items():
                yield from (Pair(colour, ground, least) for ground in grounds)

    def contrast_of(self, pair: Pair) -> float:
        return contrast(getattr(self, pair.colour), getattr(self, pair.ground))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 (black) to 1 (white)."""
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """``share`` of the other colour in the first, 0 to 1."""
    both = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(255 * (one + (two - one) * share)):02x}" for one, two in both)


def _channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


LIGHT = Palette(
    least=AA, edge=2,
    header="#0b1b33", header_line="#0b1b33", header_ink="#ffffff", header_soft="#b9c6dd", header_rule="#4a5a75",
    paper="#f3f6fb", surface="#ffffff", shadow="#dde5f1", line="#ccd6e8", track="#ccd6e8", ring="#0b1b33",
    ink="#0b1b33", muted="#4a5a75", muted_wash="#e4eaf4", pale="#9aa7bd", line_off="#ccd6e8",
    accent="#1457d9", accent_deep="#0f46b3", accent_wash="#e6eefc", accent_fill="#1457d9", accent_pressed="#0f46b3",
    on_fill="#ffffff",
    good="#0e7a4b", good_wash="#e2f4eb", good_fill="#0e7a4b", good_light="#3fd08a",
    bad="#b3261e", bad_wash="#fbe9e7",
    warning="#f2a516", warning_deep="#7a5200", warning_wash="#fdf3dc",
    shade="#0b1b33", guide="#ffffff", lamp="#1457d9",
)  # fmt: skip

DARK = Palette(
    least=AA, edge=2,
    header="#080d18", header_line="#233049", header_ink="#ffffff", header_soft="#b9c6dd", header_rule="#4a5a75",
    paper="#101827", surface="#1b263a", shadow="#0a101b", line="#374861", track="#2c3a52", ring="#eef2f9",
    ink="#eef2f9", muted="#a9b7ce", muted_wash="#2a374e", pale="#62718b", line_off="#2a374e",
    accent="#7fb0ff", accent_deep="#a9c8ff", accent_wash="#1f3357", accent_fill="#2b66dd", accent_pressed="#2459c4",
    on_fill="#ffffff",
    good="#4fd498", good_wash="#153c2d", good_fill="#0e7a4b", good_light="#3fd08a",
    bad="#ff8f86", bad_wash="#452422",
    warning="#f2a516", warning_deep="#ffc861", warning_wash="#3a2d12",
    shade="#080d18", guide="#ffffff", lamp="#7fb0ff",
    drawing=Drawing(
        housing="#33456a", groove="#0c1422", glass="#0f1a30", shadow="#0a101b", note="#1d4a39", note_behind="#173c2e",
        note_last="#123025", note_ink="#5fd8a0", sheet="#e8edf6", sheet_ink="#8795ae", sheet_edge="#4d86ef",
        skin="#d9b193", skin_light="#ecd2bd", skin_edge="#6d4229",
    ),
)  # fmt: skip

HIGH_CONTRAST = Palette(
    least=AAA, edge=5,
    header="#000000", header_line="#ffe500", header_ink="#ffffff", header_soft="#e6e6e6", header_rule="#8c8c8c",
    paper="#000000", surface="#000000", shadow="#000000", line="#ffffff", track="#4a4a4a", ring="#00e5ff",
    ink="#ffffff", muted="#e6e6e6", muted_wash="#2b2b2b", pale="#8c8c8c", line_off="#5c5c5c",
    accent="#ffe500", accent_deep="#fff066", accent_wash="#2e2900", accent_fill="#ffe500", accent_pressed="#fff8b0",
    on_fill="#000000",
    good="#5dffa0", good_wash="#00301a", good_fill="#5dffa0", good_light="#5dffa0",
    bad="#ffa8a1", bad_wash="#3d0c08",
    warning="#ffb84d", warning_deep="#ffc46b", warning_wash="#2e1e00",
    shade="#000000", guide="#ffffff", lamp="#ffe500",
    drawing=Drawing(
        housing="#ffffff", groove="#000000", glass="#000000", shadow="#000000", note="#000000", note_behind="#000000",
        note_last="#000000", note_ink="#5dffa0", sheet="#000000", sheet_ink="#ffffff", sheet_edge="#ffe500",
        skin="#f3d3b8", skin_light="#fbeadd", skin_edge="#000000",
    ),
)  # fmt: skip

PALETTES: Mapping[Look, Palette] = {Look.LIGHT: LIGHT, Look.DARK: DARK, Look.HIGH_CONTRAST: HIGH_CONTRAST}
