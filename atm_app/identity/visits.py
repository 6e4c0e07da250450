"""One visit at a time: while a machine serves a customer, no other one does.

The database keeps a lease for each customer. A visit claims it when every factor was shown, makes it longer while the
customer is busy, and gives it back at its end; a machine that died gives back nothing, and its lease runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from atm_app.config import TimeSettings
from atm_app.ports import Clock, Work, Workers
from atm_app.session import Session

log = logging.getLogger(__name__)

# As long as nobody is served anywhere whose machine died: about the time of a walk to another one. Shorter than a
# machine's own patience (140 s as the settings come) it must not be, or a customer who thinks would lose their visit.
LEASE_SECONDS = 180
# A visit that is busy renews no more often than this.
RENEWAL_SECONDS = 30.0
# The most patient step waits twice the usual time (``Step.patience``), and "more time?" comes after it.
LONGEST_PATIENCE = 2.0


class Visits(Protocol):
    """The leases. Raises StoreUnavailable."""

    def begin(self, customer_id: int, policy: str, session: bytes, seconds: int) -> bool:
        """Claim it and note the sign-in; false while another machine serves the customer. Repeatable."""
        ...

    def keep(self, customer_id: int, session: bytes) -> bool:
        """Make it longer by what it was claimed for; false when the visit has none any more."""
        ...

    def end(self, customer_id: int, session: bytes) -> None: ...

    def end_all(self) -> int:
        """Of this machine, before it serves anybody; how many there were."""
        ...


def lease_seconds(times: TimeSettings) -> int:
    """Whole seconds. A machine that is set to wait longer for its customers keeps their leases longer."""
    silence = times.idle * LONGEST_PATIENCE + times.more_time
    return max(LEASE_SECONDS, int(silence + RENEWAL_SECONDS) + 1)


class VisitLease:
    """The lease of the present visit. Everything is done on the ledger's worker, in order: what was claimed is given
    back, also when the visit ended before the answer came."""

    def __init__(self, visits: Visits, clock: Clock, workers: Workers, times: TimeSettings) -> None:
        self._visits, self._clock, self._workers = visits, clock, workers
        self._seconds = lease_seconds(times)
        self._held: tuple[int, bytes] | None = None
        self._renewed_at = 0.0

    def claim(self, session: Session) -> bool:
        """On the ledger's worker, after ``begin``; whether the visit may go on."""
        assert session.customer is not None
        return self._visits.begin(session.customer.customer_id, session.policy.name, session.token, self._seconds)

    def begin(self, session: Session) -> None:
        """``claim`` is about to be handed out."""
        assert session.customer is not None
        self._held, self._renewed_at = (session.customer.customer_id, session.token), self._clock.monotonic()

    def keep(self) -> None:
        """The customer did something, or something was done for them."""
        now, held = self._clock.monotonic(), self._held
        if held is not None and now - self._renewed_at >= RENEWAL_SECONDS:
            self._renewed_at = now
            self._beside(lambda: self._visits.keep(*held))

    def end(self) -> None:
        """The visit is over, however it came to that. What cannot be given back now runs out by itself."""
        held, self._held = self._held, None
        if held is not None:
            self._beside(lambda: self._visits.end(*held))

    def _beside(self, work: Callable[[], object]) -> None:
        self._workers.submit(Work.LEDGER, work, lambda _: None, _log_failure)


def _log_failure(error: Exception) -> None:
    log.error("the lease of a visit was not renewed or given back: %s", type(error).__name__)
