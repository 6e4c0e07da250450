"""A scripted customer on a real window: a generator that yields what it waits for, and then touches.

The window keeps living between two looks, so a script sees what a customer would see and blocks nothing.
"""

from __future__ import annotations

import logging
import time
import tkinter as tk
from collections.abc import Callable, Generator

log = logging.getLogger(__name__)

POLL_MILLISECONDS = 10
# Longer than anything takes on two busy cores; a script that waits so long has failed.
PATIENCE_SECONDS = 150.0

Script = Generator[Callable[[], bool], None, None]


class ScriptFailed(Exception):
    """The script did not come to its end; the message says where."""


class Performance:
    """Plays a script on a window and ends the window's main loop with it; ``failure`` says why it stopped early.

    ``where`` names the place the script is at, for a failure; ``check`` raises ScriptFailed at a dead end.
    """

    def __init__(
        self, root: tk.Misc, script: Script, where: Callable[[], str], check: Callable[[], None] = lambda: None
    ) -> None:
        self._root, self._script, self._where, self._check = root, script, where, check
        self.failure = ""

    def start(self) -> None:
        self._advance(next(self._script), time.monotonic() + PATIENCE_SECONDS)

    def _advance(self, waiting_for: Callable[[], bool], deadline: float) -> None:
        try:
            while waiting_for():
                waiting_for = next(self._script)
                deadline = time.monotonic() + PATIENCE_SECONDS
            if time.monotonic() > deadline:
                raise ScriptFailed(f"nothing happened any more in state {self._where()}")
            self._check()
        except StopIteration:
            self._root.quit()
            return
        except Exception as error:
            log.exception("the script failed")
            self.failure = str(error) or type(error).__name__
            self._root.quit()
            return
        self._root.after(POLL_MILLISECONDS, self._advance, waiting_for, deadline)
