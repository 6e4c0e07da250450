"""Sign-ups on the database: frozen until the last call, destroyed without it, and nobody's contact given twice."""

from __future__ import annotations

import itertools
import secrets
from typing import Any

import pytest

from atm_app.identity.captures import CapturedTemplate
from atm_app.identity.consents import CONSENT_VERSION
from atm_app.identity.self_sign_up import NewAccount, Registration, SignUpReason, SignUpRefused
from atm_app.stores import Factor, NewCustomer
from db.sign_ups import SignUpRows
from tests.db.bank import Bank, ask, fresh_id, together

_numbers = itertools.count(810_000)
FACE = CapturedTemplate(Factor.FACE, bytes(512), 0.9)
PALM = CapturedTemplate(Factor.PALM, b"palm", 0.8, "left")


def registration(number: int | None = None, **said: str) -> Registration:
    each = next(_numbers)
    told = {"phone": f"+91 {9_100_000_000 + each}", "email": f"new{each}@newcomer.example", **said}
    user_name = told.pop("user_name", f"new.{each}")
    customer = NewCustomer(str(number or each), "Gita Naik", address="Pune", gender="female", **told)
    return Registration(
        customer, user_name, secrets.token_bytes(16), b"k1$pin", b"k1$password", (Factor.FACE, Factor.PALM)
    )


def account() -> NewAccount:
    return NewAccount("Sahyadri Bank", f"400{next(_numbers):08d}", "savings", "INR")


def reason_of(call: Any, *given: Any) -> SignUpReason:
    with pytest.raises(SignUpRefused) as refused:
        call(*given)
    return refused.value.reason


@pytest.fixture
def rows(own_bank: Bank) -> SignUpRows:
    return own_bank.storage.sign_ups


def test_nobody_is_a_customer_before_the_last_call(own_bank: Bank, rows: SignUpRows, admin: Any) -> None:
    new, session = registration(), fresh_id()
    customer = rows.begin(new, session)
    storage = own_bank.storage
    found = storage.customers.get(customer)
    assert found is not None
    assert found.frozen
    assert storage.ledger.accounts(customer) == ()
    assert storage.customers.password_hash(customer) == b"k1$password"
    assert [each.version for each in storage.consents.of(customer)] == [CONSENT_VERSION] * 2
    opened = account()
    rows.finish(customer, (FACE, PALM), opened, session)
    found = storage.customers.find(new.customer.number)
    assert found is not None
    assert not found.frozen
    assert storage.templates.face(customer) == FACE.template
    assert storage.templates.palms(customer) == (PALM.template,)
    assert [each.number for each in storage.ledger.accounts(customer)] == [opened.number]
    events = ask(admin, "SELECT event, outcome, chain, session FROM audit WHERE subject = %s ORDER BY id",
                 (new.pseudonym,))  # fmt: skip
    assert [row[:2] for row in events] == [
        ("consent_given", "done"), ("consent_given", "done"), ("sign_up", "begun"), ("template_store", "done"),
        ("template_store", "done"), ("account_open", "done"), ("sign_up", "done"),
    ]  # fmt: skip
    assert {(row[2], bytes(row[3])) for row in events} == {(f"{own_bank.terminal}/kiosk", session)}


def test_a_repeat_after_a_lost_answer_changes_nothing(own_bank: Bank, rows: SignUpRows, admin: Any) -> None:
    new, session, opened = registration(), fresh_id(), account()
    customer = rows.begin(new, session)
    assert rows.begin(new, session) == customer
    rows.finish(customer, (FACE,), opened, session)
    rows.finish(customer, (FACE,), opened, session)
    assert len(own_bank.storage.ledger.accounts(customer)) == 1
    assert ask(admin, "SELECT COUNT(*) FROM template WHERE customer_id = %s", (customer,)) == [(1,)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"phone": "+91-98888 00001"}, SignUpReason.CONTACT_KNOWN),
        ({"email": "SAME@newcomer.example"}, SignUpReason.CONTACT_KNOWN),
        ({"user_name": "same.name"}, SignUpReason.USER_NAME_TAKEN),
    ],
)
def test_what_somebody_has_is_nobody_elses(rows: SignUpRows, said: dict[str, str], reason: SignUpReason) -> None:
    first = {"phone": "+91 98888 00001", "email": "same@newcomer.example", "user_name": "same.name"}
    session = fresh_id()
    rows.begin(registration(**first), session)
    assert reason_of(rows.begin, registration(**said), fresh_id()) is reason
    assert rows.give_up(session) == 1
    rows.begin(registration(**said), fresh_id())
    rows.give_up()


