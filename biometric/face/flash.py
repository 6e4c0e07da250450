"""Does the face follow the screen's light? Frame by frame, face and background, against the colours that were painted.

A face half a metre from a bright screen takes on its colour; the wall behind it hardly does. A tablet gives light of
its own and takes on little; of a print the paper around the face takes on as much as the face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from atm_app.ports import Box, ScreenColour
from biometric.frames import Pixels

# Long enough for a slow exposure to settle and to be seen on four frames at fifteen a second.
COLOUR_SECONDS = 0.35
# A screen that takes longer on the average does not paint at all.
LONGEST_COLOUR_SECONDS = 1.0
# A screen paints and a camera delivers later than they say: the best lag of these is taken.
LAGS_SECONDS = tuple(step * 0.033 for step in range(10))
# Of the colours' course; chance reaches 0.5 on six colours in one session of a thousand.
LEAST_CORRELATION = 0.6
# Change of the face's own light from the darkest colour to the brightest, as a share of it.
LEAST_RESPONSE = 0.01
# The background follows by at most this share of what the face follows by: walls do by 0.05, a bright print by 0.5, a
# tablet by 0.3 (drawn).
MOST_BACKGROUND = 0.25
# Where the face is skin, and where beside it no face is any more: shares of the box's width and height.
FACE_PART = (0.2, 0.25, 0.8, 0.85)
BACKGROUND_FROM, BACKGROUND_TO = 0.28, 0.42
FEWEST_SAMPLES = 8

Light = NDArray[np.float64]


@dataclass(frozen=True)
class Lit:
    """The screen gave ``colour`` from ``at`` on (seconds, on the clock of the frames)."""

    colour: ScreenColour
    at: float


@dataclass(frozen=True)
class Glimpse:
    """One frame: mean red, green and blue of the face and of what lies on both sides of the head."""

    at: float
    face: Light
    background: Light


@dataclass(frozen=True)
class FlashVerdict:
    """``correlation``: of the face's light with the colours, at the best lag. ``response``: how much of its light
    moved with them. ``background``: the response of the background over that of the face."""

    correlation: float
    response: float
    background: float

    @property
    def follows(self) -> bool:
        return (
            self.correlation >= LEAST_CORRELATION
            and self.response >= LEAST_RESPONSE
            and self.background <= MOST_BACKGROUND
        )


class FlashCheck:
    """One session's colours, one after the other, each for a while from when the screen has painted it.

    ``wanted``: what the screen is to give now. Without colours it is finished from the start.
    """

    def __init__(self, colours: Sequence[ScreenColour]) -> None:
        self._colours = colours
        self._number = 0
        self._lights: list[Lit] = []
        self._glimpses: list[Glimpse] = []
        self._began: float | None = None
        self._verdict: FlashVerdict | None = None

    @property
    def finished(self) -> bool:
        return not self._colours or self._verdict is not None

    @property
    def follows(self) -> bool:
        return self._verdict is not None and self._verdict.follows

    @property
    def wanted(self) -> ScreenColour | None:
        return None if self.finished else self._colours[self._number]

    def lit(self, colour: ScreenColour | None, at: float) -> None:
        """The screen has painted ``colour``; what was not asked for is of no use and left out."""
        if colour is not None and colour == self.wanted and len(self._lights) == self._number:
            self._lights.append(Lit(colour, at))

    def look(self, frame: Pixels, box: Box, at: float) -> None:
        """A frame with a face. A screen that does not paint leaves the face in no light to follow."""
        if self.finished:
            return
        self._began = at if self._began is None else self._began
        self._glimpses.append(glimpse(frame, box, at))
        painted = len(self._lights) > self._number
        if painted and at - self._lights[-1].at >= COLOUR_SECONDS:
            self._number += 1
        if self._number == len(self._colours) or self.is_overdue(at):
            self._verdict = judge(self._glimpses, self._lights)

    def is_overdue(self, at: float) -> bool:
        return self._began is not None and at - self._began > LONGEST_COLOUR_SECONDS * len(self._colours)

    def evidence(self) -> dict[str, float]:
        verdict = self._verdict
        if verdict is None:
            return {}
        return {
            "flash_correlation": round(verdict.correlation, 3),
            "flash_response": round(verdict.response, 4),
            "flash_background": round(verdict.background, 3),
        }


def glimpse(frame: Pixels, box: Box, at: float) -> Glimpse:
    """``frame``: RGB."""
    width, height = box.right - box.left, box.bottom - box.top
    left, top, right, bottom = FACE_PART
    face = _mean(frame, box.left + left * width, box.top + top * height, box.left + right * width,
                 box.top + bottom * height)  # fmt: skip
    sides = [
        _mean(frame, start, box.top, end, box.bottom)
        for start, end in (
            (box.left - BACKGROUND_TO * width, box.left - BACKGROUND_FROM * width),
            (box.right + BACKGROUND_FROM * width, box.right + BACKGROUND_TO * width),
        )
    ]
    return Glimpse(at, face, np.mean(sides, axis=0))


def judge(glimpses: Sequence[Glimpse], lights: Sequence[Lit]) -> FlashVerdict:
    """``lights``: in the order in which they were painted. Too few frames follow nothing."""
    verdicts = [_judge_at(glimpses, lights, lag) for lag in LAGS_SECONDS]
    return max(verdicts, key=lambda verdict: verdict.correlation)


def _judge_at(glimpses: Sequence[Glimpse], lights: Sequence[Lit], lag: float) -> FlashVerdict:
    seen = [(one, colour) for one in glimpses if (colour := _colour_at(lights, one.at - lag)) is not None]
    if len(seen) < FEWEST_SAMPLES:
        return FlashVerdict(0.0, 0.0, 1.0)
    shown = _course(np.array([colour for _, colour in seen], np.float64) / 255, relative=False)
    face = _course(np.array([one.face for one, _ in seen]), relative=True)
    background = _course(np.array([one.background for one, _ in seen]), relative=True)
    spread = float(np.linalg.norm(shown) * np.linalg.norm(face))
    strength = float(np.sum(shown * shown))
    if not spread or not strength:
        return FlashVerdict(0.0, 0.0, 1.0)
    response = float(np.sum(shown * face)) / strength
    behind = float(np.sum(shown * background)) / strength
    return FlashVerdict(
        float(np.sum(shown * face)) / spread, response, abs(behind) / response if response > 0 else 1.0
    )  # fmt: skip


def _course(values: Light, *, relative: bool) -> Light:
    """(frames, 3): what moves about each channel's mean, as a share of the mean where ``relative``."""
    mean = values.mean(axis=0)
    moved: Light = values - mean
    return np.asarray(moved / np.maximum(mean, 1.0), np.float64) if relative else moved


def _colour_at(lights: Sequence[Lit], at: float) -> ScreenColour | None:
    return next((light.colour for light in reversed(lights) if light.at <= at), None)


def _mean(frame: Pixels, left: float, top: float, right: float, bottom: float) -> Light:
    """Of the part inside the frame; a part outside of it keeps the nearest pixels."""
    rows, columns = frame.shape[:2]
    first_row, first_column = min(max(int(top), 0), rows - 1), min(max(int(left), 0), columns - 1)
    last_row, last_column = max(min(int(bottom), rows), first_row + 1), max(min(int(right), columns), first_column + 1)
    mean: Light = np.array(cv2.mean(frame[first_row:last_row, first_column:last_column])[:3], np.float64)
    return mean
