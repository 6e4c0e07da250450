"""Whether what looks like ridges is a finger: over which periods its contrast is spread, square by square.

Skin puts nearly all of a square's power at the period of its ridges, 5 to 16 pixels at 500 dpi; in a photograph most
of it is coarser than that, as in all natural images (Field, 1987). The power in a ring of the spectrum is a measure of
fingerprints of Chen, Dass and Jain (Fingerprint Quality Indices for Predicting Authentication Performance, 2005);
squares of 32 pixels with one frequency each are from the frequency domain analysis of NFIQ 2 (ISO/IEC 29794-4). That
neighbours agree on it is what its orientation certainty and local orientation quality ask of directions, and of
periods as well.

The picture is looked at as it came: the matcher's normalisation and filters make ridges of anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from biometric.fingerprint.enhancement import FloatImage, GreyImage, Mask

Waves = NDArray[np.complex64]

# Pixels: three ridges and more; a square begins in the middle of the one before.
SQUARE_SIDE = 32
SQUARE_STEP = 16
LEAST_COVERED = 0.75
SHORTEST_PERIOD, LONGEST_PERIOD = 4.5, 16.5
# Waves of neighbours differ by less of their mean length: 20 degrees, or a third of a period.
LARGEST_DIFFERENCE = 0.35
# Of the power in periods of ridges and coarser ones. Development pictures (docs/testing.md): fingers 0.87 to 0.99,
# photographs of faces 0.23 to 0.67, of palms 0.22 to 0.73. Nearer to these, for a bad picture of a finger is one still.
SMALLEST_RIDGE_POWER = 0.75
# The same fingers have 0.61 to 0.95; print, gravel and grass, which their power does not give away, up to 0.34.
# 0.45 refused two of 120 fingers nothing else was set on.
SMALLEST_AGREEMENT = 0.40
_NOTHING = 1e-3

_FREQUENCIES = np.fft.fftshift(np.fft.fftfreq(SQUARE_SIDE)).astype(np.float32)
_WAVES: Waves = (_FREQUENCIES + 1j * _FREQUENCIES[:, None]).astype(np.complex64)
_MIDDLE = SQUARE_SIDE // 2
_WAVES_AROUND: Waves = _WAVES[_MIDDLE - 1 : _MIDDLE + 2, _MIDDLE - 1 : _MIDDLE + 2]
_COARSE: Mask = np.abs(_WAVES) < 1 / LONGEST_PERIOD
_OF_RIDGES: Mask = ~_COARSE & (np.abs(_WAVES) <= 1 / SHORTEST_PERIOD)
# Each wave is there twice, the other way around.
_PEAKS: Mask = _OF_RIDGES & ((_WAVES.imag > 0) | ((_WAVES.imag == 0) & (_WAVES.real > 0)))
_SLOPE = np.hanning(SQUARE_SIDE + 2)[1:-1].astype(np.float32)
_WINDOW: FloatImage = np.outer(_SLOPE, _SLOPE)


@dataclass(frozen=True)
class RidgeSpectrum:
    """``ridge_power``: 0..1, the median square's share of power at periods of ridges, finer ones not counted.
    ``agreement``: 0..1, the share of neighbouring squares whose strongest waves are alike. Both are 0 where no two
    neighbours lie within the finger."""

    ridge_power: float
    agreement: float

    @property
    def is_of_a_finger(self) -> bool:
        return self.ridge_power >= SMALLEST_RIDGE_POWER and self.agreement >= SMALLEST_AGREEMENT


def spectrum_of(image: GreyImage, finger: Mask) -> RidgeSpectrum:
    """Of an 8-bit picture at 500 dpi; ``finger``: where it lies, of the same size."""
    waves, power = _looked_at(image, finger)
    alike = np.concatenate([
        _alike(waves[:-1], waves[1:], np.isfinite(power[:-1] + power[1:])),
        _alike(waves[:, :-1], waves[:, 1:], np.isfinite(power[:, :-1] + power[:, 1:])),
    ])  # fmt: skip
    if not alike.size:
        return RidgeSpectrum(0.0, 0.0)
    return RidgeSpectrum(float(np.nanmedian(power)), float(alike.mean()))


def _looked_at(image: GreyImage, finger: Mask) -> tuple[Waves, FloatImage]:
    """By rows and columns of squares: the strongest wave of a ridge's period (cycles a pixel across, and down as the
    imaginary part), and the share of power at all such periods, not a number where the finger is not. Row by row,
    because a picture of 80 mm has ten thousand squares."""
    squares, covered = (
        sliding_window_view(field, (SQUARE_SIDE, SQUARE_SIDE))[::SQUARE_STEP, ::SQUARE_STEP]
        for field in (image, finger)
    )
    shape = squares.shape[:2]
    waves, power = np.zeros(shape, np.complex64), np.full(shape, np.nan, np.float32)
    for row in range(shape[0]):
        inside = covered[row].mean((1, 2)) >= LEAST_COVERED
        if inside.any():
            waves[row, inside], power[row, inside] = _answer(squares[row, inside].astype(np.float32))
    return waves, power


def _answer(squares: FloatImage) -> tuple[Waves, FloatImage]:
    """As ``_looked_at``, of ``squares`` (count, side, side)."""
    levelled = (squares - squares.mean((1, 2), keepdims=True)) * _WINDOW
    levelled -= _WINDOW * (levelled.sum((1, 2), keepdims=True) / _WINDOW.sum())
    power = np.fft.fftshift(np.abs(np.fft.fft2(levelled)) ** 2, axes=(1, 2)).astype(np.float32)
    # The window spreads a wave over the frequencies next to its own.
    around = sliding_window_view(np.pad(power, ((0, 0), (1, 1), (1, 1)), mode="wrap"), (3, 3), axis=(1, 2))
    peaks = np.where(_PEAKS, around.sum((3, 4)), -1).reshape(len(power), -1).argmax(1)
    rows, columns = np.unravel_index(peaks, _PEAKS.shape)
    lobes = around[np.arange(len(power)), rows, columns]
    strength = lobes.sum((1, 2)) + _NOTHING
    waves = _WAVES[rows, columns] + (lobes * _WAVES_AROUND).sum((1, 2)) / strength
    of_ridges, coarse = power[:, _OF_RIDGES].sum(1), power[:, _COARSE].sum(1)
    return waves, of_ridges / (of_ridges + coarse + _NOTHING)


def _alike(first: Waves, second: Waves, seen: Mask) -> Mask:
    """Of the pairs that are ``seen``, one after the other. A wave has no sign."""
    length = (np.abs(first) + np.abs(second)) / 2
    apart = np.minimum(np.abs(first - second), np.abs(first + second))
    return np.asarray((apart < LARGEST_DIFFERENCE * length)[seen])
