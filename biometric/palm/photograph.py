"""The square of a palm from a photograph of the whole hand, in any turn."""

from __future__ import annotations

import cv2
import numpy as np

from atm_app.palm_ports import HandSide, PalmAdvice
from biometric.frames import Pixels
from biometric.palm.hand_shape import WORKING_SIDE, Fingers, Points, brightness, find_fingers
from biometric.palm.region import CORE, DARKEST, MARGIN, WHOLE, Mask, Region, UnusablePalm, checked, detail

# In lengths between the outer valleys: the core's side, and how far below their line it begins.
_SIDE = 1.25
_BELOW = 0.22
# Pixels of the photograph a core's side must have for its lines to be told from noise.
SMALLEST_SIDE = 80
# Share of the core that must be hand, and of the square around it that must be picture.
LEAST_HAND = 0.97
LEAST_SEEN = 0.9
# Detail below which a photograph is smeared: what is left, the shade of the hand and its longest lines, is like other
# hands' (0.32 for the nearest two). Tuning hands 0.27 and more, through a 640 × 480 camera with noise as well; smeared
# by three of its pixels 0.13 to 0.19, by two 0.15 to 0.25.
LEAST_DETAIL = 0.22
# Per cent: where even the brightest twentieth of a picture is dark, darkness is why no hand is found in it.
_BRIGHTEST_PART = 95
# Blur before pixels are left out, in pixels of the photograph a pixel of the square.
_BLUR = 1 / 2.2
_LEAST_BLUR = 0.5


def region_of(rgb: Pixels) -> Region:
    """(height, width, 3) uint8. Raises UnusablePalm."""
    if min(rgb.shape[:2]) < SMALLEST_SIDE:
        raise UnusablePalm(PalmAdvice.TOO_FAR)
    scale = WORKING_SIDE / max(rgb.shape[:2])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=method), np.uint8)
    try:
        fingers = find_fingers(small)
    except UnusablePalm as problem:
        if float(np.percentile(brightness(small), _BRIGHTEST_PART)) < DARKEST:
            raise UnusablePalm(PalmAdvice.TOO_DARK) from problem
        raise
    square = _square(fingers)
    side = float(np.hypot(*(square[1] - square[0]))) / scale
    if side * CORE / WHOLE < SMALLEST_SIDE:
        raise UnusablePalm(PalmAdvice.TOO_FAR)
    hand, _ = _cut(fingers.filled, square)
    if float((hand[MARGIN:-MARGIN, MARGIN:-MARGIN] > 0).mean()) < LEAST_HAND:
        raise UnusablePalm(PalmAdvice.HOLD_FLAT)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), max(_LEAST_BLUR, side / WHOLE * _BLUR))
    pixels, seen = _cut(np.asarray(grey, np.uint8), square / scale)
    if float(seen.mean()) < LEAST_SEEN:
        raise UnusablePalm(PalmAdvice.TOO_NEAR)
    region = checked(Region(pixels, seen, side_of(fingers)))
    if detail(region.core) < LEAST_DETAIL:
        raise UnusablePalm(PalmAdvice.BLURRED)
    return region


def side_of(fingers: Fingers) -> HandSide:
    """Palm to the camera, fingers up: a right hand's thumb is on the right of the picture."""
    if fingers.thumb is None:
        return HandSide.UNKNOWN
    middle = (fingers.valleys[0] + fingers.valleys[2]) / 2
    return HandSide.RIGHT if (fingers.thumb - middle) @ _rightward(fingers.down) > 0 else HandSide.LEFT


def _rightward(down: Points) -> Points:
    return np.array([down[1], -down[0]])


def _square(fingers: Fingers) -> Points:
    """Top left, top right and bottom left corner of the square with its margin, fingers up."""
    first, _, last = fingers.valleys
    length = float(np.hypot(*(last - first)))
    right, down = _rightward(fingers.down), fingers.down
    half = _SIDE * length * WHOLE / CORE / 2
    middle = (first + last) / 2 + (_BELOW + _SIDE / 2) * length * down
    corner = middle - half * (right + down)
    return np.array([corner, corner + 2 * half * right, corner + 2 * half * down])


def _cut(plane: np.ndarray, square: Points) -> tuple[np.ndarray, Mask]:
    """The square as (192, 192), and where of it the plane had pixels."""
    corners = np.array([[0, 0], [WHOLE, 0], [0, WHOLE]], np.float32)
    motion = cv2.getAffineTransform(square.astype(np.float32), corners)
    pixels = cv2.warpAffine(plane, motion, (WHOLE, WHOLE), borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.warpAffine(np.full(plane.shape, 255, np.uint8), motion, (WHOLE, WHOLE))
    return np.asarray(pixels, np.uint8), np.asarray(seen > 127, np.bool_)
