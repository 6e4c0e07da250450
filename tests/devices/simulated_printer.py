"""An ESC/POS receipt printer on loopback: what arrives at its wire becomes dots on paper again."""

from __future__ import annotations

import re
import select
import socket
import threading

from PIL import Image

REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", re.DOTALL)
LONGEST_REAL_TIME = 10
ROW_BYTES = 72


class SimulatedPrinter:
    """Its buffer outlives a connection, as a real one's does. The switches may be set at any time, from any thread.

    ``rows_left``: of paper. ``receipts``: pictures that were cut off; ``hanging``: rows printed and not cut yet.
    """

    def __init__(self) -> None:
        self.rows_left = 1_000_000
        self.near_end = self.cover_open = self.cutter_stuck = self.broken = self.hot = self.off_line = False
        self.silent = False
        self.deaf = False
        self.gone_after: int | None = None
        self.receipts: list[Image.Image] = []
        self.hanging = bytearray()
        self.fed = 0
        self.unknown: list[bytes] = []
        self.connections = 0
        self._pending = bytearray()
        self._tail = b""
        self._ending = threading.Event()
        self._line: socket.socket | None = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread: threading.Thread
        self._listen()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def unplug(self) -> None:
        self._ending.set()
        self._thread.join()
        self._server.close()

    def plug(self) -> None:
        self._ending.clear()
        self.gone_after = None
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def load_paper(self) -> None:
        self.rows_left = 1_000_000

    def say(self, values: bytes) -> None:
        """Something nobody asked for."""
        assert self._line is not None
        self._line.sendall(values)

    # --- the wire ----------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._ending.is_set():
            if not select.select([self._server], [], [], 0.02)[0]:
                continue
            with self._server.accept()[0] as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self._line = line
                self._tail = b""
                self._talk(line)
                self._line = None

    def _talk(self, line: socket.socket) -> None:
        while not self._ending.is_set():
            if self.deaf or not select.select([line], [], [], 0.02)[0]:
                self._ending.wait(0.02 if self.deaf else 0)
                continue
            try:
                data = line.recv(4096)
            except ConnectionResetError:
                return
            if not data:
                return
            self._pending += data
            self._obey_at_once(data)
            self._print()
            if self.gone_after is not None:
                self.gone_after -= len(data)
                if self.gone_after <= 0:
                    self._server.close()
                    self._ending.set()

    def _obey_at_once(self, data: bytes) -> None:
        """Real-time commands count wherever they stand, in the middle of a picture, too."""
        seen = self._tail + data
        end = 0
        for found in REAL_TIME.finditer(seen):
            end = found.end()
            if found[1]:
                self._answer(self._real_time(found[1][0]))
            else:
                self._pending[:] = seen[end:]
                self.hanging.clear()
        self._tail = seen[max(end, len(seen) - LONGEST_REAL_TIME + 1) :]

    def _answer(self, value: int) -> None:
        if not self.silent and self._line is not None:
            self._line.sendall(bytes((value,)))

    def _real_time(self, question: int) -> int:
        paper = self.rows_left > 0
        stopped = not paper or self.cover_open or self.cutter_stuck or self.broken or self.hot or self.off_line
        bits = {
            1: 0x08 * stopped,
            2: 0x04 * self.cover_open | 0x20 * (not paper) | 0x40 * (self.cutter_stuck or self.broken or self.hot),
            3: 0x08 * self.cutter_stuck | 0x20 * self.broken | 0x40 * self.hot,
            4: 0x0C * (self.near_end or not paper) | 0x60 * (not paper),
        }
        return 0x12 | bits[question]

    # --- the paper ---------------------------------------------------------------------------------------------------

    def _print(self) -> None:
        """Commands in their turn, as far as they have come, while there is paper."""
        while self._pending and self.rows_left > 0 and (taken := self._command(bytes(self._pending))):
            del self._pending[:taken]

    def _command(self, data: bytes) -> int:
        """How many bytes it took; 0 when more are needed."""
        if data.startswith(b"\x10\x04"):
            return 3 if len(data) >= 3 else 0
        if data.startswith(b"\x1b@"):
            return 2
        if data.startswith(b"\x1dr\x01"):
            self._answer(0x03 * self.near_end)
            return 3
        if data.startswith(b"\x1bd") and len(data) >= 3:
            self.fed += data[2]
            return 3
        if data.startswith(b"\x1dV") and len(data) >= 3:
            assert data[2] in (0, 1)
            self._cut()
            return 3
        if data.startswith(b"\x1dv0"):
            return self._raster(data)
        if len(data) >= 3 or data[0] not in b"\x10\x1b\x1d":
            self.unknown.append(data[:8])
            return 1
        return 0

    def _raster(self, data: bytes) -> int:
        if len(data) < 8:
            return 0
        width, height = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
        assert (data[3], width) == (0, ROW_BYTES)
        if len(data) < 8 + width * height:
            return 0
        printed = min(height, self.rows_left)
        self.hanging += data[8 : 8 + width * printed]
        self.rows_left -= printed
        return 8 + width * height if printed == height else 0

    def _cut(self) -> None:
        size = (ROW_BYTES * 8, len(self.hanging) // ROW_BYTES)
        # On the wire a set bit is a black dot; in a picture of one bit it is a white one.
        self.receipts.append(Image.frombytes("1", size, bytes(255 - byte for byte in self.hanging)))
        self.hanging.clear()
