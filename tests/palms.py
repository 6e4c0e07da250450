"""Drawn hands for the tests of palms."""

from __future__ import annotations

from functools import cache

from biometric.frames import Pixels
from biometric.palm.photograph import region_of
from biometric.palm.region import Region
from biometric.virtual.palm_drawing import Showing, draw_showing, hand, show

# Held as the guide asks.
EASY = Showing(turn=0, size=0.34, x=0.5, y=0.6, spread=1, light=1, seed=1)


@cache
def drawn(seed: int, showing: int, *, left: bool = False) -> Pixels:
    return show(hand(seed, left=left), draw_showing(showing), 960, 720)


@cache
def drawn_region(seed: int, showing: int, *, left: bool = False) -> Region:
    return region_of(drawn(seed, showing, left=left))
