"""A text as a QR code, by segno."""

from __future__ import annotations

import segno
from PIL import Image


def qr_code(text: str, size: int) -> Image.Image:
    """Black on white with the quiet zone scanners want (ISO/IEC 18004: four modules), about ``size`` pixels wide."""
    rows = [[bool(module) for module in row] for row in segno.make(text, error="m").matrix_iter(border=4)]
    image = Image.frombytes("L", (len(rows), len(rows)), bytes(0 if dark else 255 for row in rows for dark in row))
    module = max(1, size // len(rows))
    return image.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST).convert("RGB")
