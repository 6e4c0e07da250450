"""Presentation attack detection measured on drawn persons and drawn attacks, in the terms of ISO/IEC 30107-3.

APCER: the share of one species of attack that is accepted. BPCER: the share of living customers that are refused, for
whatever reason. ACER: the mean of BPCER and the worst APCER. Every try is a session of its own, with its own person,
light, distance, noise and challenges; frames are fed as fast as they compute.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from atm_app.config import FaceSettings
from atm_app.identity.face_challenges import draw_challenges, draw_flash, sequences
from atm_app.ports import FaceNotCaptured, FacePrompt, FacePurpose, FaceRequest
from biometric.evaluation.rates import upper_bound
from biometric.face.engine import FaceEngine
from biometric.face.replay import Draws, chance_by_the_rules, is_replay_accepted, neutral_gap
from biometric.virtual.camera_attacks import BentPrint, CutOutEyes, Photograph, Tablet, recording_of
from biometric.virtual.camera_layers import lobby, one_sided_light
from biometric.virtual.camera_scene import CENTRE, Scene, Visitor
from biometric.virtual.person import Person
from biometric.virtual.person_obliging import Rehearsal, answer
from biometric.virtual.person_poses import PoseStore
from biometric.virtual.person_random import random_person

LIVE = "bona_fide"
SPECIES = (Photograph.species, CutOutEyes.species, Tablet.species, BentPrint.species)
# Each person is drawn in thirteen poses, which takes longer than a session: they come again in other conditions.
TRIES_A_PERSON = 4
# A recording of a session against the rule alone; many, because so few fit.
REPLAYS_A_TRY = 20
RECORDED_KINDS = {FacePrompt.BLINK: "blink", FacePrompt.TURN_LEFT: "left", FacePrompt.TURN_RIGHT: "right"}


@dataclass(frozen=True)
class Try:
    """``kind``: ``bona_fide`` or a species. ``number`` and the run's ``seed`` decide everything else."""

    kind: str
    number: int
    seed: int

    @property
    def person(self) -> int:
        return self.number // TRIES_A_PERSON

    def chance(self) -> np.random.Generator:
        return np.random.default_rng((self.seed, (LIVE, *SPECIES).index(self.kind), self.number))


@dataclass(frozen=True)
class Asked:
    """What every session of a run asks for: so many blinks and turns, and to follow the screen's colours or not."""

    steps: int = FaceSettings().challenges
    flash: bool = False

    def request(self, chance: np.random.Generator) -> FaceRequest:
        draws = Draws(chance)
        challenges, flash = draw_challenges(draws, self.steps), draw_flash(draws) if self.flash else ()
        return FaceRequest(FacePurpose.AUTHENTICATE, challenges, patience=FaceSettings().patience, flash=flash)


@dataclass(frozen=True)
class Outcome:
    """``refusal``: empty when accepted. ``seconds``: of frame time. ``name``: which try or recording."""

    kind: str
    refusal: str
    seconds: float
    evidence: dict[str, float]
    name: str = ""

    @property
    def accepted(self) -> bool:
        return not self.refusal


@dataclass
class Result:
    outcomes: list[Outcome] = field(default_factory=list)
    replays: int = 0
    replays_accepted: int = 0
    asked: Asked = Asked()

    def of(self, kind: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.kind == kind]

    def as_object(self) -> dict[str, Any]:
        """The keys of docs/liveness.md; rates are fractions."""
        kinds = [kind for kind in dict.fromkeys(outcome.kind for outcome in self.outcomes) if kind != LIVE]
        errors = {kind: sum(outcome.accepted for outcome in self.of(kind)) for kind in kinds}
        errors[LIVE] = sum(not outcome.accepted for outcome in self.of(LIVE))
        attempts = {kind: len(self.of(kind)) for kind in (LIVE, *kinds)}
        rates = {kind: errors[kind] / attempts[kind] for kind in attempts if attempts[kind]}
        apcer, bpcer = {kind: rates[kind] for kind in kinds}, rates.get(LIVE)
        worst = max(apcer.values(), default=None)
        return {
            "apcer": apcer, "bpcer": bpcer,
            "acer": None if worst is None or bpcer is None else (worst + bpcer) / 2,
            "attempts": attempts,
            "upper95": {kind: round(upper_bound(errors[kind], attempts[kind]), 5) for kind in rates},
            "flash": self.asked.flash,
            "refusals": {kind: _reasons(self.of(kind)) for kind in attempts},
            "live_seconds": _quartiles([outcome.seconds for outcome in self.of(LIVE) if outcome.accepted]),
            "replay": self._replay(),
        }  # fmt: skip

    def _replay(self) -> dict[str, Any]:
        steps = self.asked.steps
        orders = len(sequences(steps))
        return {
            "steps": steps, "orders": orders,
            "chance_by_the_rules": round(chance_by_the_rules(steps, orders), 6),
            "tries": self.replays, "accepted": self.replays_accepted,
            "upper95": round(upper_bound(self.replays_accepted, self.replays), 6) if self.replays else None,
        }  # fmt: skip


