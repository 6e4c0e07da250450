"""Master keys in the tests of this wing: what lies under which key, and a rotation that stops half-way."""

from __future__ import annotations

from typing import Any

from atm_app.stores import Customer
from atm_app.trust.vault import KeyRing
from db import key_file
from db.storage import Storage
from tests.db.bank import Bank, ask


def keys_of(admin: Any) -> dict[str, int]:
    return dict(ask(admin, "SELECT key_id, COUNT(*) FROM data_key GROUP BY key_id"))


def found(bank: Bank, customer: int) -> Customer:
    seen = bank.storage.customers.get(customer)
    assert seen is not None
    return seen


def begin_and_leave(staff: Storage) -> str:
    """A rotation whose key is in force, and that came to nobody yet."""
    grown = key_file.read(staff.folder.key_file).grown()
    key_file.write(staff.folder.key_file, KeyRing(grown.last, grown.keys))
    staff.vault.follow(grown.last)
    staff.keys.take_up()
    return grown.last
