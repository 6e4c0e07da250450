"""A large sum, and anything for somebody new, is confirmed with a code that is worth nothing for anything else."""

from __future__ import annotations

import pytest

from atm_app.banking.money import Money
from atm_app.banking.payees import PayeeAccount
from tests.flows.conftest import MakeWorld
from tests.flows.steps import prove, to_amount, to_confirm_code, to_description, to_menu
from tests.world import World


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_transfer_to_somebody_new_says_how_much_and_to_whom_and_is_booked_once_proven(world: World) -> None:
    to_confirm_code(world)
    text = world.post.messages[-1].text.splitlines()[0]
    assert "₹1,000" in text
    assert "Binod T." in text
    assert world.friend_number not in text
    assert (world.view.amount, world.view.receiver) == (Money.of_major(1_000), "Binod T.")
    assert world.balance() == 50_000
    prove(world)
    assert (world.state, world.balance()) == ("receipt", 49_000)


@pytest.mark.parametrize(("major", "state"), [(10_000, "take_cash"), (10_100, "confirm_code")])
def test_cash_needs_a_code_above_the_sum_that_is_set(make_world: MakeWorld, major: int, state: str) -> None:
    world = make_world(step_up_above=10_000)
    to_amount(world)
    world.type(str(major))
    world.touch("enter")
    assert world.state == "confirm"
    if state == "take_cash":
        world.dispenser.changed = world.dispenser.take
        world.touch("confirm")
        assert world.state == "receipt"
        return
    world.touch("confirm")
    assert world.state == state
    world.dispenser.changed = world.dispenser.take
    prove(world)
    assert (world.state, world.balance()) == ("receipt", 50_000 - major)


def test_three_wrong_codes_lock_and_nothing_moves(world: World) -> None:
    to_confirm_code(world)
    code = wrong(world.post.code())
    for _ in range(3):
        world.type(code)
    assert world.state == "locked"
    assert world.balance() == 50_000


def test_the_code_of_the_sign_in_is_not_the_one_that_confirms(world: World) -> None:
    to_menu(world)
    sign_in = world.post.code()
    world.touch("transfer")
    world.touch("account", str(world.accounts[0]))
    world.touch("by", "account")
    world.type(world.friend_number)
    world.touch("enter")
    world.touch("enter")
    world.touch("amount", "100000")
    world.touch("describe", "Rent")
    world.touch("confirm")
    assert world.state == "confirm_code"
    assert world.post.code() != sign_in
    world.type(sign_in)
    assert (world.state, world.note) == ("confirm_code", "not_confirmed")


def test_a_code_for_one_sum_does_not_confirm_another(world: World) -> None:
    to_confirm_code(world)
    first = world.post.code()
    world.touch("back")
    world.touch("change")
    world.touch("clear")
    world.type("2000")
    world.touch("enter")
    world.touch("describe", "Rent")
    world.touch("confirm")
    assert world.state == "confirm_code"
    if world.post.code() != first:  # one in a million
        world.type(first)
        assert (world.state, world.note) == ("confirm_code", "not_confirmed")
    prove(world)
    assert (world.state, world.balance()) == ("receipt", 48_000)


def test_no_more_than_three_codes_an_order(world: World) -> None:
    to_confirm_code(world)
    for _ in range(2):
        world.touch("back")
        world.touch("confirm")
        assert world.state == "confirm_code"
    world.touch("back")
    world.touch("confirm")
    assert (world.state, world.note) == ("farewell", "not_confirmed")
    assert world.balance() == 50_000


def test_somebody_paid_before_and_a_small_bill_need_none(world: World) -> None:
    to_confirm_code(world)
    prove(world)
    world.storage.payees.save(
        world.customer_id, PayeeAccount(world.friend_account, "", "", "Binod T.", "INR"), "Binod T.", b"s" * 16
    )
    world.touch("done")
    world.touch("more")
    world.touch("transfer")
    world.touch("account", str(world.accounts[0]))
    world.touch("payee", str(world.friend_account))
    world.touch("amount", "100000")
    world.touch("describe")
    world.touch("confirm")
    assert (world.state, world.balance()) == ("receipt", 48_000)
    world.touch("done")
    world.touch("more")
    pay_power(world)
    assert (world.state, world.balance()) == ("receipt", 47_000)


def pay_power(world: World) -> None:
    """From the menu, ₹1,000."""
    world.touch("pay")
    world.touch("account", str(world.accounts[0]))
    world.touch("biller", "MSEB")
    world.type("123456789012")
    world.touch("enter")
    world.touch("amount", "100000")
    world.touch("confirm")


def test_a_bill_above_the_sum_names_the_biller(make_world: MakeWorld) -> None:
    world = make_world(step_up_above=100)
    to_menu(world)
    pay_power(world)
    assert world.state == "confirm_code"
    assert "Maha Power" in world.post.messages[-1].text
    prove(world)
    assert world.state == "receipt"


def test_a_message_that_cannot_be_sent_moves_nothing(world: World) -> None:
    to_description(world)
    world.post.down = True
    world.touch("describe", "Rent")
    world.touch("confirm")
    assert (world.state, world.note) == ("confirm_code", "not_delivered")
    world.touch("back")
    assert world.state == "confirm"
    assert world.balance() == 50_000
