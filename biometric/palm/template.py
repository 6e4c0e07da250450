"""A palm as bytes: codes of one hand, from one frame or several, enrolled or to be looked for.

Layout, version 1, big-endian:

======== ===== =================================================================================
offset   bytes content
======== ===== =================================================================================
0        2     ``PC``
2        1     version, 1
3        1     hand: 0 unknown, 1 left, 2 right
4        2     number of codes, 1..256
6        2     CRC-16/CCITT of all other bytes
8        896 n n codes: 7 planes of 32 × 32 bits, three OrdinalCode, three CompCode, the cells seen
======== ===== =================================================================================
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

import numpy as np

from atm_app.palm_ports import HandSide
from biometric.palm.codes import CELLS, PLANES, PalmCode

MAGIC = b"PC"
VERSION = 1
HEADER_BYTES = 8
PLANE_BYTES = CELLS * CELLS // 8
CODE_BYTES = (PLANES + 1) * PLANE_BYTES
MOST_CODES = 256
_SIDES = (HandSide.UNKNOWN, HandSide.LEFT, HandSide.RIGHT)


class MalformedTemplate(ValueError):
    """The bytes are no palm of this version."""


@dataclass(frozen=True)
class PalmTemplate:
    """``codes``: at least one."""

    side: HandSide
    codes: tuple[PalmCode, ...]


def pack(template: PalmTemplate) -> bytes:
    """Raises ValueError without a code or with more than 256."""
    if not 0 < len(template.codes) <= MOST_CODES:
        raise ValueError(f"a template has 1 to {MOST_CODES} codes, not {len(template.codes)}")
    header = MAGIC + bytes([VERSION, _SIDES.index(template.side)]) + len(template.codes).to_bytes(2, "big")
    planes = b"".join(
        np.packbits(np.concatenate([code.bits, code.seen[None]]).ravel()).tobytes() for code in template.codes
    )
    return header + _checksum(header, planes) + planes


def unpack(content: bytes) -> PalmTemplate:
    """Raises MalformedTemplate on a wrong mark, version, hand, count, length or checksum."""
    header, checksum, planes = content[:6], content[6:HEADER_BYTES], content[HEADER_BYTES:]
    if header[:3] != MAGIC + bytes([VERSION]):
        raise MalformedTemplate("not a palm of this version")
    count = int.from_bytes(header[4:], "big")
    if not 0 < count <= MOST_CODES or len(planes) != count * CODE_BYTES:
        raise MalformedTemplate(f"{len(content)} bytes do not hold {count} codes")
    if header[3] >= len(_SIDES):
        raise MalformedTemplate(f"there is no hand {header[3]}")
    if checksum != _checksum(header, planes):
        raise MalformedTemplate("the checksum is wrong")
    bits = np.unpackbits(np.frombuffer(planes, np.uint8)).astype(np.bool_)
    codes = bits.reshape(count, PLANES + 1, CELLS, CELLS)
    return PalmTemplate(_SIDES[header[3]], tuple(PalmCode(code[:PLANES], code[PLANES]) for code in codes))


def _checksum(header: bytes, planes: bytes) -> bytes:
    return binascii.crc_hqx(planes, binascii.crc_hqx(header, 0xFFFF)).to_bytes(2, "big")
