"""How the screen is coloured and how large its text is: chosen for a visit, and the machine's own again after it."""

from __future__ import annotations

import pytest

from atm_app.config import Look, ScreenSettings
from tests.flows.conftest import MakeWorld
from tests.flows.steps import WAYS, to_menu
from tests.flows.test_other_way import fail_by_face
from tests.flows.test_states import SESSION_STATES, release
from tests.world import World

HIGH = Look.HIGH_CONTRAST.value


def look(world: World) -> Look:
    return world.shown[-1].look


def test_high_contrast_holds_for_the_visit_and_ends_with_it(world: World) -> None:
    assert look(world) is Look.LIGHT
    world.touch("look", HIGH)
    assert look(world) is Look.HIGH_CONTRAST
    to_menu(world)
    assert look(world) is Look.HIGH_CONTRAST
    world.touch("cancel")
    assert (world.state, look(world)) == ("farewell", Look.HIGH_CONTRAST), "they still have to read it"
    world.wait(world.settings.times.farewell)
    assert (world.state, look(world)) == ("welcome", Look.LIGHT)


@pytest.mark.parametrize("state", SESSION_STATES)
def test_another_look_keeps_the_step(world: World, state: str) -> None:
    WAYS[state](world)
    before = world.view
    world.touch("look", HIGH)
    assert (world.state, world.view, look(world)) == (state, before, Look.HIGH_CONTRAST)
    world.touch("look", "")
    assert (world.state, world.view, look(world)) == (state, before, Look.LIGHT)
    release(world)


def test_it_stays_on_the_other_way_in(world: World) -> None:
    world.touch("look", HIGH)
    fail_by_face(world, 2)
    world.touch("other_way")
    assert (world.state, look(world)) == ("claim", Look.HIGH_CONTRAST)


@pytest.mark.parametrize(("own", "back"), [
    (Look.LIGHT, Look.LIGHT), (Look.DARK, Look.DARK), (Look.HIGH_CONTRAST, Look.LIGHT),
])  # fmt: skip
def test_the_way_back_is_to_the_machines_own(make_world: MakeWorld, own: Look, back: Look) -> None:
    world = make_world(screen=ScreenSettings(look=own))
    assert look(world) is own
    world.touch("look", HIGH)
    assert look(world) is Look.HIGH_CONTRAST
    world.touch("look", "")
    assert look(world) is back
    to_menu(world)
    world.touch("cancel")
    world.wait(world.settings.times.farewell)
    assert (world.state, look(world)) == ("welcome", own)


def test_large_text_holds_for_the_visit_and_the_other_way_in_and_ends_with_them(world: World) -> None:
    assert not world.shown[-1].large
    world.touch("large_text", "large")
    assert world.shown[-1].large
    fail_by_face(world, 2)
    world.touch("other_way")
    assert (world.state, world.shown[-1].large) == ("claim", True)
    world.touch("cancel")
    assert (world.state, world.shown[-1].large) == ("farewell", True), "they still have to read it"
    world.wait(world.settings.times.farewell)
    assert (world.state, world.shown[-1].large) == ("welcome", False)


@pytest.mark.parametrize("state", SESSION_STATES)
def test_large_text_keeps_the_step_and_the_look(world: World, state: str) -> None:
    WAYS[state](world)
    before = world.view
    world.touch("look", HIGH)
    world.touch("large_text", "large")
    assert (world.state, world.view, look(world), world.shown[-1].large) == (state, before, Look.HIGH_CONTRAST, True)
    world.touch("large_text", "")
    assert (world.state, world.view, look(world), world.shown[-1].large) == (state, before, Look.HIGH_CONTRAST, False)
    release(world)


def test_a_machine_of_its_own_large_text_is_back_in_it_for_the_next_visit(make_world: MakeWorld) -> None:
    world = make_world(screen=ScreenSettings(large_text=True))
    assert world.shown[-1].large
    world.touch("large_text", "")
    to_menu(world)
    assert not world.shown[-1].large
    world.touch("cancel")
    world.wait(world.settings.times.farewell)
    assert (world.state, world.shown[-1].large) == ("welcome", True)


@pytest.mark.parametrize("value", ["on", "true", "LARGE", "2"])
def test_no_other_text_can_be_chosen(world: World, value: str) -> None:
    world.touch("large_text", value)
    assert not world.shown[-1].large


@pytest.mark.parametrize("value", ["dark", "light", "xx", "HIGH_CONTRAST"])
def test_no_other_look_can_be_chosen(world: World, value: str) -> None:
    world.touch("look", value)
    assert look(world) is Look.LIGHT
