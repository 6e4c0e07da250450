"""The key ring's file: outside the database, its owner's alone, never made anew beside an existing database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from db import key_file
from db.folder import DataFolder
from db.key_file import KeyFile
from db.key_source import ENVIRONMENT, read_or_make, source_of
from db.storage import Storage
from tests.db.bank import Bank


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    return tmp_path / "atm.key"


def test_a_first_start_makes_a_ring_that_the_next_one_reads(path: Path) -> None:
    made = read_or_make(source_of(path), database_exists=False)
    assert path.stat().st_mode & 0o777 == 0o600
    again = read_or_make(source_of(path), database_exists=True)
    assert (again.active, dict(again.keys)) == (made.active, dict(made.keys))
    assert [file.name for file in path.parent.iterdir()] == ["atm.key"]


def test_two_machines_have_two_keys(path: Path) -> None:
    first = read_or_make(source_of(path), database_exists=False)
    second = read_or_make(KeyFile(path.with_name("other.key")), database_exists=False)
    assert first.keys["k1"] != second.keys["k1"]


def test_a_lost_key_file_beside_a_database_is_seen_and_not_made_anew(path: Path) -> None:
    with pytest.raises(KeyProblem, match="missing"):
        read_or_make(source_of(path), database_exists=True)
    assert not path.exists()


def test_a_data_folder_whose_key_file_is_lost_does_not_open(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    kept = bank.folder.key_file.with_name("kept.key")
    bank.folder.key_file.rename(kept)
    try:
        with pytest.raises(KeyProblem, match="missing"):
            Storage(bank.folder, bank.terminal, "INR")
        assert not bank.folder.key_file.exists()
    finally:
        kept.rename(bank.folder.key_file)


def test_a_first_start_killed_before_the_database_was_whole_starts_again(path: Path) -> None:
    folder = DataFolder(path.parent).prepare()
    (folder.database / "data").mkdir(parents=True)
    assert not folder.has_database
    Storage(folder, "K-1", "INR").intents.close()
    assert folder.key_file.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_file_others_can_read_is_refused_with_what_to_do(path: Path, mode: int) -> None:
    key_file.write(path, KeyRing.generate())
    path.chmod(mode)
    with pytest.raises(KeyProblem, match=f"chmod 600 {path}"):
        key_file.read(path)


@pytest.mark.parametrize("text", [
    "", "{}", "[]", "null", '{"active": "k1"}',
    '{"active": "k1", "keys": {}}', '{"active": "k1", "keys": {"k1": "AAAA"}}',
    '{"active": "k2", "keys": {"k1": "' + "A" * 43 + '="}}', '{"active": "k1", "keys": {"k1": "not base64!"}}',
    '{"active": "k1", "keys": {"k1": 5}}', '{"active": "k1", "keys": []}',
])  # fmt: skip
def test_a_damaged_key_file_is_refused_and_left_as_it_is(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyProblem):
        read_or_make(source_of(path), database_exists=False)
    assert path.read_text() == text


def test_the_environment_outranks_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_file.write(path, KeyRing.generate())
    other = KeyRing.generate()
    monkeypatch.setenv(ENVIRONMENT, other.to_text())
    assert dict(read_or_make(source_of(path), database_exists=True).keys) == dict(other.keys)
    monkeypatch.setenv(ENVIRONMENT, "nonsense")
    with pytest.raises(KeyProblem):
        read_or_make(source_of(path), database_exists=True)


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = KeyRing.generate()
    key_file.write(path, first)

    def fail(descriptor: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        key_file.write(path, KeyRing.generate())
    assert dict(key_file.read(path).keys) == dict(first.keys)


def test_neither_ring_nor_vault_show_their_keys_when_printed() -> None:
    ring = KeyRing.generate()
    shown = repr(ring) + repr(Vault(ring)) + str(ring)
    assert ring.keys["k1"].hex() not in shown
    assert repr(ring.keys["k1"])[2:-1] not in shown
