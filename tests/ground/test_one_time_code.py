"""Codes: six digits of the machine's chance, kept as a MAC, never shown by accident."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from atm_app.config import CodeSettings
from atm_app.identity.one_time_code import DIGITS, NOTHING_BOUND, SIGN_IN, Challenge, OneTimeCodes
from atm_app.simulation.clock import Time
from atm_app.simulation.fake_stores import FakeCodes
from atm_app.stores import CodeVerdict, Customer
from atm_app.trust.vault import KeyRing, Vault
from commands.system_random import SystemRandom

ASHA = Customer(7, "100007", b"p" * 16, "Asha Rao", "", "asha@customer.example")
SESSION = b"s" * 16


class Fixed:
    def __init__(self, number: int) -> None:
        self.number = number

    def randbelow(self, upper: int) -> int:
        assert upper == 1_000_000
        return self.number

    def token_bytes(self, count: int) -> bytes:
        return bytes(count)


class Kept:
    """What reaches the database."""

    def __init__(self) -> None:
        self.issued: tuple[Any, ...] = ()
        self.checked: tuple[Any, ...] = ()

    def issue(self, *given: Any) -> int:
        self.issued = given
        return 41

    def key_of(self, challenge: int) -> str:
        return str(self.issued[5])

    def check(self, *given: Any) -> CodeVerdict:
        self.checked = given
        return CodeVerdict.ACCEPTED


@pytest.fixture
def vault() -> Vault:
    return Vault(KeyRing.generate())


@pytest.mark.parametrize(("number", "code"), [(0, "000000"), (42, "000042"), (999_999, "999999")])
def test_a_code_has_six_digits_and_leading_zeros(vault: Vault, number: int, code: str) -> None:
    assert OneTimeCodes(Kept(), vault, Fixed(number), CodeSettings()).issue(ASHA, SESSION).code == code


def test_the_database_is_given_a_mac_and_never_the_code(vault: Vault) -> None:
    kept = Kept()
    codes = OneTimeCodes(kept, vault, Fixed(123_456), CodeSettings(seconds=120, tries=2))
    challenge = codes.issue(ASHA, SESSION)
    mac = vault.code_mac(SESSION, SIGN_IN, NOTHING_BOUND, "123456")
    assert kept.issued == (7, SESSION, SIGN_IN, NOTHING_BOUND, mac, "k1", 120, 2)
    assert "123456" not in repr(kept.issued)
    codes.check(challenge.challenge_id, SESSION, "123456")
    assert kept.checked == (41, SESSION, SIGN_IN, NOTHING_BOUND, mac)
    codes.check(challenge.challenge_id, SESSION, "123456", "payee", b"b" * 32)
    assert kept.checked[-1] != mac


def test_a_challenge_does_not_show_its_code() -> None:
    assert "123456" not in f"{Challenge(41, '123456')!r} {Challenge(41, '123456')}"


def test_codes_are_spread_over_all_the_numbers(vault: Vault) -> None:
    codes = OneTimeCodes(Kept(), vault, SystemRandom(), CodeSettings())
    drawn = [codes.issue(ASHA, SESSION).code for _ in range(400)]
    assert all(len(code) == 6 and code.isdigit() for code in drawn)
    assert len(set(drawn)) > 390
    assert {code[0] for code in drawn} == set("0123456789")


@pytest.mark.parametrize("guesses", [
    20_000, pytest.param(10**DIGITS, marks=[pytest.mark.soak, pytest.mark.timeout(900)]),
])  # fmt: skip
def test_of_all_the_codes_there_are_three_are_tried(vault: Vault, guesses: int) -> None:
    """Every guess is a different code and the right one comes fourth: a limit that lets one more through lets it in.
    The fake decides as the database does, by one contract (tests/simulation/test_contract.py)."""
    codes = OneTimeCodes(FakeCodes(Time()), vault, Fixed(3), CodeSettings(tries=3))
    challenge = codes.issue(ASHA, SESSION)
    seen = Counter(codes.check(challenge.challenge_id, SESSION, f"{guess:0{DIGITS}d}") for guess in range(guesses))
    assert seen == {CodeVerdict.WRONG: 2, CodeVerdict.USED_UP: guesses - 2}
    assert codes.check(challenge.challenge_id, SESSION, challenge.code) is CodeVerdict.USED_UP
