"""Who the customer is: every refusal of face, finger, PIN and code, as lists of steps."""

from __future__ import annotations

import re

import pytest

from atm_app.ports import (
    DeviceState,
    DeviceUnavailable,
    FaceNotCaptured,
    FaceRefusal,
    NoFinger,
    Work,
)
from atm_app.steps.one_time_code import RESEND_SECONDS
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_claim, to_code, to_fingerprint, to_pin
from tests.world import PIN, World, face_of

# A face 0.7 from the enrolled one: somebody else.
STRANGER = face_of(1_000_000)


def wrong_code(world: World) -> str:
    return f"{(int(world.post.code()) + 1) % 1_000_000:06d}"


# --- face -----------------------------------------------------------------------------------------------------------


def test_a_known_face_is_told_apart_and_challenged_at_random(make_world: MakeWorld) -> None:
    world = make_world()
    seen = set()
    for _ in range(12):
        world.camera.script.append((world.face,) * 3)
        world.sensor.script.append(NoFinger())
        world.touch("start")
        seen.add(world.camera.requests[-1].challenges)
        world.touch("cancel")
        world.touch("done")
    assert len(seen) >= 3, "order and side of the challenges are drawn anew"


@pytest.mark.parametrize("refusal", [FaceRefusal.NOT_LIVE, FaceRefusal.FACE_CHANGED, FaceRefusal.SEVERAL_FACES,
                                     FaceRefusal.POOR_PICTURE])  # fmt: skip
def test_a_face_that_is_not_live_gets_three_tries(world: World, refusal: FaceRefusal) -> None:
    world.camera.script.extend([FaceNotCaptured(refusal)] * 3)
    world.touch("start")
    assert (world.state, world.note) == ("farewell", "not_confirmed")
    assert world.events().count(("face_liveness", refusal.value)) == 3
    assert not world.camera.script


def test_a_second_try_may_succeed(world: World) -> None:
    world.workers.held.add(Work.FINGERPRINT)
    world.camera.script.extend([FaceNotCaptured(FaceRefusal.POOR_PICTURE), (world.face,)])
    world.touch("start")
    assert world.state == "fingerprint"


def test_nobody_there_is_asked_for_more_time(world: World) -> None:
    world.camera.script.append(FaceNotCaptured(FaceRefusal.NOBODY))
    world.touch("start")
    assert world.state == "more_time"
    world.wait(21)
    assert (world.state, world.note) == ("farewell", "timed_out")


def test_an_unknown_face_is_asked_for_a_number_and_verified_against_it(world: World) -> None:
    world.camera.script.append((STRANGER,) * 3)
    world.touch("start")
    assert (world.state, world.note) == ("claim", "number_needed")
    world.camera.script.extend([(STRANGER,) * 3] * 3)
    world.type(world.number)
    world.touch("enter")
    assert world.state == "locked", "three wrong faces for one customer lock"
    assert world.controller.session is None


def test_a_face_between_two_customers_is_never_guessed(world: World) -> None:
    world.gallery.put(9_999_999, world.face)
    world.camera.script.append((world.face,) * 3)
    world.workers.held.add(Work.FINGERPRINT)
    world.touch("start")
    assert (world.state, world.note) == ("claim", "number_needed")
    world.type(world.number)
    world.touch("enter")
    assert world.state == "fingerprint", "the same frames prove the claim"
    assert len(world.camera.requests) == 1


def test_a_number_nobody_has_looks_like_a_wrong_face(world: World) -> None:
    world.camera.script.extend([(STRANGER,) * 3] * 4)
    world.touch("start")
    world.type(world.nobodys_number)
    world.touch("enter")
    assert world.state == "locked"


def test_a_camera_that_fails_ends_with_the_other_way_named(world: World) -> None:
    world.camera.script.append(DeviceUnavailable("gone"))
    world.touch("start")
    assert (world.state, world.note) == ("farewell", "camera_trouble")
    assert ("face_liveness", "camera_unavailable") in world.events()


