"""The machine's storage for one command: opened, and closed again whatever happens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from atm_app.config import Settings
from db.connection import ServerAddress
from db.customer_lists import CustomerListRows
from db.folder import DataFolder
from db.storage import STAFF_CHAIN, Storage


def server_address(settings: Settings) -> ServerAddress | None:
    database = settings.database
    if not database.host:
        return None
    return ServerAddress(database.host, database.port, database.certificate_authority)


@contextlib.contextmanager
def opened_storage(folder: DataFolder, settings: Settings) -> Iterator[Storage]:
    """A kiosk may go on working beside it. Raises what Storage and ``Storage.open`` raise."""
    storage = Storage(folder, settings.terminal, settings.currency, server_address(settings))
    try:
        storage.open()
        yield storage
    finally:
        storage.close()


def customer_lists_of(storage: Storage, settings: Settings) -> CustomerListRows:
    """Lists of customers, in and out and searched, as staff do it. ``storage``: opened."""
    chain = f"{settings.terminal}/{STAFF_CHAIN}"
    return CustomerListRows(storage.staff, storage.vault, settings.terminal, chain, settings.country_code)
