"""The token of an invitation, what is made of it, and what a machine takes up with it."""

from __future__ import annotations

import json
import secrets

import pytest

from atm_app.trust.audit_keys import KeyElsewhere, TerminalKey, TerminalKeys
from atm_app.trust.invitation import ALPHABET, Bundle, TerminalCredential, Token, TokenProblem
from atm_app.trust.vault import KeyProblem, KeyRing


@pytest.fixture
def token() -> Token:
    return Token.generate()


@pytest.fixture
def bundle() -> Bundle:
    return Bundle(KeyRing.generate().grown(), TerminalCredential.generate("ATM-7", "t:1"))


def test_a_token_is_160_bits_in_nine_groups_of_four(token: Token) -> None:
    groups = token.to_text().split("-")
    assert [len(group) for group in groups] == [4] * 9
    assert len(token.secret) * 8 == 160
    assert Token.from_text(token.to_text()) == token
    assert Token.from_text(f" {token.to_text().lower().replace('-', ' ')}\n") == token


def test_what_is_read_for_another_letter_is_taken_for_it() -> None:
    zeros = Token(bytes(20)).to_text()
    assert Token.from_text(zeros.replace("0", "O")) == Token(bytes(20))
    assert not set("ILOU") & set(ALPHABET)


def test_every_single_slip_of_the_pen_is_seen(token: Token) -> None:
    text = token.to_text()
    for place, letter in enumerate(text):
        if letter != "-":
            other = secrets.choice(ALPHABET.replace(letter, ""))
            with pytest.raises(TokenProblem, match="mistyped"):
                Token.from_text(text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize("text", ["", "K7QF", "K7QF-" * 9, "U" * 36, "é" * 36, "K" * 10_000])
def test_what_is_no_token_is_told_and_not_repeated(text: str) -> None:
    with pytest.raises(TokenProblem, match=r"no token|mistyped") as problem:
        Token.from_text(text)
    assert not text or text not in str(problem.value)


def test_neither_token_nor_credential_shows_itself_when_printed(token: Token, bundle: Bundle) -> None:
    shown = repr(token) + repr(bundle) + str(bundle.credential)
    credential = bundle.credential
    assert not any(password in shown for password in credential.passwords.values())
    assert repr(token.secret) not in shown
    assert repr(credential.audit_key.key) not in shown


def test_user_password_and_bundle_key_are_told_from_each_other_by_nobody(token: Token) -> None:
    other = Token.generate()
    assert len({token.join_user, other.join_user, token.join_password, other.join_password}) == 4
    assert token.join_user.removeprefix("join_") not in token.join_password
    assert len(token.join_user) <= 32, "MySQL's longest user name"


def test_a_bundle_opens_with_its_token_for_its_terminal_alone(token: Token, bundle: Bundle) -> None:
    sealed = token.seal(bundle)
    opened = token.open(sealed, "ATM-7")
    assert (opened.ring, opened.credential) == (bundle.ring, bundle.credential)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong in (
        lambda: token.open(sealed, "ATM-8"), lambda: Token.generate().open(sealed, "ATM-7"),
        lambda: token.open(changed, "ATM-7"), lambda: token.open(b"", "ATM-7"),
    ):  # fmt: skip
        with pytest.raises(KeyProblem):
            wrong()


@pytest.mark.parametrize("change", [
    {"passwords": {"kiosk": "x"}}, {"passwords": None}, {"audit_key": "AAAA"}, {"audit_key": "not base64!"},
    {"audit_key_id": "k1"}, {"audit_key_id": "t:0"}, {"passwords": {"kiosk": "", "staff": ""}},
])  # fmt: skip
def test_a_damaged_credential_is_refused(bundle: Bundle, change: dict[str, object]) -> None:
    text = bundle.credential.to_text()
    assert TerminalCredential.from_text(text) == bundle.credential
    with pytest.raises(KeyProblem):
        TerminalCredential.from_text(json.dumps({**json.loads(text), **change}))
    for nonsense in ("", "[]", "null", "{}", text[:-9]):
        with pytest.raises(KeyProblem):
            TerminalCredential.from_text(nonsense)


def test_a_terminals_key_is_found_for_its_own_chains_alone() -> None:
    own, foreign = TerminalKey("ATM-7", "t:2", b"o" * 32), {("ATM-8", "t:1"): b"e" * 32}
    machine, centre = TerminalKeys(own), TerminalKeys(own, lambda: foreign)
    for keys in (machine, centre):
        assert keys.find("ATM-7/kiosk", "t:2") == b"o" * 32
        assert keys.sealing("ATM-7/staff") is own
        assert keys.sealing("ATM-77/kiosk") is None
    assert centre.find("ATM-8/kiosk", "t:1") == b"e" * 32
    with pytest.raises(KeyElsewhere):
        machine.find("ATM-8/kiosk", "t:1")
    for chain, key_id in (("ATM-8/kiosk", "t:2"), ("ATM-9/kiosk", "t:1"), ("ATM-7/kiosk", "t:3")):
        with pytest.raises(KeyProblem, match="never given") as problem:
            centre.find(chain, key_id)
        assert not isinstance(problem.value, KeyElsewhere), "at the centre it is a finding"
