"""A fleet in the tests: a configured server, its centre, and machines that come and go. Everything goes through the
command line, as a person would do it."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.config import Settings
from atm_app.stores import NewCustomer, Withdrawal
from commands.command_line import load_settings, run
from commands.opened_storage import server_addresses
from db.connection import open_raw
from db.credential_source import CredentialSource, credential_file
from db.folder import DataFolder
from db.storage import Storage
from tests.db.bank import CASSETTES, MONTH, POLICY, SESSION, fresh_id, hundreds
from tests.db.configured import ADMINISTRATOR, PASSWORD, ConfiguredServer
from tests.limits import GENEROUS

_names = itertools.count(1)


def fresh_name() -> str:
    """As long as a terminal's name may be for the accounts that are named after it."""
    return f"ATM-FLEET-{next(_names):08d}"


class Machine:
    """One machine: its data folder and its settings."""

    def __init__(self, server: ConfiguredServer, terminal: str, root: Path) -> None:
        self.terminal = terminal
        self.folder = DataFolder(root).prepare()
        address = server.verified
        self.config = root / "atm.toml"
        self.config.write_text(
            f'terminal = "{terminal}"\n[database]\nhosts = ["{address}"]\n'
            f'certificate_authority = "{address.certificate_authority}"\n'
        )

    @property
    def settings(self) -> Settings:
        return load_settings(self.config, None, None)

    @property
    def credential(self) -> CredentialSource:
        return credential_file(self.folder.credential_file)

    @property
    def has_joined(self) -> bool:
        """Or at least a part of what joining leaves."""
        return self.folder.key_file.exists() or self.folder.credential_file.exists()

    def command(self, *arguments: str) -> int:
        return run(["--config", str(self.config), "--data", str(self.folder.root), *arguments])

    def join(self, token: str) -> int:
        path = self.folder.root / "token"
        path.write_text(token + "\n")
        return self.command("terminal", "join", "--token-file", str(path))

    def storage(self) -> Storage:
        """Not opened."""
        return Storage(self.folder, self.terminal, "INR", server_addresses(self.settings))

    def working(self) -> Storage:
        """Opened, with notes in its cassettes."""
        storage = self.storage()
        storage.open()
        storage.branch.prepare_books(self.settings.model_copy(update={"limits": GENEROUS}))
        for position, (major, count) in enumerate(CASSETTES, 1):
            storage.branch.load_cash_unit(fresh_id(), position, Money.of_major(major), count)
        return storage


class Fleet:
    """``centre``: the administrator's machine."""

    def __init__(self, server: ConfiguredServer, root: Path) -> None:
        self.server = server
        self.root = root
        self.centre = self.machine("CENTRE")

    def machine(self, terminal: str) -> Machine:
        root = self.root / f"{terminal}-{next(_names)}"
        root.mkdir()
        return Machine(self.server, terminal, root)

    def invite(self, terminal: str, capsys: pytest.CaptureFixture[str]) -> str:
        """The token, as it was printed."""
        capsys.readouterr()
        assert self.centre.command("terminal", "invite", terminal, "--user", ADMINISTRATOR, "--json") == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["terminal"] == terminal
        return str(answer["token"])

    def joined(self, capsys: pytest.CaptureFixture[str]) -> Machine:
        machine = self.machine(fresh_name())
        assert machine.join(self.invite(machine.terminal, capsys)) == 0
        return machine

    def revoke(self, terminal: str) -> int:
        return self.centre.command("terminal", "revoke", terminal, "--user", ADMINISTRATOR)

    def listed(self, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
        """As ``terminal list`` prints it."""
        capsys.readouterr()
        assert self.centre.command("terminal", "list", "--user", ADMINISTRATOR, "--json") == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    def administrator(self) -> Any:
        return open_raw(ADMINISTRATOR, PASSWORD, self.server.verified)


def customer_with_money(storage: Storage) -> tuple[int, int]:
    """(customer, account); they stand before this machine."""
    number = f"F{next(_names):06d}"
    customer = storage.customers.enrol(NewCustomer(number, "Asha Rao", "", f"{number}@customer.example", "", ""))
    account = storage.branch.open_account(customer, "Bank", f"F{next(_names):011d}", "savings", "INR")
    storage.branch.deposit(fresh_id(), account, Money.of_major(1000))
    assert storage.visits.begin(customer, POLICY, SESSION, MONTH)
    return customer, account


def withdrawal(customer: int, account: int) -> Withdrawal:
    """One hundred."""
    return Withdrawal(fresh_id(), customer, account, Money.of_major(100), hundreds(1), SESSION, b"s" * 16, POLICY)
