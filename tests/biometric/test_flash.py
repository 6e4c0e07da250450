"""The screen's colours and the face's answer: arithmetic on series of light, and drawn people lit by a screen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atm_app.identity.face_challenges import FLASH_COLOURS, draw_flash
from atm_app.ports import Box, FaceNotCaptured, FacePurpose, FaceRefusal, FaceRequest
from biometric.face.flash import COLOUR_SECONDS, FlashCheck, Glimpse, Lit, judge
from biometric.face.replay import Draws
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons
from biometric.virtual.person_obliging import Rehearsal
from biometric.virtual.person_poses import PoseStore

SKIN, WALL = np.array((150.0, 110.0, 90.0)), np.array((140.0, 140.0, 135.0))
FRAME = 1 / 15
HERE = Box(245, 165, 395, 315)

courses = st.builds(lambda seed: draw_flash(Draws(np.random.default_rng(seed))), st.integers(0, 2**32))


def lights_of(course):
    return [Lit(colour, 10 + number * COLOUR_SECONDS) for number, colour in enumerate(course)]


def glimpses_of(course, on_face, on_wall, lag=0.0, noise=0.3, seed=0):
    """What a camera sees whose picture is ``lag`` seconds old; ``noise``: of a mean over thousands of pixels."""
    chance = np.random.default_rng(seed)
    found = []
    for at in np.arange(10, 10 + len(course) * COLOUR_SECONDS, FRAME):
        number = min(max(int((at - lag - 10) / COLOUR_SECONDS), 0), len(course) - 1)
        light = np.array(course[number]) / 255
        face, wall = SKIN * (1 + on_face * light), WALL * (1 + on_wall * light)
        found.append(Glimpse(float(at), face + chance.normal(0, noise, 3), wall + chance.normal(0, noise, 3)))
    return found


@given(courses, st.floats(0.02, 0.4), st.floats(0.0, 0.25), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_a_face_that_takes_on_the_colours_follows(course, on_face, lag, seed):
    verdict = judge(glimpses_of(course, on_face, 0.0, lag, seed=seed), lights_of(course))
    assert verdict.follows
    assert verdict.response == pytest.approx(on_face, rel=0.35)


@given(courses, courses, st.floats(0.05, 0.4))
@settings(max_examples=60, deadline=None)
def test_a_recording_of_other_colours_hardly_ever_follows(course, recorded, on_face):
    verdict = judge(glimpses_of(recorded, on_face, 0.0), lights_of(course))
    agreeing = sum(one == other for one, other in zip(course, recorded, strict=True))
    assert not verdict.follows or agreeing >= 2 or verdict.correlation < 0.85


def test_one_recording_in_thirty_at_most_follows_by_chance():
    chance = Draws(np.random.default_rng(5))
    followed = 0
    for _ in range(300):
        course, recorded = draw_flash(chance), draw_flash(chance)
        followed += judge(glimpses_of(recorded, 0.2, 0.0), lights_of(course)).follows
    assert followed <= 10


@given(courses, st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_screen_that_gives_its_own_light_does_not_follow(course, seed):
    assert not judge(glimpses_of(course, 0.0, 0.0, seed=seed), lights_of(course)).follows


@given(courses, st.floats(0.05, 0.4))
@settings(max_examples=40, deadline=None)
def test_paper_follows_with_all_its_background(course, on_paper):
    verdict = judge(glimpses_of(course, on_paper, on_paper), lights_of(course))
    assert verdict.background > 0.7
    assert not verdict.follows


def test_a_camera_that_whitens_its_picture_as_a_whole_is_no_answer():
    """Face and wall move together, as under a camera's own white balance."""
    course = FLASH_COLOURS
    assert not judge(glimpses_of(course, 0.1, 0.08), lights_of(course)).follows


def test_too_few_frames_and_no_light_follow_nothing():
    assert not judge([], []).follows
    assert not judge(glimpses_of(FLASH_COLOURS, 0.3, 0.0)[:5], lights_of(FLASH_COLOURS)).follows
    assert not judge(glimpses_of(FLASH_COLOURS, 0.3, 0.0), []).follows


def test_the_next_colour_waits_until_the_screen_has_painted_this_one():
    check = FlashCheck(FLASH_COLOURS[:2])
    frame, box = np.full((480, 640, 3), 100, np.uint8), HERE
    for number in range(6):
        check.look(frame, box, 10 + number * 0.1)
    assert check.wanted == FLASH_COLOURS[0]
    check.lit(FLASH_COLOURS[1], 10.6)
    check.lit(FLASH_COLOURS[0], 10.7)
    check.look(frame, box, 10.9)
    check.lit(FLASH_COLOURS[0], 10.95)
    assert check.wanted == FLASH_COLOURS[0]
    check.look(frame, box, 10.71 + COLOUR_SECONDS)
    assert check.wanted == FLASH_COLOURS[1]


def test_a_screen_that_never_paints_ends_the_check():
    check = FlashCheck(FLASH_COLOURS[:2])
    for number in range(40):
        check.look(np.full((480, 640, 3), 100, np.uint8), HERE, number * 0.1)
    assert check.finished
    assert not check.follows


# --- drawn people under the screen ----------------------------------------------------------------------------------


@pytest.fixture
def scene(pose_folder):
    return Scene(read_persons(), PoseStore(pose_folder, background=False))


def request(seed=1):
    course = draw_flash(Draws(np.random.default_rng(seed)))
    return FaceRequest(FacePurpose.AUTHENTICATE, (), 3, flash=course)


@pytest.mark.parametrize("key", ["chen", "dele"])
def test_a_living_face_follows_the_screen(engine, scene, key):
    scene.stand(key)
    capture = Rehearsal(scene, engine).run(request())
    assert capture.liveness["flash_correlation"] > 0.9
    assert capture.liveness["flash_background"] < 0.3


@pytest.mark.parametrize("hold_up", [lambda scene: scene.photograph("edna"), lambda scene: scene.looped_video("edna")])
def test_a_print_and_a_tablet_do_not(engine, scene, hold_up):
    hold_up(scene)
    with pytest.raises(FaceNotCaptured) as refused:
        Rehearsal(scene, engine).run(request())
    assert refused.value.refusal is FaceRefusal.NOT_LIVE


def test_somebody_else_under_the_light_is_not_who_answered(engine, scene):
    """B steps in as soon as the screen is lit for A."""
    scene.stand("chen")

    def swap(progress):
        if progress.light is not None and scene.visitors[0].person.key == "chen":
            scene.stand("edna")

    with pytest.raises(FaceNotCaptured) as refused:
        Rehearsal(scene, engine).run(request(), report=swap)
    assert refused.value.refusal is FaceRefusal.FACE_CHANGED
