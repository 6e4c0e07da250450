"""The palm matcher on anybody's pictures of palms.

A folder holds either photographs of whole hands, ``PERSON_NUMBER.jpg``, or ready-made squares,
``PERSON/SESSION_NUMBER.png``; left and right hands are different palms and want names of their own. Whole hands: all
pairs. With sessions: every picture of the first with every picture of the others. The earlier picture is enrolled, the
later one presented. All folders are pooled at one threshold; nothing is compared across them. Nothing is fitted here.

Besides, as a kiosk would have it: all pictures of the first session, or the first half of a palm's, enrolled together,
and all the others presented together. There are data sets with the same file under two names: those pairs are marked.
"""

from __future__ import annotations

import hashlib
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np

from atm_app.identity.authentication import identified
from atm_app.ports import Candidate
from biometric.evaluation.rates import Comparisons
from biometric.face.photographs import SUFFIXES, UnusablePhotograph, picture_of
from biometric.palm.matcher import distance, enrolled, presented
from biometric.palm.orb import OrbFeatures, orb_distance, orb_features
from biometric.palm.photograph import region_of
from biometric.palm.region import Region, UnusablePalm, ready_made
from biometric.palm.template import PalmTemplate

WHOLE_HAND = re.compile(r"(?P<palm>\w+)_(?P<number>\d+)")
SQUARE = re.compile(r"(?P<session>\d+)_(?P<number>\d+)(_\w+)?")

# Folder and name.
Palm = tuple[str, str]


class DatasetProblem(Exception):
    """Nothing can be measured on these folders; the message says why."""


@dataclass(frozen=True, order=True)
class PalmPicture:
    """``session``: None for a photograph of a whole hand."""

    database: str
    palm: str
    session: int | None
    number: int
    path: Path

    @property
    def whose(self) -> Palm:
        return self.database, self.palm

    @property
    def name(self) -> str:
        return f"{self.database}/{self.path.name if self.session is None else f'{self.palm}/{self.path.name}'}"


@dataclass(frozen=True)
class Dataset:
    """``ignored``: names of pictures that are not named as they should."""

    pictures: tuple[PalmPicture, ...]
    ignored: tuple[str, ...]

    @classmethod
    def read(cls, folders: Sequence[Path], leave_out: int = 0) -> Dataset:
        """Without the first ``leave_out`` palms of each folder, by name. Raises DatasetProblem."""
        if len({folder.resolve().name for folder in folders}) < len(folders):
            raise DatasetProblem("two of the folders have the same name")
        pictures: list[PalmPicture] = []
        ignored: list[str] = []
        for folder in folders:
            if not folder.is_dir():
                raise DatasetProblem(f"{folder} is not a folder")
            found, strange = _pictures(folder)
            kept = sorted({picture.palm for picture in found})[leave_out:]
            if len(kept) < 2:
                raise DatasetProblem(
                    f"{folder} wants pictures of two palms or more, PERSON_NUMBER.jpg or PERSON/SESSION_NUMBER.png, "
                    f"and has {len(kept)}" + (f"; not so named: {', '.join(strange[:5])}" if strange else "")
                )
            pictures += [picture for picture in found if picture.palm in kept]
            ignored += strange
        return cls(tuple(sorted(pictures)), tuple(ignored))

    @property
    def palms(self) -> tuple[Palm, ...]:
        return tuple(sorted({picture.whose for picture in self.pictures}))

    def pairs(self) -> Iterator[tuple[PalmPicture, PalmPicture]]:
        """What is enrolled and what is presented, of one folder each."""
        first_session = self._first_sessions()
        for earlier, later in combinations(sorted(self.pictures, key=_in_time), 2):
            if earlier.database != later.database:
                continue
            begun = first_session[earlier.database]
            if begun is None or (earlier.session == begun and later.session != begun):
                yield earlier, later

    def enrolling(self) -> frozenset[PalmPicture]:
        """The pictures of the first session, else the first half of each palm's."""
        first_session = self._first_sessions()
        own: dict[Palm, list[PalmPicture]] = {}
        for picture in self.pictures:
            own.setdefault(picture.whose, []).append(picture)
        return frozenset(
            picture
            for (database, _), taken in own.items()
            for place, picture in enumerate(taken)
            if (picture.session == begun if (begun := first_session[database]) else place < len(taken) / 2)
        )

    def _first_sessions(self) -> dict[str, int | None]:
        """By folder; None where all pairs are compared, there being one session or none."""
        sessions: dict[str, set[int | None]] = {}
        for picture in self.pictures:
            sessions.setdefault(picture.database, set()).add(picture.session)
        return {
            name: min(one for one in found if one is not None) if len(found) > 1 else None
            for name, found in sessions.items()
        }


