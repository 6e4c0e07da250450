"""Customers and templates: sealed before they leave the process, bound to their owner, found by blind indexes."""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from atm_app.identity.personal_details import LONGEST_BYTES, DetailProblem, DetailRefused
from atm_app.palm_ports import HandSide
from atm_app.stores import NewCustomer
from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from db.customers import DETAILS, CustomerRows
from tests.db.bank import Bank, ask

SECRETS = {
    "name": "Quirinus Zxwvploughshare",
    "phone": "+91 55501 77239",
    "email": "quirinus.zxwv@ploughshare.example",
    "address": "Zxwvgasse 77, Ploughshare-Town",
    "gender": "zxwv-undisclosed",
}


@pytest.fixture(scope="module")
def everything(bank: Bank) -> tuple[int, list[bytes]]:
    """A customer enrolled with all there is, and every byte string that must be nowhere."""
    customer = bank.customer(**SECRETS)
    face, finger = struct.pack("<128f", *(random.gauss(0, 0.1) for _ in range(128))), secrets.token_bytes(700)
    bank.storage.templates.store_face(customer, face, 0.9)
    bank.storage.templates.store_finger(customer, "right_index", "test-1", finger)
    parts = [text.encode() for text in SECRETS.values()] + [b"Quirinus", b"Zxwvploughshare", b"ploughshare.example"]
    return customer, [*parts, face[:32], face[200:232], finger[:32], finger[-32:]]


