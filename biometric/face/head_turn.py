"""A turn of the head: how far the nose has gone, and whether it stands out of the face as a nose does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from biometric.face.geometry import FaceFigures

# |Δ nose to jaw|: every turning live clip passed, no turned print (within 0.04) did.
TURN_CHANGE = 0.2
FRAMES_OF_TURN = 2
# The head counts as back well before the threshold, so that the next turn starts from the middle.
BACK_CHANGE = 0.09
# Paper bent to more than a half pipe and turned reaches the change, too; its nose then leaves the midline by less.
# Drawn heads: 0.35 to 0.52 of the change. Prints bent by 35 and 60 degrees a head unit: 0.28 in the middle. Photographs
# of real heads turned that far, without a baseline of their own: 0.42, one in twenty below 0.31.
LEAST_DEPTH = 0.30
# One turn's depth varies by 0.05; the mean of a session's turns tells paper at its most bent from a head.
LEAST_MEAN_DEPTH = 0.36
# Fewer say too little: a drawn customer's single turn has 0.359. A session of five steps asks for three or four.
TURNS_FOR_A_MEAN = 3


class TurnWatch:
    """Fed with every frame. ``rest``: the face while it looked at the camera; ``rest_nose``: its nose to jaw.

    ``change``: nose to jaw less that at rest, positive to the customer's own left. ``depth``: how much of the change
    the nose leaves the midline by, over all frames of the turn under way.
    """

    def __init__(self, rest: Sequence[FaceFigures]) -> None:
        self.rest_nose = float(np.median([face.nose_to_jaw for face in rest])) if rest else 0.5
        self._rest_midline = float(np.median([face.nose_off_midline for face in rest])) if rest else 0.0
        self._frames = 0
        self._products, self._squares = 0.0, 0.0
        self.change = 0.0

    def feed(self, face: FaceFigures) -> None:
        self.change = face.nose_to_jaw - self.rest_nose
        if self.is_back:
            self._products, self._squares = 0.0, 0.0
        else:
            self._products += self.change * (face.nose_off_midline - self._rest_midline)
            self._squares += self.change * self.change
        self._frames = self._frames + 1 if abs(self.change) >= TURN_CHANGE else 0

    @property
    def is_back(self) -> bool:
        return abs(self.change) < BACK_CHANGE

    @property
    def depth(self) -> float:
        return self._products / self._squares if self._squares else 0.0

    @property
    def reached(self) -> bool:
        """The face has gone as far as a turn goes, however flat it is."""
        return self._frames >= FRAMES_OF_TURN

    @property
    def turned(self) -> bool:
        """A head has."""
        return self.reached and self.depth >= LEAST_DEPTH
