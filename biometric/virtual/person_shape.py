"""The drawn head's shape: a height field, turned by yaw with true parallax, and its light."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.virtual.person import PersonFigures, Pose

Field = NDArray[np.floating[Any]]

# The canvas in head units.
LEFT, RIGHT, TOP, BOTTOM = -1.5, 1.5, -1.7, 1.9
# The head turns about an axis this far behind the picture plane of its rim.
TURNING_AXIS = 0.45
# A turn spreads the near side of the head over many pixels: its row is sampled this much finer than the picture.
FINER = 4
LIGHT = (-0.25, -0.45, 1.0)
SIDES = (-1, 1)


def bump(x: Field, y: Field, at_x: float, at_y: float, wide: float, high: float) -> Field:
    """A bell, 1 at its centre."""
    bell: Field = np.exp(-0.5 * (((x - at_x) / wide) ** 2 + ((y - at_y) / high) ** 2)).astype(np.float32)
    return bell


def line(distance: Field, width: float) -> Field:
    """A soft line where ``distance`` is 0."""
    soft: Field = np.exp(-0.5 * (distance / np.float32(width)) ** 2).astype(np.float32)
    return soft


def step(start: float, end: float, x: Field) -> Field:
    """0 before ``start``, 1 after ``end``, smooth between."""
    part = np.clip((x - start) / (end - start), 0, 1)
    smooth: Field = (part * part * (3 - 2 * part)).astype(np.float32)
    return smooth


def half_width(figures: PersonFigures, y: Field) -> Field:
    """Half the face's width at height ``y``."""
    above = np.sqrt(np.clip(1 - (np.minimum(y, 0) / figures.crown_height) ** 2, 0, 1))
    part = np.clip(np.maximum(y, 0) / figures.chin_depth, 0, 1)
    below = (1 - part**figures.jaw_roundness) ** 0.62 * (1 - (1 - figures.jaw_width) * step(0.1, 0.95, part))
    width: Field = (figures.face_half_width * np.where(y < 0, above, below)).astype(np.float32)
    return width


def height(figures: PersonFigures, mouth: float, x: Field, y: Field) -> Field:
    """How far each point of the face stands out, head units."""
    width = np.maximum(half_width(figures, y), 1e-3)
    round_across = np.clip(1 - np.abs(x / width) ** 2.3, 0, 1)
    round_down = np.sqrt(np.clip(1 - (np.abs(y) / 1.45) ** 2.6, 0, 1))
    z = 0.95 * np.sqrt(round_across) * round_down + _nose_ridge(figures, x, y)
    nose_end = figures.eye_level + figures.nose_length + 0.08
    for side in SIDES:
        z = z + 0.11 * bump(x, y, side * figures.nose_width * 0.82, nose_end - 0.05, 0.06, 0.06)
        z = z - figures.socket * bump(x, y, side * figures.eye_distance, figures.eye_level - 0.03, 0.21, 0.13)
        z = z + 0.05 * bump(x, y, side * figures.eye_distance, figures.eye_level, 0.15, 0.09)
        brow_x = side * (figures.eye_distance - 0.02)
        z = z + figures.brow_ridge * bump(x, y, brow_x, figures.brow_level + 0.02, 0.26, 0.08)
        z = z + figures.cheek * bump(x, y, side * 0.52, 0.33, 0.22, 0.2)
        z = z - 0.035 * bump(x, y, side * (figures.mouth_width + 0.07), figures.mouth_level, 0.06, 0.1)
    level, wide = figures.mouth_level, figures.mouth_width
    z = z + 0.055 * bump(x, y, 0, level - 0.055, wide * 0.55, 0.05)
    z = z + 0.065 * bump(x, y, 0, level + 0.075 + mouth * 0.1, wide * 0.5, 0.055)
    z = z - 0.05 * bump(x, y, 0, level + 0.19, 0.2, 0.05) + figures.chin_bulge * bump(x, y, 0, 1.03, 0.2, 0.14)
    z = z - 0.02 * bump(x, y, 0, level - 0.16, 0.03, 0.06)
    depth: Field = z.astype(np.float32)
    return depth


def _nose_ridge(figures: PersonFigures, x: Field, y: Field) -> Field:
    start, end = figures.eye_level + 0.02, figures.eye_level + figures.nose_length + 0.08
    part = np.clip((y - start) / (end - start), 0, 1)
    ridge = figures.nose_bridge + (figures.nose_height - figures.nose_bridge) * part**1.5
    spread = 0.075 + (figures.nose_width * 0.62 - 0.075) * part
    above, below = step(start - 0.22, start + 0.05, y), 1 - step(end - 0.02, end + 0.10, y)
    nose: Field = (ridge * np.exp(-0.5 * (x / spread) ** 2) * above * below).astype(np.float32)
    return nose


