"""Whose palm is it: one of the claimed customer's own (1:1), or one of a few customers' (1:N)? Of the hands somebody
enrolled the nearest counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atm_app.config import PalmSettings
from atm_app.palm_ports import PalmMatcher
from atm_app.ports import Candidate
from atm_app.stores import Customer, Templates

# Of a customer without a palm, or of nobody.
FARTHEST = 1.0


@dataclass(frozen=True)
class EnrolledPalms:
    templates: Templates
    matcher: PalmMatcher
    settings: PalmSettings

    def distance(self, customer: Customer | None, samples: Sequence[bytes]) -> float:
        """To the nearest of the customer's hands; 1.0 where there is none. Raises StoreUnavailable, KeyProblem."""
        palms = self.templates.palms(customer.customer_id) if customer else ()
        return min((self.matcher.distance(palm, samples) for palm in palms), default=FARTHEST)

    def is_same(self, distance: float) -> bool:
        return distance <= self.settings.distance

    def nearest(self, samples: Sequence[bytes]) -> tuple[Candidate, ...]:
        """Everybody with a palm, best first; nobody where they are more than ``gallery_limit``, because a wrong
        acceptance in 1:N grows with N. Raises StoreUnavailable, KeyProblem."""
        nearest: dict[int, float] = {}
        for customer_id, palm in self.templates.palms_of_few(self.settings.gallery_limit):
            distance = self.matcher.distance(palm, samples)
            nearest[customer_id] = min(nearest.get(customer_id, FARTHEST), distance)
        candidates = (Candidate(customer_id, distance) for customer_id, distance in nearest.items())
        return tuple(sorted(candidates, key=lambda candidate: candidate.distance))
