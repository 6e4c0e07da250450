"""The policy ``palm``: number, palm, PIN, and everything a palm can meet."""

from __future__ import annotations

import pytest

from atm_app.palm_ports import PalmAdvice, PalmNotCaptured
from atm_app.ports import DeviceUnavailable
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_palm
from tests.world import PIN, World


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(policy="palm")


def look(world: World) -> None:
    """The camera gets its turn."""
    world.workers.held.clear()
    world.settle()


def palm_events(world: World) -> list[tuple[str, str]]:
    return [(event, outcome) for event, outcome in world.events() if event.startswith("palm")]


@pytest.mark.parametrize("hand", [b"left", b"right"])
def test_either_enrolled_hand_and_the_pin_lead_to_the_menu(world: World, hand: bytes) -> None:
    world.palms.script.append((hand,) * 3)
    to_palm(world)
    look(world)
    assert world.state == "pin"
    assert world.controller.session is not None
    assert world.controller.session.scores["palm"] == 0.2
    world.type(PIN)
    world.touch("enter")
    assert world.state == "menu"
    assert palm_events(world) == [("palm_verify", "accepted")]


def test_a_detected_copy_of_the_right_palm_is_refused_and_counted(world: World) -> None:
    world.palms.vetoed = True
    world.palms.script.extend([(b"right",) * 3] * 3)
    to_palm(world)
    look(world)
    assert world.state == "locked"
    assert palm_events(world)[:2] == [("palm_presentation", "vetoed"), ("palm_verify", "refused")]


def test_another_palm_gets_three_tries_and_then_locks(world: World) -> None:
    world.palms.script.extend([(b"another",) * 3] * 3)
    to_palm(world)
    look(world)
    assert world.state == "locked"
    assert [outcome for _, outcome in palm_events(world)] == ["refused", "refused", "locked"]


def test_the_right_palm_and_a_wrong_pin_do_not_get_in(world: World) -> None:
    world.palms.script.append((b"right",) * 3)
    to_palm(world)
    look(world)
    world.type("0000")
    world.touch("enter")
    assert (world.state, world.note) == ("pin", "not_confirmed")


def test_a_number_nobody_has_is_refused_like_any_wrong_palm(world: World) -> None:
    world.palms.script.append((b"right",) * 3)
    world.palms.script.append(PalmNotCaptured(PalmAdvice.NO_HAND))
    world.workers.held.clear()
    world.touch("start")
    world.type("999999")
    world.touch("enter")
    world.settle()
    assert palm_events(world)[0] == ("palm_verify", "refused")
    assert world.state == "more_time"


def test_no_hand_asks_for_more_time(world: World) -> None:
    world.palms.script.append(PalmNotCaptured(PalmAdvice.NO_HAND))
    to_palm(world)
    look(world)
    assert world.state == "more_time"
    assert palm_events(world) == [("palm_capture", "no_hand")]


def test_a_hand_that_is_never_seen_well_ends_the_visit_after_three_tries(world: World) -> None:
    world.palms.script.extend([PalmNotCaptured(PalmAdvice.BLURRED)] * 3)
    to_palm(world)
    look(world)
    for _ in range(2):
        assert world.state == "more_time"
        world.touch("more")
        world.settle()
    assert (world.state, world.note) == ("farewell", "not_confirmed")
    assert palm_events(world) == [("palm_capture", "blurred")] * 3


def test_a_camera_pulled_out_ends_with_the_other_way_named(world: World) -> None:
    world.palms.script.append(DeviceUnavailable("gone"))
    to_palm(world)
    look(world)
    assert (world.state, world.note) == ("farewell", "camera_trouble")


def test_cancel_while_the_camera_looks(world: World) -> None:
    to_palm(world)
    world.touch("cancel")
    assert world.state == "farewell"
    assert world.controller.session is None
    look(world)
    assert world.state == "farewell"
