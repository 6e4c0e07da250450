"""Sizes of the console, which is worked with mouse and keyboard at arm's length: half the letters of the kiosk."""

from __future__ import annotations

from dataclasses import replace

from gui.stage import LANDSCAPE

# Lengths are twice those of a window of 1280 × 800, so that edges keep their shape when everything is scaled.
CONSOLE = replace(
    LANDSCAPE, name="console", width=2560, height=1600,
    text={"bench": 24, "fine": 24, "small": 26, "label": 28, "body": 30, "large": 38, "title": 54, "prompt": 54,
          "display": 72, "figure": 96},
)  # fmt: skip

HEADER, NAVIGATION = 104, 420
MARGIN, GAP, CARD_PADDING = 56, 24, 40
BUTTON_HEIGHT = 76
# Of a table: a row's height, and the width of a character of a column.
ROW, CHARACTER = 54, 17
