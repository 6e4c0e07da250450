"""The compact template that travels to and from the sensor: minutiae and nothing else, in 512 bytes.

512 bytes is the smallest template size of the R307 family's firmwares, so every one of them can carry it.

Layout, version 1, big-endian:

======== ===== =======================================================================================
offset   bytes content
======== ===== =======================================================================================
0        2     ``RM``
2        1     version, 1
3        1     number of minutiae, 0..96
4        1     number of touches joined in it, 1..255
5        1     0
6        2     CRC-16/CCITT of all other bytes
8        120   where the finger was seen: 30 rows of 32 bits, one bit a square of 16 × 16 pixels
128      384   96 × 4 bytes, unused ones zero: x 9 bits, y 9 bits (pixels at 500 dpi), direction 8 bits
               (full turn in 256 steps), kind 1 bit (0 ridge ending, 1 bifurcation), quality 5 bits (0..31)
======== ===== =======================================================================================
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FAMILY = "r307-minutiae-1"

TEMPLATE_BYTES = 512
MAGIC = b"RM"
VERSION = 1
LARGEST_COUNT = 96
SQUARE = 16
SQUARE_COLUMNS = 32
SQUARE_ROWS = 30
FIELD_WIDTH = SQUARE * SQUARE_COLUMNS
FIELD_HEIGHT = SQUARE * SQUARE_ROWS
_MASK_AT = 8
_MINUTIAE_AT = 128
_QUALITY_STEPS = 31
_TURN_STEPS = 256


class MalformedTemplate(ValueError):
    """The bytes are no template of this family."""


@dataclass(frozen=True)
class Minutiae:
    """The points of one finger. All arrays have one entry a minutia.

    ``x``, ``y``: pixels at 500 dpi, 0..511 and 0..479. ``direction``: radians 0..2π, along the ridge away from the
    ending or into the fork. ``fork``: true for bifurcations. ``quality``: 0..1. ``seen``: 30 × 32 squares of
    16 pixels, true where the finger was seen. ``touches``: how many touches are joined in it.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    direction: NDArray[np.float64]
    fork: NDArray[np.bool_]
    quality: NDArray[np.float64]
    seen: NDArray[np.bool_]
    touches: int = 1

    def __len__(self) -> int:
        return len(self.x)

    @property
    def points(self) -> NDArray[np.float64]:
        """Shape (count, 2): x and y."""
        return np.stack([self.x, self.y], axis=1)

    def best(self, count: int) -> Minutiae:
        """The ``count`` of the highest quality, in their old order."""
        if len(self) <= count:
            return self
        return self.chosen(np.sort(np.argsort(-self.quality, kind="stable")[:count]))

    def chosen(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> Minutiae:
        return Minutiae(
            self.x[which],
            self.y[which],
            self.direction[which],
            self.fork[which],
            self.quality[which],
            self.seen,
            self.touches,
        )


def pack(minutiae: Minutiae) -> bytes:
    """512 bytes; the best 96 when there are more."""
    kept = minutiae.best(LARGEST_COUNT)
    x = np.clip(np.round(kept.x), 0, FIELD_WIDTH - 1).astype(np.uint32)
    y = np.clip(np.round(kept.y), 0, FIELD_HEIGHT - 1).astype(np.uint32)
    direction = (np.round(kept.direction * (_TURN_STEPS / (2 * np.pi))).astype(np.int64) % _TURN_STEPS).astype(
        np.uint32
    )
    quality = np.clip(np.round(kept.quality * _QUALITY_STEPS), 0, _QUALITY_STEPS).astype(np.uint32)
    words = (x << 23) | (y << 14) | (direction << 6) | (kept.fork.astype(np.uint32) << 5) | quality
    content = bytearray(TEMPLATE_BYTES)
    content[0:2] = MAGIC
    content[2:6] = bytes([VERSION, len(kept), min(kept.touches, 255), 0])
    content[_MASK_AT:_MINUTIAE_AT] = np.packbits(kept.seen.ravel()).tobytes()
    content[_MINUTIAE_AT : _MINUTIAE_AT + 4 * len(kept)] = words.astype(">u4").tobytes()
    content[6:8] = _checksum(bytes(content)).to_bytes(2, "big")
    return bytes(content)


def unpack(content: bytes) -> Minutiae:
    """Raises MalformedTemplate on a wrong length, mark, version, count or checksum."""
    if len(content) != TEMPLATE_BYTES:
        raise MalformedTemplate(f"a template has {TEMPLATE_BYTES} bytes, not {len(content)}")
    if content[0:2] != MAGIC or content[2] != VERSION:
        raise MalformedTemplate("not a template of this family and version")
    if int.from_bytes(content[6:8], "big") != _checksum(content):
        raise MalformedTemplate("the template's checksum is wrong")
    count = content[3]
    if count > LARGEST_COUNT:
        raise MalformedTemplate(f"{count} minutiae do not fit")
    words = np.frombuffer(content, ">u4", count, _MINUTIAE_AT).astype(np.uint32)
    bits = np.unpackbits(np.frombuffer(content, np.uint8, _MINUTIAE_AT - _MASK_AT, _MASK_AT))
    return Minutiae(
        x=(words >> 23).astype(np.float64),
        y=((words >> 14) & 0x1FF).astype(np.float64),
        direction=((words >> 6) & 0xFF).astype(np.float64) * (2 * np.pi / _TURN_STEPS),
        fork=((words >> 5) & 1).astype(np.bool_),
        quality=(words & 0x1F).astype(np.float64) / _QUALITY_STEPS,
        seen=bits.astype(np.bool_).reshape(SQUARE_ROWS, SQUARE_COLUMNS),
        touches=content[4],
    )


def _checksum(content: bytes) -> int:
    return binascii.crc_hqx(content[8:], binascii.crc_hqx(content[:6], 0xFFFF))
