"""The same rows on a configured server, reached by TCP and a password."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.config import Settings
from atm_app.database_settings import DatabaseSettings
from atm_app.stores import NewCustomer
from atm_app.trust.vault import KeyProblem, KeyRing
from commands.keys import rotate
from db.folder import DataFolder
from db.hosts import ServerAddress
from db.key_file import write
from db.storage import Storage
from tests.db.configured import ADMINISTRATOR, PASSWORD, running_server

# One for the whole file: a database knows its own.
RING = KeyRing.generate()


@pytest.fixture(scope="module")
def address() -> Iterator[ServerAddress]:
    """A MariaDB on loopback that somebody else runs."""
    with running_server() as server:
        yield server.address


def test_without_a_key_file_nothing_is_made_up(address: ServerAddress, own_folder: DataFolder) -> None:
    with pytest.raises(KeyProblem, match="missing"):
        Storage(own_folder, "ATM-1", "INR", [address])


def test_migrated_and_used_like_the_private_one(address: ServerAddress, own_folder: DataFolder) -> None:
    write(own_folder.prepare().key_file, RING)
    storage = Storage(own_folder, "ATM-1", "INR", [address], new_key=True)
    try:
        assert storage.migrate(address, ADMINISTRATOR, PASSWORD)
        assert storage.open() == [], "a kiosk migrates nothing that is not its own"
        storage.branch.set_up_terminal("INR", 0)
        customer = storage.customers.enrol(NewCustomer("123456", "Asha Rao", "", "asha@customer.example", "", ""))
        account = storage.branch.open_account(customer, "Bank", "1", "savings", "INR")
        storage.branch.deposit(b"d" * 16, account, Money.of_major(500))
        assert storage.ledger.accounts(customer)[0].balance == Money.of_major(500)
        assert storage.ledger.trial_balance().balanced
    finally:
        storage.close()


def test_keys_of_several_machines_are_rotated_in_two_calls(
    address: ServerAddress, own_folder: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second machine has a copy of the ring."""
    settings = Settings(terminal="ATM-1", database=DatabaseSettings(hosts=(str(address),)))
    second = DataFolder(tmp_path / "second").prepare()

    def rotated() -> dict[str, Any]:
        assert rotate(own_folder, settings, json_output=True) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    def enrolled(number: str) -> int:
        storage = Storage(second, "ATM-2", "INR", [address])
        try:
            storage.open()
            return storage.customers.enrol(NewCustomer(number, "Dele Siddi", "", "dele@customer.example", "", ""))
        finally:
            storage.close()

    write(own_folder.prepare().key_file, RING)
    write(second.key_file, RING)
    first = Storage(own_folder, "ATM-1", "INR", [address])
    first.migrate(address, ADMINISTRATOR, PASSWORD)
    first.close()
    assert rotated() == {"ok": True, "key": "k2", "in_force": False}
    assert enrolled("200001"), "the other machine has not got it yet, and goes on"
    assert rotated()["in_force"] is True
    with pytest.raises(KeyProblem, match="'k2', which is not in the key ring"):
        enrolled("200002")
    shutil.copy(own_folder.key_file, second.key_file)
    assert enrolled("200002")
