"""The one moment of a restore in which something of the machine's changes: what was built beside it takes its place.

A file says that it has begun, so that whoever is killed in between is finished by the next one that opens the folder.
"""

from __future__ import annotations

import json
import shutil

from atm_app.durable_file import sync, write_whole
from db.folder import DataFolder
from db.server import locked

# What belongs together: books, the terminal's own journal of movements, and how far the audit had come.
PARTS = ("database", "intents.sqlite", "checkpoints.jsonl")


def exchange(folder: DataFolder, aside: str) -> None:
    """Whoever calls holds the database's lock. ``aside``: name of the folder that what was there is kept in. Raises
    OSError; the next start goes on then."""
    write_whole(folder.restore_marker, json.dumps({"aside": aside}))
    _go_on(folder)


def finish_restore(folder: DataFolder) -> None:
    """Do what a restore that was killed left to do. Raises AlreadySupervised, OSError."""
    if folder.restore_marker.exists():
        with locked(folder):
            if folder.restore_marker.exists():  # the restore itself may have had the lock until now
                _go_on(folder)


def _go_on(folder: DataFolder) -> None:
    aside = folder.root / str(json.loads(folder.restore_marker.read_text())["aside"])
    aside.mkdir(mode=0o700, exist_ok=True)
    for name in PARTS:
        new, here = folder.restoring.root / name, folder.root / name
        if new.exists():
            if here.exists():
                here.rename(aside / name)
            new.rename(here)
    if not any(aside.iterdir()):
        aside.rmdir()
    for changed in (aside, folder.root):
        if changed.exists():
            sync(changed)
    folder.restore_marker.unlink()
    shutil.rmtree(folder.restoring.root, ignore_errors=True)
