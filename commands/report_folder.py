"""Where the console saves reports: new files alone, in the machine's own folder or in one that somebody chose."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from atm_app.durable_file import sync
from atm_app.stores import RequestRefused

# So many reports of one name; who has more has another trouble.
MOST_COPIES = 999
REASONS = {
    errno.ENOENT: "no_such_folder", errno.ENOTDIR: "no_such_folder",
    errno.EACCES: "folder_not_writable", errno.EPERM: "folder_not_writable", errno.EROFS: "folder_not_writable",
    errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full",
}  # fmt: skip


# What is being written is called so; its own name is taken meanwhile by an empty file.
UNFINISHED = ".part"


class NewFile:
    """``path``: a name nobody had. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f"{path.name}{UNFINISHED}")
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")

    @property
    def name(self) -> str:
        return str(self.path)

    def write(self, content: bytes) -> None:
        self._file.write(content)

    def finish(self) -> None:
        """Until the disk has it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self.path)
        sync(self.path.parent)

    def drop(self) -> None:
        """Nothing of it is left."""
        with contextlib.suppress(OSError):
            self._file.close()
        for path in (self._part, self.path):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


class Reports:
    """``ReportFolder``. ``usual``: made when the first report is saved."""

    def __init__(self, usual: Path) -> None:
        self._usual = usual

    @property
    def usual(self) -> str:
        return str(self._usual)

    def folders(self, where: str) -> tuple[str, ...]:
        """Those whose names begin with a dot are left out."""
        return self._names(where, _is_folder)

    def files(self, where: str, ending: str | tuple[str, ...]) -> tuple[str, ...]:
        return self._names(where, lambda entry: entry.name.lower().endswith(ending) and not _is_folder(entry))

    def _names(self, where: str, wanted: Callable[[os.DirEntry[str]], bool]) -> tuple[str, ...]:
        if Path(where) == self._usual and not self._usual.exists():
            return ()
        try:
            with os.scandir(where) as entries:
                return tuple(sorted(entry.name for entry in entries if wanted(entry)))
        except OSError as error:
            reason = REASONS.get(error.errno or 0, "")
            raise RequestRefused("no_such_folder" if reason == "no_such_folder" else "folder_unreadable") from error

    def parent(self, where: str) -> str:
        return str(Path(where).parent)

    def inside(self, where: str, name: str) -> str:
        return str(Path(where) / name)

    def keep(self, where: str, name: str, content: bytes) -> str:
        with self.new_file(where, name) as file:
            file.write(content)
        return file.name

    @contextlib.contextmanager
    def new_file(self, where: str, name: str) -> Iterator[NewFile]:
        """Whole at the end, or not there. Raises RequestRefused as ``ReportFolder.keep`` says."""
        try:
            if Path(where) == self._usual:
                self._usual.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = _made(Path(where), name)
            try:
                yield file
                file.finish()
            except BaseException:
                file.drop()
                raise
        except OSError as error:
            raise RequestRefused(REASONS.get(error.errno or 0, "not_written")) from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir() and not entry.name.startswith(".")
    except OSError:
        return False


def _made(folder: Path, name: str) -> NewFile:
    """The name with a number where it is taken. Others at this machine do not read it."""
    stem, dot, ending = name.rpartition(".")
    for copy in range(1, MOST_COPIES + 1):
        path = folder / (name if copy == 1 else f"{stem} ({copy}){dot}{ending}")
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        return NewFile(path)
    raise OSError(errno.EEXIST, "every name is taken")
