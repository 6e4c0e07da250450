"""``evaluate palm`` on folders of drawn hands with everything in them that people's folders hold."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from atm_app.palm_ports import PalmAdvice
from biometric.evaluation.report import write
from biometric.palm.evaluation import Dataset, DatasetProblem, evaluate
from biometric.palm.evaluation_figures import figures_of, report_of
from biometric.palm.matcher import SAME_PALM_DISTANCE
from biometric.palm.region import TOLD
from commands.command_line import run
from commands.evaluate_palm import evaluate_palm
from tests.palms import drawn, drawn_region

PEOPLE = (1, 2, 3)


@pytest.fixture
def hands(tmp_path: Path) -> Path:
    """Two photographs of each of three whole hands."""
    folder = tmp_path / "hands"
    folder.mkdir()
    for person in PEOPLE:
        for number in (1, 2):
            Image.fromarray(drawn(person, 10 * person + number)).save(folder / f"{person:03}_{number}.jpg", quality=92)
    return folder


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    """Two sessions of two of each of three palms, a right and a left hand of one person among them."""
    folder = tmp_path / "squares"
    for name, person, left in (("a", 4, False), ("b_left", 5, True), ("b_right", 5, False)):
        (folder / name).mkdir(parents=True)
        for session in (1, 2):
            for number in (1, 2):
                core = drawn_region(person, 10 * session + number, left=left).core
                Image.fromarray(core).save(folder / name / f"{session}_{number:02}_s.bmp")
    return folder


def figures(*folders: Path, leave_out: int = 0) -> dict:
    return figures_of(evaluate(Dataset.read(folders, leave_out), lambda: None))


def test_whole_hands_and_squares_are_told_apart(hands, squares, tmp_path, capsys):
    command = ["evaluate", "palm", str(hands), str(squares), "--json", "--report", str(tmp_path / "report")]
    assert run(command) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["palms"], answer["pictures"]) == (6, 18)
    # All pairs of the hands, first with second session of the squares, nothing across the folders.
    assert (answer["genuine"], answer["impostor"]) == (3 + 12, 12 + 24)
    assert answer["databases"]["hands"]["genuine"] == 3
    assert answer["databases"]["squares"]["impostor"] == 24
    assert answer["eer"] == answer["far"] == answer["frr"] == answer["failure_to_acquire"] == 0.0
    assert answer["frr_at_far_1e-2"] == answer["frr_at_far_1e-3"] == 0.0
    assert answer["threshold"] == SAME_PALM_DISTANCE
    assert (answer["fused"]["genuine"], answer["fused"]["impostor"], answer["fused"]["frr"]) == (6, 12, 0.0)
    found = answer["identify"]
    assert (found["searches"], found["enrolled_accepted"]) == (3 + 6, 1.0)
    assert found["enrolled_mistaken"] == found["strangers_accepted"] == 0.0
    assert answer["orb"]["genuine"] == 15
    assert answer["interval95"]["failure_to_acquire"] == [0.0, 0.0]
    assert answer["upper95"]["frr"] == pytest.approx(1 - 0.05 ** (1 / 15), abs=1e-6)
    assert answer["extract_ms"] > 0 < answer["match_ms"]
    assert answer["copies"] == 0
    page = Path(answer["report"]).read_text()
    assert "ORB: 15 genuine" in page
    for picture in ("det.png", "distances.png", "worst_pairs.png"):
        assert picture in page
        assert Image.open(tmp_path / "report" / picture).width > 300


def test_a_failure_to_acquire_is_a_rejection(hands):
    whole = (hands / "001_1.jpg").read_bytes()
    (hands / "001_1.jpg").write_bytes(whole[: len(whole) // 3])
    Image.new("RGB", (640, 480), "grey").save(hands / "002_2.jpg")
    (hands / "notes.txt").write_text("not a picture")
    Image.new("RGB", (640, 480)).save(hands / "holiday.jpg")
    answer = figures(hands)
    told = {problem["what"]: problem["why"] for problem in answer["problems"]}
    assert told["hands/001_1.jpg"].startswith("unreadable")
    assert told["hands/002_2.jpg"] == TOLD[PalmAdvice.NO_HAND]
    assert "no person and number" in told["holiday.jpg"]
    assert len(told) == 3
    assert answer["failure_to_acquire"] == pytest.approx(2 / 6, abs=1e-6)
    assert answer["frr"] == pytest.approx(2 / 3, abs=1e-6)
    assert (answer["genuine"], answer["impostor"], answer["far"]) == (3, 5, 0.0)


def test_errors_are_counted(hands):
    """Somebody's photograph under another's name: two rejections, two acceptances."""
    shutil.copy(hands / "002_1.jpg", hands / "001_3.jpg")
    answer = figures(hands)
    assert (answer["genuine"], answer["impostor"]) == (5, 16)
    assert answer["frr"] == pytest.approx(2 / 5)
    assert answer["far"] == pytest.approx(2 / 16)
    # One of the two acceptances is of the same file.
    assert answer["copies"] == 1
    assert (answer["without_copies"]["impostor"], answer["without_copies"]["far"]) == (
        15,
        pytest.approx(1 / 15, abs=1e-6),
    )


def test_somebody_taken_for_another_is_counted(hands):
    Image.fromarray(drawn(2, 29)).save(hands / "001_3.jpg")
    found = figures(hands)["identify"]
    assert found["searches"] == 3
    assert found["enrolled_accepted"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["enrolled_mistaken"] == found["strangers_accepted"] == pytest.approx(1 / 3, abs=1e-6)


def test_copies_do_not_count_as_frames(hands):
    for number in (2, 3):
        shutil.copy(hands / "001_1.jpg", hands / f"001_{number}.jpg")
    answer = figures(hands)
    assert answer["copies"] == 3
    assert (answer["genuine"], answer["without_copies"]["genuine"]) == (5, 2)
    assert answer["fused"]["genuine"] == answer["identify"]["searches"] == 2


def test_palms_a_threshold_was_tuned_on_are_left_out(hands):
    answer = figures(hands, leave_out=1)
    assert (answer["palms"], answer["pictures"], answer["genuine"], answer["impostor"]) == (2, 4, 2, 4)


def test_one_session_is_compared_in_all_pairs(squares):
    for path in squares.glob("*/2_*"):
        path.unlink()
    answer = figures(squares)
    assert (answer["genuine"], answer["impostor"]) == (3, 12)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ([], "has 0"),
        (["holiday.jpg", "me.png"], "not so named: holiday.jpg, me.png"),
        (["001_1.jpg", "001_2.jpg"], "has 1"),
        (["a/one.png", "b/two.png"], "not so named: a/one.png, b/two.png"),
    ],
    ids=["empty", "unknown names", "one palm", "unknown names in folders"],
)
def test_a_folder_that_is_no_dataset_is_told(tmp_path, named, told, capsys):
    for name in named:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("L", (128, 128)).save(tmp_path / name)
    with pytest.raises(DatasetProblem, match=told):
        Dataset.read([tmp_path])
    assert evaluate_palm([tmp_path], 0, None, json_output=True) == 2
    output = capsys.readouterr()
    assert told in output.err
    assert output.out == ""


def test_folders_that_are_none_or_the_same_are_told(hands, capsys):
    assert run(["evaluate", "palm", str(hands / "nowhere"), "--json"]) == 2
    assert "is not a folder" in capsys.readouterr().err
    assert run(["evaluate", "palm", str(hands), str(hands)]) == 2
    assert "the same name" in capsys.readouterr().err
    assert run(["evaluate", "palm", str(hands), "--leave-out", "2"]) == 2
    assert "has 1" in capsys.readouterr().err


def test_a_report_without_a_usable_picture(tmp_path):
    """Nothing to compare: rates of nothing, not a crash."""
    for name in ("001_1", "001_2", "002_1"):
        Image.fromarray(np.zeros((64, 64), np.uint8)).save(tmp_path / f"{name}.png")
    evaluation = evaluate(Dataset.read([tmp_path]), lambda: None)
    answer = figures_of(evaluation)
    assert answer["failure_to_acquire"] == answer["frr"] == 1.0
    assert answer["far"] is None
    assert json.dumps(answer, allow_nan=False)
    assert write(report_of(evaluation, answer), tmp_path / "report").exists()


@pytest.mark.real
def test_real_palms_nothing_was_tuned_on(real_data, tmp_path):
    """The same measurement as ``main.py evaluate palm``, on some of the people the threshold was not tuned on."""
    hands, squares = tmp_path / "hands", tmp_path / "squares"
    hands.mkdir()
    squares.mkdir()
    for path in sorted((real_data / "palms/coep_hands").glob("*.jpg"))[40:60]:
        (hands / path.name).symlink_to(path)
    for path in sorted((real_data / "palms/polyu_roi").iterdir())[5:8]:
        (squares / path.name).symlink_to(path)
    answer = figures(hands, squares)
    print({name: answer[name] for name in ("genuine", "impostor", "eer", "far", "frr", "failure_to_acquire", "copies")})
    assert (answer["palms"], answer["pictures"]) == (8, 56)
    assert answer["eer"] <= 0.003
    assert answer["far"] == 0.0
    assert answer["frr"] <= 0.01
    assert answer["failure_to_acquire"] <= 0.05
    assert answer["identify"]["searches"] >= 25
    assert answer["identify"]["enrolled_accepted"] == 1.0
    assert answer["identify"]["enrolled_mistaken"] == answer["identify"]["strangers_accepted"] == 0.0
    assert answer["orb"]["eer"] > 0.1
