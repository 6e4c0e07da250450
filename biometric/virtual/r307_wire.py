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
from dataclasses import dataclass
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
AT_DATA, AT_DATA_OUT = "data", "data_out"


class Fault(StrEnum):
    NONE = "none"
    SILENT = "silent"
    NOISE = "noise"
    LOST_BYTE = "lost_byte"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    SLOW = "slow"
    MESSY = "messy"
    WET = "wet"
    SHORT_PACKETS = "short_packets"
    COMMUNICATION_ERROR = "communication_error"


LINE_FAULTS = frozenset(
    {Fault.SILENT, Fault.NOISE, Fault.LOST_BYTE, Fault.TRUNCATED, Fault.CORRUPT, Fault.SLOW}
)  # fmt: skip
# A command is not carried out but answered with "packet error", as some units do after a template was sent in
# (pyfingerprint, issues 89 and 113).
COMMAND_FAULTS = frozenset({Fault.COMMUNICATION_ERROR})


@dataclass(frozen=True)
class Moment:
    """The ``nth`` time from now that ``name`` happens: an instruction's name for its arrival, ``data`` for a data
    packet coming in, ``data_out`` for one going out. Raises ValueError on any other."""

    name: str
    nth: int = 1

    def __post_init__(self) -> None:
        if self.name not in (AT_DATA, AT_DATA_OUT) and self.name.upper() not in Instruction.__members__:
            raise ValueError(f"unknown moment {self.name}")
        if self.nth < 1:
            raise ValueError("a moment is the first one or a later one")


@dataclass(frozen=True)
class Strike:
    """What is to happen at ``moment``: ``fault`` for ``count`` packets or, where it is None, the plug is pulled."""

    moment: Moment
    fault: Fault | None = None
    count: int | None = None


class Wire:
    """Serves ``commands`` on a pseudo-terminal that ``link`` points to while the sensor is plugged in.

    ``run`` belongs to one thread; everything else may be called from any.
    """

    def __init__(self, link: Path, commands: CommandTable, seed: int, paced: bool = True) -> None:
        self.link = link
        self.struck_at: float | None = None
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
        self._armed: Strike | None = None
        self._to_go = 0
        self._wake_read, self._wake_write = os.pipe()

    @property
    def plugged(self) -> bool:
        return self._master is not None

    @property
    def fault(self) -> Fault:
        return self._fault

    def set_fault(self, fault: Fault, count: int | None = None) -> None:
        """``count``: how many packets a line fault hits before it goes away; None: until changed. Nothing is armed
        any more."""
        with self._changed:
            self._armed = None
            self._switch_on(fault, count)

    def arm(self, strike: Strike) -> None:
        """Let it happen at its moment, instead of what was armed before. ``struck_at`` is then the monotonic clock's
        time in seconds; until then it is None."""
        with self._changed:
            self._armed, self._to_go, self.struck_at = strike, strike.moment.nth, None

    def plug(self, wanted: bool) -> None:
        """Plug in or pull out; returns when it has happened. Raises TimeoutError."""
        with self._changed:
            self._wanted, self._armed = wanted, None
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
            self._reach(_name(packet.payload))
            if self._wanted:
                refused = self._hit_by(COMMAND_FAULTS) is not Fault.NONE
                self._reply(Answer(Reply.PACKET_ERROR) if refused else self._commands.answer(packet.payload))
        elif packet.kind in (PacketKind.DATA, PacketKind.END_OF_DATA):
            self._reach(AT_DATA)
            self._data += packet.payload
            if packet.kind == PacketKind.END_OF_DATA:
                self._commands.take_data(bytes(self._data))
                self._data.clear()

    def _reach(self, name: str) -> None:
        """Strike if this is the armed moment."""
        with self._changed:
            strike = self._armed
            if strike is None or strike.moment.name != name:
                return
            self._to_go -= 1
            if self._to_go:
                return
            self._armed, self.struck_at = None, time.monotonic()
            if strike.fault is None:
                self._wanted = False
                self._settle_plug()
            else:
                self._switch_on(strike.fault, strike.count)

    def _switch_on(self, fault: Fault, count: int | None) -> None:
        self._fault, self._fault_left = fault, count
        self._commands.only_short_uploads = fault is Fault.SHORT_PACKETS

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
        if kind != PacketKind.ACKNOWLEDGE:
            self._reach(AT_DATA_OUT)
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
        fault = self._hit_by(LINE_FAULTS)
        if fault is Fault.SILENT:
            return b""
        if fault is Fault.NOISE:
            return self._chance.randbytes(self._chance.randrange(1, 9)) + content
        if fault is Fault.LOST_BYTE:
            lost = self._chance.randrange(len(content))
            return content[:lost] + content[lost + 1 :]
        if fault is Fault.TRUNCATED:
            return content[: self._chance.randrange(1, len(content))]
        if fault is Fault.CORRUPT:
            return content[:-1] + bytes([content[-1] ^ 1])
        if fault is Fault.SLOW and kind is PacketKind.ACKNOWLEDGE:
            time.sleep(SLOW_SECONDS)  # the fault itself: a sensor that takes its time to answer
        return content

    def _hit_by(self, faults: frozenset[Fault]) -> Fault:
        """The present fault if it is one of these; it is then one hit nearer to its end."""
        with self._changed:
            fault = self._fault
            if fault not in faults or self._fault_left == 0:
                return Fault.NONE
            if self._fault_left is not None:
                self._fault_left -= 1
                if self._fault_left == 0:
                    self._fault = Fault.NONE
            return fault

    def _pace(self, count: int) -> None:
        if self._paced:
            # The wire's own pace; real time, because the driver on the other side measures it.
            time.sleep(count * BITS_PER_BYTE / (self._commands.memory.baud_units * BAUD_UNIT))


def _name(command: bytes) -> str:
    try:
        return Instruction(command[0]).name.lower()
    except (IndexError, ValueError):
        return ""
