"""``main.py staff`` without a deed: the console's window."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable
from typing import Any

from atm_app.config import Settings
from atm_app.ports import Work
from atm_app.workers import ThreadWorkers
from commands.branch_wiring import SystemTime, console_of
from commands.display import NoDisplay, ensure_display
from commands.opened_storage import opened_storage
from commands.staff import show_once
from db.folder import DataFolder
from db.storage import Storage
from gui.brand import brand_of
from gui.console.sections import furnish
from gui.console.shell import Shell
from gui.inbox import Inbox

SIZE = (1280, 800)
EXIT_NO_DISPLAY = 2


class StaffConsole:
    """One window on an opened storage. ``close`` ends what belongs to it; the storage stays its owner's."""

    def __init__(self, storage: Storage, settings: Settings, size: tuple[int, int] = SIZE) -> None:
        brand = brand_of(settings)
        self.root = tkinter.Tk(className="CardlessATMBranch")
        self.inbox = Inbox(self.root)
        self.workers = ThreadWorkers(self.inbox.post)
        self.shell = Shell(
            self.root, brand, console_of(storage, settings, SystemTime()), settings, self._submit, size
        )  # fmt: skip
        furnish(self.shell)

    def _submit(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        self.workers.submit(Work.LEDGER, work, done, failed)

    def close(self) -> None:
        self.shell.close()
        self.workers.stop()
        self.inbox.close()
        self.root.destroy()


def open_console(folder: DataFolder, settings: Settings, size: tuple[int, int] | None) -> int:
    """Until the window is closed. Where nobody works yet the first administrator is made, the password printed."""
    try:
        ensure_display()
    except NoDisplay as problem:
        print(problem, file=sys.stderr)
        return EXIT_NO_DISPLAY
    with opened_storage(folder, settings) as storage:
        if not storage.staff_accounts.all():
            show_once(console_of(storage, settings, SystemTime()).staff.create_first_administrator())
        console = StaffConsole(storage, settings, size or SIZE)
        console.root.protocol("WM_DELETE_WINDOW", console.root.quit)
        try:
            console.root.mainloop()
        finally:
            console.close()
    return 0
