"""ORB features, as a palm-payment project compares palms with them: shown beside our codes in an evaluation, used
nowhere else."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np

from biometric.palm.region import Region

OrbFeatures = np.ndarray

# That project's own numbers: side of the square, features, and the Hamming distance below which two are alike.
_SIDE = 400
_FEATURES = 500
_ALIKE = 50


def orb_features(region: Region) -> OrbFeatures:
    """(n, 32) uint8 descriptors."""
    square = cv2.GaussianBlur(cv2.resize(region.core, (_SIDE, _SIDE)), (5, 5), 0)
    square = cv2.createCLAHE(2.0, (8, 8)).apply(square)
    _, descriptors = _detector().detectAndCompute(square, None)
    return np.empty((0, 32), np.uint8) if descriptors is None else np.asarray(descriptors)


def orb_distance(first: OrbFeatures, second: OrbFeatures) -> float:
    """1 less the share of features that each are the other's nearest and alike."""
    if not len(first) or not len(second):
        return 1.0
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(first, second)
    return 1.0 - sum(match.distance < _ALIKE for match in matches) / max(len(first), len(second))


@cache
def _detector() -> Any:
    return cv2.ORB.create(nfeatures=_FEATURES)