@pytest.mark.parametrize("device", ["camera", "sensor"])
def test_without_camera_or_sensor_only_the_number_way_is_on_offer(world: World, device: str) -> None:
    getattr(world, device).state = DeviceState.OFFLINE
    world.wait(4)
    assert world.view.biometric is False
    world.touch("start")
    assert world.state == "welcome"
    world.touch("start_accessible")
    assert world.state == "claim"
    world.touch("cancel")
    world.touch("done")
    getattr(world, device).state = DeviceState.ONLINE
    world.wait(4)
    assert world.view.biometric is True


def test_cancel_tells_the_camera_to_stop(world: World) -> None:
    world.workers.held.add(Work.FACE)
    world.touch("start")
    world.touch("cancel")
    world.workers.held.clear()
    world.settle()
    assert world.state == "farewell"
    assert not world.camera.script


# --- fingerprint ----------------------------------------------------------------------------------------------------


def test_a_wrong_finger_gets_three_tries_and_then_locks(world: World) -> None:
    world.sensor.script.extend([10, 20, 30])
    to_fingerprint(world)
    world.workers.held.clear()
    world.settle()
    assert world.state == "locked"
    verdicts = [outcome for event, outcome in world.events() if event == "fingerprint_verify"]
    assert verdicts == ["refused", "refused", "locked"]


def test_a_score_at_the_threshold_passes_and_one_below_does_not(make_world: MakeWorld) -> None:
    for score, state in ((50, "one_time_code"), (49, "fingerprint")):
        world = make_world()
        to_fingerprint(world)
        world.sensor.script.append(score)
        world.workers.held.clear()
        if state == "fingerprint":
            world.sensor.script.append(NoFinger())
            state = "more_time"
        world.settle()
        assert world.state == state


def test_no_finger_asks_for_more_time(world: World) -> None:
    world.sensor.script.append(NoFinger())
    to_fingerprint(world)
    world.workers.held.clear()
    world.settle()
    assert world.state == "more_time"
    assert ("fingerprint_capture", "no_finger") in world.events()


def test_a_sensor_pulled_out_ends_with_the_other_way_named(world: World) -> None:
    world.sensor.script.append(DeviceUnavailable("gone"))
    to_fingerprint(world)
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("farewell", "sensor_trouble")
    assert ("fingerprint_capture", "sensor_unavailable") in world.events()


# --- number and PIN -------------------------------------------------------------------------------------------------


def test_three_wrong_pins_lock_and_the_right_one_no_longer_helps(world: World) -> None:
    to_pin(world)
    for left in (2, 1):
        world.type("0000")
        world.touch("enter")
        assert (world.state, world.note) == ("pin", "not_confirmed"), left
    world.type("0000")
    world.touch("enter")
    assert world.state == "locked"
    world.wait(9)
    to_pin(world)
    world.type(PIN)
    world.touch("enter")
    assert world.state == "locked"


def test_an_invented_number_behaves_like_a_real_one(world: World) -> None:
    to_claim(world)
    world.type(world.nobodys_number)
    world.touch("enter")
    assert world.state == "pin"
    notes = []
    for _ in range(3):
        world.type(PIN)
        world.touch("enter")
        notes.append((world.state, world.note))
    assert notes == [("pin", "not_confirmed"), ("pin", "not_confirmed"), ("locked", "")]


def test_a_wrong_pin_an_invented_number_and_a_locked_customer_are_shown_the_same(make_world: MakeWorld) -> None:
    """Two visits picture by picture: three wrong PINs, and then what is right for the one customer there is."""

    def pictures(world: World, number: str) -> list[str]:
        del world.shown[:]
        for pins in (("0000", "1111", "2222"), (PIN,)):
            to_claim(world)
            world.type(number)
            world.touch("enter")
            for pin in pins:
                world.type(pin)
                world.touch("enter")
            assert world.state == "locked"
            world.wait(9)
            assert world.state == "welcome"
        return [re.sub(r"number='(\d*)'", lambda typed: f"{len(typed[1])} digits", repr(each)) for each in world.shown]

    world = make_world()
    real, invented = pictures(world, world.number), pictures(world, world.nobodys_number)
    assert len(real) > 30
    assert real == invented


def test_a_right_pin_ends_the_row_of_failures(world: World) -> None:
    to_pin(world)
    for pin in ("0000", "1111", PIN):
        world.type(pin)
        world.touch("enter")
    assert world.state == "one_time_code"
    assert world.storage.lockouts.locked_seconds(world.customer_id) == 0


