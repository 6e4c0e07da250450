"""What somebody may hold up to the camera instead of a face: prints and a tablet (presentation attack instruments).

Each is as able as its kind can be: a bent print is turned when the screen asks for a turn and tilted when it asks for
a blink; behind cut-out eyes somebody alive blinks. A tablet plays a recording and hears no question.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from biometric.virtual.camera_layers import Picture, Place, lay
from biometric.virtual.person import Person, Pose
from biometric.virtual.person_actions import BLINK_SECONDS, TURN_SECONDS, Action, blink_action, turn_action
from biometric.virtual.person_drawing import Cutout
from biometric.virtual.person_poses import NEUTRAL, YAW_STEPS, PoseStore

CANVAS_HEAD_UNITS = 3.0
EYE_SIDES = (-1, 1)
PAPER_BORDER = 14
PAPER_SCALE = 0.95
PRINTED_WALL, BLANK_PAPER = (196, 186, 172), (238, 240, 240)
# A hole reaches around the eye; what is seen through it lies in the paper's shadow.
HOLE_WIDTHS, HOLE_HEIGHTS = 1.25, 1.3
SHADOW = 0.88
# Paper that bends away from the light.
SHADE_OF_BEND = 0.25
FARTHEST_COLUMN = 0.995

TABLET_LEFT, TABLET_TOP, TABLET_RIGHT, TABLET_BOTTOM = 170, 60, 470, 430
TABLET_FRAME, TABLET_FRAME_COLOUR = 20, (20, 18, 18)
SCREEN_GAIN, SCREEN_GLOW = 1.05, 6.0
# Pixels of the screen against pixels of the camera: a faint beat.
MOIRE_DEPTH, MOIRE_ACROSS, MOIRE_DOWN = 0.035, 0.61, 0.23


class HeldUp(Protocol):
    """``species``: ISO/IEC 30107-3's name for the kind of attack. ``reflects``: its share of the light on a face."""

    species: ClassVar[str]
    reflects: ClassVar[float]
    person: Person

    def allows(self, action: Action) -> Action | None:
        """The action as this thing can do it; None when it cannot."""
        ...

    def cutout(self, poses: PoseStore, pose: Pose, at: float) -> Cutout | None:
        """None while what it shows is still being drawn. ``at``: scene seconds."""
        ...


# --- paper ----------------------------------------------------------------------------------------------------------


@dataclass
class Photograph:
    """A print of the person, held up by a hand that is not quite still."""

    species: ClassVar[str] = "photograph"
    reflects: ClassVar[float] = 1.0
    person: Person
    _paper: Cutout | None = field(default=None, repr=False)

    def allows(self, action: Action) -> Action | None:
        return None

    def cutout(self, poses: PoseStore, pose: Pose, at: float) -> Cutout | None:
        if self._paper is None:
            face = poses.ready(self.person, NEUTRAL)
            self._paper = paper(face) if face is not None else None
        return self._paper


@dataclass
class BentPrint(Photograph):
    """A print bent to a half pipe. ``bend``: degrees between the middle of the face and its edge; ``turn``: degrees it
    is turned by when a turn is asked for; ``tilt``: degrees it is tipped by when a blink is."""

    species: ClassVar[str] = "bent_print"
    bend: float = 55.0
    turn: float = 32.0
    tilt: float = 50.0
    _bent: dict[tuple[float, float], Cutout] = field(default_factory=dict, repr=False)

    def allows(self, action: Action) -> Action | None:
        return replace(action, poses=())

    def cutout(self, poses: PoseStore, pose: Pose, at: float) -> Cutout | None:
        flat = self._printed(poses, pose)
        key = (pose.yaw, pose.eyes)
        if key not in self._bent and flat is not None:
            height = 1 - (1 - pose.eyes) * (1 - math.cos(math.radians(self.tilt)))
            self._bent[key] = bent(flat, self.bend, self.turn * pose.yaw / YAW_STEPS[-1], height)
        return self._bent.get(key)

    def _printed(self, poses: PoseStore, pose: Pose) -> Cutout | None:
        return super().cutout(poses, NEUTRAL, 0.0)


