"""A backup: made beside a running machine, whole or not there at all, and every damage found before it is used."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import resource
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.intent_ports import Intent, IntentState
from atm_app.stores import Outcome
from atm_app.trust.vault import KeyProblem, KeyRing, Vault
from db import manifest as manifests
from db import wrapped_keys
from db.backup import back_up, found_at, renew_all_keys, renew_keys
from db.folder import DataFolder
from db.intents import IntentRows
from db.locks import alone
from db.manifest import HEADS, INTENTS, PARTS, ROWS, Manifest, read_manifest
from db.wrapped_keys import BackupProblem, keys_of_folder
from tests.at_rest import await_rest, copy_of
from tests.db.bank import Bank, InThread, administrator, ask, fresh_id


@dataclasses.dataclass
class Machine:
    """A running one with three customers, one of them with money held, and its backup."""

    bank: Bank
    numbers: list[str]
    places: Path
    backup: Path
    manifest: Manifest

    @property
    def vault(self) -> Vault:
        return self.bank.storage.vault


@pytest.fixture(scope="module")
def machine(first_start: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Read by the tests of this file and spoilt by none."""
    folder = copy_of(first_start)
    bank = Bank(folder)
    customers = [bank.customer(name) for name in ("Asha Rao", "Binod Thapa", "Chitra Iyer")]
    accounts = [bank.account(customer, 1000) for customer in customers]
    request = bank.held(customers[0], accounts[0], 2)
    bank.storage.intents.record(Intent(request, IntentState.HELD, Money.of_major(200)))
    numbers = [found.number for customer in customers if (found := bank.storage.customers.get(customer))]
    places = tmp_path_factory.mktemp("backups") / "of this machine"
    (places / ".20200101T000000Z.new").mkdir(parents=True)  # what a backup that was killed leaves
    backup, manifest = back_up(bank.storage, places, bank.terminal, "INR")
    yield Machine(bank, numbers, places, backup, manifest)
    bank.close()
    shutil.rmtree(folder.root, ignore_errors=True)


@pytest.fixture
def copied(machine: Machine, tmp_path: Path) -> Path:
    """The backups' folder, for a test to spoil."""
    made = tmp_path / "copied"
    shutil.copytree(machine.places, made)
    return made


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_it_says_what_the_database_has(machine: Machine) -> None:
    admin = administrator(machine.bank.folder)
    manifest = read_manifest(machine.backup, machine.vault)
    tables = {name for (name, _) in ask(admin, "SHOW FULL TABLES WHERE table_type = 'BASE TABLE'")}
    assert set(manifest.rows) == tables - {"schema_step", "schema_definition"}, "a new table wants its line in the view"
    for name in ("customer", "account", "journal", "posting", "hold", "template", "customer_detail", "data_key"):
        assert ask(admin, f"SELECT COUNT(*) FROM {name}") == [(manifest.rows[name],)], name
    admin.close()
    assert manifest == machine.manifest
    assert (manifest.customers, manifest.terminal) == (3, machine.bank.terminal)
    assert manifest.trial_balance["open_holds"] == 1
    assert not any(value for name, value in manifest.trial_balance.items() if name != "open_holds")
    assert manifest.audit_rows > 5
    chains = {json.loads(line)["chain"] for line in (machine.backup / HEADS).read_text().splitlines()}
    assert f"{machine.bank.terminal}/kiosk" in chains
    journal = IntentRows(machine.backup / INTENTS)
    assert [intent.state for intent in journal.open()] == [IntentState.HELD]
    journal.close()


def test_it_is_its_owners_alone_and_nothing_else_is_left(machine: Machine) -> None:
    assert sorted(entry.name for entry in machine.places.iterdir()) == [machine.backup.name, wrapped_keys.NAME]
    assert sorted(entry.name for entry in machine.backup.iterdir()) == sorted([*PARTS, manifests.NAME])
    for path in (machine.backup, *machine.backup.iterdir(), machine.places / wrapped_keys.NAME):
        assert path.stat().st_mode & 0o077 == 0, path
    assert not machine.bank.folder.trial.root.exists()


