"""Drawn persons and the scene they stand in: what is drawn, what it costs, which way is left."""

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest

from biometric.face.geometry import figures
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import Person, PersonFigures, Pose, read_persons
from biometric.virtual.person_drawing import draw
from biometric.virtual.person_poses import ALL_POSES, NEUTRAL, PoseStore

KEYS = ("chen", "dele", "edna", "fara", "gwen")
SMALL = 60


@pytest.fixture(scope="module")
def persons():
    return read_persons()


def rgb(picture):
    return np.ascontiguousarray(picture[..., ::-1])


def test_the_persons(persons):
    assert tuple(persons) == KEYS
    assert all(len(person.name.split()) == 2 for person in persons.values())


def test_a_figure_that_does_not_exist_is_named(tmp_path):
    path = tmp_path / "persons.json"
    path.write_text('{"x": {"name": "X", "figures": {"nose_lenght": 1}}}')
    with pytest.raises(ValueError, match="nose_lenght"):
        read_persons(path)


def test_the_same_person_and_pose_give_the_same_pixels(persons):
    first, second = draw(persons["dele"], NEUTRAL, SMALL), draw(persons["dele"], NEUTRAL, SMALL)
    assert np.array_equal(first.picture, second.picture)


@pytest.mark.parametrize(
    "figures_of",
    [PersonFigures(beard=0.8, moustache=0.8, wrinkles=1.0, glasses=1.0, fringe=0.4), PersonFigures(baldness=1.0)],
)
def test_every_feature_can_be_drawn_in_every_pose(figures_of):
    person = Person("any", "Any Body", figures_of)
    for pose in (*ALL_POSES, Pose(mouth=1.0)):
        cutout = draw(person, pose, SMALL)
        assert cutout.picture.shape[:2] == cutout.cover.shape
        assert cutout.cover.max() == 255


