"""Failures in a row lock the customer: real ones in the database, invented numbers in a shadow that looks the same."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from atm_app.config import LockoutSettings
from atm_app.ports import Clock
from atm_app.stores import AttemptVerdict, Customer, Factor, Lockouts

# Numbers nobody has, remembered so that they lock like the others; the oldest are forgotten first.
SHADOW_SIZE = 10_000


@dataclass
class _Count:
    failures: int = 0
    locks: int = 0


@dataclass
class _Shadow:
    """Failures count for each factor, a lock holds for all: as the database keeps them."""

    counts: dict[Factor, _Count] = field(default_factory=dict)
    locked_until: float = 0.0


class LockoutRule:
    """Counts an attempt before its result is used; whoever pulls the plug in between has spent it."""

    def __init__(self, lockouts: Lockouts, settings: LockoutSettings, clock: Clock) -> None:
        self._lockouts = lockouts
        self._settings = settings
        self._clock = clock
        self._shadows: OrderedDict[str, _Shadow] = OrderedDict()

    def attempt(
        self, customer: Customer | None, number: str, factor: Factor, matches: Callable[[], bool]
    ) -> tuple[bool, AttemptVerdict]:
        """Whether the attempt was allowed and matched. ``matches`` is computed either way, for equal time."""
        if customer is None:
            verdict = self._shadow_attempt(number, factor)
            matches()
            return False, verdict
        verdict = self._lockouts.begin(customer.customer_id, factor, self._settings.failures, self._settings.delays)
        matched = matches() and verdict.allowed
        if matched:
            self._lockouts.succeeded(customer.customer_id, factor)
        return matched, verdict

    def locked(self, customer: Customer) -> bool:
        return self._lockouts.locked_seconds(customer.customer_id) > 0

    def _shadow_attempt(self, number: str, factor: Factor) -> AttemptVerdict:
        shadow = self._shadows.setdefault(number, _Shadow())
        self._shadows.move_to_end(number)
        while len(self._shadows) > SHADOW_SIZE:
            self._shadows.popitem(last=False)
        now = self._clock.monotonic()
        count = shadow.counts.setdefault(factor, _Count())
        if now < shadow.locked_until:
            return AttemptVerdict(False, self._settings.failures - count.failures, math.ceil(shadow.locked_until - now))
        count.failures += 1
        left = self._settings.failures - count.failures
        if left <= 0:
            delays = self._settings.delays
            shadow.locked_until = now + delays[min(count.locks, len(delays) - 1)]
            count.locks, count.failures = count.locks + 1, 0
        return AttemptVerdict(True, max(left, 0), 0)
