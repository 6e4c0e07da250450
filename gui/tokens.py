"""Colours and sizes of the house. Sizes are pixels of the 1920 × 1080 design; ``Scale`` fits them to the screen.

Contrast against their grounds, by the formula of WCAG 2.2: ink 17:1, muted ink 6.6:1, white on blue 6.4:1, white on
red 5.9:1, ink on amber 9:1. A touch target is at least 88 px: 22 mm on a 24-inch panel, above EN 301 549's 15 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

DESIGN_WIDTH, DESIGN_HEIGHT = 1920, 1080

NAVY = "#0b1b33"
NAVY_SOFT = "#b9c6dd"
PAPER = "#f3f6fb"
WHITE = "#ffffff"
INK = "#0b1b33"
MUTED = "#4a5a75"
LINE = "#ccd6e8"
BLUE = "#1457d9"
BLUE_DEEP = "#0f46b3"
BLUE_WASH = "#e6eefc"
GREEN = "#0e7a4b"
GREEN_WASH = "#e2f4eb"
RED = "#b3261e"
RED_WASH = "#fbe9e7"
AMBER = "#f2a516"
AMBER_WASH = "#fdf3dc"

HEADER = 92
FOOTER = 56
MARGIN = 72
GAP = 24
RADIUS = 22

TEXT = {"small": 24, "body": 32, "large": 40, "title": 60, "display": 84, "figure": 112}


@dataclass(frozen=True)
class Scale:
    """``factor`` fits the whole design into the window; nothing is ever cut off."""

    width: int
    height: int

    @property
    def factor(self) -> float:
        return min(self.width / DESIGN_WIDTH, self.height / DESIGN_HEIGHT)

    def __call__(self, pixels: float) -> int:
        return max(1, round(pixels * self.factor))
