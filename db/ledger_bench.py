"""How many movements a second the ledger books, beside the same CALL made by sysbench (``main.py bench ledger``).

A movement is ``LedgerRows.transfer``: one durable CALL from one customer's account to another's, with its limits,
journal, postings, confirmations and audit row. Each connection is a process of its own, as each kiosk of a fleet is,
and seals its audit chain on that connection as a kiosk does; a run ends when its last audit row is sealed. The floor
is sysbench with as many threads, the same orders, server and tables, and no sealing. The two take turns; the first run
of each is not counted.
"""

from __future__ import annotations

import contextlib
import dataclasses
import getpass
import itertools
import json
import multiprocessing
import os
import secrets
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from atm_app.banking.limits import LimitKind, LimitRule
from atm_app.banking.money import Money
from atm_app.config import Settings
from atm_app.stores import NewCustomer, Outcome, Transfer, TrialBalance
from db.audit import AuditRows
from db.branch import BranchRows
from db.connection import DATABASE, open_raw
from db.folder import DataFolder
from db.hosts import private_socket
from db.ledger import LedgerRows
from db.storage import KIOSK_CHAIN, STAFF_CHAIN, Storage
from db.visits import VisitRows

SCRIPT = Path(__file__).with_name("ledger_bench.lua")
CURRENCY, POLICY, BANK = "INR", "cardless", "Sahyadri Bank"
# As often as a kiosk seals: WATCH_SECONDS of atm_app/desk.py.
SEAL_SECONDS = 3.0
SESSION, SUBJECT = bytes(16), bytes(16)
VISIT_SECONDS = 86_400
AMOUNT = Money.of_major(1, CURRENCY)
OPENING = Money.of_major(10_000_000, CURRENCY)
# A machine, not a customer: the rule is looked up and counted, and never met.
WIDE = LimitRule(Money(10**15, CURRENCY), Money(10**15, CURRENCY), burst=10**6, period=1)

# An order is a transfer without its request id; a connection makes its two orders in turns: there and back.
Orders = tuple[Transfer, Transfer]


class BenchProblem(Exception):
    """The figures would be worth nothing; the message says why."""


@dataclass(frozen=True)
class Case:
    """``hot``: every order pays from or to one and the same account; else each connection has two of its own."""

    name: str
    connections: int
    hot: bool = False


CASES = (Case("1", 1), Case("8", 8), Case("32", 32), Case("hot", 8, hot=True))


@dataclass(frozen=True)
class Run:
    """``seconds``: of all connections together, first movement to last seal. Latencies are of the CALL alone."""

    movements: int
    seconds: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.movements / self.seconds


@dataclass(frozen=True)
class KioskRun(Run):
    """sysbench tells one percentile only; our own runs know the middle as well."""

    p50_ms: float


@dataclass(frozen=True)
class Result:
    """The counted runs of one case, in order."""

    case: Case
    ours: tuple[KioskRun, ...]
    floor: tuple[Run, ...]

    @property
    def rate(self) -> float:
        """Movements a second, median."""
        return statistics.median(run.rate for run in self.ours)

    @property
    def floor_rate(self) -> float:
        return statistics.median(run.rate for run in self.floor)

    @property
    def ratio(self) -> float:
        return self.rate / self.floor_rate


# --- one kiosk -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stint:
    """What one connection did in a run: seconds on the machine's monotonic clock, and of each CALL."""

    began: float
    ended: float
    latencies: tuple[float, ...]


def serve(folder: DataFolder, terminal: str, pipe: Connection) -> None:
    """A kiosk's process: takes orders and the terminal whose customers' they are, connects and answers; takes the
    seconds, works them and answers its stint."""
    storage = Storage(folder, terminal, CURRENCY)
    with contextlib.suppress(EOFError):
        while True:
            at, orders = pipe.recv()
            ledger = LedgerRows(storage.kiosk, at, f"{terminal}/{KIOSK_CHAIN}", CURRENCY)
            storage.audit.seal()  # what sysbench left on this chain, before the clock runs
            pipe.send(None)
            seconds = pipe.recv()
            try:
                pipe.send(_work(storage, ledger, orders, seconds))
            finally:
                storage.kiosk.close()
    storage.close()


