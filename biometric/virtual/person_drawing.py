"""A whole drawn person in one pose: neck, shirt, ears, face, hair and glasses, cut out of nothing.

Drawing takes 0.15 to 0.4 s (measured, 160-pixel head), so poses are drawn once and kept: see ``person_poses``.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.virtual.person import Person, Pose
from biometric.virtual.person_paint import FacePaint
from biometric.virtual.person_shape import BOTTOM, SIDES, TOP, Field, HeadShape, bump, line, step

# The face is then about 150 pixels wide to the detector, which finds 130 and wider at half scale.
HEAD_SIZE = 165
GLASSES_LEVEL = 25.0
# The body goes on below the canvas, past the lower edge of the camera's frame.
BODY_BELOW = 0.7


@dataclass(frozen=True)
class Cutout:
    """``picture``: (rows, columns, 3) uint8 BGR, already multiplied by ``cover``: (rows, columns) uint8, 255 opaque.

    ``origin``: the column and row of the head's origin.
    """

    picture: NDArray[np.uint8]
    cover: NDArray[np.uint8]
    origin: tuple[float, float]


class _Layers:
    """Pictures laid over one another."""

    def __init__(self, rows: int, columns: int) -> None:
        self.picture: Field = np.zeros((rows, columns, 3), np.float32)
        self.cover: Field = np.zeros((rows, columns), np.float32)

    def lay(self, colour: Field, cover: Field) -> None:
        weight = cover[..., None]
        self.picture = (self.picture * (1 - weight) + colour * weight).astype(np.float32)
        self.cover = (self.cover + (1 - self.cover) * cover).astype(np.float32)


def draw(person: Person, pose: Pose, size: int = HEAD_SIZE) -> Cutout:
    """``size``: the head's width in pixels; the canvas is 1.5 by 2.5 of it. Pure: same arguments, same pixels."""
    shape = HeadShape(person.figures, pose, size)
    chance = np.random.default_rng(person.figures.seed)
    paint = FacePaint(shape, chance)
    skin = paint.paint()
    hair_colour, hair, behind = _hair(shape, paint, chance)
    shade, gloss = shape.light()
    lit = skin * shade[..., None] + 255 * gloss[..., None] * shape.face[..., None]
    layers = _Layers(shape.rows, shape.columns)
    if person.figures.hair_length > 0.3:
        layers.lay(hair_colour * np.float32(0.7), behind)
    _lay_body(layers, shape)
    _lay_ears(layers, shape)
    layers.lay(lit, shape.face)
    layers.lay(hair_colour, hair)
    _lay_glasses(layers, shape)
    picture = np.clip(layers.picture[..., ::-1], 0, 255).astype(np.uint8)
    cover = np.clip(layers.cover * 255, 0, 255).astype(np.uint8)
    body = int(BODY_BELOW * size)
    return Cutout(
        np.pad(picture, ((0, body), (0, 0), (0, 0)), "edge"),
        np.pad(cover, ((0, body), (0, 0)), "edge"),
        (shape.columns / 2, -TOP / (BOTTOM - TOP) * shape.rows),
    )


