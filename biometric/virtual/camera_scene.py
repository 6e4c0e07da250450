"""What the virtual camera sees: a bank lobby, and whoever stands in it, at any time it is asked for.

Time is given with every frame and never read from a clock, so a scene can be drawn as fast as it computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from atm_app.ports import ScreenColour
from biometric.frames import FRAME_HEIGHT, FRAME_WIDTH
from biometric.virtual.camera_attacks import (
    PAPER_SCALE,
    BentPrint,
    CutOutEyes,
    HeldUp,
    Photograph,
    Tablet,
    recording_of,
    sway,
)
from biometric.virtual.camera_layers import NOISE_MARGIN, Picture, lay, lobby, noise_field
from biometric.virtual.palm_drawing import draw_showing, hand, show
from biometric.virtual.person import Person, Pose
from biometric.virtual.person_actions import HOLD_SECONDS, Action, Walk, blink_action, turn_action
from biometric.virtual.person_drawing import Cutout
from biometric.virtual.person_poses import ALL_POSES, NEUTRAL, YAW_STEPS, PoseStore

CENTRE = (320.0, 238.0)
# Over a shoulder, a step behind.
BEHIND_CENTRE, BEHIND_SCALE = (520.0, 210.0), 0.6
TWO_CENTRES = ((205.0, 242.0), (440.0, 238.0))
# People blink by themselves about every four seconds, irregularly.
NATURAL_BLINK_SECONDS = (2.5, 6.0)
SENSOR_NOISE, LOUD_NOISE = 2.0, 22.0
DARKNESS = 0.10
# What the kiosk's screen adds to a face half a metre away that the lobby lights, and to the wall behind it.
SCREEN_ON_FACE, SCREEN_ON_WALL = 0.18, 0.01
RECORDED_STEPS = ("blink", "left", "blink", "right", "left")
RESTLESS_HAND = 1.7


@dataclass
class Visitor:
    """One drawn person before the camera, or what somebody holds up instead of a face. ``roll``: degrees."""

    person: Person
    centre: tuple[float, float] = CENTRE
    scale: float = 1.0
    roll: float = 0.0
    held_up: HeldUp | None = None
    actions: list[Action] = field(default_factory=list)
    walk: Walk | None = None

    def scale_at(self, at: float) -> float:
        return self.walk.scale(at) if self.walk else self.scale


class Scene:
    """``frame(at)`` draws it. The rest changes it, from the time of the last frame plus ``after`` seconds on."""

    def __init__(
        self, persons: Mapping[str, Person], poses: PoseStore, seed: int = 1, noise: float = SENSOR_NOISE
    ) -> None:
        self._persons = persons
        self._poses = poses
        self._chance = np.random.default_rng(seed)
        self._lobby = lobby()
        self._noise = noise_field(self._chance, noise)
        self._loud_noise: NDArray[np.int16] | None = None
        self._next_natural_blink = 0.0
        self._screen: ScreenColour | None = None
        self._hand: Picture | None = None
        self.visitors: tuple[Visitor, ...] = ()
        self.onlooker: Visitor | None = None
        self.now = 0.0
        self.is_dark = False
        self.is_noisy = False
        self.blinks_naturally = True
        # What each pixel keeps of itself, from ``camera_layers.one_sided_light``; None: the lobby's even light.
        self.light: NDArray[np.float32] | None = None

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

    def stand_behind(self, person: str) -> None:
        """Somebody looks over the shoulder of whoever stands there, or will."""
        self.onlooker = Visitor(self._order(person), BEHIND_CENTRE, BEHIND_SCALE)

    def nobody_behind(self) -> None:
        self.onlooker = None

    def photograph(self, person: str) -> None:
        """A print of the person, held up by a hand that is not quite still."""
        self.hold_up(Photograph(self._order(person)))

    def bent_print(self, person: str) -> None:
        """A print that is bent, turned when a turn is asked for and tilted when a blink is."""
        self.hold_up(BentPrint(self._order(person)))

    def cut_out_eyes(self, person: str, behind: str) -> None:
        """A bent print of ``person`` with the living eyes of ``behind`` in it."""
        self.hold_up(CutOutEyes(self._order(person), behind=self._order(behind)))

    def looped_video(self, person: str) -> None:
        """A tablet that plays an earlier session of the person, over and over."""
        recording = recording_of(RECORDED_STEPS, self._chance)
        self.hold_up(Tablet(self._order(person), recording, self._lobby, self.now))

    def hold_up(self, thing: HeldUp) -> None:
        self.visitors = (Visitor(thing.person, scale=PAPER_SCALE, held_up=thing),)

    def leave(self) -> None:
        self.visitors, self.onlooker, self._hand = (), None, None

    def show_hand(self, person: str, left: bool = False) -> None:
        """The person's open hand close to the camera, which sees nothing else; held anew at each showing."""
        showing = draw_showing(int(self._chance.integers(2**31)))
        held = show(hand(self._persons[person].figures.seed, left=left), showing, FRAME_WIDTH, FRAME_HEIGHT)
        self._hand = cv2.cvtColor(held, cv2.COLOR_RGB2BGR).astype(np.uint8, copy=False)

    @property
    def shows_hand(self) -> bool:
        return self._hand is not None

    def hide_hand(self) -> None:
        """Whoever stood there is seen again."""
        self._hand = None

    def _order(self, key: str) -> Person:
        person = self._persons[key]
        self._poses.order(person, *ALL_POSES)
        return person

    # --- what they do -------------------------------------------------------------------------------------------

    def blink(self, after: float = 0.0) -> None:
        self._act(blink_action(self.now + after))

    def turn(
        self, side: str, after: float = 0.0, hold: float = HOLD_SECONDS, degrees: float = YAW_STEPS[-1]
    ) -> None:  # fmt: skip
        """``side``: ``left`` or ``right``, the person's own. Comes back after ``hold`` seconds, or at ``look``."""
        self._act(turn_action(self.now + after, side, hold, degrees))

    def step_to(self, scale: float, after: float = 0.0) -> None:
        """The first one walks to where their picture has this scale: above 1 nearer, below farther."""
        for visitor in self.visitors[:1]:
            visitor.walk = Walk(self.now + after, visitor.scale_at(self.now), scale)

    def look(self) -> None:
        """Back to the camera; what was still to come is dropped."""
        for visitor in self.visitors:
            visitor.actions = [action for action in visitor.actions if action.begins <= self.now]
            for action in visitor.actions:
                if action.side and action.released_at is None:
                    action.released_at = self.now

    def _act(self, action: Action) -> None:
        """What is held up does what it can."""
        for visitor in self.visitors[:1]:
            possible = action if visitor.held_up is None else visitor.held_up.allows(action)
            if possible is not None:
                visitor.actions.append(possible)
        self._next_natural_blink = max(self._next_natural_blink, action.begins + 2.0 + action.hold)

    def lit_by(self, colour: ScreenColour | None) -> None:
        """The kiosk's screen gives ``colour`` and lights who stands close to it; None: its own, even light."""
        self._screen = colour

    def _put_off_natural_blink(self) -> None:
        self._next_natural_blink = self.now + float(self._chance.uniform(*NATURAL_BLINK_SECONDS))

    # --- the picture --------------------------------------------------------------------------------------------

    def frame(self, at: float) -> Picture:
        """(480, 640, 3) uint8 BGR at scene time ``at`` (seconds, never decreasing)."""
        self.now = at
        if self.blinks_naturally and self.visitors and at >= self._next_natural_blink:
            self._put_off_natural_blink()
            self._act(blink_action(at))
        if self._hand is not None:
            return self._with_noise(self._in_this_light(_trembling(self._hand, at)))
        picture = self._under_screen(self._lobby, SCREEN_ON_WALL).copy()
        for number, visitor in enumerate(self._back_to_front()):
            cutout = self._cutout(visitor, at)
            if cutout is not None:
                restless = 1.0 if visitor.held_up is None else RESTLESS_HAND
                column, row, roll, scale = sway(visitor.centre, visitor.scale_at(at), at, 1.7 * number, restless)
                lay(picture, cutout, (column, row, roll + visitor.roll, scale))
        return self._with_noise(self._in_this_light(picture))

    def _back_to_front(self) -> tuple[Visitor, ...]:
        return self.visitors if self.onlooker is None else (self.onlooker, *self.visitors)

    def _in_this_light(self, picture: Picture) -> Picture:
        if self.light is not None:
            picture = cv2.multiply(picture, self.light, dtype=cv2.CV_8U).astype(np.uint8, copy=False)
        if self.is_dark:
            picture = cv2.convertScaleAbs(picture, alpha=DARKNESS).astype(np.uint8, copy=False)
        return picture

    def _cutout(self, visitor: Visitor, at: float) -> Cutout | None:
        pose, thing = self._pose(visitor, at), visitor.held_up
        cutout = self._poses.ready(visitor.person, pose) if thing is None else thing.cutout(self._poses, pose, at)
        if cutout is None or self._screen is None:
            return cutout
        share = SCREEN_ON_FACE if thing is None else SCREEN_ON_FACE * thing.reflects
        return replace(cutout, picture=self._under_screen(cutout.picture, share))

    def _under_screen(self, picture: Picture, share: float) -> Picture:
        """The picture with ``share`` of the screen's light on it."""
        if self._screen is None:
            return picture
        red, green, blue = (1 + share * part / 255 for part in self._screen)
        return cv2.multiply(picture, np.array((blue, green, red, 1.0))).astype(np.uint8, copy=False)

    def _pose(self, visitor: Visitor, at: float) -> Pose:
        """The pose of the first action under way; one whose poses are not drawn yet has not begun."""
        while visitor.actions:
            action = visitor.actions[0]
            if action.begins <= at and not all(self._poses.ready(_actor(visitor), pose) for pose in action.poses):
                action.begins = at + 1e-3
            pose = action.pose(at)
            if pose is not None:
                return pose
            visitor.actions.pop(0)
        return NEUTRAL

    def _with_noise(self, picture: Picture) -> Picture:
        noise = self._noise
        if self.is_noisy:
            if self._loud_noise is None:
                self._loud_noise = noise_field(self._chance, LOUD_NOISE)
            noise = self._loud_noise
        top, left = (int(one) for one in self._chance.integers(0, NOISE_MARGIN, 2))
        part = noise[top : top + FRAME_HEIGHT, left : left + FRAME_WIDTH]
        return cv2.add(picture, part, dtype=cv2.CV_8U).astype(np.uint8, copy=False)


def _trembling(held: Picture, at: float) -> Picture:
    """A hand is never quite still: two pixels up and down, three to the sides."""
    motion = np.array([[1, 0, 3 * np.sin(1.9 * at)], [0, 1, 2 * np.sin(2.7 * at)]])
    moved = cv2.warpAffine(held, motion, (FRAME_WIDTH, FRAME_HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return moved.astype(np.uint8, copy=False)


def _actor(visitor: Visitor) -> Person:
    """Whose poses an action needs."""
    thing = visitor.held_up
    return thing.behind if isinstance(thing, CutOutEyes) else visitor.person
