"""What the customer is told of a picture, on drawn persons and on real photographs."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from atm_app.ports import FaceAdvice
from biometric.camera import fit
from biometric.face.engine import FaceEngine
from biometric.face.photographs import people
from biometric.face.quality import covering_advice, picture_advice
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons
from biometric.virtual.person_poses import PoseStore

Picture = NDArray[np.uint8]
MASKS = {"surgical blue": (120, 170, 205), "white": (225, 228, 230), "skin-coloured": (205, 165, 140)}
# Photographs of real people: every so many of them.
STRIDE = 7
MOST_FALSE_ALARMS, LEAST_MASKS_SEEN = 0.02, 0.75


def masked(frame: Picture, points: NDArray[np.float64], colour: tuple[int, int, int]) -> Picture:
    """Cloth from the jaw to the bridge of the nose, shaded as the face under it."""
    cover = np.zeros(frame.shape[:2], np.float32)
    cv2.fillPoly(cover, [np.vstack([points[1:16], points[29:30]]).astype(np.int32)], 1)
    cover = cv2.GaussianBlur(cover, (0, 0), 1.5)[..., None]
    shade = cv2.GaussianBlur(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 25)[..., None] / 170
    weave = np.random.default_rng(1).normal(0, 3, frame.shape[:2])[..., None]
    cloth = np.array(colour, np.float32) * shade + weave
    return np.clip(frame * (1 - cover) + cover * cloth, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("key", ["chen", "dele", "edna", "fara"])
def test_a_mask_is_told_from_a_bare_face(engine: FaceEngine, poses: PoseStore, key: str) -> None:
    scene = Scene(read_persons(), poses)
    scene.stand(key)
    frame = fit(scene.frame(0.1))
    assert frame is not None
    points = engine.points(frame, engine.detect(frame)[0])
    assert covering_advice(frame, points) is FaceAdvice.NONE
    covered = masked(frame, points, MASKS["surgical blue"])
    assert covering_advice(covered, points) is FaceAdvice.COVERED


def test_a_camera_without_colour_tells_nothing_of_masks(engine: FaceEngine, poses: PoseStore) -> None:
    scene = Scene(read_persons(), poses)
    scene.stand("chen")
    frame = fit(cv2.cvtColor(scene.frame(0.1), cv2.COLOR_BGR2GRAY))
    assert frame is not None
    points = engine.points(frame, engine.detect(frame)[0])
    assert covering_advice(frame, points) is FaceAdvice.NONE


@pytest.mark.parametrize(("face", "around", "advice"), [
    (1.0, 1.0, FaceAdvice.NONE), (0.45, 1.6, FaceAdvice.BACKLIT), (0.45, 0.6, FaceAdvice.NONE),
])  # fmt: skip
def test_light_from_behind(
    engine: FaceEngine, poses: PoseStore, face: float, around: float, advice: FaceAdvice
) -> None:
    """``face``, ``around``: how bright each is made. A dark face in a dark room is not backlit."""
    scene = Scene(read_persons(), poses)
    scene.stand("chen")
    frame = fit(scene.frame(0.1))
    assert frame is not None
    box = engine.detect(frame)[0]
    lit = frame.astype(np.float32) * around
    part = (slice(box.top, box.bottom), slice(box.left, box.right))
    lit[part] = frame[part].astype(np.float32) * face
    assert picture_advice(np.clip(lit, 0, 255).astype(np.uint8), box)[0] is advice


@pytest.mark.real
def test_real_people_are_rarely_told_to_uncover_and_masked_ones_are(engine: FaceEngine, real_data: Path) -> None:
    """The bounds were set on every fourth photograph, counted from the second; those are left out here."""
    paths: list[Path] = [path for person in people(real_data / "faces" / "gallery").values() for path in person]
    alarms, bare, seen, covered = 0, 0, 0, 0
    for number, path in enumerate(paths):
        if number % STRIDE or number % 4 == 1:
            continue
        frame = fit(cv2.imread(str(path)))
        boxes = engine.detect(frame) if frame is not None else []
        if frame is None or not boxes:
            continue
        points = engine.points(frame, boxes[0])
        bare += 1
        alarms += covering_advice(frame, points) is FaceAdvice.COVERED
        for colour in MASKS.values():
            picture = masked(frame, points, colour)
            found = engine.detect(picture)
            if found:
                covered += 1
                seen += covering_advice(picture, engine.points(picture, found[0])) is FaceAdvice.COVERED
    assert bare >= 10
    assert alarms <= MOST_FALSE_ALARMS * bare
    assert seen >= LEAST_MASKS_SEEN * covered
