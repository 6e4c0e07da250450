"""The ridges of a finger as a small picture, and how well two such pictures lie on each other.

Minutiae are few, and a dry finger has hardly any; the ridges between them are everywhere. The picture is kept at
250 dpi: a ridge period is then 3.5 to 6 pixels, enough for a correlation and a quarter of the space.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from biometric.fingerprint.enhancement import FloatImage, Mask, Ridges, blur
from biometric.fingerprint.minutiae import field_corner
from biometric.fingerprint.pose import Floats, Pose, rotation
from biometric.fingerprint.template import FIELD_HEIGHT, FIELD_WIDTH

# Where the second finger lies farther right and down than the pose says, at these places of the first. Pixels.
Displacement = Callable[[Floats], Floats]

# Pixels of the template's field, 500 dpi, to one of the texture.
REDUCTION = 2
LARGEST_AMPLITUDE = 2.0
AMPLITUDE_STEPS = 60
AMPLITUDE_SIGMA = 10.0
# A block of the texture: 1.6 pixels of ridge each way, about 0.8 mm. Its correlation is taken with its neighbours',
# so that they must agree on how far they were moved.
BLOCK = 8
NEIGHBOUR_SIGMA = 1.0
# How far a block may lie from where minutiae say, pixels of the texture. Development fingers: 4 was better than 3.
SEARCH = 4
LEAST_COVERED = 0.4
FEWEST_BLOCKS = 6
# Square pixels of the field, 500 dpi: 5 mm².
SMALLEST_COMMON_AREA = 2000


@dataclass(frozen=True, eq=False)
class RidgeTexture:
    """``wave``: -120..120, ridges negative, 0 outside the finger; ``finger``: where it lies. 250 dpi, both arrays begin
    where the template's field begins."""

    wave: NDArray[np.int8]
    finger: Mask


@dataclass(frozen=True)
class Correlation:
    """``mean``: -1..1 over the common part. ``area``: of that, in square pixels at 500 dpi."""

    mean: float
    area: int


NOTHING_COMMON = Correlation(0.0, 0)


def texture_of(ridges: Ridges) -> RidgeTexture:
    top, left = field_corner(ridges.finger)
    amplitude = np.sqrt(blur(ridges.response * ridges.response, AMPLITUDE_SIGMA)) + 1e-3
    level: FloatImage = np.clip(ridges.response / amplitude, -LARGEST_AMPLITUDE, LARGEST_AMPLITUDE)
    level[~ridges.finger] = 0
    field = (slice(top, top + FIELD_HEIGHT), slice(left, left + FIELD_WIDTH))
    wave = np.round(_reduced(level[field]) * AMPLITUDE_STEPS).astype(np.int8)
    return RidgeTexture(wave, _reduced(ridges.finger[field].astype(np.float32)) > 0.5)


