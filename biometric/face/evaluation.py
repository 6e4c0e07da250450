"""The face recognition of this machine on anybody's photographs: same models, templates, thresholds and 1:N rule.

A template is made of the first photographs by name; every probe is compared with every template (1:1) and looked for
among all (1:N); for strangers each person is taken out of the gallery in turn. Nothing is fitted to these people.
"""

from __future__ import annotations

import csv
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from atm_app.config import FaceSettings
from atm_app.identity.authentication import identified
from atm_app.ports import Candidate, FaceAdvice
from biometric.evaluation.rates import Comparisons
from biometric.face.engine import FaceEngine
from biometric.face.gallery import InMemoryFaceGallery
from biometric.face.geometry import figures
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.face.photographs import UnusablePhotograph, frame_of, people
from biometric.face.quality import picture_advice, pose_advice

NO_FACE = "no face found"


class DatasetProblem(Exception):
    """Nothing can be measured on this folder; the message says why."""


@dataclass(frozen=True)
class Photograph:
    """``sample``: its embedding, None when it failed to be acquired; ``remark`` then says why, else what the kiosk
    would have advised the customer, or nothing."""

    person: str
    path: Path
    sample: bytes | None
    remark: str


@dataclass(frozen=True)
class Compared:
    """A probe against the template of ``person``; infinitely far when either failed."""

    probe: Photograph
    person: str
    distance: float


@dataclass(frozen=True)
class Search:
    """A probe against the gallery. ``accepted``: whom the 1:N rule took it for; ``as_stranger``: the same with the
    probe's own person taken out. ``nearest``: the best candidate, sure or not."""

    probe: Photograph
    nearest: str | None
    accepted: str | None
    as_stranger: str | None


@dataclass
class Stages:
    """Milliseconds of every pass through a stage."""

    passes: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.passes[stage].append((time.perf_counter() - began) * 1000)

    def medians(self) -> dict[str, float]:
        return {stage: round(statistics.median(passes), 3) for stage, passes in self.passes.items()}


@dataclass(frozen=True)
class FaceEvaluation:
    """``people``: by their numbers in ``comparisons``. ``not_enrolled``: of them, those without a template."""

    people: tuple[str, ...]
    not_enrolled: tuple[str, ...]
    enrolment: tuple[Photograph, ...]
    probes: tuple[Photograph, ...]
    compared: tuple[Compared, ...]
    comparisons: Comparisons
    searches: tuple[Search, ...]
    groups: Mapping[str, str]
    ms: Mapping[str, float]


@dataclass(frozen=True)
class Dataset:
    """Photographs by person: those to enrol, at most ``enrol`` each, and those to recognise. ``groups``: by person."""

    gallery: Mapping[str, list[Path]]
    probe: Mapping[str, list[Path]]
    groups: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path, enrol: int) -> Dataset:
        """Raises DatasetProblem."""
        try:
            gallery, probe = people(folder / "gallery"), people(folder / "probe")
        except FileNotFoundError as error:
            raise DatasetProblem(str(error)) from error
        if not any(gallery.values()) or not any(probe.values()):
            raise DatasetProblem(f"{folder}: gallery and probe each want photographs in a folder a person")
        return cls({name: paths[:enrol] for name, paths in gallery.items()}, probe, _groups(folder / "groups.csv"))

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(sorted(self.gallery.keys() | self.probe.keys()))

    @property
    def photographs(self) -> int:
        return sum(len(paths) for folder in (self.gallery, self.probe) for paths in folder.values())


def _groups(path: Path) -> dict[str, str]:
    """``person,group`` lines under that heading; none without the file. Raises DatasetProblem."""
    if not path.exists():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            heading, *rows = csv.reader(lines)
            if heading != ["person", "group"]:
                raise ValueError(heading)
            return {person.strip(): group.strip() for person, group in rows}
    except (OSError, ValueError, csv.Error) as error:
        raise DatasetProblem(f"{path} wants the columns person and group") from error


