"""Ways through the machine as lists of steps; each leads to a state and says so."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from atm_app.cash_ports import NotesOfValue
from atm_app.ports import Work
from tests.world import PIN, World, face_of


def to_face(world: World) -> None:
    world.workers.held.add(Work.FACE)
    world.touch("start")
    assert world.state == "face"


def to_claim(world: World) -> None:
    world.touch("start_accessible")
    assert world.state == "claim"


def to_pin(world: World) -> None:
    to_claim(world)
    world.type(world.number)
    world.touch("enter")
    assert world.state == "pin"


def to_code(world: World) -> None:
    to_pin(world)
    world.type(PIN)
    world.touch("enter")
    assert world.state == "one_time_code"


def to_menu(world: World) -> None:
    to_code(world)
    world.type(world.post.code())
    assert world.state == "menu"


def to_fingerprint(world: World) -> None:
    world.workers.held.add(Work.FINGERPRINT)
    world.camera.script.append((world.face,) * 3)
    world.touch("start")
    assert world.state == "fingerprint"


def to_palm(world: World) -> None:
    """On a machine whose policy is ``palm``: the camera looks for a hand."""
    world.workers.held.add(Work.PALM)
    world.touch("start")
    assert world.state == "palm"


def cardless_to_menu(world: World) -> None:
    world.camera.script.append((world.face,) * 3)
    world.sensor.script.append(400)
    world.touch("start")
    assert world.state == "one_time_code"
    world.type(world.post.code())
    assert world.state == "menu"


def to_choose_account(world: World) -> None:
    to_menu(world)
    world.touch("withdraw")
    assert world.state == "choose_account"


def to_amount(world: World) -> None:
    to_choose_account(world)
    world.touch("account", str(world.accounts[0]))
    assert world.state == "amount"


def to_confirm(world: World) -> None:
    to_amount(world)
    world.touch("amount", "200000")
    assert world.state == "confirm"


def to_take_cash(world: World) -> None:
    to_confirm(world)
    world.workers.held.add(Work.DISPENSER)
    world.touch("confirm")
    assert world.state == "dispensing"
    world.workers.held.clear()
    world.dispenser.changed = _held_after_presenting(world)
    world.settle()
    assert world.state == "take_cash"


def to_receipt(world: World) -> None:
    to_confirm(world)
    world.dispenser.changed = lambda: world.dispenser.take() and None
    world.touch("confirm")
    assert world.state == "receipt"


def to_another(world: World) -> None:
    to_receipt(world)
    world.touch("done")
    assert world.state == "another"


def to_balance(world: World) -> None:
    to_menu(world)
    world.touch("balance")
    world.touch("account", str(world.accounts[1]))
    assert world.state == "balance"


def to_notice(world: World) -> None:
    to_menu(world)
    world.controller.send("explain", "no_dispenser")
    assert world.state == "notice"


def to_choose_notes(world: World) -> None:
    to_confirm(world)
    world.touch("notes")
    assert world.state == "choose_notes"


def to_insert_notes(world: World) -> None:
    """The acceptor waits for notes."""
    to_menu(world)
    world.workers.held.add(Work.ACCEPTOR)
    world.touch("deposit")
    world.touch("account", str(world.accounts[0]))
    assert world.state == "insert_notes"


def insert(world: World, *hundreds: int) -> None:
    """Put hundreds into the slot, once for each number given."""
    for count in hundreds:
        world.acceptor.inserting = (NotesOfValue(100_00, count),)
        world.workers.held.discard(Work.ACCEPTOR)
        world.workers.settle_one(Work.ACCEPTOR)
        world.workers.held.add(Work.ACCEPTOR)


def to_storing(world: World) -> None:
    to_insert_notes(world)
    insert(world, 5)
    world.touch("keep")
    assert world.state == "storing"


def to_payee(world: World) -> None:
    to_menu(world)
    world.touch("transfer")
    world.touch("account", str(world.accounts[0]))
    assert world.state == "payee"


def to_payee_number(world: World) -> None:
    to_payee(world)
    world.touch("by", "account")
    assert world.state == "payee_number"


def to_description(world: World) -> None:
    to_payee_number(world)
    world.type(world.friend_number)
    world.touch("enter")
    world.touch("enter")
    assert world.state == "amount"
    world.touch("amount", "100000")
    assert world.state == "description"


def to_confirm_code(world: World) -> None:
    """A transfer to somebody new."""
    to_description(world)
    world.touch("describe", "Rent")
    assert world.state == "confirm"
    world.touch("confirm")
    assert world.state == "confirm_code"


def prove(world: World) -> None:
    """The code out of the message that has just come."""
    world.type(world.post.code())


def to_biller(world: World) -> None:
    to_menu(world)
    world.touch("pay")
    world.touch("account", str(world.accounts[0]))
    assert world.state == "biller"


def to_reference(world: World) -> None:
    to_biller(world)
    world.touch("biller", "MSEB")
    assert world.state == "reference"


def to_booking(world: World) -> None:
    to_reference(world)
    world.type("123456789012")
    world.touch("enter")
    world.touch("amount", "100000")
    assert world.state == "confirm"
    world.workers.held.add(Work.LEDGER)
    world.touch("confirm")
    assert world.state == "booking"


def to_statement(world: World) -> None:
    to_menu(world)
    world.touch("statement")
    world.touch("account", str(world.accounts[0]))
    assert world.state == "statement"


def to_new_pin(world: World) -> None:
    to_menu(world)
    world.touch("pin")
    assert world.state == "new_pin"


def to_own_limits(world: World) -> None:
    to_menu(world)
    world.touch("limits")
    assert world.state == "own_limits"


def to_own_account(world: World) -> None:
    to_menu(world)
    world.touch("own_account")
    assert world.state == "own_account"


def to_authenticator(world: World) -> None:
    to_own_account(world)
    world.touch("authenticator")
    assert world.state == "authenticator"


def to_emergency_pin(world: World) -> None:
    to_own_account(world)
    world.touch("emergency_pin")
    assert world.state == "emergency_pin"


def to_consents(world: World) -> None:
    to_own_account(world)
    world.touch("consents")
    assert world.state == "consents"


# --- opening an account ----------------------------------------------------------------------------------------------

# Somebody new, whom no machine of these tests knows yet.
PASSWORD = "brown lamp 7 river"
_newcomers = itertools.count(1)


def write(world: World, text: str) -> None:
    for letter in text:
        world.touch("type", letter)


def answer(world: World, text: str) -> None:
    """The question that is asked, and on to the next."""
    write(world, text)
    world.touch("enter")


def to_question(world: World) -> None:
    world.touch("open_account")
    assert world.state == "question"


def to_contact_code(world: World) -> None:
    """Answers of a newcomer; each call is somebody else."""
    number = next(_newcomers)
    to_question(world)
    for text in ("Gita Naik", f"gita.{number}", f"gita{number}@newcomer.example", "12 Hill Road, Pune"):
        answer(world, text)
    world.touch("gender", "female")
    assert world.state == "contact_code"


def to_first_password(world: World) -> None:
    to_contact_code(world)
    prove(world)
    assert world.state == "first_password"


def to_first_pin(world: World) -> None:
    to_first_password(world)
    for _ in range(2):
        answer(world, PASSWORD)
    assert world.state == "first_pin"


def to_agreements(world: World) -> None:
    to_first_pin(world)
    for _ in range(2):
        world.type(PIN)
        world.touch("enter")
    assert world.state == "agreements"


def to_joining(world: World) -> None:
    """The camera looks for the newcomer's face."""
    to_agreements(world)
    for kind in world.view.kinds:
        world.touch("agree", kind.value)
    world.workers.held.add(Work.FACE)
    world.touch("enter")
    assert world.state == "joining"


