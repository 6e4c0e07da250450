"""Whole visits at the real window: drawn persons before the real camera code, synthetic fingers on the sensor's wire,
codes out of the real mail. Touches only."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pyotp
import pytest
from PIL import Image

from commands.people import PEOPLE, Person
from tests.journeys.conftest import Visitor

CHEN, DELE, EDNA, FARA = PEOPLE

# The first journey also enrols everybody, which takes minutes on a machine that draws its virtual persons anew.
pytestmark = pytest.mark.timeout(400)


def test_the_whole_cardless_withdrawal(visitor: Visitor) -> None:
    before = visitor.balance(CHEN)
    visitor.sign_in(CHEN)
    visitor.to_amount(CHEN)
    visitor.touch("₹2,000")
    visitor.wait_for("confirm")
    visitor.touch("Confirm")
    visitor.wait_until(lambda: visitor.state == "take_cash")
    assert visitor.bench.dispenser.in_shutter() == (1, 200_000)
    visitor.bench.take_cash()
    visitor.wait_for("receipt")
    visitor.touch("Print receipt")
    visitor.wait_for("another", "receipt_printed")
    visitor.touch("No, thank you")
    visitor.wait_until(lambda: "farewell" in visitor.states)
    visitor.wait_for("welcome")
    assert visitor.balance(CHEN) == before - 2_000
    receipt = visitor.kiosk.plant.printer.last
    assert receipt is not None
    assert Image.open(receipt).width == 576


def test_money_is_sent_and_both_sides_are_told(visitor: Visitor) -> None:
    before, others = visitor.balance(FARA), visitor.balance(CHEN)
    visitor.sign_in_by_number(FARA)
    visitor.touch("Send money")
    visitor.wait_for("choose_account")
    visitor.touch(FARA.accounts[0].bank)
    visitor.wait_for("payee")
    visitor.touch("Account number")
    visitor.type(CHEN.accounts[0].number)
    visitor.touch("Continue")
    visitor.wait_until(lambda: visitor.shown.view.found is not None and not visitor.shown.busy)
    visitor.touch("Continue")
    visitor.wait_for("amount")
    visitor.type("1250")
    visitor.touch("Enter")
    visitor.wait_for("description")
    visitor.touch("Remember for next time")
    visitor.touch("Rent")
    visitor.wait_for("confirm")
    visitor.touch("Confirm")
    visitor.wait_until(lambda: visitor.state == "confirm_code")
    visitor.type_code(FARA)
    visitor.wait_for("receipt")
    visitor.touch("Send by e-mail")
    visitor.wait_for("another", "receipt_mailed")
    visitor.touch("No, thank you")
    assert (visitor.balance(FARA), visitor.balance(CHEN)) == (before - 1250, others + 1250)
    inbox = visitor.kiosk.plant.inbox
    assert inbox is not None

    def told(person: Person) -> bool:
        return any("₹1,250" in message.text and "Rent" in message.text
                   for message in inbox.messages(person.customer.email))  # fmt: skip

    visitor.wait_until(lambda: told(FARA) and told(CHEN))
    assert [message.attachments[0].name for message in inbox.messages(FARA.customer.email) if message.attachments]


def test_notes_are_paid_in_and_the_statement_shows_them(visitor: Visitor) -> None:
    before = visitor.balance(DELE)
    visitor.sign_in_by_number(DELE)
    visitor.touch("Cash deposit")
    visitor.wait_until(lambda: visitor.bench.acceptor.slot_open)
    visitor.bench.insert_notes(500, 2)
    visitor.wait_until(lambda: visitor.shown.view.total.minor == 1000_00)
    visitor.wait_until(lambda: visitor.bench.acceptor.slot_open)
    visitor.bench.insert_notes(100, 1)
    visitor.wait_until(lambda: visitor.shown.view.total.minor == 1100_00)
    visitor.touch("That is all")
    visitor.wait_for("receipt")
    visitor.touch("Print receipt")
    visitor.wait_for("another", "receipt_printed")
    visitor.touch("Yes")
    visitor.wait_for("menu")
    visitor.touch("Mini statement")
    visitor.wait_until(lambda: visitor.state == "statement" and bool(visitor.shown.view.lines))
    assert visitor.shown.view.lines[0].amount.minor == 1100_00
    assert visitor.balance(DELE) == before + 1100


@pytest.mark.slow
def test_notes_in_escrow_come_back_when_the_acceptor_was_unplugged(visitor: Visitor) -> None:
    before = visitor.balance(DELE)
    visitor.sign_in_by_number(DELE)
    visitor.touch("Cash deposit")
    visitor.wait_until(lambda: visitor.bench.acceptor.slot_open)
    visitor.bench.insert_notes(500, 2)
    visitor.wait_until(lambda: visitor.shown.view.total.minor == 1000_00)
    visitor.bench.acceptor.plug(False)
    visitor.wait_for("notice", "deposit_failed")
    visitor.touch("Continue")
    visitor.wait_until(lambda: visitor.state == "out_of_service")
    visitor.bench.acceptor.plug(True)
    visitor.wait_until(lambda: visitor.state == "welcome")
    assert visitor.bench.acceptor.in_escrow() == ()
    assert visitor.balance(DELE) == before


def test_a_withdrawal_without_biometrics(visitor: Visitor) -> None:
    before = visitor.balance(DELE)
    visitor.sign_in_by_number(DELE)
    visitor.to_amount(DELE)
    visitor.type("1700")
    visitor.touch("Enter")
    visitor.confirm_and_take()
    assert visitor.balance(DELE) == before - 1_700


def test_the_balance_of_an_account_at_another_bank(visitor: Visitor) -> None:
    visitor.sign_in_by_number(CHEN)
    visitor.touch("Balance")
    visitor.wait_for("choose_account")
    visitor.touch("Konkan Co-operative Bank")
    visitor.wait_for("balance")
    visitor.touch("Back")
    visitor.wait_for("menu")
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


@pytest.mark.slow
def test_a_photograph_held_up_does_not_get_in(visitor: Visitor) -> None:
    visitor.bench.hold_up_photograph(CHEN.key)
    visitor.touch("Touch to start")
    visitor.wait_until(lambda: visitor.shown.other_way)
    assert ("face_liveness", "not_live") in visitor.events()
    assert set(visitor.states) <= {"welcome", "face"}
    visitor.touch("Use number and PIN")
    visitor.to_code_from_claim(CHEN)
    visitor.type_code(CHEN)
    visitor.wait_for("menu")


@pytest.mark.slow
def test_nobody_before_the_camera(visitor: Visitor) -> None:
    visitor.touch("Touch to start")
    visitor.wait_for("more_time", seconds=30)
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


def test_two_faces_are_told_to_step_up_alone(visitor: Visitor) -> None:
    visitor.bench.stand_together(CHEN.key, DELE.key)
    visitor.touch("Touch to start")
    visitor.wait_until(lambda: getattr(visitor.shown.view, "advice", "") == "several_faces")
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


@pytest.mark.slow
def test_somebody_unknown_is_asked_for_a_number_and_does_not_get_in_with_anothers(visitor: Visitor) -> None:
    plant = visitor.kiosk.plant
    fara = plant.storage.customers.find(FARA.customer.number)
    assert fara is not None
    plant.gallery.remove(fara.customer_id)
    visitor.step_up(FARA)
    visitor.wait_for("claim", "number_needed")
    visitor.type(CHEN.customer.number)
    visitor.touch("Enter")
    visitor.wait_until(lambda: {"locked", "farewell"} & set(visitor.states) != set(), 90)
    assert ("face_verify", "refused") in visitor.events()
    assert "fingerprint" not in visitor.states


@pytest.mark.slow
def test_a_wrong_finger_locks_after_three(visitor: Visitor) -> None:
    visitor.step_up(DELE)
    visitor.bench.finger = CHEN.finger
    visitor.wait_until(lambda: "locked" in visitor.states, 60)
    assert "one_time_code" not in visitor.states


@pytest.mark.slow
def test_no_finger(visitor: Visitor) -> None:
    visitor.step_up(DELE)
    visitor.bench.finger = ""
    visitor.wait_until(lambda: visitor.state == "fingerprint")
    visitor.wait_for("more_time", seconds=30)
    visitor.touch("Cancel")
    visitor.wait_for("welcome")


def test_wrong_codes_lock(visitor: Visitor) -> None:
    visitor.to_code_by_number(EDNA)
    visitor.code_sent()
    wrong = f"{(int(visitor.code(EDNA)) + 1) % 1_000_000:06d}"
    for _ in range(2):
        visitor.type(wrong)
        visitor.wait_for("one_time_code", "not_confirmed")
    visitor.type(wrong)
    visitor.wait_until(lambda: "locked" in visitor.states)


def test_a_used_code_is_worth_nothing(visitor: Visitor) -> None:
    visitor.sign_in_by_number(EDNA)
    used = visitor.code(EDNA)
    visitor.touch("Cancel")
    visitor.wait_for("welcome")
    visitor.to_code_by_number(EDNA)
    visitor.code_sent()
    assert visitor.code(EDNA) != used
    visitor.type(used)
    visitor.wait_for("one_time_code", "not_confirmed")


def test_mail_down(visitor: Visitor) -> None:
    """Then the code comes as a text message; with that gateway down too, the screen says so."""
    inbox = visitor.kiosk.plant.inbox
    inbox.down = inbox.sms_down = True
    visitor.to_code_by_number(EDNA)
    visitor.wait_for("one_time_code", "not_delivered")
    inbox.sms_down = False
    visitor.touch("Send a code by SMS")
    visitor.code_sent()
    (told,) = inbox.messages("+" + "".join(filter(str.isdecimal, EDNA.customer.phone)))
    assert visitor.shown.view.address == "•••• " + told.address[-4:]
    visitor.type(told.text.split("code is ")[1][:6])
    visitor.wait_for("menu")


@pytest.mark.slow
def test_an_authenticator_app_is_set_up_on_the_customers_own_page_and_used(visitor: Visitor) -> None:
    visitor.sign_in_by_number(EDNA)
    visitor.touch("My account")
    visitor.wait_for("own_account")
    visitor.wait_until(lambda: bool(visitor.shown.view.sign_ins))
    assert visitor.shown.view.sign_ins[0].policy == "accessible"
    visitor.touch("Authenticator app")
    visitor.wait_for("authenticator")
    telephone = pyotp.parse_uri(visitor.shown.view.uri)
    visitor.type(telephone.at(datetime.now(UTC)))
    visitor.wait_for("another", "authenticator_set")
    visitor.touch("No, thank you")
    visitor.wait_for("welcome")
    visitor.to_code_by_number(EDNA)
    visitor.wait_until(lambda: getattr(visitor.shown.view, "source", "") == "app")
    visitor.type(telephone.at(datetime.now(UTC) + timedelta(seconds=30)))
    visitor.wait_for("menu")
    storage = visitor.kiosk.plant.storage
    storage.authenticators.remove(storage.customers.find(EDNA.customer.number).customer_id, bytes(16))


@pytest.mark.slow
def test_the_sensor_unplugged_while_a_finger_is_awaited(visitor: Visitor) -> None:
    visitor.step_up(DELE)
    visitor.wait_until(lambda: getattr(visitor.shown.view, "fraction", 0) > 0.9 or visitor.state != "face", 30)
    visitor.bench.obliging = False
    visitor.wait_until(lambda: visitor.state == "fingerprint")
    visitor.bench.sensor_fault("unplug")
    visitor.wait_for("farewell", "sensor_trouble")
    visitor.wait_until(lambda: visitor.state == "welcome" and not visitor.shown.view.biometric)


def test_the_camera_unplugged_while_it_looks(visitor: Visitor) -> None:
    visitor.step_up(DELE)
    visitor.bench.obliging = False
    visitor.bench.camera_fault("unplug", True)
    visitor.wait_for("farewell", "camera_trouble")


def test_the_camera_frozen_while_it_looks(visitor: Visitor) -> None:
    visitor.step_up(DELE)
    visitor.bench.obliging = False
    visitor.bench.camera_fault("freeze", True)
    visitor.wait_for("farewell", "camera_trouble")


@pytest.mark.slow
def test_the_vision_process_killed_while_it_looks(visitor: Visitor) -> None:
    visitor.step_up(DELE)
    visitor.wait_until(lambda: getattr(visitor.shown.view, "fraction", 0) > 0.1)
    visitor.bench.kill_vision()
    visitor.wait_until(lambda: visitor.state == "one_time_code", 60)


def test_not_enough_money(visitor: Visitor) -> None:
    visitor.sign_in_by_number(EDNA)
    visitor.to_amount(EDNA)
    visitor.type("2000")
    visitor.touch("Enter")
    visitor.wait_for("amount", "insufficient_funds")
    assert visitor.balance(EDNA) == 1_500


def test_an_amount_no_notes_pay_offers_what_they_can(visitor: Visitor) -> None:
    visitor.sign_in_by_number(DELE)
    before = visitor.balance(DELE)
    visitor.to_amount(DELE)
    visitor.type("150")
    visitor.touch("Enter")
    visitor.wait_for("amount", "cannot_be_paid")
    visitor.touch("₹200")
    visitor.wait_for("confirm")
    visitor.touch("Cancel")
    visitor.wait_for("welcome")
    assert visitor.balance(DELE) == before


@pytest.mark.slow
def test_cash_left_behind_goes_back(visitor: Visitor) -> None:
    before = visitor.balance(DELE)
    visitor.sign_in_by_number(DELE)
    visitor.to_amount(DELE)
    visitor.touch("₹500")
    visitor.wait_for("confirm")
    visitor.touch("Confirm")
    visitor.wait_for("notice", "cash_retracted")
    visitor.touch("Continue")
    visitor.wait_for("menu")
    assert visitor.balance(DELE) == before


@pytest.mark.parametrize("victims", ["mariadbd", "mariadbd and its supervisor"])
def test_the_database_killed_before_the_confirmation(visitor: Visitor, victims: str) -> None:
    before = visitor.balance(DELE)
    visitor.sign_in_by_number(DELE)
    visitor.to_amount(DELE)
    visitor.touch("₹500")
    visitor.wait_for("confirm")
    for process in _database_of(visitor.kiosk.plant.folder.root):
        if "supervisor" in victims or process.name() == "mariadbd":
            os.kill(process.pid, signal.SIGKILL)
    visitor.touch("Confirm")
    visitor.wait_until(lambda: visitor.state in ("take_cash", "notice"), 40)
    if visitor.state == "take_cash":
        visitor.bench.take_cash()
        visitor.wait_for("receipt", seconds=40)
        assert visitor.balance(DELE) == before - 500
    else:
        assert visitor.note == "nothing_moved"
        visitor.touch("Continue")
        visitor.wait_until(lambda: visitor.state == "welcome", 60)
        assert visitor.balance(DELE) == before


def _database_of(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(process.info["cmdline"] or [])
        and ("mariadbd" in " ".join(process.info["cmdline"]) or "db.server" in " ".join(process.info["cmdline"]))
    ]


def test_the_supervisor_key_waits_for_the_customer_and_gives_the_machine_back(visitor: Visitor) -> None:
    kiosk = visitor.kiosk
    visitor.touch("Use customer number and PIN instead")
    visitor.wait_for("claim")
    kiosk.root.focus_force()
    kiosk.root.event_generate("<F10>")
    key = kiosk.supervisor
    assert key is not None
    assert key.turned
    visitor.wait_until(lambda: kiosk.controller.attendant is not None)
    assert visitor.state == "claim"
    visitor.touch("Cancel")
    visitor.wait_for("in_service")
    assert "welcome" not in visitor.states[visitor.states.index("farewell") :], "staff came before the next customer"
    key.close()
    visitor.wait_for("welcome")
