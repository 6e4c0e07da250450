"""What takes long, on a thread of its own: how far it is, and a way to stop it. The window stays alive meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from atm_app.branch.long_work import LongWork
from atm_app.ports import Cancelled
from gui.bars import FillingBar, MovingBar
from gui.console import layout
from gui.console.dialogs import WIDTH, Dialog
from gui.console.shell import Shell

T = TypeVar("T")
LOOK_MILLISECONDS = 100
BAR_HEIGHT = 16
STOPPED = "Stopped. Nothing of it was kept."


class LongDialog(Dialog):
    """Closing it, by whatever way, stops the work."""

    def __init__(self, shell: Shell, title: str, unit: str, work: LongWork) -> None:
        super().__init__(shell, title)
        self._unit, self._work, self._next = unit, work, ""
        workshop, palette = shell.workshop, shell.theme.palette
        self._told = workshop.text(self.card, "", quiet=True)
        self._told.pack(anchor="w")
        self._filling = FillingBar(self.card, palette)
        self._filling.configure(height=workshop.scale(BAR_HEIGHT))
        self._filling.pack(fill="x", pady=workshop.scale(layout.GAP))
        self._moving = MovingBar(self._filling, palette.track, palette.accent)
        workshop.button(self.card, "Stop", self.close, width=WIDTH - 2 * layout.CARD_PADDING).pack(
            fill="x", ipady=workshop.scale(16)
        )
        self._look()

    def _look(self) -> None:
        done, total = self._work.done, self._work.total
        if total:
            self._moving.stop()
            self._moving.place_forget()
            self._filling.fill(done / total)
            told = f"{min(100, 100 * done // total)} %"
        else:
            self._moving.place(x=0, y=0, relwidth=1, relheight=1)
            self._moving.start()
            told = f"{done:,} {self._unit}"
        self.shell.workshop.set(self._told, told)
        self._next = self.shell.root.after(LOOK_MILLISECONDS, self._look)

    def close(self) -> None:
        self._work.cancel()
        if self._next:
            self.shell.root.after_cancel(self._next)
            self._next = ""
            super().close()


def run_long(
    shell: Shell, title: str, unit: str, do: Callable[[LongWork], T], done: Callable[[T], None],
    stopped_told: str = STOPPED,
) -> None:  # fmt: skip
    """``done`` hears the answer on Tk's thread, while whoever asked is still signed in and has not stopped it; then
    ``stopped_told`` is told."""
    work, session = LongWork(), shell.session
    dialog = LongDialog(shell, title, unit, work)

    def ended(tell: Callable[[], None]) -> None:
        shell.running.discard(thread)
        stopped = not dialog.frame.winfo_exists()
        if not stopped:
            dialog.close()
        if session is shell.session and session is not None:
            shell.tell(stopped_told) if stopped else tell()

    def run() -> None:
        try:
            answer = do(work)
        except Cancelled:
            shell.post(lambda: ended(lambda: shell.tell(stopped_told)))
        except Exception as error:
            problem = error
            shell.post(lambda: ended(lambda: shell.refused(problem)))
        else:
            shell.post(lambda: ended(lambda: done(answer)))

    thread = threading.Thread(target=run, name="long-work", daemon=True)
    shell.running.add(thread)
    thread.start()
