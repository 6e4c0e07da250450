"""The worker threads: one for each kind of work that can block, their answers brought back by ``post``."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from atm_app.ports import Work

log = logging.getLogger(__name__)
T = TypeVar("T")
Post = Callable[[Callable[[], None]], None]


class ThreadWorkers:
    """``post`` runs a callback on the controller's thread and may be called from any thread."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._queues: dict[Work, queue.SimpleQueue[Any]] = {kind: queue.SimpleQueue() for kind in Work}
        self._threads = [
            threading.Thread(target=self._run, args=(self._queues[kind],), name=f"work-{kind}", daemon=True)
            for kind in Work
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self,
        kind: Work,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._queues[kind].put((work, done, failed))

    def post(self, callback: Callable[[], None]) -> None:
        self._post(callback)

    def stop(self, seconds: float = 3.0) -> None:
        """Let every thread end after the work it has, and wait for them at most so long in all."""
        for waiting in self._queues.values():
            waiting.put(None)
        end = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))

    def _run(self, waiting: queue.SimpleQueue[Any]) -> None:
        while (item := waiting.get()) is not None:
            work, done, failed = item
            self._do(work, done, failed)

    def _do(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        try:
            answer = work()
        except Exception as error:
            problem = error
            self._post(lambda: failed(problem))
        else:
            self._post(lambda: done(answer))
