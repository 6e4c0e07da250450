"""Is this picture of a face good enough, and if not, what can the customer do about it?

Advice comes one at a time, in the order in which it helps: where to stand, then light, then how to look.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from atm_app.ports import Box, FaceAdvice
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
# Variance of the Laplacian of the face at 128 pixels. 40 sharp photographs: 2 % below 39; blurred by sigma 2.5:
# 90 % below 9.8; the darkest drawn customer: 28.
SHARPNESS_FLOOR = 11.0
SHARPNESS_GOOD = 40.0
SHARPNESS_CHIP = 128
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
    if float(np.percentile(chip, 95)) < DARKEST_HIGHLIGHT:
        return FaceAdvice.TOO_DARK, 0.0
    if float(np.mean(chip >= BURNT_OUT_LEVEL)) > BURNT_OUT_SHARE:
        return FaceAdvice.TOO_BRIGHT, 0.0
    sharpness = float(cv2.Laplacian(chip, cv2.CV_32F).var())
    if sharpness < SHARPNESS_FLOOR:
        return FaceAdvice.BLURRED, sharpness / SHARPNESS_GOOD
    return FaceAdvice.NONE, min(1.0, sharpness / SHARPNESS_GOOD)


def pose_advice(face: FaceFigures, open_eyes: float | None) -> FaceAdvice:
    """``open_eyes``: the session's own eye-aspect ratio, once it is known."""
    if not FRONTAL_LOW <= face.nose_to_jaw <= FRONTAL_HIGH:
        return FaceAdvice.TURNED
    shut_below = SHUT_EYES_FLOOR if open_eyes is None else SHUT_EYES_RATIO * open_eyes
    return FaceAdvice.EYES_SHUT if face.eye_aspect < shut_below else FaceAdvice.NONE


def _width(box: Box) -> int:
    return box.right - box.left
