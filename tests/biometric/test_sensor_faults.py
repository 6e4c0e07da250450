"""Every fault of the sensor or its line at every step of enrolling and verifying.

Each case ends within two seconds of the moment the fault struck, with the right outcome or, where no answer comes any
more, with DeviceUnavailable; a stranger is never accepted; and once the fault is gone the next customer is served.
The emulator runs on a thread here, behind its pseudo-terminal: the touches it has seen once need no second look.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from atm_app.ports import Cancellation, DeviceUnavailable, FingerTemplate
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD, compare
from biometric.fingerprint.sensor import R307Sensor
from biometric.fingerprint.template import FAMILY
from biometric.virtual.r307 import VirtualR307
from biometric.virtual.r307_commands import SensorMemory
from tests.biometric.customer import Customer

FINGER, STRANGER = "mila.right_index", "mila.left_index"
# The first touches of an enrolment and of a verification.
ENROLLED_WITH, VERIFIED_WITH = 1, 11
PATIENCE, ANSWER_SECONDS = 10.0, 2.0
UNPLUGGED = "unplugged"
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


@dataclass(frozen=True)
class Terminal:
    """A virtual sensor on its line, and the kiosk's driver at the other end of it."""

    virtual: VirtualR307
    driver: R307Sensor

    def enrol(self, finger: str) -> FingerTemplate:
        customer = Customer(self.virtual.window, finger, first_touch=ENROLLED_WITH)
        data = self.driver.enrol(2, PATIENCE, Cancellation(), customer)
        self.virtual.window.lift()
        return FingerTemplate(1, finger, FAMILY, data)

    def accepts(self, finger: str, template: FingerTemplate) -> bool:
        customer = Customer(self.virtual.window, finger, first_touch=VERIFIED_WITH)
        score = self.driver.verify([template], PATIENCE, Cancellation(), customer).score
        self.virtual.window.lift()
        return score >= RECOMMENDED_THRESHOLD

    def arm(self, fault: str, step: Step, count: int | None = None) -> None:
        """``count``: how many packets it hits; None: it lasts until it is mended."""
        at, nth = STEPS[step]
        if fault == UNPLUGGED:
            self.virtual.control("unplug", {"at": at, "nth": nth})
        else:
            self.virtual.control("fault", {"name": fault, "count": count, "at": at, "nth": nth})

    def assert_ended_in_time(self) -> None:
        ended, struck = time.monotonic(), self.virtual.status()["struck_at"]
        assert struck is not None, "the step was never reached"
        assert ended - struck < ANSWER_SECONDS

    def mend(self) -> None:
        self.virtual.control("fault", {"name": "none"})
        self.virtual.window.lift()
        self.virtual.wire.plug(True)


@contextmanager
def opened(folder: Path) -> Iterator[Terminal]:
    virtual = VirtualR307(folder / "r307", SensorMemory(), seed=11, paced=False)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(virtual.wire.run, lambda: False)
        virtual.wire.plug(True)
        driver = R307Sensor(virtual.wire.link, virtual=True)
        try:
            yield Terminal(virtual, driver)
        finally:
            driver.close()
            virtual.wire.stop()
            running.result()


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FingerTemplate]:
    with opened(tmp_path_factory.mktemp("enrolled")) as terminal:
        return {finger: terminal.enrol(finger) for finger in (FINGER, STRANGER)}


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with opened(tmp_path) as made:
        yield made


def enrols_in_spite_of(fault: str, step: Step, terminal: Terminal, templates: dict[str, FingerTemplate]) -> None:
    terminal.arm(fault, step, 1 if fault in PASSING else None)
    made = terminal.enrol(FINGER)
    terminal.assert_ended_in_time()
    assert compare(made.data, templates[FINGER].data) >= RECOMMENDED_THRESHOLD
    assert compare(made.data, templates[STRANGER].data) < RECOMMENDED_THRESHOLD
    terminal.mend()
    assert terminal.accepts(FINGER, made)


def verifies_in_spite_of(fault: str, step: Step, terminal: Terminal, templates: dict[str, FingerTemplate]) -> None:
    for finger in (FINGER, STRANGER):
        terminal.driver.close()
        terminal.arm(fault, step, 1 if fault in PASSING else None)
        assert terminal.accepts(finger, templates[FINGER]) is (finger == FINGER)
        terminal.assert_ended_in_time()
        terminal.mend()
    assert terminal.accepts(FINGER, templates[FINGER])


def ends_because_of(fault: str, step: Step, terminal: Terminal, templates: dict[str, FingerTemplate]) -> None:
    terminal.arm(fault, step)
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
