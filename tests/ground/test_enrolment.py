"""What enrolment refuses to keep, on the real database and the real matcher."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atm_app.identity.captures import EnrolmentProblem, FaceEnrolledAlready
from atm_app.identity.consents import BIOMETRICS, CONSENT_VERSION
from atm_app.identity.enrolment import Enrolment
from atm_app.ports import Cancellation, FacePrompt
from atm_app.stores import Factor
from db.folder import DataFolder
from tests.world import World, face_of


@pytest.fixture
def world(folder: DataFolder, tmp_path: Path) -> Iterator[World]:
    made = World(folder, tmp_path)
    yield made
    made.close()


def enrolment_of(world: World) -> Enrolment:
    storage = world.storage
    return Enrolment(
        storage.customers, storage.templates, storage.staff_consents, world.captures(), world.pictures, storage.vault
    )


def enrol_face(world: World, customer_id: int, *samples: bytes) -> None:
    world.camera.script.append(samples)
    enrolment_of(world).face(customer_id, (FacePrompt.BLINK,), Cancellation(), lambda _: None)


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


@pytest.mark.parametrize("kind", BIOMETRICS)
def test_without_consent_nobody_is_even_looked_at(world: World, kind: Factor) -> None:
    enrolment, customer = enrolment_of(world), world.customer_id
    ways: dict[Factor, list[Callable[[], object]]] = {
        Factor.FACE: [lambda: enrolment.face(customer, (), Cancellation(), lambda _: None)],
        Factor.FINGERPRINT: [
            lambda: enrolment.finger(customer, "left_thumb", Cancellation(), lambda _: None),
            lambda: enrolment.finger_picture(customer, "left_thumb", "thumb.png"),
        ],
        Factor.PALM: [lambda: enrolment.palm(customer, Cancellation(), lambda _: None)],
    }
    world.camera.script.append((world.face,) * 5)
    assert world.storage.staff_consents.revoke(customer, kind)
    for enrol in ways[kind]:
        with pytest.raises(EnrolmentProblem, match=f"not agreed .* {kind}"):
            enrol()
    assert len(world.camera.script) == 1, "the camera was not asked"


def test_a_consent_given_opens_the_enrolment_and_says_to_which_text(world: World) -> None:
    enrolment, consents = enrolment_of(world), world.storage.staff_consents
    consents.revoke(world.customer_id, Factor.FACE)
    enrolment.consent(world.customer_id, Factor.FACE)
    enrol_face(world, world.customer_id, *(world.face,) * 5)
    assert world.storage.templates.face(world.customer_id) is not None
    assert consents.of(world.customer_id)[0].version == CONSENT_VERSION
