"""kill -9 to every process of the database while money moves: nothing lost, nothing doubled."""

from __future__ import annotations

import fcntl
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.stores import Outcome
from db.attach import Attachment
from db.folder import DataFolder
from db.server import LINGER_SECONDS
from tests.db.bank import Bank, fresh_id, hundreds
from tests.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
START = 20_000  # rupees


def alive(process: int) -> bool:
    """Whether it runs; a zombie has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def server_of(folder: DataFolder) -> int:
    return int((folder.database / "pid").read_text())


def supervisor_of(folder: DataFolder) -> int:
    """The one that runs, found by its own command line."""
    wanted = ["-m", "db.server", "--data", str(folder.root)]
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (place / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if arguments[1:5] == wanted and alive(int(place.name)):
            found.append(int(place.name))
    assert len(found) == 1, found
    return found[0]


class Stream:
    """A client that holds and settles without pause on a thread of its own; knows what it was promised."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.customer = bank.customer()
        self.account = bank.account(self.customer, START)
        self.posted: list[bytes] = []
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for number in itertools.count():
                if self._stop.is_set():
                    return
                request = fresh_id()
                movement = self.bank.ledger.hold(self.bank.withdrawal(self.customer, self.account, 1, request))
                assert movement.outcome is Outcome.HELD, movement
                outcome, fate = ((Outcome.POSTED, CashFate.TAKEN), (Outcome.VOIDED, CashFate.NOT_DISPENSED))[number % 2]
                settled = self.bank.ledger.settle(request, outcome, fate)
                assert (settled.outcome, settled.reason) == (outcome, ""), settled
                if outcome is Outcome.POSTED:
                    self.posted.append(request)
        except BaseException as error:
            self.error = error

    def more(self, count: int = 3) -> None:
        """Until it has posted so many more."""
        target = len(self.posted) + count
        wait_until(lambda: self.error is not None or len(self.posted) >= target, "money moves again", 60)
        if self.error is not None:
            raise self.error

    def stop_and_check(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()
        assert self.error is None, self.error
        taken = 100 * len(self.posted)
        assert self.bank.balance(self.customer, self.account) == (START - taken, START - taken)
        assert self.bank.counter("presented") == len(self.posted)
        trial = self.bank.ledger.trial_balance()
        assert trial.balanced, trial
        assert trial.open_holds == 0


@pytest.fixture
def bank(started_folder: DataFolder) -> Iterator[Bank]:
    made = Bank(started_folder, ((2000, 10), (500, 10), (100, 5000)))
    yield made
    server = server_of(started_folder)
    made.close()
    wait_until(lambda: not alive(server), "the server has stopped with its last client", 30)


def kill(*processes: int) -> None:
    for process in processes:
        os.kill(process, signal.SIGKILL)


def test_kill_9_to_server_supervisor_or_both_loses_and_doubles_nothing(bank: Bank) -> None:
    folder = bank.folder
    victims: list[Callable[[], tuple[int, ...]]] = [
        lambda: (server_of(folder),),
        lambda: (supervisor_of(folder),),
        lambda: (supervisor_of(folder), server_of(folder)),
        lambda: (server_of(folder), supervisor_of(folder)),
        lambda: (server_of(folder),),
    ]
    stream = Stream(bank)
    for choose in victims:
        stream.more()
        dead = choose()
        kill(*dead)
        wait_until(lambda dead=dead: not any(alive(process) for process in dead), "they are dead")
        stream.more()
    stream.stop_and_check()
    assert alive(supervisor_of(folder))


def test_an_orphaned_server_keeps_the_folder_locked_until_it_has_ended(bank: Bank) -> None:
    server, supervisor = server_of(bank.folder), supervisor_of(bank.folder)
    os.kill(server, signal.SIGSTOP)  # so that it cannot end on its supervisor's death
    try:
        kill(supervisor)
        wait_until(lambda: not alive(supervisor), "the supervisor is dead")
        with bank.folder.database_lock.open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.kill(server, signal.SIGCONT)
    assert bank.ledger.trial_balance().balanced
    assert server_of(bank.folder) != server


def test_a_client_that_hangs_up_before_its_turn_disturbs_nobody(bank: Bank) -> None:
    server, supervisor = server_of(bank.folder), supervisor_of(bank.folder)
    os.kill(supervisor, signal.SIGSTOP)
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(bank.folder.control_socket))
    finally:
        os.kill(supervisor, signal.SIGCONT)
    later = Attachment(bank.folder)
    later.ensure()
    assert (server_of(bank.folder), supervisor_of(bank.folder)) == (server, supervisor)
    later.close()


