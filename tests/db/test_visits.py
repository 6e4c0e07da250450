"""One visit a customer across machines: the lease, who gets it, how it ends, and that nothing moves without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from atm_app.cash_ports import CashFate
from atm_app.identity.visits import LEASE_SECONDS
from atm_app.stores import Movement, Outcome
from tests.db.bank import POLICY, SESSION, Bank, LostAnswer, ask, fresh_id, pass_time, together

ROUNDS = 40

Ask = Callable[[Bank, int, int], Movement]
# Everything that moves a customer's money from a machine.
MOVEMENTS: dict[str, Ask] = {
    "withdrawal": lambda bank, customer, account: bank.ledger.hold(bank.withdrawal(customer, account, 1)),
    "deposit": lambda bank, customer, account: bank.ledger.hold_deposit(bank.deposit(customer, account, 1)),
    "transfer": lambda bank, customer, account: bank.ledger.transfer(
        bank.transfer(customer, account, bank.account(bank.customer("Binod Thapa")), 100)
    ),
    "to oneself": lambda bank, customer, account: bank.ledger.transfer(
        bank.transfer(customer, account, bank.account(customer), 100)
    ),
}
each_movement = pytest.mark.parametrize("move", MOVEMENTS.values(), ids=MOVEMENTS)


@pytest.fixture
def there(bank: Bank) -> Iterator[Bank]:
    """Another machine on the same database."""
    made = Bank(bank.folder)
    yield made
    made.close()


def begins(bank: Bank, customer: int, session: bytes = SESSION) -> bool:
    return bank.storage.visits.begin(customer, POLICY, session, LEASE_SECONDS)


def lease_of(admin: Any, customer: int) -> list[tuple[Any, ...]]:
    return ask(admin, "SELECT * FROM visit_lease WHERE customer_id = %s", (customer,))


def test_of_two_machines_at_the_same_instant_exactly_one_gets_in(rich: tuple[Bank, int, int], there: Bank) -> None:
    here, customer, account = rich
    machines = (here, there)
    first = 0
    for number in range(ROUNDS):
        for machine in machines:
            machine.dismiss(customer)
        order = machines if number % 2 else machines[::-1]
        won = dict(zip(order, together([lambda one=one: begins(one, customer) for one in order]), strict=True))
        assert sorted(won.values()) == [False, True]
        first += won[here]
        for machine, may in won.items():
            if number % 8 == 0:
                movement = machine.ledger.transfer(machine.transfer(customer, account, here.account(customer), 1))
                assert (movement.outcome, movement.reason) == (
                    (Outcome.POSTED, "") if may else (Outcome.REFUSED, "visit_ended")
                )  # fmt: skip
    assert 0 < first < ROUNDS, "always the same machine was the first"


@each_movement
def test_nothing_moves_without_a_visit(rich: tuple[Bank, int, int], admin: Any, move: Ask) -> None:
    bank, customer, account = rich
    bank.dismiss(customer)
    movement = move(bank, customer, account)
    assert (movement.outcome, movement.reason) == (Outcome.REFUSED, "visit_ended")
    assert bank.balance(customer, account) == (1000, 1000)
    (told,) = ask(admin, "SELECT outcome FROM audit WHERE chain = %s ORDER BY id DESC LIMIT 1", (
        f"{bank.terminal}/kiosk",))  # fmt: skip
    assert told == ("visit_ended",)
    bank.serve(customer)
    assert move(bank, customer, account).outcome is not Outcome.REFUSED


@each_movement
def test_the_visit_of_another_session_or_machine_moves_nothing(
    rich: tuple[Bank, int, int], there: Bank, move: Ask
) -> None:
    here, customer, account = rich
    assert move(there, customer, account).reason == "visit_ended"
    assert begins(here, customer, fresh_id()), "the machine's next visit of the same customer"
    assert move(here, customer, account).reason == "visit_ended"


def test_whoever_is_turned_away_disturbs_nothing_and_is_on_record(
    rich: tuple[Bank, int, int], there: Bank, admin: Any
) -> None:
    here, customer, account = rich
    before, session = lease_of(admin, customer), fresh_id()
    assert not begins(there, customer, session)
    assert lease_of(admin, customer) == before
    rows = ask(admin, "SELECT event, outcome, session FROM audit WHERE chain = %s", (f"{there.terminal}/kiosk",))
    assert rows == [("visit", "served_elsewhere", session)]
    assert [visit.terminal for visit in here.storage.sign_ins.latest(customer, 9)] == [here.terminal]
    assert here.ledger.hold(here.withdrawal(customer, account, 1)).outcome is Outcome.HELD
    here.dismiss(customer)
    assert begins(there, customer, session)


def test_the_lease_of_a_machine_that_died_runs_out(rich: tuple[Bank, int, int], there: Bank) -> None:
    here, customer, account = rich
    assert begins(here, customer)
    held = here.held(customer, account, 2)
    pass_time(there.storage.kiosk, LEASE_SECONDS - 5)
    assert not begins(there, customer)
    pass_time(there.storage.kiosk, 6)
    assert begins(there, customer)
    assert here.ledger.hold(here.withdrawal(customer, account, 1)).reason == "visit_ended"
    settled = here.ledger.settle(held, Outcome.POSTED, CashFate.TAKEN)
    assert settled.outcome is Outcome.POSTED, "what was begun is settled, whoever is served where"


@pytest.mark.parametrize("move", [None, *MOVEMENTS.values()], ids=["kept", *MOVEMENTS])
def test_a_visit_that_goes_on_keeps_its_lease(rich: tuple[Bank, int, int], there: Bank, move: Ask | None) -> None:
    here, customer, account = rich
    assert begins(here, customer)
    pass_time(here.storage.kiosk, LEASE_SECONDS - 10)
    if move is None:
        assert here.storage.visits.keep(customer, SESSION)
    else:
        assert move(here, customer, account).outcome is not Outcome.REFUSED
    pass_time(there.storage.kiosk, 2 * LEASE_SECONDS - 30)
    assert not begins(there, customer)


def test_a_lease_that_ran_out_is_not_kept(rich: tuple[Bank, int, int]) -> None:
    here, customer, account = rich
    assert begins(here, customer)
    pass_time(here.storage.kiosk, LEASE_SECONDS + 1)
    assert not here.storage.visits.keep(customer, SESSION)
    assert here.ledger.hold(here.withdrawal(customer, account, 1)).reason == "visit_ended"


def test_a_machine_that_starts_frees_its_own_leases_and_no_other(rich: tuple[Bank, int, int], there: Bank) -> None:
    here, customer, _ = rich
    elsewhere = there.customer("Binod Thapa")
    assert here.storage.visits.end_all() >= 1
    assert begins(there, customer)
    assert not begins(here, elsewhere)
    assert here.storage.visits.end_all() == 0


def test_the_same_visit_told_twice_is_one(rich: tuple[Bank, int, int], admin: Any) -> None:
    """The answer of the first call was lost: the second one says the same."""
    here, customer, _ = rich
    before = len(here.storage.sign_ins.latest(customer, 9))
    lossy, session = LostAnswer(here.storage.kiosk, admin), fresh_id()
    lossy.left = 1
    assert begins(here, customer, session)
    assert lossy.left == 0
    assert len(here.storage.sign_ins.latest(customer, 9)) == before + 1


def test_the_end_of_another_visit_ends_nothing(rich: tuple[Bank, int, int], there: Bank) -> None:
    here, customer, _ = rich
    there.dismiss(customer)
    here.storage.visits.end(customer, fresh_id())
    assert here.storage.visits.keep(customer, SESSION)
