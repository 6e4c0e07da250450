"""A machine lent to staff whose bodies do what a test wrote down: the errands without the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyotp

from atm_app.ports import Cancellation
from atm_app.stores import Factor
from atm_app.supervisor_ports import (
    Agreed,
    AgreementErrand,
    Answer,
    AppCode,
    AppErrand,
    Errand,
    FaceErrand,
    FingerErrand,
    FingerTaken,
    FingerTestErrand,
    PalmErrand,
    PinErrand,
    PinHashed,
    Progress,
)
from tests.scripted import FAMILY
from tests.world import PIN, World


@dataclass
class ScriptedMachine:
    """``agrees``: to what the customer does. ``fault``: what every errand ends with."""

    world: World
    language: str = ""
    borrowed: bool = False
    agrees: tuple[Factor, ...] = tuple(Factor)
    asked: list[Errand] = field(default_factory=list)
    fault: Exception | None = None

    @property
    def family(self) -> str:
        return FAMILY

    def borrow(self, cancellation: Cancellation, waits: Callable[[str], None]) -> None:
        self.borrowed = True

    def give_back(self) -> None:
        self.borrowed = False

    def run(self, errand: Errand, cancellation: Cancellation, report: Callable[[Progress], None]) -> Answer:
        world = self.world
        self.asked.append(errand)
        if self.fault is not None:
            raise self.fault
        match errand:
            case AgreementErrand(kinds):
                return Agreed(tuple(kind for kind in kinds if kind in self.agrees))
            case PinErrand(pseudonym):
                return PinHashed(world.storage.vault.pin_hash(PIN, pseudonym))
            case AppErrand(_, secret):
                return AppCode(pyotp.TOTP(secret).at(world.clock.now()))
            case FaceErrand(request):
                return world.camera.capture(request, cancellation, report)
            case FingerErrand(captures, patience):
                return FingerTaken(world.sensor.enrol(captures, patience, cancellation, report), FAMILY)
            case FingerTestErrand(templates, patience):
                return world.sensor.verify(templates, patience, cancellation, report)
            case PalmErrand(samples, patience):
                return world.palms.capture(samples, patience, cancellation, report)
