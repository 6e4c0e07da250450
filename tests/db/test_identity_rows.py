"""One-time codes and lockouts, decided in the database."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from atm_app.banking.money import Money
from atm_app.config import CodeSettings, LockoutSettings
from atm_app.identity.lockout import LockoutRule
from atm_app.identity.one_time_code import DIGITS, SIGN_IN, Challenge, OneTimeCodes
from atm_app.stores import CodeVerdict, Customer, Factor, StoreUnavailable
from atm_app.trust.vault import keyed_digest
from commands.system_random import SystemRandom
from tests.db.bank import (
    Bank,
    InThread,
    LostAnswer,
    administrator,
    ask,
    connection_id,
    pass_time,
    together,
    wait_at_a_lock,
)

ACCEPTED, WRONG, EXPIRED, USED_UP = (
    CodeVerdict.ACCEPTED, CodeVerdict.WRONG, CodeVerdict.EXPIRED, CodeVerdict.USED_UP,
)  # fmt: skip
SECONDS, TRIES = 300, 3
DELAYS = (60, 300, 1800)
RIGHT, FALSE = b"r" * 32, b"f" * 32
NOTHING = bytes(32)


class Code:
    """A code on its way to a customer, and attempts at it."""

    def __init__(self, bank: Bank, purpose: str = "sign_in", session: bytes | None = None) -> None:
        self.bank = bank
        self.session = session or secrets.token_bytes(16)
        self.purpose = purpose
        self.challenge = bank.storage.codes.issue(
            bank.customer(), self.session, purpose, NOTHING, RIGHT, bank.storage.vault.key_id, SECONDS, TRIES
        )

    def check(self, mac: bytes = RIGHT, **other: Any) -> CodeVerdict:
        codes = other.pop("codes", self.bank.storage.codes)
        asked = {"challenge": self.challenge, "session": self.session, "purpose": self.purpose, "binding": NOTHING}
        return codes.check(**{**asked, **other}, code_mac=mac)  # type: ignore[no-any-return]


@pytest.fixture
def code(own_bank: Bank) -> Code:
    return Code(own_bank)


def test_the_right_code_is_accepted_once(code: Code) -> None:
    assert [code.check() for _ in range(3)] == [ACCEPTED, USED_UP, USED_UP]


def test_a_wrong_code_spends_a_try_and_the_last_try_is_the_last(code: Code) -> None:
    assert [code.check(FALSE) for _ in range(3)] == [WRONG, WRONG, USED_UP]
    assert code.check() is USED_UP


def test_the_right_code_is_still_right_at_the_last_try(code: Code) -> None:
    assert [code.check(FALSE), code.check(FALSE), code.check()] == [WRONG, WRONG, ACCEPTED]


def test_a_code_is_good_until_its_last_second(code: Code) -> None:
    pass_time(code.bank.storage.kiosk, SECONDS - 1)
    assert code.check() is ACCEPTED


def test_a_code_expires_and_stays_expired(code: Code) -> None:
    pass_time(code.bank.storage.kiosk, SECONDS + 1)
    assert code.check() is EXPIRED
    pass_time(code.bank.storage.kiosk, -SECONDS)
    assert code.check() is USED_UP


@pytest.mark.parametrize("other", [
    {"session": b"another session!"}, {"purpose": "payee"}, {"binding": b"b" * 32}, {"challenge": 10**9},
], ids=lambda other: next(iter(other)))  # fmt: skip
def test_a_code_is_good_for_its_own_session_purpose_and_binding_only(code: Code, other: dict[str, Any]) -> None:
    assert [code.check(**other) for _ in range(5)] == [USED_UP] * 5
    assert code.check() is ACCEPTED, "attempts elsewhere spend no tries here"


def test_a_new_code_ends_the_one_before_it_in_the_same_session(own_bank: Bank) -> None:
    first = Code(own_bank)
    second = Code(own_bank, session=first.session)
    elsewhere = Code(own_bank, purpose="payee", session=first.session)
    assert [first.check(), second.check(), elsewhere.check()] == [USED_UP, ACCEPTED, ACCEPTED]


@pytest.fixture
def eight(bank: Bank) -> Iterator[list[Bank]]:
    made = [Bank(bank.folder, ()) for _ in range(8)]
    yield made
    for each in made:
        each.close()


def test_a_code_used_by_eight_threads_at_once_is_accepted_exactly_once(bank: Bank, eight: list[Bank]) -> None:
    for _ in range(5):
        code = Code(bank)
        seen = together([lambda one=one, code=code: code.check(codes=one.storage.codes) for one in eight])
        assert Counter(seen) == {ACCEPTED: 1, USED_UP: 7}


def test_guesses_sent_at_once_get_no_more_tries_than_one_after_the_other(bank: Bank, eight: list[Bank]) -> None:
    code = Code(bank)
    seen = together([lambda one=one: code.check(FALSE, codes=one.storage.codes) for one in eight])
    assert Counter(seen) == {WRONG: 2, USED_UP: 6}


def test_two_checks_standing_at_the_same_code_are_answered_one_after_the_other(
    bank: Bank, eight: list[Bank], admin: Any
) -> None:
    code = Code(bank)
    blocker = administrator(bank.folder)
    try:
        ask(blocker, "START TRANSACTION")
        ask(blocker, "SELECT id FROM one_time_code WHERE id = %s FOR UPDATE", (code.challenge,))
        checks = []
        for one in eight[:2]:
            one.storage.kiosk.rows("trial_balance")
            connection = connection_id(one.storage.kiosk)
            checks.append(InThread(lambda one=one: code.check(codes=one.storage.codes)))
            wait_at_a_lock(admin, connection, "the check waits for the code's row")
        ask(blocker, "ROLLBACK")
        assert sorted(check.result() for check in checks) == [ACCEPTED, USED_UP]
    finally:
        blocker.close()


def test_a_check_whose_answer_was_lost_is_not_made_twice(code: Code, admin: Any) -> None:
    lossy = LostAnswer(code.bank.storage.kiosk, admin)
    lossy.left = 1
    with pytest.raises(StoreUnavailable):
        code.check()
    assert code.check() is USED_UP


# --- codes as the machine makes them -----------------------------------------------------------------------------


def bound_to(amount: Money, payee: str) -> bytes:
    return keyed_digest(b"binding", amount.currency, str(amount.minor), payee)


PAYMENT = {
    "session": b"this session....",
    "purpose": "payment",
    "binding": bound_to(Money.of_major(500), "30010000451"),
}


class Machine:
    """The codes of one machine, from its chance to the database, and a customer they are for."""

    def __init__(self, bank: Bank) -> None:
        self.database = bank.storage.kiosk
        self.codes = OneTimeCodes(bank.storage.codes, bank.storage.vault, SystemRandom(), CodeSettings())
        customer = bank.storage.customers.get(bank.customer())
        assert customer is not None
        self.customer = customer
        pass_time(self.database, 0)

    def issue(self, **other: Any) -> Challenge:
        return self.codes.issue(self.customer, **{**PAYMENT, **other})

    def check(self, challenge: Challenge, **other: Any) -> CodeVerdict:
        return self.codes.check(challenge.challenge_id, **{**PAYMENT, "code": challenge.code, **other})


@pytest.fixture
def machine(own_bank: Bank) -> Machine:
    return Machine(own_bank)


@pytest.mark.parametrize(("asked", "before", "after", "verdict"), [
    pytest.param({"session": b"another session."}, 0, 0, USED_UP, id="another session"),
    pytest.param({"purpose": SIGN_IN}, 0, 0, USED_UP, id="another purpose"),
    pytest.param({"binding": bound_to(Money.of_major(501), "30010000451")}, 0, 0, USED_UP, id="another amount"),
    pytest.param({"binding": bound_to(Money(500_00, "EUR"), "30010000451")}, 0, 0, USED_UP, id="another currency"),
    pytest.param({"binding": bound_to(Money.of_major(500), "77120004418")}, 0, 0, USED_UP, id="another payee"),
    pytest.param({}, 1, 0, USED_UP, id="used twice"),
    pytest.param({}, 0, SECONDS + 1, EXPIRED, id="a second late"),
])  # fmt: skip
def test_the_right_code_is_refused_wherever_it_does_not_belong(
    machine: Machine, asked: dict[str, Any], before: int, after: int, verdict: CodeVerdict
) -> None:
    """``before``: times it was used already; ``after``: seconds that have passed."""
    challenge = machine.issue()
    assert [machine.check(challenge) for _ in range(before)] == [ACCEPTED] * before
    pass_time(machine.database, after)
    assert machine.check(challenge, **asked) is verdict
    assert machine.check(challenge) is (ACCEPTED if asked else USED_UP), "what it is good for was another matter"


@pytest.mark.parametrize("column", ["session", "purpose", "binding"])
def test_a_code_whose_row_was_changed_by_an_administrator_is_wrong(machine: Machine, admin: Any, column: str) -> None:
    """The row says what the machine wants to hear; the MAC says what the code was made for."""
    other = {"session": b"another session.", "purpose": SIGN_IN, "binding": NOTHING}[column]
    challenge = machine.issue(**{column: other})
    ask(admin, f"UPDATE one_time_code SET {column} = %s WHERE id = %s", (PAYMENT[column], challenge.challenge_id))
    assert machine.check(challenge) is WRONG


def test_hundreds_of_guesses_at_one_code_are_three(machine: Machine) -> None:
    """The right one among them comes fourth, and again at the end."""
    challenge = machine.issue()
    others = [f"{(int(challenge.code) + step) % 10**DIGITS:0{DIGITS}d}" for step in range(1, 300)]
    guesses = [*others[:3], challenge.code, *others[3:], challenge.code]
    assert [machine.check(challenge, code=guess) for guess in guesses] == [WRONG, WRONG] + [USED_UP] * 299


# --- lockouts --------------------------------------------------------------------------------------------------------


class Attempts:
    """One customer's attempts at one machine."""

    def __init__(self, bank: Bank) -> None:
        self.rows = bank.storage.lockouts
        self.database = bank.storage.kiosk
        self.customer = bank.customer()

    def fail(self, factor: Factor = Factor.PIN) -> tuple[bool, int]:
        verdict = self.rows.begin(self.customer, factor, 3, DELAYS)
        return verdict.allowed, verdict.left

    @property
    def locked(self) -> int:
        return self.rows.locked_seconds(self.customer)