@dataclass
class CutOutEyes(BentPrint):
    """A print with holes for the living eyes of ``behind``, which blink when asked; it is turned, not tilted."""

    species: ClassVar[str] = "cut_out_eyes"
    bend: float = 35.0
    tilt: float = 0.0
    behind: Person = field(kw_only=True)

    def allows(self, action: Action) -> Action | None:
        return replace(action, poses=()) if action.side else action

    def _printed(self, poses: PoseStore, pose: Pose) -> Cutout | None:
        flat, living = super()._printed(poses, pose), poses.ready(self.behind, Pose(eyes=pose.eyes))
        if flat is None or living is None:
            return None
        return _through_holes(flat, self.person, living, self.behind)


def paper(face: Cutout) -> Cutout:
    """The face printed before a plain wall, with the paper's white border around it."""
    rows, columns = face.cover.shape
    wall: Picture = np.full((rows, columns, 3), PRINTED_WALL, np.uint8)
    uncovered = cv2.merge([255 - face.cover] * 3)
    printed = cv2.add(face.picture, cv2.multiply(wall, uncovered, scale=1 / 255))
    edge = PAPER_BORDER
    sheet = cv2.copyMakeBorder(printed, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=BLANK_PAPER)
    cover: Picture = np.full(sheet.shape[:2], 255, np.uint8)
    return Cutout(sheet.astype(np.uint8, copy=False), cover, (face.origin[0] + edge, face.origin[1] + edge))


def bent(flat: Cutout, bend: float, turn: float, height: float = 1.0) -> Cutout:
    """The paper on a pipe with an upright axis through its middle, the pipe turned by ``turn`` degrees.

    ``bend``: degrees on the pipe for one head unit of paper. ``height``: what a tilt leaves of it.
    """
    rows, columns = flat.cover.shape
    radius = columns / CANVAS_HEAD_UNITS / math.radians(bend)
    across = np.clip((np.arange(columns) - columns / 2) / radius, -1, 1)
    angle = np.arcsin(across) - math.radians(turn)
    from_x = np.where(np.abs(across) < FARTHEST_COLUMN, radius * angle + flat.origin[0], -1)
    from_y = flat.origin[1] + (np.arange(rows) - flat.origin[1]) / height
    map_x, map_y = np.meshgrid(from_x.astype(np.float32), from_y.astype(np.float32))
    shade = 1 - SHADE_OF_BEND * (1 - np.sqrt(1 - across**2))
    picture = cv2.remap(flat.picture, map_x, map_y, cv2.INTER_LINEAR) * shade[None, :, None]
    cover = cv2.remap(flat.cover, map_x, map_y, cv2.INTER_LINEAR)
    middle = columns / 2 + radius * math.sin(math.radians(turn))
    return Cutout(picture.astype(np.uint8), cover.astype(np.uint8, copy=False), (middle, flat.origin[1]))


def _through_holes(flat: Cutout, printed: Person, living: Cutout, behind: Person) -> Cutout:
    """The paper with the living face seen through a hole at each eye."""
    scale = living.cover.shape[1] / CANVAS_HEAD_UNITS
    rows, columns = flat.cover.shape
    holes: Picture = np.zeros((rows, columns), np.uint8)
    picture = flat.picture.copy()
    for side in EYE_SIDES:
        hole, eye = _eye(flat, printed, side, scale), _eye(living, behind, side, scale)
        shift = np.array(((1, 0, hole[0] - eye[0]), (0, 1, hole[1] - eye[1])), np.float64)
        seen = cv2.warpAffine(living.picture, shift, (columns, rows))
        holes[:] = 0
        figures = printed.figures
        axes = (int(figures.eye_width * scale * HOLE_WIDTHS), int(figures.eye_height * scale * HOLE_HEIGHTS))
        cv2.ellipse(holes, (round(hole[0]), round(hole[1])), axes, 0, 0, 360, 255, -1)
        inside = holes > 0
        picture[inside] = (seen[inside] * SHADOW).astype(np.uint8)
    return replace(flat, picture=picture)