def _hair(shape: HeadShape, paint: FacePaint, chance: np.random.Generator) -> tuple[Field, Field, Field]:
    """Its colour, its mask, and the mask of what hangs behind the head."""
    figures, x, y = shape.figures, shape.x, shape.y
    hairline = figures.hairline - 0.05 * np.cos(x * 3) + 0.56 * np.clip(np.abs(x) - 0.55, 0, 1)
    if figures.fringe > 0:
        wave = figures.fringe * (0.8 + 0.2 * np.sin(x * 7 + figures.parting * 5))
        hairline = figures.hairline + wave - 0.10 * np.abs(x - figures.parting)
    reach = figures.face_half_width + figures.hair_volume
    crown = np.sqrt(
        np.clip(1 - (np.minimum(y + 0.1, 0) / (figures.crown_height + figures.hair_volume + 0.08)) ** 2, 0, 1)
    )
    outline = np.where(y > -0.1, reach, reach * crown)
    inside = (1 - step(-0.03, 0.03, np.abs(x) - outline)) * step(0.02, 0.12, outline)
    end = figures.hair_length + 0.05 * np.sin(x * 9 + figures.seed) - 0.10 * np.clip(np.abs(x) - 0.7, 0, 1)
    above_end = 1 - step(-0.05, 0.05, y - end)
    top = inside * (1 - step(-0.035, 0.035, y - hairline + 0.03 * paint.grain(0.03))) * (1 - figures.baldness)
    beside = np.abs(x) - (shape.half_width - figures.sideburns)
    sides = inside * step(-0.03, 0.03, beside) * above_end * step(-1.2, -0.2, y)
    behind = (inside * (1 - shape.face) * above_end * (1 - figures.baldness)).astype(np.float32)
    hair = np.clip(np.maximum(np.maximum(top, sides), behind), 0, 1).astype(np.float32)
    noise = chance.standard_normal((shape.rows, shape.columns)).astype(np.float32)
    streaks = cv2.GaussianBlur(noise, (0, 0), sigmaX=shape.scale * 0.010, sigmaY=shape.scale * 0.09)
    streaks = shape.on_the_face(streaks.astype(np.float32, copy=False))
    streaks = streaks / streaks.std()
    round_part = np.clip(1 - np.abs(x) / (outline + 1e-3), 0, 1) ** 0.4
    light = 0.55 + 0.55 * round_part + 0.22 * streaks + 0.5 * bump(x, y, -0.25, -1.1, 0.35, 0.16)
    colour = np.array(figures.hair_colour, np.float32) * light[..., None]
    return colour.astype(np.float32), hair, behind


def _lay_body(layers: _Layers, shape: HeadShape) -> None:
    figures, x, y = shape.figures, shape.picture_x, shape.picture_y
    neck_edge = np.abs(x - 0.1 * shape.sine_yaw) - 0.52 * figures.face_half_width - 0.25 * step(1.35, 1.9, y) ** 2
    neck = (1 - step(-0.03, 0.03, neck_edge)) * step(0.6, 0.7, y)
    shade = 0.62 - 0.28 * line(y - 1.2, 0.16) + 0.12 * (1 - (np.abs(x) / 0.6) ** 2)
    layers.lay(np.array(figures.skin_colour, np.float32) * shade[..., None].astype(np.float32), neck)
    collar = 1.52 + 0.25 * np.abs(x) ** 1.5 - 0.12 * np.exp(-((np.abs(x) - 0.5) ** 2) / 0.02)
    shirt = step(-0.02, 0.02, y - collar) * step(-0.02, 0.02, y - 1.60 - 0.20 * np.clip(1 - np.abs(x) / 0.5, 0, 1))
    cloth = (0.7 + 0.25 * (1 - np.abs(x) / 1.6))[..., None].astype(np.float32)
    layers.lay(np.array(figures.shirt_colour, np.float32) * cloth, shirt)


def _lay_ears(layers: _Layers, shape: HeadShape) -> None:
    figures = shape.figures
    ears: Field = np.zeros_like(shape.x)
    for side in SIDES:
        across = (shape.x - side * (figures.face_half_width + 0.02)) / 0.10
        distance = np.sqrt(across**2 + ((shape.y - 0.08) / 0.24) ** 2)
        ears = np.maximum(ears, 1 - step(0.85, 1.1, distance))
    colour = np.array(figures.skin_colour, np.float32) * np.float32(0.72)
    layers.lay(np.broadcast_to(colour, layers.picture.shape).astype(np.float32), ears)


def _lay_glasses(layers: _Layers, shape: HeadShape) -> None:
    figures, x, y = shape.figures, shape.x, shape.y
    if figures.glasses <= 0:
        return
    eye_x, eye_y = figures.eye_distance, figures.eye_level
    rims: Field = np.zeros_like(x)
    for side in SIDES:
        across, down = np.abs((x - side * (eye_x + 0.01)) / 0.30) ** 3, np.abs((y - eye_y - 0.03) / 0.23) ** 3
        rims = np.maximum(rims, line((across + down) ** (1 / 3) - 1, 0.06))
    bridge = line(y - eye_y + 0.03, 0.018) * (np.abs(x) < eye_x - 0.27)
    arms = line(y - eye_y, 0.02) * (np.abs(x) > eye_x + 0.3) * (np.abs(x) < figures.face_half_width)
    rims = np.maximum(np.maximum(rims, bridge), arms)
    colour = np.full_like(layers.picture, GLASSES_LEVEL)
    layers.lay(colour, (np.clip(rims * 1.2, 0, 1) * figures.glasses).astype(np.float32))
