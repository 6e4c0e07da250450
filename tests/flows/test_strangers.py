"""Many different faces turned away: the machine slows down and staff know; one face many times does neither."""

from __future__ import annotations

import pytest

from atm_app.config import AlertSettings, StrangerSettings
from atm_app.ports import FaceNotCaptured, FaceRefusal
from tests.flows.conftest import MakeWorld
from tests.world import World, face_of

STAFF = "staff@bank.example"
SETTINGS = StrangerSettings(count=3, window=600, pause=5, longest_pause=12)


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(alerts=AlertSettings(email=STAFF), strangers=SETTINGS)


def visit(world: World, person: int) -> None:
    """Somebody nobody knows, who leaves when asked for a number."""
    world.camera.script.append((face_of(10_000 + person),) * 3)
    world.touch("start")
    world.wait(SETTINGS.longest_pause)
    assert world.state == "claim"
    world.touch("cancel")
    world.touch("done")


def told(world: World) -> list[str]:
    return [message.text for message in world.post.messages if "turned away" in message.text]


def test_after_three_strangers_the_machine_waits_longer_every_time_and_staff_are_told_once(world: World) -> None:
    pauses = []
    for person in range(6):
        pauses.append(world.controller.machine.strangers.pause)
        visit(world, person)
    assert pauses == [0, 0, 0, 5, 10, 12]
    (message,) = told(world)
    assert world.terminal in message
    assert ("alert", "strangers") in world.events()


def test_the_camera_does_not_look_before_the_pause_is_over(world: World) -> None:
    for person in range(3):
        visit(world, person)
    world.camera.script.append((world.face,) * 3)
    world.sensor.script.append(400)
    world.touch("start")
    world.wait(4.9)
    assert world.state == "face"
    world.wait(0.2)
    assert world.state == "one_time_code"


def test_cancel_works_while_it_waits(world: World) -> None:
    for person in range(3):
        visit(world, person)
    world.touch("start")
    world.touch("cancel")
    assert world.state == "farewell"
    world.wait(30)
    assert world.state == "welcome"


def test_one_face_many_times_is_one(world: World) -> None:
    for _ in range(6):
        visit(world, 1)
    assert world.controller.machine.strangers.pause == 0
    assert told(world) == []


def test_it_is_forgotten_after_a_while(world: World) -> None:
    for person in range(4):
        visit(world, person)
    assert world.controller.machine.strangers.pause > 0
    world.wait(SETTINGS.window)
    assert world.controller.machine.strangers.pause == 0
    for person in range(10, 13):
        visit(world, person)
    assert len(told(world)) == 2


def test_a_customer_nobody_is_near_of_is_no_stranger(world: World) -> None:
    for _ in range(4):
        world.camera.script.append((world.face,) * 3)
        world.sensor.script.append(400)
        world.touch("start")
        world.touch("cancel")
        world.touch("done")
    assert world.controller.machine.strangers.number == 0


def test_who_is_not_live_is_not_remembered(world: World) -> None:
    world.camera.script.extend([FaceNotCaptured(FaceRefusal.NOT_LIVE)] * 3)
    world.touch("start")
    assert world.controller.machine.strangers.number == 0
