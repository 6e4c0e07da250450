"""One simulated machine: hardware and disk that last, and a process with the real controller that may be killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from atm_app.banking.confirmations import Confirmations
from atm_app.banking.deposits import Deposits
from atm_app.banking.money import Money
from atm_app.banking.recovery import Recovery
from atm_app.banking.settlement import Settlement
from atm_app.banking.transfers import Transfers
from atm_app.banking.withdrawals import Withdrawals
from atm_app.config import Settings
from atm_app.controller import Controller, Machine
from atm_app.identity.authentication import Authentication
from atm_app.identity.delivery import Delivery
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import OneTimeCodes
from atm_app.ports import NoteCount
from atm_app.session import Session
from atm_app.simulation.clock import ProcessClock, Time
from atm_app.simulation.fake_audit import FakeAudit
from atm_app.simulation.fake_bank import FakeBank
from atm_app.simulation.fake_branch import FakeBranch
from atm_app.simulation.fake_devices import (
    FakeAcceptor,
    FakeCamera,
    FakeDispenser,
    FakeFaces,
    FakePost,
    FakePrinter,
    FakeSensor,
)
from atm_app.simulation.fake_ledger import FakeLedger
from atm_app.simulation.fake_stores import (
    FakeCodes,
    FakeConfirmations,
    FakeCustomers,
    FakeIntents,
    FakeLockouts,
    FakePayees,
    FakeTemplates,
)
from atm_app.simulation.faults import Faults, Killed, Port, Wire
from atm_app.simulation.people import SeededRandom
from atm_app.simulation.workers import TurnWorkers
from atm_app.stores import AuditEvent, AuditLog, Factor
from atm_app.trust.audit import Sealer
from atm_app.trust.vault import Vault
from atm_app.views import Action

# Major units and notes: few, so that cassettes run empty.
CASSETTES = ((2000, 12), (500, 20), (200, 20), (100, 20))


class Backend:
    """What all machines share behind their wires."""

    def __init__(self, time: Time, vault: Vault) -> None:
        self.time = time
        self.vault = vault
        self.bank = FakeBank(time)
        self.sealer = Sealer(vault)
        self.codes = FakeCodes(time)
        self.lockouts = FakeLockouts(time)
        self.post = FakePost()


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
        codes = OneTimeCodes(kiosk.over(database, backend.codes), backend.vault, kiosk.random, settings.code)
        lockout = LockoutRule(kiosk.over(database, backend.lockouts), settings.lockout, self.clock)
        faces = FakeFaces()
        authentication = Authentication(
            customers, kiosk.over(database, FakeTemplates(backend.bank)), faces, faces, codes, lockout, self.audit,
            backend.vault, settings.face, 50,
        )  # fmt: skip
        settlement = Settlement(ledger, intents)
        self.recovery = Recovery(settlement, intents, dispenser, acceptor)
        delivery = Delivery((backend.post,), settings.bank)
        confirmations = kiosk.over(database, FakeConfirmations(backend.bank, kiosk.name))

        def prepare(report: Callable[[str], None]) -> None:
            report("recovery")
            for intent, movement in self.recovery.settle_open():
                self.audit.write(AuditEvent("recovery", movement.outcome.value, details={"state": intent.state.value}))
            self.audit.seal()
            authentication.load_gallery()

        return Machine(
            settings=settings, clock=self.clock, workers=self.workers, random=kiosk.random, prepare=prepare,
            authentication=authentication, delivery=delivery, ledger=ledger,
            payees=kiosk.over(database, FakePayees(backend.bank, kiosk.chain)), audit=self.audit,
            withdrawals=Withdrawals(ledger, intents, dispenser, kiosk.random),
            deposits=Deposits(ledger, intents, acceptor, kiosk.random), settlement=settlement,
            transfers=Transfers(ledger, intents, kiosk.random),
            confirmations=Confirmations(confirmations, customers, delivery.send, settings.bank),
            camera=kiosk.camera, sensor=kiosk.sensor, dispenser=dispenser, acceptor=acceptor, printer=kiosk.printer,
            draw_receipt=lambda receipt: receipt.file_name.encode(),
        )  # fmt: skip


class Kiosk:
    """``shown``: by session, who really gave which evidence. ``sessions``: how many ended by themselves."""

    def __init__(
        self, name: str, backend: Backend, settings: Settings, random: SeededRandom, counts: Counter[str],
        cassettes: Sequence[tuple[int, int]] = CASSETTES,
    ) -> None:  # fmt: skip
        time, bank = backend.time, backend.bank
        self.name, self.backend, self.random = name, backend, random
        self.settings = settings.model_copy(update={"terminal": name})
        self.chain = f"{name}/kiosk"
        self.faults = Faults(time, counts)
        self.ledger = FakeLedger(bank, name, self.chain, settings.currency)
        self.audit = FakeAudit(bank.audit, self.chain, backend.sealer)
        self.branch = FakeBranch(bank, name, f"{name}/staff")
        self.staff_audit = FakeAudit(bank.audit, f"{name}/staff", backend.sealer)
        self.intents = FakeIntents()
        self.camera, self.sensor = FakeCamera(time), FakeSensor(time)
        self.dispenser, self.acceptor, self.printer = FakeDispenser(time), FakeAcceptor(time), FakePrinter(time)
        self.shown: dict[bytes, dict[Factor, int]] = {}
        self.sessions = 0
        self.visitor = 0
        self.excused_at = 0.0
        self.process: Process | None = None
        self._token = b""
        self._load(cassettes)

    def over(self, port: Port, target: object) -> Any:
        """A port as this machine's process reaches it."""
        return Wire(port, target, self.faults)

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
            self.do(lambda: process.controller.handle(Action(name, value)))

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

    @property
    def broken(self) -> bool:
        """Whether anything is wrong that staff could mend."""
        whole = all(device.plugged for device in (self.camera, self.sensor, self.printer, self.acceptor))
        jammed = self.dispenser.jams_before_stacker or self.dispenser.jams_at_shutter or self.acceptor.jammed
        cut_off = not self.dispenser.plugged or self.backend.post.down
        return jammed or not whole or cut_off or self.faults.any_now

    def excuse(self) -> None:
        """Holds may stay open as long as something is in the way of settling them."""
        process = self.process
        if process is None or process.workers.slow or self.faults.any_now or not self.dispenser.plugged:
            self.excused_at = self.backend.time.seconds

    def _observe(self) -> None:
        token = self.session.token if self.session else b""
        if self._token and token != self._token:
            self.sessions += 1
        if token and self.process is not None:
            self.process.tokens.add(token)
        self._token = token

    # --- staff -------------------------------------------------------------------------------------------------------

    def mend(self) -> None:
        """Staff plug in, clear, load and restart whatever stands in the way."""
        self.faults.mend()
        self.camera.plugged = self.sensor.plugged = self.printer.plugged = True
        self.dispenser.plugged = self.acceptor.plugged = True
        self.dispenser.jams_before_stacker = self.dispenser.jams_at_shutter = self.acceptor.jammed = False
        if self.process is not None:
            self.process.workers.hurry()

    def exchange(self, cassettes: Sequence[tuple[int, int]]) -> None:
        """All cash out, counted as it really is; new cassettes in. Raises ValueError while money moves."""
        self.branch.begin_exchange()
        counted = Money(self.dispenser.value + self.acceptor.box + self.acceptor.stuck)
        loaded = tuple(NoteCount(position, major * 100, count) for position, (major, count) in enumerate(cassettes, 1))
        self.branch.end_exchange(self.random.token_bytes(16), loaded, counted)
        self.dispenser.load(loaded)
        self.acceptor.box = self.acceptor.stuck = 0

    def _load(self, cassettes: Sequence[tuple[int, int]]) -> None:
        self.branch.prepare_books(self.settings)
        for position, (major, count) in enumerate(cassettes, 1):
            self.branch.load_cash_unit(self.random.token_bytes(16), position, Money.of_major(major), count)
        self.dispenser.load(
            tuple(NoteCount(position, major * 100, count) for position, (major, count) in enumerate(cassettes, 1))
        )
