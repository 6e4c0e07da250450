"""A virtual sensor behind its pseudo-terminal, on a thread of the test, and the kiosk's driver at the other end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from atm_app.ports import Cancellation, FingerTemplate
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD
from biometric.fingerprint.sensor import R307Sensor
from biometric.fingerprint.template import FAMILY
from biometric.virtual.r307 import VirtualR307
from biometric.virtual.r307_commands import SensorMemory
from tests.biometric.customer import Customer

# The first touches of an enrolment and of a verification.
ENROLLED_WITH, VERIFIED_WITH = 1, 11
PATIENCE, ANSWER_SECONDS = 10.0, 2.0
UNPLUGGED = "unplugged"


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

    def arm(self, fault: str, moment: tuple[str, int], count: int | None = None) -> None:
        """``moment``: a command's name and which one it is, see ``r307_wire.Moment``. ``count``: how many packets it
        hits; None: it lasts until it is mended."""
        at, nth = moment
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
