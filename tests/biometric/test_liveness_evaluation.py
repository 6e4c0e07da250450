"""Attacks and living people from the drawn camera through the whole session, and the figures made of them."""

import csv
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from biometric.evaluation.rates import upper_bound
from biometric.face.liveness_evaluation import LIVE, SPECIES, Asked, Outcome, Result, Try, measure, run_try
from biometric.face.liveness_recordings import RecordingProblem, find_recordings, measure_recordings
from biometric.face.replay import chance_by_the_rules, is_followed_by_chance, is_replay_accepted
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons

PROJECT = Path(__file__).resolve().parents[2]
SEED = 1
THREE = Asked(steps=3, flash=False)  # fewer than the machine asks for, so that every try is quick


@pytest.fixture(scope="module")
def first_outcome(engine, poses):
    """Of a try; run once for all tests here that look at it."""
    return cache(lambda one: run_try(one, engine, poses, THREE))


@pytest.mark.parametrize("number", [0])
@pytest.mark.parametrize("species", SPECIES)
def test_no_attack_is_accepted(first_outcome, species, number):
    assert first_outcome(Try(species, number, SEED)).refusal == "not_live"


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_living_person_is_accepted(engine, poses, number):
    outcome = run_try(Try(LIVE, number, SEED), engine, poses, THREE)
    assert outcome.accepted, outcome
    assert {"frame_edges", "moire", "gloss", "open_eyes"} <= outcome.evidence.keys()


@pytest.mark.slow
def test_the_same_try_ends_the_same(engine, poses, first_outcome):
    one = Try("cut_out_eyes", 0, SEED)
    assert run_try(one, engine, poses, THREE) == first_outcome(one)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_many_tries():
    answer = measure(40, 2, lambda done: None).as_object()
    print(json.dumps(answer))
    assert answer["apcer"] == dict.fromkeys(SPECIES, 0.0)
    assert answer["bpcer"] <= 0.05
    assert answer["replay"]["chance"] <= 0.003


# --- figures --------------------------------------------------------------------------------------------------------


def test_the_exact_bound():
    """The rule of three, and a value of Clopper and Pearson's own table (one-sided, 95 %)."""
    assert upper_bound(0, 150) == pytest.approx(1 - 0.05 ** (1 / 150))
    assert upper_bound(0, 150) == pytest.approx(3 / 150, rel=0.02)
    assert upper_bound(5, 100) == pytest.approx(0.1023, abs=1e-4)
    assert upper_bound(7, 7) == 1.0


def test_rates_are_of_each_kind_and_the_mean_takes_the_worst():
    result = Result([
        *[Outcome(LIVE, "" if number else "not_live", 12.0 + number, {}) for number in range(4)],
        *[Outcome("photograph", "not_live", 9.0, {}) for _ in range(5)],
        *[Outcome("looped_video", "" if number < 2 else "not_live", 9.0, {}) for number in range(4)],
    ])  # fmt: skip
    answer = result.as_object()
    assert answer["apcer"] == {"photograph": 0.0, "looped_video": 0.5}
    assert (answer["bpcer"], answer["acer"]) == (0.25, 0.375)
    assert answer["attempts"] == {LIVE: 4, "photograph": 5, "looped_video": 4}
    assert answer["refusals"]["looped_video"] == {"not_live": 2}
    assert answer["live_seconds"] == [13.5, 14.0, 14.5]


# --- the chance of a recording --------------------------------------------------------------------------------------


def test_a_recording_of_a_session_hardly_ever_answers_another():
    """Five steps: under one in five hundred; two, which a branch may set, let one in ten or so through."""
    chance = np.random.default_rng(11)
    five, two = (
        sum(is_replay_accepted(steps, False, chance) for _ in range(count)) for steps, count in ((5, 500), (2, 150))
    )
    assert five <= 2
    assert two >= 5


def test_a_face_filmed_in_other_colours_seldom_follows_these():
    chance = np.random.default_rng(12)
    assert 1 <= sum(is_followed_by_chance(chance) for _ in range(600)) <= 36


def test_a_session_that_lights_the_face_forgives_one_more_and_still_stops_recordings():
    chance = np.random.default_rng(13)
    lit, unlit = (sum(is_replay_accepted(4, flash, chance) for _ in range(400)) for flash in (True, False))
    assert unlit <= lit <= 16


def test_the_chance_by_the_rules_falls_with_every_step():
    five, four, three = (chance_by_the_rules(*rule, 1) for rule in ((5, 160), (4, 56), (3, 18)))
    assert five < 0.005
    assert five < four / 2 < three / 4
    assert four < chance_by_the_rules(4, 56, 2)


# --- recordings -----------------------------------------------------------------------------------------------------


def film(path, scene, seconds=2.0, turned=False):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 15, (480, 640) if turned else (640, 480))
    for number in range(round(seconds * 15)):
        frame = scene.frame(number / 15)
        writer.write(cv2.rotate(frame, cv2.ROTATE_90_CLOCKWISE) if turned else frame)
    writer.release()


@pytest.fixture
def recordings(tmp_path, poses):
    (tmp_path / "bona_fide").mkdir()
    pictures = tmp_path / "attack" / "photograph" / "held_up"
    pictures.mkdir(parents=True)
    scene = Scene(read_persons(), poses)
    scene.stand("chen")
    film(tmp_path / "bona_fide" / "chen.avi", scene)
    scene = Scene(read_persons(), poses)
    scene.photograph("dele")
    for number in range(25):
        cv2.imwrite(str(pictures / f"{number:03}.png"), scene.frame(number / 15))
    return tmp_path


def test_recordings_are_watched_at_their_own_times_and_a_file_that_is_no_video_is_named(recordings):
    (recordings / "bona_fide" / "torn.mp4").write_bytes(b"no film")
    found = find_recordings(recordings)
    assert [(one.kind, len(one.pictures)) for one in found] == [(LIVE, 0), (LIVE, 0), ("photograph", 25)]
    result, unreadable = measure_recordings(found, lambda: None)
    (line,) = unreadable
    assert "torn.mp4" in line
    answer = result.as_object()
    assert answer["refusals"] == {LIVE: {"recording_ended": 1}, "photograph": {"recording_ended": 1}}
    live, attack = result.outcomes
    assert live.seconds == pytest.approx(29 / 15, abs=0.1)
    assert attack.evidence["frame_edges"] > live.evidence["frame_edges"]


def test_an_empty_folder_is_told(recordings, tmp_path):
    with pytest.raises(RecordingProblem, match="holds no recordings"):
        find_recordings(recordings / "attack" / "photograph" / "held_up")
    with pytest.raises(RecordingProblem, match="no folder"):
        find_recordings(tmp_path / "nowhere")


@pytest.mark.slow
def test_the_command_answers_in_one_object_and_writes_its_report(recordings, tmp_path):
    report = tmp_path / "report"
    done = subprocess.run(
        [sys.executable, "main.py", "evaluate", "liveness", str(recordings), "--json", "--report", str(report)],
        cwd=PROJECT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert {"apcer", "bpcer", "acer", "attempts", "upper95"} <= answer.keys()
    assert json.loads((report / "liveness.json").read_text()) == answer
    with (report / "liveness.csv").open() as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["chen.avi", "held_up"]
    wrong = subprocess.run(
        [sys.executable, "main.py", "evaluate", "liveness", str(tmp_path / "nowhere"), "--json"],
        cwd=PROJECT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert wrong.returncode == 2
    assert "is no folder" in wrong.stderr
    assert wrong.stdout == ""
