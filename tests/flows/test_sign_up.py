"""Opening an account at the machine: what is asked, what proves it, and that nothing half is ever left."""

from __future__ import annotations

from typing import Any

import pytest

from atm_app.config import CodeSettings, SignUpSettings
from atm_app.identity.self_sign_up import MOST_CODES_A_DAY
from atm_app.ports import DeviceUnavailable, FaceNotCaptured, FaceRefusal, Work
from atm_app.stores import Customer, Factor
from tests.flows.conftest import MakeWorld
from tests.flows.steps import (
    PASSWORD,
    answer,
    prove,
    to_agreements,
    to_claim,
    to_contact_code,
    to_first_password,
    to_first_pin,
    to_joined,
    to_joining,
    to_question,
    write,
)
from tests.world import PIN, World, face_of


def newcomer(world: World) -> Customer:
    """As the screen names them."""
    found = world.storage.customers.find(world.view.number)
    assert found is not None
    return found


def sign_ups(world: World) -> list[str]:
    return [outcome for event, outcome in world.events() if event == "sign_up"]


def ended(world: World, note: str) -> bool:
    """Nothing is left of who wanted to sign up, and the machine said no more than that."""
    assert (world.state, world.note) == ("farewell", note)
    assert world.storage.sign_ups.give_up() == 0
    outcomes = sign_ups(world)
    return outcomes.count("begun") == outcomes.count("done") + outcomes.count("given_up")


# --- done ------------------------------------------------------------------------------------------------------------


def test_a_newcomer_is_a_customer_with_everything_they_said(world: World) -> None:
    to_joined(world)
    customer, storage = newcomer(world), world.storage
    assert customer.name == "Gita Naik"
    assert not customer.frozen
    assert storage.customers.find_by_user_name(world.view.user_name) == customer
    (account,) = storage.ledger.accounts(customer.customer_id)
    assert (account.bank, account.kind, account.balance.minor) == ("Sahyadri Bank", "savings", 0)
    agreed = [consent.kind for consent in storage.consents.of(customer.customer_id) if consent.in_force]
    assert agreed == [Factor.FACE, Factor.FINGERPRINT]
    assert storage.templates.face(customer.customer_id) is not None
    assert [finger.finger for finger in storage.templates.fingers(customer.customer_id)] == ["right_index"]
    assert customer.number in world.post.messages[-1].text
    assert sign_ups(world) == ["email_proven", "begun", "done"]
    assert PASSWORD not in repr(vars(world.controller.session.sign_up))  # type: ignore[union-attr]
    world.touch("done")
    assert (world.state, world.note) == ("farewell", "signed_up")


def test_the_machine_knows_them_by_face_at_once(world: World) -> None:
    face = face_of(4_000_001)
    to_joined(world, face)
    world.touch("done")
    world.wait(world.settings.times.farewell + 1)
    world.camera.script.append((face,) * 3)
    world.sensor.script.append(400)
    world.touch("start")
    assert world.state == "one_time_code"
    prove(world)
    assert (world.state, world.view.first_name) == ("menu", "Gita")


def test_credentials_are_kept_while_the_picture_is_taken(world: World) -> None:
    to_agreements(world)
    world.touch("agree", "face")
    world.workers.held |= {Work.FACE, Work.LEDGER}
    world.touch("enter")
    world.camera.script.append((face_of(4_000_002),) * 5)
    world.workers.settle_one(Work.FACE)
    assert world.state == "joining", "the picture is there and the credentials are not"
    world.workers.held.clear()
    world.settle()
    assert world.state == "joined"


def test_who_agrees_to_nothing_is_asked_for_no_picture(world: World) -> None:
    to_agreements(world)
    world.touch("enter")
    assert world.state == "joined"
    assert world.camera.requests == []
    assert world.storage.consents.of(newcomer(world).customer_id) == ()


