"""Arithmetic on face embeddings: templates, distances, and the exact 1:N search. Knows no thresholds."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from atm_app.ports import FaceCandidate

EMBEDDING_LENGTH = 128
EMBEDDING_BYTES = EMBEDDING_LENGTH * 4
# Rows searched at a time: 1,024 × 128 float32 stay in the second-level cache.
FIRST_CAPACITY = 1024


def _read(embedding: bytes) -> NDArray[np.float32]:
    """512 bytes, little-endian float32. Raises ValueError for another length or numbers that are none."""
    if len(embedding) != EMBEDDING_BYTES:
        raise ValueError(f"an embedding has {EMBEDDING_BYTES} bytes, not {len(embedding)}")
    values = np.frombuffer(embedding, "<f4").astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError("an embedding holds a number that is none")
    return values


def _stack(samples: Sequence[bytes]) -> NDArray[np.float32]:
    if not samples:
        raise ValueError("no samples")
    return np.stack([_read(sample) for sample in samples])


class EuclideanFaceMatcher:
    """``ports.FaceMatcher`` on the 128-number embeddings."""

    def template(self, samples: Sequence[bytes]) -> bytes:
        """The mean embedding, 512 bytes. Raises ValueError on an empty or malformed list."""
        mean = _stack(samples).astype(np.float64).mean(axis=0)
        return bytes(mean.astype("<f4").tobytes())

    def distance(self, template: bytes, samples: Sequence[bytes]) -> float:
        """Median Euclidean distance of the samples to the template. Raises ValueError as ``template`` does."""
        differences = _stack(samples).astype(np.float64) - _read(template)
        return float(np.median(np.linalg.norm(differences, axis=1)))

    def moved(self, template: bytes, samples: Sequence[bytes], rate: float, origin: bytes, reach: float) -> bytes:
        """``ports.FaceMatcher.moved``: a point on the way, drawn back onto a ball around ``origin`` of that radius."""
        base, centre = _read(template).astype(np.float64), _read(origin).astype(np.float64)
        moved = base + rate * (_stack(samples).astype(np.float64).mean(axis=0) - base)
        away = moved - centre
        length = float(np.linalg.norm(away))
        if length > reach:
            moved = centre + away * (reach / length)
        return bytes(moved.astype("<f4").tobytes())


class ExactFaceGallery:
    """``ports.FaceGallery``: every enrolled face in one array, every search exact. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[int, int] = {}
        self._customers: list[int] = []
        self._templates: NDArray[np.float32] = np.zeros((FIRST_CAPACITY, EMBEDDING_LENGTH), np.float32)
        self._squares: NDArray[np.float32] = np.zeros(FIRST_CAPACITY, np.float32)

    def __len__(self) -> int:
        return len(self._customers)

    def customers(self) -> frozenset[int]:
        with self._lock:
            return frozenset(self._customers)

    def replace(self, templates: Sequence[tuple[int, bytes]]) -> None:
        """Forget all and take these; the last template of a customer counts. Raises ValueError, changing nothing."""
        faces = {customer_id: _read(template) for customer_id, template in templates}
        capacity = max(FIRST_CAPACITY, len(faces))
        array: NDArray[np.float32] = np.zeros((capacity, EMBEDDING_LENGTH), np.float32)
        if faces:
            array[: len(faces)] = np.stack(list(faces.values()))
        with self._lock:
            self._customers = list(faces)
            self._rows = {customer_id: row for row, customer_id in enumerate(self._customers)}
            self._templates = array
            self._squares = np.einsum("ij,ij->i", array, array)

    def put(self, customer_id: int, template: bytes) -> None:
        """Add a customer or change the template of one. Raises ValueError."""
        face = _read(template)
        with self._lock:
            row = self._rows.get(customer_id)
            if row is None:
                row = len(self._customers)
                self._make_room(row + 1)
                self._customers.append(customer_id)
                self._rows[customer_id] = row
            self._templates[row] = face
            self._squares[row] = face @ face

    def remove(self, customer_id: int) -> None:
        """Forget a customer; one who is not enrolled is no error."""
        with self._lock:
            row = self._rows.pop(customer_id, None)
            if row is None:
                return
            last = len(self._customers) - 1
            if row != last:
                self._templates[row] = self._templates[last]
                self._squares[row] = self._squares[last]
                self._customers[row] = self._customers[last]
                self._rows[self._customers[row]] = row
            self._customers.pop()
            self._templates[last] = 0

    def nearest(self, samples: Sequence[bytes], count: int) -> tuple[FaceCandidate, ...]:
        """The ``count`` nearest by the median distance over the samples, best first. Raises ValueError."""
        probes = _stack(samples)
        with self._lock:
            size = len(self._customers)
            if not size or count < 1:
                return ()
            distances = self._median_distances(probes, size)
            order = np.argsort(distances, kind="stable")[:count]
            return tuple(FaceCandidate(self._customers[row], float(distances[row])) for row in order)

    def _median_distances(self, probes: NDArray[np.float32], size: int) -> NDArray[np.float64]:
        """Median over the samples for each of the first ``size`` rows.

        ``|t|² + |s|² − 2 t·s`` is one matrix product; it loses the last digits of small distances, so what is
        nearest is computed again by differences.
        """
        templates = self._templates[:size]
        squares = self._squares[:size, None] + np.einsum("ij,ij->i", probes, probes) - 2 * (templates @ probes.T)
        distances: NDArray[np.float64] = np.median(np.sqrt(np.maximum(squares, 0)), axis=1).astype(np.float64)
        near = np.argsort(distances)[: min(size, 64)]
        differences = templates[near, None, :].astype(np.float64) - probes[None, :, :]
        distances[near] = np.median(np.linalg.norm(differences, axis=2), axis=1)
        return distances

    def _make_room(self, rows: int) -> None:
        if rows <= len(self._templates):
            return
        capacity = max(rows, 2 * len(self._templates))
        templates: NDArray[np.float32] = np.zeros((capacity, EMBEDDING_LENGTH), np.float32)
        squares: NDArray[np.float32] = np.zeros(capacity, np.float32)
        templates[: len(self._templates)] = self._templates
        squares[: len(self._squares)] = self._squares
        self._templates, self._squares = templates, squares
