"""The line to a printer, with a deadline for everything: a printer without paper takes no more bytes, and a write of
python-escpos's own to a device file would then wait for ever."""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Callable

import serial

OPEN_SECONDS = 2.0
READ_BYTES = 256
BITS_PER_BYTE = 10  # on a serial line, with start and stop bit
MILLISECONDS = 1000


class PrinterLine:
    """Bytes to and from an open descriptor that does not block. Deadlines are ``time.monotonic`` seconds; what is late
    raises TimeoutError, what breaks another OSError."""

    def __init__(self, descriptor: int, close: Callable[[], None], baud_rate: int = 0) -> None:
        self._descriptor = descriptor
        self._baud_rate = baud_rate
        self.close = close

    def seconds_for(self, data: bytes) -> float:
        """What the line itself needs to carry them; 0 where that does not count."""
        return len(data) * BITS_PER_BYTE / self._baud_rate if self._baud_rate else 0.0

    def send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                continue

    def receive(self, wanted: Callable[[int], bool], deadline: float) -> int:
        """The first byte that is ``wanted``; the others are dropped."""
        while True:
            self._wait(select.POLLIN, deadline)
            for value in self._read():
                if wanted(value):
                    return value

    def drain(self) -> None:
        """Drop what was sent unasked or too late."""
        while self._poll(select.POLLIN, 0.0):
            self._read()

    def _read(self) -> bytes:
        try:
            data = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return b""
        if not data:
            raise ConnectionResetError("the printer has gone")
        return data

    def _wait(self, event: int, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or not self._poll(event, left):
            raise TimeoutError("the printer is silent")

    def _poll(self, event: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, event)
        ready = poll.poll(seconds * MILLISECONDS)
        # A hang-up alone is not what was waited for, but no amount of waiting brings it.
        if ready and not ready[0][1] & event:
            raise ConnectionResetError("the printer has gone")
        return bool(ready)


def open_line(port: str, baud_rate: int) -> PrinterLine:
    """``port``: as in the settings. Raises OSError."""
    if not port.startswith("/"):
        host, _, number = port.rpartition(":")
        link = socket.create_connection((host.strip("[]"), int(number)), OPEN_SECONDS)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # three bytes of question do not wait for more
        link.setblocking(False)
        return PrinterLine(link.fileno(), link.close)
    descriptor = os.open(port, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not os.isatty(descriptor):
        return PrinterLine(descriptor, lambda: os.close(descriptor))
    os.close(descriptor)
    # RTS/CTS: a receipt is longer than the printer's buffer, and the printer's "wait" (its DTR) comes in on our CTS.
    tty = serial.Serial(port, baud_rate, timeout=0, write_timeout=0, rtscts=True, exclusive=True)
    return PrinterLine(tty.fileno(), tty.close, baud_rate)