def to_joined(world: World, face: bytes | None = None) -> None:
    to_joining(world)
    world.camera.script.append((face or face_of(3_000_000 + next(_newcomers)),) * 5)
    world.workers.held.clear()
    world.settle()
    assert world.state == "joined"


def to_user_name(world: World) -> None:
    to_claim(world)
    world.touch("user_name")
    assert world.state == "user_name"


def to_password(world: World) -> None:
    to_user_name(world)
    answer(world, "nobody.at.all")
    assert world.state == "password"


def _held_after_presenting(world: World) -> Callable[[], None]:
    """The dispenser's thread stops once the notes lie in the shutter: nobody has taken them yet."""

    def changed() -> None:
        if world.dispenser.in_shutter()[0]:
            world.workers.held.add(Work.DISPENSER)

    return changed


WAYS = {
    "claim": to_claim,
    "pin": to_pin,
    "one_time_code": to_code,
    "face": to_face,
    "fingerprint": to_fingerprint,
    "menu": to_menu,
    "choose_account": to_choose_account,
    "amount": to_amount,
    "confirm": to_confirm,
    "confirm_code": to_confirm_code,
    "take_cash": to_take_cash,
    "receipt": to_receipt,
    "another": to_another,
    "balance": to_balance,
    "notice": to_notice,
    "choose_notes": to_choose_notes,
    "insert_notes": to_insert_notes,
    "storing": to_storing,
    "payee": to_payee,
    "payee_number": to_payee_number,
    "description": to_description,
    "booking": to_booking,
    "biller": to_biller,
    "reference": to_reference,
    "statement": to_statement,
    "new_pin": to_new_pin,
    "own_limits": to_own_limits,
    "own_account": to_own_account,
    "authenticator": to_authenticator,
    "emergency_pin": to_emergency_pin,
    "consents": to_consents,
    "question": to_question,
    "contact_code": to_contact_code,
    "first_password": to_first_password,
    "first_pin": to_first_pin,
    "agreements": to_agreements,
    "joining": to_joining,
    "joined": to_joined,
    "user_name": to_user_name,
    "password": to_password,
}
