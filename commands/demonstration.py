"""Enrols the demonstration customers behind the welcome screen, through the same enrolment staff use: camera frames →
vision process → template → vault → database. What is there already is not done again."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable

from atm_app.identity.captures import EnrolmentProblem
from atm_app.identity.enrolment import Enrolment
from atm_app.palm_ports import HandSide, PalmNotCaptured
from atm_app.picture_ports import UnusablePicture
from atm_app.ports import (
    Cancellation,
    Cancelled,
    DeviceError,
    FaceNotCaptured,
    FacePrompt,
    FingerPrompt,
    NoFinger,
)
from atm_app.stores import Factor, StoreUnavailable
from biometric.virtual.camera_client import VirtualCamera
from biometric.virtual.control import ControlError
from biometric.virtual.person_obliging import ObligingCustomer
from biometric.virtual.picture_stick import FINGER_FILE, VirtualStick
from biometric.virtual.r307_client import VirtualSensor
from commands.people import PEOPLE, Person
from db.branch import BranchRows

log = logging.getLogger(__name__)

# A drawn person is enrolled at the first try as a rule; a busy machine may need another.
TRIES = 4
# In this order; what the policy does not ask for is not enrolled.
PARTS = ("pin", "face", "finger", "finger_picture", "palm")
CONSENTS = {
    "face": Factor.FACE, "finger": Factor.FINGERPRINT, "finger_picture": Factor.FINGERPRINT, "palm": Factor.PALM,
}  # fmt: skip
CHALLENGES = (FacePrompt.BLINK,)
FINGER = "right_index"


def request_id(*parts: str) -> bytes:
    """The same for the same step of the same terminal, so that a repeat after a crash books nothing twice."""
    return hashlib.sha256("|".join(("demonstration", *parts)).encode()).digest()[:16]


class Demonstration:
    """``progress`` is called with a fraction on this object's own thread; ``seal`` chains its audit rows."""

    def __init__(
        self,
        terminal: str,
        branch: BranchRows,
        enrolment: Enrolment,
        camera: VirtualCamera,
        sensor: VirtualSensor,
        stick: VirtualStick | None,
        parts: frozenset[str],
        seal: Callable[[], int],
        progress: Callable[[float], None],
        people: tuple[Person, ...] = PEOPLE,
    ) -> None:
        self._terminal = terminal
        self._branch = branch
        self._enrolment = enrolment
        self._camera = camera
        self._sensor = sensor
        self._stick = stick
        self._parts = [part for part in PARTS if part in parts]
        self._seal = seal
        self._progress = progress
        self._people = people
        self._cancellation = Cancellation()
        self._thread = threading.Thread(target=self._run, name="demonstration", daemon=True)
        self._done = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._cancellation.cancel()

    def _run(self) -> None:
        try:
            self._enrol_everybody()
        except Exception:
            log.exception("the demonstration customers could not all be enrolled")
        if not self._cancellation.cancelled:
            self._progress(1.0)

    def _enrol_everybody(self) -> None:
        for person in self._people:
            if not self._missing(person):
                continue
            for attempt in range(TRIES):
                try:
                    self._enrol(person)
                    break
                except Cancelled:
                    return
                except (
                    EnrolmentProblem,
                    FaceNotCaptured,
                    NoFinger,
                    PalmNotCaptured,
                    UnusablePicture,
                    ControlError,
                    DeviceError,
                    StoreUnavailable,
                ) as problem:
                    log.warning("enrolling %s, attempt %d: %s", person.key, attempt + 1, problem)
                    if self._cancellation.wait(1.0):
                        return

    def _missing(self, person: Person) -> set[str]:
        known = self._branch.enrolment(person.customer.number)
        if known is None:
            return set(self._parts)
        if known.erased:
            return set()
        enrolment = self._enrolment
        families = [finger.family for finger in enrolment.templates.fingers(known.customer_id)]
        counted = {
            "face": known.faces, "finger": families.count(enrolment.captures.sensor.family), "palm": known.palms,
            "finger_picture": families.count(enrolment.pictures.family), "pin": known.credentials,
        }  # fmt: skip
        wanted = {"palm": len(person.hands)}
        withdrawn = {
            consent.kind for consent in enrolment.consents.of(known.customer_id) if not consent.in_force
        }  # fmt: skip
        return {
            part for part in self._parts if counted[part] < wanted.get(part, 1) and CONSENTS.get(part) not in withdrawn
        }

    def _enrol(self, person: Person) -> None:
        customer_id = self._enrolment.customers.enrol(person.customer)
        for account in person.accounts:
            account_id = self._branch.open_account(
                customer_id, account.bank, account.number, account.kind, account.opening.currency
            )
            self._branch.deposit(request_id(self._terminal, "opening", account.number), account_id, account.opening)
        missing = self._missing(person)
        ways = {
            "pin": self._pin, "face": self._face, "finger": self._finger, "finger_picture": self._finger_picture,
            "palm": self._palm,
        }  # fmt: skip
        for done, part in enumerate(self._parts):
            self._report(person, done)
            if part in missing:
                if part in CONSENTS:
                    self._enrolment.consent(customer_id, CONSENTS[part])
                ways[part](customer_id, person)
        self._seal()
        self._report(person, len(self._parts))

    def _pin(self, customer_id: int, person: Person) -> None:
        self._enrolment.pin(customer_id, person.pin)

    def _face(self, customer_id: int, person: Person) -> None:
        self._camera.stand(person.key)
        try:
            customer = ObligingCustomer(self._camera)
            self._enrolment.face(customer_id, CHALLENGES, self._cancellation, customer.follow)
        finally:
            self._camera.leave()

    def _finger(self, customer_id: int, person: Person) -> None:
        def follow(prompt: FingerPrompt) -> None:
            if prompt in (FingerPrompt.PLACE, FingerPrompt.PLACE_AGAIN):
                self._sensor.place(person.finger)
            elif prompt in (FingerPrompt.LIFT, FingerPrompt.MESSY):
                self._sensor.lift()

        self._sensor.start()  # or wait for whoever is starting it
        try:
            self._enrolment.finger(customer_id, FINGER, self._cancellation, follow)
        finally:
            self._sensor.lift()

    def _finger_picture(self, customer_id: int, person: Person) -> None:
        if self._stick is None:  # somebody else's stick is not written to
            return
        self._stick.put_in(person.finger)
        try:
            self._enrolment.finger_picture(customer_id, FINGER, FINGER_FILE)
        finally:
            self._stick.pull_out()

    def _palm(self, customer_id: int, person: Person) -> None:
        for side in person.hands:
            self._camera.show_hand(person.key, side is HandSide.LEFT)
            try:
                seen = self._enrolment.palm(customer_id, self._cancellation, lambda _: None)
            finally:
                self._camera.leave()
            if seen is not side:
                raise EnrolmentProblem(f"the {seen} hand was seen and not the {side} one")

    def _report(self, person: Person, parts: int) -> None:
        done = self._people.index(person) * len(self._parts) + parts
        self._progress(min(0.99, 0.01 + done / (len(self._people) * len(self._parts))))
