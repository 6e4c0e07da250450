"""Is this picture of a face good enough, and if not, what can the customer do about it?

Advice comes one at a time, in the order in which it helps: where to stand, then light, then how to look.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from atm_app.ports import Box, FaceAdvice
from biometric.face.engine import Points
from biometric.face.geometry import FaceFigures
from biometric.frames import Pixels

# A face in the background is smaller: the second one counts as a second customer from 0.6 of the first one's width.
SECOND_FACE_RATIO = 0.6
# The half-scale detector finds 130 pixels 98 times in 100; the embedding was trained on 150-pixel chips.
NARROWEST_FACE = 110
# Above this a turned head leaves the 480-pixel-high frame.
WIDEST_FACE = 320
# The guide oval of the preview, half-axes as fractions of the frame; the face's centre must lie inside.
GUIDE_HALF_WIDTH = 0.18
GUIDE_HALF_HEIGHT = 0.20
# Judged by the brightest twentieth of the face, not its mean: a dark skin in good light has highlights above 100
# (measured on the darkest of the drawn customers: 112), a face without light has none.
DARKEST_HIGHLIGHT = 60
# Share of the face burnt out to white; 40 sharp photographs stay below 0.05.
BURNT_OUT_LEVEL = 250
BURNT_OUT_SHARE = 0.25
# Light from behind: the surroundings are bright and the face far darker. 119 photographs taken in every light have
# face highlights above 0.78 of their surroundings.
BRIGHT_SURROUNDINGS = 150
BACKLIT_RATIO = 0.6
# Lips differ in colour from the chin, and no skin is as even as cloth. Set on 119 photographs (98 in 100 have lips 2.5
# or more from the chin in a and b, and a deviation of a over the lower face of 2.3 or more); on 357 others one was told
# to uncover, and 94 in 100 with drawn masks of three colours were, where a face was found at all.
LIPS_TO_CHIN_FLOOR = 2.6
LOWER_FACE_EVENNESS = 1.7
# The chin of an uncovered face is within 16 of the skin between the eyes for 98 in 100, beards included.
SKIN_TO_CHIN_CEILING = 14.0
# A camera without colour, or light of one colour, tells nothing of masks.
SKIN_COLOUR_FLOOR = 5.0
# Variance of the Laplacian of the face at 128 pixels. 40 sharp photographs: 2 % below 39; blurred by sigma 2.5:
# 90 % below 9.8; the darkest drawn customer: 28.
SHARPNESS_FLOOR = 11.0
SHARPNESS_GOOD = 40.0
SHARPNESS_CHIP = 128
# Of OpenCV's 8-bit a and b.
NEUTRAL_COLOUR = 128
# A head within these bounds is frontal; the same bounds hold a blink to be a blink (48 real clips).
FRONTAL_LOW, FRONTAL_HIGH = 0.36, 0.64
# A drop under 0.7 of the session's own open eyes is a shut eye; a fixed ratio would send one person in ten away.
SHUT_EYES_RATIO = 0.7
# Before there is a baseline only what is shut on everybody counts.
SHUT_EYES_FLOOR = 0.13


def is_second_customer(boxes: Sequence[Box]) -> bool:
    """``boxes``: largest first."""
    return len(boxes) > 1 and _width(boxes[1]) >= SECOND_FACE_RATIO * _width(boxes[0])


def place_advice(boxes: Sequence[Box], frame_width: int, frame_height: int) -> FaceAdvice:
    """Advice that needs only the boxes (largest first)."""
    if not boxes:
        return FaceAdvice.NO_FACE
    if is_second_customer(boxes):
        return FaceAdvice.SEVERAL_FACES
    face = boxes[0]
    if _width(face) < NARROWEST_FACE:
        return FaceAdvice.TOO_FAR
    if _width(face) > WIDEST_FACE:
        return FaceAdvice.TOO_NEAR
    across = ((face.left + face.right) / 2 - frame_width / 2) / (GUIDE_HALF_WIDTH * frame_width)
    down = ((face.top + face.bottom) / 2 - frame_height / 2) / (GUIDE_HALF_HEIGHT * frame_height)
    return FaceAdvice.OFF_CENTRE if across * across + down * down > 1 else FaceAdvice.NONE


def picture_advice(frame: Pixels, face: Box) -> tuple[FaceAdvice, float]:
    """Light and sharpness of the face: the advice and the sharpness as quality, 0..1."""
    height, width = frame.shape[:2]
    top, bottom = max(face.top, 0), min(face.bottom, height)
    left, right = max(face.left, 0), min(face.right, width)
    if bottom - top < 2 or right - left < 2:
        return FaceAdvice.OFF_CENTRE, 0.0
    grey = cv2.cvtColor(frame[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    chip = cv2.resize(grey, (SHARPNESS_CHIP, SHARPNESS_CHIP), interpolation=cv2.INTER_AREA)
    highlight = float(np.percentile(chip, 95))
    if highlight < DARKEST_HIGHLIGHT:
        return FaceAdvice.TOO_DARK, 0.0
    surroundings = _surroundings(frame, face)
    if surroundings >= BRIGHT_SURROUNDINGS and highlight < BACKLIT_RATIO * surroundings:
        return FaceAdvice.BACKLIT, 0.0
    if float(np.mean(chip >= BURNT_OUT_LEVEL)) > BURNT_OUT_SHARE:
        return FaceAdvice.TOO_BRIGHT, 0.0
    sharpness = float(cv2.Laplacian(chip, cv2.CV_32F).var())
    if sharpness < SHARPNESS_FLOOR:
        return FaceAdvice.BLURRED, sharpness / SHARPNESS_GOOD
    return FaceAdvice.NONE, min(1.0, sharpness / SHARPNESS_GOOD)


def _surroundings(frame: Pixels, face: Box) -> float:
    """Upper quartile of the brightness within half a face's width around the face, black borders left out."""
    reach = _width(face) // 2
    top, left = max(face.top - reach, 0), max(face.left - reach, 0)
    around = cv2.cvtColor(frame[top : face.bottom + reach, left : face.right + reach], cv2.COLOR_RGB2GRAY)
    ring = around.astype(np.int16)
    ring[max(face.top, 0) - top : face.bottom - top, max(face.left, 0) - left : face.right - left] = -1
    lit = ring[ring > 0]
    return float(np.percentile(lit, 75)) if lit.size else 0.0


