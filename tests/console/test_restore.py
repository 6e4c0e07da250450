"""A backup restored from the console, through its real window and on a database of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from atm_app.banking.money import Money
from atm_app.branch.restore_desk import CHANGED
from atm_app.branch.roles import Role
from atm_app.config import Settings
from atm_app.stores import NewCustomer
from commands.branch_wiring import console_of
from commands.console_restore import MACHINE_RUNS, NO_PATH
from commands.console_storage import ConsoleStorage
from db import side_database
from db.audit import verify
from db.folder import DataFolder
from db.locks import alone
from db.manifest import NAME, read_manifest
from db.server import ServerProblem
from db.wrapped_keys import NAME as DATA_KEYS
from gui.console.restore import UNDER_WAY, RestorePage, RestoringPage
from tests.at_rest import copy_of
from tests.branch.people import PASSWORD, People, Person
from tests.console.conftest import Clerk
from tests.console.hands import PATIENCE
from tests.db.bank import fresh_id
from tests.gui.layout import clipped, visible
from tests.gui.studio import Display
from tests.waiting import live, wait_until
from tests.world import HandClock

TERMINAL = "R-1"


class OneMachine(People):
    """A data folder and the console that has its database open alone; two administrators and an account."""

    def __init__(self, folder: DataFolder) -> None:
        self.settings = Settings(terminal=TERMINAL)
        self.kept = ConsoleStorage(folder, self.settings)
        super().__init__(self.kept.storage, HandClock())
        self.storage.branch.prepare_books(self.settings)
        customer = self.storage.customers.enrol(NewCustomer("640001", "Meena Iyer", "", "", "", ""))
        self.account = self.storage.branch.open_account(customer, "Sahyadri Bank", "3001640001", "savings", "INR")
        self.customer = customer
        self.pay_in(1000)
        self.first, self.second = (self.person(Role.ADMINISTRATOR) for _ in range(2))
        self.console = self.console_now()

    def console_now(self) -> object:
        self.storage = self.kept.storage
        return console_of(self.storage, self.settings, self.clock, kept=self.kept)

    def pay_in(self, major: int) -> None:
        self.kept.storage.branch.deposit(fresh_id(), self.account, Money.of_major(major))

    @property
    def balance(self) -> Money:
        (account,) = self.kept.storage.ledger.accounts(self.customer)
        return account.balance

    def deeds(self) -> list[tuple[str, str, bytes]]:
        """What the audit knows of restores: event, outcome, about whom."""
        return [
            (row["event"], row["outcome"], bytes(row["subject"]))
            for row in self.kept.storage.kiosk.rows("all_rows")
            if row["event"] == "database_restored" or "restore_backup" in str(json.loads(row["details"]).values())
        ]


@pytest.fixture(scope="module")
def machine(quick_hashes: None, first_start: DataFolder) -> Iterator[OneMachine]:
    folder = copy_of(first_start)
    made = OneMachine(folder)
    yield made
    made.kept.close()
    shutil.rmtree(folder.root, ignore_errors=True)


@pytest.fixture(scope="module")
def console(display: Display, machine: OneMachine) -> Iterator[Clerk]:
    made = Clerk(display, machine)  # type: ignore[arg-type]
    made.shell.console_anew = machine.console_now  # type: ignore[assignment]
    yield made
    made.close()


@pytest.fixture(scope="module")
def backup(console: Clerk, machine: OneMachine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made at the window, with 1,000 in the account."""
    places = tmp_path_factory.mktemp("backups")
    console.sign_in(machine.first)
    console.go_to("Backup")
    console.fill(place=str(places))
    console.press("Back up now")
    console.press("Back up")
    (made,) = (path for path in places.iterdir() if path.is_dir())
    assert console.told.startswith(f"{made.name} is whole: 1 customers")
    return made


def plan_of(clerk: Clerk, machine: OneMachine, backup: Path) -> RestorePage:
    """The page that tells what it means, of the backup that is marked in the list."""
    clerk.sign_in(machine.first)
    clerk.go_to("Backup")
    clerk.mark(str(backup))
    clerk.press("Restore …")
    assert isinstance(clerk.shell.page, RestorePage)
    return clerk.shell.page


def sign(clerk: Clerk, machine: OneMachine, person: Person) -> None:
    clerk.press("Have it signed and restore")
    clerk.fill(name=person.name, password=PASSWORD, code=machine.code(person))
    clerk.begin("Sign")


def told_at_the_end(clerk: Clerk) -> str:
    """The sentences before the sign-in, where nobody is signed in and everything begins anew."""
    clerk.settle()
    assert clerk.shell.session is None
    assert set(clerk.buttons) == {"To the sign-in"}
    told = "\n".join(clerk.texts)
    clerk.press("To the sign-in")
    assert set(clerk.buttons) == {"Sign in"}
    return told


