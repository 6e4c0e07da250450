"""Audio guidance: how it begins, what its keys do, and that it ends with the visit."""

from __future__ import annotations

import pytest

from atm_app.desk import DEVICE_SECONDS
from atm_app.speech_ports import LOUDEST, SOFTEST, USUAL_VOLUME, Guidance
from tests.flows.steps import WAYS, to_menu
from tests.flows.test_states import SESSION_STATES, release
from tests.world import World


def guidance(world: World) -> Guidance | None:
    return world.shown[-1].guidance


def test_nobody_is_guided_who_did_not_ask(world: World) -> None:
    to_menu(world)
    world.touch("guide", "move")
    world.touch("guide", "blank")
    assert {shown.guidance for shown in world.shown} == {None}


@pytest.mark.parametrize("key", [("guide", "move"), ("digit", "5")])
def test_a_key_on_the_welcome_screen_begins_it_for_the_visit(world: World, key: tuple[str, str]) -> None:
    world.touch(*key)
    assert guidance(world) == Guidance()
    to_menu(world)
    world.touch("guide", "louder")
    assert guidance(world) == Guidance(volume=USUAL_VOLUME + 1)
    world.touch("cancel")
    assert (world.state, guidance(world)) == ("farewell", Guidance(volume=USUAL_VOLUME + 1)), "goodbye is still said"
    world.wait(world.settings.times.farewell)
    assert (world.state, guidance(world)) == ("welcome", None)


def test_no_other_digit_begins_it(world: World) -> None:
    for digit in "01234":
        world.touch("digit", digit)
    assert guidance(world) is None


def test_who_goes_without_a_visit_takes_it_with_them(world: World) -> None:
    world.touch("guide", "move")
    world.wait(world.settings.times.idle)
    assert (world.state, guidance(world)) == ("welcome", None)


def test_a_headset_begins_it_and_ends_it_anywhere(world: World) -> None:
    world.speaker.plug(True)
    world.wait(DEVICE_SECONDS)
    assert guidance(world) == Guidance()
    to_menu(world)
    world.speaker.plug(False)
    world.wait(DEVICE_SECONDS)
    assert (world.state, guidance(world)) == ("menu", None)
    world.speaker.plug(True)
    world.wait(DEVICE_SECONDS)
    assert guidance(world) == Guidance()


def test_the_next_one_with_a_headset_begins_at_the_usual_volume(world: World) -> None:
    """EN 301 549 8.2.1: a volume that is set back after use."""
    world.speaker.plug(True)
    world.wait(DEVICE_SECONDS)
    to_menu(world)
    for _ in range(3):
        world.touch("guide", "louder")
    world.touch("guide", "blank")
    world.touch("cancel")
    world.wait(world.settings.times.farewell)
    assert (world.state, guidance(world)) == ("welcome", Guidance())


def test_volume_has_ends(world: World) -> None:
    world.touch("guide", "move")
    for wish, end in (("louder", LOUDEST), ("softer", SOFTEST)):
        for _ in range(2 * LOUDEST):
            world.touch("guide", wish)
        assert guidance(world) == Guidance(volume=end)


@pytest.mark.parametrize("state", SESSION_STATES)
def test_the_keys_of_a_listener_keep_the_step(world: World, state: str) -> None:
    world.touch("guide", "move")
    WAYS[state](world)
    before = world.view
    for wish in ("move", "repeat", "louder", "softer", "blank", "blank"):
        world.touch("guide", wish)
    assert (world.state, world.view, guidance(world)) == (state, before, Guidance(repeats=1))
    release(world)


def test_whoever_moves_the_ring_is_there(world: World) -> None:
    to_menu(world)
    idle = world.settings.times.idle
    for _ in range(3):
        world.wait(idle * 0.7)
        world.touch("guide", "move")
    assert world.state == "menu"
    world.wait(idle)
    assert world.state == "more_time"