def test_data_keys_are_in_one_file_for_all_backups_and_nowhere_else(machine: Machine) -> None:
    keys = keys_of_folder(machine.places, machine.vault)
    assert keys is not None
    assert keys.living == 3
    admin = administrator(machine.bank.folder)
    wrapped = {bytes(value) for (value,) in ask(admin, "SELECT wrapped FROM data_key")}
    admin.close()
    assert {key.wrapped for key in keys.keys.values()} == wrapped
    rows = gzip.decompress((machine.backup / ROWS).read_bytes())
    others = [path.read_bytes() for path in machine.backup.iterdir() if path.name != ROWS]
    for key in wrapped:
        assert not any(key in part or key.hex().encode() in part.lower() for part in (rows, *others))
    assert b"Asha" not in rows
    assert b"customer.example" not in rows


def test_it_is_audited_and_the_machine_goes_on(machine: Machine) -> None:
    rows = machine.bank.storage.kiosk.rows("all_rows")
    assert [row["outcome"] for row in rows if row["event"] == "database_backup"] == ["done"]
    machine.bank.check_books()


# --- what is found before anything is overwritten --------------------------------------------------------------------


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _exchange(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("spoil", [_flip, _cut, _exchange, Path.unlink], ids=["flipped", "cut", "other", "gone"])
def test_a_spoilt_part_is_found(
    machine: Machine, copied: Path, name: str, spoil: Callable[[Path], None]
) -> None:  # fmt: skip
    part = copied / machine.backup.name / name
    spoil(part)
    with pytest.raises(BackupProblem, match=name.replace(".", r"\.")):
        read_manifest(part.parent, machine.vault)


def test_a_manifest_somebody_wrote_anew_is_found(machine: Machine, copied: Path) -> None:
    """With the digest of rows of their own."""
    backup = copied / machine.backup.name
    (backup / ROWS).write_bytes(gzip.compress(b"DROP DATABASE atm;"))
    entry = json.loads((backup / manifests.NAME).read_text())
    entry["files"][ROWS] = manifests.digest(backup / ROWS)
    (backup / manifests.NAME).write_text(json.dumps(entry))
    with pytest.raises(BackupProblem, match="damaged, or belongs to another"):
        read_manifest(backup, machine.vault)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"mac": "zz"}', "\x00\x01"])
def test_what_is_no_manifest_or_no_file_of_keys_says_so(machine: Machine, copied: Path, text: str) -> None:
    backup = copied / machine.backup.name
    (backup / manifests.NAME).write_text(text)
    (copied / wrapped_keys.NAME).write_text(text)
    with pytest.raises(BackupProblem, match="is damaged"):
        read_manifest(backup, machine.vault)
    with pytest.raises(BackupProblem, match="is damaged"):
        keys_of_folder(copied, machine.vault)


@pytest.mark.parametrize("spoil", [_flip, _cut], ids=["flipped", "cut"])
def test_a_spoilt_file_of_keys_is_found(machine: Machine, copied: Path, spoil: Callable[[Path], None]) -> None:
    spoil(copied / wrapped_keys.NAME)
    with pytest.raises(BackupProblem, match="is damaged"):
        keys_of_folder(copied, machine.vault)


def test_a_key_ring_that_is_another_one_is_told(machine: Machine) -> None:
    stranger = Vault(KeyRing.generate())
    with pytest.raises(BackupProblem, match="another machine's key ring"):
        read_manifest(machine.backup, stranger)
    with pytest.raises(BackupProblem, match="another machine's key ring"):
        keys_of_folder(machine.places, stranger)