def test_a_backup_is_restored_by_two_administrators_and_the_books_are_its_books(
    clerk: Clerk, machine: OneMachine, backup: Path
) -> None:
    machine.pay_in(500)
    page = plan_of(clerk, machine, backup)
    assert [line.cells[0] for line in page.figures.shown[:2]] == ["1", "0"]
    assert not list(clipped(list(visible(page.frame))))
    sign(clerk, machine, machine.second)

    def restoring() -> bool:
        live(clerk.root)
        return isinstance(clerk.shell.page, RestoringPage) and len(clerk.shell.page.lines.shown) > 1

    wait_until(restoring, "its steps are told", PATIENCE)
    assert clerk.buttons == {}, "nobody signs in, and nothing else can be opened"
    clerk.root.tk.call(*clerk.root.tk.splitlist(clerk.root.protocol("WM_DELETE_WINDOW")))
    assert clerk.told == UNDER_WAY
    told = told_at_the_end(clerk)
    assert f"Restored: {backup}, made " in told
    (aside,) = machine.kept.storage.folder.root.glob("before-restore-*")
    assert f"What was there lies in {aside}" in told

    clerk.sign_in(machine.first)
    assert clerk.shell.session is not None
    clerk.go_to("Backup")
    assert clerk.cells(str(backup)), "an erasure still reaches it"
    storage = machine.kept.storage
    assert machine.balance == Money.of_major(1000)
    assert storage.ledger.trial_balance().balanced
    found = verify(storage.kiosk, storage.sealer, storage.folder.checkpoints)
    assert found.ok, found.problems
    assert found.unsealed == 0
    assert machine.deeds() == [
        ("database_restored", "done", b""), ("database_restored", "done", b""),
        ("staff_second_person", "signed", machine.second.member.pseudonym),
        ("staff_deed", "done", machine.first.member.pseudonym),
    ]  # fmt: skip


def test_a_restore_that_cannot_be_done_gives_everything_back(clerk: Clerk, machine: OneMachine, backup: Path) -> None:
    """The database was given up already when it is found out."""
    machine.pay_in(200)
    before, folder = machine.balance, machine.kept.storage.folder
    plan_of(clerk, machine, backup)
    with alone(folder.backup_lock) as we_are:
        assert we_are
        sign(clerk, machine, machine.second)
        told = told_at_the_end(clerk)
    assert "Everything is as it was: another backup or restore is under way." in told
    assert machine.balance == before
    assert not folder.restoring.root.exists()
    clerk.sign_in(machine.first)
    assert clerk.shell.session is not None
    assert machine.deeds()[-1][:2] == ("staff_deed", "failed")


@pytest.mark.parametrize("what", ["changed", "gone", "more money", "a machine is started"])
def test_what_changes_after_the_signature_is_not_restored(
    clerk: Clerk, machine: OneMachine, backup: Path, what: str
) -> None:
    manifest = backup / NAME
    kept = manifest.read_bytes()
    plan_of(clerk, machine, backup)
    with contextlib.ExitStack() as meanwhile:
        if what == "changed":
            manifest.write_bytes(kept.replace(b'"customers": 1', b'"customers": 2'))
            expected = "is damaged, or belongs to another machine's key ring"
        elif what == "gone":
            manifest.unlink()
            expected = f"there is no backup at {backup}"
        elif what == "more money":
            machine.pay_in(1)
            expected = CHANGED
        else:
            assert meanwhile.enter_context(alone(machine.kept.storage.folder.kiosk_lock))
            expected = MACHINE_RUNS
        sign(clerk, machine, machine.second)
        told = told_at_the_end(clerk)
    manifest.write_bytes(kept)
    assert expected in told
    assert "Nothing was restored" in told


REFUSED = {
    "a machine runs": MACHINE_RUNS, "no path": NO_PATH, "its keys are missing": "the data keys are missing beside",
    "no master key": "(main.py keys restore FILE)", "another terminal": "the backup is of terminal R-2",
    "a newer schema": "update this machine first", "a full disk": "MB are needed for a second database",
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_restored_is_told_before_anybody_signs(
    clerk: Clerk, machine: OneMachine, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    storage, manifest = machine.kept.storage, backup / NAME
    clerk.sign_in(machine.first)
    clerk.go_to("Backup")
    clerk.fill(place="backups" if what == "no path" else str(backup.parent))
    with contextlib.ExitStack() as meanwhile:
        meanwhile.callback(manifest.write_bytes, manifest.read_bytes())
        entry = read_manifest(backup, storage.vault)
        if what == "a machine runs":
            assert meanwhile.enter_context(alone(storage.folder.kiosk_lock))
        elif what == "another terminal":
            dataclasses.replace(entry, terminal="R-2").write(backup, storage.vault)
        elif what == "a newer schema":
            dataclasses.replace(entry, schema=9999).write(backup, storage.vault)
        elif what == "a full disk":
            monkeypatch.setattr(side_database, "EMPTY_BYTES", 10**18)
        elif what != "no path":
            hidden = backup.parent / DATA_KEYS if what == "its keys are missing" else storage.folder.key_file
            meanwhile.callback(hidden.rename(tmp_path / "hidden").rename, hidden)
        clerk.press("Restore …")
    assert REFUSED[what] in "\n".join(clerk.texts)
    clerk.press("Back")
    assert clerk.shell.session is not None


def test_where_the_database_cannot_be_opened_again_the_window_can_only_be_closed(
    clerk: Clerk, machine: OneMachine, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_of(clerk, machine, backup)

    def refused(_: ConsoleStorage) -> None:
        raise ServerProblem("the database ended with 1")

    with alone(machine.kept.storage.folder.backup_lock), monkeypatch.context() as broken:
        broken.setattr(ConsoleStorage, "_open", refused)
        sign(clerk, machine, machine.second)
        clerk.settle()
    assert set(clerk.buttons) == {"Close the window"}
    assert "the database ended with 1" in "\n".join(clerk.texts)
    assert clerk.shell.session is None
    assert clerk.shell.holding == "", "closing it is not refused any more"
    machine.kept._open()
    clerk.shell.let_go()
    clerk.settle()


def test_an_auditor_signs_no_restore(clerk: Clerk, machine: OneMachine, backup: Path) -> None:
    plan_of(clerk, machine, backup)
    sign(clerk, machine, machine.person(Role.AUDITOR))
    clerk.settle()
    assert "Your role may not do this." in clerk.texts
    assert isinstance(clerk.shell.page, RestorePage)
