"""Histories of transfers and reads while members of a cluster die and are cut off, checked as Jepsen checks them.

Everybody pays one rupee after the other into one account, which nobody ever takes from. So a read that is smaller than
an earlier one of the same session went back in time, a read that is smaller than what this session was told is done
did not see its own writes, and a final balance that is not what all were told together lost an update or did one twice.
Beside it somebody moves money between two accounts of their own: every read of both has the same sum.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import pytest

from atm_app.stores import Outcome, StoreUnavailable
from commands.fleet_chaos import Chaos
from db.storage import Storage
from tests.db.bank import InThread
from tests.db.cluster_bank import ClusterBank, cluster_bank, order

SESSIONS = 4

pytestmark = pytest.mark.timeout(400)


@dataclass
class Session:
    """``reads``: the shared account's balance in rupees and how many payments this session knew of, in order."""

    posted: int = 0
    unknown: int = 0
    reads: list[tuple[int, int]] = field(default_factory=list)
    sums: set[int] = field(default_factory=set)


@pytest.fixture(scope="module")
def bank() -> Iterator[ClusterBank]:
    yield from cluster_bank()


class Histories:
    """Sessions of a customer each, until they are told to end."""

    def __init__(self, bank: ClusterBank) -> None:
        self._bank = bank
        self._shared_owner, self._shared = bank.customer(1)
        self._mover, first = bank.customer(1000)
        second = bank.storage.branch.open_account(self._mover, "Bank", f"8002{self._mover:08d}", "savings", "INR")
        self._two = (first, second)
        self._end = threading.Event()
        terminals = [bank.terminal() for _ in range(SESSIONS)]
        bank.serve(terminals[0], self._mover)
        self.sessions = [Session() for _ in range(SESSIONS)]
        self._threads = [
            InThread(lambda session=session, terminal=terminal: self._live(session, terminal))  # type: ignore[misc]
            for session, terminal in zip(self.sessions, terminals, strict=True)
        ]

    def end(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.result(60.0)

    @property
    def final(self) -> int:
        return self._bank.balance(self._shared_owner) // 100

    def _live(self, session: Session, storage: Storage) -> None:
        giver, account = self._bank_customer()
        self._bank.serve(storage, giver)
        turn = 0
        while not self._end.is_set():
            turn += 1
            try:
                if storage.ledger.transfer(order(giver, account, self._shared, 1)).outcome is Outcome.POSTED:
                    session.posted += 1
            except StoreUnavailable:
                session.unknown += 1
            try:
                shared = storage.ledger.accounts(self._shared_owner)[0].balance.minor // 100
                session.reads.append((shared, session.posted))
                session.sums.add(sum(each.balance.minor for each in storage.ledger.accounts(self._mover)))
                if session is self.sessions[0]:
                    storage.ledger.transfer(order(self._mover, self._two[turn % 2], self._two[1 - turn % 2], 1))
            except StoreUnavailable:
                continue

    def _bank_customer(self) -> tuple[int, int]:
        with _opening:
            return self._bank.customer(100_000)


_opening = threading.Lock()


def check(histories: Histories) -> None:
    histories.end()
    posted = sum(session.posted for session in histories.sessions)
    unknown = sum(session.unknown for session in histories.sessions)
    assert posted > 0
    assert 1 + posted <= histories.final <= 1 + posted + unknown, "an update was lost, or done twice"
    for session in histories.sessions:
        assert all(one <= other for (one, _), (other, _) in pairwise(session.reads)), "a read went back in time"
        assert all(read >= 1 + known for read, known in session.reads), "a session did not see what it was told is done"
        assert session.sums <= {1000_00}, "a read saw half of a movement"


def test_while_the_writer_dies(bank: ClusterBank) -> None:
    writer = bank.cluster.nodes[0]
    histories = Histories(bank)
    writer.kill()
    bank.cluster.restart(writer)
    writer.await_ready()
    check(histories)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_in_chaos(bank: ClusterBank, seed: int) -> None:
    histories = Histories(bank)
    chaos = Chaos(bank.cluster, (), Random(seed), print)
    chaos.reign(45.0)
    check(histories)
    assert chaos.deeds
