"""A backup put back: books and journal that are not of one moment, and a restore that is killed or cannot be."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from atm_app.banking.money import Money
from atm_app.cash_ports import CashFate
from atm_app.intent_ports import Intent, IntentKind, IntentState
from atm_app.stores import NewCustomer, Outcome
from atm_app.trust.audit import RESTORED
from db import manifest as manifests
from db import migrations
from db.audit import verify
from db.backup import back_up, renew_all_keys, renew_keys
from db.connection import SQL
from db.folder import DataFolder
from db.locks import alone
from db.manifest import Manifest, read_manifest
from db.restore import Restored, restore
from db.restored_intents import reconcile
from db.storage import Storage
from db.swap import PARTS, exchange, finish_restore
from db.wrapped_keys import NAME, BackupProblem, WrappedKeys, keys_of_folder, write_keys
from tests.at_rest import await_rest, copy_of
from tests.db.bank import Bank, administrator, ask, fresh_id

PROJECT = SQL.parent


@dataclasses.dataclass
class Story:
    """A machine's terminal, where its backup lies, and the heads that left it by mail after the backup."""

    terminal: str
    folder: DataFolder
    places: Path
    backup: Path
    mailed: Path
    numbers: dict[str, str]
    requests: dict[str, bytes]

    def restored(self, replace: bool = True) -> Restored:
        return restore(self.folder, self.places, self.terminal, "INR", replace=replace)

    def opened(self) -> Storage:
        storage = Storage(self.folder, self.terminal, "INR")
        storage.open()
        return storage


@pytest.fixture(scope="module")
def told(first_start: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Before the backup: Asha has 1,000 and three withdrawals are under way. After it: they end, each in its own way,
    another one comes and goes, Binod is erased, Chitra is enrolled. Then the machine is switched off."""
    folder = copy_of(first_start)
    bank = Bank(folder)
    storage, journal = bank.storage, bank.storage.intents
    asha, binod = bank.customer("Asha Rao"), bank.customer("Binod Thapa")
    account = bank.account(asha, 1000)
    requests = {}
    for name in ("taken since", "still open", "unknown to the journal"):
        requests[name] = bank.held(asha, account, 1)
        if name != "unknown to the journal":
            journal.record(Intent(requests[name], IntentState.HELD, Money.of_major(100)))
    places = tmp_path_factory.mktemp("backups")
    backup, _ = back_up(storage, places, bank.terminal, "INR")
    storage.ledger.settle(requests["taken since"], Outcome.POSTED, CashFate.TAKEN)
    journal.advance(requests["taken since"], IntentState.SETTLED)
    later = requests["came and went"] = bank.held(asha, account, 2)
    journal.record(Intent(later, IntentState.HELD, Money.of_major(200)))
    storage.ledger.settle(later, Outcome.POSTED, CashFate.TAKEN)
    journal.advance(later, IntentState.SETTLED)
    leaver = storage.customers.get(binod)
    assert leaver is not None
    assert storage.customers.erase(leaver.number) == ""
    assert [place.problem for place in renew_all_keys(storage)] == [""]
    newcomer = bank.customer("Chitra Iyer")
    numbers = {
        name: storage.customers.get(number).number  # type: ignore[union-attr]
        for name, number in (("Asha", asha), ("Chitra", newcomer))
    } | {"Binod": leaver.number}
    for chain in (storage.audit, storage.staff_audit):
        chain.seal()
    mailed = places / "mailed.txt"
    mailed.write_text(storage.audit_heads() + "\n")
    terminal = bank.terminal
    bank.close()
    yield Story(terminal, folder, places, backup, mailed, numbers, requests)
    shutil.rmtree(folder.root, ignore_errors=True)


@pytest.fixture
def story(told: Story, tmp_path: Path) -> Iterator[Story]:
    """One for a test alone."""
    await_rest(told.folder)
    folder = copy_of(told.folder)
    places = tmp_path / "backups"
    shutil.copytree(told.places, places)
    yield dataclasses.replace(
        told, folder=folder, places=places, backup=places / told.backup.name, mailed=places / told.mailed.name
    )
    shutil.rmtree(folder.root, ignore_errors=True)


def everything(folder: DataFolder) -> dict[str, bytes]:
    """Every file but the database's own locks and logs."""
    return {
        str(path.relative_to(folder.root)): path.read_bytes()
        for path in folder.root.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".log")
    }


