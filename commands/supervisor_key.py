"""The supervisor key of the machine: it opens the branch's console on the machine's own screen, in a process of its
own. Who turns it still has to sign in there; the customer who is at the machine finishes first."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from db.folder import DataFolder

log = logging.getLogger(__name__)

MAIN = Path(__file__).resolve().parent.parent / "main.py"
STOP_SECONDS = 3.0


def console_command(folder: DataFolder, named: Sequence[str] = ()) -> list[str]:
    """What opens the console on the screen of the machine of this folder. ``named``: the options it was started
    with."""
    return [sys.executable, str(MAIN), "--data", str(folder.root), *named, "staff", "--at-machine"]


class SupervisorKey:
    """``command``: what starts the console."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def turned(self) -> bool:
        """The console is there, or waits for the machine."""
        return self._process is not None and self._process.poll() is None

    def turn(self) -> None:
        """Does nothing while the console is there."""
        if self.turned:
            return
        try:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        except OSError:
            log.exception("the console of the branch could not be started")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