def _reduced(image: FloatImage) -> FloatImage:
    height, width = image.shape[0] // REDUCTION, image.shape[1] // REDUCTION
    whole = np.ascontiguousarray(image[: height * REDUCTION, : width * REDUCTION])
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def correlate(first: RidgeTexture, second: RidgeTexture, pose: Pose, displacement: Displacement) -> Correlation:
    """Lay ``second`` on ``first`` and correlate block by block, each where it fits best nearby."""
    rows, columns = (-(-size // BLOCK) for size in first.wave.shape)
    ours = _in_blocks(first.wave.astype(np.float32), rows, columns)
    seen = _in_blocks(first.finger.astype(np.float32), rows, columns) > 0
    where = _places(rows, columns, pose, displacement)
    theirs = np.asarray(cv2.remap(second.wave.astype(np.float32), *where, cv2.INTER_LINEAR), np.float32)
    shown = cv2.remap(second.finger.astype(np.uint8), *where, cv2.INTER_NEAREST) > 0
    common = seen & shown
    area = int(np.count_nonzero(common)) * REDUCTION * REDUCTION
    if area < SMALLEST_COMMON_AREA:
        return NOTHING_COMMON
    covered = _block_means(common.astype(np.float32))
    weight = covered * (covered > LEAST_COVERED)
    if np.count_nonzero(weight) < FEWEST_BLOCKS:
        return NOTHING_COMMON
    best = _best_of_shifts(ours * common, theirs * shown, common)
    return Correlation(float((best * weight).sum() / weight.sum()), area)


def _in_blocks(image: FloatImage, rows: int, columns: int) -> FloatImage:
    """Filled up with nothing to whole blocks."""
    whole = np.zeros((rows * BLOCK, columns * BLOCK), np.float32)
    whole[: image.shape[0], : image.shape[1]] = image
    return whole


def _places(rows: int, columns: int, pose: Pose, displacement: Displacement) -> tuple[FloatImage, FloatImage]:
    """Column and row of the second texture to be laid on each pixel of the first."""
    down, across = np.mgrid[0:rows, 0:columns]
    centres = np.stack([across.ravel(), down.ravel()], axis=1) * (BLOCK * REDUCTION) + (BLOCK * REDUCTION - 1) / 2
    turned = rotation(pose.turn)
    # Displacements are few and smooth: turned block by block, then spread over the pixels.
    back = (displacement(centres) @ turned / REDUCTION).astype(np.float32).reshape(rows, columns, 2)
    middle = (REDUCTION - 1) / 2
    corner = (pose.onto_second(np.full((1, 2), middle))[0] - middle) / REDUCTION
    x, y = np.arange(columns * BLOCK), np.arange(rows * BLOCK)
    size = (columns * BLOCK, rows * BLOCK)
    column, row = (
        np.add.outer(turned[1, axis] * y + corner[axis], turned[0, axis] * x).astype(np.float32)
        - np.asarray(cv2.resize(np.ascontiguousarray(back[..., axis]), size), np.float32)
        for axis in (0, 1)
    )
    return column, row


def _block_means(image: FloatImage) -> FloatImage:
    size = (image.shape[1] // BLOCK, image.shape[0] // BLOCK)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _with_neighbours(blocks: FloatImage) -> FloatImage:
    return np.asarray(cv2.GaussianBlur(blocks, (0, 0), NEIGHBOUR_SIGMA), np.float32)


def _best_of_shifts(ours: FloatImage, theirs: FloatImage, common: Mask) -> FloatImage:
    """For each block the highest correlation of any shift within SEARCH."""
    shifted = _with_neighbours(_products_of_shifts(ours, theirs))
    energy = _with_neighbours(_block_means(ours * ours)) * _with_neighbours(_block_means(theirs * theirs * common))
    # Next to nothing beside the energy of ridges, 60⁴: no ridges, no correlation.
    return np.asarray(shifted.max(-1) / np.sqrt(energy + 1e-4 * AMPLITUDE_STEPS**4), np.float32)


def _products_of_shifts(ours: FloatImage, theirs: FloatImage) -> FloatImage:
    """(rows, columns, shifts): the mean product of each block with what lies on it, for every shift within SEARCH.

    Pixels of a block first, blocks last: the innermost loop then runs over blocks, ten times as fast as over the eight
    pixels of a block's line. Empty blocks are left out.
    """
    rows, columns = ours.shape[0] // BLOCK, ours.shape[1] // BLOCK
    by_block = ours.reshape(rows, BLOCK, columns, BLOCK).transpose(1, 3, 0, 2)
    filled = by_block.any((0, 1))
    reach = BLOCK + 2 * SEARCH
    around = sliding_window_view(np.pad(theirs, SEARCH), (reach, reach))[::BLOCK, ::BLOCK].transpose(2, 3, 0, 1)
    lying = np.ascontiguousarray(around[:, :, filled])
    windows = sliding_window_view(lying, (BLOCK, BLOCK), axis=(0, 1))
    shifts = 2 * SEARCH + 1
    products = np.zeros((rows, columns, shifts * shifts), np.float32)
    blocks = np.ascontiguousarray(by_block[:, :, filled])
    products[filled] = np.einsum("yxn,abnyx->abn", blocks, windows).reshape(shifts * shifts, -1).T
    return np.asarray(products / (BLOCK * BLOCK), np.float32)
