"""A picture out of anybody's file, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from PIL import Image, ImageOps, UnidentifiedImageError

from atm_app.picture_ports import PictureFault, UnusablePicture

T = TypeVar("T")

# By their content, whatever they are called. Pillow's PPM is the family of PGM.
FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "PPM")
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".pgm"})


def read_picture(source: Path | BytesIO, largest_pixels: int, unpacked: Callable[[Image.Image], T]) -> T:
    """What ``unpacked`` makes of a file or its content; a picture of more pixels is refused before it is unpacked.
    Raises UnusablePicture."""
    if isinstance(source, Path) and not source.is_file():
        raise UnusablePicture(PictureFault.UNREADABLE, "there is no such file")
    try:
        # The size is in the heading.
        with Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > largest_pixels:
                raise Image.DecompressionBombError
            return unpacked(picture)
    except UnidentifiedImageError as error:
        raise UnusablePicture(PictureFault.WRONG_FORMAT, "not a PNG, JPEG, BMP, TIFF or PGM picture") from error
    except Image.DecompressionBombError as error:
        raise UnusablePicture(PictureFault.TOO_LARGE, f"over {largest_pixels // 1_000_000} megapixels") from error
    # Pillow's decoders raise SyntaxError, ValueError and their own kinds for broken files.
    except (OSError, SyntaxError, ValueError, ArithmeticError, MemoryError) as error:
        raise UnusablePicture(PictureFault.UNREADABLE, "the file is damaged") from error


def upright(picture: Image.Image) -> Image.Image:
    """As its EXIF says."""
    return ImageOps.exif_transpose(picture)
