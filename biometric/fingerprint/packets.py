"""The ZFM-20 / R307 wire: packets, instruction and reply codes (ZhianTec ZFM user manual; R307 manual of R-Tron).

A packet, big-endian: ``EF01 | address 4 | kind 1 | length 2 | payload | checksum 2``; length = payload + 2;
checksum = kind + the two length bytes + payload bytes, modulo 65536.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

START = b"\xef\x01"
HEADER_BYTES = 9
CHECKSUM_BYTES = 2
# 256 bytes of data and the checksum.
LONGEST_LENGTH = 258

DEFAULT_ADDRESS = 0xFFFFFFFF
DEFAULT_PASSWORD = 0x00000000
DEFAULT_BAUD_RATE = 57600
BAUD_UNIT = 9600
# Packet size parameter 0..3 means 32, 64, 128, 256 bytes of data.
SMALLEST_PACKET = 32


class PacketKind(IntEnum):
    COMMAND = 0x01
    DATA = 0x02
    ACKNOWLEDGE = 0x07
    END_OF_DATA = 0x08


class Instruction(IntEnum):
    TAKE_IMAGE = 0x01
    IMAGE_TO_FEATURES = 0x02
    MATCH = 0x03
    SEARCH = 0x04
    MAKE_TEMPLATE = 0x05
    STORE = 0x06
    LOAD = 0x07
    TEMPLATE_OUT = 0x08
    TEMPLATE_IN = 0x09
    IMAGE_OUT = 0x0A
    IMAGE_IN = 0x0B
    DELETE = 0x0C
    CLEAR = 0x0D
    SET_PARAMETER = 0x0E
    READ_PARAMETERS = 0x0F
    SET_PASSWORD = 0x12
    VERIFY_PASSWORD = 0x13
    RANDOM_NUMBER = 0x14
    SET_ADDRESS = 0x15
    FAST_SEARCH = 0x1B
    TEMPLATE_COUNT = 0x1D
    TEMPLATE_INDEX = 0x1F
    LIGHT_ON = 0x50
    LIGHT_OFF = 0x51


class Reply(IntEnum):
    OK = 0x00
    PACKET_ERROR = 0x01
    NO_FINGER = 0x02
    IMAGE_FAILED = 0x03
    MESSY = 0x06
    TOO_FEW_FEATURES = 0x07
    NO_MATCH = 0x08
    NOT_FOUND = 0x09
    DO_NOT_BELONG_TOGETHER = 0x0A
    BAD_PAGE = 0x0B
    READ_FAILED = 0x0C
    TEMPLATE_OUT_FAILED = 0x0D
    TEMPLATE_IN_FAILED = 0x0E
    IMAGE_OUT_FAILED = 0x0F
    DELETE_FAILED = 0x10
    CLEAR_FAILED = 0x11
    WRONG_PASSWORD = 0x13
    NO_IMAGE = 0x15
    FLASH_FAILED = 0x18
    BAD_PARAMETER = 0x1A
    WRONG_ADDRESS = 0x20
    NOT_VERIFIED = 0x21


class Parameter(IntEnum):
    BAUD_RATE = 4
    SECURITY_LEVEL = 5
    PACKET_SIZE = 6


@dataclass(frozen=True)
class Packet:
    """``sound`` is false when the checksum did not fit: then only the address can be trusted, if that."""

    address: int
    kind: int
    payload: bytes
    sound: bool = True


def encode(address: int, kind: int, payload: bytes) -> bytes:
    length = len(payload) + CHECKSUM_BYTES
    counted = bytes([kind, length >> 8, length & 0xFF]) + payload
    return START + address.to_bytes(4, "big") + counted + (sum(counted) & 0xFFFF).to_bytes(2, "big")


class PacketReader:
    """Bytes in, packets out; whatever is no packet is skipped up to the next start mark."""

    def __init__(self) -> None:
        self._received = bytearray()

    @property
    def unfinished(self) -> bool:
        """Something has arrived that is not a whole packet yet."""
        return bool(self._received)

    def forget(self) -> None:
        self._received.clear()

    def feed(self, received: bytes) -> None:
        self._received += received

    def next(self) -> Packet | None:
        """The next whole packet, or None until more bytes arrive."""
        while True:
            start = self._received.find(START)
            if start < 0:
                # The last byte may be the first half of a start mark.
                keep = 1 if self._received.endswith(START[:1]) else 0
                del self._received[: len(self._received) - keep]
                return None
            del self._received[:start]
            if len(self._received) < HEADER_BYTES:
                return None
            length = int.from_bytes(self._received[7:9], "big")
            if not CHECKSUM_BYTES <= length <= LONGEST_LENGTH:
                del self._received[: len(START)]
                continue
            end = HEADER_BYTES + length
            if len(self._received) < end:
                return None
            whole = bytes(self._received[:end])
            counted, checksum = whole[6:-2], int.from_bytes(whole[-2:], "big")
            if sum(counted) & 0xFFFF != checksum:
                # A lost byte makes the packet swallow the start of the next one: look again behind this mark.
                del self._received[: len(START)]
                return Packet(int.from_bytes(whole[2:6], "big"), whole[6], b"", sound=False)
            del self._received[:end]
            return Packet(int.from_bytes(whole[2:6], "big"), whole[6], whole[HEADER_BYTES:-CHECKSUM_BYTES])
