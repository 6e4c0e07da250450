"""``main.py keys``: ``rotate`` brings a new master key into force, ``list`` shows what still needs which key;
``backup`` writes the ring under a passphrase, ``restore`` brings it back."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from atm_app.config import Settings
from atm_app.durable_file import write_whole
from atm_app.trust.key_backup import opened_ring, sealed_ring
from atm_app.trust.vault import KeyProblem
from commands.opened_storage import opened_storage
from commands.passphrase import passphrase
from db.folder import DataFolder
from db.key_source import read_again, source_of
from db.locks import alone


def rotate(folder: DataFolder, settings: Settings, *, json_output: bool) -> int:
    """Exit code 0 when every data key is wrapped under the new master key. Of a configured server's machines each has a
    ring of its own: the first call only adds the key, the next one, when all machines have it, brings it into force."""
    with opened_storage(folder, settings) as storage, alone(folder.key_lock) as we_are:
        if not we_are:  # two would each add a key to the ring
            print("Another rotation is under way.", file=sys.stderr)
            return 1
        keys = storage.keys
        if settings.database.hosts and not keys.rotating and keys.prepared is None:
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
    print("Keep a copy of the ring in a safe, without it nothing can be opened: main.py keys backup FILE.")
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


def backup(folder: DataFolder, path: Path, *, json_output: bool) -> int:
    """Exit code 0 when the ring lies in the file ``path``, which must not be there yet. Needs no database."""
    ring = read_again(source_of(folder.key_file))
    if path.exists():
        raise KeyProblem(f"{path} is there already; nothing was written")
    sealed = sealed_ring(ring, passphrase(new=True))
    try:
        write_whole(path, sealed + "\n")
    except OSError as error:
        raise KeyProblem(f"{path} could not be written: {error.strerror}") from error
    told = f"{len(ring.keys)} master keys lie in {path}. Keep it apart from the backups, and the passphrase from both."
    print(json.dumps({"ok": True, "file": str(path.absolute()), "keys": list(ring.keys)}) if json_output else told)
    return 0


def restore(folder: DataFolder, path: Path, *, json_output: bool) -> int:
    """Exit code 0 when the machine has the ring of the file now. One that it has already is never replaced."""
    source = source_of(folder.prepare().key_file)
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"{path} cannot be read: {error}") from error
    ring, there = opened_ring(text, passphrase(new=False)), source.find()
    if there is not None and there != ring:
        raise KeyProblem(f"{source} is there and is another one; nothing was changed")
    try:
        if there is None:
            source.keep(ring)
    except OSError as error:
        raise KeyProblem(f"{source} could not be written: {error.strerror}") from error
    told = f"{len(ring.keys)} master keys are in {source}."
    print(json.dumps({"ok": True, "keys": list(ring.keys)}) if json_output else told)
    return 0
