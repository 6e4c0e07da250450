"""Policies of the bank's own: whichever factors it names, in whichever order, lead to the menu and to nowhere else."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from atm_app.config import PolicySettings, Settings
from atm_app.identity.policy import PolicyProblem, policies_of
from atm_app.palm_ports import HandSide
from atm_app.stores import Factor
from tests.flows.conftest import MakeWorld
from tests.world import PIN, World


def possible(order: tuple[str, ...], *, claims: bool) -> bool:
    try:
        policies_of(Settings(policies={"own": PolicySettings(steps=order, claims=claims)}))
    except PolicyProblem:
        return False
    return True


def show(world: World, factor: str) -> None:
    """What the machine asks for, as it should be."""
    assert world.state == factor
    if factor == "pin":
        world.type(PIN)
        world.touch("enter")
    elif factor == "one_time_code":
        world.type(world.post.code())


def begin(world: World, *, claims: bool) -> None:
    world.camera.script.append((world.face,) * 3)
    world.sensor.script.append(400)
    world.palms.script.append((world.hands[HandSide.LEFT],) * 3)
    world.touch("start")
    # Among the many customers of the tests' database a palm alone does not say who it is.
    assert world.state == "claim" or not claims
    if world.state == "claim":
        world.type(world.number)
        world.touch("enter")


@pytest.mark.parametrize("claims", [True, False], ids=["number", "nobody"])
@pytest.mark.parametrize(("factors", "least"), [(2, 4), pytest.param(3, 15, marks=pytest.mark.slow)])
def test_every_order_that_is_taken_leads_to_the_menu(
    make_world: MakeWorld, factors: int, least: int, claims: bool
) -> None:
    every = itertools.permutations([factor.value for factor in Factor], factors)
    orders = [order for order in every if possible(order, claims=claims)]
    assert len(orders) >= least
    policies: dict[str, Any] = {
        f"own-{number}": PolicySettings(steps=order, claims=claims) for number, order in enumerate(orders)
    }
    # One machine for all of them: only what the controller was told differs.
    world = make_world(policies=policies)
    for policy, order in zip(policies_of(world.settings).values(), [None] * 6 + orders, strict=True):
        if order is None:
            continue
        world.controller.policy = policy
        begin(world, claims=claims)
        for factor in order:
            if factor in ("pin", "one_time_code"):
                show(world, factor)
        assert world.state == "menu", order
        session = world.controller.session
        assert session is not None
        assert [factor.value for factor in session.passed] == list(order)
        world.touch("cancel")
        world.touch("done")
        world.camera.script.clear()
        world.sensor.script.clear()
        world.palms.script.clear()
