"""Where a one-time code comes from: e-mail, SMS, an authenticator app, a list of paper – and the way between them."""

from __future__ import annotations

import base64
from typing import Any

import pyotp
import pytest

from atm_app.config import CodeSettings
from atm_app.identity.authenticator_app import STEP_SECONDS
from atm_app.identity.code_sources import CodeSource
from atm_app.message_ports import Contact
from atm_app.steps.one_time_code import RESEND_SECONDS
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_pin
from tests.world import PIN, World

SESSION = b"s" * 16


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(code=CodeSettings())


def to_code(world: World) -> None:
    to_pin(world)
    world.type(PIN)
    world.touch("enter")


def give_app(world: World) -> pyotp.TOTP:
    """The customer's telephone, set up a while ago."""
    secret = base64.b32encode(b"telephone-of-asha-20").decode()
    world.storage.authenticators.store(world.customer_id, secret.encode(), 1, SESSION)
    return pyotp.TOTP(secret)


def give_list(world: World) -> tuple[str, ...]:
    codes: tuple[str, ...] = world.authentication.codes.lists.issue(world.customer)
    return codes


def contacts(world: World, **changes: Any) -> None:
    """The customer as they would be with other contacts."""
    from dataclasses import replace

    find = world.storage.customers.find
    world.storage.customers.find = lambda number: replace(find(number), **changes)  # type: ignore[method-assign]


# --- messages --------------------------------------------------------------------------------------------------------


def test_the_code_goes_by_mail_and_the_next_one_by_sms(world: World) -> None:
    to_code(world)
    assert world.view.address.endswith("@customer.example")
    assert world.view.next_to is Contact.PHONE
    world.wait(RESEND_SECONDS[0])
    world.touch("resend")
    assert world.view.address == "•••• 1111"
    assert world.view.next_to is Contact.EMAIL
    assert (len(world.post.messages), len(world.sms.messages)) == (1, 1)
    world.type(world.sms.code())
    assert world.state == "menu"


def test_with_the_mail_server_down_it_comes_by_sms_and_the_screen_says_so(world: World) -> None:
    world.post.down = True
    to_code(world)
    assert world.view.address == "•••• 1111"
    world.type(world.sms.code())
    assert world.state == "menu"


def test_whoever_cannot_be_reached_is_told_at_once(world: World) -> None:
    contacts(world, email="", phone="")
    to_code(world)
    assert (world.state, world.note) == ("farewell", "no_code_way")


# --- the app ---------------------------------------------------------------------------------------------------------


def test_a_customer_with_an_app_is_asked_for_its_code_and_nothing_is_sent(world: World) -> None:
    telephone = give_app(world)
    to_code(world)
    assert world.view.source is CodeSource.APP
    assert world.view.others == (CodeSource.MESSAGE,)
    world.type(telephone.at(world.clock.now()))
    assert world.state == "menu"
    assert not world.post.messages
    assert not world.sms.messages


def test_the_code_of_an_app_is_not_taken_twice(world: World) -> None:
    telephone = give_app(world)
    code = telephone.at(world.clock.now())
    to_code(world)
    world.type(code)
    world.touch("cancel")
    world.touch("done")
    to_code(world)
    world.type(code)
    assert (world.state, world.note) == ("one_time_code", "not_confirmed")
    world.wait(STEP_SECONDS)
    world.type(telephone.at(world.clock.now()))
    assert world.state == "menu"


def test_the_telephone_left_at_home_a_code_is_sent_instead(world: World) -> None:
    give_app(world)
    to_code(world)
    world.touch("source", "message")
    assert (world.view.source, world.view.sent) == (CodeSource.MESSAGE, True)
    world.type(world.post.code())
    assert world.state == "menu"


def test_to_and_fro_sends_one_code_only(world: World) -> None:
    telephone = give_app(world)
    to_code(world)
    for source in ("message", "app", "message", "app"):
        world.touch("source", source)
    assert len(world.post.messages) == 1
    assert world.view.source is CodeSource.APP
    world.type(telephone.at(world.clock.now()))
    assert world.state == "menu"


def test_a_sent_code_is_no_code_of_the_app(world: World) -> None:
    give_app(world)
    to_code(world)
    world.touch("source", "message")
    sent = world.post.code()
    world.touch("source", "app")
    world.type(sent)
    assert (world.state, world.note) == ("one_time_code", "not_confirmed")


@pytest.mark.parametrize("source", ["app", "list", "message", "pigeon", ""])
def test_a_source_the_customer_does_not_have_cannot_be_chosen(world: World, source: str) -> None:
    to_code(world)
    before = world.view
    world.touch("source", source)
    assert world.view == before


def test_wrong_codes_of_an_app_lock_like_any_other(world: World) -> None:
    telephone = give_app(world)
    right = telephone.at(world.clock.now())
    to_code(world)
    for _ in range(3):
        world.type(f"{(int(right) + 1) % 1_000_000:06d}")
    assert world.state == "locked"
    world.touch("done")
    to_pin(world)
    world.type(PIN)
    world.touch("enter")
    assert world.state == "locked"


# --- the list --------------------------------------------------------------------------------------------------------


def test_whoever_has_neither_telephone_nor_mail_uses_the_list(world: World) -> None:
    contacts(world, email="", phone="")
    codes = give_list(world)
    for number in (1, 2):
        to_code(world)
        assert (world.view.source, world.view.number, world.view.others) == (CodeSource.LIST, number, ())
        world.type(codes[number - 1])
        assert world.state == "menu"
        world.touch("cancel")
        world.touch("done")


def test_three_wrong_codes_of_a_list_lock(world: World) -> None:
    codes = give_list(world)
    to_code(world)
    world.touch("source", "list")
    for _ in range(3):
        world.type(f"{(int(codes[0]) + 1) % 1_000_000:06d}")
    assert world.state == "locked"


# --- a payment -------------------------------------------------------------------------------------------------------


def test_a_large_sum_is_confirmed_by_a_code_that_was_sent_for_it(make_world: MakeWorld) -> None:
    """The code of an app cannot say what it is for."""
    world = make_world(step_up_above=1000)
    telephone = give_app(world)
    to_code(world)
    world.type(telephone.at(world.clock.now()))
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    world.touch("amount", "200000")
    world.touch("confirm")
    assert world.state == "confirm_code"
    assert (world.view.source, world.view.others) == (CodeSource.MESSAGE, ())
    world.touch("source", "app")
    assert world.view.source is CodeSource.MESSAGE
    assert world.post.messages
