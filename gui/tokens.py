"""Sizes, spacing, letters and motion of the house. Sizes are pixels of the 1920 × 1080 design; ``Scale`` fits them to
the screen. Its colours stand in ``gui/palette.py``.

A touch target is at least 88 px: 22 mm on a 24-inch panel, above EN 301 549's 15 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

DESIGN_WIDTH, DESIGN_HEIGHT = 1920, 1080

HEADER = 92
FOOTER = 56
MARGIN = 72
GAP = 24
RADIUS = 22
SHADOW_DEPTH = 4
RING = 6  # the keyboard's focus
# Between header and footer: the stage screens are composed on.
STAGE_WIDTH, STAGE_HEIGHT = DESIGN_WIDTH, DESIGN_HEIGHT - HEADER - FOOTER
TOUCH_TARGET = 88

TEXT = {"small": 24, "body": 32, "large": 40, "title": 60, "prompt": 72, "display": 84, "figure": 120}

# Motion: a bar's step and its sweep from side to side, a countdown's step, and how long work may last without a sign.
STEP_MILLISECONDS, SWEEP_SECONDS = 33, 1.4
COUNT_MILLISECONDS = 100
BUSY_MILLISECONDS = 300


@dataclass(frozen=True)
class Scale:
    """``factor`` fits the whole design into the window; nothing is ever cut off."""

    width: int
    height: int

    @property
    def factor(self) -> float:
        return min(self.width / DESIGN_WIDTH, self.height / DESIGN_HEIGHT)

    def __call__(self, pixels: float) -> int:
        """A length: never less than one pixel."""
        return max(1, round(pixels * self.factor))

    def offset(self, pixels: float) -> int:
        """A distance, which may be nothing or to the left."""
        return round(pixels * self.factor)
