"""Master keys rotated while kiosks run: nothing is shut, nothing is lost, and a wrong ring does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from atm_app.branch.roles import Role
from atm_app.branch.staff_ports import NewStaff, StaffCredentials
from atm_app.config import CodeSettings, FaceSettings, LockoutSettings, Settings
from atm_app.identity.authentication import Authentication, Verdict
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import OneTimeCodes
from atm_app.identity.self_sign_up import NewAccount, Registration
from atm_app.stores import AuditEvent, CodeVerdict, Customer, NewCustomer
from atm_app.trust.audit import Verification
from atm_app.trust.vault import KeyProblem
from commands.branch_wiring import SystemTime, console_of
from commands.system_random import SystemRandom
from db.audit import verify
from db.storage import Storage
from tests.db.bank import Bank, InThread, administrator, ask, connection_id_of, wait_at_a_lock
from tests.db.rotation import begin_and_leave, found, keys_of

PROJECT = Path(__file__).resolve().parents[2]
SESSION = b"s" * 16
PIN = "2580"


@pytest.fixture
def admin(keeper: Bank) -> Iterator[Any]:
    connection = administrator(keeper.folder)
    yield connection
    connection.close()


def authentication(bank: Bank) -> Authentication:
    storage, unused = bank.storage, Any
    codes = OneTimeCodes(storage.codes, storage.vault, SystemRandom(), CodeSettings())
    return Authentication(
        storage.customers, storage.templates, unused, unused, unused, codes,
        LockoutRule(storage.lockouts, LockoutSettings(), unused), storage.audit, storage.vault, FaceSettings(), {},
    )  # type: ignore[arg-type]  # fmt: skip


def signed_up(bank: Bank, password: str) -> Customer:
    """Somebody who opened an account at the machine."""
    storage, session, pseudonym = bank.storage, b"u" * 16, SystemRandom().token_bytes(16)
    hashes = [storage.vault.pin_hash(secret, pseudonym) for secret in (PIN, password)]
    new = NewCustomer("887766", "Gita Naik", "+91 98200 88776", "", "Pune", "")
    customer = storage.sign_ups.begin(Registration(new, "gita.naik", pseudonym, *hashes), session)
    storage.sign_ups.finish(customer, (), NewAccount("Bank", "40088776600", "savings", "INR"), session)
    return found(bank, customer)


def member_of_staff(bank: Bank, password: str, secret: str) -> StaffCredentials:
    accounts, vault, pseudonym = bank.storage.staff_accounts, bank.storage.vault, SystemRandom().token_bytes(16)
    staff_id = accounts.create(NewStaff("asha.rao", Role.TELLER, pseudonym, b"k1$handed-out"), SESSION)
    assert accounts.change_password(staff_id, b"k1$handed-out", vault.pin_hash(password, pseudonym), SESSION)
    member = accounts.get(staff_id)
    assert member is not None
    assert accounts.set_authenticator(member, secret, 0, SESSION)
    return credentials_of(bank)


def credentials_of(bank: Bank) -> StaffCredentials:
    known = bank.storage.staff_accounts.credentials("asha.rao")
    assert known is not None
    return known


# --- what a rotation does --------------------------------------------------------------------------------------------


def test_the_next_sign_in_of_staff_brings_password_and_authenticator_under_the_new_key(
    kiosk: Bank, staff: Storage
) -> None:  # fmt: skip
    password, secret = "brown lamp 7 river", pyotp.random_base32()
    before = member_of_staff(kiosk, password, secret)
    staff.keys.rotate()
    console = console_of(kiosk.storage, Settings(), SystemTime())
    kiosk.storage.vault.follow(staff.vault.key_id)
    assert credentials_of(kiosk).old
    assert console.sign_in.sign_in("asha.rao", password, pyotp.TOTP(secret).now()) is not None
    after = credentials_of(kiosk)
    assert (after.secret, after.old) == (secret, False)
    assert after.password_hash.startswith(f"{staff.vault.key_id}$".encode())
    assert after.password_hash != before.password_hash
    kiosk.storage.staff_accounts.renew(before, b"late$", SESSION)
    assert credentials_of(kiosk).password_hash == after.password_hash, "what is not in force is not renewed"


def test_user_names_are_found_and_passwords_renewed(kiosk: Bank, staff: Storage) -> None:
    customer, checks = signed_up(kiosk, "brown lamp 7 river"), authentication(kiosk)
    staff.keys.rotate()
    assert checks.claim_user_name("Gita.Naik") == customer
    before = kiosk.storage.customers.password_hash(customer.customer_id)
    assert checks.verify_password(SESSION, customer, "", "brown lamp 7 river").verdict is Verdict.ACCEPTED
    after = kiosk.storage.customers.password_hash(customer.customer_id)
    assert after != before
    assert after is not None
    assert not kiosk.storage.vault.pin_hash_is_old(after)
    assert checks.verify_password(SESSION, customer, "", "brown lamp 7 river").verdict is Verdict.ACCEPTED
    assert checks.verify_password(SESSION, customer, "", "brown lamp 7 rivers").verdict is Verdict.REFUSED


def test_every_customer_is_wrapped_and_indexed_under_the_new_key_and_nothing_else_changed(
    kiosk: Bank, staff: Storage, admin: Any
) -> None:
    customers = [kiosk.customer(f"Asha Rao {letter}", phone=f"98200 4000{letter}") for letter in "123"]
    kiosk.storage.templates.store_face(customers[0], b"f" * 512, 0.9)
    before = [found(kiosk, customer) for customer in customers]
    sealed = ask(admin, "SELECT customer_id, kind, sealed FROM customer_detail ORDER BY 1, 2")
    old = staff.vault.key_id
    tokens = set(ask(admin, "SELECT token FROM customer_index"))
    reported: list[int] = []
    done = staff.keys.rotate(reported.append)
    assert (done.key_id, done.left) == (f"k{int(old[1:]) + 1}", 0)
    assert done.customers == sum(keys_of(admin).values()) == reported[-1]
    assert keys_of(admin).keys() == {done.key_id}
    assert not tokens & set(ask(admin, "SELECT token FROM customer_index")), "no index of the old key is left"
    assert ask(admin, "SELECT customer_id, kind, sealed FROM customer_detail ORDER BY 1, 2") == sealed
    again = Storage(kiosk.folder, "AGAIN", "INR")
    again.open()
    assert [again.customers.get(customer) for customer in customers] == before
    assert again.templates.face(customers[0]) == b"f" * 512
    assert again.vault.key_id == done.key_id
    again.close()
    assert [key.key_id for key in staff.keys.list() if key.data_keys] == [done.key_id]


def test_a_kiosk_that_runs_meanwhile_reads_enrols_and_finds_with_the_key_it_did_not_know(
    kiosk: Bank, staff: Storage, admin: Any
) -> None:
    first = kiosk.customer("Asha Rao", phone="98200 50001")
    account = kiosk.account(first)
    kiosk.storage.templates.store_face(first, b"f" * 512, 0.9)
    old = kiosk.storage.vault.key_id
    new = staff.keys.rotate().key_id
    assert kiosk.storage.vault.key_id == old, "nobody told it"
    second = kiosk.customer("Binod Thapa")
    assert ask(admin, "SELECT key_id FROM data_key WHERE customer_id = %s", (second,)) == [(new,)]
    assert kiosk.storage.vault.key_id == new
    assert found(kiosk, first).name == "Asha Rao"
    assert dict(kiosk.storage.templates.faces())[first] == b"f" * 512
    payee = kiosk.storage.payees.by_phone("+98200-50001")
    assert payee is not None
    assert payee.account_id == account
    kiosk.storage.close()
    assert found(kiosk, second).name == "Binod Thapa", "a new connection has the password it always had"


def test_a_phone_is_found_by_a_kiosk_that_has_met_nothing_of_the_new_key(kiosk: Bank, staff: Storage) -> None:
    account = kiosk.account(kiosk.customer(phone="98200 50002"))
    staff.keys.rotate()
    payee = kiosk.storage.payees.by_phone("98200 50002")
    assert payee is not None
    assert payee.account_id == account


def test_a_phone_is_found_while_the_rotation_has_not_come_to_it(
    kiosk: Bank, staff: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = {phone: kiosk.account(kiosk.customer(phone=phone)) for phone in ("98200 50003", "98200 50004")}

    def look(_: int) -> None:
        for phone, account in accounts.items():
            payee = kiosk.storage.payees.by_phone(phone)
            assert payee is not None, phone
            assert payee.account_id == account

    staff.keys.rotate(look)


def test_customers_enrolled_while_keys_are_rotated_are_all_under_the_new_key(
    kiosk: Bank, staff: Storage, admin: Any
) -> None:
    """Whatever is under way when the new key comes into force is waited for, and found."""
    eight = [Bank(kiosk.folder) for _ in range(8)]
    enrolling = [InThread(lambda one=one: [one.customer() for _ in range(12)]) for one in eight]
    new = staff.keys.rotate().key_id
    customers = [customer for thread in enrolling for customer in thread.result()]
    assert keys_of(admin).keys() == {new}
    assert all(found(kiosk, customer).name == "Asha Rao" for customer in customers)
    for one in eight:
        one.close()


def test_a_phone_is_not_missed_when_the_rotation_comes_to_it_between_two_looks(
    kiosk: Bank, staff: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = kiosk.account(kiosk.customer(phone="98200 50005"))
    begin_and_leave(staff)
    rows = kiosk.storage.kiosk.rows

    def look(query: str, **parameters: Any) -> list[dict[str, Any]]:
        seen = rows(query, **parameters)
        if query == "payable_accounts_by_token" and staff.keys.rotating:
            staff.keys.rotate()
        return seen

    monkeypatch.setattr(kiosk.storage.kiosk, "rows", look)
    payee = kiosk.storage.payees.by_phone("98200 50005")
    assert payee is not None
    assert payee.account_id == account


def test_an_enrolment_waits_for_a_key_that_is_just_coming_into_force(kiosk: Bank, admin: Any) -> None:
    holder = administrator(kiosk.folder)
    ask(holder, "START TRANSACTION")
    ask(holder, "SELECT key_id FROM master_key FOR UPDATE")
    waiting = connection_id_of(kiosk.storage.staff)
    enrolling = InThread(kiosk.customer)
    try:
        wait_at_a_lock(admin, waiting, "the enrolment stands at the rotation's lock")
    finally:
        ask(holder, "COMMIT")
        holder.close()
    assert found(kiosk, enrolling.result())


def test_an_enrolment_standing_at_the_old_key_is_waited_for(kiosk: Bank, staff: Storage, admin: Any) -> None:
    holder = administrator(kiosk.folder)
    ask(holder, "START TRANSACTION")
    ask(holder, "SELECT key_id FROM master_key ORDER BY place DESC LIMIT 1 LOCK IN SHARE MODE")
    waiting = connection_id_of(staff.staff)
    rotating = InThread(staff.keys.rotate)
    try:
        wait_at_a_lock(admin, waiting, "the rotation stands at the enrolment's lock")
    finally:
        ask(holder, "COMMIT")
        holder.close()
    assert rotating.result().left == 0


def test_a_pin_is_good_after_a_rotation_and_renewed_when_it_is_typed(kiosk: Bank, staff: Storage, admin: Any) -> None:
    customer = found(kiosk, kiosk.customer())
    storage = kiosk.storage
    storage.customers.set_pin_hash(customer.customer_id, storage.vault.pin_hash(PIN, customer.pseudonym))
    old = storage.vault.key_id
    new = staff.keys.rotate().key_id
    storage.keys.take_up()
    desk = authentication(kiosk)
    assert desk.verify_pin(SESSION, customer, customer.number, "0000").verdict is Verdict.REFUSED
    assert storage.customers.pin_hash(customer.customer_id).startswith(f"{old}$".encode())  # type: ignore[union-attr]
    for _ in range(2):
        assert desk.verify_pin(SESSION, customer, customer.number, PIN).verdict is Verdict.ACCEPTED
        assert storage.customers.pin_hash(customer.customer_id).startswith(f"{new}$".encode())  # type: ignore[union-attr]
    events = ask(admin, "SELECT outcome FROM audit WHERE event = 'credential_renew' AND subject = %s",
                 (customer.pseudonym,))  # fmt: skip
    assert events == [("done",)], "once, and never as a change by the customer"


def test_a_code_sent_before_a_rotation_is_good_after_it(kiosk: Bank, staff: Storage) -> None:
    storage, customer = kiosk.storage, found(kiosk, kiosk.customer())
    codes = OneTimeCodes(storage.codes, storage.vault, SystemRandom(), CodeSettings())
    first, second = codes.issue(customer, SESSION), codes.issue(customer, b"t" * 16)
    staff.keys.rotate()
    kiosk.customer()  # by which this kiosk comes to know the new key
    assert storage.vault.key_id == staff.vault.key_id
    assert codes.check(first.challenge_id, SESSION, first.code) is CodeVerdict.ACCEPTED
    assert codes.check(second.challenge_id, b"t" * 16, first.code) is CodeVerdict.WRONG
    third = codes.issue(customer, SESSION)
    assert codes.check(third.challenge_id, SESSION, third.code) is CodeVerdict.ACCEPTED


def test_a_template_moved_to_another_customer_is_refused_after_a_rotation_too(
    kiosk: Bank, staff: Storage, admin: Any
) -> None:
    first, second = kiosk.customer(), kiosk.customer()
    number = found(kiosk, first).number
    for customer in (first, second):
        kiosk.storage.templates.store_face(customer, bytes([customer % 256]) * 512, 0.9)
    staff.keys.rotate()
    for table, column in (("template", "sealed"), ("data_key", "wrapped")):
        ask(admin, f"UPDATE {table} a JOIN {table} b ON b.customer_id = %s SET a.{column} = b.{column}"
            " WHERE a.customer_id = %s", (second, first))  # fmt: skip
    for storage in (kiosk.storage, staff):
        with pytest.raises(KeyProblem):
            storage.templates.face(first)
        assert storage.templates.face(second) == bytes([second % 256]) * 512
    done = staff.keys.rotate()
    assert done.left == 1, "what does not open is left as it is, and told"
    assert staff.keys.rotate().left == 1, "and keeps no later rotation from its end"
    assert staff.customers.erase(number) == ""
    assert staff.keys.rotate().left == 0


# --- the audit -------------------------------------------------------------------------------------------------------


class Trail:
    """A chain of its own that goes across a rotation: three rows before it, three after."""

    def __init__(self, kiosk: Bank, staff: Storage, admin: Any) -> None:
        self.admin, self.storage, self.staff = admin, kiosk.storage, staff
        self.chain = f"{kiosk.terminal}/kiosk"
        for storage in (self.storage, staff):
            storage.audit.seal()
            storage.staff_audit.seal()
        self.write(3)
        self.old, self.new = staff.vault.key_id, staff.keys.rotate().key_id
        self.storage.keys.take_up()
        self.write(3)
        staff.staff_audit.seal()

    def write(self, count: int) -> None:
        for number in range(count):
            self.storage.audit.write(AuditEvent("test", "done", SESSION, b"p" * 16, {"number": number}))
        assert self.storage.audit.seal() == count

    def verify(self) -> Verification:
        return verify(self.storage.kiosk, self.storage.sealer, self.storage.folder.checkpoints)

    def seals(self) -> list[tuple[str, int]]:
        rows = ask(
            self.admin, "SELECT key_id, audit_id FROM audit_seal WHERE chain = %s ORDER BY sequence", (self.chain,)
        )
        return [(key_id, audit_id) for key_id, audit_id in rows]


@pytest.fixture
def trail(kiosk: Bank, staff: Storage, admin: Any) -> Trail:
    return Trail(kiosk, staff, admin)


def test_the_audit_is_whole_across_a_rotation_and_says_that_there_was_one(trail: Trail) -> None:
    assert trail.verify().problems == ()
    assert [key_id for key_id, _ in trail.seals()] == [trail.old] * 3 + [trail.new] * 3
    told = ask(trail.admin, "SELECT outcome FROM audit WHERE event = 'key_rotation' AND details LIKE %s ORDER BY id",
               (f'%"{trail.new}"%',))  # fmt: skip
    assert told == [("begun",), ("done",)]


@pytest.mark.parametrize("place", [0, 2, 3, 5])
def test_a_row_changed_on_either_side_of_a_rotation_is_found(trail: Trail, place: int) -> None:
    trigger = ask(trail.admin, "SHOW CREATE TRIGGER audit_is_never_updated")[0][2]
    row = trail.seals()[place][1]
    ask(trail.admin, "DROP TRIGGER audit_is_never_updated")
    try:
        ask(trail.admin, "UPDATE audit SET outcome = 'other' WHERE id = %s", (row,))
        (problem,) = trail.verify().problems
        assert f"row {row}" in problem
        ask(trail.admin, "UPDATE audit SET outcome = 'done' WHERE id = %s", (row,))
        assert trail.verify().ok
    finally:
        ask(trail.admin, trigger)


@pytest.mark.parametrize("key_id", ["k9999", ""])
def test_a_seal_that_names_a_key_nobody_has_is_found(trail: Trail, key_id: str) -> None:
    trigger = ask(trail.admin, "SHOW CREATE TRIGGER seal_is_never_updated")[0][2]
    own, row = trail.seals()[1]
    ask(trail.admin, "DROP TRIGGER seal_is_never_updated")
    try:
        ask(trail.admin, "UPDATE audit_seal SET key_id = %s WHERE audit_id = %s", (key_id, row))
        assert not trail.verify().ok
        ask(trail.admin, "UPDATE audit_seal SET key_id = %s WHERE audit_id = %s", (own, row))
        assert trail.verify().ok
    finally:
        ask(trail.admin, trigger)
