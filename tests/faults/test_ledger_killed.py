"""``kill -9`` again and again to a terminal that moves money, and to its database: nothing lost, doubled or negative.

The terminal's own processes are killed at seeded moments of withdrawals, deposits, transfers and recoveries. What the
next one must leave in order is read from all sides: the books, the terminal's journal, the notes in the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from atm_app.cash_ports import NoteCount
from db.folder import DataFolder
from tests.db.bank import Bank, administrator, ask
from tests.faults.busy_terminal import NOTE, POSITION, Orders, devices
from tests.waiting import is_alive, wait_until

PROJECT = Path(__file__).resolve().parents[2]
OPENING = 5_000_000  # rupees
LOADED = 20_000  # notes
# Kind of intent to kind of journal row.
BOOKED_AS = {"withdrawal": "withdrawal", "deposit": "cash_deposit", "transfer": "transfer"}
# Later than the last line that was heard: a movement takes about 20 ms, a recovery less.
LATEST_SECONDS = 0.03
MOST_ASKED = 20

# Request to (kind, journal rows, minor units).
Booked = dict[bytes, tuple[str, int, int]]


@dataclass
class Heard:
    """What the terminal said in all its lives. ``done``: request to (kind, outcome, minor units)."""

    asked: set[bytes] = field(default_factory=set)
    done: dict[bytes, tuple[str, str, int]] = field(default_factory=dict)
    last: str = ""

    def line(self, text: str) -> None:
        self.last, *rest = text.split()
        if self.last == "asked":
            self.asked.add(bytes.fromhex(rest[0]))
        elif self.last == "done":
            request, kind, outcome, minor = rest
            self.done[bytes.fromhex(request)] = kind, outcome, int(minor)


class Life:
    """One process of the terminal."""

    def __init__(self, orders: Orders, heard: Heard) -> None:
        self._heard = heard
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.busy_terminal", orders.text()],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def hear(self, word: str, count: int = 1) -> None:
        """Until it has said ``word`` so often."""
        assert self._process.stdout is not None
        while count:
            line = self._process.stdout.readline()
            assert line.endswith("\n"), f"the terminal ended by itself with {self._process.wait()}"
            self._heard.line(line)
            count -= self._heard.last == word

    def begin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("work\n")
        self._process.stdin.flush()

    def live(self, seconds: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
            pytest.fail(f"the terminal ended by itself with {self._process.returncode}")

    def kill(self) -> None:
        """What it said last still counts; half a line was never heard."""
        assert self._process.stdout is not None
        self._process.kill()
        for line in self._process.stdout:
            if line.endswith("\n"):
                self._heard.line(line)
        assert self._process.wait() == -signal.SIGKILL

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def bins(folder: DataFolder) -> tuple[int, int]:
    """(rejected, retracted) notes in the dispenser's bins."""
    state = json.loads((folder.virtual / "dispenser.json").read_text())
    return state["reject_bin"], state["retract_bin"]