def test_people_without_an_address_do_not_have_the_same(rows: SignUpRows) -> None:
    for _ in range(2):
        rows.begin(registration(email=""), fresh_id())
    assert rows.give_up() == 2


def test_numbers_of_customers_and_accounts_are_given_once(own_bank: Bank, rows: SignUpRows) -> None:
    new, session, opened = registration(), fresh_id(), account()
    rows.finish(rows.begin(new, session), (), opened, session)
    assert reason_of(rows.begin, registration(int(new.customer.number)), fresh_id()) is SignUpReason.NUMBER_TAKEN
    other, session = registration(), fresh_id()
    customer = rows.begin(other, session)
    assert reason_of(rows.finish, customer, (FACE,), opened, session) is SignUpReason.NUMBER_TAKEN
    assert own_bank.storage.templates.face(customer) is None, "all of it or nothing"
    rows.finish(customer, (FACE,), account(), session)


def test_a_template_nobody_agreed_to_stops_all_of_it(own_bank: Bank, rows: SignUpRows) -> None:
    new, session = registration(), fresh_id()
    customer = rows.begin(new, session)
    finger = CapturedTemplate(Factor.FINGERPRINT, b"finger", 1.0, "right_index", "test-1")
    assert reason_of(rows.finish, customer, (FACE, finger), account(), session) is SignUpReason.NO_CONSENT
    storage = own_bank.storage
    assert storage.templates.face(customer) is None
    assert storage.ledger.accounts(customer) == ()
    assert storage.customers.get(customer).frozen  # type: ignore[union-attr]


def test_only_the_same_visit_ends_it(own_bank: Bank, rows: SignUpRows) -> None:
    session = fresh_id()
    customer = rows.begin(registration(), session)
    assert reason_of(rows.finish, customer, (), account(), fresh_id()) is SignUpReason.ENDED
    other = SignUpRows(own_bank.storage.kiosk, own_bank.storage.vault, "ELSEWHERE/kiosk")
    assert other.give_up() == other.give_up(session) == 0
    assert rows.give_up(fresh_id()) == 0
    rows.finish(customer, (), account(), session)
    assert rows.give_up() == 0, "who is a customer is not given up"


def test_what_is_given_up_is_noise(own_bank: Bank, rows: SignUpRows, admin: Any) -> None:
    new, session = registration(), fresh_id()
    customer = rows.begin(new, session)
    assert rows.give_up(session) == 1
    for table, column in (("customer_detail", "sealed"), ("credential", "hash"), ("data_key", "wrapped")):
        found = ask(admin, f"SELECT {column} FROM {table} WHERE customer_id = %s", (customer,))
        assert found
        assert {set(bytes(value)) == {0} for (value,) in found} == {True}, table
    assert own_bank.storage.customers.find(new.customer.number) is None
    assert own_bank.storage.customers.find_by_user_name(new.user_name) is None
    assert reason_of(rows.finish, customer, (), account(), session) is SignUpReason.ENDED
    # The number is never given again.
    assert reason_of(rows.begin, registration(int(new.customer.number)), fresh_id()) is SignUpReason.NUMBER_TAKEN


def test_of_two_machines_at_once_one_gets_the_user_name(own_bank: Bank) -> None:
    storage = own_bank.storage
    begun = []
    for _ in range(5):
        name = f"race.{next(_numbers)}"

        def attempt(name: str = name) -> str:
            try:
                rows = SignUpRows(storage._database("kiosk"), storage.vault, f"{own_bank.terminal}/kiosk")
                return str(rows.begin(registration(user_name=name), fresh_id()))
            except SignUpRefused as refused:
                return refused.reason.value

        outcomes = sorted(together([attempt, attempt]))
        begun.append(outcomes[1])
        assert outcomes[0].isdecimal()
    assert begun == ["user_name_taken"] * 5
    assert storage.sign_ups.give_up() == 5
