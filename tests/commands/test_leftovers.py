"""What a visit leaves in memory goes when it is over, and not while somebody touches the machine."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from commands.leftovers import SETTLE_SECONDS, Leftovers
from tests.gui.pictures import PICTURES
from tests.world import HandClock

BY_NAME = {picture.name: picture for picture in PICTURES}


class Screen:
    """Its callback knows it and it knows its callback."""

    def __init__(self) -> None:
        self.callback = self.touched

    def touched(self) -> None: ...


class Machine:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.leftovers = Leftovers(self.clock)

    def show(self, name: str) -> weakref.ref[Any]:
        """A screen that is gone when the next one is shown."""
        self.leftovers.follow(BY_NAME[name].shown("en"))
        return weakref.ref(Screen())

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds, lambda: None)


@pytest.fixture
def machine() -> Iterator[Machine]:
    """Nothing else looks for rings meanwhile."""
    gc.disable()
    yield Machine()
    gc.enable()


def test_when_a_visit_is_over_nothing_of_it_stays(machine: Machine) -> None:
    for _ in range(2):  # from the second on only what came since is searched
        left = [machine.show(name) for name in ("welcome", "menu")]
        machine.show("farewell")
        assert all(each() is not None for each in left)
        machine.wait(SETTLE_SECONDS)
        assert all(each() is None for each in left)


def test_whoever_touches_the_machine_at_once_does_not_wait_for_it(machine: Machine) -> None:
    left = machine.show("menu")
    machine.show("welcome")
    machine.wait(SETTLE_SECONDS / 2)
    machine.show("menu")
    machine.wait(10 * SETTLE_SECONDS)
    assert left() is not None


def test_a_welcome_that_is_only_painted_again_changes_nothing(machine: Machine) -> None:
    machine.show("welcome")
    machine.wait(SETTLE_SECONDS)
    left = machine.show("welcome")
    machine.wait(SETTLE_SECONDS)
    assert left() is not None


def test_a_machine_that_ends_looks_for_nothing(machine: Machine) -> None:
    machine.show("welcome")
    machine.leftovers.stop()
    assert machine.clock.is_idle
