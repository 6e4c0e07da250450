"""What a kiosk of ``main.py fleet`` notes down for the reckoning at the end: a line of JSON each, in a file that a
``kill -9`` does not take with it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from atm_app.stores import Movement, Outcome, StoreUnavailable

# Calls of the ledger that move or promise money.
MONEY_CALLS = ("hold", "hold_deposit", "settle", "transfer")


@dataclass(frozen=True)
class Note:
    """``what``: ready, session, turned_away, asked, answered, unanswered, host. ``outcome``: of a movement; of a host
    its name. ``seconds``: how long a call took. ``at``: monotonic seconds of the whole machine."""

    what: str
    at: float
    request: str = ""
    call: str = ""
    outcome: str = ""
    minor: int = 0
    seconds: float = 0.0


class NoteBook:
    """Appends at once: what was written survives the process, if not the machine."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def write(self, what: str, **details: Any) -> None:
        self._file.write((json.dumps(asdict(Note(what, time.monotonic(), **details))) + "\n").encode())


def notes_in(path: Path) -> Iterator[Note]:
    """A last line that was cut off in the middle says nothing."""
    if not path.exists():
        return
    for line in path.read_text().splitlines():
        try:
            yield Note(**json.loads(line))
        except json.JSONDecodeError:
            return


class NotedLedger:
    """The ledger, with every movement of money noted before it is asked for and after it was answered."""

    def __init__(self, ledger: Any, notes: NoteBook) -> None:
        self._ledger = ledger
        self._notes = notes

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._ledger, name)
        return self._noted(name, found) if name in MONEY_CALLS else found

    def _noted(self, name: str, call: Callable[..., Movement]) -> Callable[..., Movement]:
        def noting(asked: Any, *others: Any) -> Movement:
            request = asked if isinstance(asked, bytes) else asked.request_id
            minor = 0 if isinstance(asked, bytes) else asked.amount.minor
            about = {"request": request.hex(), "call": name, "minor": minor}
            self._notes.write("asked", **about)
            began = time.monotonic()
            try:
                movement = call(asked, *others)
            except StoreUnavailable:
                self._notes.write("unanswered", seconds=time.monotonic() - began, **about)
                raise
            self._notes.write(
                "answered", seconds=time.monotonic() - began, outcome=Outcome(movement.outcome).value, **about
            )
            return movement

        return noting