def test_a_backup_under_a_key_that_is_not_in_the_ring_is_told(machine: Machine, copied: Path) -> None:
    grown = machine.vault._ring.grown()
    newer = Vault(KeyRing(grown.last, grown.keys))
    backup = copied / machine.backup.name
    dataclasses.replace(machine.manifest, key_id=grown.last).write(backup, newer)
    assert read_manifest(backup, newer).key_id == grown.last
    with pytest.raises(KeyProblem, match="not in the key ring"):
        read_manifest(backup, machine.vault)


# --- whole or not there ----------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_no_half_backup_and_the_one_before(machine: Machine, copied: Path) -> None:
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(BackupProblem, match=r"nothing was written .*: File too large"):
            back_up(machine.bank.storage, copied, machine.bank.terminal, "INR")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before
    assert len(list(copied.iterdir())) == 2


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="only root makes a small disk")
def test_a_disk_without_room_for_a_second_database_says_so(first_start: DataFolder, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir(mode=0o711)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o711)  # as root the database's own user passes through
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=190M,mode=711", "tmpfs", str(disk)], check=True)
    try:
        subprocess.run(["cp", "--archive", str(first_start.root), str(disk / "machine")], check=True)
        bank = Bank(DataFolder(disk / "machine"))
        try:
            with pytest.raises(BackupProblem, match=r"\d+ MB are free .*, 110 MB are needed"):
                back_up(bank.storage, tmp_path / "backups", bank.terminal, "INR")
            bank.check_books()
            assert list((tmp_path / "backups").iterdir()) == []
            assert not bank.folder.trial.root.exists()
        finally:
            bank.close()
            await_rest(bank.folder)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)  # its server has just gone


def test_a_folder_of_another_machine_gets_no_backup(machine: Machine, copied: Path) -> None:
    before = (copied / wrapped_keys.NAME).read_bytes()
    wrapped_keys.write_keys(copied, wrapped_keys.WrappedKeys("2026-01-01", {}), Vault(KeyRing.generate()))
    assert (copied / wrapped_keys.NAME).read_bytes() != before
    with pytest.raises(BackupProblem, match="another machine's key ring"):
        back_up(machine.bank.storage, copied, machine.bank.terminal, "INR")


