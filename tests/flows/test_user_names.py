"""Signing in by user name and password, as those may who opened their account at a machine."""

from __future__ import annotations

import pytest

from tests.flows.steps import PASSWORD, answer, prove, to_claim, to_joined, to_user_name
from tests.world import PIN, World


@pytest.mark.parametrize("by_name", [True, False], ids=["user_name", "number"])
def test_they_sign_in_by_user_name_and_password_or_number_and_pin(world: World, by_name: bool) -> None:
    to_joined(world)
    number, name = world.view.number, world.view.user_name
    world.touch("done")
    world.wait(world.settings.times.farewell + 1)
    to_claim(world)
    if by_name:
        world.touch("user_name")
        answer(world, f" {name.upper()}")
        assert world.state == "password"
        answer(world, PASSWORD)
    else:
        world.type(number)
        world.touch("enter")
        world.type(PIN)
        world.touch("enter")
    assert world.state == "one_time_code"
    prove(world)
    assert world.state == "menu"


def test_a_user_name_nobody_has_is_answered_as_one_somebody_has(world: World) -> None:
    to_joined(world)
    name = world.view.user_name
    world.touch("done")
    world.wait(world.settings.times.farewell + 1)

    def seen(user_name: str) -> list[tuple[str, str]]:
        to_user_name(world)
        answer(world, user_name)
        views = []
        for _ in range(3):
            answer(world, "not the password")
            views.append((world.state, world.note))
        world.wait(world.settings.times.locked + 1)
        return views

    assert seen(name) == seen("nobody.like.this") == [("password", "not_confirmed")] * 2 + [("locked", "")]


def test_the_number_can_be_typed_after_all(world: World) -> None:
    to_user_name(world)
    world.touch("number")
    assert world.state == "claim"
    world.type(world.number)
    world.touch("enter")
    assert world.state == "pin", "a number asks for the PIN that belongs to it"