def covering_advice(frame: Pixels, points: Points) -> FaceAdvice:
    """``points``: the 68 landmarks. COVERED when nose and mouth are behind something even, such as a mask.

    The models place the landmarks of hidden lips by the rest of the face; where lips should be, cloth is.
    """
    left, top = (int(low) for low in np.maximum(points.min(axis=0), 0))
    right, bottom = (int(high) + 1 for high in points.max(axis=0))
    face = frame[top:bottom, left:right]
    if min(face.shape[:2]) < SHARPNESS_CHIP // 4:
        return FaceAdvice.NONE
    colour = cv2.cvtColor(face, cv2.COLOR_RGB2LAB).astype(np.float32)[..., 1:] - NEUTRAL_COLOUR
    place = points - (left, top)
    radius = max(2, round(0.04 * (right - left)))
    skin = np.median([_colour_at(colour, place[index], radius) for index in (27, 28)], axis=0)
    chin = np.median(
        [_colour_at(colour, place[one] * (1 - part) + place[other] * part, radius)
         for one, other, part in ((8, 57, 0.6), (5, 48, 0.5), (11, 54, 0.5), (51, 33, 0.5))], axis=0,
    )  # fmt: skip
    lips = _colour_at(colour, (place[62] + place[66]) / 2, radius)
    lower: NDArray[np.uint8] = np.zeros(colour.shape[:2], np.uint8)
    cv2.fillConvexPoly(lower, cv2.convexHull(place[[*range(3, 14), 33]].astype(np.int32)), 1)
    evenness = float(colour[lower > 0][:, 0].std()) if lower.any() else SHARPNESS_GOOD
    is_cloth = evenness < LOWER_FACE_EVENNESS or float(np.hypot(*(skin - chin))) > SKIN_TO_CHIN_CEILING
    hidden = float(np.hypot(*(lips - chin))) < LIPS_TO_CHIN_FLOOR and is_cloth
    return FaceAdvice.COVERED if hidden and float(np.hypot(*skin)) >= SKIN_COLOUR_FLOOR else FaceAdvice.NONE


def _colour_at(colour: NDArray[np.float32], place: Points, radius: int) -> NDArray[np.float32]:
    """Median a and b of a small square."""
    x, y = round(float(place[0])), round(float(place[1]))
    square = colour[max(y - radius, 0) : y + radius, max(x - radius, 0) : x + radius].reshape(-1, 2)
    return np.median(square, axis=0).astype(np.float32) if len(square) else np.zeros(2, np.float32)


def pose_advice(face: FaceFigures, open_eyes: float | None) -> FaceAdvice:
    """``open_eyes``: the session's own eye-aspect ratio, once it is known."""
    if not FRONTAL_LOW <= face.nose_to_jaw <= FRONTAL_HIGH:
        return FaceAdvice.TURNED
    shut_below = SHUT_EYES_FLOOR if open_eyes is None else SHUT_EYES_RATIO * open_eyes
    return FaceAdvice.EYES_SHUT if face.eye_aspect < shut_below else FaceAdvice.NONE


def _width(box: Box) -> int:
    return box.right - box.left
