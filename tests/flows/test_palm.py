"""The policy ``palm``: a palm that says who comes, or number and palm, then PIN; and everything a palm can meet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atm_app.identity.policy import POLICIES
from atm_app.palm_ports import HandSide, PalmAdvice, PalmNotCaptured
from atm_app.ports import DeviceUnavailable
from atm_app.stores import Factor
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_palm
from tests.world import PIN, World

# Other worlds' customers are in the same database.
EVERYBODY = 10_000
STRANGER = (b"a stranger's",) * 3


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(policy="palm", palm={"gallery_limit": EVERYBODY})


def show(world: World, *hands: HandSide | tuple[bytes, ...]) -> None:
    """Hands for the camera, one after the other: the customer's own, or other samples."""
    world.palms.script.extend((world.hands[hand],) * 3 if isinstance(hand, HandSide) else hand for hand in hands)


def look(world: World) -> None:
    """The camera gets its turn."""
    world.workers.held.clear()
    world.settle()


def claim(world: World, number: str) -> None:
    assert (world.state, world.note) == ("claim", "number_needed")
    world.type(number)
    world.touch("enter")


def palm_events(world: World) -> list[tuple[str, str]]:
    return [(event, outcome) for event, outcome in world.events() if event.startswith("palm")]


# --- the palm says who it is -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hand", [HandSide.LEFT, HandSide.RIGHT])
def test_either_enrolled_hand_and_the_pin_lead_to_the_menu_without_a_number(world: World, hand: HandSide) -> None:
    show(world, hand)
    to_palm(world)
    look(world)
    assert world.state == "pin"
    assert world.controller.session is not None
    assert world.controller.session.customer == world.customer
    assert world.controller.session.scores["palm"] == 0.2
    assert world.controller.session.samples == (), "nothing of a hand is learned as a face"
    world.type(PIN)
    world.touch("enter")
    assert world.state == "menu"
    assert palm_events(world) == [("palm_identify", "accepted")]


def test_an_unknown_palm_is_asked_for_a_number_and_verified_against_it(world: World) -> None:
    show(world, STRANGER, STRANGER, STRANGER)
    to_palm(world)
    look(world)
    claim(world, world.number)
    assert world.state == "locked", "three wrong palms for one customer lock"
    assert palm_events(world) == [
        ("palm_identify", "unsure"), ("palm_verify", "refused"), ("palm_verify", "refused"), ("palm_verify", "locked"),
    ]  # fmt: skip


def test_a_palm_of_two_customers_is_never_guessed_and_need_not_be_shown_twice(world: World) -> None:
    world.storage.templates.store_palm(world.friend, HandSide.RIGHT, world.hands[HandSide.RIGHT], 1.0)
    show(world, HandSide.RIGHT)
    to_palm(world)
    look(world)
    claim(world, world.number)
    assert world.state == "pin", "the same frames prove the claim"
    assert palm_events(world) == [("palm_identify", "unsure"), ("palm_verify", "accepted")]


def test_among_more_than_a_few_the_number_is_asked_for(make_world: MakeWorld) -> None:
    world = make_world(policy="palm", palm={"gallery_limit": 1})
    world.storage.templates.store_palm(world.friend, HandSide.LEFT, b"friend", 1.0)
    show(world, HandSide.LEFT)
    to_palm(world)
    look(world)
    claim(world, world.number)
    assert world.state == "pin"
    assert palm_events(world) == [("palm_identify", "unsure"), ("palm_verify", "accepted")]


def test_a_locked_customer_is_locked_by_palm_too(world: World) -> None:
    for _ in range(world.settings.lockout.failures):
        world.storage.lockouts.begin(world.customer_id, Factor.PIN, 3, (60,))
    show(world, HandSide.RIGHT)
    to_palm(world)
    look(world)
    assert world.state == "locked"
    assert palm_events(world) == [("palm_identify", "locked")]


def test_a_detected_copy_identifies_nobody_and_counts_against_the_number_that_is_then_given(world: World) -> None:
    world.palms.vetoed = True
    show(world, HandSide.RIGHT, HandSide.RIGHT, HandSide.RIGHT)
    to_palm(world)
    look(world)
    assert palm_events(world) == [("palm_presentation", "vetoed"), ("palm_identify", "unsure")]
    claim(world, world.number)
    assert world.state == "locked"
    verified = [outcome for event, outcome in palm_events(world) if event == "palm_verify"]
    assert verified == ["refused", "refused", "locked"]


# --- the claimed customer's ------------------------------------------------------------------------------------------


def test_a_second_palm_may_be_the_right_one(world: World) -> None:
    show(world, STRANGER, HandSide.LEFT)
    to_palm(world)
    look(world)
    claim(world, world.number)
    assert world.state == "pin"
    assert palm_events(world)[1:] == [("palm_verify", "refused"), ("palm_verify", "accepted")]


def test_a_number_nobody_has_is_refused_like_any_wrong_palm(world: World) -> None:
    show(world, STRANGER)
    world.palms.script.append(PalmNotCaptured(PalmAdvice.NO_HAND))
    to_palm(world)
    look(world)
    claim(world, world.nobodys_number)
    assert palm_events(world)[1] == ("palm_verify", "refused")
    assert world.state == "more_time"


def test_the_right_palm_and_a_wrong_pin_do_not_get_in(world: World) -> None:
    show(world, HandSide.RIGHT)
    to_palm(world)
    look(world)
    world.type("0000")
    world.touch("enter")
    assert (world.state, world.note) == ("pin", "not_confirmed")


# --- no palm ---------------------------------------------------------------------------------------------------------


def test_no_hand_asks_for_more_time(world: World) -> None:
    world.palms.script.append(PalmNotCaptured(PalmAdvice.NO_HAND))
    to_palm(world)
    look(world)
    assert world.state == "more_time"
    assert palm_events(world) == [("palm_capture", "no_hand")]


def test_a_hand_that_is_never_seen_well_ends_the_visit_after_three_tries(world: World) -> None:
    world.palms.script.extend([PalmNotCaptured(PalmAdvice.BLURRED)] * 3)
    to_palm(world)
    look(world)
    for _ in range(2):
        assert world.state == "more_time"
        world.touch("more")
        world.settle()
    assert (world.state, world.note) == ("farewell", "not_confirmed")
    assert palm_events(world) == [("palm_capture", "blurred")] * 3


def test_a_camera_pulled_out_ends_with_the_other_way_named_where_no_picture_is_taken(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POLICIES, "palm", replace(POLICIES["palm"], pictures=frozenset()))
    world = make_world(policy="palm")
    world.palms.script.append(DeviceUnavailable("gone"))
    to_palm(world)
    assert not world.view.pictures
    world.touch("picture")
    assert world.state == "palm"
    look(world)
    assert (world.state, world.note) == ("farewell", "camera_trouble")


def test_cancel_while_the_camera_looks(world: World) -> None:
    to_palm(world)
    world.touch("cancel")
    assert world.state == "farewell"
    assert world.controller.session is None
    look(world)
    assert world.state == "farewell"
