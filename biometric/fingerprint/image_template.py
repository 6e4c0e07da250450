"""What is kept of a picture of a finger: its minutiae, their cylinders and its ridges.

Far larger than a sensor's compact template (about 40 KB instead of 512 bytes), and far surer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from biometric.fingerprint.cylinders import Described, describe
from biometric.fingerprint.enhancement import NORMALISING_SIGMA, GreyImage, Ridges, find_ridges, normalise
from biometric.fingerprint.minutiae import PoorImage, minutiae_of
from biometric.fingerprint.ridge_texture import RidgeTexture, texture_of

# Fewer minutiae than this cannot tell how one finger lies on another.
FEWEST_MINUTIAE = 4
# How much of the picture its ridges explain (correlation). Not measured on other pictures yet: it turns away what has
# no ridges at all; what looks like ridges is left to the matcher.
SMALLEST_RIDGE_SHARE = 0.4


class NotAFingerprint(PoorImage):
    """Whatever the picture shows, it is not ridges."""


@dataclass(frozen=True, eq=False)
class ImageTemplate:
    described: Described
    texture: RidgeTexture


def template_of(image: GreyImage) -> ImageTemplate:
    """Of an 8-bit picture at 500 dpi with dark ridges. Raises NotAFingerprint, MessyImage, TooFewFeatures."""
    ridges = find_ridges(image)
    if not ridges.finger.any() or ridge_share(image, ridges) < SMALLEST_RIDGE_SHARE:
        raise NotAFingerprint("no ridges")
    return ImageTemplate(describe(minutiae_of(ridges, FEWEST_MINUTIAE)), texture_of(ridges))


def ridge_share(image: GreyImage, ridges: Ridges) -> float:
    """Correlation, -1..1, of what is seen of the finger with the ridges found in it."""
    seen = normalise(image.astype(np.float32), NORMALISING_SIGMA)[0][ridges.finger]
    return float(np.corrcoef(seen, ridges.response[ridges.finger])[0, 1])