@pytest.fixture
def attempts(own_bank: Bank) -> Attempts:
    made = Attempts(own_bank)
    pass_time(own_bank.storage.kiosk, 0)
    return made


def test_an_attempt_counts_before_it_is_made_so_a_crash_is_a_failure(attempts: Attempts) -> None:
    assert [attempts.fail() for _ in range(4)] == [(True, 2), (True, 1), (True, 0), (False, 3)]
    assert attempts.locked == DELAYS[0]
    verdict = attempts.rows.begin(attempts.customer, Factor.PIN, 3, DELAYS)
    assert (verdict.allowed, verdict.locked_seconds) == (False, DELAYS[0])


def test_every_lock_is_longer_than_the_one_before_and_the_last_repeats(attempts: Attempts) -> None:
    for delay in (*DELAYS, DELAYS[-1], DELAYS[-1]):
        assert [attempts.fail()[0] for _ in range(3)] == [True] * 3
        assert attempts.locked == delay
        pass_time(attempts.database, delay - 1)
        assert attempts.locked == 1
        assert attempts.fail()[0] is False
        pass_time(attempts.database, 1)
        assert attempts.locked == 0


def test_attempts_while_locked_do_not_make_the_lock_longer(attempts: Attempts) -> None:
    for _ in range(20):
        attempts.fail()
    assert attempts.locked == DELAYS[0]


