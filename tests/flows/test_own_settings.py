"""What customers read and change themselves: statement, PIN, limits."""

from __future__ import annotations

import pytest

from atm_app.banking.limits import LimitKind
from atm_app.banking.money import Money
from tests.flows.steps import to_new_pin, to_own_limits, to_statement
from tests.world import PIN, World

NEW = "8046"


def type_pin(world: World, pin: str) -> None:
    world.type(pin)
    world.touch("enter")


def pin_is(world: World, pin: str) -> bool:
    customer = world.customer
    known = world.storage.customers.pin_hash(world.customer_id)
    return world.storage.vault.pin_matches(pin, customer.pseudonym, known)


def test_the_pin_is_changed_by_who_knows_the_present_one(world: World) -> None:
    to_new_pin(world)
    type_pin(world, PIN)
    assert world.view.part == "new"
    type_pin(world, NEW)
    type_pin(world, NEW)
    assert (world.state, world.note) == ("another", "pin_changed")
    assert pin_is(world, NEW)
    assert not pin_is(world, PIN)
    assert ("credential_change", "done") in world.events()


@pytest.mark.parametrize(("pin", "note"), [
    ("1111", "pin_too_simple"), ("1234", "pin_too_simple"), ("9876", "pin_too_simple"), (PIN, "pin_unchanged"),
])  # fmt: skip
def test_a_pin_that_is_too_simple_or_the_same_is_not_taken(world: World, pin: str, note: str) -> None:
    to_new_pin(world)
    type_pin(world, PIN)
    type_pin(world, pin)
    assert (world.state, world.note, world.view.part) == ("new_pin", note, "new")
    assert pin_is(world, PIN)


def test_a_pin_repeated_wrongly_is_asked_again(world: World) -> None:
    to_new_pin(world)
    type_pin(world, PIN)
    type_pin(world, NEW)
    type_pin(world, "8047")
    assert (world.note, world.view.part) == ("pin_not_repeated", "new")
    assert pin_is(world, PIN)


def test_three_wrong_present_pins_lock(world: World) -> None:
    to_new_pin(world)
    for _ in range(3):
        type_pin(world, "9999")
    assert world.state == "locked"
    assert pin_is(world, PIN)


def test_no_pin_stays_behind_when_the_customer_goes_elsewhere(world: World) -> None:
    to_new_pin(world)
    type_pin(world, PIN)
    session = world.controller.session
    assert session is not None
    world.touch("back")
    assert session.order.pins == []
    assert PIN not in repr(session)


def test_limits_are_narrowed_kept_and_met(world: World) -> None:
    to_own_limits(world)
    withdrawal = next(limit for limit in world.view.allowances if limit.kind is LimitKind.WITHDRAWAL)
    assert not world.view.changed
    for _ in range(9):
        world.touch("less", "withdrawal")
    narrowed = next(limit for limit in world.view.allowances if limit.kind is LimitKind.WITHDRAWAL)
    assert narrowed.per_day == Money(withdrawal.ceiling_per_day.minor // 10)
    assert world.view.changed
    world.touch("keep")
    assert (world.state, world.note) == ("another", "limits_kept")
    world.touch("more")
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    world.type("6000")
    world.touch("enter")
    assert world.note == "over_transaction_limit"


def test_a_limit_is_never_wider_than_the_banks(world: World) -> None:
    to_own_limits(world)
    world.touch("more_of", "transfer")
    limit = next(limit for limit in world.view.allowances if limit.kind is LimitKind.TRANSFER)
    assert limit.per_day == limit.ceiling_per_day
    assert not world.view.changed


def test_the_statement_shows_the_latest_and_pages_through_a_period(world: World) -> None:
    for _ in range(12):
        world.storage.branch.deposit(world.fresh_request(), world.accounts[0], Money.of_major(10))
    to_statement(world)
    assert (len(world.view.lines), world.view.page, world.view.pages) == (6, 1, 2)
    newest = world.view.lines[0]
    assert newest.balance_after == Money.of_major(50_120)
    world.touch("older")
    assert (len(world.view.lines), world.view.page) == (4, 2)
    world.touch("period", "30")
    assert (world.view.page, world.view.days) == (1, 30)
    world.touch("print")
    assert world.note == "receipt_printed"
    world.touch("mail")
    assert world.note == "receipt_mailed"
    assert world.state == "statement"
