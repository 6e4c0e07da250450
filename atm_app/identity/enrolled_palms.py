"""Is it one of the customer's own palms? 1:1 with whichever of the enrolled hands is nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atm_app.config import PalmSettings
from atm_app.palm_ports import PalmMatcher
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
