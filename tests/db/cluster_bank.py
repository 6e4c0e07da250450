"""A bank on a real cluster, for tests: its members, its schema, and as many terminals as are wanted."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.config import Settings
from atm_app.stores import NewCustomer, Transfer
from db.cluster import Cluster, GaleraMissing
from db.cluster_network import network_for
from db.folder import DataFolder, fresh_folder
from db.hosts import ServerAddress
from db.storage import Storage
from tests.db.bank import MONTH, POLICY, SESSION, fresh_id
from tests.limits import GENEROUS

_numbers = itertools.count(1)


class ClusterBank:
    """``storage``: a terminal's, at the first member that serves."""

    def __init__(self, folder: DataFolder, members: int) -> None:
        self.folder = folder.prepare()
        self.cluster = Cluster(folder, network_for(members))
        self._terminals: list[Storage] = []

    def up(self) -> None:
        self.cluster.up()
        first = Storage(self.folder, "CENTRE", "INR", self.cluster.addresses, new_key=True)
        self._terminals.append(first)
        first.migrate(self.cluster.nodes[0].socket)
        first.open()
        first.branch.prepare_books(Settings(terminal="CENTRE", limits=GENEROUS))
        self.storage = first

    def terminal(self, servers: Sequence[ServerAddress] | None = None) -> Storage:
        """Another machine of the bank. ``servers``: those it knows, in its order; usually all."""
        name = f"CLUSTER-{next(_numbers)}"
        storage = Storage(self.folder, name, "INR", servers or self.cluster.addresses)
        self._terminals.append(storage)
        storage.open()
        storage.branch.prepare_books(Settings(terminal=name, limits=GENEROUS))
        return storage

    def customer(self, major: int) -> tuple[int, int]:
        """(customer, account with so much in it)."""
        number = next(_numbers)
        customer = self.storage.customers.enrol(
            NewCustomer(f"{400_000 + number}", "Asha Rao", "", f"asha{number}@customer.example", "", "")
        )
        account = self.storage.branch.open_account(customer, "Bank", f"8001{number:08d}", "savings", "INR")
        self.storage.branch.deposit(fresh_id(), account, Money.of_major(major))
        return customer, account

    def serve(self, storage: Storage, customer: int) -> None:
        """They stand before that machine for as long as a test lasts."""
        assert storage.visits.begin(customer, POLICY, SESSION, MONTH)

    def limit_transfers(self, policy: str, per_day: int) -> None:
        rule = LimitRule(Money.of_major(per_day), Money.of_major(per_day), burst=10**6, period=1)
        self.storage.branch.set_limit(policy, LimitKind.TRANSFER, rule)

    def balance(self, customer: int) -> int:
        """Minor units."""
        return self.storage.ledger.accounts(customer)[0].balance.minor

    def close(self) -> None:
        for storage in self._terminals:
            storage.close()
        self.cluster.close()


def order(customer: int, account: int, to: int, major: int, policy: str = POLICY) -> Transfer:
    return Transfer(fresh_id(), customer, account, Money.of_major(major), SESSION, b"s" * 16, policy, to=to)


def cluster_bank(members: int = 3) -> Iterator[ClusterBank]:
    """Skips where this machine has no Galera."""
    folder = fresh_folder("test")
    try:
        bank = ClusterBank(folder, members)
    except GaleraMissing as missing:
        pytest.skip(str(missing))
    try:
        bank.up()
        yield bank
    finally:
        bank.close()
        shutil.rmtree(Path(folder.root), ignore_errors=True)
