"""Five figures of a face from its 68 points: how open the eyes are, where the nose points and stands out, the nod."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from biometric.face.engine import Points

JAW_RIGHT, CHIN, JAW_LEFT, NOSE_ROOT, NOSE_TIP, NOSE_BASE = 0, 8, 16, 27, 30, 33
EYES = ((36, 37, 38, 39, 40, 41), (42, 43, 44, 45, 46, 47))
EYE_CORNERS, OUTER_CORNERS = (36, 39, 42, 45), (36, 45)


@dataclass(frozen=True)
class FaceFigures:
    """``eye_aspect``: mean height over width of both eyes, about 0.3 open and 0.12 shut.

    ``nose_to_jaw``: the nose tip along the line from jaw edge to jaw edge, 0 at the picture's left edge of the jaw,
    0.5 for a frontal face, growing when the customer turns to their own left (the camera does not mirror).
    ``pitch``: the nose tip between eye line (0) and chin (1); it falls when the chin goes up.
    ``nose_off_midline``: how far the nose tip lies beside the line from nose root to chin, in distances of the outer
    eye corners, growing like ``nose_to_jaw``. These three lie on one straight line of a face, and stay on one however
    flat paper is turned or bent about an upright axis; only a nose that stands out leaves it.
    ``nose_length``: from the eye line to the base of the nose, in the same distances; a print that is tipped shortens.
    """

    eye_aspect: float
    nose_to_jaw: float
    pitch: float
    nose_off_midline: float
    nose_length: float


def figures(points: Points) -> FaceFigures:
    """``points``: (68, 2) pixels. A collapsed face (all points alike) gives zeros."""
    return FaceFigures(
        eye_aspect=float(np.mean([_eye_aspect(points[list(eye)]) for eye in EYES])),
        nose_to_jaw=_along(points[NOSE_TIP], points[JAW_RIGHT], points[JAW_LEFT]),
        pitch=_along(points[NOSE_TIP], points[list(EYE_CORNERS)].mean(axis=0), points[CHIN]),
        nose_off_midline=_off_midline(points),
        nose_length=_nose_length(points),
    )


def eye_span(points: Points) -> float:
    """Pixels between the outer eye corners: how near a face is, finer than the detector's boxes, whose widths are a
    fifth apart."""
    return float(np.linalg.norm(points[OUTER_CORNERS[1]] - points[OUTER_CORNERS[0]]))


def _eye_aspect(eye: Points) -> float:
    width = float(np.linalg.norm(eye[0] - eye[3]))
    heights = float(np.linalg.norm(eye[1] - eye[5]) + np.linalg.norm(eye[2] - eye[4]))
    return heights / (2 * width) if width else 0.0


def _along(point: Points, start: Points, end: Points) -> float:
    """Where ``point`` falls on the line from ``start`` (0) to ``end`` (1); independent of the head's roll."""
    direction = end - start
    length = float(direction @ direction)
    return float((point - start) @ direction) / length if length else 0.0


def _off_midline(points: Points) -> float:
    down, tip = points[CHIN] - points[NOSE_ROOT], points[NOSE_TIP] - points[NOSE_ROOT]
    scale = float(np.linalg.norm(down) * np.linalg.norm(points[OUTER_CORNERS[1]] - points[OUTER_CORNERS[0]]))
    return float(tip[0] * down[1] - tip[1] * down[0]) / scale if scale else 0.0


def _nose_length(points: Points) -> float:
    eyes = points[list(EYE_CORNERS)].mean(axis=0)
    width = float(np.linalg.norm(points[OUTER_CORNERS[1]] - points[OUTER_CORNERS[0]]))
    return float(np.linalg.norm(points[NOSE_BASE] - eyes)) / width if width else 0.0
