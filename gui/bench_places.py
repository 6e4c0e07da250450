"""Where the parts of the test bench's window stand: three columns abreast, on an upright panel two above the third."""

from __future__ import annotations

from dataclasses import dataclass

from gui.tokens import Scale

# Design pixels. ``AROUND``: of the kiosk's screen that stays in sight, its header above all; ``CONTROLS``: the least
# height of the controls, in which a button is so high; ``ROWS``: of buttons in the fullest column. Higher than
# ``HIGHEST`` they are no easier to hit.
WIDTH, AROUND, SIDE, CONTROLS, HIGHEST, ROWS = 1840, 120, 20, 940, 1240, 10
BUTTON_HEIGHT = 62
STATE = 925  # the height of what is told below the controls
COLUMN_WIDTH = 505  # of text in one of three columns
# Two columns of the three fill an upright panel, so that everything may be half as large again.
UPRIGHT = 3 / 2


@dataclass(frozen=True)
class BenchPlaces:
    """``columns``: left, top, width and height as shares of the window. ``text_width``: of the last one's text. Lengths
    are design pixels of ``scale``."""

    scale: Scale
    width: float
    height: float
    button_height: float
    columns: tuple[tuple[float, float, float, float], ...]
    text_width: float


def bench_places(window: Scale) -> BenchPlaces:
    """``window``: the kiosk's."""
    if window.height > window.width:
        scale = Scale(round(window.width * UPRIGHT), round(window.height * UPRIGHT))
        controls = min(window.height / scale.factor - AROUND - STATE, HIGHEST)
        height, share = controls + STATE, controls / (controls + STATE)
        columns = ((0.0, 0.0, 0.5, share), (0.5, 0.0, 0.5, share), (0.0, share, 1.0, 1 - share))
        text_width = COLUMN_WIDTH + WIDTH / 3
        return BenchPlaces(scale, WIDTH / UPRIGHT, height, _button_height(controls), columns, text_width)
    scale = Scale(window.width, window.height)
    height = min(window.height / scale.factor - AROUND - SIDE, HIGHEST)
    abreast = tuple((number / 3, 0.0, 1 / 3, 1.0) for number in range(3))
    return BenchPlaces(scale, WIDTH, height, _button_height(height), abreast, COLUMN_WIDTH)


def _button_height(controls: float) -> float:
    """As high as the controls leave room for."""
    return BUTTON_HEIGHT + (controls - CONTROLS) / ROWS
