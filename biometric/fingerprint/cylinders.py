"""Each minutia described by a cylinder (Cappelli, Ferrara, Maltoni: Minutia Cylinder-Code, 2010): where its neighbours
lie and where they point, relative to itself, so that two fingers can be compared before one is laid on the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from biometric.fingerprint.pose import Floats, turn_between
from biometric.fingerprint.template import SQUARE, SQUARE_COLUMNS, SQUARE_ROWS, Minutiae

# Cells across, directions, radius and the two widths, in pixels at 500 dpi, as in the prototype.
CELLS_ACROSS = 10
CELL_DIRECTIONS = 6
CYLINDER_RADIUS = 72.0
CELL_SIGMA = 9.3
DIRECTION_SIGMA = 2 * np.pi / 9
SMALLEST_COMMON_AREA = 0.35


@dataclass(frozen=True)
class Described:
    """``cylinders``: (count, cells × directions), 0 in cells that are not valid; ``energy``: (count, cells), squares
    of a cell's directions added up; ``valid``: (count, cells), 0 or 1."""

    minutiae: Minutiae
    points: Floats
    cylinders: NDArray[np.float32]
    energy: NDArray[np.float32]
    valid: NDArray[np.float32]


def seen_at(minutiae: Minutiae, points: Floats) -> NDArray[np.bool_]:
    """Which of ``points`` (…, 2) lie where the finger was seen."""
    columns = np.floor(points[..., 0] / SQUARE).astype(np.intp)
    rows = np.floor(points[..., 1] / SQUARE).astype(np.intp)
    inside = (columns >= 0) & (rows >= 0) & (columns < SQUARE_COLUMNS) & (rows < SQUARE_ROWS)
    seen = np.zeros(points.shape[:-1], np.bool_)
    seen[inside] = minutiae.seen[rows[inside], columns[inside]]
    return seen


def _cell_centres() -> Floats:
    ticks = (np.arange(CELLS_ACROSS) - (CELLS_ACROSS - 1) / 2) * (2 * CYLINDER_RADIUS / CELLS_ACROSS)
    across, down = np.meshgrid(ticks, ticks)
    centres = np.stack([across.ravel(), down.ravel()], axis=1)
    return np.asarray(centres[np.hypot(centres[:, 0], centres[:, 1]) <= CYLINDER_RADIUS])


_CELLS = _cell_centres()
_DIRECTIONS = -np.pi + (np.arange(CELL_DIRECTIONS) + 0.5) * (2 * np.pi / CELL_DIRECTIONS)


def describe(minutiae: Minutiae) -> Described:
    points, direction = minutiae.points, minutiae.direction
    cosine, sine = np.cos(direction)[:, None], np.sin(direction)[:, None]
    cell_x = points[:, :1] + cosine * _CELLS[:, 0] - sine * _CELLS[:, 1]
    cell_y = points[:, 1:] + sine * _CELLS[:, 0] + cosine * _CELLS[:, 1]
    valid = seen_at(minutiae, np.stack([cell_x, cell_y], axis=-1))
    squared = (cell_x[:, :, None] - points[None, None, :, 0]) ** 2 + (
        cell_y[:, :, None] - points[None, None, :, 1]
    ) ** 2
    nearness = np.exp(-squared / (2 * CELL_SIGMA * CELL_SIGMA))
    own = np.arange(len(minutiae))
    nearness[own, :, own] = 0
    turn = turn_between(direction[:, None], direction[None, :])
    pointing = np.exp(
        -(turn_between(_DIRECTIONS[None, :, None], turn[:, None, :]) ** 2) / (2 * DIRECTION_SIGMA * DIRECTION_SIGMA)
    )
    mass = np.matmul(nearness, pointing.transpose(0, 2, 1))
    # MCC's sigmoid, moved so that an empty cell is zero.
    filled = 1 / (1 + np.exp(-6 * (mass - 0.35))) - 1 / (1 + np.exp(6 * 0.35))
    cells = (filled * valid[:, :, None]).astype(np.float32)
    cylinders = cells.reshape(len(minutiae), len(_CELLS) * CELL_DIRECTIONS)
    return Described(minutiae, points, cylinders, (cells * cells).sum(2), valid.astype(np.float32))


def likeness_of(first: Described, second: Described) -> Floats:
    """(count, count): 0..1 for every pair of cylinders, over the cells valid in both."""
    first_energy = _products(first.energy, second.valid)
    second_energy = _products(first.valid, second.energy)
    apart = first_energy + second_energy - 2 * _products(first.cylinders, second.cylinders)
    likeness = 1 - np.sqrt(np.maximum(apart, 0)) / (np.sqrt(first_energy) + np.sqrt(second_energy) + 1e-6)
    common = _products(first.valid, second.valid) / len(_CELLS)
    likeness[common < SMALLEST_COMMON_AREA] = 0
    turn = turn_between(first.minutiae.direction[:, None], second.minutiae.direction[None, :])
    likeness[np.abs(turn) > np.pi / 2] = 0
    return np.asarray(likeness, np.float64)


def _products(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every row of the one times every row of the other.

    Not ``@``: these are just large enough for OpenBLAS to wake all its threads, and on busy cores waiting for them took
    8 ms where the products take 0.1.
    """
    return np.asarray(np.einsum("ik,jk->ij", first, second))
