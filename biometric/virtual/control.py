"""A virtual device's remote control: one JSON object a line over a Unix socket, one JSON object a line back.

Request: ``{"command": "stand", "person": "fara"}``. Reply: ``{"ok": true, …}`` or ``{"ok": false, "error": "…"}``.
Only for virtual devices: whoever may open the socket (mode 0600) may move them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from atm_app.owners_socket import listen_for_owner

logger = logging.getLogger(__name__)

# sun_path holds 108 bytes with its final zero.
LONGEST_SOCKET_PATH = 107
LONGEST_LINE = 1 << 20
CALL_SECONDS = 5.0

Handler = Callable[[str, dict[str, Any]], dict[str, Any]]


class ControlError(Exception):
    """The device refused the command, or nobody listens on the socket."""


def socket_path(folder: Path, name: str) -> Path:
    """``folder/name``, or a path as unforeseeable as the folder's in the temporary directory when that is too long."""
    path = folder / name
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    short_folder = Path(tempfile.gettempdir()) / f"atm-{os.getuid()}-{digest}"
    short_folder.mkdir(mode=0o700, exist_ok=True)
    if short_folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{short_folder} belongs to somebody else")
    return short_folder / name


class ControlServer:
    """Listens on ``path`` (an old socket there is replaced) and answers each line with what ``handler`` returns.

    ``handler(command, arguments)`` is called on a connection's thread, one call at a time; an exception it raises
    goes back as the reply's ``error``.
    """

    def __init__(self, path: Path, handler: Handler) -> None:
        self.path = path
        self._handler = handler
        self._one_at_a_time = threading.Lock()
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()

    def start(self) -> None:
        """Listen and return. Raises OSError when the path cannot be bound."""
        self._listener = listener = listen_for_owner(self.path)
        threading.Thread(target=self._accept, args=(listener,), name="control-server", daemon=True).start()

    def close(self) -> None:
        """Stop listening, drop every connection and remove the socket. Calling it twice does nothing."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.path.unlink(missing_ok=True)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="control-connection", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, contextlib.suppress(OSError), connection.makefile("rwb") as lines:
                while line := lines.readline(LONGEST_LINE):
                    lines.write(json.dumps(self._answer(line)).encode() + b"\n")
                    lines.flush()
        finally:
            self._connections.discard(connection)

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            command = request.pop("command")
            with self._one_at_a_time:
                return {"ok": True, **self._handler(str(command), request)}
        except Exception as error:
            logger.debug("control command refused", exc_info=True)
            return {"ok": False, "error": f"{type(error).__name__}: {error}"}


class ControlClient:
    """Sends commands to the server on ``path``; connects at the first call and again when the device was restarted.

    Any thread may call it.
    """

    def __init__(self, path: Path, seconds: float = CALL_SECONDS) -> None:
        self.path = path
        self._seconds = seconds
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None

    def call(self, command: str, **arguments: Any) -> dict[str, Any]:
        """The reply without its ``ok``. Raises ControlError when refused, unanswered or nobody listens."""
        line = json.dumps({"command": command, **arguments}).encode() + b"\n"
        with self._lock:
            had_connection = self._connection is not None
            try:
                reply = self._exchange(line)
            except OSError as error:
                self._drop()
                if not had_connection or isinstance(error, TimeoutError):
                    raise ControlError(f"no answer on {self.path}: {error}") from error
                try:
                    reply = self._exchange(line)
                except OSError as again:
                    self._drop()
                    raise ControlError(f"no answer on {self.path}: {again}") from again
        if not reply.pop("ok", False):
            raise ControlError(str(reply.get("error", "refused")))
        return reply

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _exchange(self, line: bytes) -> dict[str, Any]:
        if self._connection is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._seconds)
            try:
                connection.connect(str(self.path))
            except OSError:
                connection.close()
                raise
            self._connection = connection
        self._connection.sendall(line)
        received = b""
        while not received.endswith(b"\n"):
            part = self._connection.recv(65536)
            if not part:
                raise ConnectionResetError("the device closed the control socket")
            received += part
        reply: dict[str, Any] = json.loads(received)
        return reply

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
