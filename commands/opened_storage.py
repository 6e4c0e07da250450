"""The machine's storage for one command: opened, and closed again whatever happens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from atm_app.config import Settings
from commands.wiring import server_address
from db.folder import DataFolder
from db.storage import Storage


@contextlib.contextmanager
def opened_storage(folder: DataFolder, settings: Settings) -> Iterator[Storage]:
    """A kiosk may go on working beside it. Raises what Storage and ``Storage.open`` raise."""
    storage = Storage(folder, settings.terminal, settings.currency, server_address(settings))
    try:
        storage.open()
        yield storage
    finally:
        storage.close()
