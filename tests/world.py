"""The machine without pixels: the real controller, services, database, dispenser and printer; the bodies before it
(face, finger), the clock and the post are the test's."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from atm_app.banking.confirmations import Confirmations
from atm_app.banking.deposits import Deposits
from atm_app.banking.money import Money
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import Settlement
from atm_app.banking.transfers import Transfers
from atm_app.banking.withdrawals import Withdrawals
from atm_app.cash_ports import NoteCount, NotesIn
from atm_app.config import CodeSettings, Settings, SignUpSettings
from atm_app.controller import Controller
from atm_app.devices.virtual_acceptor import VirtualAcceptor
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.devices.virtual_printer import VirtualPrinter
from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.identity.authentication import Authentication
from atm_app.identity.authenticator_app import AuthenticatorApps
from atm_app.identity.captures import Captures
from atm_app.identity.code_lists import CodeLists
from atm_app.identity.code_sources import CodeSources
from atm_app.identity.consents import BIOMETRICS, CONSENT_VERSION
from atm_app.identity.delivery import Delivery
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.identity.enrolled_palms import EnrolledPalms
from atm_app.identity.face_learning import FaceLearning
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import OneTimeCodes
from atm_app.identity.self_sign_up import SelfSignUp
from atm_app.identity.strangers import Strangers
from atm_app.machine import Machine
from atm_app.message_ports import Contact
from atm_app.palm_ports import HandSide
from atm_app.ports import (
    Cancellation,
    Cancelled,
    Work,
)
from atm_app.stores import Customer, NewCustomer
from atm_app.trust.alerts import Alerts
from atm_app.views import Action, Shown
from atm_app.watch.heartbeat import Sighting
from biometric.face.gallery import InMemoryFaceGallery
from biometric.face.matcher import EuclideanFaceMatcher
from commands.demonstration import request_id
from commands.people import ACCEPTED_NOTES, BILLERS
from commands.system_random import SystemRandom
from db.folder import DataFolder
from db.storage import Storage
from tests.scripted import (
    FAMILY,
    NamedPalms,
    Post,
    ScriptedCamera,
    ScriptedOnlookers,
    ScriptedPalmPictures,
    ScriptedPalms,
    ScriptedPictures,
    ScriptedSensor,
)  # fmt: skip

THRESHOLD, PICTURE_THRESHOLD = 50, 500
PIN = "2580"

# The database beside it lives in real time: the machine's clock begins where the database's is.
BEGAN = datetime.now(UTC)

_numbers = itertools.count(1)


def face_of(person: int, noise: int = 0) -> bytes:
    """An embedding that is ``person``'s: unit vectors of different people are about 1.41 apart, noise is small."""
    import numpy as np

    vector = np.random.default_rng(person).standard_normal(128)
    vector /= np.linalg.norm(vector)
    vector[121] += 0.01 * noise
    return vector.astype("<f4").tobytes()


@dataclass
class Timer:
    at: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class HandClock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._timers: list[Timer] = []

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    @property
    def is_idle(self) -> bool:
        """Nothing will happen of itself."""
        return all(timer.cancelled for timer in self._timers)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        timer = Timer(self.seconds + seconds, callback)
        self._timers.append(timer)
        return timer

    def advance(self, seconds: float, settle: Callable[[], None]) -> None:
        """Let time pass; every timer due on the way goes off at its time."""
        end = self.seconds + seconds
        while due := [timer for timer in self._timers if not timer.cancelled and timer.at <= end]:
            first = min(due, key=lambda timer: timer.at)
            self._timers.remove(first)
            self.seconds = max(self.seconds, first.at)
            first.callback()
            settle()
        self.seconds = end
        self._timers = [timer for timer in self._timers if not timer.cancelled]


Item = tuple[Work, Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]]


