"""``main.py staff`` without a deed: the console's window."""

from __future__ import annotations

import sys
import tkinter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from atm_app.branch.console import Console
from atm_app.config import Settings
from atm_app.ports import Work
from atm_app.workers import ThreadWorkers
from commands.branch_wiring import SystemTime, console_of
from commands.display import NoDisplay, ensure_display
from commands.opened_storage import opened_storage
from commands.staff import show_once
from db.folder import DataFolder
from gui.brand import brand_of
from gui.console.sections import furnish
from gui.console.shell import Shell
from gui.inbox import Inbox

SIZE = (1280, 800)
EXIT_NO_DISPLAY = 2


class StaffConsole:
    """One window. ``close`` ends what belongs to it; the storage below ``console`` stays its owner's. ``display``: of
    X, else the environment's. Raises ConfigurationProblem for a brand that cannot be shown."""

    def __init__(
        self, console: Console, settings: Settings, size: tuple[int, int] = SIZE, display: str | None = None
    ) -> None:
        brand = brand_of(settings)
        self.root = tkinter.Tk(screenName=display, className="CardlessATMBranch")
        self.inbox = Inbox(self.root)
        self.workers = ThreadWorkers(self.inbox.post)
        self.shell = Shell(self.root, brand, console, settings, self._submit, size)
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


def open_console(
    folder: DataFolder, settings: Settings, size: tuple[int, int] | None, config: Path = Path("atm.toml")
) -> int:
    """Until the window is closed. Where nobody works yet the first administrator is made, the password printed.
    ``config``: where the settings are kept."""
    try:
        ensure_display()
    except NoDisplay as problem:
        print(problem, file=sys.stderr)
        return EXIT_NO_DISPLAY
    with opened_storage(folder, settings) as storage:
        console = console_of(storage, settings, SystemTime(), config)
        if not storage.staff_accounts.all():
            show_once(console.staff.create_first_administrator())
        window = StaffConsole(console, settings, size or SIZE)
        window.root.protocol("WM_DELETE_WINDOW", window.root.quit)
        try:
            window.root.mainloop()
        finally:
            window.close()
    return 0
