"""Every enrolled face in memory, for 1:N: exact while that is quick, above it a coarse scan and an exact second look.

Nothing here writes to disk.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atm_app.ports import Candidate
from biometric.face.matcher import EMBEDDING_LENGTH, stack

Rows = NDArray[np.float32]

FIRST_CAPACITY = 1024
# The exact scan of 20,000 templates takes a few milliseconds; up to here nothing else is loaded or built.
EXACT_UP_TO = 20_000
# How many the coarse scan hands to the exact second look; docs/testing.md has the measurement.
SHORTLIST = 128
# Rows the 16 values of each number are learnt from; more changes nothing that was measured.
TRAINING_ROWS = 50_000
FEWEST_TO_LEARN = 16


class InMemoryFaceGallery:
    """``ports.FaceGallery``. Any thread may call it. ``exact_up_to``: templates searched without a coarse scan."""

    def __init__(self, exact_up_to: int = EXACT_UP_TO) -> None:
        self._exact_up_to = max(exact_up_to, FEWEST_TO_LEARN)
        self._lock = threading.Lock()
        self._rows: dict[int, int] = {}
        self._customers: list[int] = []
        self._templates: Rows = np.zeros((FIRST_CAPACITY, EMBEDDING_LENGTH), np.float32)
        self._squares: NDArray[np.float32] = np.zeros(FIRST_CAPACITY, np.float32)
        self._coarse: CoarseScan | None = None

    def __len__(self) -> int:
        return len(self._customers)

    def customers(self) -> frozenset[int]:
        with self._lock:
            return frozenset(self._customers)

    @property
    def size_bytes(self) -> int:
        """Of the arrays; the list of customers comes on top."""
        return self._templates.nbytes + self._squares.nbytes + (self._coarse.size_bytes if self._coarse else 0)

    def replace(self, templates: Sequence[tuple[int, bytes]]) -> None:
        """Forget all and take these; the last template of a customer counts. Raises ValueError, changing nothing."""
        faces = dict(templates)
        array: Rows = np.zeros((max(FIRST_CAPACITY, len(faces)), EMBEDDING_LENGTH), np.float32)
        if faces:
            array[: len(faces)] = stack(list(faces.values()))
        coarse = CoarseScan(array[: len(faces)]) if len(faces) > self._exact_up_to else None
        with self._lock:
            self._customers = list(faces)
            self._rows = {customer_id: row for row, customer_id in enumerate(self._customers)}
            self._templates, self._squares, self._coarse = array, np.einsum("ij,ij->i", array, array), coarse

    def put(self, customer_id: int, template: bytes) -> None:
        """Add a customer or change the template of one. Raises ValueError.

        The one that makes the gallery too large for the exact scan alone waits about a second.
        """
        face = stack([template])[0]
        with self._lock:
            row = self._rows.get(customer_id)
            if row is None:
                row = len(self._customers)
                self._make_room(row + 1)
                self._customers.append(customer_id)
                self._rows[customer_id] = row
            self._templates[row], self._squares[row] = face, face @ face
            if self._coarse is not None:
                self._coarse.put(row, face)
            elif len(self._customers) > self._exact_up_to:
                self._coarse = CoarseScan(self._templates[: len(self._customers)])

    def remove(self, customer_id: int) -> None:
        """Forget a customer; one who is not enrolled is no error."""
        with self._lock:
            row = self._rows.pop(customer_id, None)
            if row is None:
                return
            last = len(self._customers) - 1
            if row != last:
                self._templates[row], self._squares[row] = self._templates[last], self._squares[last]
                self._customers[row] = self._customers[last]
                self._rows[self._customers[row]] = row
                if self._coarse is not None:
                    self._coarse.put(row, self._templates[row])
            self._customers.pop()
            self._templates[last] = 0
            if self._coarse is not None:
                self._coarse.remove_last()

    def nearest(self, samples: Sequence[bytes], count: int) -> tuple[Candidate, ...]:
        """The ``count`` nearest by the median distance over the samples, best first. Raises ValueError."""
        probes = stack(samples)
        with self._lock:
            size = len(self._customers)
            if not size or count < 1:
                return ()
            rows = self._shortlist(probes, size, max(SHORTLIST, 2 * count))
            distances = _median_distances(self._templates[rows], probes)
            order = np.argsort(distances, kind="stable")[:count]
            return tuple(Candidate(self._customers[rows[n]], float(distances[n])) for n in order)

    def _shortlist(self, probes: Rows, size: int, count: int) -> NDArray[np.int64]:
        """At least ``count`` rows, or all, among which the nearest are looked for digit by digit."""
        if size <= count:
            return np.arange(size)
        if self._coarse is not None:
            return self._coarse.nearest(probes.mean(axis=0), count)
        rough = _rough_distances(self._templates[:size], self._squares[:size], probes)
        return np.argpartition(rough, count)[:count]

    def _make_room(self, rows: int) -> None:
        if rows <= len(self._templates):
            return
        capacity = max(rows, 2 * len(self._templates))
        templates: Rows = np.zeros((capacity, EMBEDDING_LENGTH), np.float32)
        squares: NDArray[np.float32] = np.zeros(capacity, np.float32)
        templates[: len(self._templates)] = self._templates
        squares[: len(self._squares)] = self._squares
        self._templates, self._squares = templates, squares


class CoarseScan:
    """All rows as 32 bytes each, 64 numbers of 4 bits (product quantisation), scanned in registers by faiss.

    Every row is looked at, so that no partition of the faces can hide one. Row numbers are the gallery's.
    """

    def __init__(self, rows: Rows) -> None:
        # Loaded only by a large gallery: 18 MB.
        import faiss

        # Its threads wait by spinning: on two cores they would take the one that Tk paints on.
        faiss.omp_set_num_threads(1)
        index: Any = faiss.IndexPQFastScan(EMBEDDING_LENGTH, 64, 4)
        self._index = index
        self._index.train(rows[:: max(1, len(rows) // TRAINING_ROWS)])
        self._index.add(rows)
        self._packer: Any = self._index.get_CodePacker()

    @property
    def size_bytes(self) -> int:
        return int(self._index.codes.size())

    def put(self, row: int, face: Rows) -> None:
        """Change a row, or add the one after the last."""
        import faiss

        if row == self._index.ntotal:
            self._index.add(face[None])
        # The index has no call to change a row, and adds one on top of what is left of a removed one: the code is
        # written where the index keeps it, among those of its block.
        blocks = faiss.rev_swig_ptr(self._index.codes.get(), self._index.codes.size())
        block, place = divmod(row, self._packer.nvec)
        code = self._index.pq.compute_codes(face[None])[0]
        self._packer.pack_1(code, place, blocks.reshape(-1, self._packer.block_size)[block : block + 1])

    def remove_last(self) -> None:
        self._index.remove_ids(np.array([self._index.ntotal - 1], np.int64))

    def nearest(self, probe: Rows, count: int) -> NDArray[np.int64]:
        """The rows of the ``count`` that seem nearest, in no order that matters."""
        found = self._index.search(np.ascontiguousarray(probe[None], np.float32), count)[1][0]
        return np.asarray(found[found >= 0], np.int64)


def _rough_distances(templates: Rows, squares: NDArray[np.float32], probes: Rows) -> NDArray[np.float32]:
    """Median over the samples. ``|t|² + |s|² − 2 t·s`` is one matrix product; it loses the last digits of small
    distances."""
    squared = squares[:, None] + np.einsum("ij,ij->i", probes, probes) - 2 * (templates @ probes.T)
    distances: NDArray[np.float32] = np.median(np.sqrt(np.maximum(squared, 0)), axis=1)
    return distances


def _median_distances(templates: Rows, probes: Rows) -> NDArray[np.float64]:
    differences = templates[:, None, :].astype(np.float64) - probes[None, :, :]
    distances: NDArray[np.float64] = np.median(np.linalg.norm(differences, axis=2), axis=1)
    return distances