def test_a_turned_head_has_no_holes(persons):
    """Between the leftmost and the rightmost opaque pixel of every row of the head all is opaque."""
    for key in KEYS:
        for yaw in (-28.0, 28.0):
            cutout = draw(persons[key], Pose(yaw=yaw), SMALL)
            head = cutout.cover[SMALL // 4 : int(cutout.origin[1] + 0.3 * SMALL)]
            for row in head:
                opaque = np.flatnonzero(row > 200)
                assert len(opaque) == 0 or np.ptp(opaque) < len(opaque) + 6


def test_the_lobby_is_empty_and_its_noise_never_repeats(persons, poses, engine):
    scene = Scene(persons, poses)
    first, second = scene.frame(0.0), scene.frame(0.2)
    assert first.shape == (480, 640, 3)
    assert not np.array_equal(first, second)
    assert engine.detect(rgb(first)) == []


@pytest.mark.parametrize("key", KEYS)
def test_left_is_the_persons_own_left(persons, poses, engine, key):
    """Their left is the picture's right: the nose moves there, by 0.2 and more of the jaw's width."""
    for side, sign in (("left", 1), ("right", -1)):
        scene = Scene(persons, poses)
        scene.blinks_naturally = False
        scene.stand(key)
        scene.frame(0.0)
        scene.turn(side)
        changes = []
        for at in np.arange(0.05, 1.2, 0.08):
            frame = rgb(scene.frame(float(at)))
            boxes = engine.detect(frame)
            if boxes:
                changes.append(sign * (figures(engine.points(frame, boxes[0])).nose_to_jaw - 0.5))
        assert sum(change >= 0.2 for change in changes) >= 2
        assert min(changes) > -0.06


@pytest.mark.parametrize("key", KEYS)
def test_a_blink_is_one(persons, poses, engine, key):
    scene = Scene(persons, poses)
    scene.stand(key)
    scene.frame(0.0)
    scene.blink()
    ratios = []
    for at in (0.001, 0.1, 0.17, 0.4):
        frame = rgb(scene.frame(at))
        ratios.append(figures(engine.points(frame, engine.detect(frame)[0])).eye_aspect)
    assert ratios[1] < 0.6 * ratios[3]
    assert ratios[2] < 0.6 * ratios[3]


def test_they_blink_by_themselves_unless_told_not_to(persons, poses):
    def eyes(naturally: bool) -> set[float]:
        scene = Scene(persons, poses)
        scene.blinks_naturally = naturally
        scene.stand("fara")
        seen = set()
        for at in np.arange(0, 15, 0.1):
            scene.frame(float(at))
            visitor = scene.visitors[0]
            seen |= {action.pose(float(at)).eyes for action in visitor.actions if action.pose(float(at)) is not None}
        return seen

    assert 0.0 in eyes(True)
    assert 0.0 not in eyes(False)


def test_a_look_brings_a_held_turn_back(persons, poses):
    scene = Scene(persons, poses)
    scene.stand("chen")
    scene.turn("right", hold=60)
    for at in (0.1, 1.0, 5.0):
        scene.frame(at)
    assert scene.visitors[0].actions[0].pose(5.0).yaw < -20
    scene.look()
    scene.frame(6.0)
    assert scene.visitors[0].actions == []


def test_a_photograph_does_nothing(persons, poses):
    scene = Scene(persons, poses)
    scene.photograph("dele")
    scene.blink()
    scene.turn("left")
    assert scene.visitors[0].actions == []


def test_an_unknown_person_or_side_is_refused(persons, poses):
    scene = Scene(persons, poses)
    with pytest.raises(KeyError):
        scene.stand("nobody")
    scene.stand("chen")
    with pytest.raises(KeyError):
        scene.turn("up")


def test_dark_is_dark_and_noise_is_loud(persons, poses):
    scene = Scene(persons, poses)
    scene.stand("edna")
    light = scene.frame(0.0)
    scene.is_noisy = True
    assert np.std(scene.frame(0.1)[:60].astype(float)) > 2 * np.std(light[:60].astype(float) - 0)
    scene.is_noisy, scene.is_dark = False, True
    assert scene.frame(0.2).mean() < 0.2 * light.mean()


def test_a_cached_frame_costs_little(persons, poses):
    cv2.setNumThreads(1)
    scene = Scene(persons, poses)
    scene.stand("edna")
    scene.frame(0.0)
    times = []
    # The thread's own time: tests beside this one wait for the same processor.
    for number in range(1, 40):
        began = time.thread_time()
        scene.frame(number / 30)
        times.append(time.thread_time() - began)
    assert np.median(times) < 0.010


def test_drawn_poses_survive_and_unreadable_ones_are_drawn_again(tmp_path, persons):
    first = PoseStore(tmp_path, background=False, size=SMALL).get(persons["fara"], NEUTRAL)
    (path,) = tmp_path.iterdir()
    again = PoseStore(tmp_path, background=False, size=SMALL).get(persons["fara"], NEUTRAL)
    assert np.array_equal(first.picture, again.picture)
    path.write_bytes(b"PK\x03\x04 torn")
    torn = PoseStore(tmp_path, background=False, size=SMALL).get(persons["fara"], NEUTRAL)
    assert np.array_equal(first.picture, torn.picture)


def test_another_persons_figures_are_another_drawing(tmp_path, persons):
    store = PoseStore(tmp_path, background=False, size=SMALL)
    store.get(persons["fara"], NEUTRAL)
    changed = replace(persons["fara"], figures=replace(persons["fara"].figures, glasses=1.0))
    other = PoseStore(tmp_path, background=False, size=SMALL).get(changed, NEUTRAL)
    assert not np.array_equal(store.get(persons["fara"], NEUTRAL).picture, other.picture)


def test_a_store_that_draws_in_the_background_never_waits(persons):
    store = PoseStore(background=True, size=SMALL)
    scene = Scene(persons, store)
    scene.stand("chen")
    began = time.perf_counter()
    scene.frame(0.0)
    assert time.perf_counter() - began < 0.5
    deadline = time.monotonic() + 20
    while store.drawn(persons["chen"]) < len(ALL_POSES) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert store.drawn(persons["chen"]) == len(ALL_POSES)
