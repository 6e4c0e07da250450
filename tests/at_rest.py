"""Data folders whose database has stopped, and copies of them: what takes long to make is made once."""

from __future__ import annotations

import fcntl
import subprocess

from db.folder import DataFolder, fresh_folder
from tests.waiting import wait_until


def await_rest(folder: DataFolder) -> None:
    """Until the database has written everything and stopped."""
    wait_until(lambda: _is_stopped(folder), "the database has written everything and stopped")


def _is_stopped(folder: DataFolder) -> bool:
    """The supervisor, the last to go, holds the folder's lock until then."""
    with folder.database_lock.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def copy_of(folder: DataFolder) -> DataFolder:
    """A new folder with everything of one at rest; as root its database belongs to the server's own user there too."""
    made = fresh_folder("test")
    subprocess.run(["cp", "--archive", f"{folder.root}/.", str(made.root)], check=True)
    return made
