"""What is on a memory stick: names of pictures, and the way to one of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.picture_file import SUFFIXES

# A stick is somebody's whole life: no deeper, no longer and no more than a customer would look through.
DEEPEST, MOST_ENTRIES, MOST_FILES = 3, 2_000, 60


class MemoryStick:
    """``atm_app.picture_ports.PictureFiles``. ``folder``: where a stick appears; it is in when the folder is there and
    not empty. Keeps nothing between calls, so any thread may call."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> tuple[str, ...] | None:
        """See the port. No links, which could lead off the stick, and nothing hidden; the first of what there is."""
        try:
            if not any(self._folder.iterdir()):
                return None
        except OSError:
            return None
        return tuple(sorted(self._pictures(), key=lambda file: (file.count("/"), file.casefold())))

    def path(self, file: str) -> Path:
        """Only what ``files`` names: never a way off the stick. Raises UnusablePicture."""
        if file not in (self.files() or ()):
            raise UnusablePicture(PictureFault.UNREADABLE, "the file is not, or no longer, on the stick")
        return self._folder / file

    def _pictures(self) -> Iterator[str]:
        entries = found = 0
        for folder, inside, files in os.walk(self._folder):
            depth = len(Path(folder).relative_to(self._folder).parts)
            inside[:] = sorted(name for name in inside if not name.startswith(".")) if depth < DEEPEST else []
            entries += len(inside) + len(files)
            for name in sorted(files):
                path = Path(folder, name)
                if name.startswith(".") or path.suffix.lower() not in SUFFIXES or path.is_symlink():
                    continue
                yield path.relative_to(self._folder).as_posix()
                found += 1
                if found == MOST_FILES:
                    return
            if entries > MOST_ENTRIES:
                return
