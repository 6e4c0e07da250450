"""``main.py bench fleet``: what one cluster carries, beside one of its members alone, and what an idle kiosk costs.

A movement is a whole withdrawal: the hold, durable at every member, and its settlement. Each kiosk is a process with
one connection over TLS, as a kiosk has it. All of it shares this machine's processors: a bank's members have some of
their own, so that the ratio says more than the rates.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, NoteCount
from atm_app.stores import Outcome, Withdrawal
from commands.fleet import CURRENCY, Fleet
from commands.fleet_kiosk import Orders
from commands.opened_storage import server_addresses
from commands.system_random import SystemRandom
from db.cluster import GaleraMissing
from db.folder import DataFolder, fresh_folder
from db.storage import Storage

MEMBERS = 3
# Between two seals, as a kiosk does it: WATCH_SECONDS of atm_app/desk.py.
SEAL_SECONDS = 3.0
IDLE_SECONDS = 30.0
VISIT_SECONDS = 3600
NOTE = Money.of_major(100, CURRENCY)
# A cassette beside those the kiosk loaded itself.
POSITION, NOTES = 9, 10**6
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Run:
    """``latencies``: seconds of each withdrawal. ``traffic``: bytes between kiosks and servers. ``disk``: bytes one
    member's tables grew by."""

    latencies: tuple[float, ...]
    seconds: float
    traffic: int
    disk: int

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def told(self) -> dict[str, float]:
        hundredths = statistics.quantiles(self.latencies, n=100)
        return {
            "withdrawals_per_second": round(self.rate, 1),
            "p50_ms": round(hundredths[49] * 1000, 1),
            "p99_ms": round(hundredths[98] * 1000, 1),
            "bytes_per_withdrawal": round(self.traffic / len(self.latencies)),
            "disk_bytes_per_withdrawal": round(self.disk / len(self.latencies)),
        }


def bench_fleet(kiosks: int, seconds: int, *, json_output: bool) -> int:
    """Exit code 0 when every withdrawal was booked and the cluster carries a quarter of what one member does."""
    folder = fresh_folder("bench").prepare()
    try:
        with _fleet(DataFolder(folder.root / "alone"), 1, kiosks) as alone:
            one = {str(count): _measured(alone, count, seconds) for count in (1, kiosks)}
        with _fleet(DataFolder(folder.root / "cluster"), MEMBERS, kiosks) as fleet:
            idle = _idle_traffic(fleet)
            all_of_it = {str(count): _measured(fleet, count, seconds) for count in (1, kiosks)}
            balanced = fleet.is_balanced()
    except GaleraMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    ratio = {count: round(run.rate / one[count].rate, 2) for count, run in all_of_it.items()}
    answer: dict[str, Any] = {
        "ok": balanced and min(ratio.values()) >= 0.25,
        "members": MEMBERS,
        "cluster": {count: run.told() for count, run in all_of_it.items()},
        "one_member": {count: run.told() for count, run in one.items()},
        "ratio": ratio,
        "idle_bytes_per_second": round(idle),
        "balanced": balanced,
        "folder": str(folder.root),
    }
    print(
        json.dumps(answer, indent=1) if json_output else "\n".join(f"{key:24}{value}" for key, value in answer.items())
    )
    return 0 if answer["ok"] else 1


@contextlib.contextmanager
def _fleet(folder: DataFolder, members: int, kiosks: int) -> Iterator[Fleet]:
    fleet = Fleet(folder, members, kiosks, movements=1, seed=1)
    try:
        fleet.up()
        yield fleet
    finally:
        fleet.close()


def _measured(fleet: Fleet, count: int, seconds: int) -> Run:
    """``count`` kiosks at once."""
    spawn = multiprocessing.get_context("spawn")
    gate, results = spawn.Barrier(count + 1), spawn.SimpleQueue()
    workers = [
        spawn.Process(target=_work, args=(kiosk.orders.text(), number, seconds, gate, results))
        for number, kiosk in enumerate(fleet.kiosks[:count])
    ]
    for worker in workers:
        worker.start()
    gate.wait(PATIENCE_SECONDS)
    before, disk, began = fleet.traffic(), fleet.disk(), time.monotonic()
    latencies = [latency for _ in workers for latency in results.get()]
    taken = time.monotonic() - began
    for worker in workers:
        worker.join(PATIENCE_SECONDS)
    return Run(tuple(latencies), taken, fleet.traffic() - before, fleet.disk() - disk)


def _idle_traffic(fleet: Fleet) -> float:
    """Bytes a second of a kiosk that nobody stands before: its heartbeat, its seals, and what it looks at."""
    kiosk = fleet.kiosks[0]
    kiosk.start(idle=True)
    fleet.await_note("ready", [kiosk])
    before = fleet.traffic()
    time.sleep(IDLE_SECONDS)  # what is measured
    idle = (fleet.traffic() - before) / IDLE_SECONDS
    kiosk.kill()
    return idle


def _work(text: str, number: int, seconds: int, gate: Barrier, results: Any) -> None:
    """In a process of its own; puts the latencies of its withdrawals into ``results``."""
    orders = Orders.from_text(text)
    storage = Storage(DataFolder(Path(orders.folder)), orders.terminal, CURRENCY, server_addresses(orders.settings))
    try:
        storage.open()
        withdraw = _customer_of(storage, orders, number)
        gate.wait(PATIENCE_SECONDS)
        latencies, end, seal_at = [], time.monotonic() + seconds, time.monotonic() + SEAL_SECONDS
        while (now := time.monotonic()) < end:
            withdraw()
            latencies.append(time.monotonic() - now)
            if now > seal_at:
                storage.audit.seal()
                seal_at = now + SEAL_SECONDS
        results.put(latencies)
    finally:
        storage.close()


def _customer_of(storage: Storage, orders: Orders, number: int) -> Callable[[], None]:
    """A customer of this kiosk's own, before it, who takes one note each time."""
    random, policy = SystemRandom(), orders.settings.policy
    storage.branch.prepare_books(orders.settings)
    storage.branch.load_cash_unit(random.token_bytes(16), POSITION, NOTE, NOTES)
    customer = storage.customers.find(orders.people[number].number)
    assert customer is not None, "enrolled with the bank"
    account = storage.ledger.accounts(customer.customer_id)[0].account_id
    session, mix = random.token_bytes(16), (NoteCount(POSITION, NOTE.minor, 1),)
    if not storage.visits.begin(customer.customer_id, policy, session, VISIT_SECONDS):
        raise RuntimeError("the customer is served elsewhere")

    def withdraw() -> None:
        request = random.token_bytes(16)
        asked = Withdrawal(request, customer.customer_id, account, NOTE, mix, session, customer.pseudonym, policy)
        held = storage.ledger.hold(asked)
        if held.outcome is not Outcome.HELD:
            raise RuntimeError(f"a withdrawal was refused: {held.reason}")
        storage.ledger.settle(request, Outcome.POSTED, CashFate.TAKEN)

    return withdraw