# --- books and journal -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_movement_is_lost_silently_and_none_is_booked_twice(story: Story) -> None:
    """The terminal's own journal outlived its database and is newer than the backup."""
    done = story.restored()
    assert (done.erased, done.reconciled.suspended, done.reconciled.disputed) == (1, 2, 1)
    assert done.aside is not None
    assert sorted(path.name for path in done.aside.iterdir()) == sorted(PARTS)
    storage = story.opened()
    try:
        trial = storage.ledger.trial_balance()
        assert trial.balanced
        assert trial.open_holds == 1
        # What is open in the journal is the recovery's, which asks the dispenser; what is not is nobody's guess.
        assert [intent.request_id for intent in storage.intents.open()] == [story.requests["still open"]]
        assert [intent.request_id for intent in storage.intents.disputed()] == [story.requests["came and went"]]
        admin = administrator(story.folder)
        states = dict(ask(admin, "SELECT request_id, state FROM hold"))
        for name, state in (("taken since", "suspended"), ("unknown to the journal", "suspended"),
                            ("still open", "held")):  # fmt: skip
            assert states[story.requests[name]] == state, name
        admin.close()
        assert story.requests["came and went"] not in states
        repeat = storage.ledger.settle(story.requests["taken since"], Outcome.POSTED, CashFate.TAKEN)
        assert repeat.outcome is Outcome.REFUSED
        assert storage.ledger.settle(story.requests["still open"], Outcome.POSTED, CashFate.TAKEN).outcome is (
            Outcome.POSTED
        )
        assert storage.ledger.trial_balance().balanced
        assert storage.customers.find(story.numbers["Asha"]) is not None
        assert storage.customers.find(story.numbers["Binod"]) is None, "erased since, and so again"
        assert storage.customers.find(story.numbers["Chitra"]) is None, "the backup does not know them"
        with pytest.raises(Exception, match="erased"):
            storage.customers.enrol(NewCustomer(story.numbers["Binod"], "Somebody Else", "", "e@x.in", "", ""))
        found = verify(storage.kiosk, storage.sealer, story.folder.checkpoints)
        assert found.ok, found.problems
        later = verify(storage.kiosk, storage.sealer, story.mailed)
        assert len(later.problems) == 2
        assert all("was restored at place" in problem for problem in later.problems), later.problems
        restored = [row["chain"] for row in storage.kiosk.rows("all_rows") if row["event"] == RESTORED]
        assert restored == [f"{story.terminal}/kiosk", f"{story.terminal}/staff"]
        assert str(story.places) in json.loads(story.folder.backup_places.read_text()), "an erasure reaches it"
    finally:
        storage.close()


@pytest.mark.slow
def test_on_an_empty_disk_what_was_under_way_is_nobodys_guess(story: Story) -> None:
    """The journal comes from the backup: what it calls open may have ended since."""
    ring = story.folder.key_file.read_text()
    shutil.rmtree(story.folder.root)
    story.folder.prepare()
    story.folder.key_file.write_text(ring)
    story.folder.key_file.chmod(0o600)
    done = story.restored(replace=False)
    assert (done.reconciled.suspended, done.reconciled.disputed, done.aside) == (3, 0, None)
    storage = story.opened()
    try:
        assert storage.ledger.trial_balance().balanced
        assert storage.ledger.trial_balance().open_holds == 0
        assert storage.intents.open() == ()
    finally:
        storage.close()


@pytest.mark.slow
def test_notes_that_were_taken_before_the_backup_are_posted_by_the_recovery(story: Story) -> None:
    journal = story.backup / manifests.INTENTS
    with sqlite3.connect(journal) as connection:
        connection.execute("UPDATE intent SET state = 'taken' WHERE request_id = ?", (story.requests["taken since"],))
    vault = story.opened()
    manifest = json.loads((story.backup / manifests.NAME).read_text())
    entry = Manifest(**{name: value for name, value in manifest.items() if name != "mac"})
    files = {**entry.files, manifests.INTENTS: manifests.digest(journal)}
    dataclasses.replace(entry, files=files).write(story.backup, vault.vault)
    vault.close()
    story.folder.intents.unlink()
    done = story.restored()
    assert done.reconciled.suspended == 2
    storage = story.opened()
    assert [intent.state for intent in storage.intents.open()] == [IntentState.TAKEN]
    storage.close()


