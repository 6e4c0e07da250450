"""``evaluate fingerprint --virtual``: its protocol, what its figures count, and when the goal is missed."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest

from biometric.fingerprint import touch_evaluation
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD, compare
from biometric.fingerprint.minutiae import extract
from biometric.fingerprint.template import pack
from biometric.fingerprint.touch_evaluation import FIRST_FINGER, Attempt, TouchEvaluation, picture_of
from biometric.fingerprint.touch_figures import WORST_OF_EACH, figures_of
from commands.command_line import run

FINGERS, TOUCHES = 2, 3


@pytest.mark.slow
def test_the_command_draws_compares_and_answers(capsys, tmp_path):
    sizes = ["--fingers", str(FINGERS), "--touches", str(TOUCHES)]
    assert run(["evaluate", "fingerprint", "--virtual", *sizes, "--json", "--report", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["fingers"], answer["touches"], answer["first_finger"]) == (FINGERS, TOUCHES, FIRST_FINGER)
    assert (answer["genuine"], answer["impostor"]) == (6, 1)
    assert answer["eer"] == answer["frr_at_far_1e-3"] == answer["far"] == answer["frr"] == 0
    assert answer["failure_to_enrol"] == 0
    assert answer["ok"] is True
    assert min(answer["extract_ms"], answer["match_ms"]) > 0
    assert answer["interval95"].keys() == {"eer", "frr_at_far_1e-2", "frr_at_far_1e-3", "far", "frr"}
    assert (tmp_path / "worst_pairs.png").exists()
    touches = [[pack(extract(picture_of(finger, touch))) for touch in range(TOUCHES)] for finger in range(FINGERS)]
    genuine = sorted(compare(*pair) for own in touches for pair in combinations(own, 2))
    impostor = compare(touches[0][0], touches[1][0])
    assert [int(line.split(":")[0]) for line in answer["worst"]] == [*genuine[:WORST_OF_EACH], impostor]
    assert impostor < RECOMMENDED_THRESHOLD <= genuine[0]


def evaluation(*attempts: Attempt, problems: dict[tuple[int, int], str] | None = None) -> TouchEvaluation:
    return TouchEvaluation(4, 2, attempts, problems or {}, 0.0, 0.0)


def test_a_failure_is_a_rejection_and_no_impostor():
    made = evaluation(
        Attempt((0, 0), (0, 1), 300), Attempt((1, 0), (1, 1), None), Attempt((0, 0), (2, 0), 20),
        Attempt((1, 0), (2, 0), None), problems={(1, 0): "no clear ridges"},
    )  # fmt: skip
    figures = figures_of(made)
    assert (figures["genuine"], figures["impostor"], figures["frr"], figures["far"]) == (2, 1, 0.5, 0)
    assert figures["failure_to_enrol"] == 1 / 8
    assert figures["problems"] == [{"what": f"finger {FIRST_FINGER + 1}, touch 0", "why": "no clear ridges"}]
    assert np.isinf(made.comparisons().genuine).sum() == 1


@pytest.mark.parametrize(("stranger", "code"), [(20, 0), (350, 1)])
def test_more_errors_than_the_goal_are_an_exit_code(monkeypatch, capsys, stranger, code):
    made = evaluation(Attempt((0, 0), (0, 1), 300), Attempt((0, 0), (1, 0), stranger))
    monkeypatch.setattr(touch_evaluation, "evaluate", lambda *_: made)
    assert run(["evaluate", "fingerprint", "--virtual", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["ok"] is (code == 0)
