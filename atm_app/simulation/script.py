"""Runs a seed: its deeds are chosen as the world unfolds and written down; a script that breaks an invariant is made
as short as it goes and runs again the same way every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from atm_app.simulation.actors import Actors
from atm_app.simulation.deeds import Deed, carry_out
from atm_app.simulation.invariants import Invariants
from atm_app.simulation.people import SimulatedVault
from atm_app.simulation.world import World

FEWEST_DEEDS, MOST_DEEDS = 60, 150
VAULT = SimulatedVault()


@dataclass(frozen=True)
class Violation:
    """``step``: from 1, of the script as it ran first. ``script``: the fewest deeds found that break it again."""

    seed: int
    step: int
    invariant: str
    detail: str
    script: tuple[Deed, ...]


@dataclass(frozen=True)
class Run:
    """What one seed came to. ``faults``: by kind, those that came true."""

    seed: int
    steps: int
    sessions: int
    faults: Counter[str]
    violation: Violation | None


def run_seed(seed: int) -> Run:
    """A violation's script is all that was done until then."""
    chance = Random(seed)  # noqa: S311 - repeatable is what is wanted of it
    actors, wanted = Actors(chance), chance.randint(FEWEST_DEEDS, MOST_DEEDS)
    return _play(seed, lambda world, step: actors.next(world) if step < wanted else None)


def replay(seed: int, script: Sequence[Deed]) -> Run:
    """The same world, these deeds."""
    return _play(seed, lambda world, step: script[step] if step < len(script) else None)


def minimised(violation: Violation) -> Violation:
    """Delta debugging (Zeller and Hildebrandt 2002): leave out ever smaller parts as long as it still breaks the same
    invariant. ``step`` stays what it was in the whole run."""
    shortest, parts = violation, 2
    while len(shortest.script) > 1:
        size = -(-len(shortest.script) // parts)
        shorter = _without_a_part(shortest, size)
        if shorter is not None:
            shortest, parts = shorter, max(parts - 1, 2)
        elif size > 1:
            parts = min(parts * 2, len(shortest.script))
        else:
            break
    return replace(shortest, step=violation.step)


def _without_a_part(violation: Violation, size: int) -> Violation | None:
    """The same violation from a script that lacks ``size`` deeds in a row; None when all are needed."""
    for start in range(0, len(violation.script), size):
        rest = violation.script[:start] + violation.script[start + size :]
        found = replay(violation.seed, rest).violation
        if found is not None and found.invariant == violation.invariant:
            return found
    return None


def _play(seed: int, choose: Callable[[World, int], Deed | None]) -> Run:
    world = World(seed, VAULT)
    invariants, script = Invariants(world), list[Deed]()
    while (deed := choose(world, len(script))) is not None:
        script.append(deed)
        found = _first_broken(lambda deed=deed: carry_out(world, deed), invariants.broken)  # type: ignore[misc]
        if found is not None:
            return _run(world, script, found)
    found = _first_broken(world.come_to_rest, lambda: _at_rest(invariants))
    return _run(world, script, found)


def _at_rest(invariants: Invariants) -> Iterator[tuple[str, str]]:
    yield from invariants.broken()
    yield from invariants.broken_at_rest()


def _first_broken(
    act: Callable[[], None], broken: Callable[[], Iterator[tuple[str, str]]]
) -> tuple[str, str] | None:  # fmt: skip
    try:
        act()
    except Exception as error:
        return "the machine does not break down", f"{type(error).__name__}: {error}"
    return next(broken(), None)


def _run(world: World, script: list[Deed], found: tuple[str, str] | None) -> Run:
    violation = Violation(world.seed, len(script), *found, tuple(script)) if found else None
    return Run(world.seed, len(script), world.sessions, world.faults, violation)
