"""A customer erased for good: what goes, what stays, what refuses, and what is left on the disk."""

from __future__ import annotations

import secrets
import shutil
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from atm_app.cash_ports import CashFate
from atm_app.identity.enrolled_faces import EnrolledFaces
from atm_app.palm_ports import HandSide
from atm_app.stores import Customer, NewCustomer, NumberOfErased, Outcome
from atm_app.trust.vault import KeyProblem
from biometric.face.gallery import InMemoryFaceGallery
from db.folder import DataFolder, fresh_folder
from tests.db.bank import Bank, InThread, administrator, ask, connection_id_of, wait_at_a_lock
from tests.waiting import wait_until

FACE = struct.pack("<128f", *(number / 1000 for number in range(128)))
# Sealed tables, and the column that is noise after an erasure.
SEALED = {
    "data_key": "wrapped", "customer_detail": "sealed", "template": "sealed", "credential": "hash", "payee": "sealed",
}  # fmt: skip


def somebodys_phone() -> str:
    return f"+91 9{secrets.randbelow(10**9):09d}"


def enrolled(bank: Bank) -> Customer:
    """Somebody with everything a customer can have."""
    storage, phone = bank.storage, somebodys_phone()
    customer = bank.customer("Ottoline Xanthopoulou", phone=phone, email=f"{phone[4:]}@x.in")
    storage.templates.store_face(customer, FACE, 0.9)
    storage.templates.store_finger(customer, "right_index", "test-1", b"finger" * 5000)
    storage.templates.store_palm(customer, HandSide.LEFT, b"palm", 0.9)
    found = storage.customers.get(customer)
    assert found is not None
    storage.customers.set_pin_hash(customer, storage.vault.pin_hash("2580", found.pseudonym))
    phone = somebodys_phone()
    bank.account(bank.customer("Binod Thapa", phone=phone))
    payee = storage.payees.by_phone(phone)
    assert payee is not None
    storage.payees.save(customer, payee, "my brother", bytes(16))
    return found


@pytest.fixture
def leaver(own_bank: Bank) -> Customer:
    return enrolled(own_bank)


def erase(bank: Bank, customer: Customer) -> str:
    return bank.storage.customers.erase(customer.number)


# --- what goes -------------------------------------------------------------------------------------------------------


def test_everything_sealed_is_noise_and_nobody_is_found_any_more(
    own_bank: Bank, leaver: Customer, admin: Any
) -> None:  # fmt: skip
    account = own_bank.account(leaver.customer_id)
    before = {
        table: ask(admin, f"SELECT {column} FROM {table} WHERE customer_id = %s", (leaver.customer_id,))
        for table, column in SEALED.items()
    }
    of_nobody_else = "SELECT token FROM customer_index WHERE customer_id = %s AND kind <> 'name'"
    tokens = set(ask(admin, of_nobody_else, (leaver.customer_id,)))
    assert all(before.values())
    assert tokens
    assert own_bank.storage.payees.by_phone(leaver.phone) is not None
    assert erase(own_bank, leaver) == ""
    for table, column in SEALED.items():
        rows = ask(admin, f"SELECT {column} FROM {table} WHERE customer_id = %s", (leaver.customer_id,))
        assert [set(bytes(value)) for (value,) in rows] == [{0}] * len(before[table]), table
    assert not tokens & set(ask(admin, "SELECT token FROM customer_index"))
    storage = own_bank.storage
    assert storage.customers.find(leaver.number) is None
    assert storage.customers.get(leaver.customer_id) is None
    assert storage.templates.face(leaver.customer_id) is None
    assert storage.templates.fingers(leaver.customer_id) == storage.templates.palms(leaver.customer_id) == ()
    assert leaver.customer_id not in dict(storage.templates.faces())
    assert storage.payees.by_phone(leaver.phone) is None
    assert storage.payees.saved(leaver.customer_id) == ()
    assert storage.ledger.accounts(leaver.customer_id) == ()
    assert ask(admin, "SELECT status FROM account WHERE id = %s", (account,)) == [("closed",)]


def test_an_open_code_ends_and_what_was_owed_is_not_sent(own_bank: Bank, leaver: Customer, admin: Any) -> None:
    storage = own_bank.storage
    account = own_bank.account(leaver.customer_id, 100)
    storage.ledger.settle(own_bank.held(leaver.customer_id, account, 1), Outcome.POSTED, CashFate.TAKEN)
    assert storage.confirmations.owed(10)
    code = storage.codes.issue(
        leaver.customer_id, b"s" * 16, "sign_in", bytes(32), b"m" * 32, storage.vault.key_id, 300, 3
    )  # fmt: skip
    assert erase(own_bank, leaver) == ""
    assert storage.codes.check(code, b"s" * 16, "sign_in", bytes(32), b"m" * 32).value == "used_up"
    assert storage.confirmations.owed(10) == ()


