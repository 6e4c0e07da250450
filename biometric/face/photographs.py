"""Folders of photographs, one folder a person, as frames the engine can look at."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.camera import fit
from biometric.frames import FRAME_HEIGHT, FRAME_WIDTH, Pixels
from biometric.picture_file import read_picture

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm"})
# A camera of 50 megapixels is real; what unpacks to more is refused before it is unpacked.
LARGEST_PIXELS = 64_000_000


class UnusablePhotograph(Exception):
    """No frame can be made of it; the message says why, without its path."""


def people(folder: Path) -> dict[str, list[Path]]:
    """Photographs by person, both in the order of their names. Raises FileNotFoundError."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is not a folder")
    return {
        person.name: sorted(path for path in person.iterdir() if path.suffix.lower() in SUFFIXES)
        for person in sorted(folder.iterdir())
        if person.is_dir()
    }


def frame_of(path: Path) -> Pixels:
    """(480, 640, 3) uint8 RGB, upright as its EXIF says, letterboxed. Raises UnusablePhotograph."""
    frame = fit(picture_of(path)[:, :, ::-1])
    if frame is None:
        raise UnusablePhotograph("a pixel high or wide")
    return frame


def safe_frame_of(source: Path | BytesIO) -> Pixels:
    """As ``frame_of``, of files anybody may have made: few formats, by their content. Raises UnusablePicture."""
    frame = fit(read_picture(source, LARGEST_PIXELS, lambda picture: _eight_bit(_upright(picture)))[:, :, ::-1])
    if frame is None:
        raise UnusablePicture(PictureFault.TOO_SMALL, "a pixel high or wide")
    return frame


def picture_of(path: Path) -> Pixels:
    """(height, width, 3) uint8 RGB, upright as its EXIF says. Raises UnusablePhotograph."""
    try:
        with Image.open(path) as picture:
            return _eight_bit(_upright(picture))
    except Image.DecompressionBombError as error:
        raise UnusablePhotograph(f"larger than {LARGEST_PIXELS // 1_000_000} megapixels") from error
    # Pillow's decoders raise SyntaxError, ValueError and their own kinds for broken files.
    except (OSError, SyntaxError, ValueError, ArithmeticError, MemoryError) as error:
        raise UnusablePhotograph(f"unreadable: {error}") from error


def _upright(picture: Image.Image) -> Image.Image:
    if picture.width * picture.height > LARGEST_PIXELS:
        raise Image.DecompressionBombError
    # A JPEG is unpacked at an eighth to a half when that is still as large as a frame.
    picture.draft(None, (2 * FRAME_WIDTH, 2 * FRAME_HEIGHT))
    picture.load()
    return ImageOps.exif_transpose(picture)


def _eight_bit(picture: Image.Image) -> Pixels:
    """RGB of any mode; 16-bit greys keep their upper byte, which Pillow would clip instead."""
    if picture.mode in {"I", "I;16", "I;16B", "I;16L"}:
        picture = Image.fromarray((np.asarray(picture, np.uint32) >> 8).astype(np.uint8))
    return np.asarray(picture.convert("RGB"), np.uint8)
