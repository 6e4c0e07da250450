"""The square of a palm that is compared, and why a picture may have none.

The square hangs between the valleys of index and middle finger and of ring and little finger, so it turns, moves and
grows with the hand. Right and left hands give squares of different palms: nothing is mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from atm_app.palm_ports import HandSide, PalmAdvice

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

# Pixels. Around the core lies what comes into it when it is turned, grown or filtered.
CORE = 128
MARGIN = 32
WHOLE = CORE + 2 * MARGIN

# A square with less contrast around each of its points (grey levels, median) has no lines to compare: a sheet of
# paper, a glove. Blank squares would otherwise all be alike. The faintest of the tuning palms has 5.1.
LEAST_CONTRAST = 2.0
# Greys of the square's median beyond which lines drown, in noise or in white.
DARKEST, BRIGHTEST = 30, 245
_NEIGHBOURHOOD = 10
_FINE, _MIDDLING = 1, 2


TOLD = {
    PalmAdvice.NO_HAND: "show your open hand",
    PalmAdvice.TOO_FAR: "closer",
    PalmAdvice.TOO_NEAR: "farther away: the whole hand, fingertips too",
    PalmAdvice.SPREAD_FINGERS: "spread your fingers",
    PalmAdvice.HOLD_FLAT: "hold your palm flat, facing the camera",
    PalmAdvice.TOO_DARK: "more light",
    PalmAdvice.TOO_BRIGHT: "less light",
    PalmAdvice.BLURRED: "hold still",
    PalmAdvice.NO_LINES: "no lines seen: no glove, a clean palm",
}


class UnusablePalm(Exception):
    """No square can be taken from the picture. ``advice`` for programs, the message for people."""

    def __init__(self, advice: PalmAdvice) -> None:
        super().__init__(TOLD[advice])
        self.advice = advice


@dataclass(frozen=True)
class Region:
    """``pixels``: (192, 192) uint8, the core of 128 in the middle, fingers at the top. ``seen``: where they are of the
    picture and not made up."""

    pixels: Grey
    seen: Mask
    side: HandSide

    @property
    def core(self) -> Grey:
        """(128, 128)."""
        return self.pixels[MARGIN:-MARGIN, MARGIN:-MARGIN]


def ready_made(grey: Grey) -> Region:
    """A square that was cut out before, of any size, accepted as it is. Raises UnusablePalm when it is blank."""
    method = cv2.INTER_AREA if min(grey.shape) >= CORE else cv2.INTER_CUBIC
    core = cv2.resize(grey, (CORE, CORE), interpolation=method)
    pixels = np.asarray(cv2.copyMakeBorder(core, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REFLECT_101), np.uint8)
    seen = np.zeros((WHOLE, WHOLE), np.bool_)
    seen[MARGIN:-MARGIN, MARGIN:-MARGIN] = True
    return checked(Region(pixels, seen, HandSide.UNKNOWN))


def checked(region: Region) -> Region:
    """The same region. Raises UnusablePalm when its light or its contrast leaves nothing to compare."""
    grey = float(np.median(region.core))
    if contrast(region.core) < LEAST_CONTRAST:
        raise UnusablePalm(_advice_on_light(grey) or PalmAdvice.NO_LINES)
    if advice := _advice_on_light(grey):
        raise UnusablePalm(advice)
    return region


def contrast(grey: Grey) -> float:
    """Median deviation of the pixels from their neighbourhood, grey levels."""
    pixels = grey.astype(np.float32)
    return _deviation(pixels - cv2.GaussianBlur(pixels, (0, 0), _NEIGHBOURHOOD))


def detail(grey: Grey) -> float:
    """Contrast between one and two pixels beside that between two and ten: about 0.3 for a sharp palm."""
    pixels = grey.astype(np.float32)
    fine, middling, coarse = (cv2.GaussianBlur(pixels, (0, 0), size) for size in (_FINE, _MIDDLING, _NEIGHBOURHOOD))
    return _deviation(fine - middling) / max(_deviation(middling - coarse), 1e-6)


def _deviation(away: NDArray[np.float32]) -> float:
    return float(np.median(np.sqrt(cv2.GaussianBlur(away * away, (0, 0), _NEIGHBOURHOOD))))


def _advice_on_light(grey: float) -> PalmAdvice | None:
    if grey < DARKEST:
        return PalmAdvice.TOO_DARK
    return PalmAdvice.TOO_BRIGHT if grey > BRIGHTEST else None
