"""A terminal before which many different people are turned away works more slowly, and staff are told.

Faces that were turned away are remembered as embeddings, in memory, for minutes; they are nobody's template and are
never written anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from atm_app.config import StrangerSettings
from atm_app.ports import Clock, FaceMatcher


class Strangers:
    """``distance``: further away than this is another person."""

    def __init__(self, matcher: FaceMatcher, clock: Clock, settings: StrangerSettings, distance: float) -> None:
        self._matcher = matcher
        self._clock = clock
        self._settings = settings
        self._distance = distance
        self._seen: list[tuple[float, bytes]] = []

    def turned_away(self, samples: Sequence[bytes]) -> bool:
        """Whether this one made them too many."""
        if not samples:
            return False
        known = self._lately()
        if any(self._matcher.distance(template, samples) <= self._distance for _, template in known):
            return False
        self._seen = [*known, (self._clock.monotonic(), self._matcher.template(samples))]
        return len(self._seen) == self._settings.count

    @property
    def number(self) -> int:
        """Different faces lately."""
        return len(self._lately())

    @property
    def pause(self) -> float:
        """Seconds until the next face is looked at: none, then twice as many with every further stranger."""
        too_many = self.number - self._settings.count
        return 0.0 if too_many < 0 else min(self._settings.pause * 2.0**too_many, self._settings.longest_pause)

    def _lately(self) -> list[tuple[float, bytes]]:
        since = self._clock.monotonic() - self._settings.window
        self._seen = [(at, template) for at, template in self._seen if at > since]
        return self._seen
