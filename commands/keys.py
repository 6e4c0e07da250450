"""``main.py keys``: ``rotate`` brings a new master key into force, ``list`` shows what still needs which key."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from atm_app.config import Settings
from commands.opened_storage import opened_storage
from db.folder import DataFolder


def rotate(folder: DataFolder, settings: Settings, *, json_output: bool) -> int:
    """Exit code 0 when every data key is wrapped under the new master key. Of a configured server's machines each has a
    ring of its own: the first call only adds the key, the next one, when all machines have it, brings it into force."""
    with opened_storage(folder, settings) as storage, _alone(folder) as alone:
        if not alone:
            print("Another rotation is under way.", file=sys.stderr)
            return 1
        keys = storage.keys
        if settings.database.host and not keys.rotating and keys.prepared is None:
            added = keys.prepare()
            if json_output:
                print(json.dumps({"ok": True, "key": added, "in_force": False}))
            else:
                print(
                    f"Key {added} was added to {storage.key_source}. Bring it to every machine that uses this server, "
                    "then run this again."
                )
            return 0
        done = keys.rotate()
        storage.staff_audit.seal()
    ok = not done.left
    if json_output:
        told = {"ok": ok, "key": done.key_id, "in_force": True, "customers": done.customers, "left": done.left}
        print(json.dumps(told))
        return 0 if ok else 1
    print(f"Key {done.key_id} is in force; {done.customers} customers were wrapped under it.")
    print("Keep a copy of the ring in a safe: without it nothing can be opened.")
    if done.left:
        print(f"{done.left} customers' data keys do not open and stay as they are.", file=sys.stderr)
    return 0 if ok else 1


def show(folder: DataFolder, settings: Settings, *, json_output: bool) -> int:
    with opened_storage(folder, settings) as storage:
        keys, in_force = storage.keys.list(), storage.vault.key_id
    if json_output:
        rows = [
            {
                **dataclasses.asdict(key), "added_at": key.added_at.isoformat(), "in_force": key.key_id == in_force,
                "rotated_at": key.rotated_at.isoformat() if key.rotated_at else None,
            }
            for key in keys
        ]  # fmt: skip
        print(json.dumps({"ok": True, "keys": rows}, indent=1))
        return 0
    table = Table("key", "since (UTC)", "state", "data keys", "PINs", "audit seals", title="What needs which key")
    for key in keys:
        state = "rotating" if key.rotated_at is None else "in force" if key.key_id == in_force else "still opens"
        counts = (key.data_keys, key.credentials, key.seals)
        table.add_row(key.key_id, f"{key.added_at:%Y-%m-%d %H:%M}", state, *(f"{count}" for count in counts))
    Console().print(table)
    return 0


@contextmanager
def _alone(folder: DataFolder) -> Iterator[bool]:
    """Whether nobody else on this machine is rotating: two would each add a key to the ring."""
    descriptor = os.open(folder.key_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)
