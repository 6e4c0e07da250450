"""Withdrawals as lists of steps: the whole way, and every way it can go wrong once the customer is known."""

from __future__ import annotations

import pytest

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.ports import DeviceUnavailable, Work
from atm_app.stores import Outcome, StoreUnavailable, Transfer
from tests.db.bank import administrator
from tests.flows.conftest import MakeWorld
from tests.flows.steps import cardless_to_menu, to_amount, to_confirm, to_menu, to_pin, to_receipt, to_take_cash
from tests.world import PIN, World


def test_the_whole_cardless_withdrawal(world: World) -> None:
    cardless_to_menu(world)
    assert world.view.first_name == "Asha"
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    world.touch("amount", "200000")
    assert world.view.amount.minor == 200_000
    world.dispenser.changed = lambda: world.dispenser.take() and None
    world.touch("confirm")
    assert world.state == "receipt"
    assert world.view.balance.minor == 48_000_00
    world.touch("print")
    assert world.state == "another"
    assert world.note == "receipt_printed"
    assert world.printer.last is not None
    world.touch("done")
    assert world.state == "farewell"
    assert world.controller.session is None
    world.wait(6)
    assert world.state == "welcome"
    assert world.balance() == 48_000
    assert [event for event in world.events() if event[0].startswith("withdrawal")] == [
        ("withdrawal_hold", "held"),
        ("withdrawal_settle", "posted"),
    ]


def test_two_withdrawals_in_one_visit(world: World) -> None:
    to_receipt(world)
    world.touch("done")
    world.touch("more")
    assert world.state == "menu"
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    world.type("700")
    world.touch("enter")
    world.touch("confirm")
    assert world.state == "receipt"
    assert world.balance() == 50_000 - 2_000 - 700


def test_cash_not_taken_goes_back_and_nothing_is_debited(world: World) -> None:
    to_take_cash(world)
    world.dispenser.changed = lambda: None
    world.dispenser.fate(world.controller.session.order.request_id)  # what the device does after its 30 s
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("notice", "cash_retracted")
    assert world.balance() == world.available() == 50_000
    world.touch("done")
    assert world.state == "menu"


def test_a_jam_voids_the_hold(world: World) -> None:
    to_confirm(world)
    world.dispenser.jam(True)
    world.touch("confirm")
    assert (world.state, world.note) == ("notice", "dispense_failed")
    assert world.balance() == world.available() == 50_000


def test_a_power_cut_with_the_notes_gone_is_suspended(make_world: MakeWorld) -> None:
    world = make_world()
    to_take_cash(world)
    world.dispenser.changed = lambda: None
    world.dispenser.cut_power_and_take()
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("notice", "cash_unknown")
    assert world.balance() == 48_000  # in suspense, until staff settle it
    assert ("withdrawal_settle", "suspended") in world.events()


def test_a_dispenser_unplugged_before_it_counts_is_settled_when_it_is_back(world: World) -> None:
    to_confirm(world)
    world.dispenser.plug(False)
    world.touch("confirm")
    assert (world.state, world.note) == ("notice", "dispense_failed")
    world.touch("done")
    world.wait(10)
    assert world.state == "out_of_service"
    assert world.balance() == 50_000
    world.dispenser.plug(True)
    world.wait(4)
    assert world.state == "welcome"
    assert world.available() == 50_000


