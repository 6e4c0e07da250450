"""The machine's end of the line to the branch's console: a Unix socket in the data folder, for its owner alone. Who is
connected has the machine; who dies lets go of it, however they die."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from atm_app.controller import Controller
from atm_app.owners_socket import listen_for_owner
from atm_app.supervisor_ports import Answer, Progress
from commands.line_messages import (
    Answered,
    Ask,
    Failed,
    Lent,
    Seen,
    Taken,
    ToConsole,
    Waits,
    from_console,
    to_console,
)

log = logging.getLogger(__name__)

CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: unix(7), SO_PEERCRED


class _LineAttendant:
    """Staff at the other end. A thread of its own sends, so that a console that stands still never holds up the
    screen."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._messages: SimpleQueue[ToConsole | None] = SimpleQueue()
        threading.Thread(target=self._send, name="supervisor-line-out", daemon=True).start()

    def lent(self, family: str) -> None:
        self._messages.put(Lent(family))

    def waits(self, state: str) -> None:
        self._messages.put(Waits(state))

    def report(self, progress: Progress) -> None:
        self._messages.put(Seen.of(progress))

    def answer(self, answer: Answer) -> None:
        self._messages.put(Answered(answer))

    def fail(self, error: Exception) -> None:
        self._messages.put(Failed.of(error))

    def close(self) -> None:
        self._messages.put(None)

    def _send(self) -> None:
        with contextlib.suppress(OSError):  # the console has gone; its end of the line tells it
            while (message := self._messages.get()) is not None:
                self._connection.send_bytes(to_console(message))


class SupervisorLine:
    """``post`` brings a call onto the controller's thread."""

    def __init__(self, path: Path, controller: Controller, post: Callable[[Callable[[], None]], None]) -> None:
        self._path = path
        self._controller = controller
        self._post = post
        self._mutex = threading.Lock()
        self._lent = False
        self._listener: socket.socket | None = None

    def start(self) -> None:
        """Raises OSError."""
        self._listener = listener = listen_for_owner(self._path)
        threading.Thread(target=self._accept, args=(listener,), name="supervisor-line", daemon=True).start()

    def close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None:
            return
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection = Connection(listener.accept()[0].detach())
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), name="supervisor-line-in", daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        with connection:
            if not _is_ours(connection):
                log.warning("somebody else's process asked for the machine")
                return
            with self._mutex:
                taken, self._lent = self._lent, True
            if taken:
                with contextlib.suppress(OSError):
                    connection.send_bytes(to_console(Taken()))
                return
            attendant = _LineAttendant(connection)
            try:
                self._post(lambda: self._controller.staff_arrive(attendant))
                self._hear(connection)
            finally:
                attendant.close()
                self._post(self._left)

    def _hear(self, connection: Connection) -> None:
        """Until the console hangs up, or says what is no message."""
        controller = self._controller
        while True:
            try:
                message = from_console(connection.recv_bytes())
            except (EOFError, OSError):
                return
            except Exception:
                log.exception("the console said what nobody understands")
                return
            if isinstance(message, Ask):
                self._post(partial(controller.begin_errand, message.errand, message.language))
            else:
                self._post(controller.withdraw_errand)

    def _left(self) -> None:
        self._controller.staff_leave()
        with self._mutex:
            self._lent = False


def _is_ours(connection: Connection) -> bool:
    """Whether a process of our own user is at the other end."""
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        _, user, _ = CREDENTIALS.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))
    return bool(user == os.getuid())
