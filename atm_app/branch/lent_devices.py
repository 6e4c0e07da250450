"""The machine's camera and sensor as they are while it is lent: what is asked of them is an errand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from atm_app.palm_ports import PalmCapture, PalmProgress
from atm_app.ports import (
    Cancellation,
    DeviceState,
    DeviceStatus,
    FaceCapture,
    FaceProgress,
    FaceRequest,
    FingerMatch,
    FingerPrompt,
    FingerTemplate,
)
from atm_app.supervisor_ports import (
    Errand,
    FaceErrand,
    FingerErrand,
    FingerTaken,
    FingerTestErrand,
    LentMachine,
    PalmErrand,
    Progress,
)

T = TypeVar("T")
LENT = DeviceStatus("lent", DeviceState.ONLINE)


def answer_of(
    machine: LentMachine, errand: Errand, kind: type[T], cancellation: Cancellation,
    report: Callable[[Any], None] = lambda _: None,
) -> T:  # fmt: skip
    """Raises what ``LentMachine.run`` raises."""

    def told(progress: Progress) -> None:
        report(progress)

    answer = machine.run(errand, cancellation, told)
    assert isinstance(answer, kind), "each errand has its own answer"
    return answer


@dataclass(frozen=True)
class LentCamera:
    machine: LentMachine

    def status(self) -> DeviceStatus:
        return LENT

    def capture(
        self, request: FaceRequest, cancellation: Cancellation, report: Callable[[FaceProgress], None]
    ) -> FaceCapture:
        return answer_of(self.machine, FaceErrand(request), FaceCapture, cancellation, report)


@dataclass(frozen=True)
class LentPalms:
    machine: LentMachine

    def status(self) -> DeviceStatus:
        return LENT

    def capture(
        self, samples: int, patience: float, cancellation: Cancellation, report: Callable[[PalmProgress], None]
    ) -> PalmCapture:
        return answer_of(self.machine, PalmErrand(samples, patience), PalmCapture, cancellation, report)


@dataclass(frozen=True)
class LentSensor:
    machine: LentMachine

    @property
    def family(self) -> str:
        return self.machine.family

    def status(self) -> DeviceStatus:
        return LENT

    def verify(
        self, templates: Sequence[FingerTemplate], patience: float, cancellation: Cancellation,
        report: Callable[[FingerPrompt], None],
    ) -> FingerMatch:  # fmt: skip
        errand = FingerTestErrand(tuple(templates), patience)
        return answer_of(self.machine, errand, FingerMatch, cancellation, report)

    def enrol(
        self, captures: int, patience: float, cancellation: Cancellation, report: Callable[[FingerPrompt], None]
    ) -> bytes:
        return answer_of(self.machine, FingerErrand(captures, patience), FingerTaken, cancellation, report).template
