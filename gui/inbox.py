"""Answers of other threads onto the Tk thread: a queue, and a pipe Tk itself watches. No Tk call off that thread."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import tkinter
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

log = logging.getLogger(__name__)


class Inbox:
    """``post`` may be called from any thread; the callback runs on Tk's. Linux only, like the file handler it uses."""

    def __init__(self, root: tkinter.Tk) -> None:
        self._root = root
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        root.tk.createfilehandler(self._reader, tkinter.READABLE, self._drain)

    def post(self, callback: Callable[[], None]) -> None:
        self._waiting.put(callback)
        # A full pipe means that Tk has been woken already.
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self._writer, b"\0")

    def close(self) -> None:
        self._root.tk.deletefilehandler(self._reader)
        os.close(self._reader)
        os.close(self._writer)

    def _drain(self, _file: Any, _mask: int) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)
        while True:
            try:
                callback = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                callback()
            except Exception:
                log.exception("a callback failed")


class TkTimer:
    def __init__(self, root: tkinter.Tk, name: str) -> None:
        self._root = root
        self._name = name

    def cancel(self) -> None:
        with contextlib.suppress(tkinter.TclError):
            self._root.after_cancel(self._name)


class TkClock:
    """The controller's clock: wall time, and timers of Tk's loop."""

    def __init__(self, root: tkinter.Tk) -> None:
        self._root = root

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> TkTimer:
        return TkTimer(self._root, self._root.after(max(1, round(seconds * 1000)), callback))
