"""The face models and the drawn persons' poses, which many of the tests here look at."""

from __future__ import annotations

import cv2
import pytest

from biometric.face.engine import FaceEngine
from biometric.virtual.person_poses import PoseStore


@pytest.fixture(scope="session")
def engine() -> FaceEngine:
    cv2.setNumThreads(1)
    return FaceEngine()


@pytest.fixture(scope="session")
def poses(pytestconfig: pytest.Config) -> PoseStore:
    """Drawn once and kept between test runs; the store knows when the drawing code has changed."""
    return PoseStore(pytestconfig.cache.mkdir("drawn-poses"), background=False)
