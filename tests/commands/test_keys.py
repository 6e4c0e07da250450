"""``main.py keys`` and ``main.py customer erase`` as an operator runs them."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db import key_file
from db.folder import DataFolder
from db.storage import Storage
from tests.command_line import PROJECT, run, run_json
from tests.db.bank import Bank

IN_KEYRING = "keyring:cardless-test"


@pytest.fixture
def keyring(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine whose ring is in the system's keyring."""
    return {
        "ATM_KEY_RING": IN_KEYRING, "PYTHON_KEYRING_BACKEND": "tests.commands.keyring_file.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"), "PYTHONPATH": str(PROJECT),
    }  # fmt: skip


def told(*arguments: str, folder: DataFolder, **environment: str) -> dict[str, Any]:
    done = run(*arguments, "--json", folder=folder, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_keys_are_rotated_and_listed_while_a_kiosk_runs(started_folder: DataFolder) -> None:
    kiosk = Bank(started_folder)
    try:
        customers = [kiosk.customer() for _ in range(3)]
        answer = told("keys", "rotate", folder=started_folder)
        assert answer == {"ok": True, "key": "k2", "in_force": True, "customers": 3, "left": 0}
        assert all(kiosk.storage.customers.get(customer) for customer in customers)
        kiosk.customer()
        keys = told("keys", "list", folder=started_folder)["keys"]
        assert [(key["key_id"], key["in_force"], key["data_keys"]) for key in keys] == [
            ("k1", False, 0), ("k2", True, 4),
        ]  # fmt: skip
        assert all(key["rotated_at"] for key in keys)
        done = run("keys", "list", "--data", str(started_folder.root))
        assert done.returncode == 0
        assert "still opens" in done.stdout
        assert run_json("audit", "verify", folder=started_folder)["ok"] is True
        ring = key_file.read(started_folder.key_file)
        assert not any(key.hex() in done.stdout + str(answer) for key in ring.keys.values())
    finally:
        kiosk.close()


@pytest.mark.slow
def test_of_two_rotations_at_once_one_is_refused(own_folder: DataFolder) -> None:
    own_folder.prepare()
    with own_folder.key_lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run("keys", "rotate", folder=own_folder)
    assert done.returncode == 1
    assert "Another rotation" in done.stderr
    assert list(key_file.read(own_folder.key_file).keys) == ["k1"]


def test_a_ring_in_the_environment_is_not_rotated_and_says_where_it_could_be(started_folder: DataFolder) -> None:
    text = started_folder.key_file.read_text()
    started_folder.key_file.unlink()
    done = run("keys", "rotate", folder=started_folder, ATM_KEY_RING=text)
    assert done.returncode == 1
    assert "cannot be changed from here" in done.stderr
    assert not started_folder.key_file.exists()
    assert told("keys", "list", folder=started_folder, ATM_KEY_RING=text)["keys"][0]["key_id"] == "k1"


@pytest.mark.slow
def test_a_ring_in_the_systems_keyring_is_made_read_and_rotated(
    own_folder: DataFolder, keyring: dict[str, str]
) -> None:
    assert told("keys", "list", folder=own_folder, **keyring)["keys"][0]["key_id"] == "k1"
    assert told("keys", "rotate", folder=own_folder, **keyring)["key"] == "k2"
    assert told("keys", "list", folder=own_folder, **keyring)["keys"][1]["in_force"] is True
    assert not own_folder.key_file.exists(), "nowhere else"
    kept = json.loads(Path(keyring["TEST_KEYRING"]).read_text())
    assert list(kept) == ["cardless-test/key-ring"]


@pytest.mark.slow
def test_a_ring_lost_from_the_keyring_is_seen_and_not_made_anew(
    own_folder: DataFolder, keyring: dict[str, str]
) -> None:
    told("keys", "list", folder=own_folder, **keyring)
    Path(keyring["TEST_KEYRING"]).unlink()
    done = run("keys", "list", folder=own_folder, **keyring)
    assert done.returncode == 1
    assert "the key ring of 'cardless-test' in the system's keyring is missing" in done.stderr
    assert not Path(keyring["TEST_KEYRING"]).exists()


@pytest.mark.parametrize(("ring", "said"), [
    (IN_KEYRING, "a keyring installed and unlocked"), ("keyring:", "wants the name of a service"),
    ("nonsense", "not a key ring"),
])  # fmt: skip
def test_a_machine_without_a_keyring_says_what_to_do(own_folder: DataFolder, ring: str, said: str) -> None:
    done = run(
        "keys", "list", folder=own_folder, ATM_KEY_RING=ring, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring"
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not own_folder.key_file.exists()


# --- erasure ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def number(started_folder: DataFolder) -> str:
    bank = Bank(started_folder)
    customer = bank.storage.customers.get(bank.customer())
    assert customer is not None
    bank.close()
    return customer.number


def known(folder: DataFolder, number: str) -> bool:
    storage = Storage(folder, "LOOK", "INR")
    storage.open()
    try:
        return storage.customers.find(number) is not None
    finally:
        storage.close()


def test_a_customer_is_erased_once_and_the_audit_stays_whole(started_folder: DataFolder, number: str) -> None:
    assert told("customer", "erase", number, "--yes", folder=started_folder) == {
        "ok": True, "reason": "", "backups": [],
    }  # fmt: skip
    assert not known(started_folder, number)
    again = run("customer", "erase", number, "--yes", folder=started_folder)
    assert again.returncode == 1
    assert "was erased before" in again.stderr
    assert run("customer", "erase", "nobody", "--yes", folder=started_folder).returncode == 1
    assert run_json("audit", "verify", folder=started_folder)["ok"] is True


@pytest.mark.parametrize(("typed", "erased"), [("", False), ("yes\n", False), ("{number}\n", True)])
def test_a_customer_is_erased_only_when_the_number_is_typed_again(
    started_folder: DataFolder, number: str, typed: str, erased: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "--data", str(started_folder.root), "customer", "erase", number], cwd=PROJECT,
        input=typed.format(number=number), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == (0 if erased else 1), done.stderr
    assert known(started_folder, number) is not erased