def _in_time(picture: PalmPicture) -> tuple[str, int, int, str]:
    return picture.database, picture.session or 0, picture.number, picture.palm


def _pictures(folder: Path) -> tuple[list[PalmPicture], list[str]]:
    """Whole hands when the folder has pictures itself, else those in its folders; and the names nobody understands."""
    database = folder.resolve().name
    here = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]
    if here:
        named = [(path, WHOLE_HAND.fullmatch(path.stem)) for path in here]
        found = [PalmPicture(database, of["palm"], None, int(of["number"]), path) for path, of in named if of]
    else:
        within = [path for path in sorted(folder.glob("*/*")) if path.suffix.lower() in SUFFIXES]
        named = [(path, SQUARE.fullmatch(path.stem)) for path in within]
        found = [
            PalmPicture(database, path.parent.name, int(of["session"]), int(of["number"]), path)
            for path, of in named if of
        ]  # fmt: skip
    return found, [str(path.relative_to(folder)) for path, of in named if not of]


@dataclass(frozen=True)
class Attempt:
    """Distances by our codes and by ORB, infinite when one side failed to be acquired. ``copy``: of the same pixels."""

    enrolled: PalmPicture
    presented: PalmPicture
    distance: float
    orb: float
    copy: bool = False

    @property
    def genuine(self) -> bool:
        return self.enrolled.whose == self.presented.whose


@dataclass(frozen=True)
class Search:
    """A picture among the palms enrolled. ``accepted``: whose the 1:N rule took it for; ``as_stranger``: the same with
    its own palm taken out."""

    presented: PalmPicture
    accepted: Palm | None
    as_stranger: Palm | None


@dataclass(frozen=True)
class PalmEvaluation:
    """``failures``: pictures nothing could be taken from, and why. ``extract_ms``: median from the picture's pixels to
    both an enrolled and a presented template; ``match_ms``: median of one comparison; ``orb_ms``: the same of ORB."""

    dataset: Dataset
    attempts: tuple[Attempt, ...]
    failures: Mapping[PalmPicture, str]
    extract_ms: float
    match_ms: float
    orb_ms: float

    def comparisons(self, database: str | None = None, *, orb: bool = False, copies: bool = True) -> Comparisons:
        """Of one folder or pooled; impostor comparisons only where both sides were acquired."""
        return self._compared(
            (one.enrolled.whose, one.presented.whose, one.orb if orb else one.distance)
            for one in self.attempts
            if database in (None, one.presented.database) and (copies or not one.copy)
        )

    def fused(self) -> Comparisons:
        """Palm by palm, as ``matcher.verify`` has it, from the pairs between what is enrolled and what is presented;
        without copies, and without a palm that has nothing else."""
        frames = self._frames()
        medians = {palms: [apart for apart in of.values() if np.isfinite(apart)] for palms, of in frames.items()}
        return self._compared(
            (template, palm, float(np.median(apart)) if apart else np.inf)
            for (template, palm), apart in medians.items()
        )

    def searches(self, within: float, margin: float) -> tuple[Search, ...]:
        """1:N by the kiosk's rule, of every picture presented and acquired, alone, among the palms enrolled of its
        folder; without copies, and without a palm that has nothing else."""
        number = {palm: index for index, palm in enumerate(self.dataset.palms)}
        nearest: dict[PalmPicture, list[Candidate]] = {}
        for (template, _), frames in self._frames().items():
            for picture, apart in frames.items():
                if picture not in self.failures:
                    nearest.setdefault(picture, []).append(Candidate(number[template], apart))

        def taken_for(candidates: Iterable[Candidate]) -> Palm | None:
            best = identified(sorted(candidates, key=lambda candidate: candidate.distance), within, margin)
            return self.dataset.palms[best.customer_id] if best else None

        return tuple(
            Search(
                picture, taken_for(all_of_them),
                taken_for(one for one in all_of_them if one.customer_id != number[picture.whose]),
            )
            for picture, all_of_them in nearest.items()
            if number[picture.whose] in {one.customer_id for one in all_of_them}
        )  # fmt: skip

    def _frames(self) -> dict[tuple[Palm, Palm], dict[PalmPicture, float]]:
        """By the palm enrolled and the one presented: from each picture presented to the nearest one enrolled."""
        first = self.dataset.enrolling()
        frames: dict[tuple[Palm, Palm], dict[PalmPicture, float]] = {}
        for one in self.attempts:
            if one.copy or one.enrolled not in first or one.presented in first:
                continue
            nearest = frames.setdefault((one.enrolled.whose, one.presented.whose), {})
            nearest[one.presented] = min(nearest.get(one.presented, np.inf), one.distance)
        return frames

    def _compared(self, attempts: Iterable[tuple[Palm, Palm, float]]) -> Comparisons:
        number = {palm: index for index, palm in enumerate(self.dataset.palms)}
        numbered = [(number[template], number[palm], apart) for template, palm, apart in attempts]
        own = [(palm, apart) for template, palm, apart in numbered if template == palm]
        others = [one for one in numbered if one[0] != one[1] and np.isfinite(one[2])]
        return Comparisons(
            np.array([apart for _, apart in own], np.float64),
            np.array([palm for palm, _ in own], np.int64),
            np.array([apart for _, _, apart in others], np.float64),
            np.array([palm for _, palm, _ in others], np.int64),
            np.array([template for template, _, _ in others], np.int64),
        )


