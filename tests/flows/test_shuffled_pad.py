"""The keys a PIN is typed with, shuffled for every visit where the bank wants it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from atm_app.config import PrivacySettings
from atm_app.session import KEYPAD
from atm_app.steps.keypad import shuffled
from commands.system_random import SystemRandom
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_new_pin, to_pin
from tests.world import PIN, World


def test_usually_the_keys_stand_as_everywhere(world: World) -> None:
    to_pin(world)
    assert world.view.pad == KEYPAD


def test_every_visit_has_another_order_and_the_digits_are_those_of_the_keys(make_world: MakeWorld) -> None:
    world = make_world(privacy=PrivacySettings(shuffle_pin=True))
    pads = []
    for _ in range(4):
        to_pin(world)
        pads.append(world.view.pad)
        world.type(PIN)
        assert world.view.pad == pads[-1], "no key moves while somebody types"
        world.touch("enter")
        assert world.state == "one_time_code", "a digit is worth what stands on its key"
        world.touch("cancel")
        world.wait(6)
    assert all(sorted(pad) == sorted(KEYPAD) for pad in pads)
    assert all(pad != other for pad, other in pairwise(pads))


def test_a_new_pin_is_typed_on_the_pad_of_the_visit(make_world: MakeWorld) -> None:
    world = make_world(privacy=PrivacySettings(shuffle_pin=True))
    to_new_pin(world)
    assert sorted(world.view.pad) == sorted(KEYPAD)
    assert world.view.pad == world.controller.session.pad != KEYPAD


def test_every_order_is_as_likely() -> None:
    """How often each digit stands on each key, in six thousand pads: chi square over 81 degrees of freedom is below 150
    in all but one run of three hundred thousand."""
    pads = [shuffled(SystemRandom()) for _ in range(6000)]
    expected = len(pads) / len(KEYPAD)
    seen = Counter((place, digit) for pad in pads for place, digit in enumerate(pad))
    chi_square = sum((seen[place, digit] - expected) ** 2 / expected for place in range(10) for digit in KEYPAD)
    assert chi_square < 150
