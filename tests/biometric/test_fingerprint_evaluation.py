"""``evaluate fingerprint`` on synthetic fingers always, on real ones where ATM_BIOMETRIC_DATA names them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from biometric.fingerprint.enhancement import GreyImage
from biometric.fingerprint.evaluation import DatasetProblem, evaluate, impressions_of
from biometric.fingerprint.evaluation_figures import figures_of
from commands.evaluate_fingerprint import evaluate_fingerprint

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path, touches: dict[tuple[int, int], GreyImage]) -> Path:
    folder = tmp_path / "synthetic"
    folder.mkdir()
    for (finger, number), image in touches.items():
        Image.fromarray(image).save(folder / f"{finger}_{number}.png")
    return folder


@pytest.mark.slow
def test_the_command_answers_with_its_keys(database, capsys):
    assert evaluate_fingerprint([database], None, database / "report", as_sensor=False, json_output=True) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["genuine"], answer["impostor"], answer["eer"], answer["failure_to_enrol"]) == (4, 24, 0, 0)
    assert answer["frr_at_far_1e-3"] == answer["frr_at_far_1e-2"] == answer["far"] == answer["frr"] == 0
    assert answer["extract_ms"] > 0
    assert answer["match_ms"] > 0
    assert "det.png" in Path(answer["report"]).read_text()


@pytest.mark.slow
def test_enrolment_and_failures_are_counted(database):
    Image.new("L", (300, 300)).save(database / "6000_1.png")
    figures = figures_of(evaluate(impressions_of([database]), 1, lambda _: None, as_sensor=True))
    assert (figures["genuine"], figures["impostor"], figures["failure_to_enrol"]) == (4, 9, 0.25)
    assert figures["frr"] == 0.25
    assert figures["problems"] == [{"what": "synthetic/6000_1.png", "why": "this is no picture of a finger"}]


def test_a_folder_without_fingers_is_told(tmp_path, capsys):
    with pytest.raises(DatasetProblem, match="two fingers"):
        impressions_of([tmp_path])
    for folder, reason in ((tmp_path, "two fingers"), (tmp_path / "nowhere", "is not a folder")):
        assert evaluate_fingerprint([folder], None, None, as_sensor=False, json_output=True) == 2
        told = capsys.readouterr()
        assert reason in told.err
        assert reason in json.loads(told.out)["problem"]


@pytest.mark.slow
def test_the_command_survives_whatever_lies_in_the_folder(database):
    """As a person runs it: every picture that is left out is named with its reason, the others are measured."""
    (database / "6000_3.png").write_text("not a picture")
    (database / "6000_4.png").write_bytes((database / "6000_1.png").read_bytes()[:3000])
    Image.new("1", (30_000, 30_000)).save(database / "6001_3.png")
    Image.new("L", (20, 20)).save(database / "6001_4.tif")
    (database / "my thumb.png").write_bytes((database / "6000_1.png").read_bytes())
    (database / "notes.txt").write_text("not a picture either")
    (database / "6002_3.png").mkdir()
    done = subprocess.run(
        [sys.executable, "main.py", "evaluate", "fingerprint", str(database), "--enrol", "1", "--json"],
        cwd=PROJECT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    reasons = {problem["what"].removeprefix("synthetic/"): problem["why"] for problem in answer["problems"]}
    assert reasons == {
        "6000_3.png": "not a PNG, JPEG, BMP, TIFF or PGM picture",
        "6000_4.png": "the file is damaged",
        "6001_3.png": "over 20 megapixels",
        "6001_4.tif": "20 × 20 pixels: too few for a finger",
        "6002_3.png": "there is no such file",
    }
    assert answer["left_out"] == [{"what": "synthetic/my thumb.png", "why": "not named FINGER_IMPRESSION"}]
    for name in (*reasons, "my thumb.png"):
        assert f"synthetic/{name}: " in done.stderr
    # Four probes are genuine, five failures are rejections; failures are no impostors.
    assert (answer["genuine"], answer["impostor"], answer["far"]) == (9, 12, 0)
    assert answer["frr"] == pytest.approx(5 / 9, abs=1e-6)


@pytest.mark.slow
def test_nothing_but_broken_pictures_is_an_answer_too(tmp_path, capsys):
    for name in ("1_1.png", "1_2.png", "2_1.png", "2_2.png"):
        (tmp_path / name).write_text("not a picture")
    assert evaluate_fingerprint([tmp_path], None, tmp_path / "report", as_sensor=False, json_output=True) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["failure_to_enrol"], answer["frr"], answer["far"], answer["eer"]) == (1, 1, None, None)
    assert "not a PNG" in Path(answer["report"]).read_text()


@pytest.mark.real
def test_real_fingers_are_told_apart(real_data, tmp_path):
    """``main.py evaluate fingerprint`` on fingers that nothing was tuned on, three impressions each."""
    folders = []
    for name in ("fvc2002_DB1_B", "fvc2002_DB3_B"):
        folders.append(tmp_path / name)
        folders[-1].mkdir()
        for finger in range(106, 109):
            for number in range(1, 4):
                (folders[-1] / f"{finger}_{number}.png").symlink_to(
                    real_data / "fingerprints" / name / f"{finger}_{number}.png"
                )
    figures = figures_of(evaluate(impressions_of(folders), None, lambda _: None))
    print({name: figures[name] for name in ("eer", "frr_at_far_1e-2", "far", "frr", "extract_ms", "match_ms")})
    assert figures["eer"] <= 0.05
    assert figures["far"] <= 0.02
