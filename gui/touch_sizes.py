"""How large what is touched is on a panel, which pixels alone do not say."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gui.stage import stage_for
from gui.tokens import Scale

MILLIMETRES_AN_INCH = 25.4
# What leads on is hit without aiming, by a shaking hand too; letters are aimed at.
LEAST_BUTTON, LEAST_KEY = 20.0, 10.0


@dataclass(frozen=True)
class TouchSizes:
    """Millimetres of the smallest button that leads on or digit of the keypad, and of the smallest letter's key."""

    button: float
    key: float

    @property
    def enough(self) -> bool:
        return self.button >= LEAST_BUTTON and self.key >= LEAST_KEY


def touch_sizes(size: tuple[int, int], diagonal: float, *, large: bool) -> TouchSizes:
    """``size``: of the window, pixels of the whole panel; ``diagonal``: of that, inches; ``large``: with large text."""
    stage = stage_for(*size, large=large)
    scale = Scale(*size, stage)
    pixel = diagonal * MILLIMETRES_AN_INCH / math.hypot(*size)
    button = min(stage.foot_height, stage.keypad.key_height, stage.keypad.key_width)
    return TouchSizes(scale(button) * pixel, scale(stage.letters.target) * pixel)


def needs_large_text(size: tuple[int, int], diagonal: float) -> bool:
    """Whether the usual layout is too small for fingers on such a panel, and the large one larger."""
    usual, large = (touch_sizes(size, diagonal, large=each) for each in (False, True))
    return not usual.enough and large.button > usual.button
