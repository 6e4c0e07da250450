"""One simulated machine: hardware and disk that last, and a process with the real controller that may be killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from atm_app.banking.confirmations import Confirmations
from atm_app.banking.deposits import Deposits
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import Settlement
from atm_app.banking.transfers import Transfers
from atm_app.banking.withdrawals import Withdrawals
from atm_app.config import Settings
from atm_app.controller import Controller
from atm_app.identity.authentication import Authentication
from atm_app.identity.authenticator_app import AuthenticatorApps
from atm_app.identity.code_lists import CodeLists
from atm_app.identity.code_sources import CodeSources
from atm_app.identity.delivery import Delivery
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.identity.enrolled_palms import EnrolledPalms
from atm_app.identity.face_learning import FaceLearning
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import OneTimeCodes
from atm_app.identity.strangers import Strangers
from atm_app.machine import Machine
from atm_app.session import Purpose, Session
from atm_app.simulation.clock import ProcessClock
from atm_app.simulation.fake_consents import FakeConsents
from atm_app.simulation.fake_devices import (
    Device,
    FakeCamera,
    FakeFaces,
    FakePalmCamera,
    FakePalms,
    FakePictures,
    FakePrinter,
    FakeSensor,
    FakeSpeaker,
)
from atm_app.simulation.fake_stores import (
    FakeConfirmations,
    FakeCustomers,
    FakePayees,
    FakeTemplates,
)
from atm_app.simulation.fake_visits import FakeSignIns, FakeVisits
from atm_app.simulation.faults import Killed, Port
from atm_app.simulation.people import SeededRandom
from atm_app.simulation.terminal import Backend, Terminal
from atm_app.simulation.workers import TurnWorkers
from atm_app.stores import AuditEvent, AuditLog, Factor
from atm_app.trust.alerts import Alerts
from atm_app.views import Action

# What a touch of "confirm" orders at once.
PAYMENTS = (Purpose.TRANSFER, Purpose.PAY)
# Major units and notes: few, so that cassettes run empty.
CASSETTES = ((2000, 12), (500, 20), (200, 20), (100, 20))


class AskedAudit:
    """Remembers what the machine wanted to be on record, whatever becomes of the call."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self.asked: list[AuditEvent] = []

    def write(self, event: AuditEvent) -> None:
        self.asked.append(event)
        self._audit.write(event)

    def seal(self) -> int:
        return self._audit.seal()


