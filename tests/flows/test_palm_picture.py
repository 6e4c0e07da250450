"""The policy ``palm`` with a picture of the palm from a memory stick instead of a hand before the camera."""

from __future__ import annotations

import pytest

from atm_app.palm_ports import HandSide
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import DeviceState, DeviceUnavailable
from atm_app.steps.picture import LOOK_SECONDS, UNUSABLE_TRIES
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_palm
from tests.flows.test_palm import EVERYBODY, STRANGER, claim, look, palm_events
from tests.world import PIN, World

WRONG = b"a stranger's"


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(policy="palm", palm={"gallery_limit": EVERYBODY})


def to_stick(world: World) -> None:
    to_palm(world)
    assert world.view.pictures
    world.touch("picture")
    assert world.state == "palm_picture"


def put_in(world: World, **files: bytes | Exception) -> None:
    world.palm_pictures.stick = {f"{name}.jpg": outcome for name, outcome in files.items()}
    world.wait(LOOK_SECONDS)


def test_a_picture_and_the_pin_lead_to_the_menu(world: World) -> None:
    to_stick(world)
    assert not world.view.stick
    put_in(world, hand=world.hands[HandSide.LEFT])
    assert world.view.files == ("hand.jpg",)
    world.touch("file", "hand.jpg")
    assert world.state == "pin"
    world.type(PIN)
    world.touch("enter")
    assert world.state == "menu"
    assert palm_events(world) == [("palm_picture", "read"), ("palm_identify", "accepted")]


def test_a_picture_that_does_not_say_who_it_is_is_kept_until_the_number_is_there(world: World) -> None:
    world.storage.templates.store_palm(world.friend, HandSide.LEFT, world.hands[HandSide.LEFT], 1.0)
    to_stick(world)
    put_in(world, hand=world.hands[HandSide.LEFT])
    world.touch("file", "hand.jpg")
    claim(world, world.number)
    assert world.state == "pin"
    assert palm_events(world)[1:] == [("palm_identify", "unsure"), ("palm_verify", "accepted")]


def test_wrong_pictures_and_wrong_hands_lock_together_after_three(world: World) -> None:
    to_stick(world)
    put_in(world, stranger=WRONG)
    world.touch("file", "stranger.jpg")
    claim(world, world.number)  # the same picture is compared: one
    assert (world.state, world.note) == ("palm", "not_confirmed")
    world.touch("picture")
    world.touch("device")
    world.touch("picture")
    assert [event for event, _ in palm_events(world)].count("palm_verify") == 1, "to and fro compares nothing anew"
    world.touch("file", "stranger.jpg")  # two
    assert (world.state, world.note) == ("palm_picture", "not_confirmed")
    world.palms.script.append(STRANGER)
    world.touch("device")
    look(world)
    assert world.state == "locked"
    verified = [outcome for event, outcome in palm_events(world) if event == "palm_verify"]
    assert verified == ["refused", "refused", "locked"]


def test_a_detected_copy_in_a_picture_identifies_nobody(world: World) -> None:
    world.palm_pictures.vetoed = True
    to_stick(world)
    put_in(world, hand=world.hands[HandSide.RIGHT])
    world.touch("file", "hand.jpg")
    claim(world, world.number)
    assert palm_events(world)[1:] == [
        ("palm_presentation", "vetoed"), ("palm_identify", "unsure"),
        ("palm_presentation", "vetoed"), ("palm_verify", "refused"),
    ]  # fmt: skip


@pytest.mark.parametrize("fault", [fault for fault in PictureFault if fault is not PictureFault.NOT_A_FINGERPRINT])
def test_a_file_that_is_no_palm_is_told_why_and_not_counted_against_the_customer(
    world: World, fault: PictureFault
) -> None:
    to_stick(world)
    put_in(world, holiday=UnusablePicture(fault, "why"), hand=world.hands[HandSide.RIGHT])
    for _ in range(UNUSABLE_TRIES - 1):
        world.touch("file", "holiday.jpg")
        assert (world.state, world.note) == ("palm_picture", f"palm_picture_{fault.value}")
    world.touch("file", "hand.jpg")
    assert world.state == "pin"


def test_files_without_end_end(world: World) -> None:
    to_stick(world)
    put_in(world, holiday=UnusablePicture(PictureFault.NOT_A_PALM, "why"))
    for _ in range(UNUSABLE_TRIES):
        world.touch("file", "holiday.jpg")
    assert (world.state, world.note) == ("farewell", "not_confirmed")


def test_a_dead_camera_leads_to_the_stick_and_the_machine_stays_on_offer(world: World) -> None:
    world.palms.script.append(DeviceUnavailable("gone"))
    to_palm(world)
    look(world)
    assert (world.state, world.note) == ("palm_picture", "camera_gone")
    world.touch("cancel")
    world.camera.state = DeviceState.OFFLINE
    world.wait(30)
    assert world.state == "welcome"
    assert world.view.biometric
    world.palms.script.append(DeviceUnavailable("gone"))
    world.touch("start")
    assert (world.state, world.view.device) == ("palm_picture", False)


def test_a_number_nobody_has_is_refused_like_any_wrong_picture(world: World) -> None:
    to_stick(world)
    put_in(world, hand=world.hands[HandSide.RIGHT], stranger=WRONG)
    world.touch("file", "stranger.jpg")
    claim(world, world.nobodys_number)
    assert (world.state, world.note) == ("palm", "not_confirmed")
    world.touch("picture")
    world.touch("file", "hand.jpg")
    assert (world.state, world.note) == ("palm_picture", "not_confirmed")
    world.touch("file", "hand.jpg")
    assert world.state == "locked"
