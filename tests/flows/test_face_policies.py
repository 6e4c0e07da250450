"""The policies ``face-pin`` (face and PIN at once, one verdict) and ``face-otp`` (the face again before each
transaction)."""

from __future__ import annotations

import pytest

from atm_app.ports import DeviceUnavailable, FaceNotCaptured, FaceRefusal, Work
from tests.flows.conftest import MakeWorld
from tests.world import PIN, World, face_of

STRANGER = 990_001


@pytest.fixture
def at_once(make_world: MakeWorld) -> World:
    """Before the camera and the keys, nothing done yet."""
    world = make_world(policy="face-pin")
    world.workers.held.add(Work.FACE)
    begin(world, world.number)
    return world


def begin(world: World, number: str) -> None:
    world.touch("start")
    world.type(number)
    world.touch("enter")
    assert world.state == "face_and_pin"


def look(world: World, *faces: bytes) -> None:
    """The camera gets its turn, once for each face."""
    for face in faces or (world.face,):
        see(world, (face,) * 3)


def see(world: World, outcome: tuple[bytes, ...] | Exception) -> None:
    """The camera's next capture; it may be asked how it is before."""
    world.camera.script.append(outcome)
    while world.camera.script:
        world.workers.settle_one(Work.FACE)


def give_pin(world: World, pin: str = PIN) -> None:
    world.type(pin)
    world.touch("enter")


def verdicts(world: World) -> list[tuple[str, str]]:
    return [(event, outcome) for event, outcome in world.events() if event in ("face_verify", "pin_verify")]


@pytest.mark.parametrize("pin_first", [True, False])
def test_face_and_pin_in_either_order_lead_to_the_menu(at_once: World, pin_first: bool) -> None:
    world = at_once
    for act in (give_pin, look) if pin_first else (look, give_pin):
        assert world.state == "face_and_pin"
        act(world)
    assert world.state == "menu"
    assert sorted(verdicts(world)) == [("face_verify", "accepted"), ("pin_verify", "accepted")]


@pytest.mark.parametrize(
    ("face_is_right", "pin"), [(False, PIN), (True, "0000"), (False, "0000")], ids=["face", "pin", "both"]
)
def test_which_of_the_two_was_wrong_is_not_to_be_seen(at_once: World, face_is_right: bool, pin: str) -> None:
    world = at_once
    give_pin(world, pin)
    before = world.shown[-1].view
    assert before.note == ""
    assert before.given  # type: ignore[attr-defined]
    look(world, world.face if face_is_right else face_of(STRANGER))
    assert (world.state, world.note) == ("face_and_pin", "not_confirmed")
    assert not world.view.given
    assert world.view.filled == 0


def test_a_wrong_pin_shows_nothing_until_the_face_was_seen(at_once: World) -> None:
    world = at_once
    for _ in range(2):
        give_pin(world, "0000")
        look(world)
    give_pin(world, "0000")  # locks, and nobody sees it yet
    assert world.state == "face_and_pin"
    look(world)
    assert world.state == "locked"
    assert [outcome for event, outcome in verdicts(world) if event == "pin_verify"] == ["refused", "refused", "locked"]


def test_a_number_nobody_has_is_refused_in_the_same_way(make_world: MakeWorld) -> None:
    world = make_world(policy="face-pin")
    world.workers.held.add(Work.FACE)
    begin(world, world.nobodys_number)
    give_pin(world)
    look(world)
    assert (world.state, world.note) == ("face_and_pin", "not_confirmed")


def test_a_face_that_is_not_live_keeps_the_pin_and_proves_nothing(at_once: World) -> None:
    world = at_once
    give_pin(world)
    see(world, FaceNotCaptured(FaceRefusal.NOT_LIVE))
    assert (world.state, world.note) == ("face_and_pin", "not_live")
    look(world)
    assert world.state == "menu"


def test_touches_after_the_pin_was_given_change_nothing(at_once: World) -> None:
    world = at_once
    give_pin(world)
    world.type("1")
    world.touch("enter")
    assert world.view.filled == 0
    look(world)
    assert world.state == "menu"
    assert len(verdicts(world)) == 2


def test_only_the_missing_pin_is_waited_for_and_coming_back_begins_anew(at_once: World) -> None:
    world = at_once
    look(world)
    world.wait(world.settings.times.idle + 1)
    assert world.state == "more_time"
    world.touch("more")
    assert world.state == "face_and_pin"
    give_pin(world)
    assert world.state == "face_and_pin"
    look(world)
    assert world.state == "menu"


def test_the_keys_stay_in_sight_with_a_challenge_more_instead_of_the_screens_colours(at_once: World) -> None:
    world = at_once
    look(world)
    request = world.camera.requests[-1]
    assert request.flash == ()
    assert sum(prompt.value != "look_back" for prompt in request.challenges) == world.settings.face.challenges + 1


def test_a_camera_gone_ends_the_visit_with_the_other_way_named(at_once: World) -> None:
    world = at_once
    give_pin(world)
    see(world, DeviceUnavailable("gone"))
    assert (world.state, world.note) == ("farewell", "camera_trouble")


# --- the face again before each transaction ---------------------------------------------------------------------------


@pytest.fixture
def signed_in(make_world: MakeWorld) -> World:
    world = make_world(policy="face-otp")
    world.camera.script.append((world.face,) * 3)
    world.touch("start")
    assert world.state == "one_time_code"
    world.type(world.post.code())
    assert world.state == "menu"
    world.workers.held.add(Work.FACE)
    return world


@pytest.mark.parametrize(
    ("touch", "state"),
    [("withdraw", "choose_account"), ("transfer", "choose_account"), ("pin", "new_pin"), ("limits", "own_limits")],
)
def test_whatever_is_asked_for_the_face_is_looked_at_again(signed_in: World, touch: str, state: str) -> None:
    world = signed_in
    world.touch(touch)
    assert world.state == "face_again"
    look(world)
    assert world.state == state


def test_each_transaction_anew(signed_in: World) -> None:
    world = signed_in
    for _ in range(2):
        world.touch("balance")
        assert world.state == "face_again"
        look(world)
        assert world.state == "choose_account"
        world.touch("back")
        assert world.state == "menu"


def test_somebody_else_before_the_camera_by_now_locks_the_customer(signed_in: World) -> None:
    world = signed_in
    world.touch("withdraw")
    look(world, *[face_of(STRANGER)] * 3)
    assert world.state == "locked"
    assert [outcome for _, outcome in verdicts(world)] == ["refused", "refused", "locked"]


def test_a_photograph_held_up_three_times_ends_the_visit(signed_in: World) -> None:
    world = signed_in
    world.touch("withdraw")
    for _ in range(3):
        see(world, FaceNotCaptured(FaceRefusal.NOT_LIVE))
    assert (world.state, world.note) == ("farewell", "not_confirmed")
    assert world.controller.session is None


def test_nobody_there_is_asked_for_more_time_and_comes_back_to_the_camera(signed_in: World) -> None:
    world = signed_in
    world.touch("withdraw")
    see(world, FaceNotCaptured(FaceRefusal.NOBODY))
    assert world.state == "more_time"
    world.touch("more")
    assert world.state == "face_again"
    look(world)
    assert world.state == "choose_account"
