"""Somebody opens an account at the machine, with real keys on a real screen, and signs in with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from atm_app.config import SignUpSettings
from atm_app.message_ports import Contact
from atm_app.views import Action
from commands.kiosk import Kiosk
from commands.people import NEWCOMER, PEOPLE, Person
from db.folder import DataFolder
from gui.keypad_letters import DIGITS
from tests.journeys.conftest import Visitor, running

CHEN = PEOPLE[0]
MOBILE, ADDRESS = "9820077777", "gwen@newcomer.example"
NUM_LOCK = 0x10  # X11's Mod2
PASSWORD, PIN = "brown lamp river sky", "2580"


@pytest.fixture(scope="module")
def kiosk(folder: DataFolder) -> Iterator[Kiosk]:
    with running(folder, sign_up=SignUpSettings(enabled=True)) as made:
        yield made


def write(visitor: Visitor, text: str) -> None:
    """By the keys of the screen, and on."""
    for letter in text:
        visitor.touch(letter)
    visitor.touch("Continue")


def write_by_keypad(visitor: Visitor, text: str) -> None:
    """By a keypad of digits, an arrow and Enter alone, and on."""
    window = visitor.kiosk.window
    visitor.wait_until(lambda: not visitor.shown.busy)

    def press(key: str, state: int = 0) -> None:
        (window.root.focus_get() or window.root).event_generate("<Key>", keysym=key, state=state)
        window.root.update()

    window.root.focus_force()
    for letter in text:
        board = window._screen.letters if window._screen is not None else None
        assert board is not None
        digit = next(each for each in DIGITS if letter in board.taps.given_by(each))
        while board.taps.letter != letter:
            press(f"KP_{digit}", NUM_LOCK)
        press("Right")
    press("Return")


def type_quickly(visitor: Visitor, *answers: str) -> None:
    """By the keys of a physical keyboard."""
    for answer in answers:
        for letter in answer:
            key = "digit" if visitor.shown.view.sheet == "phone" else "type"
            visitor.kiosk.window.touch(Action(key, letter))
        visitor.wait_until(lambda: not visitor.shown.busy)
        visitor.kiosk.window.touch(Action("enter"))
        visitor.wait_until(lambda: not visitor.shown.busy)


def prove(visitor: Visitor, contact: Contact, address: str) -> None:
    """The code that came to one of the contacts."""

    def sent() -> bool:
        view: Any = visitor.shown.view
        return visitor.state == "contact_code" and view.proves is contact and view.sent and not visitor.shown.busy

    visitor.wait_until(sent)
    found = re.search(r"code is (\d{6})", visitor.kiosk.plant.inbox.messages(address)[-1].text)
    assert found is not None
    visitor.type(found[1])


def choose_pin(visitor: Visitor) -> None:
    visitor.wait_for("first_pin")
    for _ in range(2):
        visitor.type(PIN)
        visitor.touch("Continue")


def agree(visitor: Visitor) -> None:
    """To both, so that there is nothing left that is not agreed to."""
    visitor.wait_for("agreements")
    for kind in ("face", "fingerprint"):
        visitor.kiosk.window.touch(Action("agree", kind))
    visitor.touch("Continue")


def sign_in(visitor: Visitor, person: Person) -> None:
    visitor.step_up(person)
    visitor.wait_until(lambda: visitor.state == "one_time_code")
    visitor.code_sent()
    found = re.search(r"code is (\d{6})", visitor.kiosk.plant.inbox.messages(ADDRESS)[-1].text)
    assert found is not None
    visitor.type(found[1])
    visitor.wait_for("menu")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_newcomer_opens_an_account_and_signs_in_with_face_and_finger(visitor: Visitor) -> None:
    visitor.bench.step_up(NEWCOMER.key)
    visitor.touch("Open an account")
    visitor.wait_for("question")
    write(visitor, "Gwen Doyle")
    write_by_keypad(visitor, "gwen.doyle")
    visitor.wait_until(lambda: visitor.shown.view.sheet == "phone")
    visitor.type(MOBILE)
    visitor.touch("Continue")
    write(visitor, ADDRESS)
    write_by_keypad(visitor, "Hill Road 5")
    visitor.touch("I would rather not say")
    prove(visitor, Contact.PHONE, f"+91{MOBILE}")
    prove(visitor, Contact.EMAIL, ADDRESS)
    visitor.wait_for("first_password")
    for way in (write, write_by_keypad):
        way(visitor, PASSWORD)
        visitor.wait_until(lambda: not visitor.shown.busy)
    choose_pin(visitor)
    agree(visitor)
    visitor.wait_for("joined")
    number = visitor.shown.view.number  # type: ignore[attr-defined]
    visitor.touch("Done")
    visitor.wait_for("welcome")
    storage = visitor.kiosk.plant.storage
    customer = storage.customers.find(number)
    assert customer is not None
    assert (customer.name, customer.phone, customer.email) == ("Gwen Doyle", f"+91 {MOBILE}", ADDRESS)
    sign_in(visitor, NEWCOMER)
    assert visitor.shown.view.first_name == "Gwen"  # type: ignore[attr-defined]
    visitor.touch("Balance")
    visitor.wait_for("balance")
    (account,) = storage.ledger.accounts(customer.customer_id)
    assert account.balance.minor == 0
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_whose_face_is_known_already_is_sent_to_the_branch_and_leaves_nothing(visitor: Visitor) -> None:
    visitor.bench.step_up(CHEN.key)
    visitor.touch("Open an account")
    visitor.wait_for("question")
    type_quickly(visitor, "Somebody Else", "somebody.else", "9820066666", "else@newcomer.example", "Pune")
    visitor.touch("Other")
    prove(visitor, Contact.PHONE, "+919820066666")
    prove(visitor, Contact.EMAIL, "else@newcomer.example")
    visitor.wait_for("first_password")
    type_quickly(visitor, PASSWORD, PASSWORD)
    choose_pin(visitor)
    agree(visitor)
    visitor.wait_for("farewell", "ask_at_branch")
    visitor.wait_for("welcome")
    storage = visitor.kiosk.plant.storage
    visitor.wait_until(lambda: ("sign_up", "given_up") in visitor.events())
    assert storage.customers.find_by_user_name("somebody.else") is None
    assert len(storage.templates.faces()) == len(PEOPLE) + 1
