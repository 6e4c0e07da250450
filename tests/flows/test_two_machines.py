"""Two machines, one customer: what is counted and locked at one holds at the other, and a visit is at one of them."""

from __future__ import annotations

import pytest

from atm_app.config import LimitSettings, MovementLimit
from atm_app.ports import Work
from atm_app.views import Farewell
from tests.db.bank import administrator, ask
from tests.flows.conftest import MakeWorld
from tests.flows.steps import to_amount, to_code, to_confirm, to_menu, to_pin, to_receipt
from tests.world import PIN, World

# Two withdrawals at once, 3,000 a day.
NARROW = LimitSettings(withdrawal=MovementLimit(per_transaction=2_000, per_day=3_000, burst=2, period=3600))


@pytest.fixture
def here(make_world: MakeWorld) -> World:
    return make_world(limits=NARROW)


@pytest.fixture
def there(make_world: MakeWorld, here: World) -> World:
    """Another machine, at which the customer of the first stands."""
    world = make_world(limits=NARROW)
    world.number, world.accounts, world.customer_id = here.number, here.accounts, here.customer_id
    return world


def leave(world: World) -> None:
    world.touch("cancel")
    world.touch("done")
    assert world.state == "welcome"


def turned_away(world: World) -> None:
    to_code(world)
    world.type(world.post.code())
    assert (world.state, world.note) == ("farewell", "served_elsewhere")
    assert isinstance(world.view, Farewell)
    world.touch("done")
    assert world.state == "welcome"


# --- what a customer's rows count, they count for every machine ------------------------------------------------------


def test_a_lock_at_one_machine_locks_at_the_other(here: World, there: World) -> None:
    for world in (here, there, here):
        to_pin(world)
        world.type("9999")
        world.touch("enter")
        world.touch("cancel")
        world.touch("done")
    to_pin(there)
    there.type(PIN)
    there.touch("enter")
    assert there.state == "locked"


def test_what_is_used_of_a_days_limit_is_used_at_every_machine(here: World, there: World) -> None:
    to_receipt(here)
    leave(here)
    to_confirm_of(there, "200000")
    assert (there.state, there.note) == ("amount", "over_daily_limit")


def test_how_often_is_counted_over_all_machines(here: World, there: World) -> None:
    for world in (here, there):
        withdraw(world, "10000")
        leave(world)
    to_confirm_of(here, "10000")
    here.touch("confirm")
    assert (here.state, here.note) == ("notice", "too_often")


def to_confirm_of(world: World, minor: str) -> None:
    to_amount(world)
    world.touch("amount", minor)


def withdraw(world: World, minor: str) -> None:
    to_confirm_of(world, minor)
    world.dispenser.changed = lambda: world.dispenser.take() and None
    world.touch("confirm")
    assert world.state == "receipt"


# --- one visit -------------------------------------------------------------------------------------------------------


def test_who_is_being_served_cannot_begin_at_another_machine(here: World, there: World) -> None:
    to_confirm(here)
    turned_away(there)
    assert ("visit", "served_elsewhere") in there.events()
    assert ("sign_in", "done") not in there.events()
    here.dispenser.changed = lambda: here.dispenser.take() and None
    here.touch("confirm")
    assert here.state == "receipt", "the first visit goes on"
    leave(here)
    to_menu(there)


def test_every_end_of_a_visit_gives_it_back(here: World, there: World) -> None:
    """Cancelled, timed out, and cut off by a fault of ours."""
    to_menu(here)
    leave(here)
    to_menu(there)
    there.wait(there.settings.times.idle + there.settings.times.more_time + there.settings.times.farewell + 1)
    assert there.state == "welcome"
    to_menu(here)
    here.controller._steps["menu"].touch = breaks  # type: ignore[method-assign]
    here.touch("balance")
    here.rescues_expected = 1
    assert (here.state, here.note) == ("farewell", "trouble")
    to_menu(there)


def breaks(action: object) -> None:
    raise RuntimeError("a step of ours is broken")


def test_a_visit_that_ends_before_its_claim_was_answered_is_given_back(here: World, there: World) -> None:
    to_code(here)
    here.workers.held.add(Work.LEDGER)
    here.type(here.post.code()[:-1])
    here.touch("digit", here.post.code()[-1])
    here.workers.settle_one(Work.LEDGER)
    assert here.state == "menu"
    here.touch("cancel")
    assert here.state == "farewell"
    here.workers.held.clear()
    here.settle()
    to_menu(there)


def test_a_machine_that_was_switched_off_serves_its_customer_again_when_it_starts(here: World, there: World) -> None:
    to_menu(here)
    turned_away(there)
    here.prepare(lambda _: None)  # as its next start does
    to_menu(there)


def test_a_customer_who_takes_their_time_keeps_the_visit(here: World) -> None:
    """The clock of the database is real, that of the machine is the test's: renewals are counted."""
    to_menu(here)
    renewals = [renewed(here)]
    for _ in range(4):
        here.wait(20)
        here.touch("balance")
        here.touch("back")
        renewals.append(renewed(here))
    assert renewals[-1] - renewals[0] == 2, "after half a minute, not with every touch"


def renewed(world: World) -> int:
    admin = administrator(world.storage.folder)
    try:
        ((count,),) = ask(admin, "SELECT renewals FROM visit_lease WHERE customer_id = %s", (world.customer_id,))
    finally:
        admin.close()
    return int(count)
