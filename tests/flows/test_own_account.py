"""The customer's own page: who we take them for, their last visits, the app they get codes from."""

from __future__ import annotations

import pyotp

from tests.flows.steps import to_authenticator, to_menu, to_own_account
from tests.world import World


def letters(world: World) -> list[str]:
    return [message.text for message in world.post.messages if "If you did not do this" in message.text]


def set_up(world: World) -> pyotp.TOTP:
    """From the page with the QR code to the app set up."""
    telephone = pyotp.parse_uri(world.view.uri)
    assert isinstance(telephone, pyotp.TOTP)
    world.type(telephone.at(world.clock.now()))
    return telephone


def test_the_page_shows_contacts_shortened_and_accounts(world: World) -> None:
    to_own_account(world)
    view = world.view
    assert (view.name, view.number) == ("Asha Rao", world.number)
    assert (view.phone, view.email) == ("•••• 1111", "a•••@customer.example")
    assert {account.account_id for account in view.accounts} == set(world.accounts)
    world.touch("back")
    assert world.state == "menu"


def test_every_visit_is_listed_the_latest_first_and_one_that_failed_is_not(world: World) -> None:
    to_menu(world)
    for name in ("cancel", "done"):
        world.touch(name)
    world.touch("start_accessible")
    world.type(world.number)
    world.touch("enter")
    world.type("9999")
    world.touch("enter")
    world.touch("cancel")
    world.touch("done")
    to_own_account(world)
    visits = world.view.sign_ins
    assert [(visit.terminal, visit.policy) for visit in visits] == [(world.terminal, "accessible")] * 2
    assert visits[0].at >= visits[1].at
    assert world.events().count(("sign_in", "done")) == 2


def test_a_visit_is_noted_once_however_often_the_menu_is_seen(world: World) -> None:
    to_menu(world)
    for _ in range(3):
        world.touch("balance")
        world.touch("back")
    assert len(world.storage.sign_ins.latest(world.customer_id, 9)) == 1


def test_an_app_is_set_up_with_its_first_code_and_asked_for_the_next_time(world: World) -> None:
    to_authenticator(world)
    telephone = set_up(world)
    assert (world.state, world.note) == ("another", "authenticator_set")
    assert ("authenticator_set", "done") in world.events()
    (letter,) = letters(world)
    assert "authenticator" in letter
    world.touch("done")
    world.touch("done")
    world.wait(31)
    world.touch("start_accessible")
    world.type(world.number)
    world.touch("enter")
    world.type("2580")
    world.touch("enter")
    assert world.view.source == "app"
    world.type(telephone.at(world.clock.now()))
    assert world.state == "menu"


def test_a_wrong_code_sets_nothing_up(world: World) -> None:
    to_authenticator(world)
    secret = world.view.secret
    world.type(pyotp.TOTP(pyotp.random_base32()).at(world.clock.now()))
    assert (world.state, world.note, world.view.digits) == ("authenticator", "not_confirmed", "")
    assert world.view.secret == secret, "the telephone has scanned it"
    assert world.storage.authenticators.secret(world.customer_id) is None


def test_the_secret_is_another_every_time_and_stays_nowhere(world: World) -> None:
    to_authenticator(world)
    secret = world.view.secret
    world.touch("back")
    assert world.state == "own_account"
    world.touch("authenticator")
    assert world.view.secret != secret
    shown = repr(world.view)
    assert world.view.secret not in shown
    assert "otpauth" not in shown


def test_an_app_is_removed_by_its_customer(world: World) -> None:
    to_authenticator(world)
    assert not world.view.active
    world.touch("remove")
    assert world.state == "authenticator", "there is none"
    set_up(world)
    world.touch("more")
    world.touch("own_account")
    world.touch("authenticator")
    assert world.view.active
    world.touch("remove")
    assert (world.state, world.note) == ("another", "authenticator_removed")
    assert world.storage.authenticators.secret(world.customer_id) is None
    assert len(letters(world)) == 2
