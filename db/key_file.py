"""The key ring's file: outside the database, readable by its owner alone.

A ring is made only for a data folder that has no database yet. A missing key file beside an existing database is a
loss that must be seen, never papered over with a new key.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from atm_app.durable_file import write_whole
from atm_app.trust.vault import KeyProblem, KeyRing

ENVIRONMENT = "ATM_KEY_RING"


def read_or_make(path: Path, *, database_exists: bool) -> KeyRing:
    """The ring of this machine: from the environment, else its file, else a new one. Raises KeyProblem."""
    if text := os.environ.get(ENVIRONMENT):
        return KeyRing.from_text(text)
    if path.exists():
        return read(path)
    if database_exists:
        raise KeyProblem(f"the key file {path} is missing, but the database sealed with it is there; restore it")
    return _make(path)


def read(path: Path) -> KeyRing:
    """Raises KeyProblem when others could read the file too."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text()
    except OSError as error:
        raise KeyProblem(f"the key file {path} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise KeyProblem(f"the key file {path} can be read by others; run: chmod 600 {path}")
    return KeyRing.from_text(text)


def _make(path: Path) -> KeyRing:
    """A new ring; of two processes that make one at once the first wins, and both use its ring."""
    draft = path.with_suffix(f".{os.getpid()}")
    write(draft, KeyRing.generate())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return read(path)


def write(path: Path, ring: KeyRing) -> None:
    """Write the file whole or not at all."""
    write_whole(path, ring.to_text())
