"""``main.py staff`` without a deed: the console's window."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
import tkinter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from atm_app.branch.console import Console
from atm_app.config import Settings
from atm_app.ports import Cancellation, Work
from atm_app.supervisor_ports import MachineAway
from atm_app.workers import ThreadWorkers
from commands.branch_wiring import SystemTime, console_of
from commands.console_storage import ConsoleStorage
from commands.display import NoDisplay, ensure_display
from commands.lent_machine import KeptLine
from commands.staff import show_once
from db.folder import DataFolder
from gui.brand import brand_of
from gui.console.sections import furnish
from gui.console.shell import Shell
from gui.console.touch import work_by_touch
from gui.inbox import Inbox

SIZE = (1280, 800)
EXIT_AWAY, EXIT_NO_DISPLAY = 1, 2
LOOK_MILLISECONDS = 1000
NOBODY_YET = "Nobody has an account yet. Run: main.py staff create-administrator"


class StaffConsole:
    """One window. ``close`` ends what belongs to it; the storage below ``console`` stays its owner's. ``display``: of
    X, else the environment's. Raises ConfigurationProblem for a brand that cannot be shown."""

    def __init__(
        self, console: Console, settings: Settings, size: tuple[int, int] | None = SIZE, display: str | None = None
    ) -> None:
        brand = brand_of(settings)
        self.root = tkinter.Tk(screenName=display, className="CardlessATMBranch")
        self.inbox = Inbox(self.root)
        self.workers = ThreadWorkers(self.inbox.post)
        size = size or (self.root.winfo_screenwidth(), self.root.winfo_screenheight())
        self.shell = Shell(self.root, brand, console, settings, self._submit, size, self.inbox.post)
        furnish(self.shell)
        self.root.protocol("WM_DELETE_WINDOW", self._asked_to_close)

    def _asked_to_close(self) -> None:
        if self.shell.holding:
            self.shell.tell(self.shell.holding)
        else:
            self.shell.ask_to_leave(self.root.quit)

    def _submit(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        self.workers.submit(Work.LEDGER, work, done, failed)

    def close(self) -> None:
        self.shell.close()
        self.workers.stop()
        self.inbox.close()
        self.root.destroy()


class AtMachine:
    """The console on the machine's own screen. It shows itself when the machine is lent, makes room while the customer
    has something to do there, and ends, giving the machine back, when it is left alone or locked."""

    def __init__(self, window: StaffConsole, line: KeptLine, idle_seconds: float) -> None:
        self._window, self._line = window, line
        self._idle_seconds = idle_seconds
        self._touched = time.monotonic()
        self._cancellation = Cancellation()
        self.problem = ""
        shell, root = window.shell, window.root
        shell.at_machine = True
        self.keyboard = work_by_touch(shell)
        shell.leave()
        root.withdraw()
        for event in ("<Key>", "<Button>", "<Motion>"):
            root.bind(event, self._note_touch, add=True)
        window.workers.submit(Work.FACE, self._borrow, lambda _: self._show(), self._failed)

    def close(self) -> None:
        """Also while it still waits."""
        self._cancellation.cancel()
        self._line.let_go()

    def _borrow(self) -> None:
        self._line.borrow(self._cancellation, lambda _: None)

    def _show(self) -> None:
        root, shell = self._window.root, self._window.shell
        self._touched = time.monotonic()
        root.deiconify()
        root.attributes("-fullscreen", True)
        root.lift()
        root.focus_force()
        # Laid out anew: no field of a window that was not to be seen has got the focus.
        shell.leave(shell.told)
        self._look()

    def _failed(self, error: Exception) -> None:
        self.problem = str(error) if isinstance(error, MachineAway) else type(error).__name__
        self._window.root.quit()

    def _note_touch(self, _: object) -> None:
        self._touched = time.monotonic()

    def _look(self) -> None:
        shell, root = self._window.shell, self._window.root
        if root.winfo_viewable() and root.focus_get() is None:
            # No window manager gives it to the window in front, and the machine's own may have taken it last.
            (root.focus_lastfor() or root).focus_force()
        left = shell.session is None and time.monotonic() - self._touched > self._idle_seconds
        if shell.covered or left:
            root.quit()
        else:
            root.after(LOOK_MILLISECONDS, self._look)


def open_console(
    folder: DataFolder, settings: Settings, size: tuple[int, int] | None, config: Path, *, at_machine: bool
) -> int:  # fmt: skip
    """Until the window is closed. Where nobody works yet the first administrator is made, the password printed;
    ``at_machine`` it is not, because nobody reads there what is printed. ``config``: where the settings are kept."""
    try:
        ensure_display()
    except NoDisplay as problem:
        print(problem, file=sys.stderr)
        return EXIT_NO_DISPLAY
    with contextlib.closing(ConsoleStorage(folder, settings)) as kept:
        line = KeptLine(folder.supervisor_socket) if at_machine else None

        def console_now() -> Console:
            return console_of(kept.storage, settings, SystemTime(), line, config, kept)

        console = console_now()
        nobody_yet = not kept.storage.staff_accounts.all()
        if nobody_yet and not at_machine:
            show_once(console.staff.create_first_administrator())
        window = StaffConsole(console, settings, size or (None if at_machine else SIZE))
        window.shell.console_anew = console_now
        there = AtMachine(window, line, settings.staff.idle_minutes * 60) if line else None
        if nobody_yet and at_machine:
            window.shell.tell(NOBODY_YET)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: window.inbox.post(window.root.quit))
        try:
            window.root.mainloop()
        finally:
            if there is not None:
                there.close()
            window.close()
        if there is not None and there.problem:
            print(there.problem, file=sys.stderr)
            return EXIT_AWAY
    return 0
