"""Somebody nobody knows comes to the branch, is enrolled by staff at the console and the machine, pays in and
withdraws: no row is written by the test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest

from atm_app.branch.roles import Role
from atm_app.identity.consents import BIOMETRICS
from atm_app.views import Action
from commands.branch_wiring import SystemTime, console_of
from commands.kiosk import Kiosk
from commands.people import NEWCOMER
from commands.staff_console import StaffConsole
from db.folder import DataFolder
from db.storage import Storage
from gui.console.enrolment import EnrolmentPage
from tests.console.hands import Hands
from tests.journeys.conftest import Visitor
from tests.waiting import live

ADDRESS = "gwen@newcomer.example"
PASSWORDS = {"administrator": "green window 12 sparrows", "tara.teller": "quiet harbour 7 lanterns"}
PIN = "2580"


class Colleague(Hands):
    """Whoever works at the console, of another process than the machine's as far as it can tell."""

    def __init__(self, visitor: Visitor, window: StaffConsole) -> None:
        self.visitor = visitor
        super().__init__(window, self._live)

    def _live(self) -> None:
        live(self.visitor.kiosk.root, self.root)

    def watch_until(self, state: str) -> None:
        """Until the machine shows it."""
        self.visitor.wait_until(lambda: self.root.update() or self.visitor.state == state)

    def set_up(self, name: str, password: str) -> None:
        """From a password that was handed out to one's own, and the app."""
        self.fill(name=name, password=password)
        self.press("Sign in")
        self.fill(old=password, new=PASSWORDS[name], again=PASSWORDS[name])
        self.press("Change it")
        session = self.shell.session
        assert session is not None
        self.fill(code=pyotp.TOTP(session.offered).now())
        self.press("Confirm")

    def add(self, name: str, role: Role) -> str:
        """The password they are handed."""
        self.press("Add somebody")
        self.fill(name=name, role=role)
        self.press("Add")
        (password,) = [found[0] for text in self.texts if (found := re.search(r"\w{4}(-\w{4})+$", text))]
        self.press("I have it")
        return password


@pytest.fixture
def colleague(visitor: Visitor, kiosk: Kiosk, folder: DataFolder) -> Iterator[Colleague]:
    """Nobody works at this branch yet but the first administrator, whose password is printed."""
    settings = kiosk.plant.settings
    storage = Storage(folder, settings.terminal, settings.currency)
    storage.open()
    console = console_of(storage, settings, SystemTime())
    handed_out = console.staff.create_first_administrator()
    made = Colleague(visitor, StaffConsole(console, settings))
    made.set_up(handed_out.user_name, handed_out.password)
    yield made
    made.close()
    storage.close()


def enrol(colleague: Colleague, visitor: Visitor) -> str:
    """The customer's number."""
    visitor.bench.step_up(NEWCOMER.key)
    colleague.press("New customer")
    colleague.fill(name="Gwen Doyle", email=ADDRESS, address="Hill Road 5")
    colleague.press("Continue")
    page = colleague.shell.page
    assert isinstance(page, EnrolmentPage)
    assert page.file is not None
    colleague.begin("Begin")
    colleague.watch_until("assisted_agreements")
    for kind in BIOMETRICS:
        visitor.kiosk.window.touch(Action("agree", kind.value))
    visitor.touch("Continue")
    colleague.settle()
    colleague.press("Begin")  # the face
    assert "known again" in colleague.told
    colleague.press("Begin")  # the finger
    assert "known again" in colleague.told
    colleague.press("Continue")
    colleague.press("Continue without")  # the palm
    colleague.begin("Begin")
    colleague.watch_until("assisted_pin")
    for _ in range(2):
        visitor.type(PIN)
        visitor.touch("Continue")
    colleague.settle()
    colleague.begin("Begin")
    colleague.watch_until("assisted_app")
    visitor.type(pyotp.TOTP(visitor.shown.view.secret).now())  # type: ignore[attr-defined]
    colleague.settle()
    colleague.press("Continue without")  # the document
    colleague.fill(kind="savings")
    colleague.press("Save")
    assert colleague.told == "Enrolled."
    return page.file.customer.number


def sign_in(visitor: Visitor) -> None:
    visitor.step_up(NEWCOMER)
    visitor.wait_for("one_time_code")
    visitor.touch("Send me a code instead")  # the app's present code may be the one it was set up with
    visitor.code_sent()
    found = re.search(r"code is (\d{6})", visitor.kiosk.plant.inbox.messages(ADDRESS)[-1].text)
    assert found is not None
    visitor.type(found[1])
    visitor.wait_for("menu")


@pytest.mark.timeout(240)
def test_a_customer_enrolled_from_nothing_by_staff_withdraws_at_the_machine(
    colleague: Colleague, visitor: Visitor
) -> None:
    colleague.go_to("Staff")
    password = colleague.add("tara.teller", Role.TELLER)
    colleague.press("Sign out")
    colleague.set_up("tara.teller", password)
    number = enrol(colleague, visitor)
    colleague.watch_until("welcome")
    storage = visitor.kiosk.plant.storage
    customer = storage.customers.find(number)
    assert customer is not None
    visitor.wait_until(lambda: customer.customer_id in visitor.kiosk.plant.gallery.customers())
    sign_in(visitor)
    visitor.touch("Cash deposit")
    visitor.wait_until(lambda: visitor.bench.acceptor.slot_open)
    visitor.bench.insert_notes(500, 4)
    visitor.wait_until(lambda: visitor.shown.view.total.minor == 2000_00)  # type: ignore[attr-defined]
    visitor.touch("That is all")
    visitor.wait_for("receipt")
    visitor.touch("No receipt")
    visitor.touch("Yes")
    visitor.wait_for("menu")
    visitor.touch("Cash withdrawal")
    visitor.wait_for("amount")
    visitor.touch("₹500")
    visitor.confirm_and_take()
    (account,) = storage.ledger.accounts(customer.customer_id)
    assert (account.balance.minor, account.available.minor) == (1500_00, 1500_00)
