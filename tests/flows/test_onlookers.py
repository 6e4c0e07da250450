"""Somebody looks over the customer's shoulder: when it is told of, what can be done, and when nobody is looked for."""

from __future__ import annotations

import pytest

from atm_app.onlooker_ports import Onlooker
from atm_app.onlookers import LOOK_SECONDS, NEAR_SHARE, PRIVATE, STAY_SECONDS
from atm_app.ports import DeviceUnavailable, Work
from tests.flows.steps import WAYS, to_amount, to_balance, to_claim, to_menu, to_pin, to_take_cash
from tests.flows.test_states import release
from tests.world import PIN, World

ALONE = (0.28,)
BEHIND = (0.28, NEAR_SHARE)
FAR = (0.28, NEAR_SHARE - 0.01)
LONG_ENOUGH = STAY_SECONDS + 2 * LOOK_SECONDS


def seen(world: World) -> Onlooker:
    return world.shown[-1].onlooker


def warned(world: World) -> World:
    """At the PIN, with somebody behind."""
    to_pin(world)
    world.onlookers.widths = BEHIND
    world.wait(LONG_ENOUGH)
    assert seen(world) is Onlooker.NEAR
    return world


def test_somebody_who_stays_is_told_of(world: World) -> None:
    to_pin(world)
    world.onlookers.widths = BEHIND
    world.wait(STAY_SECONDS)
    assert seen(world) is Onlooker.NOBODY, "two seconds have not passed since the first look"
    world.wait(LOOK_SECONDS)
    assert seen(world) is Onlooker.NEAR
    assert world.state == "pin"


def test_somebody_who_walks_past_is_not(world: World) -> None:
    to_pin(world)
    for _ in range(5):
        world.onlookers.widths = BEHIND
        world.wait(STAY_SECONDS - LOOK_SECONDS)
        world.onlookers.widths = ALONE
        world.wait(LOOK_SECONDS)
    assert {shown.onlooker for shown in world.shown} == {Onlooker.NOBODY}


@pytest.mark.parametrize("widths", [(), ALONE, FAR, (NEAR_SHARE,), DeviceUnavailable("unplugged")])
def test_a_queue_at_a_distance_a_customer_alone_and_a_camera_that_is_gone_are_no_warning(
    world: World, widths: tuple[float, ...] | Exception
) -> None:
    to_pin(world)
    world.onlookers.widths = widths
    world.wait(20)
    assert world.onlookers.looks > 10
    assert seen(world) is Onlooker.NOBODY


def test_the_warning_goes_with_who_it_was_about(world: World) -> None:
    warned(world)
    world.onlookers.widths = ALONE
    world.wait(LOOK_SECONDS)
    assert seen(world) is Onlooker.NEAR, "a head that turned for a moment"
    world.wait(LONG_ENOUGH)
    assert seen(world) is Onlooker.NOBODY


def test_nothing_typed_is_lost_and_typing_goes_on(world: World) -> None:
    to_pin(world)
    world.type(PIN[:2])
    world.onlookers.widths = BEHIND
    world.wait(LONG_ENOUGH)
    assert world.view.filled == 2
    world.type(PIN[2:])
    world.touch("enter")
    assert world.state == "one_time_code"
    assert seen(world) is Onlooker.NEAR, "of the next secret as well"


def test_a_covered_screen_stays_covered_until_it_is_touched(world: World) -> None:
    warned(world)
    world.touch("onlooker", "hide")
    for widths in (BEHIND, ALONE):
        world.onlookers.widths = widths
        world.wait(LONG_ENOUGH)
        assert seen(world) is Onlooker.HIDDEN
    world.touch("digit", "7")
    assert seen(world) is Onlooker.NOBODY
    assert world.view.filled == 0, "who touches a covered screen does not see what they touch"


def test_who_still_stands_there_is_told_of_again(world: World) -> None:
    warned(world)
    world.touch("onlooker", "hide")
    world.touch("onlooker", "show")
    assert seen(world) is Onlooker.NOBODY
    world.wait(LONG_ENOUGH)
    assert seen(world) is Onlooker.NEAR


def test_a_cover_does_not_end_a_visit_behind_the_customers_back(world: World) -> None:
    """The question for more time has to be seen."""
    warned(world)
    world.touch("onlooker", "hide")
    world.wait(world.settings.times.idle + LOOK_SECONDS)
    assert world.state == "more_time"
    assert seen(world) is Onlooker.NOBODY


def test_who_may_stand_there_is_not_told_of_in_the_same_visit(world: World) -> None:
    warned(world)
    world.touch("onlooker", "allow")
    looks = world.onlookers.looks
    world.type(PIN)
    world.touch("enter")
    world.wait(20)
    assert seen(world) is Onlooker.NOBODY
    assert world.onlookers.looks == looks, "and nobody looks"
    world.touch("cancel")
    world.wait(world.settings.times.farewell + 0.1)
    assert world.state == "welcome"
    warned(world)


def test_answers_to_a_warning_that_is_not_there_do_nothing(world: World) -> None:
    to_pin(world)
    for answer in ("hide", "show", "allow", "?"):
        world.touch("onlooker", answer)
        assert seen(world) is Onlooker.NOBODY
    world.onlookers.widths = BEHIND
    world.wait(LONG_ENOUGH)
    assert seen(world) is Onlooker.NEAR


@pytest.mark.parametrize("state", sorted(WAYS))
def test_nobody_looks_but_while_something_is_private(world: World, state: str) -> None:
    WAYS[state](world)
    world.onlookers.looks, world.onlookers.widths = 0, BEHIND
    world.wait(LOOK_SECONDS * 1.5)
    assert (world.onlookers.looks > 0) is isinstance(world.view, PRIVATE)
    release(world)


def test_a_look_that_comes_back_late_says_nothing_of_the_next_screen(world: World) -> None:
    to_balance(world)
    world.onlookers.widths = BEHIND
    world.wait(STAY_SECONDS)
    world.workers.held.add(Work.ONLOOKERS)
    world.wait(LOOK_SECONDS)
    world.touch("cancel")
    world.workers.held.clear()
    world.settle()
    assert world.state == "farewell"
    looks = world.onlookers.looks
    world.wait(LOOK_SECONDS * 3)
    assert world.onlookers.looks == looks
    assert seen(world) is Onlooker.NOBODY


def test_notes_that_are_to_be_taken_are_not_covered(world: World) -> None:
    world.onlookers.widths = BEHIND
    to_take_cash(world)
    world.wait(LONG_ENOUGH)
    assert seen(world) is Onlooker.NOBODY
    world.dispenser.changed = lambda: None
    world.workers.held.clear()
    world.dispenser.take()
    world.settle()


def test_the_menu_and_the_number_are_no_secret(world: World) -> None:
    world.onlookers.widths = BEHIND
    for way in (to_claim, to_menu):
        way(world)
        world.onlookers.looks = 0
        world.wait(LONG_ENOUGH)
        assert world.onlookers.looks == 0
        world.touch("cancel")
        world.wait(world.settings.times.farewell + 0.1)


def test_a_slow_camera_is_asked_once(world: World) -> None:
    to_amount(world)
    world.workers.held.add(Work.ONLOOKERS)
    world.wait(10)
    assert sum(kind is Work.ONLOOKERS for kind, *_ in world.workers._waiting) == 1
    world.workers.held.clear()
    world.settle()