class HeadShape:
    """One head in one pose on a canvas of ``1.5 size`` by ``1.8 size`` pixels.

    ``picture_x``, ``picture_y``: head units of the canvas. ``x``, ``y``: the point of the unturned face seen there.
    """

    def __init__(self, figures: PersonFigures, pose: Pose, size: int) -> None:
        self.figures = figures
        self.pose = pose
        self.scale = size / 2
        self.columns, self.rows = int(3.0 * self.scale), int(3.6 * self.scale)
        across = np.linspace(LEFT, RIGHT, self.columns, dtype=np.float32)
        down = np.linspace(TOP, BOTTOM, self.rows, dtype=np.float32)
        self.picture_x, self.picture_y = np.meshgrid(across, down)
        self.sine_yaw, self._cosine_yaw = float(np.sin(np.radians(pose.yaw))), float(np.cos(np.radians(pose.yaw)))
        self.x, self.y = self._unturned_points()
        self._map_x = ((self.x - LEFT) / (RIGHT - LEFT) * (self.columns - 1)).astype(np.float32)
        self._map_y = ((self.y - TOP) / (BOTTOM - TOP) * (self.rows - 1)).astype(np.float32)
        self.half_width = half_width(figures, self.y)
        soft_edge = 1 - step(-0.03, 0.03, np.abs(self.x) - self.half_width)
        chin_edge = 1 - step(-0.02, 0.02, self.y - figures.chin_depth)
        self.face: Field = soft_edge * chin_edge * step(0.03, 0.12, self.half_width)

    def _unturned_points(self) -> tuple[Field, Field]:
        """Row by row: where does each point of a finer row land when the head turns, and which of them is in front?

        What is hidden behind the far silhouette lands where nearer points have already been: the running maximum
        (from the near side to the far one) drops it.
        """
        if not self.pose.yaw:
            return self.picture_x.copy(), self.picture_y.copy()
        fine = np.linspace(LEFT * 1.3, RIGHT * 1.3, self.columns * FINER, dtype=np.float32)
        rows_y = self.picture_y[:, 0]
        fine_x, fine_y = np.meshgrid(fine, rows_y)
        depth = height(self.figures, self.pose.mouth, fine_x, fine_y) - TURNING_AXIS
        landing = fine_x * self._cosine_yaw + depth * self.sine_yaw
        if self.sine_yaw > 0:
            landing = np.maximum.accumulate(landing, axis=1)
        else:
            landing = np.minimum.accumulate(landing[:, ::-1], axis=1)[:, ::-1]
        picture = self.picture_x[0]
        x = np.stack([np.interp(picture, landed, fine) for landed in landing]).astype(np.float32)
        return x, self.picture_y.copy()

    def on_the_face(self, texture: Field) -> Field:
        """A texture of the unturned face where it is seen in this pose."""
        if not self.pose.yaw:
            return texture
        seen = cv2.remap(texture, self._map_x, self._map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return seen.astype(np.float32, copy=False)

    def light(self) -> tuple[Field, Field]:
        """Lambert shade and gloss of every point."""
        flat = height(self.figures, self.pose.mouth, self.picture_x, self.picture_y)
        smooth = cv2.GaussianBlur(flat, (0, 0), self.scale * 0.012)
        down, across = np.gradient(smooth, 3.0 / self.columns)
        length = np.sqrt(across * across + down * down + 1)
        hollow = cv2.GaussianBlur(smooth, (0, 0), self.scale * 0.09) - smooth
        normal_x, normal_y, normal_z, cavity = (
            self.on_the_face(one.astype(np.float32)) for one in (-across / length, -down / length, 1 / length, hollow)
        )
        if self.pose.yaw:
            normal_x, normal_z = (
                normal_x * self._cosine_yaw + normal_z * self.sine_yaw,
                -normal_x * self.sine_yaw + normal_z * self._cosine_yaw,
            )
        lamp = np.array(LIGHT) / np.linalg.norm(LIGHT)
        half_way = lamp + np.array((0, 0, 1))
        half_way /= np.linalg.norm(half_way)
        lit = np.clip(normal_x * lamp[0] + normal_y * lamp[1] + normal_z * lamp[2], 0, 1)
        fill = np.clip(normal_x * 0.5 - normal_y * 0.1 + normal_z * 0.85, 0, 1)
        shade = (0.28 + 0.62 * lit + 0.18 * fill) * (1 - np.clip(cavity * 2.6, -0.12, 0.5))
        mirrored = np.clip(normal_x * half_way[0] + normal_y * half_way[1] + normal_z * half_way[2], 0, 1)
        return np.clip(shade, 0, 1.25).astype(np.float32), (mirrored**28 * 0.16).astype(np.float32)
