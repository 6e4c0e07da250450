"""The policy ``fingerprint``: number, PIN, and a finger on the sensor or a picture of it from a memory stick."""

from __future__ import annotations

import pytest

from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import DeviceState, DeviceUnavailable, Work
from atm_app.steps.picture import FILES_A_PAGE, LOOK_SECONDS, UNUSABLE_TRIES
from tests.flows.conftest import MakeWorld
from tests.world import PICTURE_THRESHOLD, PIN, THRESHOLD, World

RIGHT, WRONG = PICTURE_THRESHOLD, PICTURE_THRESHOLD - 1


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(policy="fingerprint")


def to_sensor(world: World, number: str = "") -> None:
    world.workers.held.add(Work.FINGERPRINT)
    world.touch("start")
    world.type(number or world.number)
    world.touch("enter")
    world.type(PIN)
    world.touch("enter")


def to_stick(world: World) -> None:
    to_sensor(world)
    assert world.state == "fingerprint"
    world.touch("picture")
    assert world.state == "finger_picture"


def put_in(world: World, **files: int | Exception) -> None:
    world.pictures.stick = {f"{name}.png": outcome for name, outcome in files.items()}
    world.wait(LOOK_SECONDS)


def finger_events(world: World) -> list[tuple[str, str]]:
    return [(event, outcome) for event, outcome in world.events() if event.startswith("finger")]


def test_the_finger_on_the_sensor_leads_to_the_menu(world: World) -> None:
    world.sensor.script.append(THRESHOLD)
    to_sensor(world)
    assert world.view.pictures
    world.workers.held.clear()
    world.settle()
    assert world.state == "menu"


def test_a_picture_put_in_while_the_screen_waits_leads_to_the_menu(world: World) -> None:
    to_stick(world)
    assert not world.view.stick
    put_in(world, index=RIGHT)
    assert world.view.files == ("index.png",)
    world.touch("file", "index.png")
    assert world.state == "menu"
    assert finger_events(world) == [("finger_picture", "read"), ("fingerprint_verify", "accepted")]


def test_the_sensors_templates_are_not_given_to_the_pictures_and_the_other_way_round(world: World) -> None:
    to_stick(world)
    put_in(world, index=WRONG)
    world.touch("file", "index.png")
    assert [finger.data for finger in world.pictures.compared[0]] == [b"picture"]
    fingers = world.authentication.fingers(world.customer, world.sensor.family)
    assert [finger.data for finger in fingers] == [b"finger"]


def test_a_wrong_picture_gets_three_tries_together_with_wrong_fingers_and_then_locks(world: World) -> None:
    to_stick(world)
    put_in(world, index=WRONG)
    for _ in range(2):
        world.touch("file", "index.png")
        assert (world.state, world.note) == ("finger_picture", "not_confirmed")
    world.sensor.script.append(THRESHOLD - 1)
    world.touch("device")
    world.workers.held.clear()
    world.settle()
    assert world.state == "locked"
    outcomes = [outcome for event, outcome in finger_events(world) if event == "fingerprint_verify"]
    assert outcomes == ["refused", "refused", "locked"]


@pytest.mark.parametrize("fault", PictureFault)
def test_a_file_that_is_no_fingerprint_is_told_why_and_not_counted_against_the_customer(
    world: World, fault: PictureFault
) -> None:
    to_stick(world)
    put_in(world, holiday=UnusablePicture(fault, "why"), index=RIGHT)
    for _ in range(UNUSABLE_TRIES - 1):
        world.touch("file", "holiday.png")
        assert (world.state, world.note) == ("finger_picture", f"picture_{fault.value}")
    world.touch("file", "index.png")
    assert world.state == "menu"


def test_files_without_end_end(world: World) -> None:
    to_stick(world)
    put_in(world, holiday=UnusablePicture(PictureFault.NOT_A_FINGERPRINT, "why"))
    for _ in range(UNUSABLE_TRIES):
        world.touch("file", "holiday.png")
    assert (world.state, world.note) == ("farewell", "not_confirmed")


def test_a_stick_pulled_out_is_seen_and_a_picture_gone_meanwhile_is_unreadable(world: World) -> None:
    to_stick(world)
    put_in(world, index=RIGHT)
    world.pictures.stick = None
    world.touch("file", "index.png")
    assert (world.state, world.note) == ("finger_picture", "picture_unreadable")
    world.wait(LOOK_SECONDS)
    assert not world.view.stick
    assert world.view.files == ()


def test_only_files_that_are_shown_can_be_chosen_and_pages_turn(world: World) -> None:
    to_stick(world)
    put_in(world, **{f"n{number:02d}": RIGHT for number in range(FILES_A_PAGE + 2)})
    assert (len(world.view.files), world.view.page, world.view.pages) == (FILES_A_PAGE, 1, 2)
    for _ in range(3):
        world.touch("page", "next")
    assert (world.view.files, world.view.page) == (("n06.png", "n07.png"), 2)
    for _ in range(3):
        world.touch("page", "back")
    assert world.view.page == 1
    world.touch("file", "../../etc/shadow")
    assert world.state == "finger_picture"
    assert world.pictures.compared == []


def test_a_dead_sensor_leads_to_the_stick_and_the_machine_stays_on_offer(world: World) -> None:
    world.sensor.script.append(DeviceUnavailable("unplugged"))
    to_sensor(world)
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("finger_picture", "sensor_gone")
    world.touch("cancel")
    world.sensor.state = DeviceState.OFFLINE
    world.wait(30)
    assert world.state == "welcome"
    assert world.view.biometric


def test_a_number_nobody_has_never_reaches_the_finger(world: World) -> None:
    to_sensor(world, number=world.nobodys_number)
    assert (world.state, world.note) == ("pin", "not_confirmed")


def test_the_screen_asks_for_more_time_and_comes_back_to_the_stick(world: World) -> None:
    to_stick(world)
    world.wait(world.settings.times.idle + 1)
    assert world.state == "more_time"
    world.touch("more")
    assert world.state == "finger_picture"
    put_in(world, index=RIGHT)
    world.touch("file", "index.png")
    assert world.state == "menu"


def test_another_policy_takes_no_picture(make_world: MakeWorld) -> None:
    world = make_world()
    world.workers.held.add(Work.FINGERPRINT)
    world.camera.script.append((world.face,) * 3)
    world.touch("start")
    assert world.state == "fingerprint"
    assert not world.view.pictures
    world.touch("picture")
    assert world.state == "fingerprint"
