"""Is it still the same face? By where it is from frame to frame, and by its embeddings before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atm_app.ports import Box
from biometric.face.engine import Embedding

# The detector's boxes come in steps of a tenth of their width; a stepping head makes two face widths a second.
JUMP_IN_WIDTHS = 0.4
SPEED_IN_WIDTHS_PER_SECOND = 2.0
MOST_SIZE_RATIO = 1.5
# A face away for longer may be another one when it returns.
LOST_SECONDS = 1.0
# The frontal detector loses a far-turned head, which is what was asked for.
LOST_WHILE_TURNING_SECONDS = 2.0
# Samples of one person in one session stay within 0.36 (drawn) and 0.4 (real); strangers begin at 0.5.
SAME_FACE_DISTANCE = 0.5


class FaceTrack:
    """Follows one box. ``follow`` returns False when what it sees cannot be the same head."""

    def __init__(self) -> None:
        self._box: Box | None = None
        self._seen_at = 0.0

    def follow(self, box: Box | None, at: float, turning: bool = False) -> bool:
        if self._box is None:
            if box is not None:
                self._box, self._seen_at = box, at
            return True
        away = at - self._seen_at
        if away > (LOST_WHILE_TURNING_SECONDS if turning else LOST_SECONDS):
            return False
        if box is None:
            return True
        same = _near(self._box, box, away)
        self._box, self._seen_at = box, at
        return same


def _near(before: Box, after: Box, seconds: float) -> bool:
    width, new_width = before.right - before.left, after.right - after.left
    across = (after.left + after.right - before.left - before.right) / 2
    down = (after.top + after.bottom - before.top - before.bottom) / 2
    reach = (JUMP_IN_WIDTHS + SPEED_IN_WIDTHS_PER_SECOND * seconds) * width
    ratio = max(width, new_width) / max(1, min(width, new_width))
    return float(np.hypot(across, down)) <= reach and ratio <= MOST_SIZE_RATIO


def spread(samples: Sequence[Embedding]) -> float:
    """The largest distance of a sample to the mean of all; 0 for fewer than two."""
    if len(samples) < 2:
        return 0.0
    stack = np.stack(samples).astype(np.float64)
    return float(np.linalg.norm(stack - stack.mean(axis=0), axis=1).max())


def same_face(anchors: Sequence[Embedding], sample: Embedding) -> bool:
    """Does a new sample belong to the face of the ``anchors`` (those taken before the first challenge)?"""
    if not anchors:
        return True
    mean = np.stack(anchors).astype(np.float64).mean(axis=0)
    return float(np.linalg.norm(sample.astype(np.float64) - mean)) < SAME_FACE_DISTANCE
