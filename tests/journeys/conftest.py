"""The real kiosk in a real window. Its customers are enrolled by the camera, once for all journeys."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from atm_app.config import CodeSettings, FaceSettings, FingerprintSettings, PalmSettings, Settings, TimeSettings
from atm_app.stores import Factor
from atm_app.views import Shown
from commands.display import ensure_display
from commands.kiosk import Kiosk
from commands.people import PEOPLE, Person
from commands.supervisor_key import SupervisorKey, console_command
from commands.touching import NothingToTouch, find, touch
from db.folder import DataFolder, data_folder
from tests.at_rest import await_rest, copy_of
from tests.limits import GENEROUS
from tests.waiting import live

# Nobody leaves while their money is on its way.
MOVING = ("dispensing", "take_cash", "storing", "booking")
CAMERA_FAULTS = ("unplug", "freeze", "dark", "noise", "strange")
ENROLMENT_SECONDS = 240.0  # a machine that draws its virtual persons for the first time, under load


class Visitor:
    """Somebody before the kiosk: sees what is shown, touches what can be touched, waits for what comes."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk = kiosk
        self.bench = kiosk.plant.bench
        self.history: list[Shown] = []
        kiosk.watchers.append(self.history.append)

    # --- seeing ------------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> Shown:
        return self.history[-1]

    @property
    def state(self) -> str:
        return self.shown.state

    @property
    def note(self) -> str:
        return self.shown.view.note

    @property
    def states(self) -> list[str]:
        """States passed since the visit began, each once."""
        seen: list[str] = []
        for shown in self.history:
            if not seen or seen[-1] != shown.state:
                seen.append(shown.state)
        return seen

    def wait_until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Let the window live until the condition holds; a bounded wait on what is seen."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited in vain in {self.state} ({self.note}); came by {self.states}"
            live(self.kiosk.root)

    def wait_for(self, state: str, note: str | None = None, seconds: float = 60.0) -> None:
        self.wait_until(lambda: self.state == state and note in (None, self.note) and not self.shown.busy, seconds)

    # --- doing -------------------------------------------------------------------------------------------------------

    def touch(self, text: str) -> None:
        self.wait_until(lambda: self._enabled(text))
        touch(self.kiosk.root, text)
        self.kiosk.root.update()

    def _enabled(self, text: str) -> bool:
        try:
            return not find(self.kiosk.root, text).instate(["disabled"])
        except NothingToTouch:
            return False

    def type(self, digits: str) -> None:
        for digit in digits:
            self.touch(digit)

    def code(self, person: Person) -> str:
        """Out of the latest message that holds one; confirmations of earlier visits may come in between."""
        messages = self.kiosk.plant.inbox.messages(person.customer.email)
        codes = [found[1] for message in messages if (found := re.search(r"one-time code is (\d{6})", message.text))]
        return codes[-1]

    def type_code(self, person: Person) -> None:
        self.code_sent()
        self.type(self.code(person))

    # --- ways that many journeys share -------------------------------------------------------------------------------

    def step_up(self, person: Person) -> None:
        self.bench.step_up(person.key)
        self.touch("Touch to start")
        self.wait_until(lambda: self.state == "face")

    def sign_in(self, person: Person) -> None:
        """Face, finger, code: to the menu."""
        self.step_up(person)
        self.wait_until(lambda: self.state == "fingerprint")
        self.wait_until(lambda: self.state == "one_time_code")
        self.type_code(person)
        self.wait_for("menu")

    def sign_in_by_number(self, person: Person) -> None:
        """Number, PIN, code: to the menu."""
        self.to_code_by_number(person)
        self.type_code(person)
        self.wait_for("menu")

    def to_code_by_number(self, person: Person) -> None:
        """Number and PIN: to the screen that asks for the code."""
        self.touch("Use customer number and PIN instead")
        self.to_code_from_claim(person)

    def to_code_from_claim(self, person: Person) -> None:
        self.wait_for("claim")
        self.type(person.customer.number)
        self.touch("Enter")
        self.wait_for("pin")
        self.type(person.pin)
        self.touch("Enter")
        self.wait_until(lambda: self.state == "one_time_code")

    def code_sent(self) -> None:
        self.wait_until(lambda: bool(getattr(self.shown.view, "sent", False)) and not self.shown.busy)

    def to_amount(self, person: Person) -> None:
        self.touch("Cash withdrawal")
        if len(person.accounts) > 1:
            self.wait_for("choose_account")
            self.touch(person.accounts[0].bank)
        self.wait_for("amount")

    def confirm_and_take(self) -> None:
        """From the confirm screen to the notes in hand, and away without a receipt."""
        self.wait_for("confirm")
        self.touch("Confirm")
        self.wait_until(lambda: self.state == "take_cash")
        self.bench.take_cash()
        self.wait_for("receipt")
        self.touch("No receipt")
        self.wait_for("another")
        self.touch("No, thank you")
        self.wait_for("welcome")

    def balance(self, person: Person) -> int:
        """Whole rupees of the person's first account."""
        storage = self.kiosk.plant.storage
        customer = storage.customers.find(person.customer.number)
        accounts = {account.number: account for account in storage.ledger.accounts(customer.customer_id)}
        account = accounts[person.accounts[0].number]
        assert account.available == account.balance, "nothing is left on hold"
        return account.balance.minor // 100

    def events(self) -> list[tuple[str, str]]:
        return [(row["event"], row["outcome"]) for row in self.kiosk.plant.storage.kiosk.rows("all_rows")]


