"""What the virtual camera's picture is made of: an empty lobby, cutouts laid over it, light and noise."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.frames import FRAME_HEIGHT, FRAME_WIDTH
from biometric.virtual.person_drawing import Cutout

Picture = NDArray[np.uint8]
# Column, row, roll in degrees, scale.
Place = tuple[float, float, float, float]

LENS_BLUR = 0.8
NOISE_MARGIN = 64


def lobby() -> Picture:
    """A bank's lobby out of focus: wall, counter, a door and lamps, BGR."""
    rows = np.linspace(0, 1, FRAME_HEIGHT, dtype=np.float32)[:, None, None]
    wall = np.array((150, 152, 146), np.float32) * (1.08 - 0.32 * rows)
    picture = np.ascontiguousarray(np.broadcast_to(wall, (FRAME_HEIGHT, FRAME_WIDTH, 3)))
    cv2.rectangle(picture, (40, 90), (140, 400), (128, 122, 108), -1)
    cv2.rectangle(picture, (500, 60), (620, 210), (170, 160, 140), -1)
    cv2.rectangle(picture, (0, 390), (FRAME_WIDTH, FRAME_HEIGHT), (92, 98, 106), -1)
    for column in (130, 320, 510):
        cv2.ellipse(picture, (column, 26), (62, 10), 0, 0, 360, (205, 212, 212), -1)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 14), 0, 255).astype(np.uint8)


def noise_field(chance: np.random.Generator, deviation: float) -> NDArray[np.int16]:
    """Larger than a frame: cut out at another place each time it never repeats from frame to frame."""
    shape = (FRAME_HEIGHT + NOISE_MARGIN, FRAME_WIDTH + NOISE_MARGIN, 3)
    noise: NDArray[np.int16] = np.rint(chance.standard_normal(shape, np.float32) * deviation).astype(np.int16)
    return noise


def one_sided_light(brightness: float, slope: float) -> NDArray[np.float32]:
    """What each pixel keeps of itself: ``brightness`` in the middle, ``slope`` more at the right edge."""
    across = brightness * (1 + slope * np.linspace(-1, 1, FRAME_WIDTH, dtype=np.float32))
    return np.ascontiguousarray(np.broadcast_to(across[None, :, None], (FRAME_HEIGHT, FRAME_WIDTH, 3)), np.float32)


def lay(picture: Picture, cutout: Cutout, place: Place) -> None:
    """Lay a cutout into the picture, its origin at ``place``."""
    column, row, roll, scale = place
    rows, columns = cutout.cover.shape
    matrix = cv2.getRotationMatrix2D(cutout.origin, roll, scale).astype(np.float64)
    reach_x, reach_y = (columns / 2 + 8) * scale, cutout.origin[1] * scale + 8
    left, top = max(0, int(column - reach_x)), max(0, int(row - reach_y))
    right = min(FRAME_WIDTH, int(column + reach_x))
    bottom = min(FRAME_HEIGHT, int(row + (rows - cutout.origin[1]) * scale) + 8)
    if right <= left or bottom <= top:
        return
    matrix[:, 2] += (column - cutout.origin[0] - left, row - cutout.origin[1] - top)
    size = (right - left, bottom - top)
    head = cv2.GaussianBlur(cv2.warpAffine(cutout.picture, matrix, size), (0, 0), LENS_BLUR)
    cover = cv2.GaussianBlur(cv2.warpAffine(cutout.cover, matrix, size), (0, 0), LENS_BLUR)
    part = picture[top:bottom, left:right]
    behind = cv2.multiply(part, cv2.merge([255 - cover] * 3), scale=1 / 255)
    picture[top:bottom, left:right] = cv2.add(head, behind)