def test_what_is_agreed_to_can_be_taken_back_before_it_counts(world: World) -> None:
    to_agreements(world)
    for kind in ("face", "fingerprint", "face", "iris"):
        world.touch("agree", kind)
    assert world.view.agreed == (Factor.FINGERPRINT,)


def test_a_small_screen_asks_about_one_after_the_other(world: World) -> None:
    to_agreements(world)
    last = len(world.view.kinds)
    seen = [world.view.page]
    for direction in ("back", *("next",) * last, "nowhere", "back"):
        world.touch("page", direction)
        seen.append(world.view.page)
    assert seen == [1, 1, *range(2, last + 1), last, last, max(last - 1, 1)]
    world.touch("cancel")
    world.wait(world.settings.times.farewell + 1)
    to_agreements(world)
    assert world.view.page == 1, "the next one begins anew"


def test_both_contacts_are_proven_each_by_its_own_code(make_world: MakeWorld) -> None:
    world = make_world(code=CodeSettings(channels=("email", "sms")))
    to_question(world)
    answer(world, "Gita Naik")
    answer(world, f"gita.{world.terminal.lower()}")
    world.type("98"), world.touch("enter")
    assert world.note == "phone_malformed"
    world.type("20012345"), world.touch("enter")
    answer(world, f"gita@{world.terminal.lower()}.example")
    answer(world, "Pune")
    world.touch("gender", "")
    assert (world.view.proves, world.view.address) == ("phone", "•••• 2345")
    assert world.sms.messages[-1].address == "+91 9820012345"
    assert world.post.messages == []
    world.type(world.sms.code())
    assert world.view.proves == "email"
    assert world.state == "contact_code"
    world.type(world.post.code())
    assert world.state == "first_password"


def test_an_answer_that_is_changed_is_proven_anew(world: World) -> None:
    to_contact_code(world)
    first = world.post.code()
    world.touch("back")
    assert (world.state, world.view.part, world.view.typed) == ("question", "name", "Gita Naik")
    world.touch("enter")
    world.touch("enter")
    assert world.view.part == "email"
    answer(world, ".org")
    answer(world, "")
    world.touch("gender", "female")
    assert world.post.messages[-1].address.endswith(".org")
    if world.post.code() != first:
        world.type(first)
        assert (world.state, world.note) == ("contact_code", "not_confirmed")


def test_without_a_telephone_an_address_is_needed(world: World) -> None:
    to_question(world)
    answer(world, "Gita Naik")
    answer(world, "gita.without")
    world.touch("enter")
    assert (world.view.part, world.note) == ("email", "answer_missing")