class Ordeal:
    """A terminal with a customer and a payee, killed and examined until it has been killed often enough."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._customer, self._other = bank.customer(), bank.customer()
        self._account, self._payee = bank.account(self._customer, OPENING), bank.account(self._other)
        self._dispenser, _ = devices(bank.folder)
        self._dispenser.load((NoteCount(POSITION, NOTE, LOADED),))
        self._heard = Heard()
        self._chance = random.Random(20)
        self.kills: Counter[str] = Counter()

    def run(self, kills: int) -> None:
        while self.kills.total() < kills:
            with self._born() as life:
                life.hear("recovering")
                if self.kills.total() and self._chance.random() < 0.2:
                    life.live(self._chance.uniform(0, LATEST_SECONDS))
                    self._kill(life, "recovering")
                    continue
                life.hear("recovered")
                self._examine()
                life.begin()
                life.hear("asked", self._chance.randint(1, MOST_ASKED))
                life.live(self._chance.uniform(0, LATEST_SECONDS))
                self._strike(life)
        with self._born() as life:
            life.hear("recovered")
            self._examine()

    def _born(self) -> Life:
        seed = self._chance.randrange(2**32)
        orders = Orders(
            str(self._bank.folder.root), self._bank.terminal, self._customer, self._account, self._payee, seed
        )
        return Life(orders, self._heard)

    def _strike(self, life: Life) -> None:
        victim = self._chance.choices(("terminal", "database", "both"), (6, 3, 1))[0]
        if victim != "terminal":
            server = int((self._bank.folder.database / "pid").read_text())
            os.kill(server, signal.SIGKILL)
        if victim == "database":
            self.kills[victim] += 1
            life.hear("done", 3)  # the terminal lives through it
            life.live(self._chance.uniform(0, LATEST_SECONDS))
            victim = "terminal"
        self._kill(life, victim)

    def _kill(self, life: Life, victim: str) -> None:
        life.kill()
        self.kills[victim] += 1

    def _examine(self) -> None:
        self._examine_machine()
        self._examine_requests()

    def _examine_machine(self) -> None:
        """Everything is settled, and the notes are where the books say."""
        bank = self._bank
        trial = bank.ledger.trial_balance()
        assert trial.balanced, trial
        assert trial.open_holds == 0
        assert (bank.storage.intents.open(), bank.storage.intents.disputed()) == ((), ())
        dispenser, acceptor = devices(bank.folder)
        (unit,) = bank.ledger.cash_units()
        assert [note.count for note in dispenser.counts()] == [unit.count]
        assert (unit.rejected, unit.retracted, unit.unknown) == (*bins(bank.folder), 0)
        assert dispenser.in_shutter() == (0, 0)
        assert acceptor.in_escrow() == ()
        assert acceptor.in_box() == bank.ledger.cash_in()

    def _examine_requests(self) -> None:
        """What was acknowledged is booked, once; what was not, at most once; and nobody's money is elsewhere."""
        booked = self._booked()
        assert (self.lost(booked), self.doubled(booked)) == (set(), {})
        assert len(booked.keys() - self._heard.done.keys()) <= self.kills.total(), "one word is lost with each life"
        dispenser, acceptor = devices(self._bank.folder)
        taken = LOADED - sum(note.count for note in dispenser.counts()) - sum(bins(self._bank.folder))
        stored = sum(note.count for note in acceptor.in_box())
        sent = sum(minor for kind, _, minor in booked.values() if kind == "transfer")
        balance = OPENING * 100 - NOTE * taken + NOTE * stored - sent
        (account,) = self._bank.ledger.accounts(self._customer)
        (payee,) = self._bank.ledger.accounts(self._other)
        assert (account.balance.minor, account.available.minor) == (balance, balance)
        assert payee.balance.minor == sent

    def lost(self, booked: Booked) -> set[bytes]:
        """Acknowledged as posted, and not in the books as that kind and amount. The journal of a deposit that was
        recovered knows no amount: it was written before the notes were counted."""
        posted = {request: done for request, done in self._heard.done.items() if done[1] == "posted"}
        return {
            request
            for request, (kind, _, minor) in posted.items()
            if booked.get(request, ("",))[0] != BOOKED_AS[kind] or minor not in (0, booked[request][2])
        }

    def doubled(self, booked: Booked) -> dict[bytes, str]:
        """Booked more than once, never asked for, or after it was said that it would not be; and which of these."""
        found = {}
        for request, (kind, rows, _) in booked.items():
            _, outcome, _ = self._heard.done.get(request, (kind, "posted", 0))
            if rows != 1 or request not in self._heard.asked or outcome != "posted":
                asked = "asked" if request in self._heard.asked else "never asked"
                found[request] = f"{kind}, {rows} rows, {asked}, acknowledged as {outcome}"
        return found

    def _booked(self) -> Booked:
        """Of the money this terminal moved."""
        admin = administrator(self._bank.folder)
        rows = ask(
            admin,
            "SELECT j.request_id, MIN(j.kind), COUNT(DISTINCT j.id), SUM(IF(p.amount > 0, p.amount, 0)) FROM journal j"
            " JOIN posting p ON p.journal_id = j.id WHERE j.kind IN (%s, %s, %s) GROUP BY j.request_id",
            tuple(BOOKED_AS.values()),
        )
        admin.close()
        return {bytes(request): (kind, int(count), int(minor)) for request, kind, count, minor in rows}

    def totals(self) -> str:
        booked = self._booked()
        negative = self._bank.ledger.trial_balance().negative_accounts
        kinds = Counter(kind for kind, _, _ in booked.values())
        return (
            f"{self.kills.total()} kills ({dict(self.kills)}), {len(self._heard.asked)} requests,"
            f" {len(booked)} movements ({dict(kinds)}), {len(self.lost(booked))} lost,"
            f" {len(self.doubled(booked))} doubled, {negative} negative"
        )


@pytest.fixture
def bank(started_folder: DataFolder) -> Iterator[Bank]:
    made = Bank(started_folder, ((NOTE // 100, LOADED),))
    yield made
    server = int((started_folder.database / "pid").read_text())
    made.close()
    wait_until(lambda: not is_alive(server), "the server has stopped with its last client", 30)


@pytest.mark.parametrize(
    "kills", [12, pytest.param(200, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])], ids=["12", "200"]
)
def test_kill_9_in_a_row_loses_and_doubles_no_money(
    bank: Bank, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    ordeal = Ordeal(bank)
    try:
        ordeal.run(kills)
    finally:
        with capsys.disabled():
            print(f"\n{ordeal.totals()}")
