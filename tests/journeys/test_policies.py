"""Every way in but the default one, on the whole machine: a withdrawal with each, and what else can come before the
camera, the sensor and the socket. The customers are enrolled once; a kiosk of another policy adds what it asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from biometric.virtual.picture_stick import FINGER_FILE, LANDSCAPE_FILE, OTHER_FILE, PALM_FILE
from commands.kiosk import Kiosk
from commands.people import PEOPLE, Person
from db.folder import DataFolder
from tests.journeys.conftest import Visitor, running

CHEN, DELE = PEOPLE[:2]
OTHER_NAME = OTHER_FILE.rpartition("/")[2]


def under(policy: str) -> pytest.MarkDecorator:
    """The kiosk of the test; pytest runs the tests of one kiosk one after the other."""
    return pytest.mark.parametrize("kiosk", [policy], indirect=True)


@pytest.fixture(scope="module")
def kiosk(request: pytest.FixtureRequest, folder: DataFolder) -> Iterator[Kiosk]:
    with running(folder, policy=request.param) as made:
        yield made


def say_who(visitor: Visitor, person: Person) -> None:
    visitor.touch("Touch to start")
    visitor.wait_for("claim")
    visitor.type(person.customer.number)
    visitor.touch("Enter")


def give_pin(visitor: Visitor, person: Person) -> None:
    visitor.type(person.pin)
    visitor.touch("Enter")


def say_who_and_give_pin(visitor: Visitor, person: Person) -> None:
    """The PIN's turn comes when what stands before it in the policy was shown."""
    say_who(visitor, person)
    visitor.wait_for("pin")
    give_pin(visitor, person)


def withdraw(visitor: Visitor, person: Person) -> None:
    """From the menu to the notes in hand."""
    before = visitor.balance(person)
    visitor.to_amount(person)
    visitor.touch("₹2,000")
    visitor.confirm_and_take()
    assert visitor.balance(person) == before - 2_000


def go(visitor: Visitor) -> None:
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


