"""Sizes of the console, which is worked with mouse and keyboard at arm's length: half the letters of the kiosk."""

from __future__ import annotations

from dataclasses import replace

from gui.stage import LANDSCAPE, Letters, Place

# Lengths are twice those of a window of 1280 × 800, so that edges keep their shape when everything is scaled.
CONSOLE = replace(
    LANDSCAPE, name="console", width=2560, height=1600,
    text={"bench": 24, "fine": 24, "small": 26, "label": 28, "body": 30, "large": 38, "title": 54, "prompt": 54,
          "display": 72, "figure": 96},
    # Keys are 10 mm high on the smallest panel that is sold for kiosks, 1280 × 800 on 12.1 inches.
    letters=Letters(width=2240, key_height=104, gap=12, line_height=0, line_gap=0, bottom=0, note=Place(0, 0, 0),
                    target=100),
)  # fmt: skip

HEADER, NAVIGATION = 104, 420
MARGIN, GAP, CARD_PADDING = 56, 24, 40
BUTTON_HEIGHT = 76
# Of a table: a row's height, and the width of a character of a column.
ROW, CHARACTER = 54, 17
# Where it is worked by fingers: what is marked in a table or chosen of several, as high as a key.
TOUCHED_ROW, FEWEST_ROWS = 100, 2
# Around the keyboard on the screen.
KEYBOARD_PADDING = 16