# --- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        (["   "], "answer_missing"),
        (["Gita Naik", "gn"], "user_name_malformed"),
        (["Gita Naik", "gita naik"], "user_name_malformed"),
        (["Gita Naik", "1 OR 1=1"], "user_name_malformed"),
        (["Gita Naik", "gita.bad", "gita"], "email_malformed"),
        (["Gita Naik", "gita.bad", "a@b, c@d"], "email_malformed"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_asked_for_again(world: World, answers: list[str], note: str) -> None:
    to_question(world)
    for text in answers:
        answer(world, text)
    assert (world.state, world.note) == ("question", note)
    assert world.view.place == len(answers)


def test_what_is_no_letter_or_too_long_is_not_written(world: World) -> None:
    to_question(world)
    write(world, "A\n\x00\u202e")
    assert world.view.typed == "A"
    world.touch("type", "x" * 500)
    assert world.view.typed == "A"
    world.touch("erase")
    assert world.view.typed == ""


def test_a_user_name_that_is_taken_says_so_a_few_times_only(world: World) -> None:
    to_joined(world)
    taken = world.view.user_name
    world.touch("done")
    world.wait(world.settings.times.farewell + 1)
    to_question(world)
    answer(world, "Somebody Else")
    for _ in range(4):
        answer(world, taken if world.view.typed == "" else "")
        assert (world.state, world.note) == ("question", "user_name_taken")
    world.touch("enter")
    assert ended(world, "ask_at_branch")


@pytest.mark.parametrize(
    ("password", "note"),
    [
        ("river 7", "password_too_short"),
        ("password1234", "password_too_easy"),
        ("gitanaik", "password_too_easy"),
    ],
)
def test_a_password_that_is_quickly_guessed_is_not_taken(world: World, password: str, note: str) -> None:
    to_first_password(world)
    answer(world, password)
    assert (world.state, world.note, world.view.again) == ("first_password", note, False)


def test_a_password_or_pin_typed_differently_begins_anew(world: World) -> None:
    to_first_password(world)
    answer(world, PASSWORD)
    assert world.view.again
    answer(world, PASSWORD + "s")
    assert (world.note, world.view.again, world.view.filled) == ("password_not_repeated", False, 0)
    answer(world, PASSWORD)
    answer(world, PASSWORD)
    for pin, note in (("1234", "pin_too_simple"), ("2580", ""), ("2581", "pin_not_repeated")):
        world.type(pin)
        world.touch("enter")
        assert (world.state, world.note) == ("first_pin", note)


def test_nobody_signs_up_with_a_contact_somebody_has(world: World) -> None:
    """Told only to who reads that contact's messages, and no more than to ask at the branch."""
    to_question(world)
    for text in ("Gita Naik", f"gita.{world.terminal.lower()}", world.customer.email.upper(), "Pune"):
        answer(world, text)
    world.touch("gender", "female")
    prove(world)
    for _ in range(2):
        answer(world, PASSWORD)
    for _ in range(2):
        world.type(PIN)
        world.touch("enter")
    world.touch("agree", "face")
    world.workers.held.add(Work.FACE)
    world.touch("enter")
    assert (world.state, world.note) == ("farewell", "ask_at_branch")
    world.workers.held.clear()
    world.settle()
    assert world.camera.requests, "the camera was asked, and told to stop"
    assert ended(world, "ask_at_branch")
    assert sign_ups(world) == ["email_proven", "contact_known"]


@pytest.mark.parametrize(
    ("problem", "note"),
    [
        (DeviceUnavailable("unplugged"), "sign_up_no_device"),
        ("known", "ask_at_branch"),
        ("many", "ask_at_branch"),
    ],
)
def test_without_the_picture_nothing_of_them_is_kept(world: World, problem: Any, note: str) -> None:
    to_joining(world)
    assert sign_ups(world)[-1] == "begun"
    name = "gita"
    registration = world.controller.session.sign_up.registration  # type: ignore[union-attr]
    assert registration is not None
    name, number = registration.user_name, registration.customer.number
    frozen = world.storage.customers.find(number)
    assert frozen is not None
    assert frozen.frozen
    tries: list[Any] = {"known": [(world.face,) * 5], "many": [FaceNotCaptured(FaceRefusal.NOT_LIVE)] * 3}.get(
        problem, [problem]
    )
    world.camera.script.extend(tries)
    world.workers.held.clear()
    world.settle()
    assert ended(world, note)
    assert world.storage.customers.find(number) is None
    assert world.storage.customers.find_by_user_name(name) is None
    assert world.storage.branch.enrolment(number).erased  # type: ignore[union-attr]


def test_a_frozen_newcomer_signs_in_nowhere(world: World) -> None:
    """On another machine, before this one is done."""
    to_joining(world)
    registration = world.controller.session.sign_up.registration  # type: ignore[union-attr]
    assert registration is not None
    customer = world.storage.customers.find(registration.customer.number)
    assert customer is not None
    decision = world.authentication.verify_pin(bytes(16), customer, customer.number, PIN)
    assert decision.verdict.value == "refused"
    world.touch("cancel")


def test_whoever_looks_away_is_asked_and_goes_on_where_they_were(world: World) -> None:
    to_joining(world)
    world.camera.script.append(FaceNotCaptured(FaceRefusal.NOBODY))
    world.workers.settle_one(Work.FACE)
    assert world.state == "more_time"
    world.touch("more")
    assert world.state == "joining"
    world.camera.script.append((face_of(4_000_003),) * 5)
    world.workers.held.clear()
    world.settle()
    assert world.state == "joined"
    assert sign_ups(world) == ["email_proven", "begun", "done"]


def test_whoever_does_not_come_back_leaves_nothing(world: World) -> None:
    to_joining(world)
    world.camera.script.append(FaceNotCaptured(FaceRefusal.NOBODY))
    world.workers.settle_one(Work.FACE)
    world.wait(world.settings.times.more_time + 1)
    assert ended(world, "timed_out")


def test_a_machine_that_dies_in_between_destroys_it_at_its_next_start(world: World, make_world: MakeWorld) -> None:
    to_joining(world)
    registration = world.controller.session.sign_up.registration  # type: ignore[union-attr]
    assert registration is not None
    # No farewell, no cancel: the next process begins with this.
    world.prepare(lambda _: None)
    assert world.storage.customers.find(registration.customer.number) is None
    assert sign_ups(world) == ["email_proven", "begun", "given_up"]
    world.camera.script.append((face_of(4_000_004),) * 5)
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("farewell", "ask_at_branch")


def test_the_books_of_another_machine_are_left_alone(world: World, make_world: MakeWorld) -> None:
    to_joining(world)
    make_world()  # whose start looks for what it left itself
    world.camera.script.append((face_of(4_000_005),) * 5)
    world.workers.held.clear()
    world.settle()
    assert world.state == "joined"


# --- codes -----------------------------------------------------------------------------------------------------------


def test_three_wrong_codes_use_one_up_and_three_codes_end_it(world: World) -> None:
    to_contact_code(world)
    for number in range(1, 4):
        wrong = "000000" if world.post.code() != "000000" else "111111"
        for _ in range(3):
            assert world.state == "contact_code"
            world.type(wrong)
        if number < 3:
            assert world.note == "code_expired"
            world.touch("resend")
    assert (world.state, world.note) == ("farewell", "not_confirmed")


def test_an_address_gets_only_so_many_codes_a_day(world: World) -> None:
    to_contact_code(world)
    address = world.post.messages[-1].address
    for _ in range(MOST_CODES_A_DAY - 1):
        world.touch("cancel")
        world.wait(world.settings.times.farewell + 1)
        to_question(world)
        for text in ("Gita Naik", f"gita.{world.terminal.lower()}", address, "Pune"):
            answer(world, text)
        world.touch("gender", "female")
        assert world.state == "contact_code"
    world.touch("cancel")
    world.wait(world.settings.times.farewell + 1)
    sent = len(world.post.messages)
    to_question(world)
    for text in ("Gita Naik", f"gita.{world.terminal.lower()}", address, "Pune"):
        answer(world, text)
    world.touch("gender", "female")
    assert (world.state, world.note) == ("farewell", "ask_at_branch")
    assert len(world.post.messages) == sent


def test_a_message_that_does_not_go_out_says_so_at_once(world: World) -> None:
    world.post.down = True
    to_question(world)
    for text in ("Gita Naik", f"gita.{world.terminal.lower()}", f"g@{world.terminal.lower()}.example", "Pune"):
        answer(world, text)
    world.touch("gender", "female")
    assert (world.state, world.note) == ("contact_code", "not_delivered")


def test_no_machine_opens_accounts_unless_it_is_told_to(make_world: MakeWorld) -> None:
    world = make_world(sign_up=SignUpSettings())
    assert not world.view.sign_up
    world.touch("open_account")
    assert world.state == "welcome"
    to_claim(world)
    assert not world.view.user_names
    world.touch("user_name")
    assert world.state == "claim"


def test_a_first_pin_follows_the_rules_of_every_other(world: World) -> None:
    to_first_pin(world)
    parts = {(shown.view.first, shown.view.part) for shown in world.shown if shown.state == "first_pin"}
    assert parts == {(True, "new")}
    world.touch("back")
    assert world.state == "first_pin"
