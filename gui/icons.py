"""The machine's own pictures: SVG files, drawn at the size and colour they are shown in."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import resvg_py
from PIL import Image, ImageChops, ImageDraw

from gui.palette import Drawing

ASSETS = Path(__file__).resolve().parent.parent / "assets"
ICON_FOLDER = ASSETS / "icons"
ILLUSTRATION_FOLDER = ASSETS / "illustrations"
ICON_SHARE = 0.54  # of a medallion's width
OVERSAMPLING = 4
FADE_FROM = 0.8  # of a drawing's height: from here on the finger fades into the ground


def _drawn(path: Path, width: int, height: int, colour: str, drawing: Drawing | None = None) -> Image.Image:
    svg = path.read_text()
    if drawing is not None:
        svg = drawing.recoloured(svg)
    svg = svg.replace("currentColor", colour)
    data = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height)
    return Image.open(io.BytesIO(bytes(data))).convert("RGBA")


@functools.cache
def icon(name: str, pixels: int, colour: str) -> Image.Image:
    """A sign in one colour, RGBA, square."""
    return _drawn(ICON_FOLDER / f"{name}.svg", pixels, pixels, colour)


@functools.cache
def medallion(name: str, pixels: int, colour: str, ground: str) -> Image.Image:
    """An icon on a disc, RGBA, square."""
    large = Image.new("RGBA", (pixels * OVERSAMPLING, pixels * OVERSAMPLING), (0, 0, 0, 0))
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), fill=ground)
    disc = large.resize((pixels, pixels), Image.Resampling.LANCZOS)
    sign = icon(name, round(pixels * ICON_SHARE), colour)
    disc.alpha_composite(sign, ((pixels - sign.width) // 2, (pixels - sign.height) // 2))
    return disc


@functools.cache
def illustration(name: str, width: int, height: int, drawing: Drawing, colour: str = "#000000") -> Image.Image:
    """A drawing of more than one colour; ``colour`` is the one that changes with what is shown. RGBA."""
    return _drawn(ILLUSTRATION_FOLDER / f"{name}.svg", width, height, colour, drawing)


@functools.cache
def finger_on_sensor(
    width: int, drawing: Drawing, colour: str, drop: int, arrow: str = "", arrow_colour: str = ""
) -> Image.Image:
    """The sensor, lit in a colour, with a finger ``drop`` pixels below it; ``arrow``: up, down or none. RGBA."""
    height = round(width * 480 / 560)
    picture = illustration("sensor", width, height, drawing, colour).copy()
    finger = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    finger.paste(illustration("finger", width, height, drawing), (0, drop))
    finger.putalpha(ImageChops.multiply(finger.getchannel("A"), _fading(width, height)))
    picture.alpha_composite(finger)
    if arrow:
        picture.alpha_composite(illustration(f"arrow_{arrow}", width, height, drawing, arrow_colour))
    return picture


def _fading(width: int, height: int) -> Image.Image:
    """Opaque above, fading out over the lowest fifth."""
    mask = Image.new("L", (1, height), 255)
    start = round(height * FADE_FROM)
    for y in range(start, height):
        mask.putpixel((0, y), round(255 * (height - y) / (height - start)))
    return mask.resize((width, height))
