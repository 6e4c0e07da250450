"""How skin gives under pressure: what a few minutiae moved, told for the whole finger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from biometric.fingerprint.pose import Floats

# How much a finger is drawn out or pressed together as a whole (1: to twice its length); how far a part of it gives
# beyond that, over what reach; and how well a minutia is placed. Pixels. Whole stretches of 15 % were seen.
STRAIN = 0.06
GIVE = 4.0
GIVE_REACH = 45.0
PLACED_TO = 2.0


@dataclass(frozen=True)
class Stretch:
    """A Gaussian process (kriging): linear for the finger as a whole, smooth for its parts, and noise."""

    middle: Floats
    places: Floats
    weights: Floats

    @classmethod
    def through(cls, places: Floats, moved: Floats) -> Stretch:
        """``moved``: (count, 2) pixels at ``places`` (count, 2), near enough."""
        middle = places.mean(0)
        related = _related(places, places, middle) + PLACED_TO**2 * np.eye(len(places))
        return cls(middle, places, np.asarray(np.linalg.solve(related, moved)))

    def at(self, places: Floats) -> Floats:
        """Pixels moved, (count, 2)."""
        return np.asarray(_related(places, self.places, self.middle) @ self.weights)


def _related(one: Floats, other: Floats, middle: Floats) -> Floats:
    """The covariance of how two places moved, square pixels."""
    across, down = (one[:, None, axis] - other[None, :, axis] for axis in (0, 1))
    near = np.exp((across * across + down * down) / (-2 * GIVE_REACH**2))
    return np.asarray(STRAIN**2 * ((one - middle) @ (other - middle).T) + GIVE**2 * near)
