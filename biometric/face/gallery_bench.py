"""How fast and how true the 1:N search is in a large gallery, beside the exact scan (``main.py bench gallery``).

The people are drawn, not real: embeddings from a normal distribution with the spectrum of real ones (FACES below).
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from atm_app.config import FaceSettings
from atm_app.identity.authentication import identified
from atm_app.ports import Candidate
from biometric.face.gallery import InMemoryFaceGallery, Rows
from biometric.face.matcher import EMBEDDING_LENGTH

# Compared at a time in the reference: 32 MB of distances.
BLOCK_ROWS, BLOCK_VISITS = 8192, 200
# Ten times what a matrix product of single precision loses of a distance.
ROUGHNESS = 1e-3
FLOOR_SEARCHES = 15
UPDATES = 100


@dataclass(frozen=True)
class Faces:
    """Measured on the embeddings of 80 people with five photographs each: variances summed over all directions, how
    many directions until they fall to 1/e, the distance of everybody's mean from zero. Half of what differs within
    a person is taken to be the session's (light, glasses), half the sample's."""

    between_people: float = 0.245
    between_decay: float = 14.0
    within_person: float = 0.098
    within_decay: float = 29.0
    mean: float = 1.3
    enrolled_samples: int = 5


FACES = Faces()


class Crowd:
    """Draws people; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)
        turned, _ = np.linalg.qr(self._generator.standard_normal((EMBEDDING_LENGTH, EMBEDDING_LENGTH)))
        self._people = _spread(FACES.between_people, FACES.between_decay, turned)
        self._session = _spread(FACES.within_person / 2, FACES.within_decay, turned)
        self._mean = (FACES.mean * turned[0]).astype(np.float32)

    def people(self, count: int) -> Rows:
        drawn: Rows = self._mean + self._drawn(count) @ self._people
        return drawn

    def templates(self, people: Rows) -> Rows:
        """Each the mean of an enrolment's samples, which are of one session."""
        own = self._drawn(len(people)) @ self._session
        left = self._drawn(len(people)) @ self._session / np.float32(FACES.enrolled_samples**0.5)
        drawn: Rows = people + own + left
        return drawn

    def visit(self, person: Rows, samples: int) -> Rows:
        """What the camera takes of a person in one session."""
        taken: Rows = person + self._drawn(1) @ self._session + self._drawn(samples) @ self._session
        return taken

    def _drawn(self, count: int) -> Rows:
        drawn: Rows = self._generator.standard_normal((count, EMBEDDING_LENGTH), dtype=np.float32)
        return drawn


def _spread(variance: float, decay: float, turned: NDArray[np.float64]) -> Rows:
    spectrum = np.exp(-np.arange(EMBEDDING_LENGTH) / decay)
    spread: Rows = (np.sqrt(variance * spectrum / spectrum.sum())[:, None] * turned).astype(np.float32)
    return spread


@dataclass(frozen=True)
class Result:
    """Times in milliseconds, of one decision each. ``recall_enrolled``: enrolled people for whom the nearest and the
    decision are the exact search's; ``stranger_agreement``: decisions on people not enrolled that are."""

    templates: int
    p50_ms: float
    p99_ms: float
    recall_enrolled: float
    stranger_agreement: float
    megabytes: float
    load_s: float
    put_p50_ms: float
    floor_p50_ms: float
    enrolled_identified: float
    strangers_identified: float


