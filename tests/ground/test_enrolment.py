"""What enrolment refuses to keep, on the real database and the real matcher."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from atm_app.identity.enrolment import Enrolment, EnrolmentProblem, FaceEnrolledAlready
from atm_app.ports import Cancellation, FacePrompt
from biometric.face.matcher import EuclideanFaceMatcher
from db.folder import DataFolder
from tests.scripted import NamedPalms
from tests.world import World, face_of


@pytest.fixture
def world(folder: DataFolder, tmp_path: Path) -> Iterator[World]:
    made = World(folder, tmp_path)
    yield made
    made.close()


def enrol_face(world: World, customer_id: int, *samples: bytes) -> None:
    storage = world.storage
    enrolment = Enrolment(
        storage.customers, storage.templates, world.camera, EuclideanFaceMatcher(), world.gallery, world.sensor,
        world.pictures, world.palms, NamedPalms(), storage.vault, world.settings.face,
    )  # fmt: skip
    world.camera.script.append(samples)
    enrolment.face(customer_id, (FacePrompt.BLINK,), Cancellation(), lambda _: None)


def test_a_face_is_enrolled_for_one_customer_only(world: World) -> None:
    """Staff who stand in for a customer are found out when they are, or have enrolled, somebody else."""
    with pytest.raises(FaceEnrolledAlready) as refused:
        enrol_face(world, world.friend, *(world.face,) * 5)
    assert refused.value.customer_id == world.customer_id
    assert world.storage.templates.face(world.friend) is None
    enrol_face(world, world.customer_id, *(world.face,) * 5)


def test_frames_of_two_faces_make_no_template(world: World) -> None:
    with pytest.raises(EnrolmentProblem, match="differ too much"):
        enrol_face(world, world.friend, face_of(2_000_001), face_of(2_000_001), face_of(2_000_002))
    assert world.storage.templates.face(world.friend) is None