def test_a_second_supervisor_is_refused_and_disturbs_nobody(bank: Bank) -> None:
    server, supervisor = server_of(bank.folder), supervisor_of(bank.folder)
    second = subprocess.run(
        [sys.executable, "-m", "db.server", "--data", str(bank.folder.root)],
        cwd=PROJECT, capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert second.returncode == 0, second.stderr
    assert (server_of(bank.folder), supervisor_of(bank.folder)) == (server, supervisor)
    assert bank.ledger.trial_balance().balanced


@pytest.mark.slow
def test_the_server_stops_with_its_last_client_and_comes_back_for_the_next(own_folder: DataFolder) -> None:
    first, second = Attachment(own_folder.prepare()), Attachment(own_folder)
    first.ensure()
    second.ensure()
    server, supervisor = server_of(own_folder), supervisor_of(own_folder)
    first.close()
    with pytest.raises(AssertionError, match="in vain"):
        wait_until(lambda: not alive(server), "one client is enough to keep it", LINGER_SECONDS + 0.5)
    second.close()
    wait_until(lambda: not alive(server) and not alive(supervisor), "both have stopped", 30)
    assert not own_folder.control_socket.exists()
    log = (own_folder.logs / "database.log").read_text()
    assert "Shutdown complete" in log
    first.ensure()
    assert server_of(own_folder) != server
    again = server_of(own_folder)
    first.close()
    wait_until(lambda: not alive(again), "it has stopped again", 30)


CLIENT = """
import sys
from pathlib import Path
from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate, NoteCount
from atm_app.intent_ports import Intent, IntentState
from atm_app.stores import Outcome, Withdrawal
from db.folder import DataFolder
from db.storage import Storage
import secrets
root, terminal, customer, account = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
storage = Storage(DataFolder(Path(root)), terminal, "INR")
storage.open()
mix = (NoteCount(3, 10000, 1),)
while True:
    request = secrets.token_bytes(16)
    storage.intents.record(Intent(request, IntentState.CREATED, Money(10000)))
    storage.ledger.hold(Withdrawal(request, customer, account, Money(10000), mix, bytes(16), b"s" * 16, "cardless"))
    storage.ledger.settle(request, Outcome.POSTED, CashFate.TAKEN)
    storage.intents.advance(request, IntentState.SETTLED)
    print("posted", flush=True)
"""


def test_kill_9_to_a_client_leaves_one_open_request_that_the_next_start_settles(bank: Bank) -> None:
    customer = bank.customer()
    account = bank.account(customer, START)
    posted = 0
    for _ in range(3):
        client = subprocess.Popen(
            [sys.executable, "-c", CLIENT, str(bank.folder.root), bank.terminal, str(customer), str(account)],
            cwd=PROJECT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert client.stdout is not None
        lines = [client.stdout.readline() for _ in range(5)]
        client.kill()
        posted += len(lines) + sum(line.endswith("\n") for line in client.stdout)
        client.wait()
    left = bank.storage.intents.open()
    assert len(left) <= 3
    for intent in left:
        movement = bank.ledger.settle(intent.request_id, Outcome.VOIDED, CashFate.NOT_DISPENSED)
        posted += movement.outcome is Outcome.REFUSED  # it had been posted, and only its answer was lost
        bank.storage.intents.advance(intent.request_id, type(intent.state).SETTLED)
    trial = bank.ledger.trial_balance()
    assert (trial.balanced, trial.open_holds) == (True, 0)
    presented = bank.counter("presented")
    assert bank.balance(customer, account) == (START - 100 * presented, START - 100 * presented)
    assert presented - posted in range(4), "at most the last word of each client was not heard"
    assert alive(supervisor_of(bank.folder))
    again = bank.withdrawal(customer, account, 2, mix=hundreds(2), amount=Money.of_major(200))
    assert bank.ledger.hold(again).outcome is Outcome.HELD
    bank.ledger.settle(again.request_id, Outcome.VOIDED, CashFate.NOT_DISPENSED)