class HandWorkers:
    """Work is done when the test lets it: at once as a rule, later for a kind that is held."""

    def __init__(self) -> None:
        self._waiting: deque[Item] = deque()
        self._posts: deque[Callable[[], None]] = deque()
        self.held: set[Work] = set()

    def submit(
        self, kind: Work, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        self._waiting.append((kind, work, done, failed))

    def post(self, callback: Callable[[], None]) -> None:
        self._posts.append(callback)

    def settle(self) -> None:
        """Do everything that is not held."""
        while True:
            ready = next((item for item in self._waiting if item[0] not in self.held), None)
            if ready is None:
                return
            self._do(ready)

    def _do(self, item: Item) -> None:
        self._waiting.remove(item)
        _, work, done, failed = item
        try:
            answer = work()
        except Exception as error:
            self._deliver()
            failed(error)
        else:
            self._deliver()
            done(answer)

    def settle_one(self, kind: Work) -> None:
        """Do the next piece of one kind, and whatever follows from it of kinds that are not held."""
        self.held.add(kind)
        self._do(next(item for item in self._waiting if item[0] is kind))
        self.settle()

    def _deliver(self) -> None:
        while self._posts:
            self._posts.popleft()()


class HandAcceptor(VirtualAcceptor):
    """The real one, into which ``inserting`` is put as soon as it opens its slot; it waits for nothing else."""

    inserting: NotesIn = ()

    def _wait_for_notes(self, seconds: float, cancellation: Cancellation) -> None:
        if cancellation.cancelled:
            raise Cancelled
        if seconds and self.inserting:
            notes, self.inserting = self.inserting, ()
            self.insert(notes)


class World:
    """One machine, one enrolled customer with two accounts, and the hands of a test."""

    def __init__(self, folder: DataFolder, scratch: Path, **changes: Any) -> None:
        number = next(_numbers)
        self.terminal = f"T-{number}"
        changes = {"code": CodeSettings(channels=("email",)), "sign_up": SignUpSettings(enabled=True), **changes}
        self.settings = Settings(terminal=self.terminal, **changes)
        self.storage = Storage(folder, self.terminal, "INR")
        self.clock, self.workers = HandClock(), HandWorkers()
        self.onlookers = ScriptedOnlookers()
        self.camera, self.sensor, self.post = ScriptedCamera(), ScriptedSensor(), Post()
        self.sms = Post("SMS", Contact.PHONE)
        self.palms, self.pictures, self.palm_pictures = ScriptedPalms(), ScriptedPictures(), ScriptedPalmPictures()
        self.dispenser = VirtualDispenser(scratch / "dispenser.json")
        scratch.joinpath("receipts").mkdir(exist_ok=True)
        self.acceptor = HandAcceptor(scratch / "acceptor.json", [Money.of_major(note).minor for note in ACCEPTED_NOTES])
        self.speaker = VirtualSpeaker()
        self.printer = VirtualPrinter(scratch / "receipts")
        self.gallery = InMemoryFaceGallery()
        self.face = face_of(number)
        self.hands = {side: f"{side}-{number}".encode() for side in (HandSide.LEFT, HandSide.RIGHT)}
        self.rescues_expected = 0
        self.shown: list[Shown] = []
        self.sightings: list[Sighting] = []
        self._open(number)
        self.controller = Controller(self._machine(), self.shown.append)
        self.controller.start()
        self.settle()

    # --- building ----------------------------------------------------------------------------------------------------

    def _open(self, number: int) -> None:
        storage = self.storage
        storage.open()
        storage.branch.prepare_books(self.settings, BILLERS)
        for position, (major, count) in enumerate(((2000, 10), (500, 20), (200, 20), (100, 20)), 1):
            load = request_id(self.terminal, "cassette", str(position))
            storage.branch.load_cash_unit(load, position, Money.of_major(major), count)
        units = storage.ledger.cash_units()
        self.dispenser.load(tuple(NoteCount(unit.position, unit.denomination, unit.count) for unit in units))
        self.number, self.nobodys_number = f"{200_000 + number:06d}", f"{900_000 + number:06d}"
        self.customer_id = storage.customers.enrol(
            NewCustomer(self.number, "Asha Rao", "+91 98200 11111", f"asha{number}@customer.example", "Pune", "female")
        )
        self.accounts = [self._account("Sahyadri Bank", f"3001{number:08d}", 50_000),
                         self._account("Konkan Bank", f"7001{number:08d}", 900)]  # fmt: skip
        friend = storage.customers.enrol(
            NewCustomer(
                f"{700_000 + number:06d}", "Binod Thapa", f"+91 {9_000_000_000 + number}",
                f"binod{number}@customer.example",
                "Pune", "male",
            )
        )  # fmt: skip
        self.friend_number = f"5001{number:08d}"
        self.friend_account = storage.branch.open_account(friend, "Sahyadri Bank", self.friend_number, "savings", "INR")
        self.friend = friend
        self.customer: Customer = storage.customers.find(self.number)  # type: ignore[assignment]
        storage.customers.set_pin_hash(self.customer_id, storage.vault.pin_hash(PIN, self.customer.pseudonym))
        for customer_id in (self.customer_id, friend):
            for kind in BIOMETRICS:
                storage.staff_consents.give(customer_id, kind, CONSENT_VERSION)
        storage.templates.store_face(self.customer_id, self.face, 0.9)
        storage.templates.store_finger(self.customer_id, "right_index", FAMILY, b"finger")
        storage.templates.store_finger(self.customer_id, "right_index", ScriptedPictures.family, b"picture")
        for side, palm in self.hands.items():
            storage.templates.store_palm(self.customer_id, side, palm, 1.0)

    def _account(self, bank: str, number: str, major: int) -> int:
        account = self.storage.branch.open_account(self.customer_id, bank, number, "savings", "INR")
        self.storage.branch.deposit(request_id(self.terminal, number), account, Money.of_major(major))
        return account

    def _machine(self) -> Machine:
        storage, random = self.storage, SystemRandom()
        codes = CodeSources(
            OneTimeCodes(storage.codes, storage.vault, random, self.settings.code),
            AuthenticatorApps(storage.authenticators, self.clock, random, "Bank"),
            CodeLists(storage.code_lists, storage.vault, random),
        )
        faces = EnrolledFaces(storage.templates, self.gallery, self.settings.face.gallery_limit)
        self.authentication = Authentication(
            storage.customers, storage.templates, faces, EuclideanFaceMatcher(),
            EnrolledPalms(storage.templates, NamedPalms(), self.settings.palm), codes,
            LockoutRule(storage.lockouts, self.settings.lockout, storage.vault.number_token), storage.audit,
            storage.vault, self.settings.face, {FAMILY: THRESHOLD, ScriptedPictures.family: PICTURE_THRESHOLD},
        )  # fmt: skip
        self.withdrawals = Withdrawals(storage.ledger, storage.intents, self.dispenser, random)
        deposits = Deposits(storage.ledger, storage.intents, self.acceptor, random)
        self.settlement = settlement = Settlement(storage.ledger, storage.intents)
        self.recovery = Recovery(settlement, storage.intents, self.dispenser, self.acceptor)
        channels = {"email": self.post, "sms": self.sms}
        delivery = Delivery([channels[name] for name in self.settings.code.channels], "Bank")
        return Machine(
            settings=self.settings, clock=self.clock, workers=self.workers, random=random, prepare=self.prepare,
            authentication=self.authentication, learning=FaceLearning(storage.templates, EuclideanFaceMatcher()),
            strangers=Strangers(
                EuclideanFaceMatcher(), self.clock, self.settings.strangers, self.settings.face.verify_distance
            ),
            sign_ins=storage.sign_ins, visits=storage.visits, consents=storage.consents,
            alerts=Alerts(self.post, self.settings.alerts.email, self.terminal),
            delivery=delivery, ledger=storage.ledger, payees=storage.payees,
            audit=storage.audit, heads=storage.audit_heads,
            withdrawals=self.withdrawals, deposits=deposits, settlement=settlement,
            transfers=Transfers(storage.ledger, storage.intents, random),
            confirmations=Confirmations(storage.confirmations, storage.customers, delivery.send, "Bank"),
            camera=self.camera, sensor=self.sensor, palms=self.palms,
            finger_pictures=self.pictures, palm_pictures=self.palm_pictures,
            dispenser=self.dispenser, acceptor=self.acceptor, printer=self.printer, speaker=self.speaker,
            draw_receipt=lambda receipt: repr(receipt).encode(), draw_document=lambda receipt: repr(receipt).encode(),
            sign_up=self._sign_up(codes.messages), onlookers=self.onlookers, watch=storage.watch,
            fleet=storage.fleet_watch, sighted=self.sightings.append,
        )  # fmt: skip

    def _sign_up(self, codes: OneTimeCodes) -> SelfSignUp | None:
        storage = self.storage
        return SelfSignUp(
            storage.sign_ups, storage.customers, codes, storage.vault, SystemRandom(), self.settings, self.captures()
        ) if self.settings.sign_up.enabled else None  # fmt: skip

    def captures(self) -> Captures:
        return Captures(
            self.camera, EuclideanFaceMatcher(), self.gallery, self.sensor, self.palms, NamedPalms(),
            self.settings.face,
        )  # fmt: skip

    def prepare(self, report: Callable[[str], None]) -> None:
        self.storage.open()
        self.recovery.settle_open()
        self.storage.visits.end_all()
        self.storage.sign_ups.give_up()
        self.authentication.faces.load()

    # --- the hands ---------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        self.workers.settle()

    def touch(self, name: str, value: str = "") -> None:
        self.controller.handle(Action(name, value))
        self.settle()

    def type(self, digits: str) -> None:
        for digit in digits:
            self.touch("digit", digit)

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds, self.settle)

    @property
    def state(self) -> str:
        return self.controller.flow.here

    @property
    def view(self) -> Any:
        return self.controller.view

    @property
    def note(self) -> str:
        return self.view.note

    def fresh_request(self) -> bytes:
        return SystemRandom().token_bytes(16)

    # --- the books ---------------------------------------------------------------------------------------------------

    def balance(self, which: int = 0) -> int:
        """Whole rupees."""
        accounts = {account.account_id: account for account in self.storage.ledger.accounts(self.customer_id)}
        return accounts[self.accounts[which]].balance.minor // 100

    def available(self, which: int = 0) -> int:
        accounts = {account.account_id: account for account in self.storage.ledger.accounts(self.customer_id)}
        return accounts[self.accounts[which]].available.minor // 100

    def events(self) -> list[tuple[str, str]]:
        """This terminal's audit rows, in order."""
        rows = self.storage.kiosk.rows("all_rows")
        return [(row["event"], row["outcome"]) for row in rows if row["chain"].startswith(f"{self.terminal}/")]

    def check_books(self) -> None:
        """Ledger, cash counters and the dispenser's own count agree, and nothing is left open."""
        trial = self.storage.ledger.trial_balance()
        assert trial.balanced, trial
        assert self.storage.intents.open() == ()
        by_books = {unit.position: unit.count for unit in self.storage.ledger.cash_units()}
        by_device = {note.position: note.count for note in self.dispenser.counts()}
        assert by_books == by_device

    def close(self) -> None:
        self.storage.close()
