"""Money sent and bills paid, as the customer meets them."""

from __future__ import annotations

import pytest

from atm_app.config import LimitSettings, MovementLimit
from atm_app.stores import StoreUnavailable
from tests.flows.conftest import MakeWorld
from tests.flows.steps import (
    prove,
    to_biller,
    to_confirm_code,
    to_description,
    to_payee,
    to_payee_number,
    to_reference,
)
from tests.world import World


def friends_balance(world: World) -> int:
    (account,) = world.storage.ledger.accounts(world.friend)
    return account.balance.minor // 100


def test_a_transfer_by_account_number_is_booked_and_both_sides_are_told(world: World) -> None:
    to_description(world)
    world.touch("describe", "Rent")
    confirm = world.view
    assert (confirm.payee.name, confirm.description, confirm.amount.minor) == ("Binod T.", "Rent", 1000_00)
    world.touch("confirm")
    prove(world)
    assert world.state == "receipt"
    assert (world.balance(), friends_balance(world)) == (49_000, 1_000)
    world.touch("done")
    world.touch("done")
    world.wait(20)
    sent = {message.address: message.text for message in world.post.messages if "Rent" in message.text}
    assert set(sent) == {world.customer.email, world.storage.customers.get(world.friend).email}  # type: ignore[union-attr]
    assert world.friend_number not in "".join(sent.values()), "mail is read by others"


def test_nothing_is_said_twice_when_the_post_comes_back(world: World) -> None:
    to_confirm_code(world)
    prove(world)
    world.post.down = True
    world.touch("done")
    world.touch("done")
    world.wait(8)
    before = len(world.post.messages)
    world.post.down = False
    world.wait(20)
    assert len(world.post.messages) == before + 2
    world.wait(20)
    assert len(world.post.messages) == before + 2


def test_a_payee_is_found_by_mobile_number_and_remembered(world: World) -> None:
    to_payee(world)
    assert world.view.saved == ()
    friend = world.storage.customers.get(world.friend)
    assert friend is not None
    world.touch("by", "mobile")
    world.type(friend.phone[-10:])
    world.touch("enter")
    assert world.view.found.name == "Binod T."
    world.touch("enter")
    world.touch("amount", "100000")
    world.touch("save")
    world.touch("describe", "Gift")
    world.touch("confirm")
    prove(world)
    assert world.state == "receipt"
    world.touch("done")
    world.touch("more")
    world.touch("transfer")
    world.touch("account", str(world.accounts[0]))
    (saved,) = world.view.saved
    assert (saved.account_id, saved.label) == (world.friend_account, "Binod T.")
    world.touch("payee", str(world.friend_account))
    assert world.state == "amount"


def test_ones_own_account_needs_no_number_and_meets_no_limit(make_world: MakeWorld) -> None:
    narrow = MovementLimit(per_transaction=100, per_day=100, burst=5, period=60)
    world = make_world(limits=LimitSettings(transfer=narrow))
    to_payee(world)
    world.touch("payee", str(world.accounts[1]))
    world.type("40000")
    world.touch("enter")
    world.touch("describe")
    world.touch("confirm")
    assert world.state == "receipt"
    assert (world.balance(0), world.balance(1)) == (10_000, 40_900)


@pytest.mark.parametrize(("number", "note"), [("111111", "no_such_payee"), ("own", "same_account")])
def test_a_number_that_cannot_be_paid_is_said_so(world: World, number: str, note: str) -> None:
    to_payee_number(world)
    mine = {account.account_id: account.number for account in world.storage.ledger.accounts(world.customer_id)}
    world.type(mine[world.accounts[0]] if number == "own" else number)
    world.touch("enter")
    assert (world.state, world.note, world.view.found) == ("payee_number", note, None)


def test_nobody_learns_who_has_an_account_by_trying_numbers(world: World) -> None:
    to_payee_number(world)
    for number in range(5):
        world.type("1")
        if number == 0:
            world.type("11111")
        world.touch("enter")
        assert world.note == "no_such_payee"
    world.type("1")
    world.touch("enter")
    assert (world.state, world.note) == ("notice", "too_many_lookups")


@pytest.mark.parametrize(("typed", "note"), [
    ("300", "over_daily_limit"), ("201", "over_transaction_limit"), ("60000", "over_transaction_limit"),
])  # fmt: skip
def test_the_limits_are_said_before_anything_is_written(make_world: MakeWorld, typed: str, note: str) -> None:
    per_transaction = 200 if note == "over_transaction_limit" else 1000
    narrow = MovementLimit(per_transaction=per_transaction, per_day=250, burst=5, period=60)
    world = make_world(limits=LimitSettings(transfer=narrow))
    to_payee_number(world)
    world.type(world.friend_number)
    world.touch("enter")
    world.touch("enter")
    world.type(typed)
    world.touch("enter")
    assert (world.state, world.note) == ("amount", note)
    assert world.balance() == 50_000


def test_a_bill_is_paid_to_a_number_the_biller_has(world: World) -> None:
    to_reference(world)
    world.type("12345")
    world.touch("enter")
    assert (world.state, world.note) == ("reference", "reference_not_valid")
    world.type("6789012")
    world.touch("enter")
    assert world.state == "amount"
    world.type("5")
    world.touch("enter")
    assert world.note == "amount_not_accepted"
    world.type("00")
    world.touch("enter")
    world.touch("confirm")
    assert (world.state, world.balance()) == ("receipt", 49_500)
    (line,) = world.storage.ledger.statement(world.accounts[0], 1)
    assert (line.kind, line.counterparty, line.reference) == ("payment", "Maha Power", "123456789012")


def test_a_top_up_goes_to_a_mobile_number(world: World) -> None:
    to_biller(world)
    world.touch("biller", "SAHYATEL")
    world.type("9820011111")
    world.touch("enter")
    world.type("199")
    world.touch("enter")
    world.touch("confirm")
    world.touch("mail")
    assert (world.state, world.note) == ("another", "receipt_mailed")
    (pdf,) = world.post.messages[-1].attachments
    assert b"TOP_UP" in pdf.content
    assert world.balance() == 49_801


@pytest.mark.parametrize("posted", [True, False], ids=["booked", "not booked"])
def test_an_answer_that_was_lost_is_found_out_and_booked_at_most_once(
    world: World, monkeypatch: pytest.MonkeyPatch, posted: bool
) -> None:
    to_confirm_code(world)
    transfer = world.storage.ledger.transfer

    def lost(asked: object) -> None:
        if posted:
            transfer(asked)  # type: ignore[arg-type]
        raise StoreUnavailable("no answer")

    monkeypatch.setattr(world.storage.ledger, "transfer", lost)
    prove(world)
    assert (world.state, world.note) == ("notice", "transfer_unknown")
    monkeypatch.undo()
    world.touch("done")
    world.wait(10)
    assert world.state == "welcome"
    assert (world.balance(), friends_balance(world)) == ((49_000, 1_000) if posted else (50_000, 0))
