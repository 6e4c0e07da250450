"""Codes that are not sent: of an authenticator app, and on a list of paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from atm_app.identity.authenticator_app import SECRET_BYTES, STEP_SECONDS, AuthenticatorApps
from atm_app.identity.code_lists import CODES_ON_A_LIST, TRIES, CodeLists
from atm_app.simulation.fake_stores import FakeAuthenticators, FakeCodeLists
from atm_app.stores import Customer
from atm_app.trust.vault import KeyRing, Vault
from commands.system_random import SystemRandom
from tests.world import HandClock

ASHA = Customer(7, "100007", b"p" * 16, "Asha Rao", "", "")
BINOD = Customer(8, "100008", b"q" * 16, "Binod Thapa", "", "")
SESSION = b"s" * 16


class Telephone:
    """Somebody's app, with a clock of its own."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)

    def code(self, at: datetime) -> str:
        return self._totp.at(at)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def apps(clock: HandClock) -> AuthenticatorApps:
    return AuthenticatorApps(FakeAuthenticators(), clock, SystemRandom(), "Sahyadri Bank")


def set_up(apps: AuthenticatorApps, clock: HandClock) -> Telephone:
    secret = apps.new_secret()
    telephone = Telephone(secret)
    assert apps.set_up(ASHA, secret, telephone.code(clock.now()), SESSION)
    clock.advance(STEP_SECONDS, lambda: None)
    return telephone


def test_any_app_reads_the_uri(apps: AuthenticatorApps) -> None:
    secret = apps.new_secret()
    read = pyotp.parse_uri(apps.uri(ASHA, secret))
    assert (read.secret, read.issuer, read.name) == (secret, "Sahyadri Bank", "100007")
    assert len(pyotp.TOTP(secret).byte_secret()) == SECRET_BYTES
    assert "Asha" not in apps.uri(ASHA, secret)
    assert parse_qs(urlsplit(apps.uri(ASHA, secret)).query)["issuer"] == ["Sahyadri Bank"]


def test_a_code_signs_in_once(apps: AuthenticatorApps, clock: HandClock) -> None:
    telephone = set_up(apps, clock)
    code = telephone.code(clock.now())
    assert apps.check(ASHA, code)
    assert not apps.check(ASHA, code), "whoever saw it being typed has nothing"


def test_the_code_that_set_it_up_does_not_sign_in(apps: AuthenticatorApps, clock: HandClock) -> None:
    secret = apps.new_secret()
    code = Telephone(secret).code(clock.now())
    assert apps.set_up(ASHA, secret, code, SESSION)
    assert not apps.check(ASHA, code)


@pytest.mark.parametrize(("seconds_off", "accepted"), [
    (-2 * STEP_SECONDS, False), (-STEP_SECONDS, True), (0, True), (STEP_SECONDS, True), (2 * STEP_SECONDS, False),
])  # fmt: skip
def test_a_telephone_may_be_one_step_off(
    apps: AuthenticatorApps, clock: HandClock, seconds_off: int, accepted: bool
) -> None:
    telephone = set_up(apps, clock)
    clock.advance(4 * STEP_SECONDS, lambda: None)
    assert apps.check(ASHA, telephone.code(clock.now() + timedelta(seconds=seconds_off))) is accepted


def test_an_earlier_code_is_worth_nothing_once_a_later_one_was_used(apps: AuthenticatorApps, clock: HandClock) -> None:
    telephone = set_up(apps, clock)
    clock.advance(STEP_SECONDS, lambda: None)
    earlier = telephone.code(clock.now() - timedelta(seconds=STEP_SECONDS))
    assert apps.check(ASHA, telephone.code(clock.now()))
    assert not apps.check(ASHA, earlier)


def test_a_code_of_somebody_else_or_of_nobody(apps: AuthenticatorApps, clock: HandClock) -> None:
    telephone = set_up(apps, clock)
    assert not apps.has(BINOD)
    assert not apps.check(BINOD, telephone.code(clock.now()))
    for code in ("", "12345", "abcdef", "१२३४५६", "1234567"):
        assert not apps.check(ASHA, code)


def test_a_secret_is_kept_only_when_the_app_has_shown_a_code_of_it(apps: AuthenticatorApps, clock: HandClock) -> None:
    assert not apps.set_up(ASHA, apps.new_secret(), Telephone(apps.new_secret()).code(clock.now()), SESSION)
    assert not apps.has(ASHA)


def test_a_removed_app_signs_nobody_in(apps: AuthenticatorApps, clock: HandClock) -> None:
    telephone = set_up(apps, clock)
    assert apps.remove(ASHA, SESSION)
    assert not apps.check(ASHA, telephone.code(clock.now()))
    assert not apps.remove(ASHA, SESSION)


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing.generate()


@pytest.fixture
def lists(ring: KeyRing) -> CodeLists:
    return CodeLists(FakeCodeLists(), Vault(ring), SystemRandom())


def test_the_codes_of_a_list_are_used_in_their_order_and_once(lists: CodeLists) -> None:
    codes = lists.issue(ASHA)
    assert len(set(codes)) > CODES_ON_A_LIST / 2
    assert not lists.check(ASHA, 2, codes[1]), "the second is not asked for yet"
    for number, code in enumerate(codes, 1):
        assert lists.next_number(ASHA) == number
        assert lists.check(ASHA, number, code)
        assert not lists.check(ASHA, number, code)
    assert lists.next_number(ASHA) == 0


def test_three_wrong_guesses_pass_a_number_over(lists: CodeLists) -> None:
    codes = lists.issue(ASHA)
    wrong = f"{(int(codes[0]) + 1) % 1_000_000:06d}"
    for _ in range(TRIES):
        assert not lists.check(ASHA, 1, wrong)
    assert lists.next_number(ASHA) == 2
    assert not lists.check(ASHA, 1, codes[0])
    assert lists.check(ASHA, 2, codes[1])


def test_a_new_list_ends_the_old_one_and_nobody_uses_anothers(lists: CodeLists) -> None:
    old = lists.issue(ASHA)
    new = lists.issue(ASHA)
    assert old[0] == new[0] or not lists.check(ASHA, 1, old[0])
    lists.issue(BINOD)
    assert not lists.check(BINOD, 1, new[0])


def test_a_list_outlives_a_new_key(ring: KeyRing) -> None:
    store, random = FakeCodeLists(), SystemRandom()
    codes = CodeLists(store, Vault(ring), random).issue(ASHA)
    rotated = KeyRing("k2", {**ring.keys, "k2": random.token_bytes(32)})
    assert CodeLists(store, Vault(rotated), random).check(ASHA, 1, codes[0])