def test_success_takes_back_failures_locks_and_delays(attempts: Attempts) -> None:
    for _ in range(3):
        attempts.fail()
    attempts.rows.succeeded(attempts.customer, Factor.PIN)
    assert attempts.locked == 0
    assert [attempts.fail() for _ in range(3)] == [(True, 2), (True, 1), (True, 0)]
    assert attempts.locked == DELAYS[0]


def test_one_locked_factor_locks_the_customer_and_no_other_one(attempts: Attempts, own_bank: Bank) -> None:
    for _ in range(3):
        attempts.fail(Factor.PIN)
    assert [attempts.fail(factor)[0] for factor in Factor] == [False] * len(Factor)
    other = Attempts(own_bank)
    assert other.locked == 0
    assert other.fail() == (True, 2)


def test_success_at_one_factor_takes_back_nothing_of_another(attempts: Attempts) -> None:
    for _ in range(2):
        attempts.fail(Factor.PIN)
    attempts.fail(Factor.FINGERPRINT)
    attempts.rows.succeeded(attempts.customer, Factor.FINGERPRINT)
    assert attempts.fail(Factor.PIN) == (True, 0)
    assert attempts.locked == DELAYS[0]


def test_attempts_of_eight_terminals_at_once_are_three_in_all(bank: Bank, eight: list[Bank]) -> None:
    customer = bank.customer()
    seen = together(
        [lambda one=one: one.storage.lockouts.begin(customer, Factor.PIN, 3, DELAYS).allowed for one in eight]
    )
    assert Counter(seen) == {True: 3, False: 5}


