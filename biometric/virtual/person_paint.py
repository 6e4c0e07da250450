"""The drawn face's colours: skin, eyes, brows, nose, lips, beard, painted onto the unturned face."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from biometric.virtual.person_shape import SIDES, Field, HeadShape, bump, line, step

NOSTRIL_COLOUR = (50, 25, 22)
MOUTH_LINE_COLOUR = (60, 25, 25)
OPEN_MOUTH_COLOUR = (45, 15, 15)
EYE_WHITE = (232, 226, 220)


def grain(rows: int, columns: int, cell: float, chance: np.random.Generator) -> Field:
    """Smooth noise with cells of ``cell`` pixels."""
    coarse = (max(2, int(rows / cell)), max(2, int(columns / cell)))
    noise = chance.standard_normal((coarse[1], coarse[0])).astype(np.float32)
    return cv2.resize(noise, (columns, rows), interpolation=cv2.INTER_CUBIC).astype(np.float32, copy=False)


class FacePaint:
    """``colour``: (rows, columns, 3) float32, RGB 0..255, before light."""

    def __init__(self, shape: HeadShape, chance: np.random.Generator) -> None:
        self._shape = shape
        self._figures = shape.figures
        self._chance = chance
        self._x, self._y = shape.x, shape.y
        self._skin: NDArray[np.float64] = np.array(shape.figures.skin_colour, np.float64)
        self.colour: Field = np.empty((shape.rows, shape.columns, 3), np.float32)
        self.colour[:] = shape.figures.skin_colour

    def paint(self) -> Field:
        self._paint_skin()
        self._paint_beard()
        self._paint_wrinkles()
        self._paint_nose()
        self._paint_lips()
        for side in SIDES:
            self._paint_eye(side)
            self._paint_brow(side)
        return self.colour

    def grain(self, part: float) -> Field:
        """Noise fixed to the face; ``part``: its cell in half head widths."""
        shape = self._shape
        return shape.on_the_face(grain(shape.rows, shape.columns, shape.scale * part, self._chance))

    def _blend(self, mask: Field, colour: ArrayLike, strength: float = 1.0) -> None:
        weight = (np.clip(mask, 0, 1) * np.float32(strength))[..., None].astype(np.float32)
        self.colour += (np.asarray(colour, np.float32) - self.colour) * weight

    def _paint_skin(self) -> None:
        figures, x, y = self._figures, self._x, self._y
        red = self._skin * np.array([1.03, 0.80, 0.78])
        eye_x, eye_y = figures.eye_distance, figures.eye_level
        for side in SIDES:
            self._blend(bump(x, y, side * 0.5, 0.3, 0.2, 0.18), red, 0.45)
            self._blend(bump(x, y, side * eye_x, eye_y + 0.13, 0.16, 0.05), self._skin * 0.72, 0.5)
            self._blend(bump(x, y, side * eye_x, eye_y - 0.13, 0.18, 0.07), self._skin * 0.7, 0.45)
        self._blend(bump(x, y, 0, eye_y + figures.nose_length, 0.12, 0.1), red, 0.45)
        self.colour *= (1 + 0.025 * self.grain(0.10) + 0.018 * self.grain(0.02))[..., None]

    def _paint_beard(self) -> None:
        figures, x, y = self._figures, self._x, self._y
        if figures.beard > 0:
            mask: Field = step(0.40, 0.62, y + 0.25 * x**2) * step(0.25, 0.5, np.abs(x) + (y - 0.35) * 0.6)
            mask = mask * (1 - bump(x, y, 0, figures.mouth_level + 0.02, figures.mouth_width * 0.8, 0.09))
            self._blend(mask * (0.85 + 0.25 * self.grain(0.012)), figures.hair_colour, figures.beard)
        if figures.moustache > 0:
            mask = line(y - (figures.mouth_level - 0.13 - 0.02 * np.cos(x * 6)), 0.045)
            mask = mask * (1 - step(figures.mouth_width * 0.95, figures.mouth_width * 1.15, np.abs(x)))
            self._blend(mask * (1.1 + 0.25 * self.grain(0.012)), figures.hair_colour, figures.moustache)

    def _paint_wrinkles(self) -> None:
        figures, x, y = self._figures, self._x, self._y
        if figures.wrinkles <= 0:
            return
        for level in (-0.55, -0.66):
            fold = line(y - level - 0.03 * np.cos(x * 3), 0.012) * (1 - step(0.3, 0.55, np.abs(x)))
            self._blend(fold, self._skin * 0.6, figures.wrinkles)
        for side in SIDES:
            fold = line(x - side * (0.2 + (y - 0.35) * 0.42), 0.018) * step(0.32, 0.42, y) * (1 - step(0.62, 0.75, y))
            self._blend(fold, self._skin * 0.55, figures.wrinkles)

    def _paint_nose(self) -> None:
        figures, x, y = self._figures, self._x, self._y
        end = figures.eye_level + figures.nose_length + 0.08
        for side in SIDES:
            self._blend(bump(x, y, side * figures.nose_width * 0.48, end + 0.005, 0.036, 0.020), NOSTRIL_COLOUR, 0.95)
        under = line(y - end - 0.035, 0.03) * (1 - step(figures.nose_width * 0.7, figures.nose_width * 1.1, np.abs(x)))
        self._blend(under, self._skin * 0.55, 0.6)

    def _paint_lips(self) -> None:
        figures, x, y = self._figures, self._x, self._y
        mouth, level, wide = self._shape.pose.mouth, figures.mouth_level, figures.mouth_width
        bend = np.clip(1 - np.clip(np.abs(x) / wide, 0, 1) ** 2, 0, 1)
        within = np.abs(x) < wide
        bow = figures.upper_lip * bend**0.7 * (1 - 0.25 * np.exp(-((x / 0.05) ** 2)))
        middle = level + 0.012 * np.cos(x / wide * 3.1)
        gap = mouth * 0.10 * bend
        upper = (1 - step(-0.008, 0.012, middle - bow - gap * 0.3 - y)) * (
            1 - step(-0.008, 0.012, y - (middle - gap * 0.3))
        )
        lower = (1 - step(-0.008, 0.012, middle + gap - y)) * (
            1 - step(-0.012, 0.016, y - (middle + gap + figures.lower_lip * bend**0.6))
        )
        lip: NDArray[np.float64] = np.array(figures.lip_colour, np.float64)
        self._blend(upper * within, lip * 0.80, 0.9 * figures.lip_strength)
        self._blend(lower * within, lip, 0.85 * figures.lip_strength)
        self._blend(line(y - middle, 0.011) * (1 - step(0.92, 1.08, np.abs(x) / wide)), MOUTH_LINE_COLOUR, 0.85)
        if mouth > 0:
            opening = (1 - step(-0.01, 0.01, middle - gap * 0.3 - y)) * (1 - step(-0.01, 0.01, y - (middle + gap)))
            self._blend(opening * within, OPEN_MOUTH_COLOUR, 0.95)

    def _paint_eye(self, side: int) -> None:
        figures, y, open_part = self._figures, self._y, self._shape.pose.eyes
        outward = (self._x - side * figures.eye_distance) / figures.eye_width * side
        bend = np.clip(1 - outward * outward, 0, 1)
        base = figures.eye_level - figures.eye_tilt * outward
        lower = base + 0.40 * figures.eye_height * bend**0.75
        highest = base - 0.75 * figures.eye_height * bend**0.62 * (1 - 0.10 * outward)
        lid = lower + (highest - lower) * open_part - 0.002
        fold = line(y - (highest - figures.lid_fold), 0.014) * (np.abs(outward) < 1) * bend
        self._blend(fold, self._skin * 0.5, 0.55 * open_part**0.7)
        shut_part = 1 - open_part
        if shut_part > 0.02:
            skin = (1 - step(-0.02, 0.02, highest - 0.10 - y)) * (1 - step(-0.01, 0.01, y - lid)) * step(0, 0.35, bend)
            self._blend(skin, self._skin * 1.04, 0.85 * shut_part)
        self._paint_eyeball(side, outward, lid, lower)
        lashes = line(y - lid, 0.015 + 0.010 * shut_part) * (1 - step(0.90, 1.12, np.abs(outward)))
        self._blend(lashes, (24, 15, 13), 0.97)
        if shut_part > 0.3:
            hairs = line(y - lid - 0.03, 0.022) * (1 - step(0.80, 1.05, np.abs(outward)))
            self._blend(hairs * (0.6 + 0.4 * np.sin(outward * 40)), (30, 20, 18), 0.5 * shut_part)
        rim = line(y - lower, 0.010) * (1 - step(0.9, 1.05, np.abs(outward))) * (0.25 + 0.5 * (outward > 0))
        self._blend(rim, (70, 45, 40), 0.6 * open_part)

    def _paint_eyeball(self, side: int, outward: Field, lid: Field, lower: Field) -> None:
        figures, x, y = self._figures, self._x, self._y
        inside = (1 - step(-0.008, 0.008, lid - y)) * (1 - step(-0.008, 0.008, y - lower)) * (np.abs(outward) < 1)
        inside = inside * step(0.02, 0.12, np.float32(self._shape.pose.eyes))  # type: ignore[arg-type]
        white = np.array(EYE_WHITE, np.float32) * (1 - 0.35 * np.clip(np.abs(outward), 0, 1)[..., None] ** 2)
        self.colour += ((white - self.colour) * inside[..., None]).astype(np.float32)
        iris_x, iris_y = side * figures.eye_distance, figures.eye_level - 0.02
        radius = figures.eye_height * 0.62
        distance = np.sqrt((x - iris_x) ** 2 + (y - iris_y) ** 2)
        iris: NDArray[np.float64] = np.array(figures.iris_colour, np.float64)
        self._blend(inside * (1 - step(radius - 0.012, radius + 0.008, distance)), iris * 0.9)
        self._blend(inside * line(distance - radius, 0.01), iris * 0.35, 0.8)
        self._blend(inside * (1 - step(radius * 0.42, radius * 0.55, distance)), (12, 10, 10))
        self._blend(inside * line(y - lid, 0.03), (70, 55, 50), 0.6)
        self._blend(inside * bump(x, y, iris_x - 0.025, iris_y - 0.03, 0.014, 0.014), (255, 255, 255), 0.95)

    def _paint_brow(self, side: int) -> None:
        figures, y = self._figures, self._y
        outward = (self._x - side * (figures.eye_distance + 0.01)) / figures.brow_width * side
        arch = 1 - (np.clip(outward, -1, 1) - 0.25) ** 2 * 1.1
        level = figures.brow_level - figures.brow_arch * arch - figures.brow_tilt * outward
        thickness = figures.brow_thickness * (1 - 0.55 * step(0, 1, outward)) * (1 - 0.15 * step(0.3, 1, -outward))
        mask = 1 - step(0.55, 1.15, np.abs(y - level) / thickness + 0.18 * self.grain(0.015))
        mask = mask * (1 - step(0.88, 1.06, np.abs(outward)))
        self._blend(mask, figures.hair_colour, figures.brow_darkness)