def _eye(cutout: Cutout, person: Person, side: int, scale: float) -> tuple[float, float]:
    figures = person.figures
    return cutout.origin[0] + side * figures.eye_distance * scale, cutout.origin[1] + figures.eye_level * scale


# --- a tablet -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recording:
    """A person's earlier session: what they did when, ``seconds`` long, played again from its beginning."""

    actions: tuple[Action, ...]
    seconds: float

    def pose(self, at: float) -> Pose:
        """``at``: seconds since it began to play."""
        played = at % self.seconds
        under_way = (action.pose(played) for action in self.actions if action.begins <= played)
        return next((pose for pose in under_way if pose is not None), NEUTRAL)


@dataclass
class Tablet:
    """A screen in its frame, showing a recording made before the same wall. ``begun``: scene seconds."""

    species: ClassVar[str] = "looped_video"
    reflects: ClassVar[float] = 0.12
    person: Person
    recording: Recording
    background: Picture = field(repr=False)
    begun: float = 0.0

    def allows(self, action: Action) -> Action | None:
        return None

    def cutout(self, poses: PoseStore, pose: Pose, at: float) -> Cutout | None:
        face = poses.ready(self.person, self.recording.pose(at - self.begun)) or poses.ready(self.person, NEUTRAL)
        if face is None:
            return None
        recorded = self.background.copy()
        lay(recorded, face, sway((320.0, 238.0), 1.0, (at - self.begun) % self.recording.seconds))
        shown = recorded[TABLET_TOP:TABLET_BOTTOM, TABLET_LEFT:TABLET_RIGHT]
        lit = cv2.multiply(cv2.convertScaleAbs(shown, alpha=SCREEN_GAIN, beta=SCREEN_GLOW), MOIRE, dtype=cv2.CV_8U)
        edge = TABLET_FRAME
        tablet = cv2.copyMakeBorder(lit, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=TABLET_FRAME_COLOUR)
        cover: Picture = np.full(tablet.shape[:2], 255, np.uint8)
        origin = (320.0 - TABLET_LEFT + edge, 238.0 - TABLET_TOP + edge)
        return Cutout(tablet.astype(np.uint8, copy=False), cover, origin)


def _moire() -> NDArray[np.float32]:
    down, across = np.mgrid[: TABLET_BOTTOM - TABLET_TOP, : TABLET_RIGHT - TABLET_LEFT]
    beat = 1 + MOIRE_DEPTH * np.sin(MOIRE_ACROSS * across + MOIRE_DOWN * down)
    return np.repeat(beat[..., None], 3, axis=2).astype(np.float32)


MOIRE = _moire()


def recording_of(steps: tuple[str, ...], chance: np.random.Generator) -> Recording:
    """A session somebody was filmed in, who was asked for ``steps``: ``blink``, ``left`` or ``right``."""
    actions: list[Action] = []
    at = float(chance.uniform(0.8, 1.8))
    for step in steps:
        # As in a session: a pause, then the time a person takes to read and begin.
        at += float(chance.uniform(0.6, 2.2) + chance.uniform(0.5, 1.2))
        if step == "blink":
            actions.append(blink_action(at))
            at += BLINK_SECONDS
        else:
            hold = float(chance.uniform(0.5, 1.0))
            actions.append(turn_action(at, step, hold))
            at += 2 * TURN_SECONDS + hold
    return Recording(tuple(actions), at + float(chance.uniform(0.2, 1.5)))


def sway(centre: tuple[float, float], scale: float, at: float, phase: float = 0.0, restless: float = 1.0) -> Place:
    """Where somebody who stands still is at a time: nobody stands quite still, nor does a hand (``restless``)."""
    across = 4.0 * math.sin(0.7 * at + phase) + 1.5 * math.sin(2.3 * at)
    down = 2.0 * math.sin(0.9 * at + 1.0 + phase) + 0.8 * math.sin(3.1 * at)
    roll = 0.9 * math.sin(0.5 * at + phase)
    return (
        centre[0] + across * restless, centre[1] + down * restless, roll * restless,
        scale * (1 + 0.008 * math.sin(0.6 * at)),
    )  # fmt: skip
