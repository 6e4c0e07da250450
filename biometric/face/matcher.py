"""Arithmetic on face embeddings: templates and distances. Knows no thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EMBEDDING_LENGTH = 128
EMBEDDING_BYTES = EMBEDDING_LENGTH * 4


def stack(embeddings: Sequence[bytes]) -> NDArray[np.float32]:
    """One row each, of 512 bytes, little-endian float32.

    Raises ValueError for no embedding, one of another length or numbers that are none.
    """
    if not embeddings:
        raise ValueError("no samples")
    if any(len(embedding) != EMBEDDING_BYTES for embedding in embeddings):
        raise ValueError(f"an embedding has {EMBEDDING_BYTES} bytes")
    values = np.frombuffer(b"".join(embeddings), "<f4").astype(np.float32, copy=False)
    if not np.isfinite(values).all():
        raise ValueError("an embedding holds a number that is none")
    return values.reshape(-1, EMBEDDING_LENGTH)


class EuclideanFaceMatcher:
    """``ports.FaceMatcher`` on the 128-number embeddings."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        """The mean embedding, 512 bytes. Raises ValueError on an empty or malformed list."""
        mean = stack(samples).astype(np.float64).mean(axis=0)
        return bytes(mean.astype("<f4").tobytes())

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        """Median Euclidean distance of the samples to the template. Raises ValueError as ``template`` does."""
        differences = stack(samples).astype(np.float64) - stack([template])
        return float(np.median(np.linalg.norm(differences, axis=1)))

    def moved(self, template: bytes, samples: Sequence[bytes], rate: float, origin: bytes, reach: float) -> bytes:
        """``ports.FaceMatcher.moved``: a point on the way, drawn back onto a ball around ``origin`` of that radius."""
        base, centre = stack([template])[0].astype(np.float64), stack([origin])[0].astype(np.float64)
        moved = base + rate * (stack(samples).astype(np.float64).mean(axis=0) - base)
        away = moved - centre
        length = float(np.linalg.norm(away))
        if length > reach:
            moved = centre + away * (reach / length)
        return bytes(moved.astype("<f4").tobytes())
