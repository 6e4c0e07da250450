"""A face changes over the years: after a visit in which every factor passed, its template moves a little towards it.

What may be learned is bounded from the enrolled face, however many steps are made: an impostor who once passed every
factor cannot walk a template to a face of their own, and staff can take everything learned back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from atm_app.ports import FaceMatcher
from atm_app.stores import Customer, Templates

# A visit counts when its face was well inside the threshold of 0.49: on 205 people 0.40 is hardly anybody else's.
FARTHEST_VISIT = 0.40
# A tenth of the way: a single odd visit hardly shows.
RATE = 0.1
# The enrolled face stays within this of every learned one. Two people are 0.6 apart or more; see docs/testing.md for
# what an impostor gains by it.
REACH = 0.08
PAUSE_SECONDS = 86_400


class Learned(StrEnum):
    """What became of a visit."""

    LEARNED = "learned"
    TOO_FAR = "too_far"
    NOT_NOW = "not_now"
    NOT_ENROLLED = "not_enrolled"


@dataclass(frozen=True)
class FaceLearning:
    """Blocks on the database; runs on ``Work.LEDGER``. The database keeps every step on record, and every
    kiosk's gallery hears of it as of any other change."""

    templates: Templates
    matcher: FaceMatcher

    def learn(self, session: bytes, customer: Customer, samples: Sequence[bytes]) -> Learned:
        """``samples``: embeddings of a live face, of a visit that ended with every factor passed."""
        known = self.templates.known_face(customer.customer_id)
        if known is None:
            return Learned.NOT_ENROLLED
        if self.matcher.distance(known.enrolled, samples) > FARTHEST_VISIT:
            return Learned.TOO_FAR
        moved = self.matcher.moved(known.template, samples, RATE, known.enrolled, REACH)
        if not self.templates.learn_face(customer.customer_id, known.template_id, moved, session, PAUSE_SECONDS):
            return Learned.NOT_NOW
        return Learned.LEARNED
