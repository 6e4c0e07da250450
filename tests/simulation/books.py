"""The books under contract: the simulated ones behind the same hands as the real ones of ``tests.db.bank``."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

from atm_app.banking.money import Money
from atm_app.cash_ports import NotesOfValue
from atm_app.config import Settings
from atm_app.simulation.clock import Time
from atm_app.simulation.fake_audit import FakeAudit
from atm_app.simulation.fake_bank import FakeBank
from atm_app.simulation.fake_branch import FakeBranch
from atm_app.simulation.fake_consents import FakeConsents
from atm_app.simulation.fake_ledger import FakeLedger
from atm_app.simulation.fake_stores import (
    FakeAuthenticators,
    FakeCodeLists,
    FakeCodes,
    FakeConfirmations,
    FakeCustomers,
    FakeIntents,
    FakeLockouts,
    FakePayees,
    FakeTemplates,
)
from atm_app.simulation.fake_visits import FakeSignIns, FakeVisits
from atm_app.simulation.people import BILLERS, SimulatedVault
from atm_app.stores import Deposit, Movement, Transfer
from atm_app.trust.audit import Sealer
from db.folder import DataFolder
from tests.db.bank import CASSETTES, POLICY, SESSION, Bank, fresh_id
from tests.limits import GENEROUS

_numbers = itertools.count(1)

SUBJECT = b"s" * 16


class RealBooks(Bank):
    def __init__(self, folder: DataFolder) -> None:
        super().__init__(folder)
        for biller in BILLERS:
            self.storage.branch.set_up_biller(biller)

    def audit_rows(self) -> list[tuple[str, str]]:
        """(event, outcome) of this terminal's chains, in order."""
        rows = self.storage.kiosk.rows("all_rows")
        return [(row["event"], row["outcome"]) for row in rows if row["chain"].startswith(f"{self.terminal}/")]


class FakeBooks(Bank):
    def __init__(self) -> None:  # the fake has no folder, no server and nothing to open
        self.time = Time()
        self.bank = bank = FakeBank(self.time)
        self.terminal = terminal = f"F-{next(_numbers)}"
        chain, staff = f"{terminal}/kiosk", f"{terminal}/staff"
        self.ledger: Any = FakeLedger(bank, terminal, chain, "INR")
        self.storage: Any = SimpleNamespace(
            ledger=self.ledger, branch=FakeBranch(bank, terminal, staff), customers=FakeCustomers(bank, chain),
            codes=FakeCodes(self.time), authenticators=FakeAuthenticators(), code_lists=FakeCodeLists(),
            lockouts=FakeLockouts(self.time), payees=FakePayees(bank, chain),
            confirmations=FakeConfirmations(bank, terminal), intents=FakeIntents(),
            consents=FakeConsents(bank, chain), staff_consents=FakeConsents(bank, staff),
            templates=FakeTemplates(bank), audit=FakeAudit(bank.audit, chain, Sealer(SimulatedVault())),
            visits=FakeVisits(bank, terminal, chain), sign_ins=FakeSignIns(bank), close=lambda: None,
        )  # fmt: skip
        self.storage.branch.prepare_books(Settings(terminal=terminal, limits=GENEROUS), BILLERS)
        for position, (major, count) in enumerate(CASSETTES, 1):
            self.storage.branch.load_cash_unit(fresh_id(), position, Money.of_major(major), count)

    def audit_rows(self) -> list[tuple[str, str]]:
        rows = self.bank.audit.rows
        return [(row.event, row.outcome) for row in rows if row.chain.startswith(f"{self.terminal}/")]


# Both kinds have the same hands.
Books = Any


def deposit(customer: int, account: int, count: int = 2, request: bytes | None = None, **changes: Any) -> Deposit:
    given = {"amount": Money.of_major(500 * count), "notes": (NotesOfValue(500_00, count),), **changes}
    return Deposit(
        request or fresh_id(), customer, account, session=SESSION, subject=SUBJECT, policy=POLICY, **given
    )  # fmt: skip


def transfer(customer: int, account: int, major: int = 100, request: bytes | None = None, **changes: Any) -> Transfer:
    return Transfer(
        request or fresh_id(), customer, account, Money.of_major(major), SESSION, SUBJECT, POLICY, **changes
    )  # fmt: skip


def answer(movement: Movement) -> tuple[Any, ...]:
    """Without the journal's number, which counts every terminal of a bank."""
    balance = movement.balance.minor // 100 if movement.balance else None
    return movement.outcome.value, movement.reason, bool(movement.journal_id), balance
