"""The machine's own icons: SVG files in one colour, drawn at the size and colour they are shown in."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import resvg_py
from PIL import Image

ICON_FOLDER = Path(__file__).resolve().parent.parent / "assets" / "icons"


@functools.cache
def icon(name: str, pixels: int, colour: str) -> Image.Image:
    """RGBA, square."""
    svg = (ICON_FOLDER / f"{name}.svg").read_text().replace("currentColor", colour)
    data = resvg_py.svg_to_bytes(svg_string=svg, width=pixels, height=pixels)
    return Image.open(io.BytesIO(bytes(data))).convert("RGBA")
