"""What is kept of a picture of a finger: its minutiae, their cylinders, its ridges and which way they run.

Far larger than a sensor's compact template (about 20 KB instead of 512 bytes), and far surer.

Encoded, version 1, big-endian; the cylinders and the way ridges run are found anew:

======== ===== =======================================================================================
offset   bytes content
======== ===== =======================================================================================
0        2     ``RI``
2        1     version, 1
3        1     0
4        4     CRC-32 of everything after it
8        2     rows of the texture, 1..240
10       2     columns of the texture, 1..256
12       512   the minutiae, as ``biometric.fingerprint.template`` packs them
524      rest  zlib: rows × columns bytes of wave, signed; then the finger, a bit a pixel
======== ===== =======================================================================================
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from biometric.fingerprint.cylinders import Described, describe
from biometric.fingerprint.enhancement import NORMALISING_SIGMA, GreyImage, Ridges, find_ridges, normalise
from biometric.fingerprint.minutiae import PoorImage, minutiae_of
from biometric.fingerprint.ridge_flow import Flow, flow_of
from biometric.fingerprint.ridge_spectrum import spectrum_of
from biometric.fingerprint.ridge_texture import REDUCTION, RidgeTexture, texture_of
from biometric.fingerprint.template import (
    FIELD_HEIGHT,
    FIELD_WIDTH,
    TEMPLATE_BYTES,
    MalformedTemplate,
    Minutiae,
    pack,
    unpack,
)

FAMILY = "image-ridges-1"
MAGIC = b"RI"
VERSION = 1
_HEADING = struct.Struct(">2sBxI")
_SIZE = struct.Struct(">HH")

# Fewer minutiae than this cannot tell how one finger lies on another.
FEWEST_MINUTIAE = 4
# How much of the picture its ridges explain (correlation). It turns away print and drawings (0.26): the development
# fingers (image_matcher) have 0.65 to 0.90, cut to a sensor's window 0.63 to 0.91, but photographs of faces 0.51 to
# 0.65. Those are told by their spectrum.
SMALLEST_RIDGE_SHARE = 0.4


class NotAFingerprint(PoorImage):
    """Whatever the picture shows, it is not ridges."""


@dataclass(frozen=True, eq=False)
class ImageTemplate:
    described: Described
    texture: RidgeTexture
    flow: Flow


def template_of(image: GreyImage) -> ImageTemplate:
    """Of an 8-bit picture at 500 dpi with dark ridges. Raises NotAFingerprint, MessyImage, TooFewFeatures."""
    ridges = find_ridges(image)
    if not ridges.finger.any() or ridge_share(image, ridges) < SMALLEST_RIDGE_SHARE:
        raise NotAFingerprint("no ridges")
    if not spectrum_of(image, ridges.finger).is_of_a_finger:
        raise NotAFingerprint("no ridges of a finger")
    return _template(minutiae_of(ridges, FEWEST_MINUTIAE), texture_of(ridges))


def _template(minutiae: Minutiae, texture: RidgeTexture) -> ImageTemplate:
    return ImageTemplate(describe(minutiae), texture, flow_of(texture))


def ridge_share(image: GreyImage, ridges: Ridges) -> float:
    """Correlation, -1..1, of what is seen of the finger with the ridges found in it."""
    seen = normalise(image.astype(np.float32), NORMALISING_SIGMA)[0][ridges.finger]
    return float(np.corrcoef(seen, ridges.response[ridges.finger])[0, 1])


def encode(template: ImageTemplate) -> bytes:
    """About 20 KB. Minutiae are rounded to pixels and to 256 directions."""
    texture = template.texture
    picture = texture.wave.tobytes() + np.packbits(texture.finger).tobytes()
    content = _SIZE.pack(*texture.wave.shape) + pack(template.described.minutiae) + zlib.compress(picture)
    return _HEADING.pack(MAGIC, VERSION, zlib.crc32(content)) + content


def decode(content: bytes) -> ImageTemplate:
    """Raises MalformedTemplate on a wrong mark, version, checksum, size or number of minutiae."""
    if len(content) < _HEADING.size + _SIZE.size + TEMPLATE_BYTES:
        raise MalformedTemplate(f"a template of a picture has more than {len(content)} bytes")
    magic, version, checksum = _HEADING.unpack_from(content)
    if (magic, version) != (MAGIC, VERSION):
        raise MalformedTemplate("not a template of this family and version")
    if checksum != zlib.crc32(content[_HEADING.size :]):
        raise MalformedTemplate("the template's checksum is wrong")
    rows, columns = _SIZE.unpack_from(content, _HEADING.size)
    if not (0 < rows <= FIELD_HEIGHT // REDUCTION and 0 < columns <= FIELD_WIDTH // REDUCTION):
        raise MalformedTemplate(f"a texture of {columns} × {rows}")
    minutiae_at = _HEADING.size + _SIZE.size
    minutiae = unpack(content[minutiae_at : minutiae_at + TEMPLATE_BYTES])
    if len(minutiae) < FEWEST_MINUTIAE:
        raise MalformedTemplate(f"{len(minutiae)} minutiae cannot be compared")
    return _template(minutiae, _texture(content[minutiae_at + TEMPLATE_BYTES :], rows, columns))


def _texture(compressed: bytes, rows: int, columns: int) -> RidgeTexture:
    """No more is unpacked than the size allows."""
    pixels = rows * columns
    wanted = pixels + -(-pixels // 8)
    try:
        picture = zlib.decompressobj().decompress(compressed, wanted + 1)
    except zlib.error as error:
        raise MalformedTemplate("the texture cannot be unpacked") from error
    if len(picture) != wanted:
        raise MalformedTemplate(f"a texture of {columns} × {rows} has {wanted} bytes")
    finger = np.unpackbits(np.frombuffer(picture, np.uint8, offset=pixels), count=pixels).astype(np.bool_)
    wave = np.frombuffer(picture, np.int8, pixels)
    return RidgeTexture(wave.reshape(rows, columns), finger.reshape(rows, columns))
