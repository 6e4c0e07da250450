"""What a bank puts on its machines: its name, its logo, two colours. Refused where customers could not read it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image

from atm_app.config import ConfigurationProblem, Look, Settings
from gui.palette import AA, AAA, DARK, HIGH_CONTRAST, LEAST_SEEN, LIGHT, PALETTES, Palette, contrast, luminance, mixed

LOGO_HEIGHT, LOGO_WIDTH = 56, 220  # the most it takes of the header, design pixels
TRIAL_PIXELS = 64
# What each of the two colours becomes in a palette.
FROM_PRIMARY = frozenset({"header", "header_line", "header_soft"})
FROM_ACCENT = frozenset({"accent", "accent_deep", "accent_wash", "accent_fill", "accent_pressed"})
# The colours of the pairs they take part in, as the bank reads of them.
PLAIN = {
    "header": "the header", "header_ink": "the header's text", "header_soft": "the header's quiet text",
    "accent": "a sign", "accent_deep": "a chosen button's text", "accent_wash": "a chosen button",
    "accent_fill": "a button", "accent_pressed": "a pressed button", "on_fill": "a button's text", "ink": "text",
    "paper": "the page", "surface": "a card",
}  # fmt: skip
BLACK, WHITE = "#000000", "#ffffff"
LIGHTENING_STEPS = 50


class LogoProblem(Exception):
    """The file cannot be shown."""


@dataclass(frozen=True)
class Logo:
    """An SVG or PNG file's contents."""

    data: bytes = field(repr=False)

    def drawn(self, width: int, height: int) -> Image.Image:
        """As large as it fits into so many pixels, RGBA."""
        if self.data.startswith(b"\x89PNG"):
            picture = Image.open(io.BytesIO(self.data), formats=("PNG",)).convert("RGBA")
        else:
            svg = resvg_py.svg_to_bytes(svg_string=self.data.decode(), height=height * 4)
            picture = Image.open(io.BytesIO(bytes(svg))).convert("RGBA")
        factor = min(width / picture.width, height / picture.height)
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        return picture.resize(size, Image.Resampling.LANCZOS)


@dataclass(frozen=True)
class Brand:
    name: str
    logo: Logo | None = None
    palettes: Mapping[Look, Palette] = field(default_factory=lambda: PALETTES, repr=False)


def brand_of(settings: Settings) -> Brand:
    """Raises ConfigurationProblem with every line that is wrong."""
    own, wrong = settings.brand, list[str]()
    palettes = {
        Look.LIGHT: branded_light(own.primary, own.accent), Look.DARK: branded_dark(own.primary, own.accent),
        Look.HIGH_CONTRAST: HIGH_CONTRAST,
    }  # fmt: skip
    for look in (Look.LIGHT, Look.DARK):
        if own.primary:
            wrong += unreadable("brand.primary", look, palettes[look], FROM_PRIMARY)
        if own.accent:
            wrong += unreadable("brand.accent", look, palettes[look], FROM_ACCENT)
    logo = None
    if own.logo:
        try:
            logo = _logo(Path(own.logo))
        except LogoProblem as problem:
            wrong.append(f"brand.logo: {problem}")
    if wrong:
        raise ConfigurationProblem("\n".join(wrong))
    return Brand(own.name or settings.bank, logo, palettes)


def unreadable(setting: str, look: Look, palette: Palette, made: frozenset[str]) -> list[str]:
    """A sentence for each pair of colours that one of those ``made`` from a setting takes part in and that has too
    little contrast."""
    return [
        f"{setting}: in the {look.value} look {PLAIN[pair.colour]}, {getattr(palette, pair.colour)},"
        f" on {PLAIN[pair.ground]}, {getattr(palette, pair.ground)}, has a contrast of "
        f"{palette.contrast_of(pair):.2f} to 1; the least is {pair.least:g} to 1"
        for pair in palette.pairs()
        if {pair.colour, pair.ground} & made and palette.contrast_of(pair) < pair.least
    ]


def branded_light(primary: str, accent: str) -> Palette:
    """The light look in a bank's colours; an empty one leaves ours."""
    palette = LIGHT
    if primary:
        palette = replace(palette, header=primary, header_line=primary, header_soft=_soft(primary, primary))
    if accent:
        deep = mixed(accent, BLACK, 0.2)
        palette = replace(
            palette, accent=accent, accent_deep=deep, accent_wash=mixed(accent, WHITE, 0.9), accent_fill=accent,
            accent_pressed=deep, **_drawn(palette, accent),
        )  # fmt: skip
    return palette


def branded_dark(primary: str, accent: str) -> Palette:
    """The dark look in a bank's colours, the accent as light as it must be to be seen there; an empty one leaves
    ours."""
    palette = DARK
    if primary:
        header = mixed(primary, BLACK, 0.35)
        palette = replace(palette, header=header, header_line=primary, header_soft=_soft(primary, header))
    if accent:
        fill, wash = lightened(accent, palette.paper, LEAST_SEEN), mixed(palette.surface, accent, 0.25)
        ground = max(wash, palette.surface, key=luminance)
        palette = replace(
            palette, accent=lightened(accent, ground, AA), accent_deep=lightened(accent, ground, AAA), accent_wash=wash,
            accent_fill=fill, accent_pressed=mixed(fill, BLACK, 0.2),
            **_drawn(palette, accent),
        )  # fmt: skip
    return palette


def _drawn(palette: Palette, accent: str) -> dict[str, Any]:
    """What illustrations have of the accent: a sheet's edge, and the light under the sensor's dark glass."""
    drawing = replace(palette.drawing, sheet_edge=accent)
    return {"drawing": drawing, "lamp": lightened(accent, drawing.glass, LEAST_SEEN)}


def _soft(primary: str, header: str) -> str:
    return lightened(mixed(primary, WHITE, 0.75), header, AA)


def lightened(colour: str, ground: str, least: float) -> str:
    """With as much white in it as the contrast to a dark ground asks for."""
    shares = (step / LIGHTENING_STEPS for step in range(LIGHTENING_STEPS + 1))
    return next(
        (lighter for share in shares if contrast(lighter := mixed(colour, WHITE, share), ground) >= least), WHITE
    )


def _logo(path: Path) -> Logo:
    """Drawn once, so that a broken one is found before a customer stands there. Raises LogoProblem."""
    try:
        logo = Logo(path.read_bytes())
    except OSError as error:
        raise LogoProblem(f"{path} cannot be read: {error.strerror}") from error
    try:
        logo.drawn(TRIAL_PIXELS, TRIAL_PIXELS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # all of them Pillow's
        raise LogoProblem(f"{path} is no SVG or PNG picture, or a broken one") from error
    return logo
