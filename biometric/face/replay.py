"""How often a recording of an earlier session answers a new one by chance: the rule itself, fed with figures.

No pictures and no models, so that thousands of replays take seconds. The recording is the best a thief can have
without hearing the questions: a whole accepted session, with every blink and turn as clear as can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from atm_app.identity.face_challenges import draw_challenges
from atm_app.ports import Box, FaceNotCaptured, FacePrompt, FacePurpose, FaceRequest
from biometric.face import liveness
from biometric.face.geometry import FaceFigures
from biometric.face.liveness import LivenessCheck, Observation
from biometric.face.quality import pose_advice

FRAME_SECONDS = 1 / 15
OPEN_EYES, SHUT_EYES = 0.32, 0.12
PITCH, NOSE_LENGTH = 0.35, 0.4
TURN, TURN_DEPTH = 0.25, 0.42
BLINK_SECONDS, TURN_SECONDS, MOVING_SECONDS = 0.3, 1.8, 0.45
BOX = Box(245, 165, 395, 315)
SAMPLE = np.full(128, 0.05, np.float32)


class Draws:
    """``Random`` from a seeded generator, so that a measurement can be repeated."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance

    def randbelow(self, upper: int) -> int:
        return int(self._chance.integers(upper))

    def token_bytes(self, count: int) -> bytes:
        return self._chance.bytes(count)


@dataclass(frozen=True)
class Played:
    """A recording: what is done when, seconds from its beginning, and how long it is."""

    actions: tuple[tuple[float, FacePrompt], ...]
    seconds: float

    def face(self, at: float) -> FaceFigures:
        eyes, change, played = OPEN_EYES, 0.0, at % self.seconds
        for begun, kind in self.actions:
            age = played - begun
            if kind is FacePrompt.BLINK:
                eyes = SHUT_EYES if 0 <= age < BLINK_SECONDS else eyes
            elif 0 <= age < TURN_SECONDS:
                part = min(1.0, age / MOVING_SECONDS, (TURN_SECONDS - age) / MOVING_SECONDS)
                change = TURN * part * (1 if kind is FacePrompt.TURN_LEFT else -1)
        return FaceFigures(eyes, 0.5 + change, PITCH, TURN_DEPTH * change, NOSE_LENGTH)


def recorded(challenges: Iterable[FacePrompt], chance: np.random.Generator) -> Played:
    """A person's accepted session of ``challenges``, each answered after the time a person takes."""
    at, actions = 1.2, []
    for kind in challenges:
        at += liveness.FRAMES_OF_REST * FRAME_SECONDS + neutral_gap(chance) + float(chance.uniform(0.5, 1.2))
        actions.append((at, kind))
        at += BLINK_SECONDS if kind is FacePrompt.BLINK else TURN_SECONDS
    return Played(tuple(actions), at + 0.3)


def neutral_gap(chance: np.random.Generator) -> float:
    return float(chance.uniform(liveness.SHORTEST_GAP_SECONDS, liveness.LONGEST_GAP_SECONDS))


def is_replay_accepted(steps: int, chance: np.random.Generator, patience: float = 45.0) -> bool:
    """One recording of one session shown to another; half of them begin with it, half anywhere."""
    draws = Draws(chance)
    film = recorded(draw_challenges(draws, steps), chance)
    phase = float(chance.uniform(0, film.seconds)) if chance.uniform() < 0.5 else 0.0
    request = FaceRequest(FacePurpose.AUTHENTICATE, draw_challenges(draws, steps), patience=patience)
    check = LivenessCheck(request, lambda: neutral_gap(chance))
    at = 0.0
    try:
        while not check.finished:
            at += FRAME_SECONDS
            face = film.face(at + phase)
            advice = pose_advice(face, check.open_eyes)
            if check.observe(Observation(at, advice, BOX, face)).wants_sample:
                check.add_sample(SAMPLE, at)
    except FaceNotCaptured:
        return False
    return True


def chance_by_the_rules(steps: int, orders: int) -> float:
    """The right order by luck, and each answer in its window: the gap before it is foreseen no better than by chance.

    A failed attempt that is forgiven is one more chance at any of the steps.
    """
    window = (liveness.ANSWER_SECONDS - liveness.FASTEST_ANSWER_SECONDS) / (
        liveness.LONGEST_GAP_SECONDS - liveness.SHORTEST_GAP_SECONDS
    )
    in_time = min(1.0, window)
    failures = range(liveness.MOST_FAILED_ATTEMPTS + 1)
    ways = sum(math.comb(steps + failed - 1, failed) * (1 - in_time) ** failed for failed in failures)
    return in_time**steps * ways / orders