def everything_in_tables(admin: Any) -> bytes:
    seen = b""
    tables = ask(admin, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'atm'")
    for (table,) in tables:
        for row in ask(admin, f"SELECT * FROM {table}"):
            seen += b"|".join(
                bytes(cell) if isinstance(cell, bytes | bytearray) else str(cell).encode() for cell in row
            )
    return seen


def test_no_table_or_view_shows_a_detail_or_a_template(
    bank: Bank, everything: tuple[int, list[bytes]], admin: Any
) -> None:  # fmt: skip
    customer, hidden = everything
    seen = everything_in_tables(admin)
    number = bank.storage.customers.get(customer).number.encode()  # type: ignore[union-attr]
    assert number in seen, "the search finds what is there in plain"
    assert [secret for secret in hidden if secret in seen or secret.hex().encode() in seen] == []


def test_no_file_of_the_server_holds_a_detail_or_a_template(
    bank: Bank, everything: tuple[int, list[bytes]], admin: Any
) -> None:  # fmt: skip
    customer, hidden = everything
    ask(admin, "FLUSH LOGS")
    files = {path: path.read_bytes() for path in Path(bank.folder.database).rglob("*") if path.is_file()}
    number = bank.storage.customers.get(customer).number.encode()  # type: ignore[union-attr]
    assert any(number in content for content in files.values()), "the search finds what is there in plain"
    found = [(path.name, secret) for path, content in files.items() for secret in hidden if secret in content]
    assert found == []


def test_what_was_sealed_opens_again(bank: Bank, everything: tuple[int, list[bytes]]) -> None:
    customer, _ = everything
    found = bank.storage.customers.get(customer)
    assert found is not None
    assert (found.name, found.phone, found.email) == (SECRETS["name"], SECRETS["phone"], SECRETS["email"])
    assert bank.storage.customers.find(found.number) == found
    assert bank.storage.customers.find("no such number") is None
    assert bank.storage.customers.get(10**9) is None


def test_the_same_detail_of_two_customers_is_two_different_ciphertexts(bank: Bank, admin: Any) -> None:
    first, second = bank.customer(), bank.customer()
    sealed = ask(admin, "SELECT sealed FROM customer_detail WHERE customer_id IN (%s, %s)", (first, second))
    assert len({bytes(row[0]) for row in sealed}) == len(sealed) == 10


# --- moved ciphertexts -----------------------------------------------------------------------------------------------


@contextmanager
def moved(admin: Any, table: str, column: str, target: str, source: str) -> Iterator[None]:
    """``column`` of the target row overwritten with that of the source row, then put back: other tests read too."""
    (kept,) = ask(admin, f"SELECT {column} FROM {table} WHERE {target}")[0]
    (other,) = ask(admin, f"SELECT {column} FROM {table} WHERE {source}")[0]
    ask(admin, f"UPDATE {table} SET {column} = %s WHERE {target}", (bytes(other),))
    try:
        yield
    finally:
        ask(admin, f"UPDATE {table} SET {column} = %s WHERE {target}", (bytes(kept),))


@pytest.mark.parametrize("kind", DETAILS)
def test_a_detail_moved_to_another_customer_does_not_open(bank: Bank, admin: Any, kind: str) -> None:
    first, second = bank.customer(), bank.customer("Someone Else", email="someone@else.example")
    where = f"customer_id = {{}} AND kind = '{kind}'"
    with (
        moved(admin, "customer_detail", "sealed", where.format(first), where.format(second)),
        pytest.raises(KeyProblem),
    ):
        bank.storage.customers.get(first)
    assert bank.storage.customers.get(first).name == "Asha Rao"  # type: ignore[union-attr]


def test_a_detail_moved_to_another_kind_does_not_open(bank: Bank, admin: Any) -> None:
    customer = bank.customer()
    kind = f"customer_id = {customer} AND kind = '%s'"
    with moved(admin, "customer_detail", "sealed", kind % "name", kind % "email"), pytest.raises(KeyProblem):
        bank.storage.customers.get(customer)


def test_a_data_key_moved_to_another_customer_does_not_unwrap(bank: Bank, admin: Any) -> None:
    first, second = bank.customer(), bank.customer()
    where = "customer_id = {}"
    with moved(admin, "data_key", "wrapped", where.format(first), where.format(second)), pytest.raises(KeyProblem):
        bank.storage.customers.get(first)


def test_a_template_moved_to_another_customer_or_finger_does_not_open(bank: Bank, admin: Any) -> None:
    first, second = bank.customer(), bank.customer()
    for customer in (first, second):
        bank.storage.templates.store_finger(customer, "right_index", "test-1", b"a")
        bank.storage.templates.store_finger(customer, "left_index", "test-1", b"b")
    mine, other_finger = (
        f"customer_id = {first} AND position = '{finger}'" for finger in ("right_index", "left_index")
    )
    theirs = f"customer_id = {second} AND position = 'right_index'"
    for source in (other_finger, theirs):
        with moved(admin, "template", "sealed", mine, source), pytest.raises(KeyProblem):
            bank.storage.templates.fingers(first)
    assert len(bank.storage.templates.fingers(first)) == 2


def test_a_face_or_a_palm_moved_to_another_customer_is_nobodys(bank: Bank, admin: Any) -> None:
    """The gallery of all faces goes on without it: one bad row keeps nobody else out."""
    templates = bank.storage.templates
    first, second = bank.customer(), bank.customer()
    for customer in (first, second):
        templates.store_face(customer, bytes([customer % 256]) * 512, 0.9)
        templates.store_palm(customer, HandSide.LEFT, b"palm", 0.9)
    face, palm = "customer_id = {} AND kind = 'face'", "customer_id = {} AND kind = 'palm'"
    with moved(admin, "template", "sealed", face.format(first), face.format(second)):
        with pytest.raises(KeyProblem):
            templates.face(first)
        known = dict(templates.faces())
        assert first not in known
        assert second in known
    with moved(admin, "template", "sealed", palm.format(first), palm.format(second)), pytest.raises(KeyProblem):
        templates.palms(first)
    with moved(admin, "template", "sealed", palm.format(first), palm.format(second)):
        owners = {customer for customer, _ in templates.palms_of_few(10_000)}
        assert first not in owners
        assert second in owners


def test_a_pin_hash_moved_to_another_customer_opens_nothing(bank: Bank, admin: Any) -> None:
    """Whoever writes the tables gives the victim the hash of a PIN of their own."""
    vault, customers = bank.storage.vault, bank.storage.customers
    thief, victim = (customers.get(bank.customer()) for _ in range(2))
    assert thief is not None
    assert victim is not None
    customers.set_pin_hash(thief.customer_id, vault.pin_hash("2580", thief.pseudonym))
    customers.set_pin_hash(victim.customer_id, b"unknown")
    where = "customer_id = {}"
    with moved(admin, "credential", "hash", where.format(victim.customer_id), where.format(thief.customer_id)):
        assert not vault.pin_matches("2580", victim.pseudonym, customers.pin_hash(victim.customer_id))
    assert vault.pin_matches("2580", thief.pseudonym, customers.pin_hash(thief.customer_id))


def test_another_machines_keys_open_nothing(bank: Bank) -> None:
    stranger = CustomerRows(bank.storage.kiosk, bank.storage.staff, Vault(KeyRing.generate()), "x/staff", "x/kiosk")
    with pytest.raises(KeyProblem):
        stranger.get(bank.customer())


# --- indexes ---------------------------------------------------------------------------------------------------------


def tokens(admin: Any, customer: int) -> dict[str, set[bytes]]:
    found: dict[str, set[bytes]] = {}
    for kind, token in ask(admin, "SELECT kind, token FROM customer_index WHERE customer_id = %s", (customer,)):
        found.setdefault(kind, set()).add(bytes(token))
    return found


def test_equal_contacts_have_equal_indexes_however_they_are_written(bank: Bank, admin: Any) -> None:
    first = tokens(admin, bank.customer("Asha Rao", email="asha@customer.example"))
    second = tokens(admin, bank.customer("RAO  asha", email="ASHA@Customer.example"))
    third = tokens(admin, bank.customer("Asha Raut", email="asha.r@customer.example", phone="+91 98200 22222"))
    assert first == second
    assert set(first) == {"name", "phone", "email"}
    assert len(first["name"] & third["name"]) == 1
    assert not first["email"] & third["email"]
    assert not first["phone"] & third["phone"]


def test_an_index_is_no_plain_digest_and_differs_by_kind_and_key(bank: Bank, admin: Any) -> None:
    email = "asha@customer.example"
    (token,) = tokens(admin, bank.customer(email=email))["email"]
    vault = bank.storage.vault
    assert token == vault.blind_index("email", email)
    assert token not in (hashlib.sha256(email.encode()).digest(), vault.blind_index("name", email))
    assert token != Vault(KeyRing.generate()).blind_index("email", email)


# --- enrolment -------------------------------------------------------------------------------------------------------


def test_enrolling_the_same_number_again_returns_the_same_customer_unchanged(bank: Bank, admin: Any) -> None:
    customer = bank.customer()
    before = bank.storage.customers.get(customer)
    assert before is not None
    again = NewCustomer(before.number, "Another Name", "1", "other@customer.example", "", "")
    assert bank.storage.customers.enrol(again) == customer
    assert bank.storage.customers.get(customer) == before
    assert ask(admin, "SELECT COUNT(*) FROM audit WHERE event = 'customer_enrol' AND subject = %s",
               (before.pseudonym,)) == [(1,)]  # fmt: skip


NAMES = {
    "500 letters": "x" * 500,
    "500 emoji": "\N{GRINNING FACE}" * 500,
    "spelt with joiners": "\N{WOMAN}\u200d\N{ROCKET} क्\u200dष र्\u200cय",
    "combining marks": "e" + "\N{COMBINING ACUTE ACCENT}" * 499,
    "not normalised": "Ａｓｈａ  RAO \N{LATIN SMALL LIGATURE FI}",
    "SQL": "Robert'); DROP TABLE customer; -- \\' \" %s :name {0}",
    "JSON": '"}], "kind": "name", [{',
    "the longest": "\N{DEVANAGARI LETTER KA}" * (LONGEST_BYTES // 3) + "x",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_is_kept_letter_for_letter(bank: Bank, name: str) -> None:
    found = bank.storage.customers.get(bank.customer(name))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("kind", "text", "problem"), [
    ("name", "Asha\r\nBcc: eve@x.in", DetailProblem.UNWRITABLE),
    ("name", "Asha\x00", DetailProblem.UNWRITABLE),
    ("name", "Asha\N{RIGHT-TO-LEFT OVERRIDE}oaR", DetailProblem.UNWRITABLE),
    ("name", "\ud800", DetailProblem.UNWRITABLE),
    ("name", "x" * (LONGEST_BYTES + 1), DetailProblem.TOO_LONG),
    ("address", "\N{GRINNING FACE}" * 600, DetailProblem.TOO_LONG),
    ("name", "  ", DetailProblem.MISSING),
    ("email", "asha@x.in\r\nBcc: eve@x.in", DetailProblem.UNWRITABLE),
    ("email", "asha@x.in\n", DetailProblem.UNWRITABLE),
    ("email", "asha@x.in\N{LINE SEPARATOR}Bcc: eve@x.in", DetailProblem.UNWRITABLE),
    ("email", "asha@x.in, eve@x.in", DetailProblem.MALFORMED),
    ("email", "Asha <asha@x.in>", DetailProblem.MALFORMED),
    ("email", " asha@x.in", DetailProblem.MALFORMED),
    ("email", "a" * 250 + "@x.in", DetailProblem.MALFORMED),
    ("phone", "+91 98200\n11111", DetailProblem.UNWRITABLE),
])  # fmt: skip
def test_a_detail_that_cannot_be_kept_is_refused_by_name_and_not_repeated(
    bank: Bank, admin: Any, kind: str, text: str, problem: DetailProblem
) -> None:
    before = ask(admin, "SELECT COUNT(*) FROM customer")
    with pytest.raises(DetailRefused) as refused:
        bank.customer(**{kind: text})
    assert (refused.value.kind, refused.value.problem) == (kind, problem)
    assert str(refused.value) == f"{kind}: {problem.value}"
    assert ask(admin, "SELECT COUNT(*) FROM customer") == before


@pytest.mark.parametrize("number", ["' OR '1'='1", "100001' -- ", "%", "१००००१", ""])
def test_a_number_that_is_none_finds_nobody_and_enrols_nobody(bank: Bank, number: str) -> None:
    assert bank.storage.customers.find(number) is None
    with pytest.raises(DetailRefused, match="number: malformed"):
        NewCustomer(number, "Asha Rao", "", "", "", "")


def test_a_new_template_replaces_the_old_one_which_stays_for_taking_back(bank: Bank, admin: Any) -> None:
    customer = bank.customer()
    templates = bank.storage.templates
    assert templates.face(customer) is None
    for number in (1, 2, 3):
        templates.store_face(customer, bytes([number]) * 512, 0.5)
    assert templates.face(customer) == bytes([3]) * 512
    assert dict(templates.faces())[customer] == bytes([3]) * 512
    rows = ask(admin, "SELECT version, active FROM template WHERE customer_id = %s ORDER BY version", (customer,))
    assert rows == [(1, 0), (2, 0), (3, 1)]


def test_fingers_are_kept_apart_by_position_and_sensor_family(bank: Bank) -> None:
    customer = bank.customer()
    store = bank.storage.templates.store_finger
    store(customer, "right_index", "test-1", b"old")
    store(customer, "right_index", "test-1", b"new")
    store(customer, "right_index", "test-2", b"other sensor")
    store(customer, "left_thumb", "test-1", b"thumb")
    seen = {(each.finger, each.family): each.data for each in bank.storage.templates.fingers(customer)}
    assert seen == {
        ("right_index", "test-1"): b"new",
        ("right_index", "test-2"): b"other sensor",
        ("left_thumb", "test-1"): b"thumb",
    }


def test_a_template_of_nobody_is_refused(bank: Bank) -> None:
    with pytest.raises(LookupError, match="no such customer"):
        bank.storage.templates.store_face(10**9, b"x" * 512, 0.5)


def test_an_enrolment_shows_how_far_it_has_come(bank: Bank) -> None:
    assert bank.storage.branch.enrolment("nobody") is None
    customer = bank.customer()
    number = bank.storage.customers.get(customer).number  # type: ignore[union-attr]
    bank.storage.templates.store_face(customer, bytes(512), 0.5)
    bank.storage.customers.set_pin_hash(customer, b"hash")
    seen = bank.storage.branch.enrolment(number)
    assert seen is not None
    assert (seen.customer_id, seen.faces, seen.fingers, seen.credentials) == (customer, 1, 0, 1)


def test_a_changed_pin_replaces_the_old_hash(bank: Bank) -> None:
    customer = bank.customer()
    assert bank.storage.customers.pin_hash(customer) is None
    for value in (b"one", b"two"):
        bank.storage.customers.set_pin_hash(customer, value)
    assert bank.storage.customers.pin_hash(customer) == b"two"


def test_the_audit_of_an_enrolment_names_the_pseudonym_only(
    bank: Bank, everything: tuple[int, list[bytes]], admin: Any
) -> None:  # fmt: skip
    customer, hidden = everything
    found = bank.storage.customers.get(customer)
    assert found is not None
    rows = ask(admin, "SELECT event, details FROM audit WHERE subject = %s ORDER BY id", (found.pseudonym,))
    assert [event for event, _ in rows] == [
        "customer_enrol", *["consent_given"] * 3, "sign_in", *["template_store"] * 2
    ]  # fmt: skip
    assert all(isinstance(json.loads(details), dict) for _, details in rows)
    assert not any(secret in details.encode() for _, details in rows for secret in hidden)


def test_a_frozen_customer_is_shown_as_frozen_and_an_erased_one_not_at_all(bank: Bank, admin: Any) -> None:
    customer = bank.customer()
    ask(admin, "UPDATE customer SET status = 'frozen' WHERE id = %s", (customer,))
    assert bank.storage.customers.get(customer).frozen  # type: ignore[union-attr]
    ask(admin, "UPDATE customer SET status = 'erased' WHERE id = %s", (customer,))
    assert bank.storage.customers.get(customer) is None
