"""Pictures of palms on a memory stick, as one frame of the camera each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from atm_app.palm_ports import PalmAdvice, PalmCapture
from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.attack_detection import AttackDetection, Presentation, vetoed
from biometric.frames import Pixels
from biometric.memory_stick import MemoryStick
from biometric.palm.palm_matcher import sample_of
from biometric.palm.region import CORE, Region, UnusablePalm, ready_made
from biometric.picture_file import read_picture, upright

# A telephone's largest photographs.
LARGEST_PIXELS = 60_000_000
# A JPEG is unpacked at an eighth to a half where that leaves a hand as many pixels as its finder and its square need.
ENOUGH_PIXELS = (1280, 1280)
# Sides of squares that were cut out of photographs before: grey ones, as tools for it leave them. What is larger or has
# colours is a photograph.
SMALLEST_SQUARE, LARGEST_SQUARE = 3 * CORE // 4, 3 * CORE
FAULTS = {
    PalmAdvice.NO_HAND: PictureFault.NOT_A_PALM,
    PalmAdvice.TOO_FAR: PictureFault.TOO_SMALL,
    PalmAdvice.TOO_NEAR: PictureFault.TOO_LITTLE,
    PalmAdvice.SPREAD_FINGERS: PictureFault.NOT_A_PALM,
    PalmAdvice.HOLD_FLAT: PictureFault.NOT_A_PALM,
    PalmAdvice.TOO_DARK: PictureFault.UNCLEAR,
    PalmAdvice.TOO_BRIGHT: PictureFault.UNCLEAR,
    PalmAdvice.BLURRED: PictureFault.UNCLEAR,
    PalmAdvice.NO_LINES: PictureFault.UNCLEAR,
}


class PalmPictureStick(MemoryStick):
    """``atm_app.picture_ports.PalmPictures``: photographs of an open hand in any turn, or grey squares of 96 to 384
    pixels cut out as ``region`` has them."""

    def __init__(self, folder: Path, detections: Sequence[AttackDetection] = ()) -> None:
        super().__init__(folder)
        self._detections = detections

    def capture(self, file: str) -> PalmCapture:
        rgb = read_picture(self.path(file), LARGEST_PIXELS, _rgb)
        try:
            region = _region(rgb)
        except UnusablePalm as problem:
            raise UnusablePicture(FAULTS[problem.advice], str(problem)) from problem
        attack = vetoed(self._detections, Presentation(rgb))
        return PalmCapture((sample_of(region),), region.side, 1.0, attack)


def _region(rgb: Pixels) -> Region:
    """Raises UnusablePalm."""
    # Imported here for the reason given in palm_camera.
    from biometric.palm.photograph import region_of

    height, width = rgb.shape[:2]
    if height == width and SMALLEST_SQUARE <= width <= LARGEST_SQUARE and bool((rgb == rgb[..., :1]).all()):
        return ready_made(np.ascontiguousarray(rgb[..., 0]))
    return region_of(rgb)


def _rgb(picture: Image.Image) -> Pixels:
    picture.draft(None, ENOUGH_PIXELS)
    return np.asarray(upright(picture).convert("RGB"), np.uint8)
