"""How one finger is laid on another: turned, then moved. Angles are radians, lengths pixels at 500 dpi."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """How the second finger is laid on the first: turned by ``turn`` radians, then moved by ``shift`` pixels."""

    turn: float
    shift: Floats

    def onto_first(self, points: Floats) -> Floats:
        return np.asarray(points @ rotation(self.turn).T + self.shift)

    def onto_second(self, points: Floats) -> Floats:
        return np.asarray((points - self.shift) @ rotation(self.turn))


def rotation(turn: float) -> Floats:
    cosine, sine = np.cos(turn), np.sin(turn)
    return np.array([[cosine, -sine], [sine, cosine]])


def turn_between(first: NDArray[np.floating[Any]], second: NDArray[np.floating[Any]]) -> Floats:
    """Signed, -π..π."""
    return np.asarray((first - second + np.pi) % (2 * np.pi) - np.pi)


def fit(first: Floats, second: Floats) -> Pose:
    """Least squares rotation and shift that lay ``second`` on ``first``."""
    middle_first, middle_second = first.mean(0), second.mean(0)
    spread = (second - middle_second).T @ (first - middle_first)
    turn = float(np.arctan2(spread[0, 1] - spread[1, 0], spread[0, 0] + spread[1, 1]))
    return Pose(turn, middle_first - rotation(turn) @ middle_second)
