"""A newer version's schema is put in while machines of this version pay out: none of them fails, and all is well after.

The newer version is made here: one migration more, with columns and a key on the tables every movement writes, and
every view and procedure defined anew.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from atm_app.banking.money import Money
from atm_app.branch.long_work import LongWork
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome, Withdrawal
from db import migrations
from db.storage import Storage
from tests.db.bank import HUNDRED, POLICY, SESSION, InThread, ask, fresh_id, hundreds
from tests.db.cluster_bank import ClusterBank, cluster_bank
from tests.waiting import wait_until

MACHINES = 3
NEXT = """-- What the next version adds; machines of this one know nothing of it.
ALTER TABLE account ADD COLUMN next_column INT NOT NULL DEFAULT 0;

ALTER TABLE hold ADD COLUMN next_column VARCHAR(16) NOT NULL DEFAULT '';

ALTER TABLE journal ADD KEY by_next (terminal, kind);

ALTER TABLE audit ADD COLUMN next_column INT NULL;
"""

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]


@pytest.fixture(scope="module")
def bank() -> Iterator[ClusterBank]:
    yield from cluster_bank()


class Machine:
    """Pays one note after the other to a customer of its own until it is told to end."""

    def __init__(self, bank: ClusterBank, end: threading.Event) -> None:
        self._end = end
        self._storage = bank.terminal()
        self._storage.branch.load_cash_unit(fresh_id(), HUNDRED, Money.of_major(100), 100_000)
        self._customer, self._account = bank.customer(10_000_000)
        bank.serve(self._storage, self._customer)
        self.paid = 0
        self.thread = InThread(self._work)

    def _work(self) -> None:
        ledger = self._storage.ledger
        while not self._end.is_set():
            request = fresh_id()
            asked = Withdrawal(
                request, self._customer, self._account, Money.of_major(100), hundreds(1), SESSION, b"s" * 16, POLICY
            )
            assert ledger.hold(asked).outcome is Outcome.HELD
            assert ledger.settle(request, Outcome.POSTED, CashFate.TAKEN).outcome is Outcome.POSTED
            self.paid += 1


def test_nobody_is_refused_while_a_newer_version_is_put_in(
    bank: ClusterBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = tmp_path / "9999_next.sql"
    newer.write_text(NEXT)
    here = migrations.migration_files()
    monkeypatch.setattr(migrations, "migration_files", lambda: [*here, newer])
    administrator = bank.cluster.nodes[0].administrator("atm")
    end = threading.Event()
    machines = [Machine(bank, end) for _ in range(MACHINES)]
    wait_until(lambda: all(machine.paid for machine in machines), "all machines pay out")
    before = [machine.paid for machine in machines]
    ask(administrator, "DELETE FROM schema_definition")
    done = bank.storage.migrate(bank.cluster.nodes[0].socket)
    assert {"9999_next.sql step 4", "view account_view", "procedure hold_withdrawal"} <= set(done)
    wait_until(lambda: all(m.paid > paid for m, paid in zip(machines, before, strict=True)), "they go on")
    end.set()
    for machine in machines:
        machine.thread.result(60.0)
    assert ask(administrator, "SELECT COUNT(*) FROM account WHERE next_column <> 0") == [(0,)]
    for address in bank.cluster.addresses:
        assert _trial(bank.terminal([address])), "every member has the same schema and balanced books"
    assert bank.storage.verifier.verify(LongWork()).ok


def _trial(storage: Storage) -> bool:
    return storage.ledger.trial_balance().balanced
