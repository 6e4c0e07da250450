"""The simulation itself: it finds nothing in code that is right, reaches what it should, and says the same twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from atm_app.simulation import actors
from atm_app.simulation.deeds import DEEDS, Deed, carry_out
from atm_app.simulation.faults import Fault
from atm_app.simulation.invariants import Invariants
from atm_app.simulation.script import VAULT, Run, minimised, replay, run_seed
from atm_app.simulation.world import World
from commands.simulate import simulate
from tests.simulation.test_mutants import dropped_void, missing_wipe, mutated

PROJECT = Path(__file__).resolve().parents[2]
# Enough for every kind of fault to come true.
SEEDS = 60
STATES = frozenset(
    {
        "welcome",
        "claim",
        "face",
        "fingerprint",
        "pin",
        "one_time_code",
        "confirm_code",
        "menu",
        "choose_account",
        "amount",
        "confirm",
        "take_cash",
        "receipt",
        "balance",
        "another",
        "notice",
        "more_time",
        "locked",
        "farewell",
        "out_of_service",
        "off",
    }
)


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [run_seed(seed) for seed in range(SEEDS)]


def test_no_seed_breaks_an_invariant(runs: list[Run]) -> None:
    broken = [run.violation for run in runs if run.violation is not None]
    assert not broken, broken[0]


def test_every_kind_of_fault_comes_true_and_visits_are_finished_all_the_same(runs: list[Run]) -> None:
    faults = sum((run.faults for run in runs), Counter[str]())
    assert set(faults) == set(Fault)
    assert sum(run.sessions for run in runs) > 4 * SEEDS
    print(f"{SEEDS} seeds: {sum(run.steps for run in runs)} steps, {sum(run.sessions for run in runs)} sessions, "
          f"{sum(faults.values())} faults")  # fmt: skip


KINDS = {
    "withdrawal", "withdrawal_suspense", "withdrawal_found", "deposit_found", "cash_deposit", "cash_exchange",
    "transfer", "payment", "top_up", "reversal",
}  # fmt: skip
OUTCOMES = {"withdrawal posted", "withdrawal voided", "deposit posted", "deposit voided", "deposit suspended"}
# The rarest, notes found after a deposit that ended unknown, comes in seed 61 for the first time.
EVERY_WAY_WITHIN = 200


def test_money_moves_in_every_way(runs: list[Run]) -> None:
    """A world in which nothing happens breaks nothing."""
    kinds, outcomes, states = set[str](), set[str](), set[str]()
    for seed in range(EVERY_WAY_WITHIN):
        world, steps = World(seed, VAULT), runs[seed % len(runs)].steps
        chosen = actors.Actors(random.Random(seed))
        for _ in range(steps):
            carry_out(world, chosen.next(world))
            states |= {kiosk.state for kiosk in world.kiosks}
        world.come_to_rest()
        kinds |= {row.kind for row in world.backend.bank.journal}
        outcomes |= {f"{hold.kind} {hold.state}" for hold in world.backend.bank.holds.values()}
        if kinds >= KINDS and outcomes >= OUTCOMES and states >= STATES:
            print(f"every way within {seed + 1} seeds")
            return
    assert states >= STATES
    assert kinds >= KINDS
    assert outcomes >= OUTCOMES


def test_a_seed_is_the_same_every_time_in_every_process() -> None:
    said = []
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "main.py", "simulate", "--seeds", "6", "--from", "3", "--json"], cwd=PROJECT, check=True,
            capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": hash_seed, "ATM_TERMINAL": "OTHER"},
        )  # fmt: skip
        report = json.loads(done.stdout)
        said.append([report[key] for key in ("seeds", "from", "steps", "sessions", "faults", "violations")])
    assert said[0] == said[1]
    assert said[0][:2] == [6, 3]


def test_a_view_nobody_has_heard_of_is_left_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views are added before their row in the table is."""
    monkeypatch.setattr(actors, "CHOICES", {})
    assert [run_seed(seed).violation for seed in range(3)] == [None] * 3


def test_a_script_is_made_as_short_as_it_goes_and_breaks_the_same_again() -> None:
    with mutated(dropped_void):
        found = next(run.violation for run in map(run_seed, range(20)) if run.violation is not None)
        shortest = minimised(found)
        assert shortest.invariant == found.invariant
        assert len(shortest.script) < len(found.script) // 2
        print(f"{len(found.script)} deeds made {len(shortest.script)}: {'; '.join(map(str, shortest.script))}")
        for place in range(len(shortest.script)):
            rest = shortest.script[:place] + shortest.script[place + 1 :]
            without = replay(found.seed, rest).violation
            assert without is None or without.invariant != found.invariant, f"{shortest.script[place]} is not needed"
    assert replay(found.seed, shortest.script).violation is None


def test_the_command_reports_a_violation_with_its_seed_and_script(capsys: pytest.CaptureFixture[str]) -> None:
    with mutated(missing_wipe):
        assert simulate(2, 5, json_output=True) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["seeds"] == 2
    first = report["violations"][0]
    assert (first["seed"], first["invariant"]) == (5, "an ended session is wiped")
    assert all(line.split()[0] in DEEDS for line in first["script"])


def test_the_command_is_content_with_one_seed_that_breaks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(None, 11, json_output=False) == 0
    told = capsys.readouterr()
    assert "1 seeds from 11" in told.out
    assert "No invariant was broken." in told.out


# --- the invariants, each broken by hand -----------------------------------------------------------------------------


def _first(world: World) -> str:
    return next(Invariants(world).broken())[0]


def test_the_invariants_see_what_is_wrong_with_the_books() -> None:
    def spoilt(name: str) -> World:
        world = World(1, VAULT)
        bank = world.backend.bank
        customers = [account for account in bank.accounts.values() if account.customer_id is not None]
        if name == "balance":
            customers[0].balance += 1
        elif name == "held":
            customers[0].held += 1
        elif name == "counter":
            bank.terminals["S-1"].units[2].presented += 1
        elif name == "note":
            world.kiosks[0].dispenser.bin += 100_00
        return world

    assert _first(spoilt("balance")) == "balances are sums of postings"
    assert _first(spoilt("held")) == "held is what open holds hold"
    assert _first(spoilt("counter")) == "cash counters agree with the ledger"
    assert _first(spoilt("note")) == "the notes are those of the ledger"
    assert not list(Invariants(spoilt("nothing")).broken())


def test_a_deed_that_does_not_fit_does_nothing() -> None:
    """Scripts are shortened by leaving deeds out; the rest must still be carried out."""
    world = World(2, VAULT)
    values = {
        "touch": "confirm", "start": "nonsense:1", "account": "0", "amount": "500", "insert": "500x2",
        "transfer": "0 1 5", "payment": "0 POWER 1234 20", "pay_in": "0 500 1", "exchange": "3", "reverse": "0",
        "wait": "1", "night": "1", "payee": "0", "fault": Fault.NO_PAPER.value,
    }  # fmt: skip
    for what in DEEDS:
        carry_out(world, Deed(what, 1, values.get(what, "right")))
        assert not list(Invariants(world).broken()), what
