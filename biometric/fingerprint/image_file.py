"""A picture of a finger from a file, as the matcher wants it: upright, grey, 8 bit, 500 dpi; or why not."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.fingerprint.enhancement import GreyImage
from biometric.fingerprint.image_template import ImageTemplate, NotAFingerprint, template_of
from biometric.fingerprint.minutiae import MessyImage, TooFewFeatures
from biometric.picture_file import read_picture, upright

DOTS_PER_INCH = 500
# Scanners for fingers have 500 or 1000; what says 72, 96 or 300 says so by habit and is taken for 500.
SMALLEST_TRUSTED_DPI, LARGEST_TRUSTED_DPI = 400, 1300
DPI_TOLERANCE = 0.02
# 5 mm; below it there is no finger to compare. 80 mm; above it there is a hand, or a picture of another resolution.
SMALLEST_SIDE = 100
LARGEST_SIDE = 1600
# 80 mm each way at the highest resolution.
LARGEST_PIXELS = 20_000_000


def template_from(source: Path | BytesIO) -> ImageTemplate:
    """Raises UnusablePicture."""
    return template_or_fault(read_image(source))


def template_or_fault(image: GreyImage) -> ImageTemplate:
    """Raises UnusablePicture."""
    try:
        return template_of(image)
    except NotAFingerprint as problem:
        raise UnusablePicture(PictureFault.NOT_A_FINGERPRINT, "this is no picture of a finger") from problem
    except MessyImage as problem:
        raise UnusablePicture(PictureFault.UNCLEAR, "the ridges are smeared, too wet or too dry") from problem
    except TooFewFeatures as problem:
        raise UnusablePicture(PictureFault.TOO_LITTLE, "the picture shows too little of the finger") from problem


def read_image(source: Path | BytesIO) -> GreyImage:
    """8 bit, upright, dark ridges on a light ground, 500 dpi. Raises UnusablePicture."""
    grey, scale = read_picture(source, LARGEST_PIXELS, lambda picture: (_grey(upright(picture)), _scale(picture)))
    return _checked(grey, scale)


def _checked(grey: GreyImage, scale: float) -> GreyImage:
    height, width = round(grey.shape[0] * scale), round(grey.shape[1] * scale)
    if min(height, width) < SMALLEST_SIDE:
        raise UnusablePicture(PictureFault.TOO_SMALL, f"{width} × {height} pixels: too few for a finger")
    if max(height, width) > LARGEST_SIDE:
        raise UnusablePicture(PictureFault.TOO_LARGE, f"{width} × {height} pixels: more than a finger at 500 dpi")
    if scale == 1.0:
        return grey
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _scale(picture: Image.Image) -> float:
    """To 500 dpi, where the file says a resolution that is to be believed."""
    said = picture.info.get("dpi", (0, 0))
    across, down = float(said[0]), float(said[1])
    believable = SMALLEST_TRUSTED_DPI <= across <= LARGEST_TRUSTED_DPI and abs(across - down) < 1
    scale = DOTS_PER_INCH / across if believable else 1.0
    return 1.0 if abs(scale - 1) < DPI_TOLERANCE else scale


def _grey(picture: Image.Image) -> GreyImage:
    """Any mode; what is transparent is ground."""
    if picture.mode in {"I", "I;16", "I;16B", "I;16L", "F"}:
        # Sensors put 10 or 12 bits into 16: from the darkest to the lightest there is.
        deep = np.asarray(picture, np.float64)
        span = max(float(np.ptp(deep)), 1.0)
        return np.asarray(np.round((deep - deep.min()) * (255 / span)), np.uint8)
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return np.asarray(picture.convert("RGB").convert("L"), np.uint8)
