"""A withdrawal with a palm, on the whole machine: the drawn hand before the camera, the PIN, the notes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commands.kiosk import Kiosk
from commands.people import PEOPLE
from tests.journeys.conftest import Visitor, running

CHEN, DELE = PEOPLE[:2]


@pytest.fixture(scope="module")
def kiosk() -> Iterator[Kiosk]:
    yield from running(policy="palm")


def say_who(visitor: Visitor, number: str) -> None:
    visitor.touch("Touch to start")
    visitor.wait_for("claim")
    visitor.type(number)
    visitor.touch("Enter")


@pytest.mark.timeout(300)
def test_a_withdrawal_with_palm_and_pin(visitor: Visitor) -> None:
    before = visitor.balance(CHEN)
    visitor.bench.step_up(CHEN.key)
    say_who(visitor, CHEN.customer.number)
    visitor.wait_for("pin")
    visitor.type(CHEN.pin)
    visitor.touch("Enter")
    visitor.wait_for("menu")
    visitor.to_amount(CHEN)
    visitor.touch("₹2,000")
    visitor.confirm_and_take()
    assert visitor.balance(CHEN) == before - 2_000
    assert ("palm_verify", "accepted") in visitor.events()


def test_somebody_elses_palm_locks_after_three(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    say_who(visitor, DELE.customer.number)
    visitor.wait_until(lambda: "locked" in visitor.states)
    assert "pin" not in visitor.states


def test_no_hand_is_asked_for_more_time(visitor: Visitor) -> None:
    visitor.bench.step_up(DELE.key)
    visitor.bench.obliging = False
    say_who(visitor, DELE.customer.number)
    visitor.wait_for("more_time", seconds=30)
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


def test_the_camera_unplugged_while_it_looks(visitor: Visitor) -> None:
    visitor.bench.step_up(DELE.key)
    visitor.bench.obliging = False
    say_who(visitor, DELE.customer.number)
    visitor.wait_until(lambda: visitor.state == "palm")
    visitor.bench.camera_fault("unplug", True)
    visitor.wait_for("farewell", "camera_trouble")
