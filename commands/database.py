"""``main.py db migrate``: bring the schema of the private or the configured server to this version."""

from __future__ import annotations

import sys

from mysql.connector import errors

from atm_app.config import Settings
from commands.administrator import administrator_password
from commands.opened_storage import server_addresses
from db.folder import DataFolder
from db.migrations import MigrationProblem
from db.storage import Storage


def migrate(folder: DataFolder, settings: Settings, user: str, *, new_key: bool) -> int:
    """``user``: administrator of a configured server; the private server knows us by its socket."""
    servers = server_addresses(settings)
    storage = Storage(folder, settings.terminal, settings.currency, servers, new_key=new_key)
    try:
        if not servers:
            done = storage.open()
        else:
            password = administrator_password(user or "root", str(servers[0]))
            done = storage.migrate(storage.hosts.chosen, user or "root", password)
    except (MigrationProblem, errors.Error) as problem:
        print(f"The schema was not changed: {problem}", file=sys.stderr)
        return 1
    finally:
        storage.close()
    print("\n".join(done) if done else "The schema is up to date.")
    return 0
