"""Edges and motion of the house, the same on every stage, and what fits a stage to the window. Lengths are pixels of
the stage's design. Places and letters stand in ``gui/stage.py``, colours in ``gui/palette.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

from gui.stage import LANDSCAPE, Stage

RADIUS = 22
SHADOW_DEPTH = 4
RING = 6  # the keyboard's focus

# Motion: a bar's step and its sweep from side to side, a countdown's step, and how long work may last without a sign.
STEP_MILLISECONDS, SWEEP_SECONDS = 33, 1.4
COUNT_MILLISECONDS = 100
BUSY_MILLISECONDS = 300
# A screen's way in: how far, how long, in how many steps.
SLIDE, SLIDE_MILLISECONDS, SLIDE_STEPS = 56, 144, 9


@dataclass(frozen=True)
class Scale:
    """``factor`` fits the whole stage into a window of so many pixels; nothing is ever cut off."""

    width: int
    height: int
    stage: Stage = LANDSCAPE

    @property
    def factor(self) -> float:
        return min(self.width / self.stage.width, self.height / self.stage.height)

    def letters(self, size: str) -> int:
        """The height of letters in pixels."""
        return self(self.stage.text[size])

    def __call__(self, pixels: float) -> int:
        """A length: never less than one pixel."""
        return max(1, round(pixels * self.factor))

    def offset(self, pixels: float) -> int:
        """A distance, which may be nothing or to the left."""
        return round(pixels * self.factor)
