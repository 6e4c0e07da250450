"""Where and when a customer signed in: what they look through to see whether somebody else was there. A visit that
begins is noted with its lease (``visits.py``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class SignIn:
    """``at``: UTC."""

    at: datetime
    terminal: str
    policy: str


class SignIns(Protocol):
    """Raises StoreUnavailable."""

    def latest(self, customer_id: int, count: int) -> tuple[SignIn, ...]:
        """The newest first."""
        ...