class Process:
    """From switching on to the end: everything that a kill takes with it."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.clock = ProcessClock(kiosk.backend.time)
        self.workers = TurnWorkers(kiosk.backend.time)
        self.audit = AskedAudit(kiosk.over(Port.DATABASE, kiosk.audit))
        self.controller = Controller(self._machine(kiosk), lambda _: None)
        self.tokens: set[bytes] = set()

    def _machine(self, kiosk: Kiosk) -> Machine:
        backend, settings, database = kiosk.backend, kiosk.settings, Port.DATABASE
        ledger, intents = kiosk.over(database, kiosk.ledger), kiosk.over(Port.DISK, kiosk.intents)
        dispenser = kiosk.over(Port.DISPENSER, kiosk.dispenser)
        acceptor = kiosk.over(Port.ACCEPTOR, kiosk.acceptor)
        customers = kiosk.over(database, FakeCustomers(backend.bank, kiosk.chain))
        codes = CodeSources(
            OneTimeCodes(kiosk.over(database, backend.codes), backend.vault, kiosk.random, settings.code),
            AuthenticatorApps(kiosk.over(database, backend.authenticators), self.clock, kiosk.random, settings.bank),
            CodeLists(kiosk.over(database, backend.code_lists), backend.vault, kiosk.random),
        )
        lockout = LockoutRule(kiosk.over(database, backend.lockouts), settings.lockout, backend.vault.number_token)
        faces = FakeFaces()
        templates = kiosk.over(database, FakeTemplates(backend.bank))
        authentication = Authentication(
            customers, templates, EnrolledFaces(templates, faces, settings.face.gallery_limit), faces,
            EnrolledPalms(templates, FakePalms(), settings.palm), codes, lockout, self.audit, backend.vault,
            settings.face, {FakeSensor.family: 50},
        )  # fmt: skip
        settlement = Settlement(ledger, intents)
        self.recovery = Recovery(settlement, intents, dispenser, acceptor)
        delivery = Delivery((backend.post,), settings.bank)
        confirmations = kiosk.over(database, FakeConfirmations(backend.bank, kiosk.name))

        visits = kiosk.over(database, FakeVisits(backend.bank, kiosk.name, kiosk.chain))

        def prepare(report: Callable[[str], None]) -> None:
            report("recovery")
            visits.end_all()
            for intent, movement in self.recovery.settle_open():
                self.audit.write(AuditEvent("recovery", movement.outcome.value, details={"state": intent.state.value}))
            self.audit.seal()
            authentication.faces.load()

        return Machine(
            settings=settings, clock=self.clock, workers=self.workers, random=kiosk.random, prepare=prepare,
            authentication=authentication, learning=FaceLearning(templates, faces), delivery=delivery, ledger=ledger,
            payees=kiosk.over(database, FakePayees(backend.bank, kiosk.chain)), audit=self.audit,
            strangers=Strangers(faces, self.clock, settings.strangers, settings.face.verify_distance), heads=lambda: "",
            sign_ins=kiosk.over(database, FakeSignIns(backend.bank)), visits=visits,
            consents=kiosk.over(database, FakeConsents(backend.bank, kiosk.chain)),
            alerts=Alerts(backend.post, settings.alerts.email, kiosk.name),
            withdrawals=Withdrawals(ledger, intents, dispenser, kiosk.random),
            deposits=Deposits(ledger, intents, acceptor, kiosk.random), settlement=settlement,
            transfers=Transfers(ledger, intents, kiosk.random),
            confirmations=Confirmations(confirmations, customers, delivery.send, settings.bank),
            camera=kiosk.camera, sensor=kiosk.sensor, palms=kiosk.palms,
            finger_pictures=FakePictures(), palm_pictures=FakePictures(),
            dispenser=dispenser, acceptor=acceptor, printer=kiosk.printer, speaker=FakeSpeaker(),
            draw_receipt=lambda receipt: receipt.file_name.encode(),
            draw_document=lambda receipt: receipt.file_name.encode(),
        )  # fmt: skip


class Kiosk(Terminal):
    """``shown``: by session, who really gave which evidence. ``ordered``: by session, how often the customer
    confirmed a payment. ``sessions``: how many ended by themselves."""

    def __init__(
        self, name: str, backend: Backend, settings: Settings, random: SeededRandom, counts: Counter[str]
    ) -> None:
        super().__init__(name, backend, settings, random, counts, CASSETTES)
        time = backend.time
        self.camera, self.sensor, self.printer = FakeCamera(time), FakeSensor(time), FakePrinter(time)
        self.palms = FakePalmCamera(time)
        self.shown: dict[bytes, dict[Factor, int]] = {}
        self.sessions = 0
        self.ordered = Counter[bytes]()
        self.visitor = 0
        self.process: Process | None = None
        self._token = b""

    @property
    def devices(self) -> tuple[Device, ...]:
        return *super().devices, self.camera, self.sensor, self.printer

    @property
    def hindered(self) -> bool:
        return super().hindered or self.process is None or self.process.workers.slow

    def mend(self) -> None:
        super().mend()
        if self.process is not None:
            self.process.workers.hurry()

    # --- the process -------------------------------------------------------------------------------------------------

    def switch_on(self) -> None:
        if self.process is None:
            self.excused_at = self.backend.time.seconds
            self.process = Process(self)
            self.do(self.process.controller.start)

    def kill(self) -> None:
        self.process = None
        self._token = b""

    def do(self, act: Callable[[], None]) -> None:
        """Something happens at the machine; whatever follows from it now is done too."""
        try:
            act()
            if self.process is not None:
                self.process.workers.run()
        except Killed:
            self.kill()
        self._observe()

    def touch(self, name: str, value: str = "") -> None:
        process = self.process
        if process is not None:
            session = self.session
            if session is not None and session.purpose in PAYMENTS and (name, self.state) == ("confirm", "confirm"):
                self.ordered[session.token] += 1
            self.do(lambda: process.controller.handle(Action(name, value)))

    def next_at(self) -> float:
        """When its next timer goes off, in seconds of the world; never while it is off."""
        return self.process.clock.next_at() if self.process else float("inf")

    def fire(self) -> None:
        """What is due next."""
        if self.process is not None:
            self.do(self.process.clock.fire)

    @property
    def session(self) -> Session | None:
        return self.process.controller.session if self.process else None

    @property
    def view(self) -> Any:
        """None while it is off."""
        return self.process.controller.view if self.process else None

    @property
    def state(self) -> str:
        return self.process.controller.flow.here if self.process else "off"

    def show_evidence(self, factor: Factor, customer_id: int) -> None:
        if self.session is not None:
            self.shown.setdefault(self.session.token, {})[factor] = customer_id

    def _observe(self) -> None:
        token = self.session.token if self.session else b""
        if self._token and token != self._token:
            self.sessions += 1
        if token and self.process is not None:
            self.process.tokens.add(token)
        self._token = token
