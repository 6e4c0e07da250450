"""What goes wrong with master keys: a rotation killed in the middle, two at once, another machine's ring."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atm_app.trust.vault import KeyProblem, KeyRing
from db import key_file
from db.storage import Storage
from tests.db.bank import Bank, administrator, ask, together
from tests.db.rotation import begin_and_leave, found, keys_of

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def admin(keeper: Bank) -> Iterator[Any]:
    connection = administrator(keeper.folder)
    yield connection
    connection.close()


# --- killed in the middle --------------------------------------------------------------------------------------------

ROTATE_AND_DIE = """
import os, signal, sys
from db.folder import DataFolder
from db.storage import Storage
from pathlib import Path

query, times = sys.argv[2], int(sys.argv[3])
storage = Storage(DataFolder(Path(sys.argv[1])), "KILLED", "INR")
storage.open()
call = storage.staff._call

def die(name, parameters):
    global times
    if name == query:
        times -= 1
        if not times:
            os.kill(os.getpid(), signal.SIGKILL)
    return call(name, parameters)

storage.staff._call = die
storage.keys.rotate()
"""


@pytest.mark.parametrize(("query", "times"), [
    ("register_key", 1), ("wrapped_otherwise", 1), ("rewrap_customer", 1), ("rewrap_customer", 3),
    ("finish_rotation", 1),
])  # fmt: skip
def test_a_rotation_killed_anywhere_shuts_nothing_and_is_ended_by_the_next_one(
    kiosk: Bank, admin: Any, query: str, times: int
) -> None:
    customers = [kiosk.customer(f"Asha {letter}") for letter in "abcde"]
    old = key_file.read(kiosk.folder.key_file).active
    killed = subprocess.run(
        [sys.executable, "-c", ROTATE_AND_DIE, str(kiosk.folder.root), query, str(times)], cwd=PROJECT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert [found(kiosk, customer).first_name for customer in customers] == ["Asha"] * 5
    again = Storage(kiosk.folder, "AGAIN", "INR")
    again.open()
    try:
        assert [again.customers.get(customer) for customer in customers] == [found(kiosk, each) for each in customers]
        done = again.keys.rotate()
        assert done.key_id == key_file.read(kiosk.folder.key_file).active == f"k{int(old[1:]) + 1}", "no key more"
        assert keys_of(admin).keys() - {""} == {done.key_id}
        told = ask(admin, "SELECT outcome FROM audit WHERE event = 'key_rotation' AND details LIKE %s ORDER BY id",
                   (f'%"{done.key_id}"%',))  # fmt: skip
        assert told == [("begun",), ("done",)]
    finally:
        again.close()


def test_two_that_rotate_at_once_wrap_every_customer_once(kiosk: Bank, staff: Storage, admin: Any) -> None:
    for _ in range(20):
        kiosk.customer()
    wrapped = len(ask(admin, "SELECT 1 FROM customer_view"))
    other = Storage(kiosk.folder, "OTHER", "INR")
    other.open()
    key_id = begin_and_leave(staff)
    other.keys.take_up()
    first, second = together([staff.keys.rotate, other.keys.rotate])
    assert first.customers + second.customers == wrapped
    assert keys_of(admin).keys() - {""} == {key_id}
    other.close()


# --- the wrong ring --------------------------------------------------------------------------------------------------


def everything(admin: Any) -> dict[str, Any]:
    """What a start with another ring could spoil: rows, chains and the passwords of the roles."""
    tables = ("master_key", "data_key", "customer_index", "credential", "audit_seal", "audit_head", "audit")
    kept: dict[str, Any] = {table: ask(admin, f"CHECKSUM TABLE {table}") for table in tables}
    kept["passwords"] = ask(admin, "SELECT user, authentication_string FROM mysql.user WHERE user LIKE 'atm%'")
    return kept


@pytest.mark.parametrize("which", ["another", "older", "one key exchanged"])
def test_a_machine_with_the_wrong_ring_does_not_start_says_so_and_spoils_nothing(
    kiosk: Bank, staff: Storage, admin: Any, which: str
) -> None:
    staff.keys.rotate()
    staff.staff_audit.seal()
    kept, right = everything(admin), kiosk.folder.key_file.read_text()
    ring = KeyRing.from_text(right)
    stranger = secrets.token_bytes(32)
    wrong = {
        "another": KeyRing.generate(),
        "older": KeyRing(ring.first, {ring.first: ring.keys[ring.first]}),
        "one key exchanged": KeyRing(ring.active, {**ring.keys, ring.last: stranger}),
    }[which]
    try:
        key_file.write(kiosk.folder.key_file, wrong)
        refused = Storage(kiosk.folder, "WRONG", "INR")
        with pytest.raises(KeyProblem, match=r"not the one this database was sealed with|not in the key ring"):
            refused.open()
        refused.close()
        assert everything(admin) == kept
    finally:
        key_file.write(kiosk.folder.key_file, ring)
    assert kiosk.folder.key_file.read_text() == right


def test_a_ring_exchanged_under_a_running_kiosk_is_not_taken_up(kiosk: Bank) -> None:
    customer, right = kiosk.customer(), key_file.read(kiosk.folder.key_file)
    other = KeyRing.generate()
    wrong = KeyRing("k900", {**other.keys, "k900": secrets.token_bytes(32)})
    try:
        key_file.write(kiosk.folder.key_file, wrong)
        with pytest.raises(KeyProblem, match="exchanged"):
            kiosk.storage.vault.follow("k900")
    finally:
        key_file.write(kiosk.folder.key_file, right)
    assert found(kiosk, customer).name == "Asha Rao"
    assert kiosk.storage.vault.key_id == right.active


def test_a_role_whose_password_is_of_another_ring_is_told_so(kiosk: Bank) -> None:
    right = key_file.read(kiosk.folder.key_file)
    key_file.write(kiosk.folder.key_file, KeyRing.generate())
    other = Storage(kiosk.folder, "OTHER", "INR")
    key_file.write(kiosk.folder.key_file, right)
    with pytest.raises(KeyProblem, match="refuses the password"):
        other.kiosk.row("trial_balance")
    other.close()
