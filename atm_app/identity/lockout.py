"""Failures in a row lock the customer, and a number that nobody has just the same: both are counted in the database,
where every terminal sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from atm_app.config import LockoutSettings
from atm_app.stores import AttemptVerdict, Factor, Lockouts


class Holder(Protocol):
    """Whose failures are counted: a customer, or an account of staff."""

    @property
    def lockout_id(self) -> int: ...


class LockoutRule:
    """Counts an attempt before its result is used; whoever pulls the plug in between has spent it. ``token_of``: what
    stands for a number nobody has (a blind index: people type account numbers, or their telephone's)."""

    def __init__(self, lockouts: Lockouts, settings: LockoutSettings, token_of: Callable[[str], bytes]) -> None:
        self._lockouts = lockouts
        self._settings = settings
        self._token_of = token_of

    def attempt(
        self, holder: Holder | None, number: str, factor: Factor, matches: Callable[[], bool]
    ) -> tuple[bool, AttemptVerdict]:
        """Whether the attempt was allowed and matched. ``matches`` is computed either way, for equal time."""
        failures, delays = self._settings.failures, self._settings.delays
        if holder is None:
            verdict = self._lockouts.begin_invented(self._token_of(number), factor, failures, delays)
            matches()
            return False, verdict
        verdict = self._lockouts.begin(holder.lockout_id, factor, failures, delays)
        matched = matches() and verdict.allowed
        if matched:
            self._lockouts.succeeded(holder.lockout_id, factor)
        return matched, verdict

    def locked(self, holder: Holder) -> bool:
        return self._lockouts.locked_seconds(holder.lockout_id) > 0
