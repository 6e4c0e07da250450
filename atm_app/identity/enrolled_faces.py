"""Everybody's face in memory, as the database has it: loaded once, then told of what changed."""

from __future__ import annotations

from collections.abc import Sequence

from atm_app.ports import Candidate, FaceGallery
from atm_app.stores import FaceCount, Templates

# Template ids are given out when a row is written and seen when it is committed: of two kiosks at two servers the one
# with the lower id may be seen later. So many ids before the newest are read again.
OVERLAP = 300


class EnrolledFaces:
    """``limit``: above so many the gallery stays empty and the customer is asked for a number, because a wrong
    acceptance in 1:N grows with N. Loading and refreshing block on the database and run on ``Work.LEDGER``."""

    def __init__(self, templates: Templates, gallery: FaceGallery, limit: int) -> None:
        self._templates = templates
        self._gallery = gallery
        self._limit = limit
        self._known: FaceCount | None = None

    @property
    def may_identify(self) -> bool:
        return self._known is not None and self._known.faces <= self._limit

    def nearest(self, samples: Sequence[bytes], count: int) -> tuple[Candidate, ...]:
        return self._gallery.nearest(samples, count)

    def load(self) -> None:
        """All of them. Raises StoreUnavailable, KeyProblem."""
        count = self._templates.face_count()
        self._gallery.replace(self._templates.faces() if count.faces <= self._limit else ())
        self._known = count

    def refresh(self) -> None:
        """What staff and other kiosks enrolled, changed or erased since, and what customers no longer agree to.

        Raises as ``load`` does.
        """
        count, known = self._templates.face_count(), self._known
        if count == known:
            return
        if known is None or count.faces > self._limit or known.faces > self._limit:
            self.load()
            return
        for customer_id, template in self._templates.faces_after(known.newest - OVERLAP):
            self._gallery.put(customer_id, template)
        # Not by counting: a template that does not open is in the database and not in the gallery.
        for customer_id in self._gallery.customers() - self._templates.customers_with_face():
            self._gallery.remove(customer_id)
        self._known = count