@pytest.mark.parametrize("own_journal", [True, False], ids=["its own journal", "the backup's"])
def test_books_and_journal_of_different_moments_are_brought_together(own_bank: Bank, own_journal: bool) -> None:
    """Each kind of movement, and each way it can stand in the books and in the journal."""
    storage, journal = own_bank.storage, own_bank.storage.intents
    # The journal is the folder's: what other terminals of these tests left in it is told before, not among these.
    reconcile(storage, own_bank.terminal, datetime.now(UTC), own_journal=own_journal)
    customer = own_bank.customer()
    account = own_bank.account(customer, 1000)
    held = {state: own_bank.held(customer, account) for state in (*IntentState, "unknown")}
    for state, request in held.items():
        if isinstance(state, IntentState):
            journal.record(Intent(request, state, Money.of_major(100)))
    deposit = own_bank.deposit(customer, account, 3)
    assert own_bank.ledger.hold_deposit(deposit).outcome is Outcome.HELD
    lost = [fresh_id() for _ in IntentKind]
    for request, kind in zip(lost, IntentKind, strict=True):
        journal.record(Intent(request, IntentState.CREATED, Money.of_major(1), kind))
        journal.advance(request, IntentState.SETTLED)
    done = reconcile(storage, own_bank.terminal, datetime.now(UTC), own_journal=own_journal)
    ended = {IntentState.SETTLED, IntentState.DISPUTED, "unknown"}
    kept = set(held) - ended if own_journal else {IntentState.TAKEN}
    assert (done.suspended, done.disputed) == (len(held) - len(kept) + 1, len(lost))
    still_open = {intent.request_id for intent in journal.open()} & set(held.values())
    assert still_open == {held[state] for state in kept}
    assert set(lost) <= {intent.request_id for intent in journal.disputed()}
    for state, request in held.items():
        again = storage.ledger.settle(request, Outcome.SUSPENDED, CashFate.UNKNOWN)
        assert again.outcome is Outcome.SUSPENDED, "once, whoever asks"
        assert storage.ledger.settle(request, Outcome.POSTED, CashFate.TAKEN).outcome is Outcome.REFUSED, state
    for request in still_open:
        journal.advance(request, IntentState.SETTLED)
    done = reconcile(storage, own_bank.terminal, datetime.now(UTC), own_journal=own_journal)
    assert (done.suspended, done.disputed) == (0, 0)


# --- a restore that cannot be ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_cannot_be_restored_is_refused_and_everything_stays(story: Story) -> None:
    """Each before anything is built: all of them take no time."""
    before = everything(story.folder)
    storage = story.opened()
    vault = storage.vault
    with pytest.raises(BackupProblem, match="in use by another command"):
        story.restored()
    storage.close()
    with alone(story.folder.kiosk_lock), pytest.raises(BackupProblem, match="a kiosk is running"):
        story.restored()
    with pytest.raises(BackupProblem, match="with --replace it is moved aside"):
        story.restored(replace=False)
    with pytest.raises(BackupProblem, match="another backup than the one that was signed"):
        restore(story.folder, story.places, story.terminal, "INR", replace=True, signed="7c0e")
    manifest = read_manifest(story.backup, vault)
    dataclasses.replace(manifest, schema=99).write(story.backup, vault)
    with pytest.raises(BackupProblem, match=r"newer version \(schema 0099"):
        story.restored()
    dataclasses.replace(manifest, terminal="T-OTHER").write(story.backup, vault)
    with pytest.raises(BackupProblem, match="of terminal T-OTHER"):
        story.restored()
    dataclasses.replace(manifest, keys_written_at="2999-01-01").write(story.backup, vault)
    with pytest.raises(BackupProblem, match="older than it is"):
        story.restored()
    manifest.write(story.backup, vault)
    (story.places / NAME).unlink()
    with pytest.raises(BackupProblem, match="data keys are missing"):
        story.restored()
    after = everything(story.folder)
    assert {name for name in before if name.startswith("intents")} <= after.keys()
    assert after["intents.sqlite"] == before["intents.sqlite"]
    assert not story.folder.restoring.root.exists()
    assert not list(story.folder.root.glob("before-restore-*"))


