"""What a console stands on: the machine's storage, which it gives up while a backup takes the database's place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from atm_app.config import Settings
from atm_app.stores import AuditEvent, StoreUnavailable
from commands.opened_storage import opened_storage
from db.folder import DataFolder
from db.storage import Storage


class ConsoleStorage:
    """``AuditLog`` as well: the staff chain of whichever database is open. Raises what ``opened_storage`` raises."""

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self._folder, self._settings = folder, settings
        self._opened = contextlib.ExitStack()
        self._storage: Storage | None = None
        self._open()

    @property
    def storage(self) -> Storage:
        """Raises StoreUnavailable while it is given up, or where it could not be opened again."""
        if self._storage is None:
            raise StoreUnavailable("the database is not open")
        return self._storage

    @contextlib.contextmanager
    def given_up(self) -> Iterator[None]:
        """Nothing of this process has the database open meanwhile. Afterwards it is opened again, whatever happened."""
        self.close()
        try:
            yield
        finally:
            self._open()

    def write(self, event: AuditEvent) -> None:
        self.storage.staff_audit.write(event)

    def seal(self) -> int:
        return self.storage.staff_audit.seal()

    def close(self) -> None:
        self._storage = None
        self._opened.close()

    def _open(self) -> None:
        self._storage = self._opened.enter_context(opened_storage(self._folder, self._settings))
