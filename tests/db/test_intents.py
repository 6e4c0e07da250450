"""The terminal's own memory: what it has returned from is on the disk, whatever happens next."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from atm_app.banking.money import Money
from atm_app.intent_ports import Intent, IntentState
from atm_app.stores import StoreUnavailable
from db.intents import KEEP_SETTLED_SECONDS, IntentRows
from tests.db.bank import fresh_id

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "intents.sqlite"


def intent(state: IntentState = IntentState.CREATED, minor: int = 500_00) -> Intent:
    return Intent(fresh_id(), state, Money(minor))


def test_open_intents_come_back_oldest_first_as_they_were_left(path: Path) -> None:
    rows = IntentRows(path)
    recorded = [intent(minor=number * 100_00) for number in range(1, 6)]
    for each in recorded:
        rows.record(each)
    rows.advance(recorded[1].request_id, IntentState.PRESENTED)
    rows.advance(recorded[3].request_id, IntentState.SETTLED)
    rows.close()
    again = IntentRows(path)
    seen = again.open()
    assert [each.request_id for each in seen] == [recorded[index].request_id for index in (0, 1, 2, 4)]
    assert [each.state for each in seen] == [
        IntentState.CREATED, IntentState.PRESENTED, IntentState.CREATED, IntentState.CREATED,
    ]  # fmt: skip
    assert seen[1].amount == recorded[1].amount
    again.close()


def test_a_request_is_recorded_once_and_before_it_advances(path: Path) -> None:
    rows = IntentRows(path)
    once = intent()
    rows.record(once)
    with pytest.raises(StoreUnavailable):
        rows.record(once)
    with pytest.raises(AssertionError):
        rows.advance(fresh_id(), IntentState.HELD)
    rows.close()


def test_the_file_is_its_owners_alone(path: Path) -> None:
    IntentRows(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_disk_has_a_write_before_it_returns(path: Path) -> None:
    """A power cut cannot be had in a test; the two settings that promise it can be read."""
    rows = IntentRows(path)
    assert rows._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert rows._connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    rows.close()


def test_two_processes_see_one_journal(path: Path) -> None:
    first, second = IntentRows(path), IntentRows(path)
    each = intent()
    first.record(each)
    second.advance(each.request_id, IntentState.SETTLED)
    assert first.open() == ()
    first.close()
    second.close()


def test_old_settled_intents_are_forgotten_and_open_ones_never(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = IntentRows(path)
    settled, left = intent(), intent()
    rows.record(settled)
    rows.record(left)
    rows.advance(settled.request_id, IntentState.SETTLED)
    rows.forget_old()
    assert rows._connection.execute("SELECT COUNT(*) FROM intent").fetchone() == (2,)
    import time

    later = time.time() + KEEP_SETTLED_SECONDS + 1
    monkeypatch.setattr("db.intents.time.time", lambda: later)
    rows.forget_old()
    assert rows._connection.execute("SELECT COUNT(*) FROM intent").fetchone() == (1,)
    assert [each.request_id for each in rows.open()] == [left.request_id]
    rows.close()


CHILD = """
import sys
from pathlib import Path
from atm_app.banking.money import Money
from atm_app.intent_ports import Intent, IntentState
from db.intents import IntentRows
rows = IntentRows(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    request = number.to_bytes(16, "big")
    rows.record(Intent(request, IntentState.CREATED, Money(number * 100)))
    print(number, "created", flush=True)
    rows.advance(request, IntentState.HELD)
    print(number, "held", flush=True)
"""


def test_what_was_recorded_survives_kill_9(path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(41)]
    child.send_signal(signal.SIGKILL)
    said += child.stdout.readlines()
    child.wait()
    promised: dict[int, str] = {}
    for line in said:
        if line.endswith("\n"):
            number, state = line.split()
            promised[int(number)] = state
    rows = IntentRows(path)
    found = {int.from_bytes(each.request_id, "big"): each for each in rows.open()}
    rows.close()
    assert len(promised) >= 20
    for number, state in promised.items():
        assert found[number].amount == Money(number * 100)
        assert state == "created" or found[number].state is IntentState.HELD


FULL = """
import resource, signal, sys
from pathlib import Path
from atm_app.banking.money import Money
from atm_app.intent_ports import Intent, IntentState
from atm_app.stores import StoreUnavailable
from db.intents import IntentRows
path = Path(sys.argv[1])
rows = IntentRows(path)
rows.record(Intent(bytes(16), IntentState.CREATED, Money(100)))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, resource.RLIM_INFINITY))
number = 0
try:
    while True:
        number += 1
        rows.record(Intent(number.to_bytes(16, "big"), IntentState.CREATED, Money(100)))
except StoreUnavailable:
    print("refused after", number - 1, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert len(rows.open()) == number, "nothing of the refused write is there, all of the others is"
rows.record(Intent(number.to_bytes(16, "big"), IntentState.CREATED, Money(100)))
print("goes on", len(rows.open()) - number, flush=True)
"""


def test_a_full_disk_refuses_the_write_and_the_journal_goes_on_when_there_is_room(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused after ")
    assert done.stdout.endswith("goes on 1\n")


def test_a_journal_that_cannot_be_opened_or_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        IntentRows(tmp_path / "nowhere" / "intents.sqlite")
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        IntentRows(broken)
