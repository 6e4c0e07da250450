"""``kill -9`` of the kiosk at every step of a withdrawal; after each restart money, cash counters and journal agree."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.folder import DataFolder
from tests.at_rest import copy_of
from tests.faults.dying_kiosk import POINTS

# The customer has the notes when the process dies here; everywhere else they are still the bank's.
AFTER_THE_NOTES_WERE_TAKEN = set(POINTS[POINTS.index("after wait_taken") :])

PROJECT = Path(__file__).resolve().parents[2]


class Machine:
    """One data folder that is started again and again."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder

    def run(self, point: str) -> tuple[int, dict[str, Any]]:
        """(exit code, what agreed after the start: nothing when it died before). The code is -9 when it was killed."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.dying_kiosk", str(self.folder.root), point],
            cwd=PROJECT, stdout=subprocess.PIPE, text=True, timeout=300, check=False,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout.splitlines()[0]) if done.stdout else {}


@pytest.fixture(scope="module")
def machine(enrolled: DataFolder) -> Iterator[Machine]:
    """With customers who were enrolled before."""
    folder = copy_of(enrolled)
    yield Machine(folder)
    shutil.rmtree(folder.root, ignore_errors=True)


def assert_agreement(seen: dict[str, Any]) -> None:
    assert seen.pop("withdrawals_taken") >= 0
    assert seen.pop("open_holds") == 0
    assert seen.pop("open_intents") == 0
    assert all(seen.values()), seen


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_enrolment_that_was_killed_is_resumed(own_folder: DataFolder) -> None:
    machine = Machine(own_folder)
    code, _ = machine.run("enrolling")
    assert code == -signal.SIGKILL
    code, seen = machine.run("none")
    assert code == 0
    assert_agreement(seen)


def die_at_each(machine: Machine, points: list[str]) -> None:
    """Each run finds what the kill before it left behind, settles it, and dies at the next point."""
    taken_before = machine.run("none")[1]["withdrawals_taken"]
    for point, before in zip([*points, "none"], ["the start", *points], strict=True):
        code, seen = machine.run(point)
        assert code == (0 if point == "none" else -signal.SIGKILL), f"the kiosk died {point}"
        taken = seen["withdrawals_taken"]
        assert taken - taken_before == (before in AFTER_THE_NOTES_WERE_TAKEN), f"killed {before}"
        taken_before = taken
        assert_agreement(seen)


# Of the steps of a withdrawal those that leave another thing behind: a hold, notes counted out, in the shutter, in the
# customer's hand. An intent alone and what is booked are among the slow ones.
IN_EVERY_RUN = ("hold", "dispense", "present", "wait_taken")


@pytest.mark.timeout(600)
def test_killed_after_each_step_of_a_withdrawal(machine: Machine) -> None:
    die_at_each(machine, [f"after {call}" for call in IN_EVERY_RUN])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_after_each_note_in_the_journal(machine: Machine) -> None:
    points = [point for point in POINTS if point.startswith("after")]
    die_at_each(machine, [point for point in points if point.removeprefix("after ") not in IN_EVERY_RUN])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_before_each_step_of_a_withdrawal(machine: Machine) -> None:
    """Outside the process these are the points after the step before; nothing but that process can differ."""
    die_at_each(machine, [point for point in POINTS if point.startswith("before")])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("withdrawing", "recovering"),
    [
        pytest.param("after hold", "before settle", marks=pytest.mark.slow),
        ("after present", "after settle"),
        pytest.param("after present", "before advance settled", marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(200)
def test_killed_again_while_it_recovers(machine: Machine, withdrawing: str, recovering: str) -> None:
    code, before = machine.run(withdrawing)
    assert code == -signal.SIGKILL
    code, seen = machine.run(f"recovering {recovering}")
    assert (code, seen) == (-signal.SIGKILL, {})
    code, seen = machine.run("none")
    assert code == 0
    assert seen["withdrawals_taken"] == before["withdrawals_taken"]
    assert_agreement(seen)
