"""Cash paid in: what is kept is booked, what is not is given back, whatever happens in between."""

from __future__ import annotations

import pytest

from atm_app.cash_ports import CashFate, NotesOfValue
from atm_app.ports import DeviceUnavailable, Work
from atm_app.stores import StoreUnavailable
from tests.flows.conftest import MakeWorld
from tests.flows.steps import insert, to_insert_notes, to_menu
from tests.world import World


def kept(world: World) -> int:
    """Whole rupees in the deposit box."""
    return sum(note.denomination * note.count for note in world.acceptor.in_box()) // 100


def go_on(world: World) -> None:
    """The acceptor's thread is not held up any longer."""
    world.workers.held.clear()
    world.settle()


def test_notes_are_counted_kept_and_booked(world: World) -> None:
    to_insert_notes(world)
    insert(world, 3, 2)
    assert world.view.total.minor == 500_00
    world.touch("keep")
    go_on(world)
    assert world.state == "receipt"
    assert (world.view.amount.minor, world.balance(), kept(world)) == (500_00, 50_500, 500)
    world.touch("print")
    assert (world.state, world.note) == ("another", "receipt_printed")
    assert world.printer.last is not None
    assert (
        b"cash_deposit" in world.printer.last.read_bytes().lower() or b"CASH_DEPOSIT" in world.printer.last.read_bytes()
    )


def test_a_customer_who_changes_their_mind_gets_the_notes_back(world: World) -> None:
    to_insert_notes(world)
    insert(world, 5)
    world.touch("cancel")
    go_on(world)
    assert world.state == "farewell"
    assert (world.acceptor.in_escrow(), kept(world), world.balance()) == ((), 0, 50_000)


def test_a_customer_who_walks_away_leaves_no_notes_in_escrow(world: World) -> None:
    to_insert_notes(world)
    insert(world, 5)
    world.acceptor.inserting = ()
    go_on(world)  # nobody puts anything in any more: the machine asks whether they are there
    assert world.state == "more_time"
    world.wait(world.settings.times.more_time + 1)
    go_on(world)
    assert (world.acceptor.in_escrow(), kept(world), world.balance()) == ((), 0, 50_000)


def test_asked_for_more_time_the_notes_stay_and_count(world: World) -> None:
    to_insert_notes(world)
    insert(world, 5)
    go_on(world)
    world.workers.held.add(Work.ACCEPTOR)
    world.touch("more")
    assert (world.state, world.view.total.minor) == ("insert_notes", 500_00)
    world.touch("keep")
    go_on(world)
    assert (world.state, world.balance()) == ("receipt", 50_500)


def test_notes_the_machine_cannot_read_come_straight_back(world: World) -> None:
    to_insert_notes(world)
    world.acceptor.inserting = (NotesOfValue(100_00, 1), NotesOfValue(33_00, 2))
    world.workers.settle_one(Work.ACCEPTOR)
    assert (world.note, world.view.total.minor, world.view.refused) == ("notes_refused", 100_00, 2)
    world.touch("cancel")
    go_on(world)


def test_notes_added_after_the_last_count_are_shown_before_they_are_kept(world: World) -> None:
    to_insert_notes(world)
    insert(world, 5)
    # A note slips in between the count that is shown and the touch that keeps it.
    world.acceptor._state["escrow"]["10000"] = 6
    world.touch("keep")
    world.workers.settle_one(Work.ACCEPTOR)  # the wait for more notes, which nobody wants any more
    world.workers.settle_one(Work.ACCEPTOR)
    assert (world.state, world.note, world.view.total.minor) == ("insert_notes", "count_changed", 600_00)
    world.touch("cancel")
    go_on(world)
    assert kept(world) == 0


def test_more_than_the_limit_is_given_back(make_world: MakeWorld) -> None:
    from atm_app.config import LimitSettings, MovementLimit

    narrow = MovementLimit(per_transaction=400, per_day=400, burst=5, period=60)
    world = make_world(limits=LimitSettings(cash_deposit=narrow))
    to_insert_notes(world)
    insert(world, 5)
    world.touch("keep")
    go_on(world)
    assert (world.state, world.note) == ("notice", "over_transaction_limit")
    assert (world.acceptor.in_escrow(), kept(world), world.balance()) == ((), 0, 50_000)


def test_a_database_that_is_away_gives_the_notes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    to_insert_notes(world)
    insert(world, 5)

    def gone(_: object) -> None:
        raise StoreUnavailable("no answer")

    monkeypatch.setattr(world.storage.ledger, "hold_deposit", gone)
    world.touch("keep")
    go_on(world)
    assert (world.state, world.note) == ("notice", "notes_returned")
    assert (world.acceptor.in_escrow(), kept(world)) == ((), 0)
    world.touch("done")
    world.wait(10)
    go_on(world)
    assert world.state == "welcome"
    assert world.balance() == 50_000


def test_the_booking_lost_after_the_notes_were_kept_is_made_by_recovery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_insert_notes(world)
    insert(world, 5)

    def gone(*_: object) -> None:
        raise StoreUnavailable("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(world.storage.ledger, "settle", gone)
        world.touch("keep")
        go_on(world)
        assert (world.state, world.note) == ("notice", "deposit_later")
        assert (kept(world), world.balance()) == (500, 50_000)
    world.touch("done")
    world.wait(10)
    go_on(world)
    assert (world.state, world.balance()) == ("welcome", 50_500)


@pytest.mark.parametrize(("jammed", "fate"), [(False, CashFate.RETURNED), (True, CashFate.UNKNOWN)])
def test_an_acceptor_that_breaks_off_is_asked_where_the_notes_are(
    world: World, monkeypatch: pytest.MonkeyPatch, jammed: bool, fate: CashFate
) -> None:
    to_insert_notes(world)
    insert(world, 5)

    def broken(_: bytes) -> None:
        world.acceptor.jam(jammed)
        raise DeviceUnavailable("no answer")

    monkeypatch.setattr(world.acceptor, "store", broken)
    world.touch("keep")
    go_on(world)
    wanted = "notes_returned" if fate is CashFate.RETURNED else "deposit_unknown"
    assert (world.state, world.note) == ("notice", wanted)
    assert world.balance() == 50_000
    outcome = "voided" if fate is CashFate.RETURNED else "suspended"
    assert ("deposit_settle", outcome) in world.events()


def test_an_unplugged_acceptor_leaves_the_deposit_to_recovery(world: World) -> None:
    to_insert_notes(world)
    insert(world, 5)
    world.acceptor.plug(False)
    world.touch("keep")
    go_on(world)
    assert (world.state, world.note) == ("notice", "deposit_failed")
    world.touch("done")
    world.wait(10)
    assert world.state == "out_of_service"
    world.acceptor.plug(True)
    world.wait(10)
    go_on(world)
    assert (world.state, world.balance(), kept(world)) == ("welcome", 50_000, 0)


def test_without_an_acceptor_the_deposit_is_not_offered(world: World) -> None:
    world.acceptor.plug(False)
    world.wait(2)
    to_menu(world)
    assert not world.view.notes_in
    world.touch("deposit")
    assert (world.state, world.note) == ("notice", "no_acceptor")


def test_a_visit_ended_before_the_slot_opens_leaves_no_deposit_open(world: World) -> None:
    to_menu(world)
    world.workers.held.add(Work.LEDGER)
    world.touch("deposit")
    world.workers.settle_one(Work.LEDGER)
    world.touch("account", str(world.accounts[0]))
    assert world.state == "insert_notes"
    world.touch("cancel")
    go_on(world)
    assert world.state == "farewell"
    assert world.storage.intents.open() == ()
