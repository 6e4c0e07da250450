"""What a drawn person does: a blink, a turn of the head, a step, as poses and places over time."""

from __future__ import annotations

from dataclasses import dataclass

from biometric.virtual.person import Pose
from biometric.virtual.person_poses import BLINK_POSES, NEUTRAL, YAW_STEPS, turn_poses

# A blink of 0.3 s: at 15 frames a second one of 0.28 s is always seen on two frames (measured on real clips).
BLINK_STEPS = ((0.06, 0.5), (0.24, 0.0), (0.30, 0.5))
BLINK_SECONDS = BLINK_STEPS[-1][0]
TURN_SECONDS = 0.45
HOLD_SECONDS = 0.9
SIDES = {"left": 1, "right": -1}
STEP_SECONDS = 0.6


@dataclass
class Action:
    """A blink or a turn of ``degrees``. ``begins``: seconds; put off while its poses are still being drawn."""

    begins: float
    poses: tuple[Pose, ...]
    side: int = 0
    hold: float = HOLD_SECONDS
    degrees: float = YAW_STEPS[-1]
    released_at: float | None = None

    def pose(self, at: float) -> Pose | None:
        """The pose at time ``at``; None when the action is over."""
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
        eased = _eased(part) * self.degrees
        nearest = min(YAW_STEPS, key=lambda yaw: abs(yaw - eased))
        return Pose(yaw=self.side * nearest) if nearest else NEUTRAL


def blink_action(begins: float) -> Action:
    return Action(begins, BLINK_POSES, hold=0.0)


def turn_action(
    begins: float, side: str, hold: float = HOLD_SECONDS, degrees: float = YAW_STEPS[-1]
) -> Action:  # fmt: skip
    """``side``: ``left`` or ``right``, the person's own. Raises KeyError for another."""
    sign = SIDES[side]
    return Action(begins, turn_poses(sign), sign, hold, degrees)


@dataclass(frozen=True)
class Walk:
    """A step towards the camera or away from it: the scale of the picture from one to another."""

    begins: float
    start: float
    end: float

    def scale(self, at: float) -> float:
        return self.start + _eased(min(1.0, max(0.0, (at - self.begins) / STEP_SECONDS))) * (self.end - self.start)


def _eased(part: float) -> float:
    """0..1 to 0..1, slow at both ends as bodies move."""
    return part * part * (3 - 2 * part)
