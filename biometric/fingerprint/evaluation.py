"""The fingerprint matcher on anybody's pictures, named as the fingerprint verification competitions (FVC) name them.

Genuine: all pairs of impressions of a finger. Impostor: all pairs across the fingers of one database. Or, with a number
to enrol: the first impressions of a finger are enrolled, the others compared with those of every finger, the highest
score counting. All databases are pooled at one threshold; nothing is compared across them. Nothing is fitted here.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np

from atm_app.picture_ports import UnusablePicture
from biometric.evaluation.rates import Comparisons
from biometric.fingerprint.enhancement import GreyImage
from biometric.fingerprint.image_file import read_image, template_or_fault
from biometric.fingerprint.image_matcher import compare_enrolled
from biometric.fingerprint.image_template import ImageTemplate
from biometric.picture_file import SUFFIXES

NAME = re.compile(r"(?P<finger>\w+)_(?P<number>[0-9]+)")
# The window of an R307, and its four bits a pixel.
SENSOR_WIDTH, SENSOR_HEIGHT = 256, 288
SENSOR_STEP = 17
# Comparisons handed to a worker at a time.
CHUNK = 16


class DatasetProblem(Exception):
    """Nothing can be measured on these folders; the message says why."""


@dataclass(frozen=True, order=True)
class Impression:
    database: str
    finger: str
    number: int
    path: Path

    @property
    def whose(self) -> tuple[str, str]:
        return self.database, self.finger


@dataclass(frozen=True)
class Attempt:
    """``enrolled``: impressions of one finger, the best of which counts; ``score`` None when one side failed."""

    probe: Impression
    enrolled: tuple[Impression, ...]
    score: float | None

    @property
    def genuine(self) -> bool:
        return self.probe.whose == self.enrolled[0].whose


@dataclass(frozen=True)
class FingerprintEvaluation:
    """``fingers``: by their numbers in the comparisons. ``problems``: impressions no template could be made of, and
    why. ``extract_ms``, ``match_ms``: medians of one picture and of one comparison of two, in processor
    time, so that other work on the machine does not weigh."""

    fingers: tuple[tuple[str, str], ...]
    impressions: tuple[Impression, ...]
    attempts: tuple[Attempt, ...]
    problems: dict[Impression, str]
    enrol: int | None
    as_sensor: bool
    extract_ms: float
    match_ms: float

    @property
    def databases(self) -> tuple[str, ...]:
        return tuple(sorted({database for database, _ in self.fingers}))

    @property
    def failure_to_enrol(self) -> float:
        """Share of fingers with none of those to enrol usable; when all pairs are compared, share of impressions."""
        if self.enrol is None:
            return len(self.problems) / len(self.impressions)
        groups = {attempt.enrolled for attempt in self.attempts}
        return sum(all(one in self.problems for one in group) for group in groups) / len(groups)

    def comparisons(self, database: str | None = None) -> Comparisons:
        """Distances are scores negated; failures are genuine comparisons at infinity. Of one database, or pooled."""
        number = {finger: index for index, finger in enumerate(self.fingers)}
        attempts = [one for one in self.attempts if database in (None, one.probe.database)]
        own = [one for one in attempts if one.genuine]
        others = [one for one in attempts if not one.genuine and one.score is not None]
        return Comparisons(
            np.array([np.inf if one.score is None else -one.score for one in own], np.float64),
            np.array([number[one.probe.whose] for one in own], np.int64),
            np.array([-one.score for one in others if one.score is not None], np.float64),
            np.array([number[one.probe.whose] for one in others], np.int64),
            np.array([number[one.enrolled[0].whose] for one in others], np.int64),
        )


def impressions_of(folders: Sequence[Path]) -> tuple[Impression, ...]:
    """In the order of their names. Raises DatasetProblem."""
    found: list[Impression] = []
    for folder in folders:
        here = [
            Impression(folder.name, named["finger"], int(named["number"]), path)
            for path in _pictures_in(folder)
            if (named := NAME.fullmatch(path.stem))
        ]
        if len({impression.finger for impression in here}) < 2:
            raise DatasetProblem(f"{folder} wants pictures of two fingers or more, named FINGER_IMPRESSION.png")
        found += here
    if len({folder.name for folder in folders}) < len(folders):
        raise DatasetProblem("two of the folders have the same name")
    return tuple(sorted(found))


def misnamed_in(folders: Sequence[Path]) -> tuple[Path, ...]:
    """Pictures whose names say no finger and impression: they are left out. Raises DatasetProblem."""
    return tuple(path for folder in folders for path in _pictures_in(folder) if not NAME.fullmatch(path.stem))


def _pictures_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DatasetProblem(f"{folder} is not a folder")
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise DatasetProblem(f"{folder} cannot be read: {error.strerror}") from error


def plan(impressions: Sequence[Impression], enrol: int | None) -> Iterator[tuple[Impression, tuple[Impression, ...]]]:
    """Which probe is compared with which impressions enrolled of one finger. Raises DatasetProblem."""
    if enrol is None:
        for first, second in combinations(impressions, 2):
            if first.database == second.database:
                yield second, (first,)
        return
    fingers: dict[tuple[str, str], list[Impression]] = {}
    for impression in impressions:
        fingers.setdefault(impression.whose, []).append(impression)
    if all(len(own) <= enrol for own in fingers.values()):
        raise DatasetProblem(f"with {enrol} impressions enrolled there is none left to compare")
    for own in fingers.values():
        for probe in own[enrol:]:
            for (database, _), enrolled in fingers.items():
                if database == probe.database:
                    yield probe, tuple(enrolled[:enrol])


def evaluate(
    impressions: Sequence[Impression], enrol: int | None, looked: Callable[[int], None], *, as_sensor: bool = False
) -> FingerprintEvaluation:
    """Work on all cores. ``looked`` is told how many pictures or comparisons were done. Raises DatasetProblem."""
    planned = list(plan(impressions, enrol))
    # Spawned, as the vision process is: the same on every system, and no thread of ours is forked away.
    context = multiprocessing.get_context("spawn")
    templates: dict[Impression, ImageTemplate] = {}
    problems: dict[Impression, str] = {}
    extract_ms: list[float] = []
    with ProcessPoolExecutor(_workers(len(impressions)), context, initializer=_prepare, initargs=({},)) as pool:
        jobs = [(impression.path, as_sensor) for impression in impressions]
        for impression, made in zip(impressions, pool.map(_extract, jobs, chunksize=2), strict=True):
            looked(1)
            if isinstance(made, str):
                problems[impression] = made
            else:
                templates[impression], spent = made
                extract_ms.append(spent)
    attempts: list[Attempt] = []
    match_ms: list[float] = []
    workers = _workers(len(planned) // CHUNK)
    with ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=(templates,)) as pool:
        answers = pool.map(_compare, planned, chunksize=CHUNK)
        for (probe, enrolled), (score, spent) in zip(planned, answers, strict=True):
            looked(1)
            attempts.append(Attempt(probe, enrolled, score))
            if score is not None:
                match_ms.append(spent)
    return FingerprintEvaluation(
        tuple(sorted({impression.whose for impression in impressions})), tuple(impressions), tuple(attempts), problems,
        enrol, as_sensor, _median(extract_ms), _median(match_ms),
    )  # fmt: skip


def _workers(jobs: int) -> int:
    """One a core, but no more than ``jobs``: a worker takes about a second to start."""
    return max(1, min(os.cpu_count() or 1, jobs))


def as_sensor_image(image: GreyImage) -> GreyImage:
    """What an R307 would give of it: its window around the finger's middle, 16 greys."""
    dark = 255.0 - cv2.GaussianBlur(image, (0, 0), 12)
    dark = np.maximum(dark - np.percentile(dark, 50), 0) + 1e-6
    middle_y = int((dark.sum(1) @ np.arange(image.shape[0])) / dark.sum())
    middle_x = int((dark.sum(0) @ np.arange(image.shape[1])) / dark.sum())
    top = max(0, min(middle_y - SENSOR_HEIGHT // 2, image.shape[0] - SENSOR_HEIGHT))
    left = max(0, min(middle_x - SENSOR_WIDTH // 2, image.shape[1] - SENSOR_WIDTH))
    window = image[top : top + SENSOR_HEIGHT, left : left + SENSOR_WIDTH]
    return np.asarray(window // (SENSOR_STEP - 1) * SENSOR_STEP, np.uint8)


def _median(passes: Sequence[float]) -> float:
    return round(statistics.median(passes), 2) if passes else 0.0


# --- in the workers -----------------------------------------------------------------------------------------------

_templates: dict[Impression, ImageTemplate] = {}


def _prepare(templates: dict[Impression, ImageTemplate]) -> None:
    # One core a worker, so that the times are those of one core.
    cv2.setNumThreads(1)
    _templates.update(templates)


def _extract(job: tuple[Path, bool]) -> tuple[ImageTemplate, float] | str:
    path, as_sensor = job
    try:
        image = read_image(path)
        if as_sensor:
            image = as_sensor_image(image)
        began = time.process_time()
        return template_or_fault(image), (time.process_time() - began) * 1000
    except UnusablePicture as problem:
        return str(problem)


def _compare(pair: tuple[Impression, tuple[Impression, ...]]) -> tuple[float | None, float]:
    """Score, None when one side failed, and milliseconds for each impression compared with."""
    probe, enrolled = pair
    usable = [_templates[one] for one in enrolled if one in _templates]
    if probe not in _templates or not usable:
        return None, 0.0
    began = time.process_time()
    score = compare_enrolled(usable, _templates[probe])
    return score, (time.process_time() - began) * 1000 / len(usable)
