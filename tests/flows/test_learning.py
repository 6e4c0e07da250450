"""Which visits a template learns from."""

from __future__ import annotations

from tests.flows import steps
from tests.flows.conftest import MakeWorld
from tests.world import World

LEARNED = ("template_learn", "done")


def test_a_visit_in_which_every_factor_passed_teaches(world: World) -> None:
    steps.cardless_to_menu(world)
    assert LEARNED not in world.events(), "not before it is over"
    world.touch("cancel")
    assert world.events().count(LEARNED) == 1


def test_a_visit_that_ended_before_the_last_factor_teaches_nothing(world: World) -> None:
    steps.to_fingerprint(world)
    world.touch("cancel")
    assert world.state == "farewell"
    assert LEARNED not in world.events()


def test_a_visit_without_a_face_teaches_nothing(world: World) -> None:
    steps.to_menu(world)
    world.touch("cancel")
    assert LEARNED not in world.events()


def test_a_machine_that_may_not_learn_does_not(make_world: MakeWorld) -> None:
    world = make_world(face={"learns": False})
    steps.cardless_to_menu(world)
    world.touch("cancel")
    assert LEARNED not in world.events()


def test_a_face_enrolled_elsewhere_is_known_within_seconds(make_world: MakeWorld) -> None:
    """Two machines on one database."""
    here, there = make_world(), make_world()
    assert there.customer_id not in here.gallery.customers()
    here.wait(10)
    assert there.customer_id in here.gallery.customers()
    assert here.gallery.nearest((there.face,), 1)[0].customer_id == there.customer_id