def test_too_few_digits_are_not_sent(world: World) -> None:
    to_claim(world)
    world.type("12345")
    world.touch("enter")
    assert world.state == "claim"
    world.touch("erase")
    assert world.view.number == "1234"
    world.touch("clear")
    assert world.view.number == ""
    world.type("1234567890")
    assert world.view.number == "123456"


def test_the_pin_is_never_in_a_view(world: World) -> None:
    to_pin(world)
    world.type(PIN)
    assert world.view.filled == len(PIN)
    assert PIN not in repr([shown.view for shown in world.shown])


# --- one-time code --------------------------------------------------------------------------------------------------


def test_a_wrong_code_may_be_typed_again(world: World) -> None:
    to_code(world)
    world.type(wrong_code(world))
    assert (world.state, world.note) == ("one_time_code", "not_confirmed")
    world.type(world.post.code())
    assert world.state == "menu"


def test_three_wrong_codes_lock(world: World) -> None:
    to_code(world)
    for _ in range(3):
        world.type(wrong_code(world))
    assert world.state == "locked"


def test_a_used_code_of_an_earlier_visit_is_worth_nothing(world: World) -> None:
    to_code(world)
    used = world.post.code()
    world.type(used)
    world.touch("cancel")
    world.touch("done")
    to_code(world)
    if world.post.code() != used:
        world.type(used)
        assert (world.state, world.note) == ("one_time_code", "not_confirmed")


def test_a_new_code_ends_the_one_before(world: World) -> None:
    to_code(world)
    first = world.post.code()
    world.wait(RESEND_SECONDS[0])
    world.touch("resend")
    assert len(world.post.messages) == 2
    if world.post.code() != first:
        world.type(first)
        assert world.note == "not_confirmed"
    world.type(world.post.code())
    assert world.state == "menu"


def test_only_three_codes_a_visit(world: World) -> None:
    to_code(world)
    for _ in range(5):
        world.wait(max(RESEND_SECONDS))
        world.touch("resend")
    assert len(world.post.messages) == 3
    assert not world.view.resend


def test_the_next_code_waits_longer_every_time_and_is_offered_when_it_may_be_sent(world: World) -> None:
    to_code(world)
    for sent, seconds in enumerate(RESEND_SECONDS[:2], 1):
        world.wait(seconds - 1)
        assert not world.view.resend
        world.touch("resend")
        assert len(world.post.messages) == sent
        world.wait(1)
        assert world.view.resend
        world.touch("resend")
        assert len(world.post.messages) == sent + 1


def test_an_expired_code_is_said_to_be_expired(make_world: MakeWorld) -> None:
    world = make_world()
    to_code(world)
    # The code's clock is the database's: a session variable moves it for this connection alone.
    cursor = world.storage.kiosk._connection.cursor()
    cursor.execute("SET SESSION timestamp = UNIX_TIMESTAMP() + 301")
    cursor.close()
    world.type(world.post.code())
    assert (world.state, world.note) == ("one_time_code", "code_expired")
    world.touch("resend")
    world.type(world.post.code())
    assert world.state == "menu"


def test_mail_down_is_said_and_can_be_tried_again(world: World) -> None:
    world.post.down = True
    to_pin(world)
    world.type(PIN)
    world.touch("enter")
    assert (world.state, world.note) == ("one_time_code", "not_delivered")
    world.post.down = False
    world.touch("resend")
    world.type(world.post.code())
    assert world.state == "menu"


def test_mail_down_for_good_ends_the_visit(world: World) -> None:
    world.post.down = True
    to_pin(world)
    world.type(PIN)
    world.touch("enter")
    world.touch("resend")
    world.touch("resend")
    assert (world.state, world.note) == ("farewell", "message_trouble")


def test_digits_typed_before_the_code_is_sent_are_no_code(world: World) -> None:
    to_pin(world)
    world.workers.held.add(Work.MESSAGES)
    world.type(PIN)
    world.touch("enter")
    assert world.state == "one_time_code"
    world.type("000000")
    assert world.view.digits == ""
