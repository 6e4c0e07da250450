"""A picture of a paper somebody proved with who they are: read out of anybody's file, and made anew."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.picture_file import read_picture, upright

# A camera of 50 megapixels is real; what unpacks to more is refused before it is unpacked.
LARGEST_PIXELS = 64_000_000
# A card of 86 mm (ISO/IEC 7810 ID-1) has 1,016 pixels at the 300 dpi that print of 5 points is read at.
LONGEST_SIDE, SHORTEST_SIDE = 1600, 300
QUALITY = 85  # of the JPEG


class DocumentReader:
    """``atm_app.picture_ports.DocumentPictures``."""

    def read(self, path: str) -> bytes:
        picture = read_picture(Path(path), LARGEST_PIXELS, _unpacked)
        if min(picture.size) < SHORTEST_SIDE:
            raise UnusablePicture(PictureFault.TOO_SMALL, f"under {SHORTEST_SIDE} pixels high or wide")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        made = BytesIO()
        picture.save(made, "JPEG", quality=QUALITY)
        return made.getvalue()


def _unpacked(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    return upright(picture).convert("RGB")