def evaluate(dataset: Dataset, settings: FaceSettings, looked: Callable[[], None]) -> FaceEvaluation:
    """``looked`` is called after each photograph."""
    stages = Stages()
    camera = _Camera(stages, looked)
    enrolment = [camera.look(person, path) for person, paths in dataset.gallery.items() for path in paths]
    probes = [camera.look(person, path) for person, paths in dataset.probe.items() for path in paths]
    templates = _templates(enrolment)
    compared = tuple(_compare(probes, templates, stages))
    return FaceEvaluation(
        people=dataset.people,
        not_enrolled=tuple(name for name in dataset.people if name not in templates),
        enrolment=tuple(enrolment),
        probes=tuple(probes),
        compared=compared,
        comparisons=_comparisons(compared, dataset.people),
        searches=tuple(_search(probes, templates, dataset.people, settings, stages)),
        groups=dataset.groups,
        ms=stages.medians(),
    )


class _Camera:
    """What the kiosk sees of a photograph."""

    def __init__(self, stages: Stages, looked: Callable[[], None]) -> None:
        self._engine = FaceEngine()
        self._stages = stages
        self._looked = looked

    def look(self, person: str, path: Path) -> Photograph:
        try:
            return self._look(person, path)
        except UnusablePhotograph as problem:
            return Photograph(person, path, None, str(problem))
        finally:
            self._looked()

    def _look(self, person: str, path: Path) -> Photograph:
        with self._stages.timed("read"):
            frame = frame_of(path)
        with self._stages.timed("detect"):
            boxes = self._engine.detect(frame)
        if not boxes:
            return Photograph(person, path, None, NO_FACE)
        with self._stages.timed("quality"):
            pose = pose_advice(figures(self._engine.points(frame, boxes[0])), None)
            advice = picture_advice(frame, boxes[0])[0]
        with self._stages.timed("embed"):
            sample = self._engine.embed(frame, boxes[0]).astype("<f4").tobytes()
        advice = pose if advice is FaceAdvice.NONE else advice
        return Photograph(person, path, sample, "" if advice is FaceAdvice.NONE else advice.value)


def _templates(enrolment: list[Photograph]) -> dict[str, bytes]:
    matcher = EuclideanFaceMatcher()
    samples: dict[str, list[bytes]] = defaultdict(list)
    for photograph in enrolment:
        if photograph.sample is not None:
            samples[photograph.person].append(photograph.sample)
    return {person: matcher.template(taken) for person, taken in samples.items()}


def _compare(probes: list[Photograph], templates: Mapping[str, bytes], stages: Stages) -> Iterator[Compared]:
    """1:1, every probe with every template. A probe or a template that failed is a genuine comparison at infinity."""
    matcher = EuclideanFaceMatcher()
    for probe in probes:
        if probe.sample is None or probe.person not in templates:
            yield Compared(probe, probe.person, np.inf)
        if probe.sample is None:
            continue
        for person, template in templates.items():
            with stages.timed("verify"):
                distance = matcher.distance(template, [probe.sample])
            yield Compared(probe, person, distance)


def _comparisons(compared: Sequence[Compared], names: tuple[str, ...]) -> Comparisons:
    number = {name: index for index, name in enumerate(names)}
    distances = np.array([one.distance for one in compared], np.float64)
    probes = np.array([number[one.probe.person] for one in compared], np.int64)
    templates = np.array([number[one.person] for one in compared], np.int64)
    own = probes == templates
    return Comparisons(distances[own], probes[own], distances[~own], probes[~own], templates[~own])


def _search(
    probes: list[Photograph], templates: Mapping[str, bytes], names: tuple[str, ...], settings: FaceSettings,
    stages: Stages,
) -> Iterator[Search]:  # fmt: skip
    """1:N with everybody enrolled, and again with the probe's own person taken out."""
    number = {name: index for index, name in enumerate(names)}
    gallery = InMemoryFaceGallery()
    gallery.replace([(number[name], template) for name, template in templates.items()])

    def name_of(candidate: Candidate | None) -> str | None:
        return names[candidate.customer_id] if candidate else None

    for probe in probes:
        if probe.sample is None:
            yield Search(probe, None, None, None)
            continue
        with stages.timed("identify"):
            found = gallery.nearest([probe.sample], 2)
        gallery.remove(number[probe.person])
        without = gallery.nearest([probe.sample], 2)
        if probe.person in templates:
            gallery.put(number[probe.person], templates[probe.person])
        enrolled, stranger = (
            name_of(identified(nearest, settings.identify_distance, settings.margin)) for nearest in (found, without)
        )
        yield Search(probe, name_of(found[0] if found else None), enrolled, stranger)
