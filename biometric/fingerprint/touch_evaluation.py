"""The sensor's own matcher on the fingers the virtual sensor draws, by the protocol of the fingerprint verification
competitions (FVC): genuine are all pairs of touches of a finger, impostor all pairs of the fingers' first touches.

Templates travel as they do at the wire: 512 bytes of minutiae. Fingers and touches are those of their seeds, the same
in every run.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from biometric.evaluation.rates import Comparisons
from biometric.fingerprint.matcher import compare
from biometric.fingerprint.minutiae import PoorImage, extract
from biometric.fingerprint.template import pack
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import GreyImage, draw_touch, press

# Nothing was set on these fingers: the kiosk's threshold comes from 1000 to 1029, the sensor's levels from 20000 on.
FIRST_FINGER = 30_000


@dataclass(frozen=True)
class Attempt:
    """Two touches, (finger, number) each, numbers from 0 on; ``score`` None when one of them gave no template."""

    first: tuple[int, int]
    second: tuple[int, int]
    score: int | None

    @property
    def genuine(self) -> bool:
        return self.first[0] == self.second[0]


@dataclass(frozen=True)
class TouchEvaluation:
    """``problems``: touches no template could be made of, and why. ``extract_ms``, ``match_ms``: medians of a touch and
    of a comparison, in processor time, so that other work on the machine does not weigh."""

    fingers: int
    touches: int
    attempts: tuple[Attempt, ...]
    problems: dict[tuple[int, int], str]
    extract_ms: float
    match_ms: float

    @property
    def failure_to_enrol(self) -> float:
        """Share of the touches no template could be made of."""
        return len(self.problems) / (self.fingers * self.touches)

    def comparisons(self) -> Comparisons:
        """Distances are scores negated; failures are genuine comparisons at infinity, and no impostors."""
        own = [one for one in self.attempts if one.genuine]
        others = [(one, one.score) for one in self.attempts if not one.genuine and one.score is not None]
        return Comparisons(
            np.array([np.inf if one.score is None else -one.score for one in own], np.float64),
            np.array([one.first[0] for one in own], np.int64),
            np.array([-score for _, score in others], np.float64),
            np.array([one.second[0] for one, _ in others], np.int64),
            np.array([one.first[0] for one, _ in others], np.int64),
        )


def picture_of(finger: int, touch: int) -> GreyImage:
    """What the virtual sensor sees: a clean, dry finger, laid down as people do."""
    seed = FIRST_FINGER + finger
    drawn = np.random.SeedSequence([seed, touch]).generate_state(1)
    return press(grow(seed), draw_touch(int(drawn[0])))


def evaluate(fingers: int, touches: int, looked: Callable[[int], None]) -> TouchEvaluation:
    """Work on all cores. ``looked`` is told how many fingers were drawn or compared with the others: two steps each."""
    # Spawned, as the vision process is: the same on every system, and no thread of ours is forked away.
    context = multiprocessing.get_context("spawn")
    workers = max(1, min(os.cpu_count() or 1, fingers))
    compared: list[_Compared] = []
    problems: dict[tuple[int, int], str] = {}
    firsts: list[bytes | None] = []
    extract_ms: list[float] = []
    with ProcessPoolExecutor(workers, context, initializer=_prepare) as pool:
        for finger, own in enumerate(pool.map(_look_at, range(fingers), [touches] * fingers)):
            looked(1)
            problems |= {(finger, touch): why for touch, why in own.problems.items()}
            firsts.append(own.first)
            extract_ms += own.extract_ms
            compared += own.compared
        for others in pool.map(_compare_with_later, range(fingers), [firsts] * fingers):
            looked(1)
            compared += others
    attempts = tuple(attempt for attempt, _ in compared)
    match_ms = [spent for _, spent in compared if spent is not None]
    return TouchEvaluation(fingers, touches, attempts, problems, _median(extract_ms), _median(match_ms))


def _median(passes: Sequence[float]) -> float:
    return round(statistics.median(passes), 2) if passes else 0.0


# --- in the workers -----------------------------------------------------------------------------------------------

_Touch = tuple[int, int]
_Compared = tuple[Attempt, float | None]


@dataclass(frozen=True)
class _Finger:
    """Everything about one finger alone. ``first``: its first touch's template; ``problems``: by touch."""

    first: bytes | None
    compared: list[_Compared]
    problems: dict[int, str]
    extract_ms: list[float]


def _prepare() -> None:
    # One core a worker, so that the times are those of one core.
    cv2.setNumThreads(1)


def _look_at(finger: int, touches: int) -> _Finger:
    templates: list[bytes | None] = []
    problems: dict[int, str] = {}
    extract_ms: list[float] = []
    for touch in range(touches):
        picture = picture_of(finger, touch)
        began = time.process_time()
        try:
            templates.append(pack(extract(picture)))
        except PoorImage as problem:
            templates.append(None)
            problems[touch] = str(problem)
        else:
            extract_ms.append((time.process_time() - began) * 1000)
    named = [((finger, touch), template) for touch, template in enumerate(templates)]
    compared = [_compare(first, second) for first, second in combinations(named, 2)]
    return _Finger(templates[0], compared, problems, extract_ms)


def _compare_with_later(finger: int, firsts: Sequence[bytes | None]) -> list[_Compared]:
    named = [((other, 0), template) for other, template in enumerate(firsts)]
    return [_compare(named[finger], other) for other in named[finger + 1 :]]


def _compare(first: tuple[_Touch, bytes | None], second: tuple[_Touch, bytes | None]) -> _Compared:
    """The attempt, and its milliseconds."""
    (one, ours), (other, theirs) = first, second
    if ours is None or theirs is None:
        return Attempt(one, other, None), None
    began = time.process_time()
    score = compare(ours, theirs)
    return Attempt(one, other, score), (time.process_time() - began) * 1000
