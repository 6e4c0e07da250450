"""The whole machine after a restore: a visit at the window, from the face to the notes in the hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from atm_app.config import Settings
from commands.people import PEOPLE
from db.backup import back_up
from db.folder import DataFolder
from db.restore import restore
from db.storage import Storage
from tests.at_rest import await_rest
from tests.journeys.conftest import Visitor, assert_nothing_is_open, running


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_customer_withdraws_at_a_machine_that_was_wiped_and_restored(folder: DataFolder, tmp_path: Path) -> None:
    settings, person = Settings(), PEOPLE[0]
    storage = Storage(folder, settings.terminal, settings.currency)
    storage.open()
    back_up(storage, tmp_path / "backups", settings.terminal, settings.currency)
    storage.close()
    ring = folder.key_file.read_text()
    await_rest(folder)
    shutil.rmtree(folder.root)
    folder.prepare().key_file.write_text(ring)
    folder.key_file.chmod(0o600)
    restore(folder, tmp_path / "backups", settings.terminal, settings.currency, replace=False)
    with running(folder) as kiosk:
        visitor = Visitor(kiosk)
        visitor.history.append(kiosk.window.shown)  # type: ignore[arg-type]
        before = visitor.balance(person)
        visitor.sign_in(person)
        visitor.to_amount(person)
        visitor.touch("₹2,000")
        visitor.confirm_and_take()
        assert visitor.balance(person) == before - 2_000
        assert_nothing_is_open(kiosk)
