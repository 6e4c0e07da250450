"""The console of the branch on the real database."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from atm_app.branch.console import Console, ConsoleStores
from atm_app.config import Settings
from atm_app.ports import TimeSource
from commands.care import Care
from commands.opened_storage import customer_lists_of
from commands.system_random import SystemRandom
from db.storage import Storage


class SystemTime:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def console_of(
    storage: Storage, settings: Settings, clock: TimeSource, config: Path = Path("atm.toml")
) -> Console:  # fmt: skip
    """``storage``: opened. ``config``: where the settings are kept."""
    stores = ConsoleStores(
        staff=storage.staff_accounts, staff_lockouts=storage.staff_lockouts, approvals=storage.approvals,
        audit=storage.staff_audit, customers=storage.customers, files=storage.customer_files,
        finder=customer_lists_of(storage, settings), books=storage.branch,
        counters=storage.ledger, consents=storage.staff_consents, lockouts=storage.lockouts,
        code_lists=storage.code_lists, records=storage.records, machine=storage.now,
        care=Care(storage, settings, config),
    )  # fmt: skip
    return Console(stores, storage.vault, clock, SystemRandom(), settings)
