"""The lockout rule: counted before the result is used, and the same for numbers nobody has."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from atm_app.config import LockoutSettings
from atm_app.identity import lockout
from atm_app.identity.lockout import LockoutRule
from atm_app.stores import AttemptVerdict, Customer, Factor
from tests.world import HandClock

DELAYS = (60, 300, 1800)
SETTINGS = LockoutSettings(failures=3, delays=DELAYS)
ASHA = Customer(7, "100007", b"p" * 16, "Asha Rao", "", "")


class Counted:
    """The database's part, noting in which order it was asked. tests/db compares the real one with the shadow."""

    def __init__(self, *, allowed: bool = True) -> None:
        self.calls: list[str] = []
        self._allowed = allowed

    def begin(self, customer_id: int, factor: Factor, limit: int, delays: Sequence[int]) -> AttemptVerdict:
        self.calls.append(f"begin {customer_id} {factor} {limit} {list(delays)}")
        return AttemptVerdict(self._allowed, 2, 0 if self._allowed else 60)

    def succeeded(self, customer_id: int, factor: Factor) -> None:
        self.calls.append(f"succeeded {customer_id} {factor}")

    def locked_seconds(self, customer_id: int) -> int:
        return 0 if self._allowed else 60


def rule_with(rows: Counted, clock: HandClock | None = None) -> LockoutRule:
    return LockoutRule(rows, SETTINGS, clock or HandClock())


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


def test_an_invented_number_locks_after_as_many_tries_for_as_long_and_longer_each_time() -> None:
    clock = HandClock()
    rule = rule_with(Counted(), clock)

    def attempt() -> AttemptVerdict:
        matched, verdict = rule.attempt(None, "999999", Factor.PIN, lambda: True)
        assert matched is False, "nobody signs in with a number nobody has"
        return verdict

    for delay in (*DELAYS, DELAYS[-1]):
        assert [attempt() for _ in range(3)] == [AttemptVerdict(True, left, 0) for left in (2, 1, 0)]
        assert attempt() == AttemptVerdict(False, 3, delay)
        clock.seconds += delay - 1
        assert attempt() == AttemptVerdict(False, 3, 1)
        clock.seconds += 1


def test_invented_numbers_and_factors_are_counted_apart_and_compared_for_equal_time() -> None:
    rule, compared = rule_with(Counted()), []
    for number in ("999999", "999998"):
        for factor in (Factor.PIN, Factor.FACE):
            for _ in range(2):
                verdict = rule.attempt(None, number, factor, lambda: bool(compared.append(1)))[1]
            assert verdict == AttemptVerdict(True, 1, 0)
    assert len(compared) == 8
    rule.attempt(None, "999999", Factor.PIN, lambda: False)
    assert rule.attempt(None, "999999", Factor.FACE, lambda: False)[1].allowed is False
    assert rule.attempt(None, "999998", Factor.FACE, lambda: False)[1].allowed is True


def test_the_memory_of_invented_numbers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockout, "SHADOW_SIZE", 10)
    rule = rule_with(Counted())
    for number in range(100):
        rule.attempt(None, str(number), Factor.PIN, lambda: False)
    assert len(rule._shadows) == 10
    assert rule.attempt(None, "99", Factor.PIN, lambda: False)[1].left == 1
