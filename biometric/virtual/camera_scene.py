"""What the virtual camera sees: a bank lobby, and whoever stands in it, at any time it is asked for.

Time is given with every frame and never read from a clock, so a scene can be drawn as fast as it computes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.frames import FRAME_HEIGHT, FRAME_WIDTH
from biometric.virtual.person import Person, Pose
from biometric.virtual.person_drawing import Cutout
from biometric.virtual.person_poses import ALL_POSES, BLINK_POSES, NEUTRAL, YAW_STEPS, PoseStore, turn_poses

Picture = NDArray[np.uint8]

CENTRE = (320.0, 238.0)
TWO_CENTRES = ((205.0, 242.0), (440.0, 238.0))
# A blink of 0.3 s: at 15 frames a second one of 0.28 s is always seen on two frames (measured on real clips).
BLINK_STEPS = ((0.06, 0.5), (0.24, 0.0), (0.30, 0.5))
TURN_SECONDS = 0.45
HOLD_SECONDS = 0.9
# People blink by themselves about every four seconds, irregularly.
NATURAL_BLINK_SECONDS = (2.5, 6.0)
SENSOR_NOISE, LOUD_NOISE = 2.0, 22.0
NOISE_MARGIN = 64
DARKNESS = 0.10
LENS_BLUR = 0.8
PAPER_BORDER = 14
PRINT_SCALE = 0.95


@dataclass
class Action:
    """A blink or a turn. ``begins``: scene seconds; put off while its poses are still being drawn."""

    begins: float
    poses: tuple[Pose, ...]
    side: int = 0
    hold: float = HOLD_SECONDS
    released_at: float | None = None

    def pose(self, at: float) -> Pose | None:
        """The pose at scene time ``at``; None when the action is over."""
        age = at - self.begins
        if age < 0:
            return NEUTRAL
        return self._turned(at, age) if self.side else self._blinking(age)

    def _blinking(self, age: float) -> Pose | None:
        return next((Pose(eyes=eyes) for until, eyes in BLINK_STEPS if age < until), None)

    def _turned(self, at: float, age: float) -> Pose | None:
        back = self.released_at if self.released_at is not None else self.begins + TURN_SECONDS + self.hold
        part = min(1.0, age / TURN_SECONDS)
        if at > back:
            part = min(part, 1 - (at - back) / TURN_SECONDS)
        if part <= 0:
            return None
        eased = part * part * (3 - 2 * part) * YAW_STEPS[-1]
        nearest = min(YAW_STEPS, key=lambda yaw: abs(yaw - eased))
        return Pose(yaw=self.side * nearest) if nearest else NEUTRAL


@dataclass
class Visitor:
    """One drawn person before the camera. ``printed``: a photograph of them, held up."""

    person: Person
    centre: tuple[float, float] = CENTRE
    printed: bool = False
    scale: float = 1.0
    actions: list[Action] = field(default_factory=list)


class Scene:
    """``frame(at)`` draws it. The rest changes it, from the time of the last frame plus ``after`` seconds on."""

    def __init__(self, persons: Mapping[str, Person], poses: PoseStore, seed: int = 1) -> None:
        self._persons = persons
        self._poses = poses
        self._chance = np.random.default_rng(seed)
        self._lobby = _lobby()
        self._noise = _noise_field(self._chance, SENSOR_NOISE)
        self._loud_noise: NDArray[np.int16] | None = None
        self._prints: dict[str, Cutout] = {}
        self._next_natural_blink = 0.0
        self.visitors: tuple[Visitor, ...] = ()
        self.now = 0.0
        self.is_dark = False
        self.is_noisy = False
        self.blinks_naturally = True

    # --- who is there -------------------------------------------------------------------------------------------

    def stand(self, person: str, scale: float = 1.0) -> None:
        """One person, at rest; whoever stood there before is gone. Raises KeyError for an unknown person."""
        self.visitors = (Visitor(self._order(person), scale=scale),)
        self._put_off_natural_blink()

    def two(self, person: str, other: str) -> None:
        """Two side by side."""
        pairs = zip((person, other), TWO_CENTRES, strict=True)
        self.visitors = tuple(Visitor(self._order(key), centre) for key, centre in pairs)
        self._put_off_natural_blink()

    def photograph(self, person: str) -> None:
        """A print of the person, held up by a hand that is not quite still."""
        self.visitors = (Visitor(self._order(person), printed=True, scale=PRINT_SCALE),)

    def leave(self) -> None:
        self.visitors = ()

    def _order(self, key: str) -> Person:
        person = self._persons[key]
        self._poses.order(person, *ALL_POSES)
        return person

    # --- what they do -------------------------------------------------------------------------------------------

    def blink(self, after: float = 0.0) -> None:
        self._act(Action(self.now + after, BLINK_POSES))

    def turn(self, side: str, after: float = 0.0, hold: float = HOLD_SECONDS) -> None:
        """``side``: ``left`` or ``right``, the person's own. Comes back after ``hold`` seconds, or at ``look``."""
        sign = {"left": 1, "right": -1}[side]
        self._act(Action(self.now + after, turn_poses(sign), sign, hold))

    def look(self) -> None:
        """Back to the camera; what was still to come is dropped."""
        for visitor in self.visitors:
            visitor.actions = [action for action in visitor.actions if action.begins <= self.now]
            for action in visitor.actions:
                if action.side and action.released_at is None:
                    action.released_at = self.now

    def _act(self, action: Action) -> None:
        """Photographs do nothing."""
        for visitor in self.visitors[:1]:
            if not visitor.printed:
                visitor.actions.append(action)
        self._next_natural_blink = max(self._next_natural_blink, action.begins + 2.0 + action.hold)

    def _put_off_natural_blink(self) -> None:
        self._next_natural_blink = self.now + float(self._chance.uniform(*NATURAL_BLINK_SECONDS))

    # --- the picture --------------------------------------------------------------------------------------------

    def frame(self, at: float) -> Picture:
        """(480, 640, 3) uint8 BGR at scene time ``at`` (seconds, never decreasing)."""
        self.now = at
        if self.blinks_naturally and self.visitors and at >= self._next_natural_blink:
            self._put_off_natural_blink()
            self._act(Action(at, BLINK_POSES, hold=0.0))
        picture = self._lobby.copy()
        for number, visitor in enumerate(self.visitors):
            cutout = self._cutout(visitor, at)
            if cutout is not None:
                _lay(picture, cutout, _sway(visitor, number, at))
        if self.is_dark:
            picture = cv2.convertScaleAbs(picture, alpha=DARKNESS).astype(np.uint8, copy=False)
        return self._with_noise(picture)

    def _cutout(self, visitor: Visitor, at: float) -> Cutout | None:
        if visitor.printed:
            return self._print(visitor.person)
        return self._poses.ready(visitor.person, self._pose(visitor, at))

    def _pose(self, visitor: Visitor, at: float) -> Pose:
        """The pose of the first action under way; one whose poses are not drawn yet has not begun."""
        while visitor.actions:
            action = visitor.actions[0]
            if action.begins <= at and not all(self._poses.ready(visitor.person, pose) for pose in action.poses):
                action.begins = at + 1e-3
            pose = action.pose(at)
            if pose is not None:
                return pose
            visitor.actions.pop(0)
        return NEUTRAL

    def _print(self, person: Person) -> Cutout | None:
        found = self._prints.get(person.key)
        face = self._poses.ready(person, NEUTRAL) if found is None else None
        if face is not None:
            found = self._prints[person.key] = _paper(face)
        return found

    def _with_noise(self, picture: Picture) -> Picture:
        noise = self._noise
        if self.is_noisy:
            if self._loud_noise is None:
                self._loud_noise = _noise_field(self._chance, LOUD_NOISE)
            noise = self._loud_noise
        top, left = (int(one) for one in self._chance.integers(0, NOISE_MARGIN, 2))
        part = noise[top : top + FRAME_HEIGHT, left : left + FRAME_WIDTH]
        return cv2.add(picture, part, dtype=cv2.CV_8U).astype(np.uint8, copy=False)


