"""The machine's storage for one command: opened, and closed again whatever happens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from atm_app.config import Settings
from db.customer_lists import CustomerListRows
from db.folder import DataFolder
from db.hosts import DEFAULT_PORT, ServerAddress
from db.storage import STAFF_CHAIN, Storage


def server_addresses(settings: Settings) -> tuple[ServerAddress, ...]:
    """None for the private server."""
    return tuple(_address(host, settings.database.certificate_authority) for host in settings.database.hosts)


def _address(host: str, authority: str) -> ServerAddress:
    parts = urlsplit(f"//{host}")
    return ServerAddress(parts.hostname or host, parts.port or DEFAULT_PORT, authority)


@contextlib.contextmanager
def opened_storage(folder: DataFolder, settings: Settings) -> Iterator[Storage]:
    """A kiosk may go on working beside it. Raises what Storage and ``Storage.open`` raise."""
    storage = Storage(folder, settings.terminal, settings.currency, server_addresses(settings))
    try:
        storage.open()
        yield storage
    finally:
        storage.close()


def customer_lists_of(storage: Storage, settings: Settings) -> CustomerListRows:
    """Lists of customers, in and out and searched, as staff do it. ``storage``: opened."""
    chain = f"{settings.terminal}/{STAFF_CHAIN}"
    return CustomerListRows(storage.staff, storage.vault, settings.terminal, chain, settings.country_code)
