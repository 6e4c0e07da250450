"""The virtual R307's serial line: a pseudo-terminal with a name, faults, and the pace of a real line."""

from __future__ import annotations

import contextlib
import os
import pty
import random
import select
import threading
import time
import tty
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from biometric.fingerprint.packets import BAUD_UNIT, Instruction, Packet, PacketKind, PacketReader, Reply, encode
from biometric.virtual.r307_commands import Answer, CommandTable

# Start bit, eight data bits, stop bit.
BITS_PER_BYTE = 10
SLOW_SECONDS = 0.3
# A line nobody reads loses bytes, as a UART does; this long the emulator waits for room in the terminal's buffer.
WRITE_PATIENCE = 0.5
# How often the emulator looks whether its parent is still there.
PARENT_CHECK_SECONDS = 0.25
PLUG_PATIENCE = 3.0
AT_DATA = "data"


class Fault(StrEnum):
    NONE = "none"
    SILENT = "silent"
    NOISE = "noise"
    LOST_BYTE = "lost_byte"
    CORRUPT = "corrupt"
    SLOW = "slow"
    MESSY = "messy"
    WET = "wet"
    SHORT_PACKETS = "short_packets"


LINE_FAULTS = frozenset({Fault.SILENT, Fault.NOISE, Fault.LOST_BYTE, Fault.CORRUPT, Fault.SLOW})


