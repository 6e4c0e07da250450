"""The key ring's file: outside the database, readable by its owner alone."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from atm_app.durable_file import write_whole
from atm_app.trust.vault import KeyProblem, KeyRing


class PrivateFile:
    """A text, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self) -> str | None:
        """Raises KeyProblem when others could read the file too."""
        return read_private(self._path) if self._path.exists() else None

    def keep(self, text: str) -> None:
        write_whole(self._path, text)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


class KeyFile:
    """A source of the ring, as ``db.key_source`` describes them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return f"the key file {self._path}"

    def find(self) -> KeyRing | None:
        return read(self._path) if self._path.exists() else None

    def make(self) -> KeyRing:
        """Of two processes that make one at once the first wins, and both use its ring."""
        draft = self._path.with_suffix(f".{os.getpid()}")
        write(draft, KeyRing.generate())
        with contextlib.suppress(FileExistsError):
            os.link(draft, self._path)
        draft.unlink()
        return read(self._path)

    def keep(self, ring: KeyRing) -> None:
        write(self._path, ring)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


def read(path: Path) -> KeyRing:
    """Raises KeyProblem when others could read the file too."""
    return KeyRing.from_text(read_private(path))


def read_private(path: Path) -> str:
    """Raises KeyProblem when others could read the file too."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise KeyProblem(f"the key file {path} cannot be read: {told}") from error
    if mode & 0o077:
        raise KeyProblem(f"the key file {path} can be read by others; run: chmod 600 {path}")
    return text


def write(path: Path, ring: KeyRing) -> None:
    """Write the file whole or not at all."""
    write_whole(path, ring.to_text())