def _noise_field(chance: np.random.Generator, deviation: float) -> NDArray[np.int16]:
    """Larger than a frame: cut out at another place each time it never repeats from frame to frame."""
    shape = (FRAME_HEIGHT + NOISE_MARGIN, FRAME_WIDTH + NOISE_MARGIN, 3)
    noise: NDArray[np.int16] = np.rint(chance.standard_normal(shape, np.float32) * deviation).astype(np.int16)
    return noise


def _lobby() -> Picture:
    """A bank's lobby out of focus: wall, counter, a door and lamps, BGR."""
    rows = np.linspace(0, 1, FRAME_HEIGHT, dtype=np.float32)[:, None, None]
    wall = np.array((150, 152, 146), np.float32) * (1.08 - 0.32 * rows)
    lobby = np.ascontiguousarray(np.broadcast_to(wall, (FRAME_HEIGHT, FRAME_WIDTH, 3)))
    cv2.rectangle(lobby, (40, 90), (140, 400), (128, 122, 108), -1)
    cv2.rectangle(lobby, (500, 60), (620, 210), (170, 160, 140), -1)
    cv2.rectangle(lobby, (0, 390), (FRAME_WIDTH, FRAME_HEIGHT), (92, 98, 106), -1)
    for column in (130, 320, 510):
        cv2.ellipse(lobby, (column, 26), (62, 10), 0, 0, 360, (205, 212, 212), -1)
    return np.clip(cv2.GaussianBlur(lobby, (0, 0), 14), 0, 255).astype(np.uint8)