def test_a_running_kiosk_forgets_the_face_before_the_next_customer(own_bank: Bank, leaver: Customer) -> None:
    other = own_bank.customer()
    own_bank.storage.templates.store_face(other, struct.pack("<128f", *[0.5] * 128), 0.9)
    gallery = InMemoryFaceGallery()
    faces = EnrolledFaces(own_bank.storage.templates, gallery, 10_000)
    faces.load()
    assert {leaver.customer_id, other} <= gallery.customers()
    assert erase(own_bank, leaver) == ""
    faces.refresh()
    assert leaver.customer_id not in gallery.customers()
    assert other in gallery.customers()


def test_the_number_is_never_given_again(own_bank: Bank, leaver: Customer) -> None:
    assert erase(own_bank, leaver) == ""
    with pytest.raises(NumberOfErased, match=leaver.number):
        own_bank.storage.customers.enrol(NewCustomer(leaver.number, "Somebody Else", "", "else@x.in", "", ""))
    seen = own_bank.storage.branch.enrolment(leaver.number)
    assert seen is not None
    assert seen.erased


# --- what stays ------------------------------------------------------------------------------------------------------


def test_ledger_and_audit_stay_under_the_pseudonym(own_bank: Bank, leaver: Customer, admin: Any) -> None:
    account = own_bank.account(leaver.customer_id, 300)
    request = own_bank.held(leaver.customer_id, account, 3)
    journal = own_bank.ledger.settle(request, Outcome.POSTED, CashFate.TAKEN).journal_id
    audited = "SELECT id, event, outcome FROM audit WHERE subject = %s ORDER BY id"
    before = ask(admin, audited, (leaver.pseudonym,))
    assert erase(own_bank, leaver) == ""
    rows = ask(admin, audited, (leaver.pseudonym,))
    assert rows[:-1] == before
    assert rows[-1][1:] == ("customer_erased", "done")
    assert ask(admin, "SELECT COUNT(*) FROM posting WHERE journal_id = %s", (journal,)) == [(2,)]
    assert ask(admin, "SELECT number, pseudonym, status FROM customer WHERE id = %s", (leaver.customer_id,)) == [
        (leaver.number, bytearray(leaver.pseudonym), "erased")
    ]
    own_bank.check_books()


def test_a_rotation_passes_an_erased_customer_by(own_bank: Bank, leaver: Customer, admin: Any) -> None:
    assert erase(own_bank, leaver) == ""
    (row,) = ask(admin, "SELECT key_id FROM data_key WHERE customer_id = %s", (leaver.customer_id,))
    assert row == ("",), "no key is needed for it"
    unseen = own_bank.storage.staff.rows("wrapped_otherwise", key_id="k900", after=leaver.customer_id - 1)
    assert leaver.customer_id not in {each["id"] for each in unseen}


def test_rows_restored_beside_the_newest_data_keys_are_nobodys(own_bank: Bank, leaver: Customer, admin: Any) -> None:
    """A backup of yesterday holds everything but the data keys, of which there is only today's copy."""
    storage, customer = own_bank.storage, leaver.customer_id
    account = own_bank.account(customer)
    assert storage.payees.by_phone(leaver.phone) is not None
    backed_up = {
        "customer_detail": ("kind", "sealed"), "template": ("id", "sealed"), "customer_index": ("kind", "token"),
    }  # fmt: skip
    kept = {
        table: ask(admin, f"SELECT {value}, {key} FROM {table} WHERE customer_id = %s", (customer,))
        for table, (key, value) in backed_up.items()
    }
    assert erase(own_bank, leaver) == ""
    ask(admin, "UPDATE customer SET status = 'active' WHERE id = %s", (customer,))
    ask(admin, "UPDATE account SET status = 'open' WHERE id = %s", (account,))
    ask(admin, "DELETE FROM customer_index WHERE customer_id = %s", (customer,))
    for token, kind in kept["customer_index"]:
        ask(admin, "INSERT INTO customer_index VALUES (%s, %s, %s)", (customer, kind, token))
    for sealed, kind in kept["customer_detail"]:
        ask(admin, "UPDATE customer_detail SET sealed = %s WHERE customer_id = %s AND kind = %s",
            (sealed, customer, kind))  # fmt: skip
    for sealed, template in kept["template"]:
        ask(admin, "UPDATE template SET sealed = %s, active = 1 WHERE id = %s", (sealed, template))
    assert storage.customers.find(leaver.number) is None
    assert storage.payees.by_phone(leaver.phone) is None
    assert customer not in dict(storage.templates.faces())
    with pytest.raises(KeyProblem):
        storage.templates.face(customer)
    ask(admin, "UPDATE template SET active = 0 WHERE customer_id = %s", (customer,))
    ask(admin, "UPDATE customer SET status = 'erased' WHERE id = %s", (customer,))


