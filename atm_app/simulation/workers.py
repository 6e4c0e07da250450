"""Work of a simulated process: one queue for each thread of the real one, done in turn on one thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from atm_app.ports import Work
from atm_app.simulation.clock import Time


class StillWaiting(BaseException):
    """The device waits for a person: the same work is begun anew after the next event. No Exception, so that no
    service takes it for a failure; a port that raises it has changed nothing."""


class TurnWorkers:
    """Answers come back in the order of the queues; work of a kind that is slow waits, and touches overtake it."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._queues: dict[Work, deque[tuple[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]]]]
        self._queues = {kind: deque() for kind in Work}
        self._posts: deque[Callable[[], None]] = deque()
        self._slow_until: dict[Work, float] = {}

    def submit(
        self, kind: Work, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        self._queues[kind].append((work, done, failed))

    def post(self, callback: Callable[[], None]) -> None:
        self._posts.append(callback)

    def slow_down(self, kind: Work, seconds: float) -> None:
        self._slow_until[kind] = self._time.seconds + seconds

    def hurry(self) -> None:
        """Nothing is slow any more."""
        self._slow_until.clear()

    @property
    def slow(self) -> bool:
        return any(until > self._time.seconds for until in self._slow_until.values())

    def run(self) -> None:
        """Do all that can be done now."""
        now, again = self._time.seconds, True
        while again:
            again = False
            for kind, queue in self._queues.items():
                while queue and self._slow_until.get(kind, 0.0) <= now and self._do(queue):
                    again = True

    def _do(self, queue: deque[Any]) -> bool:
        """Whether the first of a queue was done."""
        work, done, failed = queue[0]
        try:
            answer = work()
        except StillWaiting:
            self._deliver_posts()
            return False
        except Exception as error:
            queue.popleft()
            self._deliver_posts()
            failed(error)
        else:
            queue.popleft()
            self._deliver_posts()
            done(answer)
        return True

    def _deliver_posts(self) -> None:
        while self._posts:
            self._posts.popleft()()
