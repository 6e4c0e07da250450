"""Whoever was not recognised twice is offered the way without biometrics; what was shown before counts for nothing."""

from __future__ import annotations

import pytest

from atm_app.palm_ports import PalmAdvice, PalmNotCaptured
from atm_app.ports import FaceNotCaptured, FaceRefusal, Work
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_face, to_fingerprint, to_palm
from tests.world import PIN, THRESHOLD, World


def fail_by_face(world: World, times: int) -> None:
    """A photograph is held up so many times; the camera then waits for the next try."""
    to_face(world)
    world.camera.script.extend([FaceNotCaptured(FaceRefusal.NOT_LIVE)] * times)
    while world.camera.script:
        world.workers.settle_one(Work.FACE)
    assert world.state == "face"


def test_it_is_offered_after_the_second_failure_and_leads_to_the_menu_by_number_pin_and_code(world: World) -> None:
    fail_by_face(world, 1)
    assert not world.shown[-1].other_way
    world.touch("other_way")
    assert world.state == "face"
    world.camera.script.append(FaceNotCaptured(FaceRefusal.NOT_LIVE))
    world.workers.settle_one(Work.FACE)
    assert world.shown[-1].other_way
    world.touch("other_way")
    assert world.state == "claim"
    assert not world.shown[-1].other_way
    world.type(world.number)
    world.touch("enter")
    world.type(PIN)
    world.touch("enter")
    world.type(world.post.code())
    assert world.state == "menu"
    assert [outcome for event, outcome in world.events() if event == "session"] == ["begun", "other_way", "begun"]


def test_a_face_already_accepted_counts_for_nothing_in_it(world: World) -> None:
    to_fingerprint(world)
    world.sensor.script.extend([THRESHOLD - 1] * 2)
    while world.sensor.script:
        world.workers.settle_one(Work.FINGERPRINT)
    assert (world.state, world.note) == ("fingerprint", "not_confirmed")
    before = world.controller.session
    world.touch("other_way")
    after = world.controller.session
    assert before is not None
    assert after is not None
    assert after.token != before.token
    assert (after.customer, after.passed, after.samples) == (None, [], ())


def test_the_language_stays(world: World) -> None:
    world.touch("language", "hi")
    fail_by_face(world, 2)
    world.touch("other_way")
    assert world.shown[-1].language == "hi"


def test_hands_that_are_not_seen_well_count_as_well(make_world: MakeWorld) -> None:
    world = make_world(policy="palm")
    to_palm(world)
    for _ in range(2):
        world.palms.script.append(PalmNotCaptured(PalmAdvice.BLURRED))
        while world.palms.script:
            world.workers.settle_one(Work.PALM)
        assert world.state == "more_time"
        world.touch("more")
    assert world.state == "palm"
    assert world.shown[-1].other_way


@pytest.mark.parametrize("wrong", ["0000", "1111"])
def test_the_way_without_biometrics_has_no_other(world: World, wrong: str) -> None:
    world.touch("start_accessible")
    world.type(world.number)
    world.touch("enter")
    for _ in range(2):
        world.type(wrong)
        world.touch("enter")
    assert world.state == "pin"
    assert not world.shown[-1].other_way
    world.touch("other_way")
    assert world.state == "pin"