# --- what refuses ----------------------------------------------------------------------------------------------------


def test_money_and_holds_refuse_the_erasure_and_nothing_is_touched(own_bank: Bank, leaver: Customer) -> None:
    customers, account = own_bank.storage.customers, own_bank.account(leaver.customer_id, 100)
    assert erase(own_bank, leaver) == "balance"
    request = own_bank.held(leaver.customer_id, account, 1)
    assert erase(own_bank, leaver) == "open_holds"
    own_bank.ledger.settle(request, Outcome.SUSPENDED, CashFate.UNKNOWN)
    assert erase(own_bank, leaver) == "open_holds", "staff have not found its notes yet"
    assert customers.get(leaver.customer_id) == leaver
    assert own_bank.storage.templates.face(leaver.customer_id) == FACE
    own_bank.storage.branch.resolve_suspense(b"r" * 8 + leaver.pseudonym[:8], request, taken=True)
    assert erase(own_bank, leaver) == ""
    assert erase(own_bank, leaver) == "erased_already"
    assert customers.erase("nobody") == "no_such_customer"


def test_notes_counted_for_the_customer_refuse_the_erasure(own_bank: Bank, leaver: Customer) -> None:
    """A deposit under way holds nothing on the account yet."""
    deposit = own_bank.deposit(leaver.customer_id, own_bank.account(leaver.customer_id), 2)
    assert own_bank.ledger.hold_deposit(deposit).outcome is Outcome.HELD
    assert erase(own_bank, leaver) == "open_holds"
    own_bank.ledger.settle(deposit.request_id, Outcome.VOIDED, CashFate.RETURNED)
    assert erase(own_bank, leaver) == ""


def test_every_refusal_is_audited(own_bank: Bank, leaver: Customer, admin: Any) -> None:
    own_bank.account(leaver.customer_id, 100)
    erase(own_bank, leaver)
    rows = ask(admin, "SELECT outcome FROM audit WHERE subject = %s AND event = 'customer_erased'", (leaver.pseudonym,))
    assert rows == [("balance",)]


def test_a_withdrawal_that_comes_first_is_waited_for(own_bank: Bank, leaver: Customer, admin: Any) -> None:
    account = own_bank.account(leaver.customer_id)
    holder = administrator(own_bank.folder)
    ask(holder, "START TRANSACTION")
    ask(holder, "UPDATE account SET balance = balance + 100 WHERE id = %s", (account,))
    waiting = connection_id_of(own_bank.storage.staff)
    erasing = InThread(lambda: erase(own_bank, leaver))
    try:
        wait_at_a_lock(admin, waiting, "the erasure stands at the account")
    finally:
        ask(holder, "COMMIT")
    assert erasing.result() == "balance"
    ask(holder, "UPDATE account SET balance = balance - 100 WHERE id = %s", (account,))
    holder.close()


# --- on the disk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def abandoned() -> Iterator[DataFolder]:
    made = fresh_folder("test")
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


def test_the_wrapped_key_and_what_it_sealed_are_gone_from_the_tables_files(abandoned: DataFolder) -> None:
    """Redo, undo and the doublewrite buffer keep copies until they are written over: docs/security.md says so."""
    bank = Bank(abandoned)
    leaver, other = enrolled(bank), bank.customer()
    admin = administrator(abandoned)

    def sealed() -> dict[str, list[bytes]]:
        return {
            table: [bytes(value) for (value,) in ask(admin, f"SELECT {column} FROM {table} WHERE customer_id = %s",
                                                     (leaver.customer_id,))]
            for table, column in {**SEALED, "customer_index": "token"}.items()
        }  # fmt: skip

    before = sealed()
    assert {table for table, parts in before.items() if found(abandoned, admin, table, parts)} == before.keys()
    assert erase(bank, leaver) == ""
    wait_until(
        lambda: ask(admin, "SELECT variable_value FROM information_schema.global_status"
                           " WHERE variable_name = 'innodb_history_list_length'") == [("0",)],
        "old versions are purged", every=0.1,
    )  # fmt: skip
    assert {table for table, parts in before.items() if found(abandoned, admin, table, parts)} == set()
    assert bank.storage.customers.get(other) is not None
    admin.close()
    bank.close()


def found(folder: DataFolder, admin: Any, table: str, parts: list[bytes]) -> bool:
    """Whether a part of one is in the table's own file, as it lies on the disk."""
    ask(admin, f"FLUSH TABLES {table} FOR EXPORT")
    content = (folder.database / "data" / "atm" / f"{table}.ibd").read_bytes()
    ask(admin, "UNLOCK TABLES")
    return any(part[12:44] in content for part in parts)
