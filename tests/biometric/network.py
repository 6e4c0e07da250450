"""A sensor's serial line on its way through a network: the machine that shares it, and what the way does to it."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import serial
from serial import rfc2217

T = TypeVar("T")
HOST = "127.0.0.1"
ONE_OF_A_HUNDRED = 0.01


class Network:
    """One thread on which all servers and links of a test live."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(5)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


class _PseudoTerminal(serial.Serial):
    """It has no modem's lines, which an RFC 2217 server tells of."""

    cts = dsr = ri = cd = False


class _Listener:
    """Listens on one port, the same for its whole life, while it is up."""

    def __init__(self, network: Network, make: Callable[[], asyncio.Protocol]) -> None:
        self._network, self._make = network, make
        self.port = 0
        self.up()

    def up(self) -> None:
        self._server = self._network.do(self._listen())

    async def _listen(self) -> asyncio.Server:
        server = await self._network.loop.create_server(self._make, HOST, self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _end(self) -> None:
        self._server.close()


class SharedLine(_Listener):
    """What ser2net does with ``kickolduser``: the newest connection has the device, its bytes alone or by RFC 2217."""

    def __init__(self, network: Network, device: Path, kind: str = "socket") -> None:
        """``kind``: ``socket`` or ``rfc2217``."""
        self.device, self.kind = device, kind
        self.served: _Served | None = None
        super().__init__(network, self._serve)

    @property
    def url(self) -> str:
        return f"{self.kind}://{HOST}:{self.port}"

    def _serve(self) -> _Served:
        self.hang_up()
        self.served = _Served(self._network.loop, self.device, self.kind == "rfc2217")
        return self.served

    def hang_up(self) -> None:
        if self.served is not None:
            self._network.loop.call_soon_threadsafe(self.served.hang_up)

    def down(self) -> None:
        """The machine goes away: nobody listens, the connection is closed."""
        self._network.do(self._end())
        self.hang_up()


class _Served(asyncio.Protocol):
    def __init__(self, loop: asyncio.AbstractEventLoop, device: Path, telnet: bool) -> None:
        self._loop, self._device, self._by_telnet = loop, device, telnet
        self._line: Any = None
        self._telnet: Any = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        try:
            self._line = _PseudoTerminal(str(self._device), 57600, timeout=0)
        except serial.SerialException:
            self.hang_up()
            return
        if self._by_telnet:
            self._telnet = rfc2217.PortManager(self._line, transport)
        self._loop.add_reader(self._line.fileno(), self._from_line)

    def data_received(self, data: bytes) -> None:
        if self._line is not None:
            self._line.write(b"".join(self._telnet.filter(data)) if self._telnet else data)

    def _from_line(self) -> None:
        try:
            data = self._line.read(4096)
        except serial.SerialException:
            self.hang_up()
        else:
            self._transport.write(b"".join(self._telnet.escape(data)) if self._telnet else data)

    def hang_up(self) -> None:
        self._give_back()
        if self._transport is not None:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._give_back()

    def _give_back(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._loop.remove_reader(line.fileno())
            line.close()


class Link(_Listener):
    """The way to a shared line. Seconds each way: ``delay``, and up to ``jitter`` more for every piece, in order.

    ``lose``: so many bytes vanish on the way from the sensor, about one of a hundred; ``cut_after``: the connection
    ends when so many have come from it; ``silent``: nothing arrives any more, on either side.
    """

    def __init__(self, network: Network, line: SharedLine, *, delay: float = 0.0, jitter: float = 0.0) -> None:
        self.line, self.delay, self.jitter = line, delay, jitter
        self.lose = 0
        self.cut_after: int | None = None
        self.silent = False
        self.chance = random.Random(20)
        self._ways: list[_Way] = []
        super().__init__(network, lambda: _Way(self, network.loop, to_sensor=True))

    @property
    def url(self) -> str:
        return f"{self.line.kind}://{HOST}:{self.port}"

    def joined(self, way: _Way) -> None:
        self._ways.append(way)

    def spoiled(self, data: bytes) -> bytes:
        kept = bytearray()
        for byte in data:
            if self.lose and self.chance.random() < ONE_OF_A_HUNDRED:
                self.lose -= 1
            else:
                kept.append(byte)
        return bytes(kept)


class _Way(asyncio.Protocol):
    """One direction; the other one belongs to ``opposite``."""

    def __init__(self, link: Link, loop: asyncio.AbstractEventLoop, *, to_sensor: bool) -> None:
        self._link, self._loop, self._to_sensor = link, loop, to_sensor
        self._due = 0.0
        self.opposite: _Way | None = None
        self.transport: Any = None
        self._early: list[bytes] = []
        self._under_way: deque[tuple[bytes, bool]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._link.joined(self)
        if self._to_sensor:
            self._loop.create_task(self._reach())
        elif self.opposite is not None:
            for data in self.opposite._early:
                self.opposite.data_received(data)

    async def _reach(self) -> None:
        def far() -> _Way:
            self.opposite = _Way(self._link, self._loop, to_sensor=False)
            self.opposite.opposite = self
            return self.opposite

        try:
            await self._loop.create_connection(far, HOST, self._link.line.port)
        except OSError:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.opposite is None or self.opposite.transport is None:
            self._early.append(data)
            return
        if self._link.silent:
            return
        cut = False
        if not self._to_sensor:
            data = self._link.spoiled(data)
            if self._link.cut_after is not None:
                data, cut = data[: self._link.cut_after], len(data) >= self._link.cut_after
                self._link.cut_after = None if cut else self._link.cut_after - len(data)
        later = self._link.delay + self._link.chance.random() * self._link.jitter
        self._due = max(self._due, self._loop.time() + later)
        self._under_way.append((data, cut))
        self._loop.call_at(self._due, self._pass_on)

    def _pass_on(self) -> None:
        """The first that is under way: what is due at the same moment asyncio may call in any order."""
        assert self.opposite is not None
        data, cut = self._under_way.popleft()
        self.opposite.transport.write(data)
        if cut:
            self.opposite.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.opposite is not None and self.opposite.transport is not None:
            self.opposite.transport.close()


class Silence(_Listener):
    """Takes every connection, and says nothing for ever."""

    def __init__(self, network: Network, kind: str) -> None:
        self.kind = kind
        super().__init__(network, asyncio.Protocol)

    @property
    def url(self) -> str:
        return f"{self.kind}://{HOST}:{self.port}"


@contextmanager
def running_network() -> Iterator[Network]:
    network = Network()
    try:
        yield network
    finally:
        with contextlib.suppress(RuntimeError):
            network.close()
