"""Time of the simulated world. It passes when the world says so; timers belong to a process and die with it."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)


class Time:
    """``seconds`` since the beginning, never going back; ``wall_offset``: what the wall clocks are off by."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wall_offset = 0.0

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.seconds + self.wall_offset)


class SimulatedTimer:
    """One call to come."""

    __slots__ = ("callback", "cancelled")

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class ProcessClock:
    """The clock as one process sees it, with its timers."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._timers: list[tuple[float, int, SimulatedTimer]] = []
        self._made = 0

    def now(self) -> datetime:
        return self._time.now()

    def monotonic(self) -> float:
        return self._time.seconds

    def call_later(self, seconds: float, callback: Callable[[], None]) -> SimulatedTimer:
        timer = SimulatedTimer(callback)
        self._made += 1
        heapq.heappush(self._timers, (self._time.seconds + seconds, self._made, timer))
        return timer

    def next_at(self) -> float:
        """When the next timer is due; infinity when none is."""
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else float("inf")

    def fire(self) -> None:
        """Do what is due next."""
        heapq.heappop(self._timers)[2].callback()
