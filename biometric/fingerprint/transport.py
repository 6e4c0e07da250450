"""pyfingerprint, unmodified, over a line that may be noisy, slow, silent or gone.

pyfingerprint 1.5 reads byte by byte with no overall deadline and never flushes. ``RobustFingerprint`` replaces its two
private methods that touch the line (their mangled names are part of the released version) and adds ``exchange``, which
runs any of its public methods within one deadline and repeats it when the line broke it.
"""

from __future__ import annotations

import contextlib
import termios
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import serial
from pyfingerprint.pyfingerprint import PyFingerprint

from biometric.fingerprint.packets import (
    DEFAULT_ADDRESS,
    DEFAULT_BAUD_RATE,
    DEFAULT_PASSWORD,
    Instruction,
    PacketKind,
    PacketReader,
    Reply,
    encode,
)
from biometric.fingerprint.sensor_port import NoSuchPort, opened
from biometric.fingerprint.shared_port import is_shared

T = TypeVar("T")

# Longer than the slowest of our exchanges (image to features: 0.25 s on the virtual sensor, not measured on a real
# one) and below the two seconds after which the customer is told.
EXCHANGE_SECONDS = 1.5
# A handshake and the reading and writing of one setting together stay below two seconds.
HANDSHAKE_SECONDS = 0.9
SETTING_SECONDS = 0.4
# What stops this long before it has become a packet never will: 57600 baud is 6 bytes a millisecond, USB adds up to
# 16 ms. One byte lost before a packet's length leaves nothing that looks like the beginning of one.
BROKEN_PACKET_SECONDS = 0.12
# What a line over the network adds: to every exchange, of which the longest (a template in, and read back) goes three
# times forth and back, and to a packet in whose middle TCP sends something again (from 0.2 s on, RFC 6298).
SHARED_EXCHANGE_SECONDS = 1.2
SHARED_BROKEN_SECONDS = 0.3
# The line is quiet when nothing came for this long.
QUIET_SECONDS = 0.03
# Details of the reply to READ_PARAMETERS; no other reply has that length.
PARAMETER_BYTES = 16
# What pyfingerprint says when a reply was damaged or not the expected one; all these are worth another try.
_REPEATABLE = ("Communication error", "no ack packet", "no data packet")


class LineError(Exception):
    """The sensor cannot be talked to; the port is of no use until it is opened again."""


class LineSilent(LineError):
    """No sound answer within the deadline."""


class LineGone(LineError):
    """The port vanished or cannot be opened."""


class LineTaken(LineGone):
    """Another program holds the port."""


class ExchangeStopped(Exception):
    """``stop`` said so in the middle of an exchange."""


class _BrokenPacket(Exception):
    """A damaged packet; worth another try."""


