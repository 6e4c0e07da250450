"""The demonstration as it began: what is found, what is done about it, and where nothing is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.branch.branch_ports import AccountStatus
from atm_app.branch.care_ports import DEMONSTRATION, CareProblem
from atm_app.cash_ports import CashFate, NoteCount, NotesOfValue
from atm_app.config import Settings
from atm_app.devices.virtual_acceptor import VirtualAcceptor
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.ports import Cancellation
from atm_app.stores import Deposit, Factor, NewCustomer, Outcome, Withdrawal
from commands.check_up import CheckUp
from commands.demonstrated_people import people_now, renewed
from commands.demonstration import request_id
from commands.demonstration_renewal import AT_THE_START, MACHINE_RUNS, OTHERS, REAL_DEVICE, DemonstrationRenewal
from commands.people import CASSETTES, PEOPLE, Person, full_cassettes
from db.folder import DataFolder
from db.locks import alone
from db.storage import Storage
from tests.at_rest import copy_of
from tests.db.bank import administrator, ask, fresh_id
from tests.world import HandAcceptor

TERMINAL, POLICY, SESSION = "D-1", "cardless", bytes(16)
CHEN, DELE, EDNA, FARA = PEOPLE


@pytest.fixture
def storage(first_start: DataFolder) -> Iterator[Storage]:
    """A machine as its first start leaves it, its four customers enrolled, and then a day of trying things out."""
    folder = copy_of(first_start)
    made = Storage(folder, TERMINAL, "INR")
    made.open()
    made.branch.prepare_books(Settings(terminal=TERMINAL))
    for unit in full_cassettes("INR"):
        made.branch.load_cash_unit(fresh_id(), unit.position, Money(unit.denomination), unit.count)
    for person in PEOPLE[:3]:
        enrol(made, person)
    yield made
    made.close()
    shutil.rmtree(folder.root, ignore_errors=True)


def enrol(storage: Storage, person: Person) -> None:
    customer = storage.customers.enrol(person.customer)
    for account in person.accounts:
        opened = storage.branch.open_account(customer, account.bank, account.number, account.kind, "INR")
        storage.branch.deposit(request_id(TERMINAL, "opening", account.number), opened, account.opening)


def settings_of(**changes: Any) -> Settings:
    """Of a machine without a camera of its own, whatever this computer has."""
    return Settings(**{"terminal": TERMINAL, "camera": "virtual", **changes})


def account_of(storage: Storage, person: Person) -> tuple[int, int, Money]:
    """Customer, their first account and what is in it."""
    customer = storage.customers.find(person.customer.number)
    assert customer is not None
    begun = person.accounts[0].number
    (account,) = (each for each in storage.ledger.accounts(customer.customer_id) if each.number == begun)
    return customer.customer_id, account.account_id, account.balance


def try_things_out(storage: Storage) -> None:
    """Chen withdraws and pays notes in, Dele locks their PIN and their account is frozen, Edna is erased."""
    chen, account, _ = account_of(storage, CHEN)
    customer = storage.customers.get(chen)
    assert customer is not None
    assert storage.visits.begin(chen, POLICY, SESSION, 60)
    withdrawn, paid_in = fresh_id(), fresh_id()
    taken = Withdrawal(withdrawn, chen, account, Money.of_major(4000), (NoteCount(1, 200_000, 2),), SESSION,
                       customer.pseudonym, POLICY)  # fmt: skip
    assert storage.ledger.hold(taken).outcome is Outcome.HELD
    storage.ledger.settle(withdrawn, Outcome.POSTED, CashFate.TAKEN)
    notes = (NotesOfValue(50_000, 20),)
    given = Deposit(paid_in, chen, account, Money.of_major(10_000), notes, SESSION, customer.pseudonym, POLICY)
    assert storage.ledger.hold_deposit(given).outcome is Outcome.HELD
    acceptor = HandAcceptor(storage.folder.virtual / "acceptor.json", [50_000])
    acceptor.inserting = notes
    acceptor.count(paid_in, 1.0, Cancellation())
    acceptor.store(paid_in)
    assert acceptor.in_box() == notes
    storage.ledger.settle(paid_in, Outcome.POSTED, CashFate.STORED)
    storage.visits.end(chen, SESSION)
    dele, savings, _ = account_of(storage, DELE)
    for _ in range(3):
        storage.lockouts.begin(dele, Factor.PIN, 3, (600,))
    storage.branch.pay_out(fresh_id(), savings, Money.of_major(2_400))
    storage.customer_files.set_account_status(DELE.accounts[0].number, AccountStatus.FROZEN, SESSION)
    _, account, balance = account_of(storage, EDNA)
    storage.branch.pay_out(fresh_id(), account, balance)
    assert storage.customers.erase(EDNA.customer.number) == ""


def test_everything_is_brought_back_by_booked_movements(storage: Storage) -> None:
    try_things_out(storage)
    demonstration = DemonstrationRenewal(storage, settings_of())
    told = [(step.who, step.what) for step in demonstration.look_at()]
    assert list(demonstration.look_at()) == list(demonstration.look_at()), "to look changes nothing"
    chen, dele, edna, fara = (f"{person.customer.name}, {person.customer.number}" for person in PEOPLE)
    assert [who for who, _ in told] == [chen, dele, dele, dele, edna, fara, "The cassettes"]
    assert "6,000" in told[0][1]
    assert "paid out of account •••• 0451" in told[0][1]
    assert told[5][1] == AT_THE_START
    done = demonstration.renew(b"a" * 16)
    assert [step.what.startswith("done: ") for step in done] == [True, True, True, True, True, False, True]

    for person in (CHEN, DELE):
        customer, _, _ = account_of(storage, person)
        by_number = {account.number: account.balance for account in storage.ledger.accounts(customer)}
        assert by_number == {account.number: account.opening for account in person.accounts}
        assert storage.lockouts.locked_seconds(customer) == 0
    trial = storage.ledger.trial_balance()
    assert trial.balanced, trial
    there = [(unit.denomination // 100, unit.count) for unit in storage.ledger.cash_units()]
    assert (there, storage.ledger.cash_in()) == (list(CASSETTES), ())
    virtual = storage.folder.virtual
    assert VirtualDispenser(virtual / "dispenser.json").counts() == full_cassettes("INR")
    assert VirtualAcceptor(virtual / "acceptor.json", ()).in_box() == ()
    admin = administrator(storage.folder)
    try:
        ((booked, counted, by),) = ask(admin, "SELECT booked, counted, done_by FROM cash_exchange")
        assert (booked - counted, bytes(by)) == (0, b"a" * 16), "nothing was missing, and it stands there who did it"
    finally:
        admin.close()
    again = renewed(EDNA, 1)
    assert people_now(storage.folder) == (CHEN, DELE, again, FARA)
    assert again.customer.number == "100013"
    left = {step.who: step.what for step in demonstration.look_at()}
    assert left == {f"Edna Pinto, {again.customer.number}": AT_THE_START, fara: AT_THE_START}
    for person in (again, FARA):
        enrol(storage, person)
    assert demonstration.look_at() == ()


def test_a_damaged_note_of_who_came_back_keeps_no_machine_from_starting(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path).prepare()
    for text in ("{", "[]", '{"edna": "often"}', '{"edna": null}'):
        folder.demonstrated.write_text(text)
        assert people_now(folder) == PEOPLE


def test_while_the_machine_runs_its_cassettes_stay_and_the_rest_is_done(storage: Storage) -> None:
    try_things_out(storage)
    before = storage.ledger.cash_units()
    with alone(storage.folder.kiosk_lock) as taken:
        assert taken
        *_, cassettes = DemonstrationRenewal(storage, settings_of()).renew(b"")
    assert cassettes.what == MACHINE_RUNS
    assert storage.ledger.cash_units() == before
    assert account_of(storage, CHEN)[2] == CHEN.accounts[0].opening


REAL: dict[str, dict[str, Any]] = {
    "camera": {"camera": "0"}, "fingerprint": {"fingerprint": {"port": "/dev/ttyUSB0"}},
    "stick": {"fingerprint": {"stick": "/media/stick"}}, "printer": {"printer": {"port": "/dev/usb/lp0"}},
    "speaker": {"speaker": {"device": "default"}}, "loudspeaker": {"sound": {"device": "default"}},
}  # fmt: skip


def assert_refused(storage: Storage, settings: Settings, why: str) -> None:
    demonstration = DemonstrationRenewal(storage, settings)
    for ask_for in (demonstration.look_at, lambda: demonstration.renew(b"")):
        with pytest.raises(CareProblem) as refused:
            ask_for()
        assert why in str(refused.value)
    assert DEMONSTRATION not in offered(storage, settings)


def offered(storage: Storage, settings: Settings) -> set[str]:
    return {finding.name for finding in CheckUp(storage, settings)._mendable(storage.folder)}


def test_where_anything_is_real_nothing_is_offered_and_nothing_touched(storage: Storage) -> None:
    _, account, _ = account_of(storage, CHEN)
    storage.branch.pay_out(fresh_id(), account, Money.of_major(50))
    before = account_of(storage, CHEN)
    assert DEMONSTRATION in offered(storage, settings_of())
    for changes in REAL.values():
        assert_refused(storage, settings_of(**changes), REAL_DEVICE)
    assert_refused(storage, settings_of(database={"hosts": ("127.0.0.1",)}), "a demonstration touches nothing there")
    storage.customers.enrol(NewCustomer("400271", "Meena Iyer", "", "", "", ""))
    assert_refused(storage, settings_of(), OTHERS)
    assert account_of(storage, CHEN) == before
    assert not storage.folder.demonstrated.exists()
