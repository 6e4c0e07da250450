"""Which of a thousand templates are worth a real comparison: those whose minutiae have neighbours like the probe's."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from biometric.fingerprint.cylinders import describe
from biometric.fingerprint.template import MalformedTemplate, unpack

# The best minutiae of each template that are looked at, and how many of the probe's best likenesses count.
MINUTIAE_KEPT = 24
LIKENESSES_COUNTED = 8

_Rows = NDArray[np.float32]


class CoarseIndex:
    """Templates by page. What it says is a guess: the pages it names are to be compared in full."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[bytes, _Rows]] = {}

    def put(self, page: int, template: bytes) -> None:
        """Describe what lies on a page now; costs a few milliseconds, which a search then need not take."""
        self._kept[page] = (template, _rows(template, MINUTIAE_KEPT))

    def likeliest(self, probe: bytes, flash: Iterable[tuple[int, bytes]], count: int) -> list[int]:
        """At most ``count`` pages of ``flash``, the likeliest first. A probe that cannot be read is like nobody."""
        pages, parts = [], []
        for page, template in flash:
            known = self._kept.get(page)
            if known is None or known[0] != template:
                self.put(page, template)
                known = self._kept[page]
            if len(known[1]):
                pages.append(page)
                parts.append(known[1])
        asked = _rows(probe, None)
        if not pages or not len(asked):
            return []
        likeness = asked @ np.concatenate(parts).T
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
        best = np.maximum.reduceat(likeness, starts, axis=1)
        counted = min(LIKENESSES_COUNTED, len(asked))
        score = np.partition(best, len(asked) - counted, axis=0)[-counted:].mean(axis=0)
        return [pages[place] for place in np.argsort(-score, kind="stable")[:count]]


def _rows(template: bytes, most: int | None) -> _Rows:
    """(minutiae, cells × directions), each of length 1; none of what cannot be read."""
    try:
        minutiae = unpack(template)
    except MalformedTemplate:
        return np.empty((0, 1), np.float32)
    if not len(minutiae):
        return np.empty((0, 1), np.float32)
    cylinders = describe(minutiae).cylinders
    if most is not None:
        cylinders = cylinders[np.argsort(-minutiae.quality, kind="stable")[:most]]
    lengths = np.maximum(np.linalg.norm(cylinders, axis=1, keepdims=True), 1e-6)
    return np.asarray(cylinders / lengths, np.float32)
