"""An exchange of cassettes through the console's real window, step by step, by two people."""

from __future__ import annotations

import pytest

from atm_app.banking.cash import CashUnit
from atm_app.banking.money import Money
from atm_app.branch.roles import Role
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome
from gui.console.words import reason_told
from tests.branch.people import Branch, Person
from tests.branch.walk import Walk
from tests.console.conftest import Clerk
from tests.db.bank import ask, fresh_id
from tests.gui.layout import clipped, visible

LOADED = 500


@pytest.fixture(scope="module")
def made(branch: Branch) -> Walk:
    return Walk(branch)


@pytest.fixture
def walk(made: Walk) -> Walk:
    """Without what an exchange began that nobody ended."""
    ask(made.branch.admin, "UPDATE terminal SET in_exchange = 0 WHERE terminal = %s", (made.terminal,))
    return made


@pytest.fixture
def custodian(clerk: Clerk, walk: Walk) -> Person:
    return clerk.as_(Role.CUSTODIAN)


def begin(clerk: Clerk, second: Person) -> None:
    clerk.press("Exchange of cassettes")
    clerk.press("Begin the exchange")
    clerk.have_signed_by(second)


def count(clerk: Clerk, units: tuple[CashUnit, ...], **other: str) -> None:
    """Everything the books have is there, but ``other``."""
    cassettes = {f"out/cassette/{unit.position}/{unit.denomination}": f"{unit.count}" for unit in units}
    bins = {key: behind for key in clerk.form.fields if (behind := _booked(clerk, key))}
    clerk.fill(**{**bins, **cassettes, **other})
    clerk.press("Next")


def _booked(clerk: Clerk, key: str) -> str:
    _, place, _, denomination = key.split("/")
    standing = clerk.top._standing
    found = [each for each in standing.places if each.place == place and f"{each.denomination}" == denomination]
    return f"{found[0].booked}" if found and place != "cassette" else ""


def put_in(clerk: Clerk, units: tuple[CashUnit, ...], notes: int = LOADED) -> None:
    clerk.fill(**{f"in/{unit.position}": f"{notes}" for unit in units})
    clerk.press("Next")


def type_test_count(clerk: Clerk, units: tuple[CashUnit, ...], **other: str) -> None:
    clerk.fill(**{**{f"test/{unit.position}": f"{LOADED}" for unit in units}, **other})
    clerk.press("Next")


def test_two_people_exchange_the_cassettes_and_sign_the_difference(clerk: Clerk, walk: Walk, custodian: Person) -> None:
    second, units = clerk.branch.person(Role.TELLER), walk.storage.ledger.cash_units()
    begin(clerk, second)
    first = units[0]
    count(clerk, units, **{f"out/cassette/{first.position}/{first.denomination}": f"{first.count - 1}"})
    put_in(clerk, units)
    type_test_count(clerk, units)
    missing = Money(first.denomination, first.currency).text("en_IN")
    booked = walk.console.cash.standing(clerk.shell.signed_in).booked
    assert f"{missing} missing." in clerk.texts
    assert not list(clipped(list(visible(clerk.top.frame))))
    clerk.press("Have it signed")
    assert {f"{missing} missing", booked.text("en_IN"), f"{first.count - 1} of {first.count} × ₹2,000"} <= set(
        clerk.texts
    ), "the second person reads the very difference"
    clerk.have_signed_by(custodian)
    assert any("somebody else" in text for text in clerk.texts)
    clerk.have_signed_by(second)
    assert [unit.count for unit in walk.storage.ledger.cash_units()] == [LOADED] * len(units)
    assert walk.storage.ledger.trial_balance().balanced
    assert f"{missing} missing." in clerk.texts, "its receipt is open"
    assert {custodian.name, second.name} <= set(clerk.texts)
    (kept, *_) = walk.storage.periods.exchanges(0, 10**6)
    assert (kept.done_by, kept.signed_by, kept.difference) == (custodian.name, second.name, -first.denomination)
    assert {each.tested for each in kept.places if each.loaded} == {LOADED}


def test_a_test_count_that_differs_is_told_and_nothing_is_signed(clerk: Clerk, walk: Walk, custodian: Person) -> None:
    units = walk.storage.ledger.cash_units()
    begin(clerk, clerk.branch.person(Role.TELLER))
    count(clerk, units)
    put_in(clerk, units)
    type_test_count(clerk, units, **{"test/2": f"{LOADED - 2}"})
    assert clerk.told == f"Cassette 2: {LOADED} put in, the machine counts {LOADED - 2}. Count again."
    assert "Have it signed" not in clerk.buttons
    clerk.press("Back")
    clerk.fill(**{"in/2": f"{LOADED - 2}"})
    clerk.press("Next")
    clerk.press("Next")
    assert "Nothing is missing and nothing is too much." in clerk.texts


