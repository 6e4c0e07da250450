"""A serial line that another machine shares over TCP: its bytes alone (``socket://``), or by RFC 2217 (``rfc2217://``).

pyserial's two clients, without what they wait for on a line that takes its time: each packet held back until the one
before it was acknowledged, a purge across the network before every command, limits that add up to a quarter of an hour.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from concurrent.futures import Future, wait

import serial
from serial import rfc2217
from serial.urlhandler import protocol_socket

SHARED = ("socket://", "rfc2217://")
# From the name's look-up to the line that can be used: four round trips by RFC 2217, here with 0.4 s each, and 0.15 s
# that pyserial sleeps between them.
OPEN_SECONDS = 2.0


def is_shared(port: str) -> bool:
    return port.startswith(SHARED)


def opened_shared(url: str, baud_rate: int, read_seconds: float, write_seconds: float) -> serial.SerialBase:
    """An open line; its baud rate counts by RFC 2217 only, a raw port has the one it is shared with. Raises
    serial.SerialException, also when it is not open after OPEN_SECONDS."""
    if url.startswith("rfc2217://"):
        line = _Rfc2217Line(None, baud_rate, timeout=read_seconds)
    else:
        line = _RawLine(None, baud_rate, timeout=read_seconds, write_timeout=write_seconds)
    line.port = url
    _open(line)
    return line


def _open(line: serial.SerialBase) -> None:
    """On a thread of its own: neither the look-up of a name nor pyserial's negotiation can be told when to end."""
    opening: Future[None] = Future()

    def open_it() -> None:
        try:
            line.open()
        except Exception as error:
            opening.set_exception(error)
        else:
            opening.set_result(None)

    threading.Thread(target=open_it, name="sensor's port", daemon=True).start()
    wait([opening], timeout=OPEN_SECONDS)
    if not opening.done():
        opening.add_done_callback(lambda _: line.close())  # also when it opens right now: nobody else could have it
        raise serial.SerialException(f"{line.port} did not open within {OPEN_SECONDS:.0f} seconds")
    if error := opening.exception():
        raise serial.SerialException(f"{line.port} cannot be opened: {error}") from error


class _RawLine(protocol_socket.Serial):  # type: ignore[misc]  # pyserial carries no types
    def open(self) -> None:
        super().open()
        # A template goes out in several small packets; Nagle's algorithm keeps the second until the first is known to
        # have arrived.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _Rfc2217Line(rfc2217.Serial):  # type: ignore[misc]  # pyserial carries no types
    """An R307 has two data lines and no other: those of a modem are left as they are."""

    def reset_input_buffer(self) -> None:
        """What has arrived here. What is still under way is told apart by ``RobustFingerprint``, on every line."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._read_buffer.get_nowait()

    def reset_output_buffer(self) -> None:
        """Nothing waits here: every write is handed to the network at once."""

    def _update_dtr_state(self) -> None:
        pass

    def _update_rts_state(self) -> None:
        pass