def test_attempts_at_an_invented_number_at_eight_terminals_at_once_are_three_in_all(eight: list[Bank]) -> None:
    """Otherwise a second machine would tell invented numbers from locked customers."""
    token = eight[0].storage.vault.number_token(secrets.token_hex(16))
    seen = together(
        [lambda one=one: one.storage.lockouts.begin_invented(token, Factor.PIN, 3, DELAYS).allowed for one in eight]
    )
    assert Counter(seen) == {True: 3, False: 5}


def test_the_memory_of_invented_numbers_is_bounded(own_bank: Bank) -> None:
    """The next number on a slot begins anew, in its place."""
    begin, slot = own_bank.storage.lockouts.begin_invented, b"\xab\xcd"
    first, second = slot + bytes(30), slot + b"\x01" * 30
    assert [begin(first, Factor.PIN, 3, DELAYS).left for _ in range(2)] == [2, 1]
    assert begin(second, Factor.PIN, 3, DELAYS).left == 2
    assert begin(first, Factor.PIN, 3, DELAYS).left == 2
    rows = ask(administrator(own_bank.folder), "SELECT COUNT(*) FROM invented_lockout WHERE slot = 0xabcd DIV 4")
    assert rows == [(1,)]


STEPS = st.lists(
    st.tuples(st.sampled_from([Factor.PIN, Factor.FACE]), st.sampled_from([0, 0, 0, 1, 59, 61, 301])), max_size=12
)


def test_an_invented_number_locks_exactly_as_a_real_customer_does(own_bank: Bank) -> None:
    """Whoever tries numbers learns from no answer which of them exist."""

    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    @example(steps=[(Factor.PIN, 0), (Factor.PIN, 0), (Factor.FACE, 0), (Factor.PIN, 0), (Factor.FACE, 0)])
    @example(steps=[(Factor.PIN, 0)] * 3 + [(Factor.PIN, 61)] * 3 + [(Factor.PIN, 60), (Factor.PIN, 241)])
    def same(steps: list[tuple[Factor, int]]) -> None:
        rule = LockoutRule(
            own_bank.storage.lockouts, LockoutSettings(failures=3, delays=DELAYS), own_bank.storage.vault.number_token
        )  # fmt: skip
        invented_number = secrets.token_hex(16)
        real = Customer(own_bank.customer(), "real", b"p" * 16, "A B", "", "")
        pass_time(own_bank.storage.kiosk, 0)
        for factor, seconds in steps:
            pass_time(own_bank.storage.kiosk, seconds)
            known = rule.attempt(real, "real", factor, lambda: False)
            invented = rule.attempt(None, invented_number, factor, lambda: False)
            assert known == invented

    same()
