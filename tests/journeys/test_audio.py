"""Withdrawals by the keypad and the headset alone: nobody looks at the screen, and most of the time it is black."""

from __future__ import annotations

import pytest

from commands.people import PEOPLE, Person
from tests.journeys.blind_visitor import BlindVisitor
from tests.journeys.conftest import Visitor

CHEN = PEOPLE[0]


@pytest.fixture
def blind(visitor: Visitor) -> BlindVisitor:
    return BlindVisitor(visitor)


def account_of(person: Person) -> str:
    return " ".join(person.accounts[0].number[-4:])


def test_a_withdrawal_without_looking(blind: BlindVisitor) -> None:
    visitor, person = blind.visitor, CHEN
    before, bank = visitor.balance(person), person.accounts[0].bank
    assert blind.press("Down") == (
        "Welcome. No card needed. Use your face, your fingerprint and a one-time code. Choose with the arrow keys. "
        "Press Enter for: Touch to start."
    )
    assert blind.go_to("Use customer number") == "Use customer number and PIN instead."
    blind.press("Return")
    assert blind.listen_for("Your customer number").endswith(
        "Type with the keys and press Enter, or choose with the arrow keys."
    )
    assert blind.press("F2") == "The picture is off."
    for digit in person.customer.number:
        assert blind.press(digit) == digit
    blind.press("Return")
    assert blind.listen_for("Your PIN").startswith("Your PIN. Cover the keypad with your hand.")
    assert blind.press(*person.pin) == "", "no digit of a PIN is said"
    assert blind.speaker.beeps == len(person.pin)
    blind.press("Return")
    blind.listen_for("We sent a code to c@")
    visitor.code_sent()
    code = visitor.code(person)
    assert blind.press(*code[:3]) == code[2]
    blind.press(*code[3:])
    assert blind.listen_for("Hello").endswith("Press Enter for: Cash withdrawal.")
    blind.press("Return")
    if len(person.accounts) > 1:
        blind.listen_for("Select your bank")
        visitor.wait_for("choose_account")
        assert blind.go_to(bank) == f"{bank}, Savings account, {account_of(person)}."
        blind.press("Return")
    assert f"{bank}, {account_of(person)}." in blind.listen_for("How much would you like?")
    visitor.wait_for("amount")
    assert blind.press("2", "0", "0", "0") == "0"
    blind.press("Return")
    told = blind.listen_for("Please check")
    assert "Amount. 2000 Indian rupees." in told
    visitor.wait_for("confirm")
    blind.go_to("Confirm")
    blind.press("Return")
    blind.listen_for("Counting your notes")
    assert "2000 Indian rupees. After 4 seconds the machine takes it back." in blind.listen_for("Please take your cash")
    assert visitor.kiosk.window._cover.winfo_ismapped(), "black to the end"
    visitor.bench.take_cash()
    assert f"Your balance is {before - 2000} Indian rupees." in blind.listen_for("Would you like a receipt?")
    blind.go_to("No receipt")
    blind.press("Return")
    blind.listen_for("Would you like to do anything else?")
    blind.go_to("No, thank you")
    blind.press("Return")
    assert blind.listen_for("Goodbye").startswith(f"Goodbye, {person.customer.name.split()[0]}.")
    visitor.wait_for("welcome")
    assert visitor.shown.guidance is None
    assert not visitor.kiosk.window._cover.winfo_ismapped()
    assert visitor.balance(person) == before - 2000


@pytest.mark.slow
def test_a_balance_in_hindi(blind: BlindVisitor) -> None:
    """The language is chosen by ear as well; everything after it is in that language, for the Hindi voice."""
    visitor, person = blind.visitor, CHEN
    blind.press("Down")
    blind.go_to("हिन्दी")
    assert blind.press("Return").startswith("स्वागत है")
    blind.go_to("इसके बजाय ग्राहक नंबर")
    blind.press("Return")
    blind.listen_for("आपका ग्राहक नंबर")
    blind.press(*person.customer.number, "Return")
    blind.listen_for("आपका पिन")
    blind.press(*person.pin, "Return")
    visitor.wait_until(lambda: visitor.state == "one_time_code")
    visitor.code_sent()
    blind.press(*visitor.code(person))
    blind.listen_for("नमस्ते")
    visitor.wait_for("menu")
    blind.go_to("बैलेंस")
    blind.press("Return")
    if len(person.accounts) > 1:
        visitor.wait_for("choose_account")
        blind.go_to(person.accounts[0].bank)
        blind.press("Return")
    assert f"{visitor.balance(person)} भारतीय रुपए" in blind.listen_for("आपका बैलेंस")
    assert {said.language for said in blind.speaker.said} == {"hi"}
    blind.press("Escape")
    blind.listen_for("पधारने के लिए धन्यवाद")
