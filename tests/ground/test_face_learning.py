"""Templates that learn from visits: a little, from the right person, bounded for good, and taken back at will."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from atm_app.identity.face_learning import FARTHEST_VISIT, RATE, REACH, Learned
from biometric.face.matcher import EuclideanFaceMatcher
from db.folder import DataFolder
from tests.world import World, face_of

SESSION = b"s" * 16
DAY = 86_400


@pytest.fixture
def world(folder: DataFolder, tmp_path: Path) -> Iterator[World]:
    world = World(folder, tmp_path)
    yield world
    world.close()


def vector(face: bytes) -> NDArray[np.float64]:
    return np.frombuffer(face, "<f4").astype(np.float64)


def packed(face: NDArray[np.float64]) -> bytes:
    return bytes(face.astype("<f4").tobytes())


def seen_from(world: World, direction: int, distance: float) -> tuple[bytes, ...]:
    """Five frames of the customer, ``distance`` away from the enrolled face towards one of many directions."""
    away = vector(face_of(direction))
    return (packed(vector(world.face) + distance * away),) * 5


def learn(world: World, samples: tuple[bytes, ...]) -> Learned:
    return world.controller.machine.learning.learn(SESSION, world.customer, samples)


def template(world: World) -> NDArray[np.float64]:
    return vector(world.storage.templates.face(world.customer_id) or b"")


def test_a_visit_moves_the_template_a_tenth_of_the_way(world: World) -> None:
    samples = seen_from(world, 9001, 0.3)
    assert learn(world, samples) is Learned.LEARNED
    expected = vector(world.face) + RATE * (vector(samples[0]) - vector(world.face))
    assert template(world) == pytest.approx(expected, abs=1e-6)


def test_only_one_step_a_day(world: World) -> None:
    assert learn(world, seen_from(world, 9001, 0.3)) is Learned.LEARNED
    before = template(world)
    assert learn(world, seen_from(world, 9002, 0.3)) is Learned.NOT_NOW
    assert (template(world) == before).all()


@pytest.mark.parametrize(("distance", "outcome"), [(FARTHEST_VISIT - 0.01, Learned.LEARNED),
                                                   (FARTHEST_VISIT + 0.01, Learned.TOO_FAR)])  # fmt: skip
def test_a_face_near_the_threshold_teaches_nothing(world: World, distance: float, outcome: Learned) -> None:
    assert learn(world, seen_from(world, 9001, distance)) is outcome


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, 3), st.floats(0.0, 3.0)), min_size=1, max_size=60),
    rate=st.floats(0.01, 1.0),
)
def test_no_number_of_steps_leads_further_than_the_reach(steps: list[tuple[int, float]], rate: float) -> None:
    """Whatever an impostor who passes every factor shows, again and again."""
    matcher, enrolled = EuclideanFaceMatcher(), face_of(1)
    now = enrolled
    for direction, distance in steps:
        shown = packed(vector(enrolled) + distance * vector(face_of(100 + direction)))
        now = matcher.moved(now, (shown,), rate, enrolled, REACH)
        assert np.linalg.norm(vector(now) - vector(enrolled)) <= REACH + 1e-5


def test_an_impostor_gains_no_more_than_the_reach_and_the_customer_stays_known(world: World) -> None:
    """A thousand accepted visits of somebody 0.39 away, one a day."""
    matcher, enrolled = EuclideanFaceMatcher(), world.face
    impostor = seen_from(world, 9001, 0.39)
    now = enrolled
    for _ in range(1000):
        now = matcher.moved(now, impostor, RATE, enrolled, REACH)
    stranger = (packed(vector(enrolled) + 0.60 * vector(face_of(9001))),)
    assert matcher.distance(now, stranger) >= 0.60 - REACH - 1e-5
    assert matcher.distance(now, stranger) > world.settings.face.verify_distance
    assert matcher.distance(now, (enrolled,)) <= REACH + 1e-5


def test_what_was_learned_is_taken_back(world: World) -> None:
    learn(world, seen_from(world, 9001, 0.3))
    assert world.storage.templates.forget_learned_face(world.customer_id)
    assert (template(world) == vector(world.face)).all()
    assert not world.storage.templates.forget_learned_face(world.customer_id), "nothing is left to take back"
    world.authentication.faces.refresh()
    assert world.gallery.nearest((world.face,), 1)[0].distance == pytest.approx(0, abs=1e-6)


def test_a_template_changed_meanwhile_is_not_overwritten(world: World) -> None:
    known = world.storage.templates.known_face(world.customer_id)
    assert known is not None
    enrolled_again = face_of(4242)
    world.storage.templates.store_face(world.customer_id, enrolled_again, 0.9)
    assert not world.storage.templates.learn_face(world.customer_id, known.template_id, world.face, SESSION, DAY)
    assert world.storage.templates.face(world.customer_id) == enrolled_again
    fresh = world.storage.templates.known_face(world.customer_id)
    assert fresh is not None
    assert fresh.enrolled == enrolled_again, "a new enrolment is what learning is bound to"
