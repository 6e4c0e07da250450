"""``main.py bench ui``: whole withdrawals at the window, none cut short; memory that stays, over as many as a busy week
has."""

from __future__ import annotations

import json

import pytest

from commands.bench_ui import MOST_DRIFT, MOST_TOUCH_MS, WARM_UP, growth_of
from tests.command_line import run

HOURS = 3600


@pytest.mark.parametrize("sessions", [
    pytest.param(3, marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
    pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(12 * HOURS)]),
])  # fmt: skip
def test_withdrawals_one_after_another(sessions: int) -> None:
    done = run("bench", "ui", "--sessions", str(sessions), "--json", seconds=sessions * 60 + 120)
    print(done.stdout, done.stderr)
    answer = json.loads(done.stdout)
    assert answer["sessions"] == sessions
    assert answer["touches"] >= 50 * sessions
    assert answer["touch_to_paint_p99_ms"] <= MOST_TOUCH_MS
    if sessions > WARM_UP:
        assert answer["memory_drift"] <= MOST_DRIFT


def test_growth_is_each_processes_own_and_outliers_do_not_bend_it() -> None:
    visits = [{"1 kiosk": 100_000 + 50 * number, "2 vision": 7000} for number in range(30)]
    visits[20]["1 kiosk"] += 1_000_000
    assert growth_of(visits) == pytest.approx({"1 kiosk": 50.0, "2 vision": 0.0})
    assert growth_of(visits[:4]) == {}, "too few to say"