class RobustFingerprint(PyFingerprint):  # type: ignore[misc]  # pyfingerprint carries no types
    """One open port. Use every public method through ``exchange``; not thread-safe.

    ``stop`` is asked all the time while waiting for the sensor; when it says true, ExchangeStopped is raised.
    """

    def __init__(
        self,
        port: str,
        baud_rate: int = DEFAULT_BAUD_RATE,
        address: int = DEFAULT_ADDRESS,
        password: int = DEFAULT_PASSWORD,
    ) -> None:
        """``port``: see ``sensor_port.located``. Raises LineGone when it is not there, LineTaken when another program
        holds it."""
        self.stop: Callable[[], bool] = _never
        self._PyFingerprint__address = address
        self._PyFingerprint__password = password
        self._reader = PacketReader()
        self._deadline = 0.0
        self._suspicious = True
        self._asked: int | None = None
        shared = is_shared(port)
        self._more_seconds = SHARED_EXCHANGE_SECONDS if shared else 0.0
        self._broken_seconds = BROKEN_PACKET_SECONDS + (SHARED_BROKEN_SECONDS if shared else 0.0)
        try:
            self._PyFingerprint__serial = opened(port, baud_rate)
        except NoSuchPort as error:
            raise LineGone(str(error)) from error
        except (serial.SerialException, OSError, termios.error) as error:
            if "exclusively lock" in str(error):
                raise LineTaken(f"{port} is in use by another program") from error
            raise LineGone(f"{port} cannot be opened") from error

    def close(self) -> None:
        line = self._PyFingerprint__serial
        if line is not None:
            with contextlib.suppress(OSError, termios.error):
                line.close()

    def exchange(self, method: Callable[..., T], *arguments: Any, seconds: float = EXCHANGE_SECONDS) -> T:
        """``method(*arguments)`` within ``seconds``, and SHARED_EXCHANGE_SECONDS more where the line comes over the
        network, again and again while the line breaks it.

        What the sensor itself refuses comes out as pyfingerprint's own exception. Raises LineSilent, LineGone,
        ExchangeStopped.
        """
        self._deadline = time.monotonic() + seconds + self._more_seconds
        while True:
            try:
                if self._suspicious:
                    self._resynchronise()
                return method(*arguments)
            except (_BrokenPacket, IndexError):
                self._suspicious = True
            except (LineError, ExchangeStopped):
                self._suspicious = True
                raise
            except (serial.SerialException, OSError, termios.error) as error:
                self._suspicious = True
                raise LineGone("the sensor's line is gone") from error
            except Exception as error:
                if not any(words in str(error) for words in _REPEATABLE):
                    raise
                self._suspicious = True

    def _PyFingerprint__writePacket(self, kind: int, payload: Sequence[int]) -> None:
        if kind == PacketKind.COMMAND:
            self._flush()
            self._asked = payload[0]
        self._PyFingerprint__serial.write(encode(self._PyFingerprint__address, kind, bytes(payload)))

    def _PyFingerprint__readPacket(self) -> tuple[int, list[int]]:
        while True:
            kind, payload = self._read_packet()
            if not payload:
                raise _BrokenPacket("an empty packet")
            if self._asked == Instruction.READ_PARAMETERS or not _tells_parameters(kind, payload):
                return kind, list(payload)
            # A second answer of those _resynchronise asked for: on a slow line it comes after the flush.

    def _read_packet(self) -> tuple[int, bytes]:
        """The next sound packet. Raises _BrokenPacket, LineSilent, ExchangeStopped."""
        line = self._PyFingerprint__serial
        last_byte = time.monotonic()
        begun = self._reader.unfinished
        while True:
            packet = self._reader.next()
            if packet is not None:
                if not packet.sound:
                    raise _BrokenPacket("the checksum is wrong")
                return packet.kind, packet.payload
            now = time.monotonic()
            if now > self._deadline:
                raise LineSilent("the sensor does not answer")
            if begun and now - last_byte > self._broken_seconds:
                raise _BrokenPacket("the packet stops in its middle")
            if self.stop():
                raise ExchangeStopped
            received = line.read(max(1, line.in_waiting))
            if received:
                begun, last_byte = True, time.monotonic()
                self._reader.feed(received)

    def _flush(self) -> None:
        self._PyFingerprint__serial.reset_input_buffer()
        self._reader.forget()

    def _resynchronise(self) -> None:
        """After a broken exchange a late answer may still come and be taken for that of the next command: wait for
        silence, then ask for the parameters until their answer, which looks like no other, is there."""
        while True:
            self._await_quiet()
            self._flush()
            self._PyFingerprint__writePacket(PacketKind.COMMAND, (Instruction.READ_PARAMETERS,))
            try:
                while True:
                    kind, payload = self._read_packet()
                    if kind != PacketKind.ACKNOWLEDGE:
                        continue
                    if _tells_parameters(kind, payload) or payload[:1] == bytes([Reply.NOT_VERIFIED]):
                        self._suspicious = False
                        return
                    if payload[:1] == bytes([Reply.WRONG_ADDRESS]):
                        raise LineSilent("the sensor has another address")
            except _BrokenPacket:
                continue

    def _await_quiet(self) -> None:
        line = self._PyFingerprint__serial
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < QUIET_SECONDS:
            if time.monotonic() > self._deadline:
                raise LineSilent("the sensor's line does not come to rest")
            if self.stop():
                raise ExchangeStopped
            if line.read(max(1, line.in_waiting)):
                quiet_since = time.monotonic()


def _tells_parameters(kind: int, payload: bytes) -> bool:
    return kind == PacketKind.ACKNOWLEDGE and len(payload) == 1 + PARAMETER_BYTES


def _never() -> bool:
    return False