@pytest.mark.parametrize("counted", ["", "1.5"])
def test_a_count_that_is_no_number_is_told_before_the_next_step(
    clerk: Clerk, walk: Walk, custodian: Person, counted: str
) -> None:
    units = walk.storage.ledger.cash_units()
    begin(clerk, clerk.branch.person(Role.TELLER))
    count(clerk, units, **{"out/cassette/1/200000": counted})
    assert clerk.told == "Cassette 1, ₹2,000: the count is to be a whole number."
    assert "Notes in it" not in clerk.texts


def test_what_was_typed_is_there_again_after_another_page(clerk: Clerk, walk: Walk, custodian: Person) -> None:
    units = walk.storage.ledger.cash_units()
    begin(clerk, clerk.branch.person(Role.TELLER))
    count(clerk, units, **{"out/cassette/1/200000": "7"})
    clerk.go_to("Reports")
    clerk.go_to("Cash")
    assert "An exchange is under way: nothing is paid out or taken in." in clerk.texts
    clerk.press("Exchange of cassettes")
    assert "Notes in it" in clerk.texts
    clerk.press("Back")
    assert clerk.form.value("out/cassette/1/200000") == "7"
    clerk.press("Sign out")
    clerk.sign_in(custodian)
    clerk.press("Exchange of cassettes")
    clerk.press("Go on")
    assert clerk.form.value("out/cassette/1/200000") == "", "with the session it is gone"


def test_books_that_changed_after_the_count_are_not_signed_for(clerk: Clerk, walk: Walk, custodian: Person) -> None:
    """Somebody loads a cassette by a command meanwhile."""
    second, units = clerk.branch.person(Role.TELLER), walk.storage.ledger.cash_units()
    begin(clerk, second)
    count(clerk, units)
    put_in(clerk, units)
    type_test_count(clerk, units)
    walk.storage.branch.load_cash_unit(fresh_id(), units[0].position, Money(units[0].denomination), 1)
    clerk.press("Have it signed")
    clerk.have_signed_by(second)
    assert clerk.told == reason_told("other_books")
    assert walk.storage.branch.in_exchange()
    assert walk.storage.ledger.cash_units()[0].count == units[0].count + 1


@pytest.mark.slow
def test_lost_notes_are_told_beside_the_difference(clerk: Clerk, walk: Walk) -> None:
    lost = walk.suspended()
    clerk.as_(Role.CUSTODIAN)
    standing = walk.console.cash.standing(clerk.shell.signed_in)
    units = standing.units
    begin(clerk, clerk.branch.person(Role.TELLER))
    count(clerk, units)
    put_in(clerk, units)
    type_test_count(clerk, units)
    sum_ = Money(standing.lost, standing.currency).text("en_IN")
    assert standing.lost >= lost.amount.minor
    assert f"{sum_} missing." in clerk.texts
    assert f"The books count {sum_} of lost dispenses, which may be in the machine or not." in clerk.texts


def test_the_cash_page_shows_bins_and_the_collecting_box(clerk: Clerk, walk: Walk) -> None:
    walk.exchanged()
    customer, books, ledger = walk.customer(), walk.storage.branch, walk.storage.ledger
    account = books.open_account(customer.customer_id, "Bank", f"87{customer.number}", "savings", "INR")
    books.deposit(fresh_id(), account, Money.of_major(1000))
    for fate in (CashFate.REJECTED, CashFate.RETRACTED, CashFate.RETRACTED):
        asked = walk.withdrawal(customer, account)
        ledger.hold(asked)
        ledger.settle(asked.request_id, Outcome.VOIDED, fate)
    clerk.as_(Role.CUSTODIAN)
    assert "Reject bin: 1 note, ₹100   ·   Retract bin: 2 notes, ₹200   ·   Collecting box: empty" in clerk.texts


# --- lost notes ------------------------------------------------------------------------------------------------------


def test_lost_notes_are_looked_at_and_settled_by_two(clerk: Clerk, walk: Walk) -> None:
    lost, second = walk.suspended(), clerk.branch.person(Role.ADMINISTRATOR)
    clerk.as_(Role.CUSTODIAN)
    clerk.press("What is known of it")
    assert clerk.told == "Choose one first."
    clerk.mark(lost.request_id.hex())
    clerk.press("What is known of it")
    assert any(text.startswith("The books held ₹100 on account") for text in clerk.texts)
    assert not list(clipped(list(visible(clerk.top.frame))))
    clerk.press("The customer has them")
    assert {"customer", lost.request_id.hex()} <= set(clerk.texts)
    clerk.have_signed_by(second)
    assert clerk.told == "Settled."
    assert lost.request_id not in {hold.request_id for hold in walk.storage.branch.suspended()}


@pytest.mark.slow
def test_who_looks_at_what_others_did_settles_nothing(clerk: Clerk, walk: Walk) -> None:
    lost = walk.suspended()
    clerk.as_(Role.AUDITOR)
    clerk.mark(lost.request_id.hex())
    clerk.press("What is known of it")
    assert any(text.startswith("Journal row") for text in clerk.texts)
    assert not {"The customer has them", "They are in the machine"} & set(clerk.buttons)
