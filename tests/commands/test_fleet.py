"""``main.py fleet up``: a small fleet on a real cluster, members and kiosks killed; and what its reckoning finds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from atm_app.banking.money import Money
from commands.fleet_notes import Note, NoteBook, notes_in
from commands.fleet_reckoning import Booked, Reckoning, _compare, _listen
from db.cluster import is_installed

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def galera() -> None:
    if not is_installed():
        pytest.skip("no Galera on this machine: packaging/cluster.sh")


def fleet_up(*arguments: str, seconds: int) -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "main.py", "fleet", "up", *arguments, "--json"],
        capture_output=True, text=True, check=False, cwd=PROJECT, timeout=seconds,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def check(answer: dict[str, object], code: int) -> None:
    assert (answer["lost"], answer["doubled"], answer["negative"], answer["open_holds"]) == (0, 0, 0, 0), answer
    assert answer["audit_ok"], answer
    assert answer["balanced"], answer
    assert answer["unequal"] == []
    assert answer["sessions"], answer
    assert answer["movements"], answer
    assert code == 0


@pytest.mark.usefixtures("galera")
@pytest.mark.timeout(240)
def test_a_small_fleet_in_chaos_loses_nothing() -> None:
    code, answer = fleet_up("--nodes", "3", "--kiosks", "2", "--chaos", "8", "--movements", "5", seconds=200)
    check(answer, code)
    assert sum(answer["chaos"].values()) > 0  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.usefixtures("galera")
@pytest.mark.timeout(500)
def test_the_whole_fleet_in_chaos_loses_nothing_and_nobody_waits_long() -> None:
    code, answer = fleet_up("--nodes", "3", "--kiosks", "8", "--chaos", "120", seconds=480)
    check(answer, code)
    assert answer["longest_stall_s"] <= 5.0  # type: ignore[operator]
    assert answer["failovers"]


# --- the reckoning ---------------------------------------------------------------------------------------------------

ASKED = "aa" * 16
BOOKED = Booked("transfer", "FLEET-1", 100_00)


def reckoned(notes: list[Note], books: dict[str, Booked]) -> Reckoning:
    found, asked, done = Reckoning(), {}, set()
    _listen(notes, found, asked, done)
    _compare(found, books, asked, done)
    return found


def asked(request: str = ASKED, minor: int = 100_00) -> Note:
    return Note("asked", 1.0, request=request, call="transfer", minor=minor)


def answered(request: str = ASKED, outcome: str = "posted", seconds: float = 0.1) -> Note:
    return Note("answered", 1.1, request=request, call="transfer", outcome=outcome, minor=100_00, seconds=seconds)


def test_what_was_told_and_is_booked_is_a_movement() -> None:
    found = reckoned([Note("session", 0.0), asked(), answered()], {ASKED: BOOKED})
    assert (found.sessions, found.movements, found.lost, found.doubled) == (1, 1, 0, 0)


def test_what_was_told_and_is_not_booked_is_lost() -> None:
    assert reckoned([asked(), answered()], {}).lost == 1


def test_what_is_booked_with_another_amount_is_lost() -> None:
    assert reckoned([asked(), answered()], {ASKED: Booked("transfer", "FLEET-1", 99_00)}).lost == 1


def test_what_nobody_asked_for_is_doubled() -> None:
    assert reckoned([asked(), answered()], {ASKED: BOOKED, "bb" * 16: BOOKED}).doubled == 1


def test_what_was_asked_and_never_answered_may_be_booked_or_not() -> None:
    for books in ({}, {ASKED: BOOKED}):
        found = reckoned([asked(), Note("unanswered", 2.0, request=ASKED, seconds=8.0)], books)
        assert (found.lost, found.doubled, found.unanswered) == (0, 0, 1)
        assert found.longest_stall_s == 8.0


def test_a_change_of_server_is_a_failover_and_a_new_process_at_the_same_one_is_none() -> None:
    hosts = [Note("host", 0.0, outcome=host) for host in ("n1", "n1", "n2", "n1")]
    assert reckoned(hosts, {}).failovers == 2


def test_nothing_moved_is_no_success() -> None:
    found = Reckoning(audit_ok=True, balanced=True)
    assert not found.is_good
    found.movements = 1
    assert found.is_good
    for harm in ("lost", "doubled", "negative", "open_holds"):
        assert not Reckoning(audit_ok=True, balanced=True, movements=1, **{harm: 1}).is_good


def test_notes_survive_a_process_that_is_cut_off_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    book = NoteBook(path)
    book.write("asked", request=ASKED, minor=Money.of_major(1).minor)
    with path.open("ab") as file:
        file.write(b'{"what": "answ')
    assert [note.what for note in notes_in(path)] == ["asked"]
    assert list(notes_in(tmp_path / "nothing.jsonl")) == []