def _work(storage: Storage, ledger: LedgerRows, orders: Orders, seconds: float) -> Stint:
    latencies = []
    began = now = time.monotonic()
    seal_at = began + SEAL_SECONDS
    for order in itertools.cycle(orders):
        if now >= began + seconds:
            break
        if now >= seal_at:
            storage.audit.seal()
            now = time.monotonic()
            seal_at = now + SEAL_SECONDS
        movement = ledger.transfer(dataclasses.replace(order, request_id=secrets.token_bytes(16)))
        if movement.outcome is not Outcome.POSTED:
            raise BenchProblem(f"a transfer was refused: {movement.reason}")
        latencies.append(time.monotonic() - now)
        now = time.monotonic()
    storage.audit.seal()
    return Stint(began, time.monotonic(), tuple(latencies))


# --- the bank they work for ------------------------------------------------------------------------------------------


class Bench:
    """Terminals, customers, accounts and the kiosks' processes on a fresh data folder. Close it."""

    def __init__(self, folder: DataFolder, connections: int) -> None:
        self._folder = folder
        self._storage = Storage(folder, "BENCH", CURRENCY)
        self._storage.open()
        self._terminals = [f"BENCH-{number:02}" for number in range(connections)]
        pairs = [self._terminal(terminal) for terminal in self._terminals]
        self._orders = [(self._order(a, b), self._order(b, a)) for a, b in pairs]
        # A customer is served at one machine: whoever pays from or to the hot account is at the first.
        first = self._terminals[0]
        hot = self._account(first, "HOT")
        partners = [self._account(first, f"HOT-{number:02}") for number in range(connections)]
        self._hot_orders = [(self._order(hot, a), self._order(a, hot)) for a in partners]
        self._seal_branches()
        self._admin = open_raw(getpass.getuser(), None, private_socket(folder))
        self._booked = self._transfers()
        self._pipes = [self._kiosk(terminal) for terminal in self._terminals]

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        self._admin.close()
        self._storage.close()

    def ours(self, case: Case, seconds: float) -> KioskRun:
        """Raises BenchProblem, also when the books do not show exactly what was counted."""
        pipes = self._pipes[: case.connections]
        for pipe, order in zip(pipes, self._orders_of(case), strict=True):
            pipe.send(order)
        for pipe in pipes:
            _answer(pipe)
        for pipe in pipes:
            pipe.send(seconds)
        stints: list[Stint] = [_answer(pipe) for pipe in pipes]
        latencies = [latency for stint in stints for latency in stint.latencies]
        self._check(len(latencies))
        taken = max(stint.ended for stint in stints) - min(stint.began for stint in stints)
        hundredths = statistics.quantiles(latencies, n=100, method="inclusive")
        return KioskRun(len(latencies), taken, p99_ms=hundredths[98] * 1000, p50_ms=hundredths[49] * 1000)

    def floor(self, case: Case, seconds: int) -> Run:
        """The same by sysbench, which knows whole seconds only. Raises BenchProblem."""
        calls = self._folder.root / "calls.sql"
        orders = zip(self._orders_of(case), self._terminals, strict=False)
        calls.write_text("".join(f"{_call(order, at, chain)}\n" for (at, pair), chain in orders for order in pair))
        done = subprocess.run(
            [
                "sysbench", str(SCRIPT), f"--threads={case.connections}", f"--time={seconds}",
                "--percentile=99", f"--calls={calls}", f"--socket={self._folder.database_socket}",
                "--user=atm_kiosk", f"--database={DATABASE}", "run",
            ],
            env={**os.environ, "MYSQL_PWD": self._storage.vault.database_password("kiosk")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise BenchProblem(f"sysbench failed: {(done.stdout + done.stderr).strip()[-1500:]}")
        told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
        self._check(told["movements"])
        return Run(told["movements"], told["seconds"], told["p99_ms"])

    @property
    def movements(self) -> int:
        """All there were, warm-up and floor included."""
        return self._booked

    # --- inside ------------------------------------------------------------------------------------------------------

    def _orders_of(self, case: Case) -> Sequence[tuple[str, Orders]]:
        """For each connection: the terminal, and what is asked for there."""
        if case.hot:
            return [(self._terminals[0], orders) for orders in self._hot_orders[: case.connections]]
        return list(zip(self._terminals, self._orders, strict=True))[: case.connections]

    def _check(self, counted: int) -> None:
        before, self._booked = self._booked, self._transfers()
        if self._booked - before != counted:
            raise BenchProblem(f"{counted} movements were counted and {self._booked - before} were posted")
        row = self._ask("SELECT * FROM trial_balance_view")
        trial = TrialBalance(**{name: int(value) for name, value in row.items()})
        if not trial.balanced or trial.open_holds:
            raise BenchProblem(f"the books do not balance: {trial}")

    def _transfers(self) -> int:
        return int(self._ask("SELECT COUNT(*) AS booked FROM journal WHERE kind = 'transfer'")["booked"])

    def _ask(self, sql: str) -> dict[str, Any]:
        cursor = self._admin.cursor(dictionary=True)
        cursor.execute(sql)
        rows: list[dict[str, Any]] = cursor.fetchall()
        cursor.close()
        return rows[0]

    def _terminal(self, terminal: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """Its books, and (customer, account) of the two customers who pay each other there."""
        branch = self._branch(terminal)
        branch.prepare_books(Settings(terminal=terminal, currency=CURRENCY))
        branch.set_limit(POLICY, LimitKind.TRANSFER, WIDE)
        return self._account(terminal, f"{terminal}-A"), self._account(terminal, f"{terminal}-B")

    def _branch(self, terminal: str) -> BranchRows:
        return BranchRows(self._storage.staff, terminal, f"{terminal}/{STAFF_CHAIN}")

    def _seal_branches(self) -> None:
        """The kiosks seal their own chains; these nobody else would."""
        storage = self._storage
        storage.staff_audit.seal()
        for terminal in self._terminals:
            AuditRows(storage.staff, f"{terminal}/{STAFF_CHAIN}", storage.sealer, self._folder.checkpoints).seal()

    def _account(self, terminal: str, number: str) -> tuple[int, int]:
        """(customer, account) of somebody who is served at this terminal as long as the bench lasts."""
        branch = self._branch(terminal)
        customer = self._storage.customers.enrol(NewCustomer(number, number, "", "", "", ""))
        account = branch.open_account(customer, BANK, number, "savings", CURRENCY)
        branch.deposit(secrets.token_bytes(16), account, OPENING)
        visits = VisitRows(self._storage.kiosk, terminal, f"{terminal}/{KIOSK_CHAIN}")
        visits.begin(customer, POLICY, SESSION, VISIT_SECONDS)
        return customer, account

    def _order(self, payer: tuple[int, int], payee: tuple[int, int]) -> Transfer:
        return Transfer(b"", *payer, AMOUNT, SESSION, SUBJECT, POLICY, to=payee[1])

    def _kiosk(self, terminal: str) -> Connection:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        ours, theirs = context.Pipe()
        context.Process(target=serve, args=(self._folder, terminal, theirs), daemon=True).start()
        theirs.close()
        return ours


def _answer(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        raise BenchProblem("a kiosk's process ended; what it said is above") from None


def _call(order: Transfer, at: str, terminal: str) -> str:
    """What ``LedgerRows.transfer`` sends, as text. REQUEST: the request id's digits. ``terminal``: whose chain."""
    return (
        f"CALL transfer(X'REQUEST', {order.customer_id}, {order.account_id}, {order.to}, '{order.biller}',"
        f" '{order.reference}', {order.amount.minor}, '{order.amount.currency}', '{order.description}',"
        f" '{order.policy}', '{at}', '{terminal}/{KIOSK_CHAIN}', X'{order.session.hex()}',"
        f" X'{order.subject.hex()}')"
    )


def measure(
    folder: DataFolder, runs: int, seconds: int, report: Callable[[str], None], cases: Sequence[Case] = CASES
) -> tuple[list[Result], int]:
    """Results of the cases, and how many movements there were in all. ``report``: told before each run.

    Raises BenchProblem, StoreUnavailable.
    """
    bench = Bench(folder, max(case.connections for case in cases))
    try:
        return [_measured(bench, case, runs, seconds, report) for case in cases], bench.movements
    finally:
        bench.close()


def _measured(bench: Bench, case: Case, runs: int, seconds: int, report: Callable[[str], None]) -> Result:
    def turns() -> Iterator[tuple[KioskRun, Run]]:
        for number in range(runs + 1):
            what = f"run {number} of {runs}" if number else "warm-up"
            report(f"{case.name}: {what}, sysbench")
            floor = bench.floor(case, seconds)
            report(f"{case.name}: {what}")
            yield bench.ours(case, seconds), floor

    _, *counted = turns()
    return Result(case, tuple(ours for ours, _ in counted), tuple(floor for _, floor in counted))
