"""The same rows on a configured server, reached by TCP and a password."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.config import DatabaseSettings, Settings
from atm_app.stores import NewCustomer
from atm_app.trust.vault import KeyProblem, KeyRing
from commands.keys import rotate
from db.folder import DataFolder, fresh_folder
from db.hosts import ServerAddress
from db.key_file import write
from db.server import find_program
from db.storage import Storage

# One for the whole file: a database knows its own.
RING = KeyRing.generate()
ADMINISTRATOR, PASSWORD = "branch_admin", secrets.token_hex(12)


@pytest.fixture(scope="module")
def address() -> Iterator[ServerAddress]:
    """A MariaDB on loopback that somebody else runs."""
    folder = fresh_folder("test").prepare()
    data = folder.root / "server"
    data.mkdir()
    user = _server_user(data)
    subprocess.run(
        [find_program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db"],
        check=True, capture_output=True, **user,
    )  # type: ignore[call-overload]  # fmt: skip
    statements = data / "administrator.sql"
    statements.write_text(
        f"CREATE USER '{ADMINISTRATOR}'@'%' IDENTIFIED BY '{PASSWORD}';\n"
        f"GRANT ALL ON *.* TO '{ADMINISTRATOR}'@'%' WITH GRANT OPTION;\n"
    )
    port = _free_port()
    server = subprocess.Popen(
        [find_program("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
         f"--socket={data}/s", f"--init-file={statements}", "--innodb-buffer-pool-size=16M", "--skip-name-resolve"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user,
    )  # type: ignore[call-overload]  # fmt: skip
    _await(port)
    yield ServerAddress("127.0.0.1", port)
    server.terminate()
    server.wait(20)
    shutil.rmtree(folder.root)


def _server_user(data: Path) -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    entry = pwd.getpwnam("cardless-atm")
    os.chown(data, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the server did not start")


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
