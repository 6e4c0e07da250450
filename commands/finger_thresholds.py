"""From which score on a finger is somebody's: of each kind of sensor and of pictures."""

from __future__ import annotations

from atm_app.config import FingerprintSettings
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD

# A real sensor's templates have the maker's own inner form, and its scores the maker's own scale.
VENDOR_FAMILY = "zfm20-vendor-1"
# Nobody has measured the maker's scores here. At its security level 3 an R307 itself accepts from about 50; a branch
# sets ``fingerprint.threshold`` to what it measured on its own sensor.
VENDOR_THRESHOLD = 80


def sensor_threshold(settings: FingerprintSettings, family: str) -> int:
    """``family``: of the sensor's templates."""
    return settings.threshold or (VENDOR_THRESHOLD if family == VENDOR_FAMILY else RECOMMENDED_THRESHOLD)