@dataclass(frozen=True)
class _Taken:
    enrolled: PalmTemplate
    presented: PalmTemplate
    orb: OrbFeatures
    pixels: bytes


def evaluate(dataset: Dataset, looked: Callable[[], None]) -> PalmEvaluation:
    """On one core. ``looked`` is called after each picture and each pair."""
    taken: dict[PalmPicture, _Taken] = {}
    failures: dict[PalmPicture, str] = {}
    extract_ms: list[float] = []
    for picture in dataset.pictures:
        try:
            taken[picture], spent = _take(picture)
            extract_ms.append(spent)
        except (UnusablePhotograph, UnusablePalm) as problem:
            failures[picture] = str(problem)
        looked()
    attempts: list[Attempt] = []
    match_ms: list[float] = []
    orb_ms: list[float] = []
    for earlier, later in dataset.pairs():
        if earlier in failures or later in failures:
            attempts.append(Attempt(earlier, later, np.inf, np.inf))
        else:
            began = time.perf_counter()
            apart = distance(taken[earlier].enrolled, taken[later].presented)
            between = time.perf_counter()
            orb = orb_distance(taken[earlier].orb, taken[later].orb)
            copy = taken[earlier].pixels == taken[later].pixels
            attempts.append(Attempt(earlier, later, apart, orb, copy))
            match_ms.append((between - began) * 1000)
            orb_ms.append((time.perf_counter() - between) * 1000)
        looked()
    return PalmEvaluation(
        dataset, tuple(attempts), failures, _median(extract_ms), _median(match_ms), _median(orb_ms)
    )  # fmt: skip


def read_region(picture: PalmPicture) -> Region:
    """Raises UnusablePhotograph, UnusablePalm."""
    return _region(picture, picture_of(picture.path))


def _region(picture: PalmPicture, rgb: np.ndarray) -> Region:
    if picture.session is None:
        return region_of(rgb)
    return ready_made(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))


def _take(picture: PalmPicture) -> tuple[_Taken, float]:
    rgb = picture_of(picture.path)
    began = time.perf_counter()
    region = _region(picture, rgb)
    first, second = enrolled([region]), presented(region)
    spent = (time.perf_counter() - began) * 1000
    digest = hashlib.sha256(rgb.tobytes()).digest()
    return _Taken(first, second, orb_features(region), digest), spent


def _median(passes: Sequence[float]) -> float:
    return round(statistics.median(passes), 2) if passes else 0.0
