"""The terminal's own journal of movements under way: a port onto its disk, and the rows that cross it.

Its calls are a disk write each and are made by whoever is about to act.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from atm_app.banking.money import Money


class IntentState(StrEnum):
    """How far a movement had come, as the terminal knew when it last wrote to its own disk. DISPUTED: the notes'
    fate and the books disagree, and staff have to look."""

    CREATED = "created"
    HELD = "held"
    DISPENSING = "dispensing"
    PRESENTED = "presented"
    TAKEN = "taken"
    STORING = "storing"
    SETTLED = "settled"
    DISPUTED = "disputed"


class IntentKind(StrEnum):
    WITHDRAWAL = "withdrawal"
    DEPOSIT = "deposit"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Intent:
    request_id: bytes
    state: IntentState
    amount: Money
    kind: IntentKind = IntentKind.WITHDRAWAL


@dataclass(frozen=True)
class IntentEntry:
    """As the journal has it now; ``created_at``, ``changed_at``: by the machine's own clock, UTC."""

    intent: Intent
    created_at: datetime
    changed_at: datetime


class IntentJournal(Protocol):
    """The terminal's durable memory; every call returns only when the disk has it."""

    def record(self, intent: Intent) -> None: ...
    def advance(self, request_id: bytes, state: IntentState) -> None: ...
    def open(self) -> tuple[Intent, ...]:
        """Neither settled nor disputed, oldest first."""
        ...

    def disputed(self) -> tuple[Intent, ...]:
        """What staff have to look at, oldest first."""
        ...