def test_a_dispenser_unplugged_while_the_notes_lie_in_the_shutter_is_asked_when_it_is_back(world: World) -> None:
    to_take_cash(world)
    world.dispenser.changed = lambda: None
    world.dispenser.plug(False)
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("notice", "cash_unknown")
    world.dispenser.plug(True)
    world.dispenser.take()
    world.touch("done")
    world.wait(10)
    assert world.state == "welcome"
    assert world.balance() == world.available() == 48_000


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("60000", "over_transaction_limit"),
        ("49999", "over_transaction_limit"),
        ("150", "cannot_be_paid"),
        ("50", "cannot_be_paid"),
    ],
)
def test_amounts_that_cannot_be(world: World, typed: str, note: str) -> None:
    to_amount(world)
    world.type(typed)
    world.touch("enter")
    assert (world.state, world.note) == ("amount", note)
    if note == "cannot_be_paid":
        assert [amount.minor // 100 for amount in world.view.nearest] in ([100, 200], [100])
    assert world.available() == 50_000


def test_more_than_the_account_holds(world: World) -> None:
    to_menu(world)
    world.touch("withdraw")
    world.touch("account", str(world.accounts[1]))
    world.type("1000")
    world.touch("enter")
    assert (world.state, world.note) == ("amount", "insufficient_funds")
    assert all(amount.minor <= 900_00 for amount in world.view.quick)


def test_zero_and_nothing_typed_do_nothing(world: World) -> None:
    to_amount(world)
    world.touch("enter")
    world.type("000")
    world.touch("enter")
    world.touch("amount", "0")
    world.touch("amount", "-200000")
    assert world.state == "amount"
    assert world.available() == 50_000


def test_somebody_elses_account_cannot_be_chosen(make_world: MakeWorld) -> None:
    other = make_world()
    world = make_world()
    to_menu(world)
    world.touch("withdraw")
    world.touch("account", str(other.accounts[0]))
    assert world.state == "choose_account"


def test_the_notes_are_told_while_the_amount_is_typed(world: World) -> None:
    to_amount(world)
    for typed, told in (("2", 0), ("20", 0), ("200", 200), ("2000", 2000), ("20000", 20_000), ("200000", 0)):
        world.touch("digit", typed[-1])
        assert world.view.typed == typed
        assert sum(note.denomination * note.count for note in world.view.mix) == told * 100
    world.touch("erase")
    shown = world.view.mix
    world.touch("enter")
    assert (world.state, world.view.mix) == ("confirm", shown), "those that come"


def test_money_spent_elsewhere_between_amount_and_confirm_is_refused(world: World) -> None:
    to_confirm(world)
    savings, other = world.accounts
    assert world.controller.session is not None
    elsewhere = Transfer(
        b"t" * 16, world.customer_id, savings, Money.of_major(49_000), world.controller.session.token, b"", "cardless",
        to=other,
    )  # fmt: skip
    assert world.storage.ledger.transfer(elsewhere).outcome is Outcome.POSTED
    world.touch("confirm")
    assert (world.state, world.note) == ("notice", "insufficient_funds")
    assert world.available() == 1_000


def test_the_database_lost_at_the_hold_moves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    to_confirm(world)

    def gone(_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(world.storage.ledger, "hold", gone)
    world.touch("confirm")
    assert (world.state, world.note) == ("notice", "nothing_moved")
    monkeypatch.undo()
    world.touch("done")
    assert world.state == "farewell"
    world.wait(5.1)
    assert world.state == "out_of_service"
    world.wait(4)
    assert world.state == "welcome"
    assert world.balance() == world.available() == 50_000


def test_the_database_lost_at_the_settlement_is_booked_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    to_take_cash(world)

    def gone(*_: object) -> None:
        raise StoreUnavailable("gone")

    world.dispenser.changed = lambda: None
    world.dispenser.take()
    monkeypatch.setattr(world.storage.ledger, "settle", gone)
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("notice", "booked_later")
    assert [intent.state for intent in world.storage.intents.open()] == ["taken"]
    monkeypatch.undo()
    world.touch("done")
    world.wait(6)
    world.wait(4)
    assert world.state == "welcome"
    assert world.balance() == world.available() == 48_000


def test_a_full_disk_refuses_before_anything_moves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    to_confirm(world)

    def full(*_: object) -> None:
        raise StoreUnavailable("database or disk is full")

    monkeypatch.setattr(world.storage.intents, "record", full)
    world.touch("confirm")
    assert (world.state, world.note) == ("notice", "nothing_moved")
    assert world.dispenser.in_shutter() == (0, 0)
    assert world.available() == 50_000


def test_no_paper_still_ends_well(world: World) -> None:
    to_receipt(world)
    world.printer.load_paper(False)
    world.touch("print")
    assert (world.state, world.note) == ("another", "receipt_not_printed")
    assert world.balance() == 48_000


def test_nobody_can_cancel_while_money_moves(world: World) -> None:
    to_take_cash(world)
    world.touch("cancel")
    assert world.state == "take_cash"
    world.dispenser.changed = lambda: None
    world.dispenser.take()
    world.workers.held.discard(Work.DISPENSER)
    world.settle()
    assert world.state == "receipt"
    assert world.controller.session is not None
    assert world.controller.session.order.fate is CashFate.TAKEN


def test_notes_taken_although_the_answer_to_present_was_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    to_confirm(world)
    present = world.dispenser.present

    def lost(request_id: bytes) -> None:
        present(request_id)
        world.dispenser.take()
        raise DeviceUnavailable("no answer")

    monkeypatch.setattr(world.dispenser, "present", lost)
    world.touch("confirm")
    assert world.state == "receipt"
    assert world.balance() == 48_000


def test_books_that_refuse_to_settle_are_a_dispute_for_staff(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    to_take_cash(world)
    session = world.controller.session
    assert session is not None
    world.storage.ledger.settle(session.order.request_id, Outcome.VOIDED, CashFate.REJECTED)
    world.dispenser.changed = lambda: None
    world.dispenser.take()
    world.workers.held.clear()
    world.settle()
    assert (world.state, world.note) == ("notice", "cash_unknown")
    assert session.order.request_id in [intent.request_id for intent in world.storage.intents.disputed()]
    assert ("withdrawal_settle", "disputed") in world.events()
    assert world.printer.last is None


def test_a_step_that_fails_ends_the_visit_and_the_machine_comes_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_confirm(world)

    def broken(*_: object) -> None:
        raise AssertionError("a mistake of ours")

    monkeypatch.setattr(world.controller._steps["dispensing"], "_held", broken)
    world.rescues_expected = 1
    world.touch("confirm")
    assert (world.state, world.note) == ("farewell", "trouble")
    monkeypatch.undo()
    world.wait(5.1)
    assert world.state == "out_of_service"
    world.wait(4)
    assert world.state == "welcome"
    assert world.available() == 50_000


def test_a_frozen_customer_looks_like_any_wrong_pin(world: World) -> None:
    admin = administrator(world.storage.folder)
    admin.cursor().execute("UPDATE customer SET status = 'frozen' WHERE id = %s", (world.customer_id,))
    admin.close()
    to_pin(world)
    seen = []
    for _ in range(3):
        world.type(PIN)
        world.touch("enter")
        seen.append(world.state)
    assert seen == ["pin", "pin", "locked"]


def test_the_usual_amount_is_one_touch_of_the_menu(world: World) -> None:
    """Most often and, of as frequent ones, latest; twice at least; from whichever account."""
    to_menu(world)
    offered = [world.view.usual]
    for amount in (700, 500, 500, 700):
        withdraw(world, amount)
        offered.append(world.view.usual)
    assert offered == [None, None, None, Money.of_major(500), Money.of_major(700)]
    world.touch("usual")
    world.touch("account", str(world.accounts[0]))
    assert (world.state, world.view.amount) == ("confirm", Money.of_major(700))
    world.touch("change")
    assert (world.state, world.note, world.view.typed) == ("amount", "", ""), "asked for once, not again"


def test_a_usual_amount_that_is_too_much_now_is_explained(world: World) -> None:
    to_menu(world)
    for _ in range(5):
        withdraw(world, 10_000)
    world.touch("usual")
    world.touch("account", str(world.accounts[0]))
    assert (world.state, world.note) == ("amount", "over_transaction_limit")


def test_nobody_is_offered_the_usual_amount_by_a_menu_of_another(world: World) -> None:
    """The answer comes when the visit is over."""
    to_menu(world)
    for _ in range(2):
        withdraw(world, 500)
    world.touch("cancel")
    assert world.state == "farewell"
    world.touch("usual")
    assert world.state == "farewell"


def withdraw(world: World, major: int) -> None:
    """From the menu and back to it."""
    world.touch("withdraw")
    world.touch("account", str(world.accounts[0]))
    world.type(str(major))
    world.touch("enter")
    world.dispenser.changed = lambda: world.dispenser.take() and None
    world.touch("confirm")
    world.touch("done")
    world.touch("more")
