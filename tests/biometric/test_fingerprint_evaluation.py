"""``evaluate fingerprint`` on synthetic fingers always, on real ones where ATM_BIOMETRIC_DATA names them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from biometric.fingerprint.evaluation import DatasetProblem, evaluate, impressions_of
from biometric.fingerprint.evaluation_figures import figures_of
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press
from commands.evaluate_fingerprint import evaluate_fingerprint

FINGERS = range(6000, 6004)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "synthetic"
    folder.mkdir()
    for finger in FINGERS:
        for number in (1, 2):
            image = press(grow(finger), draw_touch(finger * 100 + number))
            Image.fromarray(image).save(folder / f"{finger}_{number}.png")
    return folder


def test_the_command_answers_with_its_keys(database, capsys):
    assert evaluate_fingerprint([database], None, database / "report", as_sensor=False, json_output=True) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["genuine"], answer["impostor"], answer["eer"], answer["failure_to_enrol"]) == (4, 24, 0, 0)
    assert answer["frr_at_far_1e-3"] == answer["frr_at_far_1e-2"] == answer["far"] == answer["frr"] == 0
    assert answer["extract_ms"] > 0
    assert answer["match_ms"] > 0
    assert "det.png" in Path(answer["report"]).read_text()


def test_enrolment_and_failures_are_counted(database):
    Image.new("L", (300, 300)).save(database / "6000_1.png")
    figures = figures_of(evaluate(impressions_of([database]), 1, lambda _: None, as_sensor=True))
    assert (figures["genuine"], figures["impostor"], figures["failure_to_enrol"]) == (4, 9, 0.25)
    assert figures["frr"] == 0.25
    assert figures["problems"] == [{"what": "synthetic/6000_1.png", "why": "the picture shows no fingerprint"}]


def test_a_folder_without_fingers_is_told(tmp_path):
    with pytest.raises(DatasetProblem, match="two fingers"):
        impressions_of([tmp_path])


@pytest.mark.real
def test_real_fingers_are_told_apart(real_data, tmp_path):
    """``main.py evaluate fingerprint`` on fingers that nothing was tuned on, three impressions each."""
    folders = []
    for name in ("fvc2002_DB1_B", "fvc2002_DB3_B"):
        folders.append(tmp_path / name)
        folders[-1].mkdir()
        for finger in range(106, 110):
            for number in range(1, 4):
                (folders[-1] / f"{finger}_{number}.png").symlink_to(
                    real_data / "fingerprints" / name / f"{finger}_{number}.png"
                )
    figures = figures_of(evaluate(impressions_of(folders), None, lambda _: None))
    print({name: figures[name] for name in ("eer", "frr_at_far_1e-2", "far", "frr", "extract_ms", "match_ms")})
    assert figures["eer"] <= 0.1
    assert figures["far"] <= 0.02
