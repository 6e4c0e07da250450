"""A blink: the eyes fall under 0.7 of their own open state and come back, while the head is still."""

from __future__ import annotations

from dataclasses import dataclass

from biometric.face.quality import FRONTAL_HIGH, FRONTAL_LOW, SHUT_EYES_RATIO

OPEN_AGAIN_RATIO = 0.8
# Chin-up and looking down also narrow the eyes (23 false blinks in nine turning clips): the head must hold still.
MOST_PITCH_CHANGE = 0.06
# One shallow frame is landmark jitter; one deep frame is a fast blink at 15 frames a second.
DEEP_RATIO = 0.55
FRAMES_OF_SHALLOW_DIP = 2
# Longer is resting or looking down.
LONGEST_BLINK_SECONDS = 1.5
# Over a gap in the frames nobody knows what the eyes did.
LONGEST_FRAME_GAP = 0.4


@dataclass(frozen=True)
class EyeSight:
    """One look at the eyes. ``at``: seconds of frame time; the rest as in ``geometry.FaceFigures``."""

    at: float
    eye_aspect: float
    nose_to_jaw: float
    pitch: float


@dataclass(frozen=True)
class Blink:
    """``started``, ``ended``: frame time. ``depth``: lowest eye-aspect ratio over the open one."""

    started: float
    ended: float
    depth: float


class BlinkWatch:
    """Fed with every frame; says when a blink is over. ``open_eyes``: the session's own open eye-aspect ratio."""

    def __init__(self, open_eyes: float) -> None:
        self._open_eyes = open_eyes
        self._last: EyeSight | None = None
        self._dip: list[EyeSight] = []

    @property
    def eyes_shut_since(self) -> float | None:
        """When the eyes went down, None while they are open."""
        return self._dip[1].at if len(self._dip) > 1 else None

    def feed(self, sight: EyeSight) -> Blink | None:
        """The blink that ended with this frame, if one did."""
        last, self._last = self._last, sight
        if last is None or sight.at - last.at > LONGEST_FRAME_GAP:
            self._dip = []
            return None
        ratio = sight.eye_aspect / self._open_eyes
        if not self._dip:
            if ratio < SHUT_EYES_RATIO:
                self._dip = [last, sight]
            return None
        self._dip.append(sight)
        if ratio < OPEN_AGAIN_RATIO:
            return None
        dip, self._dip = self._dip, []
        return self._judge(dip)

    def _judge(self, dip: list[EyeSight]) -> Blink | None:
        """``dip``: the last open frame, the shut ones, the first open one again."""
        ratios = [sight.eye_aspect / self._open_eyes for sight in dip]
        depth = min(ratios)
        shut_frames = sum(ratio < SHUT_EYES_RATIO for ratio in ratios)
        pitches = [sight.pitch for sight in dip]
        still = max(abs(pitch - pitches[0]) for pitch in pitches) < MOST_PITCH_CHANGE
        frontal = all(FRONTAL_LOW <= sight.nose_to_jaw <= FRONTAL_HIGH for sight in dip)
        brief = dip[-1].at - dip[0].at <= LONGEST_BLINK_SECONDS
        deep = depth < DEEP_RATIO or shut_frames >= FRAMES_OF_SHALLOW_DIP
        return Blink(dip[1].at, dip[-1].at, depth) if still and frontal and brief and deep else None
