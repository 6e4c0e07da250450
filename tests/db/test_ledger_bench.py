"""The ledger's bench counts what the books hold, and its floor makes the very same calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from db.audit import verify
from db.folder import DataFolder
from db.ledger_bench import Bench, BenchProblem, Case, measure
from db.storage import Storage
from tests.db.bank import administrator, ask

TWO, HOT = Case("2", 2), Case("hot", 2, hot=True)

needs_sysbench = pytest.mark.skipif(
    shutil.which("sysbench") is None, reason="sysbench is not installed; main.py bench ledger installs it"
)


@pytest.fixture
def bench(own_folder: DataFolder) -> Iterator[Bench]:
    made = Bench(own_folder, 2)
    yield made
    made.close()


def rows_of(folder: DataFolder, sql: str) -> list[tuple[object, ...]]:
    admin = administrator(folder)
    try:
        return ask(admin, sql)
    finally:
        admin.close()


def test_a_run_is_booked_and_sealed_when_its_clock_stops(bench: Bench, own_folder: DataFolder) -> None:
    runs = [bench.ours(case, 0.2) for case in (TWO, HOT)]
    assert all(run.movements > 2 and 0 < run.p50_ms <= run.p99_ms for run in runs)
    assert all(run.seconds >= 0.2 for run in runs)
    booked = rows_of(own_folder, "SELECT terminal, COUNT(*) FROM journal WHERE kind = 'transfer' GROUP BY terminal")
    assert sum(count for _, count in booked) == sum(run.movements for run in runs) == bench.movements
    assert {terminal for terminal, _ in booked} == {"BENCH-00", "BENCH-01"}
    storage = Storage(own_folder, "BENCH", "INR")
    found = verify(storage.kiosk, storage.sealer, own_folder.checkpoints)
    storage.close()
    assert (found.ok, found.unsealed) == (True, 0)


@pytest.mark.slow
def test_every_order_of_the_hot_case_meets_one_account(bench: Bench, own_folder: DataFolder) -> None:
    run = bench.ours(HOT, 0.2)
    hot = "SELECT COUNT(*) FROM posting p JOIN account a ON a.id = p.account_id JOIN journal j ON j.id = p.journal_id"
    assert rows_of(own_folder, f"{hot} WHERE a.number = 'HOT' AND j.kind = 'transfer'") == [(run.movements,)]


@pytest.mark.slow
def test_a_movement_that_was_not_counted_spoils_the_run(
    bench: Bench, own_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: Callable[[int], None] = bench._check
    monkeypatch.setattr(bench, "_check", lambda number: counted(number - 1))
    with pytest.raises(BenchProblem, match="were posted"):
        bench.ours(TWO, 0.1)


@needs_sysbench
@pytest.mark.slow
def test_sysbench_makes_the_very_same_calls(bench: Bench, own_folder: DataFolder) -> None:
    """The digest of a request covers what was asked, the audit row the rest: two orders a terminal, whoever asks."""
    asked = "SELECT COUNT(DISTINCT payload) FROM request WHERE kind = 'transfer'"
    audited = "SELECT COUNT(DISTINCT chain, outcome, session, subject) FROM audit WHERE event = 'transfer'"
    assert bench.ours(TWO, 0.2).movements > 4
    assert rows_of(own_folder, asked) == [(4,)]
    floor = bench.floor(TWO, 1)
    assert floor.movements > 4
    assert rows_of(own_folder, asked) == [(4,)]
    assert rows_of(own_folder, audited) == [(2,)]


@needs_sysbench
@pytest.mark.slow
def test_the_medians_of_the_counted_runs_are_told(own_folder: DataFolder) -> None:
    told: list[str] = []
    (result,), movements = measure(own_folder, 1, 1, told.append, (TWO,))
    assert len(told) == 4
    assert (len(result.ours), len(result.floor)) == (1, 1), "the warm-up is not counted"
    assert movements > result.ours[0].movements + result.floor[0].movements
    assert result.ratio == pytest.approx(result.ours[0].rate / result.floor[0].rate)
