"""A process's hold on the database supervisor: started on demand, kept alive, noticed when it dies."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Protocol

from db.folder import DataFolder
from db.server import START_SECONDS, ServerProblem

PROJECT = Path(__file__).resolve().parent.parent


class Hold(Protocol):
    """What keeps a private server up."""

    def ensure(self) -> None:
        """Raises ServerProblem when there is none."""
        ...

    def close(self) -> None: ...


class Attachment:
    """One client of the supervisor. Close it, or die, and the supervisor knows."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._socket: socket.socket | None = None
        self._mutex = threading.Lock()

    def ensure(self) -> None:
        """Be attached to a running supervisor, starting one where needed. Raises ServerProblem."""
        with self._mutex:
            if self._socket is not None and self._still_there(self._socket):
                return
            if self._socket is not None:
                self._socket.close()
                self._socket = None
            self._attach()

    def close(self) -> None:
        with self._mutex:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _attach(self) -> None:
        end = time.monotonic() + START_SECONDS
        supervisor: subprocess.Popen[bytes] | None = None
        while time.monotonic() < end:
            connected = self._connect()
            if connected is not None:
                self._socket = connected
                return
            if supervisor is None or supervisor.poll() == 0:
                supervisor = self._spawn()
            elif supervisor.poll() is not None:
                log = (self._folder.logs / "supervisor.log").read_text(errors="replace")
                raise ServerProblem(log.strip()[-1500:] or "the database supervisor ended at once")
            time.sleep(0.01)  # between two looks: the supervisor makes its socket when it is ready
        raise ServerProblem("the database supervisor did not answer")

    def _connect(self) -> socket.socket | None:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(START_SECONDS)
        with contextlib.suppress(OSError):
            client.connect(str(self._folder.control_socket))
            if client.recv(16):
                return client
        client.close()
        return None

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self._folder.logs / "supervisor.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "db.server", "--data", str(self._folder.root)],
                cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    @staticmethod
    def _still_there(client: socket.socket) -> bool:
        try:
            client.setblocking(False)
            return bool(client.recv(16, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False