@pytest.mark.slow
@pytest.mark.parametrize("what", ["rows of nowhere", "a chain that is not there", "a key nobody has"])
def test_a_restore_that_fails_half_way_leaves_everything(story: Story, what: str) -> None:
    """Whoever has the key wrote something that cannot be: found while it is built, beside what is there."""
    storage = story.opened()
    vault = storage.vault
    heads = storage.audit_heads()
    storage.close()
    manifest = read_manifest(story.backup, vault)
    if what == "rows of nowhere":
        rows = gzip.decompress((story.backup / manifests.ROWS).read_bytes())
        (story.backup / manifests.ROWS).write_bytes(gzip.compress(rows + b"INSERT INTO nowhere VALUES (1);\n"))
    elif what == "a chain that is not there":
        (story.backup / manifests.HEADS).write_text(heads + "\n")
    else:
        keys = keys_of_folder(story.places, vault)
        assert keys is not None
        write_keys(story.places, WrappedKeys(keys.written_at, dict(list(keys.keys.items())[:1])), vault)
    files = {name: manifests.digest(story.backup / name) for name in manifests.PARTS}
    dataclasses.replace(manifest, files=files).write(story.backup, vault)
    with pytest.raises(BackupProblem):
        story.restored()
    assert not story.folder.restoring.root.exists()
    storage = story.opened()
    try:
        assert storage.audit_heads() == heads
        assert storage.customers.find(story.numbers["Chitra"]) is not None
    finally:
        storage.close()


# --- another version, another key ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_backup_of_an_older_schema_is_brought_to_this_one(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sql = tmp_path / "sql"
    shutil.copytree(SQL, sql)
    (sql / "migrations" / "0099_more.sql").write_text("CREATE TABLE more (a INT) ENGINE=InnoDB;\n")
    monkeypatch.setattr(migrations, "SQL", sql)
    story.restored()
    storage = story.opened()
    try:
        admin = administrator(story.folder)
        assert ask(admin, "SHOW TABLES LIKE 'more'") == [("more",)]
        triggers = "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'atm'"
        assert len(ask(admin, triggers)) == 14
        admin.close()
    finally:
        storage.close()


@pytest.mark.slow
def test_keys_rotated_since_open_and_find_everybody(story: Story) -> None:
    storage = story.opened()
    assert storage.keys.rotate().key_id == "k2"
    renew_keys(storage, story.places)
    storage.close()
    story.restored()
    storage = story.opened()
    try:
        assert storage.vault.key_id == "k2"
        assert not storage.keys.rotating
        assert storage.customers.find(story.numbers["Asha"]) is not None
        admin = administrator(story.folder)
        token = storage.vault.blind_index("name", "Asha", "k2")
        assert ask(admin, "SELECT COUNT(*) FROM customer_index WHERE token = %s", (token,)) == [(1,)]
        admin.close()
        assert verify(storage.kiosk, storage.sealer, story.folder.checkpoints).ok
    finally:
        storage.close()


# --- killed ----------------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from db import swap
from db.folder import DataFolder
left, rename = int(sys.argv[2]), Path.rename
def counted(self, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return rename(self, target)
Path.rename = counted
swap.exchange(DataFolder(Path(sys.argv[1])), "aside")
"""


@pytest.mark.parametrize("renames", range(6))
def test_a_restore_killed_while_it_takes_its_place_is_finished_by_the_next_start(tmp_path: Path, renames: int) -> None:
    folder = DataFolder(tmp_path / "machine").prepare()
    for place, text in ((folder, "old"), (folder.restoring, "new")):
        place.prepare().database.mkdir()
        (place.database / "rows").write_text(text)
        place.intents.write_text(text)
        place.checkpoints.write_text(text)
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder.root), str(renames)], cwd=PROJECT, check=False)
    assert done.returncode == -signal.SIGKILL
    finish_restore(folder)
    for root, text in ((folder.root, "new"), (folder.root / "aside", "old")):
        assert (root / "database" / "rows").read_text() == text
        assert (root / "intents.sqlite").read_text() == (root / "checkpoints.jsonl").read_text() == text
    assert not folder.restore_marker.exists()
    assert not folder.restoring.root.exists()
    finish_restore(folder)
    assert (folder.database / "rows").read_text() == "new"


def test_on_an_empty_disk_nothing_is_set_aside(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "machine").prepare()
    folder.restoring.prepare().database.mkdir()
    exchange(folder, "aside")
    assert folder.database.is_dir()
    assert not (folder.root / "aside").exists()


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.0, 4.0, 5.0])
def test_a_restore_killed_at_any_time_leaves_one_whole_database(story: Story, seconds: float) -> None:
    command = [
        sys.executable, "main.py", "--data", str(story.folder.root), "db", "restore", str(story.places), "--replace",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, "ATM_TERMINAL": story.terminal}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    storage = story.opened()
    try:
        assert storage.ledger.trial_balance().balanced
        is_old = storage.customers.find(story.numbers["Chitra"]) is not None
        assert is_old is not any(row["event"] == RESTORED for row in storage.kiosk.rows("all_rows"))
        assert verify(storage.kiosk, storage.sealer, story.folder.checkpoints).ok
    finally:
        storage.close()
    story.restored()