# --- face and PIN at once ---------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
@under("face-pin")
def test_a_withdrawal_with_face_and_pin_at_once(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    say_who(visitor, CHEN)
    visitor.wait_until(lambda: visitor.state == "face_and_pin")
    give_pin(visitor, CHEN)
    visitor.wait_for("menu")
    withdraw(visitor, CHEN)
    assert {("face_verify", "accepted"), ("pin_verify", "accepted")} <= set(visitor.events())


@pytest.mark.slow
@under("face-pin")
def test_somebody_elses_face_with_the_right_pin_is_not_confirmed(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    say_who(visitor, DELE)
    visitor.wait_until(lambda: visitor.state == "face_and_pin")
    give_pin(visitor, DELE)
    visitor.wait_until(lambda: visitor.note == "not_confirmed")
    assert "menu" not in visitor.states
    go(visitor)


@pytest.mark.slow
@under("face-pin")
def test_the_right_face_with_a_wrong_pin_says_the_same(visitor: Visitor) -> None:
    visitor.bench.step_up(DELE.key)
    say_who(visitor, DELE)
    visitor.wait_until(lambda: visitor.state == "face_and_pin")
    give_pin(visitor, CHEN)
    visitor.wait_until(lambda: visitor.note == "not_confirmed")
    go(visitor)


# --- the face again before each transaction ---------------------------------------------------------------------------


@pytest.mark.timeout(300)
@under("face-otp")
def test_a_withdrawal_with_face_and_code_and_the_face_again(visitor: Visitor) -> None:
    visitor.step_up(CHEN)
    visitor.wait_until(lambda: visitor.state == "one_time_code")
    visitor.type_code(CHEN)
    visitor.wait_for("menu")
    withdraw(visitor, CHEN)
    assert "face_again" in visitor.states


@pytest.mark.slow
@under("face-otp")
def test_somebody_else_who_steps_up_after_the_sign_in_gets_nothing(visitor: Visitor) -> None:
    visitor.step_up(CHEN)
    visitor.wait_until(lambda: visitor.state == "one_time_code")
    visitor.type_code(CHEN)
    visitor.wait_for("menu")
    visitor.bench.step_up(DELE.key)
    visitor.touch("Cash withdrawal")
    visitor.wait_until(lambda: visitor.state == "face_again" and visitor.note == "not_confirmed")
    assert "choose_account" not in visitor.states
    go(visitor)


# --- a finger, or a picture of it -------------------------------------------------------------------------------------


def to_stick(visitor: Visitor, person: Person) -> None:
    """Nobody's finger lies on the sensor meanwhile."""
    say_who_and_give_pin(visitor, person)
    visitor.wait_until(lambda: visitor.state == "fingerprint")
    visitor.touch("Use a picture")
    visitor.wait_for("finger_picture")


@pytest.mark.timeout(300)
@under("fingerprint")
def test_a_withdrawal_with_a_picture_of_the_finger(visitor: Visitor) -> None:
    to_stick(visitor, DELE)
    visitor.bench.put_in_stick(DELE.key)
    visitor.touch(LANDSCAPE_FILE)
    visitor.wait_until(lambda: visitor.note.startswith("picture_"))
    visitor.touch(FINGER_FILE)
    visitor.wait_for("menu")
    withdraw(visitor, DELE)
    assert ("fingerprint_verify", "accepted") in visitor.events()


@pytest.mark.slow
@under("fingerprint")
def test_the_finger_on_the_sensor_does_as_well(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    say_who_and_give_pin(visitor, CHEN)
    visitor.wait_for("menu")
    go(visitor)


@pytest.mark.slow
@under("fingerprint")
def test_somebody_elses_picture_locks_after_three(visitor: Visitor) -> None:
    to_stick(visitor, CHEN)
    visitor.bench.put_in_stick(DELE.key)
    for file in (FINGER_FILE, OTHER_NAME):
        visitor.touch(file)
        visitor.wait_for("finger_picture", "not_confirmed")
    visitor.touch(FINGER_FILE)
    visitor.wait_until(lambda: "locked" in visitor.states)
    assert "menu" not in visitor.states


@pytest.mark.slow
@under("fingerprint")
def test_a_sensor_unplugged_while_it_waits_leads_to_the_stick(visitor: Visitor) -> None:
    say_who_and_give_pin(visitor, DELE)
    visitor.wait_until(lambda: visitor.state == "fingerprint")
    visitor.bench.sensor_fault("unplug")
    visitor.wait_for("finger_picture", "sensor_gone")
    visitor.bench.put_in_stick(DELE.key)
    visitor.touch(FINGER_FILE)
    visitor.wait_for("menu")
    go(visitor)


# --- a palm -----------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
@under("palm")
def test_a_withdrawal_with_palm_and_pin(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    visitor.touch("Touch to start")
    visitor.wait_for("pin")
    give_pin(visitor, CHEN)
    visitor.wait_for("menu")
    withdraw(visitor, CHEN)
    assert "claim" not in visitor.states
    assert ("palm_identify", "accepted") in visitor.events()


@pytest.mark.slow
@under("palm")
def test_the_other_hand_signs_in_as_well(visitor: Visitor) -> None:
    """Both hands were enrolled behind the welcome screen."""
    visitor.bench.step_up(CHEN.key)
    visitor.bench.left_hand = True
    visitor.touch("Touch to start")
    visitor.wait_for("pin")
    give_pin(visitor, CHEN)
    visitor.wait_for("menu")
    assert "claim" not in visitor.states
    storage = visitor.kiosk.plant.storage
    enrolled = [
        len(storage.templates.palms(storage.customers.find(person.customer.number).customer_id))
        for person in (CHEN, DELE)
    ]
    assert enrolled == [2, 1]
    go(visitor)


@pytest.mark.slow
@under("palm")
def test_an_unknown_palm_is_asked_for_a_number_and_does_not_get_in_with_anothers(visitor: Visitor) -> None:
    """The left hand of a customer who enrolled the right one."""
    visitor.bench.step_up(DELE.key)
    visitor.bench.left_hand = True
    visitor.touch("Touch to start")
    visitor.wait_for("claim", "number_needed")
    visitor.type(CHEN.customer.number)
    visitor.touch("Enter")
    visitor.wait_until(lambda: "locked" in visitor.states)
    assert "pin" not in visitor.states


@pytest.mark.slow
@under("palm")
def test_no_hand_is_asked_for_more_time(visitor: Visitor) -> None:
    visitor.bench.step_up(DELE.key)
    visitor.bench.obliging = False
    visitor.touch("Touch to start")
    visitor.wait_for("more_time", seconds=30)
    go(visitor)


@pytest.mark.timeout(300)
@under("palm")
def test_a_withdrawal_with_a_picture_of_the_palm_when_the_camera_is_unplugged(visitor: Visitor) -> None:
    visitor.bench.step_up(DELE.key)
    visitor.bench.obliging = False
    visitor.touch("Touch to start")
    visitor.wait_until(lambda: visitor.state == "palm")
    visitor.bench.camera_fault("unplug", True)
    visitor.wait_for("palm_picture", "camera_gone")
    visitor.bench.put_in_stick(DELE.key)
    visitor.touch(LANDSCAPE_FILE)
    visitor.wait_until(lambda: visitor.note.startswith("palm_picture_"))
    visitor.touch(PALM_FILE)
    visitor.wait_for("pin")
    give_pin(visitor, DELE)
    visitor.wait_for("menu")
    withdraw(visitor, DELE)
    assert {("palm_picture", "read"), ("palm_identify", "accepted")} <= set(visitor.events())


# --- locked, and the way without biometrics, under each of them -------------------------------------------------------


def take_the_other_way(visitor: Visitor, person: Person) -> None:
    """Offered after two failures; what was shown before counts for nothing."""
    visitor.wait_until(lambda: visitor.shown.other_way)
    visitor.touch("Use number and PIN")
    visitor.to_code_from_claim(person)
    visitor.type_code(person)
    visitor.wait_for("menu")
    go(visitor)


def fail_at(visitor: Visitor, state: str, times: int) -> None:
    """Somebody else's PIN, at the state that takes one."""
    for number in range(times):
        visitor.wait_until(lambda: visitor.state == state and not getattr(visitor.shown.view, "given", False))
        before = len(visitor.history)
        give_pin(visitor, DELE)
        visitor.wait_until(
            lambda seen=before: (
                any(shown.view.note == "not_confirmed" for shown in visitor.history[seen:])
                or "locked" in visitor.states
            )
        )
        assert ("locked" in visitor.states) is (number == 2)


@pytest.mark.slow
@under("face-pin")
def test_a_wrong_pin_beside_the_face_locks_after_three(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    say_who(visitor, CHEN)
    fail_at(visitor, "face_and_pin", 3)
    assert "menu" not in visitor.states


@pytest.mark.slow
@under("face-pin")
def test_who_is_not_confirmed_twice_beside_the_camera_takes_the_other_way(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    say_who(visitor, CHEN)
    fail_at(visitor, "face_and_pin", 2)
    take_the_other_way(visitor, CHEN)


@pytest.mark.slow
@under("face-otp")
def test_wrong_codes_after_the_face_lock(visitor: Visitor) -> None:
    visitor.step_up(CHEN)
    visitor.wait_until(lambda: visitor.state == "one_time_code")
    visitor.code_sent()
    wrong = f"{(int(visitor.code(CHEN)) + 1) % 1_000_000:06d}"
    for _ in range(2):
        visitor.type(wrong)
        visitor.wait_for("one_time_code", "not_confirmed")
    visitor.type(wrong)
    visitor.wait_until(lambda: "locked" in visitor.states)
    assert "menu" not in visitor.states


@pytest.mark.slow
@under("face-otp")
def test_whose_face_is_not_seen_twice_takes_the_other_way(visitor: Visitor) -> None:
    visitor.bench.hold_up_photograph(CHEN.key)
    visitor.touch("Touch to start")
    take_the_other_way(visitor, CHEN)


@pytest.mark.slow
@under("fingerprint")
def test_whose_finger_is_refused_twice_takes_the_other_way(visitor: Visitor) -> None:
    visitor.bench.step_up(DELE.key)
    visitor.bench.finger = CHEN.finger
    say_who_and_give_pin(visitor, DELE)
    take_the_other_way(visitor, DELE)


@pytest.mark.slow
@under("fingerprint")
def test_a_wrong_pin_before_the_finger_locks_after_three(visitor: Visitor) -> None:
    say_who(visitor, CHEN)
    fail_at(visitor, "pin", 3)
    assert "fingerprint" not in visitor.states


@pytest.mark.slow
@under("palm")
def test_a_wrong_pin_after_the_palm_locks_after_three(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    visitor.touch("Touch to start")
    fail_at(visitor, "pin", 3)
    assert "menu" not in visitor.states


@pytest.mark.slow
@under("accessible")
def test_the_way_without_biometrics_pays_and_locks(visitor: Visitor) -> None:
    visitor.touch("Touch to start")
    visitor.to_code_from_claim(CHEN)
    visitor.type_code(CHEN)
    visitor.wait_for("menu")
    withdraw(visitor, CHEN)
    say_who(visitor, CHEN)
    fail_at(visitor, "pin", 3)