def _paper(face: Cutout) -> Cutout:
    """The face printed before a plain wall, with the paper's white border around it."""
    rows, columns = face.cover.shape
    wall: Picture = np.full((rows, columns, 3), (196, 186, 172), np.uint8)
    uncovered = cv2.merge([255 - face.cover] * 3)
    printed = cv2.add(face.picture, cv2.multiply(wall, uncovered, scale=1 / 255))
    edge = PAPER_BORDER
    paper = cv2.copyMakeBorder(printed, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(238, 240, 240))
    cover: Picture = np.full(paper.shape[:2], 255, np.uint8)
    return Cutout(paper.astype(np.uint8, copy=False), cover, (face.origin[0] + edge, face.origin[1] + edge))


def _sway(visitor: Visitor, number: int, at: float) -> tuple[float, float, float, float]:
    """Centre column and row, roll in degrees and scale: nobody stands quite still, nor does a hand."""
    phase = 1.7 * number
    across = 4.0 * math.sin(0.7 * at + phase) + 1.5 * math.sin(2.3 * at)
    down = 2.0 * math.sin(0.9 * at + 1.0 + phase) + 0.8 * math.sin(3.1 * at)
    roll = 0.9 * math.sin(0.5 * at + phase)
    if visitor.printed:
        across, down, roll = across * 1.5, down * 2.0, roll * 1.5
    return visitor.centre[0] + across, visitor.centre[1] + down, roll, visitor.scale * (1 + 0.008 * math.sin(0.6 * at))


def _lay(picture: Picture, cutout: Cutout, place: tuple[float, float, float, float]) -> None:
    """Lay a cutout into the picture, its origin at ``place`` (column, row, roll in degrees, scale)."""
    column, row, roll, scale = place
    rows, columns = cutout.cover.shape
    matrix = cv2.getRotationMatrix2D(cutout.origin, roll, scale).astype(np.float64)
    reach_x, reach_y = (columns / 2 + 8) * scale, cutout.origin[1] * scale + 8
    left, top = max(0, int(column - reach_x)), max(0, int(row - reach_y))
    right = min(FRAME_WIDTH, int(column + reach_x))
    bottom = min(FRAME_HEIGHT, int(row + (rows - cutout.origin[1]) * scale) + 8)
    if right <= left or bottom <= top:
        return
    matrix[:, 2] += (column - cutout.origin[0] - left, row - cutout.origin[1] - top)
    size = (right - left, bottom - top)
    head = cv2.GaussianBlur(cv2.warpAffine(cutout.picture, matrix, size), (0, 0), LENS_BLUR)
    cover = cv2.GaussianBlur(cv2.warpAffine(cutout.cover, matrix, size), (0, 0), LENS_BLUR)
    part = picture[top:bottom, left:right]
    behind = cv2.multiply(part, cv2.merge([255 - cover] * 3), scale=1 / 255)
    picture[top:bottom, left:right] = cv2.add(head, behind)
