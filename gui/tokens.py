"""Colours and sizes of the house. Sizes are pixels of the 1920 × 1080 design; ``Scale`` fits them to the screen.

``READ_ON`` names every text colour with the grounds it is read on; ``contrast`` is the formula of WCAG 2.2, and a test
holds all of them to 4.5:1 at least. Text of disabled buttons is left out, as WCAG leaves it out. A touch target is at
least 88 px: 22 mm on a 24-inch panel, above EN 301 549's 15 mm.
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
PALE = "#9aa7bd"
LINE = "#ccd6e8"
SHADOW = "#dde5f1"
BLUE = "#1457d9"
BLUE_DEEP = "#0f46b3"
BLUE_WASH = "#e6eefc"
GREEN = "#0e7a4b"
GREEN_WASH = "#e2f4eb"
GREEN_LIGHT = "#3fd08a"
RED = "#b3261e"
RED_WASH = "#fbe9e7"
AMBER = "#f2a516"
AMBER_DEEP = "#7a5200"
AMBER_WASH = "#fdf3dc"
MUTED_WASH = "#e4eaf4"

READ_ON = {
    INK: (PAPER, WHITE, AMBER_WASH, BLUE_WASH),
    MUTED: (PAPER, WHITE),
    NAVY_SOFT: (NAVY,),
    WHITE: (NAVY, BLUE, BLUE_DEEP, GREEN),
    BLUE: (PAPER, WHITE, BLUE_WASH),
    BLUE_DEEP: (PAPER, WHITE, BLUE_WASH),
    GREEN: (PAPER, GREEN_WASH),
    RED: (PAPER, WHITE, RED_WASH),
    AMBER_DEEP: (PAPER, AMBER_WASH),
}

HEADER = 92
FOOTER = 56
MARGIN = 72
GAP = 24
RADIUS = 22
# Between header and footer: the stage screens are composed on.
STAGE_WIDTH, STAGE_HEIGHT = DESIGN_WIDTH, DESIGN_HEIGHT - HEADER - FOOTER
TOUCH_TARGET = 88

TEXT = {"small": 24, "body": 32, "large": 40, "title": 60, "prompt": 72, "display": 84, "figure": 120}


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


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 (black) to 1 (white)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
