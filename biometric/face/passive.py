"""What a picture gives away by itself: a tablet's straight edges, the beat of two pixel grids, a print's missing gloss.

Evidence for the audit, never a gate: on real clips only the edges separated (above 0.45 on 9 of 10 replays, below on
12 of 13 live clips); gloss and beat did not.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from atm_app.ports import Box
from biometric.frames import Pixels

# Looked at around the face, at half scale: as far from the box as a tablet's frame would be.
MARGIN_IN_WIDTHS = 0.75
HALF = 0.5
LINE_THRESHOLD, LONGEST_LINE_GAP = 40, 4
EDGE_LOW, EDGE_HIGH = 60, 160
UPRIGHT_WITHIN = 0.2
# Spectrum of the face at 128 pixels: detail finer than any of a face's own, above four pixels a period.
CHIP = 128
FINE_FROM = 0.5
GLOSS_ABOVE_MEAN = 1.6


class PassiveCues:
    """Fed with a few frames of a session."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float, float]] = []

    def look(self, frame: Pixels, box: Box) -> None:
        """``frame``: RGB, ``box``: the face in it."""
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        face = _part(grey, box, 0.0)
        if min(face.shape) < 2:
            return
        chip = cv2.resize(face, (CHIP, CHIP), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        self._seen.append((frame_edges(_part(grey, box, MARGIN_IN_WIDTHS), box), beat(chip), gloss(chip)))

    def evidence(self) -> dict[str, float]:
        """Medians over the frames: ``frame_edges``, ``moire``, ``gloss``; nothing without a frame."""
        if not self._seen:
            return {}
        edges, moire, shine = (round(float(one), 3) for one in np.median(self._seen, axis=0))
        return {"frame_edges": edges, "moire": moire, "gloss": shine}


def frame_edges(around: NDArray[np.uint8], box: Box) -> float:
    """The longest upright straight line beside the face over the height of the face's box."""
    half = cv2.resize(around, None, fx=HALF, fy=HALF, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    height = (box.bottom - box.top) * HALF
    edges = cv2.Canny(half, EDGE_LOW, EDGE_HIGH)
    lines = cv2.HoughLinesP(
        edges, 1, np.pi / 180, LINE_THRESHOLD, minLineLength=height * HALF, maxLineGap=LONGEST_LINE_GAP
    )  # fmt: skip
    if lines is None:
        return 0.0
    across, down = (np.abs(lines.reshape(-1, 4)[:, [2, 3]] - lines.reshape(-1, 4)[:, [0, 1]])).T
    upright = across <= UPRIGHT_WITHIN * down
    return float(np.max(down * upright, initial=0.0)) / height


def beat(chip: NDArray[np.uint8]) -> float:
    """The highest peak of the fine part of the spectrum over its median, as a power of ten."""
    window = np.outer(np.hanning(CHIP), np.hanning(CHIP))
    spectrum = np.abs(np.fft.rfft2((chip - chip.mean()) * window))
    down, across = np.abs(np.fft.fftfreq(CHIP))[:, None] * 2, np.fft.rfftfreq(CHIP)[None] * 2
    fine = spectrum[np.hypot(down, across) >= FINE_FROM]
    return float(np.log10(fine.max() / max(float(np.median(fine)), 1e-9)))


def gloss(chip: NDArray[np.uint8]) -> float:
    """The share of the face that shines: far brighter than its mean."""
    return float(np.mean(chip > GLOSS_ABOVE_MEAN * chip.mean()))


def _part(grey: NDArray[np.uint8], box: Box, margin: float) -> NDArray[np.uint8]:
    more = int((box.right - box.left) * margin)
    top, left = max(0, box.top - more), max(0, box.left - more)
    return grey[top : box.bottom + more, left : box.right + more]
