"""What the ATM needs to notice that somebody looks over the customer's shoulder."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Onlooker(StrEnum):
    """``NEAR``: somebody has stood close behind for a while. ``HIDDEN``: the customer had the screen covered."""

    NOBODY = "nobody"
    NEAR = "near"
    HIDDEN = "hidden"


class OnlookerCamera(Protocol):
    """Counts faces and knows none of them; keeps nothing. Blocking; runs on ``Work.ONLOOKERS``."""

    def faces(self) -> tuple[float, ...]:
        """The width of each face in the newest picture as a share of the picture's, largest first. Empty when nothing
        can be seen, for whatever reason."""
        ...