@contextlib.contextmanager
def running(folder: DataFolder, **changes: Any) -> Iterator[Kiosk]:
    """A kiosk with its customers enrolled."""
    ensure_display()
    settings = Settings(
        camera="virtual",
        face=FaceSettings(challenges=2, flash=False, patience=15.0),
        fingerprint=FingerprintSettings(port="virtual", patience=4.0),
        palm=PalmSettings(patience=4.0),
        code=CodeSettings(),
        limits=GENEROUS,
        times=TimeSettings(idle=20.0, more_time=20.0, take_cash=4.0, farewell=0.6, locked=0.6),
        **changes,
    )
    kiosk = Kiosk(folder, settings, (1920, 1080), SupervisorKey(console_command(folder)))
    kiosk.start()
    end = time.monotonic() + ENROLMENT_SECONDS
    while not _ready(kiosk):
        assert time.monotonic() < end, "the demonstration customers were not enrolled in time"
        live(kiosk.root)
    yield kiosk
    kiosk.close()


@pytest.fixture(scope="session")
def enrolled(testrun_uid: str) -> Iterator[DataFolder]:
    """A folder at rest with the demonstration's customers, enrolled once in a test run: of two workers the first to ask
    enrols, the other waits, and each has a copy. Who enrolled removes the original; who asks later enrols again."""
    original = DataFolder(data_folder().root.parent / f"test-enrolled-{testrun_uid}")
    finished = original.root / "enrolled"
    with _alone_with(original):
        mine = not finished.exists()
        if mine:
            with running(original):
                finished.touch()
            await_rest(original)
        made = copy_of(original)
    yield made
    shutil.rmtree(made.root, ignore_errors=True)
    if mine:
        with _alone_with(original):
            shutil.rmtree(original.root, ignore_errors=True)


@contextlib.contextmanager
def _alone_with(folder: DataFolder) -> Iterator[None]:
    folder.root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder.root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@pytest.fixture(scope="module")
def folder(enrolled: DataFolder) -> Iterator[DataFolder]:
    """A copy of theirs for the journeys of one file."""
    made = copy_of(enrolled)
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


@pytest.fixture(scope="module")
def kiosk(folder: DataFolder) -> Iterator[Kiosk]:
    """Short patience, so that waiting for nobody does not take half a minute; the demonstration has the long check."""
    with running(folder) as made:
        yield made


def _ready(kiosk: Kiosk) -> bool:
    shown = kiosk.window.shown
    return shown is not None and shown.state == "welcome" and bool(getattr(shown.view, "biometric", False))


@pytest.fixture
def visitor(kiosk: Kiosk) -> Iterator[Visitor]:
    """A fresh visit; afterwards everything is mended, the books agree and the machine is ready for the next one."""
    visitor = Visitor(kiosk)
    visitor.history.append(kiosk.window.shown)  # type: ignore[arg-type]
    yield visitor
    mend(visitor)
    kiosk.watchers.remove(visitor.history.append)
    assert_nothing_is_open(kiosk)


def assert_nothing_is_open(kiosk: Kiosk) -> None:
    """Every posting has its counterpart, cash counters agree with the books, no hold and no intent is left."""
    trial = kiosk.plant.storage.ledger.trial_balance()
    assert trial.balanced, trial
    assert trial.open_holds == 0
    assert kiosk.plant.storage.intents.open() == ()


def mend_devices(visitor: Visitor) -> None:
    """Every device works, the mail server and the SMS gateway too."""
    bench, plant = visitor.bench, visitor.kiosk.plant
    for fault in CAMERA_FAULTS:
        bench.camera_fault(fault, False)
    bench.sensor_fault("none")
    bench.sensor_fault("plug")
    for device in (plant.dispenser, plant.acceptor):
        device.jam(False)
        device.plug(True)
    plant.printer.load_paper(True)
    plant.inbox.down = plant.inbox.sms_down = False


def mend(visitor: Visitor) -> None:
    """Every device works, nobody is there, nobody is locked out, the machine waits for the next customer."""
    bench, plant = visitor.bench, visitor.kiosk.plant
    bench.obliging = True
    bench.walk_away()
    bench.pull_out_stick()
    mend_devices(visitor)
    visitor.wait_until(lambda: visitor.state not in MOVING)
    if visitor.kiosk.controller.session is not None:
        visitor.kiosk.window.touch(_cancel())
    visitor.wait_until(lambda: _ready(visitor.kiosk), 40.0)
    for person in PEOPLE:
        customer: Any = plant.storage.customers.find(person.customer.number)
        for factor in Factor:
            plant.storage.lockouts.succeeded(customer.customer_id, factor)
    plant.authentication.faces.load()


def _cancel() -> Any:
    from atm_app.views import Action

    return Action("cancel")
