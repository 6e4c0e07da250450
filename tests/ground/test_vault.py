"""Keys and what is done with them."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atm_app.trust.vault import KeyProblem, KeyRing, Vault, keyed_digest, normalised

OWNER, OTHER = b"o" * 16, b"x" * 16


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault(KeyRing.generate())


def test_every_purpose_has_a_key_of_its_own(vault: Vault) -> None:
    purposes = ["wrap", "blind-index", "one-time-code", "pin-pepper", "audit", "database/kiosk", "database/staff"]
    keys = {vault.derive(purpose) for purpose in purposes}
    assert len(keys) == len(purposes)
    assert all(len(key) == 32 for key in keys)
    assert vault.derive("audit") == vault.derive("audit")
    assert Vault(KeyRing.generate()).derive("audit") not in keys


def test_what_was_sealed_opens_for_its_owner_and_kind_only(vault: Vault) -> None:
    data_key, wrapped = vault.new_data_key(OWNER)
    assert vault.unwrap(wrapped, OWNER, vault.key_id) == data_key
    sealed = vault.seal(data_key, b"plain", OWNER, "name")
    assert vault.open(data_key, sealed, OWNER, "name") == b"plain"
    other_key, _ = vault.new_data_key(OWNER)
    for attempt in (
        lambda: vault.open(data_key, sealed, OTHER, "name"),
        lambda: vault.open(data_key, sealed, OWNER, "email"),
        lambda: vault.open(other_key, sealed, OWNER, "name"),
        lambda: vault.unwrap(wrapped, OTHER, vault.key_id),
        lambda: Vault(KeyRing.generate()).unwrap(wrapped, OWNER, "k1"),
        lambda: vault.unwrap(wrapped, OWNER, "k9"),
        lambda: vault.open(data_key, b"", OWNER, "name"),
        lambda: vault.open(data_key, sealed[:20], OWNER, "name"),
    ):
        with pytest.raises(KeyProblem):
            attempt()


@settings(deadline=None, max_examples=60)
@given(plain=st.binary(max_size=64), place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_changed_bit_keeps_it_shut(vault: Vault, plain: bytes, place: int, bit: int) -> None:
    data_key = secrets.token_bytes(32)
    sealed = bytearray(vault.seal(data_key, plain, OWNER, "name"))
    assert vault.open(data_key, bytes(sealed), OWNER, "name") == plain
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(KeyProblem):
        vault.open(data_key, bytes(sealed), OWNER, "name")


def test_the_same_text_sealed_twice_looks_different(vault: Vault) -> None:
    data_key, _ = vault.new_data_key(OWNER)
    assert len({vault.seal(data_key, b"plain", OWNER, "name") for _ in range(20)}) == 20


def test_an_old_key_still_opens_after_a_new_one_became_active() -> None:
    old = KeyRing.generate()
    data_key, wrapped = Vault(old).new_data_key(OWNER)
    both = Vault(KeyRing("k2", {**old.keys, "k2": secrets.token_bytes(32)}))
    assert both.unwrap(wrapped, OWNER, "k1") == data_key
    with pytest.raises(KeyProblem):
        both.unwrap(wrapped, OWNER, both.key_id)


def test_a_ring_survives_its_text_form() -> None:
    ring = KeyRing.generate()
    again = KeyRing.from_text(ring.to_text())
    assert (again.active, dict(again.keys)) == (ring.active, dict(ring.keys))


def test_a_pin_matches_for_its_owner_only_and_never_without_a_hash(vault: Vault) -> None:
    stored = vault.pin_hash("2580", OWNER)
    assert b"2580" not in stored
    assert vault.pin_matches("2580", OWNER, stored)
    assert not vault.pin_matches("2581", OWNER, stored)
    assert not vault.pin_matches("2580", OTHER, stored)
    assert not vault.pin_matches("2580", OWNER, None)
    assert not Vault(KeyRing.generate()).pin_matches("2580", OWNER, stored)
    assert stored != vault.pin_hash("2580", OWNER)


def test_a_pins_hash_says_which_key_its_pepper_is_of_and_is_old_once_another_is_active() -> None:
    old = KeyRing.generate()
    new = KeyRing("k2", old.grown().keys)
    stored = Vault(old).pin_hash("2580", OWNER)
    assert stored.startswith(b"k1$2b$12$")
    vault = Vault(new)
    assert vault.pin_matches("2580", OWNER, stored)
    assert not vault.pin_matches("2581", OWNER, stored)
    assert vault.pin_hash_is_old(stored)
    assert not vault.pin_hash_is_old(vault.pin_hash("2580", OWNER))
    for foreign in (stored.replace(b"k1$", b"k9$"), b"no hash"):
        with pytest.raises(KeyProblem):
            vault.pin_matches("2580", OWNER, foreign)
    assert not vault.pin_matches("2580", OWNER, stored.replace(b"k1$", b"k2$"))


def test_a_code_is_bound_to_session_purpose_and_binding(vault: Vault) -> None:
    right = vault.code_mac(b"s" * 16, "sign_in", bytes(32), "123456")
    assert right == vault.code_mac(b"s" * 16, "sign_in", bytes(32), "123456")
    others = {
        vault.code_mac(b"t" * 16, "sign_in", bytes(32), "123456"),
        vault.code_mac(b"s" * 16, "payee", bytes(32), "123456"),
        vault.code_mac(b"s" * 16, "sign_in", b"b" * 32, "123456"),
        vault.code_mac(b"s" * 16, "sign_in", bytes(32), "123457"),
    }
    assert len(others) == 4
    assert right not in others


PARTS = st.lists(st.binary(max_size=4), max_size=4)


@given(PARTS, PARTS)
def test_no_two_lists_of_parts_read_the_same(first: list[bytes], second: list[bytes]) -> None:
    assert (keyed_digest(b"k", *first) == keyed_digest(b"k", *second)) is (first == second)


@pytest.mark.parametrize(("first", "second"), [
    ("Asha  RAO ", "asha rao"), ("STRASSE", "straße"), ("Ａｓｈａ", "asha"), ("e\u0301", "\u00e9"),
])  # fmt: skip
def test_texts_that_look_alike_are_compared_alike(vault: Vault, first: str, second: str) -> None:
    assert normalised(first) == normalised(second)
    assert vault.blind_index("name", first) == vault.blind_index("name", second)
