"""Bounded waits on conditions of the world outside the process, and windows that live meanwhile."""

from __future__ import annotations

import time
import tkinter
from collections.abc import Callable
from pathlib import Path

PUMP_SECONDS = 0.005


def live(*windows: tkinter.Misc) -> None:
    """What is due in these windows happens; then the other threads have their turn. A loop of ``update`` alone keeps
    the interpreter's lock so well that a thread which waits for the database came to nothing for 20 s."""
    for window in windows:
        window.update()
    time.sleep(PUMP_SECONDS)


def wait_until(
    condition: Callable[[], object], what: str = "it happened", seconds: float = 20.0, every: float = 0.01
) -> None:  # fmt: skip
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain until {what}"
        time.sleep(every)  # between two looks; the bound is the condition's, not the sleep's


def is_alive(process_id: int) -> bool:
    """A process that has ended but was not waited for does not count."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
