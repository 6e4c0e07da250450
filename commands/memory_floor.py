"""What the machine's processes hold and do not give back: of each the least it had at any moment of a visit.

Pictures, frames and a database's buffers come and go by tens of megabytes within a second, so that what a process has
at one moment says little; the least of many moments changes by what stays, and by nothing else.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.25
# Pages a process has written. Those it only reads belong to programs and libraries, and how many are counted as its own
# hangs on who else on this computer has them open. proc(5), smaps_rollup; in kB.
_WRITTEN = re.compile(r"^(?:Private|Shared)_Dirty:\s+(\d+) kB$", re.MULTILINE)


def machine() -> Iterator[psutil.Process]:
    """This process and all below it: vision, database, virtual devices, and the display where there was none."""
    this = psutil.Process()
    yield this
    yield from this.children(recursive=True)


def resident_bytes() -> int:
    """What several processes share is shared out (PSS)."""
    total = 0
    for process in machine():
        with contextlib.suppress(psutil.Error):  # it has just ended
            total += process.memory_full_info().pss
    return total


class MemoryFloor:
    """Looks from a thread of its own until it is closed."""

    def __init__(self) -> None:
        self._least: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._mutex = threading.Lock()
        self._ending = threading.Event()
        self._find()
        self._thread = threading.Thread(target=self._look, name="memory-floor", daemon=True)
        self._thread.start()

    def take(self) -> dict[str, int]:
        """Bytes of each process since it was asked last, by process id and name."""
        with self._mutex:
            taken = {self._names[pid]: least for pid, least in self._least.items()}
            self._least = {}
        self._find()
        return taken

    def close(self) -> None:
        self._ending.set()
        self._thread.join()

    def _find(self) -> None:
        """Processes that came since. One that is known keeps its name: what is measured here is not to grow by it."""
        found = {}
        for process in machine():
            with contextlib.suppress(psutil.Error):
                name = " ".join([str(process.pid), process.name(), *process.cmdline()[1:4]])
                found[process.pid] = self._names.get(process.pid, name)
        with self._mutex:
            self._names = found

    def _look(self) -> None:
        while not self._ending.wait(SAMPLE_SECONDS):
            with self._mutex:
                for pid in self._names:
                    written = written_bytes(pid)
                    if written:
                        self._least[pid] = min(written, self._least.get(pid, written))


def written_bytes(pid: int) -> int:
    """0 for a process that has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(kilobytes) * 1024 for kilobytes in _WRITTEN.findall(text))
