"""The lines of a palm as two codes over the same 32 × 32 cells.

OrdinalCode (Sun, Tan, Wang and Li, CVPR 2005): in each cell, for three directions, whether a line-like neighbourhood
is lighter than the one across it. CompCode (Kong and Zhang, ICPR 2004), the second opinion: which of six directions
the darkest line through the cell has, in three bits of which two directions differ by as many as they are steps apart.
Both so have three bits a cell, and are compared by counting the bits that differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from biometric.palm.region import CORE, WHOLE, Region

CELLS = 32
PLANES = 6

Bits = NDArray[np.bool_]
_Floats = NDArray[np.float32]

# The filters see the square at half its size, where they have 17 × 17 taps.
_HALF = 2
_REACH = 8
_STEP = CORE // _HALF // CELLS
# Gaussians of OrdinalCode along and across a line, and the Gabor filter of CompCode: half-size pixels.
_ALONG, _ACROSS = 4.5, 1.5
_GABOR_WIDTH, _GABOR_LENGTH, _GABOR_WAVE = 2.3, 4.14, 7.0
_NEIGHBOURHOOD = 5
# Grey levels of noise: what is flat stays small.
_NOISE = 3.0
# Of the six directions, three bits each: neighbours, and the last and the first, differ by one.
_DIRECTION_BITS = np.array([[1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0], [1, 0, 0], [1, 1, 0]], np.bool_)

# The ways a square may lie beside another's: degrees and scales, tried by whoever compares. Valleys found 3 pixels
# off turn the square by 2 degrees.
TURNS = (-4.0, -2.0, 0.0, 2.0, 4.0)
SCALES = (0.94, 1.0, 1.06)
WAYS = tuple(product(TURNS, SCALES))
UPRIGHT = WAYS.index((0.0, 1.0))


@dataclass(frozen=True)
class PalmCode:
    """``bits``: (6, 32, 32), three planes of OrdinalCode and three of CompCode. ``seen``: (32, 32), the cells that were
    of the picture; the bits of the others say nothing."""

    bits: Bits
    seen: Bits


def code_of(region: Region) -> PalmCode:
    """As the square lies."""
    return _coded(region, 0.0, 1.0)


def codes_of(region: Region) -> Iterator[PalmCode]:
    """In every one of ``WAYS``, in their order."""
    for turn, scale in WAYS:
        yield _coded(region, turn, scale)


def _coded(region: Region, turn: float, scale: float) -> PalmCode:
    motion = _motion(turn, scale)
    side = CORE // _HALF + 2 * _REACH
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    smooth = cv2.GaussianBlur(region.pixels, (0, 0), _HALF / 2.2)
    pixels = cv2.warpAffine(smooth, motion, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    seen = cv2.warpAffine(region.seen.astype(np.uint8), motion, (side, side), flags=cv2.INTER_NEAREST | flags)
    return PalmCode(_bits(np.asarray(pixels, np.float32)), np.asarray(_of_cells(np.asarray(seen)) > 0, np.bool_))


def _motion(turn: float, scale: float) -> NDArray[np.float64]:
    """From the half-size square with the filters' reach around it to the region's pixels."""
    side = CORE // _HALF + 2 * _REACH
    cosine, sine = np.cos(np.deg2rad(turn)) * scale * _HALF, np.sin(np.deg2rad(turn)) * scale * _HALF
    linear = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.full(2, (WHOLE - 1) / 2) - linear @ np.full(2, (side - 1) / 2)
    return np.column_stack([linear, middle])


def _of_cells(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    start = _REACH + _STEP // 2
    return plane[start : start + CELLS * _STEP : _STEP, start : start + CELLS * _STEP : _STEP]


def _bits(pixels: _Floats) -> Bits:
    away = pixels - cv2.GaussianBlur(pixels, (0, 0), _NEIGHBOURHOOD)
    spread = np.sqrt(cv2.GaussianBlur(away * away, (0, 0), _NEIGHBOURHOOD))
    windows = sliding_window_view(away / (spread + _NOISE), (2 * _REACH + 1, 2 * _REACH + 1))
    start = _STEP // 2
    at_cells = windows[start : start + CELLS * _STEP : _STEP, start : start + CELLS * _STEP : _STEP]
    # OpenCV's product, as everything beside it, keeps to the threads it was given; NumPy's does not.
    answers = cv2.gemm(at_cells.reshape(CELLS * CELLS, -1), _filters(), 1, np.empty(0, np.float32), 0)
    ordinal = answers[:, :3] > 0
    direction = _DIRECTION_BITS[np.argmin(answers[:, 3:], axis=1)]
    return np.ascontiguousarray(np.concatenate([ordinal, direction], axis=1).T).reshape(PLANES, CELLS, CELLS)


@cache
def _filters() -> _Floats:
    """(289, 9): three ordinal, six Gabor filters, a column each."""
    ordinal = [_line(np.pi * k / 3) - _line(np.pi * k / 3 + np.pi / 2) for k in range(3)]
    return np.stack([kernel.ravel() for kernel in (*ordinal, *(_gabor(np.pi * k / 6) for k in range(6)))], 1).astype(
        np.float32
    )


def _turned(direction: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[-_REACH : _REACH + 1, -_REACH : _REACH + 1].astype(np.float64)
    return x * np.cos(direction) + y * np.sin(direction), y * np.cos(direction) - x * np.sin(direction)


def _line(direction: float) -> NDArray[np.float64]:
    along, across = _turned(direction)
    weight = np.exp(-((along / _ALONG) ** 2) - (across / _ACROSS) ** 2)
    return np.asarray(weight / weight.sum())


def _gabor(direction: float) -> NDArray[np.float64]:
    across, along = _turned(direction)
    envelope = np.exp(-(across**2) / (2 * _GABOR_WIDTH**2) - along**2 / (2 * _GABOR_LENGTH**2))
    kernel = envelope * np.cos(2 * np.pi * across / _GABOR_WAVE)
    kernel -= kernel.mean()
    return np.asarray(kernel / np.abs(kernel).sum())