def test_a_database_that_cannot_be_read_says_so(
    machine: Machine, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts it is no administrator of the server."""
    monkeypatch.setattr("getpass.getuser", lambda: "nobody")
    with pytest.raises(BackupProblem, match="the database cannot be read"):
        back_up(machine.bank.storage, copied, machine.bank.terminal, "INR")
    assert len(list(copied.iterdir())) == 2


def test_of_two_at_once_one_is_refused(machine: Machine, tmp_path: Path) -> None:
    with alone(machine.bank.folder.backup_lock), pytest.raises(BackupProblem, match="under way"):
        back_up(machine.bank.storage, tmp_path / "other", machine.bank.terminal, "INR")
    assert not (tmp_path / "other").exists()


def test_a_path_means_a_backup_or_the_newest_of_a_folder(machine: Machine, copied: Path, tmp_path: Path) -> None:
    assert found_at(machine.backup) == machine.backup
    (copied / ".20991231T235959Z.new").mkdir()
    later = copied / "20990101T000000Z"
    shutil.copytree(machine.backup, later)
    assert found_at(copied) == later
    for nothing in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(BackupProblem, match="no backup at"):
            found_at(nothing)


# --- what an erasure reaches -----------------------------------------------------------------------------------------


def test_an_erased_customers_key_goes_from_the_file_and_its_old_bytes_are_overwritten(
    machine: Machine, copied: Path
) -> None:
    storage = machine.bank.storage
    leaver = storage.customers.get(machine.bank.customer("Dara Singh"))
    assert leaver is not None
    assert renew_keys(storage, copied) == 4
    with (copied / wrapped_keys.NAME).open("rb") as before:
        keys = keys_of_folder(copied, machine.vault)
        assert keys is not None
        wrapped = keys.keys[leaver.pseudonym].wrapped
        assert wrapped.hex().encode() in before.read()
        assert storage.customers.erase(leaver.number) == ""
        assert renew_keys(storage, copied) == 3
        before.seek(0)
        assert set(before.read()) == {0}, "the file it was"
    text = (copied / wrapped_keys.NAME).read_text()
    assert wrapped.hex() not in text
    now = keys_of_folder(copied, machine.vault)
    assert now is not None
    assert now.keys[leaver.pseudonym].erased
    assert now.over(keys).keys[leaver.pseudonym].erased, "and stays so, whatever an older file says"
    assert keys.over(now).keys[leaver.pseudonym].erased


@pytest.mark.slow
def test_whoever_is_erased_while_a_backup_is_made_does_not_come_back_with_it(
    machine: Machine, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the keys it was tried out with and the keys it leaves."""
    storage = machine.bank.storage
    leaver = storage.customers.get(machine.bank.customer("Esha Nair"))
    assert leaver is not None
    write = Manifest.write

    def erased_just_before(manifest: Manifest, folder: Path, vault: Vault) -> None:
        assert storage.customers.erase(leaver.number) == ""
        renew_keys(storage, copied)
        write(manifest, folder, vault)

    monkeypatch.setattr(Manifest, "write", erased_just_before)
    back_up(storage, copied, machine.bank.terminal, "INR")
    keys = keys_of_folder(copied, machine.vault)
    assert keys is not None
    assert keys.keys[leaver.pseudonym].erased


@pytest.mark.slow
def test_a_backup_made_while_money_moves_is_of_one_moment(machine: Machine, copied: Path) -> None:
    """It is tried out, which fails when any balance, counter or seal is of another moment than the rest."""
    bank, stop = machine.bank, threading.Event()
    customer = bank.customer("Farid Khan")
    account, to = bank.account(customer, 100_000), bank.account(customer)
    other = Bank(bank.folder)

    def spend() -> int:
        done = 0
        while not stop.is_set():
            assert bank.ledger.transfer(bank.transfer(customer, account, to, 1)).outcome is Outcome.POSTED
            bank.ledger.settle(bank.held(customer, account), Outcome.VOIDED, CashFate.NOT_DISPENSED)
            bank.storage.audit.seal()
            done += 1
        return done

    spending = InThread(spend)
    try:
        made = [back_up(other.storage, copied, other.terminal, "INR")[1] for _ in range(2)]
    finally:
        stop.set()
        assert spending.result() > 20
        other.close()
    assert made[1].rows["journal"] > made[0].rows["journal"] > machine.manifest.rows["journal"]


def test_folders_that_cannot_be_reached_are_told(machine: Machine, copied: Path, tmp_path: Path) -> None:
    storage = machine.bank.storage
    kept = storage.folder.backup_places.read_text()
    assert str(machine.places) in json.loads(kept)
    unplugged = tmp_path / "unplugged"
    storage.folder.backup_places.write_text(json.dumps([str(copied), str(unplugged)]))
    try:
        reached = {place.folder: place.problem for place in renew_all_keys(storage)}
    finally:
        storage.folder.backup_places.write_text(kept)
    assert reached[copied] == ""
    assert "no backups of this machine" in reached[unplugged]


def test_a_customer_only_a_newer_backup_knows_keeps_their_key(machine: Machine, copied: Path) -> None:
    """The database was put back from an older one since."""
    keys = keys_of_folder(copied, machine.vault)
    assert keys is not None
    later = wrapped_keys.WrappedKey(fresh_id(), "k1", os.urandom(60))
    more: dict[bytes, Any] = {**keys.keys, later.pseudonym: later}
    wrapped_keys.write_keys(copied, wrapped_keys.WrappedKeys(keys.written_at, more), machine.vault)
    renew_keys(machine.bank.storage, copied)
    now = keys_of_folder(copied, machine.vault)
    assert now is not None
    assert now.keys[later.pseudonym] == later
