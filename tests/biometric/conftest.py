"""The face models, the drawn persons' poses and the drawn fingers, which many of the tests here look at."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from biometric.face.engine import FaceEngine
from biometric.fingerprint.enhancement import GreyImage
from biometric.fingerprint.image_template import ImageTemplate, template_of
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press
from biometric.virtual.person_poses import PoseStore
from commands.wiring import pose_cache

DRAWN_FINGERS = range(6000, 6004)


@pytest.fixture(scope="session")
def engine() -> FaceEngine:
    cv2.setNumThreads(1)
    return FaceEngine()


@pytest.fixture(scope="session")
def pose_folder() -> Path:
    """The machine's own: drawn once, whichever test is the first, and kept between test runs; the store knows when the
    drawing code has changed."""
    return pose_cache()


@pytest.fixture(scope="session")
def poses(pose_folder: Path) -> PoseStore:
    return PoseStore(pose_folder, background=False)


@pytest.fixture(scope="session")
def touches() -> dict[tuple[int, int], GreyImage]:
    """(finger, number of the touch): what a sensor sees; two touches of each of DRAWN_FINGERS."""
    return {
        (finger, number): press(grow(finger), draw_touch(finger * 100 + number))
        for finger in DRAWN_FINGERS
        for number in (1, 2)
    }


@pytest.fixture(scope="session")
def templates(touches: dict[tuple[int, int], GreyImage]) -> dict[tuple[int, int], ImageTemplate]:
    return {touch: template_of(image) for touch, image in touches.items()}
