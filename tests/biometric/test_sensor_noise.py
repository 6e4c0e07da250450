"""Ten thousand lines that answer rubbish: the driver ends each time with a typed error, and never with a match."""

from __future__ import annotations

from collections import Counter
from random import Random
from types import SimpleNamespace

import pytest

from atm_app.ports import Cancellation, DeviceError, FingerTemplate, NoFinger
from biometric.fingerprint import sensor as sensor_module
from biometric.fingerprint import transport
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD
from biometric.fingerprint.packets import (
    CHECKSUM_BYTES,
    DEFAULT_ADDRESS,
    HEADER_BYTES,
    Instruction,
    PacketKind,
    Reply,
    encode,
)
from biometric.fingerprint.sensor import R307Sensor
from biometric.fingerprint.template import FAMILY

STREAMS = 10_000
TEMPLATE = FingerTemplate(1, "right_index", FAMILY, bytes(range(128)))
READ_SECONDS, PATIENCE = 0.02, 0.5
# Status, system, capacity, security level, address, packet size 128, baud rate.
PARAMETERS = bytes.fromhex("0000 0009 03e8 0003 ffffffff 0002 0006")


class Time:
    """A clock that a read of the line moves, as a real one's time-out does."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        self.seconds += 1e-4
        return self.seconds


class RubbishLine:
    """A sensor that obeys for a few commands, and then: noise, torn and damaged packets, sound ones of any content."""

    in_waiting = 0

    def __init__(self, random: Random, time: Time) -> None:
        self._random, self._time, self._pending = random, time, b""
        self._sane = random.choice((0, random.randrange(20)))
        self._template = b""

    def write(self, data: bytes) -> None:
        if data[6] != PacketKind.COMMAND:
            self._template += data[HEADER_BYTES:-CHECKSUM_BYTES]
            return
        self._sane -= 1
        if self._sane < 0 or data[9] == Instruction.MATCH:
            self._pending = b"".join(self._piece() for _ in range(self._random.randrange(4)))
        else:
            self._pending = encode(DEFAULT_ADDRESS, PacketKind.ACKNOWLEDGE, self._answer(data[9]))
            if data[9] == Instruction.TEMPLATE_OUT:
                self._pending += encode(DEFAULT_ADDRESS, PacketKind.END_OF_DATA, self._template)

    def _answer(self, command: int) -> bytes:
        if command == Instruction.READ_PARAMETERS:
            return bytes([Reply.OK]) + PARAMETERS
        if command == Instruction.TAKE_IMAGE:
            return bytes([self._random.choice((Reply.OK, Reply.NO_FINGER))])
        return bytes([Reply.OK])

    def read(self, size: int) -> bytes:
        if not self._pending:
            self._time.seconds += READ_SECONDS
            return b""
        count = self._random.randint(1, 40)
        piece, self._pending = self._pending[:count], self._pending[count:]
        return piece

    def reset_input_buffer(self) -> None:
        self._pending = b""

    def isOpen(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def _piece(self) -> bytes:
        random = self._random
        kind = random.choice([*PacketKind, random.randrange(256)])
        payload = random.randbytes(random.choice((1, 2, 4, 17, 32, 128)))
        packet = encode(DEFAULT_ADDRESS, kind, payload)
        way = random.randrange(5)
        if way == 0:
            return random.randbytes(random.randrange(1, 60))
        if way == 1:
            return packet[: random.randrange(1, len(packet))]
        if way == 2:
            place = random.randrange(len(packet))
            return packet[:place] + bytes([packet[place] ^ 1 << random.randrange(8)]) + packet[place + 1 :]
        if way == 3:
            return encode(DEFAULT_ADDRESS, PacketKind.ACKNOWLEDGE, b"\x00" * random.choice((1, 2, 17)))
        return packet


class Impatient(Cancellation):
    def wait(self, seconds: float) -> bool:
        return False


def test_ten_thousand_lines_of_rubbish(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: Counter[str] = Counter()
    for seed in range(STREAMS):
        time = Time()
        line = RubbishLine(Random(seed), time)
        for module in (transport, sensor_module):
            monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=time.monotonic))
        monkeypatch.setattr(transport, "opened", lambda port, baud_rate, line=line: line)
        driver = R307Sensor("rubbish")
        try:
            if seed % 2:
                driver.enrol(2, PATIENCE, Impatient(), lambda _: None)
                ends["enrolled"] += 1
            else:
                match = driver.verify([TEMPLATE], PATIENCE, Impatient(), lambda _: None)
                assert match.score < RECOMMENDED_THRESHOLD, f"seed {seed} was accepted"
                ends["no match"] += 1
        except (DeviceError, NoFinger) as error:
            ends[type(error).__name__] += 1
        assert time.seconds < 10, f"seed {seed} took {time.seconds} s"
        driver.close()
    assert ends["enrolled"] == 0
    assert {"DeviceUnavailable", "DeviceError", "no match"} <= ends.keys(), "the rubbish came at every step"