def measure(
    templates: int, probes: int, samples: int, face: FaceSettings, advanced: Callable[[str], None], seed: int = 1
) -> Result:
    """``probes``: enrolled people, and as many strangers; each comes with ``samples``. ``advanced``: what was done."""
    crowd = Crowd(seed)
    people = crowd.people(templates)
    enrolled = crowd.templates(people)
    chosen = np.random.default_rng(seed).choice(templates, probes)
    visits = [crowd.visit(people[n], samples) for n in chosen]
    visits += [crowd.visit(stranger, samples) for stranger in crowd.people(probes)]
    asked = [[sample.tobytes() for sample in visit] for visit in visits]
    pairs = [(n, template.tobytes()) for n, template in enumerate(enrolled)]
    del people
    advanced("people drawn")
    gallery = InMemoryFaceGallery()
    load_s = _seconds(lambda: gallery.replace(pairs))
    advanced("gallery loaded")
    gallery.nearest(asked[0], 2)
    times, found = _searched(gallery, asked)
    advanced("gallery searched")
    put_p50 = _updates(gallery, pairs)
    exact = nearest_of_all(enrolled, visits, found)
    advanced("every template looked at")
    floor = InMemoryFaceGallery(exact_up_to=templates)
    floor.replace(pairs)
    floor_times, _ = _searched(floor, asked[:FLOOR_SEARCHES])
    decided = [
        tuple(identified(nearest, face.identify_distance, face.margin) for nearest in both)
        for both in zip(found, exact, strict=True)
    ]
    same = np.array([_who(ours) == _who(true) for ours, true in decided])
    same_best = np.array([ours[0].customer_id == true[0].customer_id for ours, true in zip(found, exact, strict=True)])
    accepted = np.array([ours is not None for ours, _ in decided])
    return Result(
        templates, _ms(times, 50), _ms(times, 99), float((same & same_best)[:probes].mean()),
        float(same[probes:].mean()), round(gallery.size_bytes / 1e6, 1), round(load_s, 2), put_p50,
        _ms(floor_times, 50), float(accepted[:probes].mean()), float(accepted[probes:].mean()),
    )  # fmt: skip


def nearest_of_all(
    templates: Rows, visits: Sequence[Rows], found: Sequence[Sequence[Candidate]]
) -> list[tuple[Candidate, ...]]:
    """The two nearest of all templates for each visit, whatever was ``found``.

    A template is nearer than the second one found only when at least half of the visit's samples are: every template
    is compared with every sample, and of whom that is true is looked at again, by differences.
    """
    rows: list[list[int]] = [[] for _ in visits]
    squares = np.einsum("ij,ij->i", templates, templates)
    for first, begin in itertools.product(range(0, len(visits), BLOCK_VISITS), range(0, len(templates), BLOCK_ROWS)):
        some = np.stack(visits[first : first + BLOCK_VISITS])
        limit = np.array([two[-1].distance for two in found[first : first + BLOCK_VISITS]]) + ROUGHNESS
        bound = (np.square(limit)[:, None] - np.einsum("ijk,ijk->ij", some, some)).astype(np.float32)
        block = slice(begin, begin + BLOCK_ROWS)
        products = templates[block] @ some.reshape(-1, EMBEDDING_LENGTH).T
        near = squares[block, None] - 2 * products <= bound.reshape(-1)
        counted = near.reshape(len(near), *bound.shape).sum(axis=2, dtype=np.uint8)
        for row, visit in np.argwhere(2 * counted >= bound.shape[1]):
            rows[first + visit].append(begin + row)
    return [_two_nearest(templates, visit, np.array(those)) for visit, those in zip(visits, rows, strict=True)]


def _two_nearest(templates: Rows, visit: Rows, rows: NDArray[np.int64]) -> tuple[Candidate, ...]:
    differences = templates[rows, None, :].astype(np.float64) - visit
    distances = np.median(np.linalg.norm(differences, axis=2), axis=1)
    order = np.argsort(distances, kind="stable")[:2]
    return tuple(Candidate(int(rows[n]), float(distances[n])) for n in order)


def _searched(
    gallery: InMemoryFaceGallery, asked: Sequence[Sequence[bytes]]
) -> tuple[list[float], list[tuple[Candidate, ...]]]:
    times, found = [], []
    for samples in asked:
        began = time.perf_counter()
        found.append(gallery.nearest(samples, 2))
        times.append(time.perf_counter() - began)
    return times, found


def _updates(gallery: InMemoryFaceGallery, pairs: Sequence[tuple[int, bytes]]) -> float:
    """Median time of a change: people taken out, put back in and changed, until all is as it was."""
    some = pairs[:: max(1, len(pairs) // UPDATES)]
    taken_out = (lambda who=who: gallery.remove(who) for who, _ in some)
    put_in = (lambda who=who, template=template: gallery.put(who, template) for who, template in (*some, *some))
    return _ms([_seconds(change) for change in itertools.chain(taken_out, put_in)], 50)


def _seconds(what: Callable[[], None]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def _ms(times: Sequence[float], percentile: float) -> float:
    return round(1000 * float(np.percentile(times, percentile)), 3)


def _who(candidate: Candidate | None) -> int | None:
    return candidate.customer_id if candidate else None
