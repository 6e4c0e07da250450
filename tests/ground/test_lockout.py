"""The lockout rule: counted before the result is used, and the same for numbers nobody has. What is counted is
tested with the database (tests/db/test_identity_rows.py) and with what stands in for it (tests/simulation)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from atm_app.config import LockoutSettings
from atm_app.identity.lockout import LockoutRule
from atm_app.stores import AttemptVerdict, Customer, Factor

DELAYS = (60, 300, 1800)
SETTINGS = LockoutSettings(failures=3, delays=DELAYS)
ASHA = Customer(7, "100007", b"p" * 16, "Asha Rao", "", "")


class Counted:
    """The database's part, noting in which order it was asked."""

    def __init__(self, *, allowed: bool = True) -> None:
        self.calls: list[str] = []
        self._allowed = allowed

    def begin(self, customer_id: int, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        self.calls.append(f"begin {customer_id} {factor} {limit} {list(delays)}")
        return AttemptVerdict(self._allowed, 2, 0 if self._allowed else 60)

    def begin_invented(self, token: bytes, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        self.calls.append(f"begin {token.decode()} {factor} {limit} {list(delays)}")
        return AttemptVerdict(self._allowed, 2, 0 if self._allowed else 60)

    def succeeded(self, customer_id: int, factor: Factor) -> None:
        self.calls.append(f"succeeded {customer_id} {factor}")

    def locked_seconds(self, customer_id: int) -> int:
        return 0 if self._allowed else 60


def rule_with(rows: Counted) -> LockoutRule:
    return LockoutRule(rows, SETTINGS, lambda number: f"token of {number}".encode())


def test_an_attempt_is_counted_before_it_is_compared_and_taken_back_after() -> None:
    rows = Counted()

    def matches() -> bool:
        rows.calls.append("compared")
        return True

    assert rule_with(rows).attempt(ASHA, ASHA.number, Factor.PIN, matches)[0] is True
    assert rows.calls == ["begin 7 pin 3 [60, 300, 1800]", "compared", "succeeded 7 pin"]


def test_a_failure_is_not_taken_back() -> None:
    rows = Counted()
    assert rule_with(rows).attempt(ASHA, ASHA.number, Factor.PIN, lambda: False)[0] is False
    assert rows.calls == ["begin 7 pin 3 [60, 300, 1800]"]


def test_the_right_answer_of_a_locked_customer_is_compared_and_refused() -> None:
    rows, compared = Counted(allowed=False), []

    def matches() -> bool:
        compared.append(True)
        return True

    matched, verdict = rule_with(rows).attempt(ASHA, ASHA.number, Factor.PIN, matches)
    assert (matched, verdict.allowed, compared) == (False, False, [True])
    assert not any(call.startswith("succeeded") for call in rows.calls)
    assert rule_with(rows).locked(ASHA)


def test_an_attempt_that_breaks_off_stays_counted() -> None:
    rows = Counted()

    def matches() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rule_with(rows).attempt(ASHA, ASHA.number, Factor.PIN, matches)
    assert rows.calls == ["begin 7 pin 3 [60, 300, 1800]"]


@pytest.mark.parametrize("allowed", [True, False])
def test_an_invented_number_is_counted_and_compared_and_never_right(allowed: bool) -> None:
    rows = Counted(allowed=allowed)

    def matches() -> bool:
        rows.calls.append("compared")
        return True

    matched, verdict = rule_with(rows).attempt(None, "999999", Factor.PIN, matches)
    assert (matched, verdict.allowed) == (False, allowed)
    assert rows.calls == ["begin token of 999999 pin 3 [60, 300, 1800]", "compared"]