class Wire:
    """Serves ``commands`` on a pseudo-terminal that ``link`` points to while the sensor is plugged in.

    ``run`` belongs to one thread; everything else may be called from any.
    """

    def __init__(self, link: Path, commands: CommandTable, seed: int, paced: bool = True) -> None:
        self.link = link
        self.unplug_at: str | None = None
        self._commands = commands
        self._paced = paced
        self._chance = random.Random(seed)  # noqa: S311 - noise on a virtual line, no secret
        self._reader = PacketReader()
        self._data = bytearray()
        self._master: int | None = None
        self._slave: int | None = None
        self._changed = threading.Condition()
        self._wanted = True
        self._stopping = False
        self._fault = Fault.NONE
        self._fault_left: int | None = None
        self._wake_read, self._wake_write = os.pipe()

    @property
    def plugged(self) -> bool:
        return self._master is not None

    @property
    def fault(self) -> Fault:
        return self._fault

    def set_fault(self, fault: Fault, count: int | None = None) -> None:
        """``count``: how many packets a line fault hits before it goes away; None: until changed."""
        with self._changed:
            self._fault, self._fault_left = fault, count
            self._commands.only_short_uploads = fault is Fault.SHORT_PACKETS

    def plug(self, wanted: bool) -> None:
        """Plug in or pull out; returns when it has happened. Raises TimeoutError."""
        with self._changed:
            self._wanted, self.unplug_at = wanted, None
            os.write(self._wake_write, b"!")
            if not self._changed.wait_for(lambda: self.plugged == wanted, PLUG_PATIENCE):
                raise TimeoutError("the virtual line is busy")

    def stop(self) -> None:
        self._stopping = True
        os.write(self._wake_write, b"!")

    def run(self, abandoned: Callable[[], bool]) -> None:
        """Serve until ``stop`` or until ``abandoned`` says that nobody wants the sensor any more."""
        try:
            while not self._stopping and not abandoned():
                self._settle_plug()
                waited = [self._wake_read] if self._master is None else [self._wake_read, self._master]
                readable, _, _ = select.select(waited, [], [], PARENT_CHECK_SECONDS)
                if self._wake_read in readable:
                    os.read(self._wake_read, 64)
                if self._master is not None and self._master in readable:
                    self._receive(self._master)
        finally:
            self._pull_out()

    def _settle_plug(self) -> None:
        with self._changed:
            if self._wanted and self._master is None:
                self._put_in()
            elif not self._wanted and self._master is not None:
                self._pull_out()
            self._changed.notify_all()

    def _put_in(self) -> None:
        self._commands.power_up()
        self._reader.forget()
        self._data.clear()
        master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._slave, self._master = slave, master
        beside = self.link.with_name(self.link.name + ".new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(os.ttyname(slave))
        beside.replace(self.link)

    def _pull_out(self) -> None:
        self.link.unlink(missing_ok=True)
        for end in (self._master, self._slave):
            if end is not None:
                with contextlib.suppress(OSError):
                    os.close(end)
        self._master = self._slave = None

    def _receive(self, master: int) -> None:
        try:
            received = os.read(master, 4096)
        except BlockingIOError:
            return
        except OSError:
            return
        self._pace(len(received))
        self._reader.feed(received)
        while self._wanted and (packet := self._reader.next()) is not None:
            self._handle(packet)

    def _handle(self, packet: Packet) -> None:
        memory = self._commands.memory
        if not packet.sound:
            self._send(PacketKind.ACKNOWLEDGE, bytes([Reply.PACKET_ERROR]))
        elif packet.address != memory.address:
            self._send(PacketKind.ACKNOWLEDGE, bytes([Reply.WRONG_ADDRESS]))
        elif packet.kind == PacketKind.COMMAND:
            self._data.clear()
            if not self._pulled_at(_name(packet.payload)):
                self._reply(self._commands.answer(packet.payload))
        elif packet.kind in (PacketKind.DATA, PacketKind.END_OF_DATA) and not self._pulled_at(AT_DATA):
            self._data += packet.payload
            if packet.kind == PacketKind.END_OF_DATA:
                self._commands.take_data(bytes(self._data))
                self._data.clear()

    def _pulled_at(self, moment: str) -> bool:
        """Whether the plug was to be pulled at this very command."""
        if self.unplug_at != moment:
            return False
        with self._changed:
            self._wanted, self.unplug_at = False, None
        self._settle_plug()
        return True

    def _reply(self, answer: Answer) -> None:
        self._send(PacketKind.ACKNOWLEDGE, bytes([answer.reply]) + answer.details)
        if answer.data is None:
            return
        size = self._commands.memory.packet_bytes
        for start in range(0, len(answer.data), size):
            last = start + size >= len(answer.data)
            kind = PacketKind.END_OF_DATA if last else PacketKind.DATA
            self._send(kind, answer.data[start : start + size])

    def _send(self, kind: PacketKind, payload: bytes) -> None:
        if not self._wanted or self._master is None:
            return
        content = self._spoiled(encode(self._commands.memory.address, kind, payload), kind)
        self._pace(len(content))
        deadline = time.monotonic() + WRITE_PATIENCE
        while content and time.monotonic() < deadline:
            try:
                content = content[os.write(self._master, content) :]
            except BlockingIOError:
                select.select([], [self._master], [], 0.05)
            except OSError:
                return

    def _spoiled(self, content: bytes, kind: PacketKind) -> bytes:
        """What the line's fault leaves of a packet; SLOW holds up acknowledgements only."""
        with self._changed:
            fault = self._fault
            if fault not in LINE_FAULTS or self._fault_left == 0:
                return content
            if self._fault_left is not None:
                self._fault_left -= 1
                if self._fault_left == 0:
                    self._fault = Fault.NONE
        if fault is Fault.SILENT:
            return b""
        if fault is Fault.NOISE:
            return self._chance.randbytes(self._chance.randrange(1, 9)) + content
        if fault is Fault.LOST_BYTE:
            lost = self._chance.randrange(len(content))
            return content[:lost] + content[lost + 1 :]
        if fault is Fault.CORRUPT:
            return content[:-1] + bytes([content[-1] ^ 1])
        if kind is PacketKind.ACKNOWLEDGE:
            time.sleep(SLOW_SECONDS)  # the fault itself: a sensor that takes its time to answer
        return content

    def _pace(self, count: int) -> None:
        if self._paced:
            # The wire's own pace; real time, because the driver on the other side measures it.
            time.sleep(count * BITS_PER_BYTE / (self._commands.memory.baud_units * BAUD_UNIT))


def _name(command: bytes) -> str:
    try:
        return Instruction(command[0]).name.lower()
    except (IndexError, ValueError):
        return ""
