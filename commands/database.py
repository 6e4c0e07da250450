"""``main.py db migrate``: bring the schema of the private or the configured server to this version."""

from __future__ import annotations

import sys

from mysql.connector import errors

from atm_app.config import Settings
from commands.administrator import administrator_password
from commands.opened_storage import server_address
from db.folder import DataFolder
from db.migrations import MigrationProblem
from db.storage import Storage


def migrate(folder: DataFolder, settings: Settings, user: str, *, new_key: bool) -> int:
    """``user``: administrator of a configured server; the private server knows us by its socket."""
    address = server_address(settings)
    storage = Storage(folder, settings.terminal, settings.currency, address, new_key=new_key)
    try:
        if address is None:
            done = storage.open()
        else:
            password = administrator_password(user or "root", address.host)
            done = storage.migrate(address.options(), user or "root", password)
    except (MigrationProblem, errors.Error) as problem:
        print(f"The schema was not changed: {problem}", file=sys.stderr)
        return 1
    finally:
        storage.close()
    print("\n".join(done) if done else "The schema is up to date.")
    return 0
