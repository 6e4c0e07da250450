"""A database that neither answers nor dies (a stopped process, a cut line): nobody waits for it for ever."""

from __future__ import annotations

import os
import signal
import time

import psutil
import pytest

from atm_app.stores import Factor, StoreUnavailable
from db.cluster import stand_still
from db.connection import ONE_HOST, RETRY_SECONDS
from db.folder import DataFolder
from db.storage import Storage


def mariadbd_of(folder: DataFolder) -> int:
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "mariadbd" and str(folder.root) in " ".join(process.info["cmdline"] or []):
            return int(process.pid)
    raise AssertionError("no server runs there")


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_a_silent_database_is_given_up_and_works_again(started_folder: DataFolder) -> None:
    storage = Storage(started_folder, "ATM-1", "INR")
    storage.open()
    storage.branch.set_up_terminal("INR", 0)
    assert storage.ledger.cash_units() == ()
    server = mariadbd_of(started_folder)
    stand_still(server)
    try:
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            storage.ledger.cash_units()
        assert time.monotonic() - began < RETRY_SECONDS + 2 * ONE_HOST.answer
        with pytest.raises(StoreUnavailable):
            storage.lockouts.begin(1, Factor.PIN, 3, (60,))
    finally:
        os.kill(server, signal.SIGCONT)
    assert storage.ledger.cash_units() == ()
    storage.close()
