"""Files that a power cut leaves whole: the old text or the new one, never half of it."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """A new file beside it, readable by its owner alone, synced, then renamed; the folder is synced as well, because
    the new name itself must outlive the power cut. Raises OSError."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")  # two processes may write at once
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
