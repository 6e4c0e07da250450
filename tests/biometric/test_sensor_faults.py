"""Every fault of the sensor or its line at every step of enrolling and verifying.

Each case ends within two seconds of the moment the fault struck, with the right outcome or, where no answer comes any
more, with DeviceUnavailable; a stranger is never accepted; and once the fault is gone the next customer is served.
The emulator runs on a thread here, behind its pseudo-terminal: the touches it has seen once need no second look.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from atm_app.ports import DeviceUnavailable, FingerTemplate
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD, compare
from tests.biometric.terminal import UNPLUGGED, Terminal, opened

FINGER, STRANGER = "mila.right_index", "mila.left_index"
# Hitting one packet, these are recovered from; sensors that want short packets are served.
PASSING = ("truncated", "lost_byte", "noise", "corrupt", "communication_error", "slow")
ENDURED = (*PASSING, "short_packets")
# Lasting, these leave no way to talk to the sensor.
LASTING = ("silent", "truncated", "lost_byte", "corrupt", "communication_error")
# The moment of each step: a command, or a packet of data sent by the sensor, and which one it is. The window is looked
# at three times before a touch is read: does a finger lie there, is it lifted, is there the new one. The first touch's
# template has left the sensor twice, in four packets each time, when the finished one follows.
STEPS = {
    ("verify", "connect"): ("verify_password", 1),
    ("verify", "capture"): ("take_image", 3),
    ("verify", "extract"): ("image_to_features", 1),
    ("verify", "upload"): ("template_in", 1),
    ("verify", "match"): ("match", 1),
    ("enrol", "connect"): ("verify_password", 1),
    ("enrol", "capture"): ("take_image", 3),
    ("enrol", "extract"): ("image_to_features", 1),
    ("enrol", "lift"): ("take_image", 4),
    ("enrol", "second capture"): ("take_image", 6),
    ("enrol", "join"): ("make_template", 1),
    ("enrol", "download"): ("template_out", 3),
    ("enrol", "downloaded data"): ("data_out", 9),
}
Step = tuple[str, str]
each_step = pytest.mark.parametrize("step", STEPS, ids=" ".join)
# Where the sensor only sends, there is no command it could refuse.
BREAKDOWNS = [
    (fault, step) for fault in LASTING for step in STEPS
    if (fault, STEPS[step][0]) != ("communication_error", "data_out")
]  # fmt: skip
# So many sensors break down at the same time.
WAITING = 20


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FingerTemplate]:
    with opened(tmp_path_factory.mktemp("enrolled")) as terminal:
        return {finger: terminal.enrol(finger) for finger in (FINGER, STRANGER)}


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with opened(tmp_path) as made:
        yield made


def enrols_in_spite_of(fault: str, step: Step, terminal: Terminal, templates: dict[str, FingerTemplate]) -> None:
    terminal.arm(fault, STEPS[step], 1 if fault in PASSING else None)
    made = terminal.enrol(FINGER)
    terminal.assert_ended_in_time()
    assert compare(made.data, templates[FINGER].data) >= RECOMMENDED_THRESHOLD
    assert compare(made.data, templates[STRANGER].data) < RECOMMENDED_THRESHOLD
    terminal.mend()
    assert terminal.accepts(FINGER, made)


def verifies_in_spite_of(fault: str, step: Step, terminal: Terminal, templates: dict[str, FingerTemplate]) -> None:
    for finger in (FINGER, STRANGER):
        terminal.driver.close()
        terminal.arm(fault, STEPS[step], 1 if fault in PASSING else None)
        assert terminal.accepts(finger, templates[FINGER]) is (finger == FINGER)
        terminal.assert_ended_in_time()
        terminal.mend()
    assert terminal.accepts(FINGER, templates[FINGER])


def ends_because_of(fault: str, step: Step, terminal: Terminal, templates: dict[str, FingerTemplate]) -> None:
    terminal.arm(fault, STEPS[step])
    call = terminal.enrol if step[0] == "enrol" else partial(terminal.accepts, template=templates[FINGER])
    with pytest.raises(DeviceUnavailable):
        call(FINGER)
    terminal.assert_ended_in_time()
    terminal.mend()
    assert terminal.accepts(FINGER, templates[FINGER])


@each_step
@pytest.mark.parametrize("fault", ENDURED)
def test_endured(terminal: Terminal, templates: dict[str, FingerTemplate], fault: str, step: Step) -> None:
    endured = enrols_in_spite_of if step[0] == "enrol" else verifies_in_spite_of
    endured(fault, step, terminal, templates)


@each_step
def test_unplugged(terminal: Terminal, templates: dict[str, FingerTemplate], step: Step) -> None:
    ends_because_of(UNPLUGGED, step, terminal, templates)


@pytest.fixture(scope="module")
def breakdowns(
    templates: dict[str, FingerTemplate], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, Step], Future[None]]]:
    """They are mostly waiting, so each has a sensor of its own and many wait at the same time."""

    def break_down(fault: str, step: Step, folder: Path) -> None:
        with opened(folder) as terminal:
            ends_because_of(fault, step, terminal, templates)

    with ThreadPoolExecutor(WAITING) as pool:
        yield {case: pool.submit(break_down, *case, tmp_path_factory.mktemp("broken")) for case in BREAKDOWNS}


@pytest.mark.parametrize("case", BREAKDOWNS, ids=lambda case: " ".join((case[0], *case[1])))
def test_lasting(breakdowns: dict[tuple[str, Step], Future[None]], case: tuple[str, Step]) -> None:
    breakdowns[case].result()
