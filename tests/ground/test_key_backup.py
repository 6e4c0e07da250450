"""A key ring under a passphrase."""

from __future__ import annotations

import json

import pytest

from atm_app.trust.key_backup import LEAST_PASSPHRASE, opened_ring, sealed_ring
from atm_app.trust.vault import KeyProblem, KeyRing

PASSPHRASE = "four words in a safe"


@pytest.fixture(scope="module")
def ring() -> KeyRing:
    return KeyRing.generate().grown()


@pytest.fixture(scope="module")
def sealed(ring: KeyRing) -> str:
    return sealed_ring(ring, PASSPHRASE)


def test_it_opens_with_its_passphrase_only_and_shows_no_key(ring: KeyRing, sealed: str) -> None:
    assert opened_ring(sealed, PASSPHRASE) == ring
    assert not any(text in sealed for text in (*json.loads(ring.to_text())["keys"].values(), PASSPHRASE, "k1"))
    with pytest.raises(KeyProblem, match="another one, or the file is damaged"):
        opened_ring(sealed, PASSPHRASE + " ")


@pytest.mark.parametrize(
    "name", ["sealed", pytest.param("salt", marks=pytest.mark.slow), pytest.param("nonce", marks=pytest.mark.slow)]
)
def test_a_changed_letter_keeps_it_shut(sealed: str, name: str) -> None:
    data = json.loads(sealed)
    data[name] = ("A" if data[name][0] != "A" else "B") + data[name][1:]
    with pytest.raises(KeyProblem, match="another one, or the file is damaged"):
        opened_ring(json.dumps(data), PASSPHRASE)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 1, "salt": "?", "nonce": "", "sealed": ""}'])
def test_what_is_no_ring_says_so(text: str) -> None:
    with pytest.raises(KeyProblem, match="no key ring"):
        opened_ring(text, PASSPHRASE)


def test_one_of_another_version_says_so(sealed: str) -> None:
    with pytest.raises(KeyProblem, match="another version"):
        opened_ring(json.dumps({**json.loads(sealed), "format": "2"}), PASSPHRASE)


def test_a_short_passphrase_is_refused(ring: KeyRing) -> None:
    with pytest.raises(KeyProblem, match=f"at least {LEAST_PASSPHRASE}"):
        sealed_ring(ring, "a" * (LEAST_PASSPHRASE - 1))
