"""``main.py db backup``, ``db restore``, ``keys backup`` and ``keys restore`` as an operator runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from atm_app.banking.money import Money
from atm_app.banking.settlement import Settlement
from atm_app.banking.withdrawals import Withdrawals
from atm_app.cash_ports import CashFate, NoteCount
from atm_app.devices.virtual_dispenser import VirtualDispenser
from atm_app.stores import Outcome
from commands.system_random import SystemRandom
from db.folder import DataFolder
from db.storage import Storage
from tests.at_rest import await_rest
from tests.command_line import run
from tests.db.bank import HUNDRED, POLICY, Bank

PASSPHRASE = "four words in a safe"


def told(*arguments: str, folder: DataFolder, **environment: str) -> dict[str, Any]:
    done = run(*arguments, "--json", folder=folder, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def withdraw(storage: Storage, number: str, major: int, scratch: Path) -> None:
    """As the kiosk does it: held, dispensed, presented, taken, posted."""
    customer = storage.customers.find(number)
    assert customer is not None
    (account,) = storage.ledger.accounts(customer.customer_id)
    dispenser = VirtualDispenser(scratch / "dispenser.json")
    dispenser.load(tuple(NoteCount(unit.position, unit.denomination, unit.count)
                         for unit in storage.ledger.cash_units()))  # fmt: skip
    withdrawals = Withdrawals(storage.ledger, storage.intents, dispenser, SystemRandom())
    mix = (NoteCount(HUNDRED, 100_00, major // 100),)
    assert storage.visits.begin(customer.customer_id, POLICY, bytes(16), 60)
    request, movement = withdrawals.hold(
        customer.customer_id, customer.pseudonym, account.account_id, Money.of_major(major), mix, bytes(16), POLICY
    )
    assert movement.outcome is Outcome.HELD, movement
    assert withdrawals.pay_out(request, mix) is CashFate.PRESENTED
    assert dispenser.take()
    fate = withdrawals.wait_taken(request, 1.0)
    posted = Settlement(storage.ledger, storage.intents).settle(request, fate)
    assert posted.outcome is Outcome.POSTED
    assert posted.balance == Money(account.balance.minor - 100 * major, "INR")


def test_backup_wipe_restore_and_all_is_well(started_folder: DataFolder, tmp_path: Path) -> None:
    """The audit verifies, the trial balance is zero, and a customer withdraws."""
    folder, places, safe = started_folder, str(tmp_path / "backups"), tmp_path / "safe" / "ring.json"
    safe.parent.mkdir()
    bank = Bank(folder)
    stayer, leaver = (bank.storage.customers.get(bank.customer(name)) for name in ("Asha Rao", "Binod Thapa"))
    assert stayer is not None
    assert leaver is not None
    bank.account(stayer.customer_id, 1000)
    here = {"folder": folder, "ATM_TERMINAL": bank.terminal}
    made = told("db", "backup", places, **here)  # type: ignore[arg-type]
    assert made["customers"] == 2
    assert Path(made["backup"]).parent == Path(places)
    told("keys", "backup", str(safe), folder=folder, ATM_KEY_PASSPHRASE=PASSPHRASE)
    assert safe.stat().st_mode & 0o077 == 0
    erased = told("customer", "erase", leaver.number, "--yes", **here)  # type: ignore[arg-type]
    assert erased["backups"] == [{"folder": places, "problem": ""}]
    bank.close()
    await_rest(folder)
    shutil.rmtree(folder.root)

    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    assert told("keys", "restore", str(safe), folder=folder, ATM_KEY_PASSPHRASE_FILE=str(secret))["keys"] == ["k1"]
    restored = told("db", "restore", places, **here)  # type: ignore[arg-type]
    assert (restored["customers"], restored["erased"], restored["aside"]) == (2, 1, None)
    assert told("audit", "verify", **here)["ok"] is True  # type: ignore[arg-type]

    assert json.loads(folder.backup_places.read_text()) == [places], "an erasure reaches it from the new disk too"
    storage = Storage(folder, bank.terminal, "INR")
    storage.open()
    try:
        assert storage.customers.find(leaver.number) is None
        withdraw(storage, stayer.number, 300, tmp_path)
        assert storage.ledger.trial_balance().balanced
        assert storage.intents.open() == ()
    finally:
        storage.close()


@pytest.mark.slow
def test_a_key_ring_that_is_there_is_never_replaced_and_a_file_never_written_over(
    own_folder: DataFolder, started_folder: DataFolder, tmp_path: Path
) -> None:
    safe = tmp_path / "ring.json"
    told("keys", "backup", str(safe), folder=started_folder, ATM_KEY_PASSPHRASE=PASSPHRASE)
    none = run("db", "restore", "/nowhere", folder=own_folder)
    assert none.returncode == 1
    assert "main.py keys restore FILE" in none.stderr
    assert not own_folder.database.exists()
    wrong = run("keys", "restore", str(safe), folder=own_folder, ATM_KEY_PASSPHRASE="another passphrase")
    assert wrong.returncode == 1
    assert "another one, or the file is damaged" in wrong.stderr
    assert not own_folder.key_file.exists()
    again = run("keys", "backup", str(safe), folder=started_folder, ATM_KEY_PASSPHRASE=PASSPHRASE)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    told("keys", "restore", str(safe), folder=started_folder, ATM_KEY_PASSPHRASE=PASSPHRASE)
    own_folder.prepare()
    run("keys", "list", folder=own_folder)
    other = own_folder.key_file.read_text()
    refused = run("keys", "restore", str(safe), folder=own_folder, ATM_KEY_PASSPHRASE=PASSPHRASE)
    assert refused.returncode == 1
    assert "is there and is another one" in refused.stderr
    assert own_folder.key_file.read_text() == other


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "said"), [
    (("db", "restore", "/nowhere"), "with --replace it is moved aside"),
    (("db", "restore", "/nowhere", "--replace"), "there is no backup at /nowhere"),
    (("db", "backup", "/proc/nowhere"), "nothing was written to /proc/nowhere"),
    (("db", "backup", "/tmp", "--keys-only"), "no backups of this machine"),
    (("keys", "restore", "/nowhere"), "/nowhere cannot be read"),
    (("keys", "backup", "/nowhere/ring.json"), "could not be written"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_line(
    started_folder: DataFolder, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments, folder=started_folder, ATM_KEY_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_a_configured_server_is_its_administrators(own_folder: DataFolder) -> None:
    for action in ("backup", "restore"):
        done = run("db", action, "/nowhere", folder=own_folder, ATM_DATABASE__HOSTS='["127.0.0.1"]')
        assert done.returncode == 1
        assert "its administrator backs it up there" in done.stderr