def people(seed: int, numbers: Iterable[int]) -> dict[int, Person]:
    """The drawn persons of a run; each is the same whoever asks."""
    return {number: random_person(f"p{number}", np.random.default_rng((seed, number))) for number in numbers}


# --- one try --------------------------------------------------------------------------------------------------------


def run_try(one: Try, engine: FaceEngine, poses: PoseStore, asked: Asked) -> Outcome:
    """One session from its beginning to its end."""
    chance = one.chance()
    persons = people(one.seed, (one.person, one.person + 1))
    scene = Scene({}, poses, int(chance.integers(2**31)), noise=float(chance.uniform(1.0, 5.0)))
    scene.light = one_sided_light(float(chance.uniform(0.65, 1.2)), float(chance.uniform(-0.25, 0.25)))
    frames_per_second = float(chance.uniform(10, 16))
    scene.frame(float(chance.uniform(0, 60)))
    _present(scene, one.kind, persons[one.person], persons[one.person + 1], chance, asked.steps)
    request = asked.request(chance)

    def act(prompt: FacePrompt) -> None:
        answer(scene, prompt, float(chance.uniform(0.4, 1.3)))

    began = scene.now
    rehearsal = Rehearsal(scene, engine, frames_per_second)
    try:
        capture = rehearsal.run(request, act, neutral_gap=lambda: neutral_gap(chance))
    except FaceNotCaptured as refused:
        return Outcome(one.kind, refused.refusal.value, scene.now - began, refused.liveness, str(one.number))
    return Outcome(one.kind, "", capture.seconds, capture.liveness, str(one.number))


def _present(
    scene: Scene, kind: str, person: Person, other: Person, chance: np.random.Generator, steps: int
) -> None:  # fmt: skip
    """Put before the camera what this try is about."""
    centre = (CENTRE[0] + float(chance.uniform(-25, 25)), CENTRE[1] + float(chance.uniform(-15, 15)))
    scale, roll = float(chance.uniform(0.85, 1.15)), float(chance.uniform(-6, 6))
    bend, turn = float(chance.uniform(35, 65)), float(chance.uniform(28, 45))
    if kind == LIVE:
        scene.visitors = (Visitor(person, centre, scale, roll),)
        return
    if kind == Photograph.species:
        scene.hold_up(Photograph(person))
    elif kind == BentPrint.species:
        scene.hold_up(BentPrint(person, bend=bend, turn=turn, tilt=float(chance.uniform(35, 60))))
    elif kind == CutOutEyes.species:
        scene.hold_up(CutOutEyes(person, bend=bend, turn=turn, behind=other))
    else:
        filmed = draw_challenges(Draws(chance), steps)
        film = recording_of(tuple(RECORDED_KINDS[step] for step in filmed), chance)
        # Half of them begin with the session, half are somewhere in the middle.
        played = float(chance.uniform(0, film.seconds)) if chance.uniform() < 0.5 else 0.0
        scene.hold_up(Tablet(person, film, lobby(), scene.now - played))
    (held,) = scene.visitors
    held.centre, held.scale, held.roll = centre, held.scale * scale, roll


# --- many tries -----------------------------------------------------------------------------------------------------


def measure(tries: int, seed: int, advance: Callable[[int], None], asked: Asked = Asked()) -> Result:
    """``tries`` of every species and of living persons, on every core. ``advance`` is told how many are done."""
    result = Result(asked=asked)
    every = [Try(kind, number, seed) for number in range(tries) for kind in (LIVE, *SPECIES)]
    for outcomes in _spread(every, asked):
        result.outcomes += outcomes
        advance(len(outcomes))
    chance = np.random.default_rng((seed, tries))
    result.replays = REPLAYS_A_TRY * tries
    result.replays_accepted = sum(is_replay_accepted(asked.steps, chance) for _ in range(result.replays))
    return result


def _spread(every: Sequence[Try], asked: Asked) -> Iterator[list[Outcome]]:
    """All tries with one person go to one worker, which draws the person once."""
    chunks = [
        [one for one in every if one.person == person] for person in sorted({one.person for one in every})
    ]  # fmt: skip
    workers = min(os.cpu_count() or 1, len(chunks))
    # Spawned: the progress bar has a thread, and a fork would copy it half.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_prepare) as pool:
        for done in as_completed([pool.submit(_run_chunk, chunk, asked) for chunk in chunks]):
            yield done.result()


_engines: list[FaceEngine] = []


def _prepare() -> None:
    """A worker's models, loaded once."""
    cv2.setNumThreads(1)
    _engines.append(FaceEngine())


def _run_chunk(chunk: Sequence[Try], asked: Asked) -> list[Outcome]:
    poses = PoseStore(background=False)
    return [run_try(one, _engines[0], poses, asked) for one in chunk]


def _reasons(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return dict(Counter(outcome.refusal for outcome in outcomes if not outcome.accepted))


def _quartiles(seconds: list[float]) -> list[float]:
    return [round(float(one), 2) for one in np.percentile(seconds, (25, 50, 75))] if seconds else []
