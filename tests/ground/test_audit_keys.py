"""A chain of seals that goes on under another master key."""

from __future__ import annotations

import secrets

import pytest

from atm_app.trust.audit import GENESIS, AuditRow, Head, Seal, Sealer
from atm_app.trust.vault import KeyProblem, KeyRing, Vault

CHAIN = "A-1/kiosk"


def rows(first: int, count: int) -> list[AuditRow]:
    return [
        AuditRow(number, CHAIN, "2026-01-01 00:00:00.000000", "test", "done", b"s" * 16, b"p" * 16, "{}")
        for number in range(first, first + count)
    ]


def head_of(seals: tuple[Seal, ...]) -> Head:
    last = seals[-1]
    return Head(CHAIN, last.sequence, last.value, last.key_id)


def problems(sealer: Sealer, seals: tuple[Seal, ...], of: list[AuditRow] | None = None) -> tuple[str, ...]:
    return sealer.verify(of or rows(1, len(seals)), seals, [head_of(seals)], ()).problems


@pytest.fixture
def old() -> KeyRing:
    return KeyRing.generate()


@pytest.fixture
def new(old: KeyRing) -> KeyRing:
    grown = old.grown()
    return KeyRing(grown.last, grown.keys)


@pytest.fixture
def seals(old: KeyRing, new: KeyRing) -> tuple[Seal, ...]:
    """Two under the old key, two under the new one."""
    before = Sealer(Vault(old)).seal(Head(CHAIN, 0, GENESIS), rows(1, 2))
    return before + Sealer(Vault(new)).seal(head_of(before), rows(3, 2))


def test_a_chain_goes_on_under_a_new_key(new: KeyRing, seals: tuple[Seal, ...]) -> None:
    assert [seal.key_id for seal in seals] == ["k1", "k1", "k2", "k2"]
    assert problems(Sealer(Vault(new)), seals) == ()


@pytest.mark.parametrize("place", range(4))
def test_a_changed_row_is_found_under_either_key(new: KeyRing, seals: tuple[Seal, ...], place: int) -> None:
    changed = rows(1, 4)
    changed[place] = AuditRow(place + 1, CHAIN, changed[place].at, "test", "other", b"s" * 16, b"p" * 16, "{}")
    (problem,) = problems(Sealer(Vault(new)), seals, changed)
    assert f"row {place + 1} at place {place + 1} was changed" in problem


def test_a_sealer_with_the_old_ring_goes_on_once_it_finds_the_new_key(
    old: KeyRing, new: KeyRing, seals: tuple[Seal, ...]
) -> None:
    running = Sealer(Vault(old, lambda: new))
    more = running.seal(head_of(seals), rows(5, 1))
    assert more[0].key_id == "k2"
    assert problems(Sealer(Vault(new)), seals + more) == ()
    with pytest.raises(KeyProblem, match="'k2', which is not in the key ring"):
        Sealer(Vault(old)).seal(head_of(seals), rows(5, 1))


def test_a_thief_of_the_old_key_can_add_nothing_to_the_chain(
    old: KeyRing, new: KeyRing, seals: tuple[Seal, ...]
) -> None:
    """Each seal is right by itself; that an old key came after a new one is what gives it away."""
    forged = Sealer(Vault(old)).seal(Head(CHAIN, 4, seals[-1].value), rows(5, 1))
    (problem,) = problems(Sealer(Vault(new)), seals + forged)
    assert problem == f"chain {CHAIN}: place 5 is sealed with an older key than the one before"


def test_a_seal_that_names_another_key_is_found(new: KeyRing, seals: tuple[Seal, ...]) -> None:
    sealer = Sealer(Vault(new))
    for key_id, told in (("k2", "was changed"), ("k9", "not in the key ring"), ("", "not in the key ring")):
        first = Seal(CHAIN, 1, 1, seals[0].value, key_id)
        (problem, *_) = problems(sealer, (first, *seals[1:]))
        assert told in problem


def test_the_newest_of_both_rings_seals(old: KeyRing, new: KeyRing) -> None:
    """What is kept may have grown by a key that is not in force yet; what seals never becomes older."""
    prepared = KeyRing("k1", new.keys)
    vault = Vault(old, lambda: prepared)
    vault.derive("audit", "k2")
    assert (vault.key_id, vault.key_ids) == ("k1", ("k1", "k2"))
    vault.follow("k2")
    assert vault.key_id == "k2"
    vault.follow("k1")
    assert vault.key_id == "k2"


def test_a_ring_that_was_exchanged_is_not_taken_up(old: KeyRing) -> None:
    other = KeyRing("k2", {"k1": secrets.token_bytes(32), "k2": secrets.token_bytes(32)})
    vault = Vault(old, lambda: other)
    with pytest.raises(KeyProblem, match="exchanged"):
        vault.follow("k2")
    assert vault.key_ids == ("k1",)


def test_the_database_passwords_outlive_a_rotation(old: KeyRing, new: KeyRing) -> None:
    assert Vault(old).database_password("kiosk") == Vault(new).database_password("kiosk")
    assert Vault(old).proof("k1") == Vault(new).proof("k1") != Vault(new).proof("k2")
