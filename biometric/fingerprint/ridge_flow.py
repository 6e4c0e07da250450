"""Which way ridges run, square by square, and how one finger lies on another by that alone.

Two prints of a finger may have next to no minutiae in common, but still the same loop or whorl. This says where it lies
to about half a square; the ridges themselves then prove or refute it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.fingerprint.enhancement import FloatImage, blur
from biometric.fingerprint.pose import Pose, rotation
from biometric.fingerprint.ridge_texture import REDUCTION, RidgeTexture
from biometric.fingerprint.template import FIELD_HEIGHT, FIELD_WIDTH, SQUARE, SQUARE_COLUMNS, SQUARE_ROWS

# The template's field by rows and columns of squares: complex numbers at twice the angle across the ridges, as long as
# these agree on it (0..1); 0 beside the finger.
Flow = NDArray[np.complex64]

# Squares, against the noise of a square's own gradients.
FLOW_SIGMA = 0.7
# Radians. A finger laid on a reader straight is within them; others are left to the minutiae.
LARGEST_TURN = np.radians(48)
TURN_STEP = np.radians(12)
TURNS = np.arange(-LARGEST_TURN, LARGEST_TURN + TURN_STEP / 2, TURN_STEP)
# Squares each way that a turned field takes, and room to move it in, a power of two for the transform. Only corners
# meet around the edge.
TURNED = 44
ROOM = 64
SEEN_LENGTH = 0.05
_TURNED_MIDDLE = np.full(2, (TURNED - 1) / 2)
_SQUARES_MIDDLE = np.array([(SQUARE_COLUMNS - 1) / 2, (SQUARE_ROWS - 1) / 2])
_FIELD_MIDDLE = np.array([(FIELD_WIDTH - 1) / 2, (FIELD_HEIGHT - 1) / 2])
_CENTRES = np.stack(np.meshgrid(np.arange(SQUARE_COLUMNS), np.arange(SQUARE_ROWS)), axis=-1, dtype=np.float64)
_CENTRES = _CENTRES * SQUARE + (SQUARE - 1) / 2


def flow_of(texture: RidgeTexture) -> Flow:
    wave = texture.wave.astype(np.float32)
    right, down = (np.asarray(cv2.Sobel(wave, cv2.CV_32F, *axis, ksize=3), np.float32) for axis in ((1, 0), (0, 1)))
    real, imaginary, energy = (
        blur(_in_squares(part), FLOW_SIGMA)
        for part in (right * right - down * down, 2 * right * down, right * right + down * down)
    )
    seen = _in_squares(texture.finger.astype(np.float32))
    return np.asarray((real + 1j * imaginary) * (seen / (energy + 1e-3)), np.complex64)


def agreements_of(first: Flow, second: Flow, poses: Sequence[Pose]) -> list[float]:
    """-1..1 for each pose: the mean cosine of twice the angle between the ridges where both fingers are seen."""
    seen = np.abs(second) > SEEN_LENGTH
    centres = _CENTRES[seen]
    places = np.array([pose.onto_first(centres) for pose in poses]).reshape(len(poses), len(centres), 2)
    columns, rows = np.floor(places[..., 0] / SQUARE).astype(np.intp), np.floor(places[..., 1] / SQUARE).astype(np.intp)
    inside = (columns >= 0) & (rows >= 0) & (columns < SQUARE_COLUMNS) & (rows < SQUARE_ROWS)
    products = first.conj()[rows * inside, columns * inside] * second[seen] * inside
    turned = (products.sum(1) * np.exp(2j * np.array([pose.turn for pose in poses]))).real
    return list(turned / np.maximum(np.abs(products).sum(1), 1e-3))


def lay_by_flow(first: Flow, second: Flow) -> Pose:
    """How the second finger lies on the first when most of their ridges run the same way."""
    spectrum = _spectrum(first)
    # All turns in one, the finger turned, and twice its angles by twice as much.
    turned = cv2.remap(_pairs(second), *_where_turned(), cv2.INTER_LINEAR).view(np.complex64)
    turned = turned.reshape(len(TURNS), TURNED, TURNED) * np.exp(2j * TURNS)[:, None, None]
    agreement = np.stack([_agreement(spectrum, field) for field in turned])
    turn_at, row, column = (int(index) for index in np.unravel_index(int(agreement.argmax()), agreement.shape))
    turn = float(TURNS[turn_at])
    if 0 < turn_at < len(TURNS) - 1:
        turn += float(TURN_STEP) * _peak(agreement[turn_at - 1 : turn_at + 2, row, column])
    around = np.arange(-1, 2)
    across = column + _peak(agreement[turn_at, row, (column + around) % ROOM])
    down = row + _peak(agreement[turn_at, (row + around) % ROOM, column])
    # The transform goes around: what is beyond the middle was moved left or up.
    moved = (np.array([across, down]) + ROOM / 2) % ROOM - ROOM / 2
    middle_at = SQUARE * (_TURNED_MIDDLE + moved) + (SQUARE - 1) / 2
    return Pose(turn, middle_at - rotation(turn) @ _FIELD_MIDDLE)


@cache
def _where_turned() -> tuple[FloatImage, FloatImage]:
    """Column and row of the field's squares for each of a turned field, the turns below each other."""
    down, across = np.mgrid[0:TURNED, 0:TURNED]
    places = np.stack([across, down], axis=-1) - _TURNED_MIDDLE
    fields = np.concatenate([places @ rotation(float(turn)) for turn in TURNS]) + _SQUARES_MIDDLE
    return fields[..., 0].astype(np.float32), fields[..., 1].astype(np.float32)


def _agreement(spectrum: FloatImage, turned: Flow) -> FloatImage:
    """(ROOM, ROOM): for every shift in squares how many more run the same way than across."""
    product = cv2.mulSpectrums(spectrum, _spectrum(turned), 0, conjB=True)
    return np.asarray(cv2.dft(product, flags=cv2.DFT_INVERSE)[..., 0], np.float32)


def _spectrum(field: Flow) -> FloatImage:
    room = np.zeros((ROOM, ROOM), np.complex64)
    room[: field.shape[0], : field.shape[1]] = field
    return np.asarray(cv2.dft(_pairs(room)), np.float32)


def _pairs(numbers: Flow) -> FloatImage:
    """Real and imaginary parts as OpenCV wants them."""
    return np.asarray(numbers.view(np.float32).reshape(*numbers.shape, 2))


def _peak(three: FloatImage) -> float:
    """Where between -0.5 and 0.5 the parabola through three values, the middle one the highest, has its peak."""
    before, here, after = (float(value) for value in three)
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else 0.5 * (before - after) / bend


def _in_squares(image: FloatImage) -> FloatImage:
    """Means of the field's squares; nothing where the texture ends."""
    field = np.zeros((FIELD_HEIGHT // REDUCTION, FIELD_WIDTH // REDUCTION), np.float32)
    field[: image.shape[0], : image.shape[1]] = image
    return np.asarray(cv2.resize(field, (SQUARE_COLUMNS, SQUARE_ROWS), interpolation=cv2.INTER_AREA), np.float32)
