"""Drawn poses, kept: in memory, and in a folder when there is one, so that no frame waits for a drawing twice."""

from __future__ import annotations

import hashlib
import itertools
import logging
import os
import queue
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from biometric.virtual import person_drawing, person_paint, person_shape
from biometric.virtual.person import Person, Pose
from biometric.virtual.person_drawing import HEAD_SIZE, Cutout, draw

logger = logging.getLogger(__name__)

# The eyes of a blink and the steps of a turn; from 26 degrees on all four persons' nose-to-jaw ratio has moved by 0.2
# and more on both sides while the detector still finds them (measured on all four, four positions each).
EYE_STEPS = (1.0, 0.5, 0.0)
YAW_STEPS = (0.0, 8.0, 16.0, 22.0, 26.0, 28.0)

NEUTRAL = Pose()
BLINK_POSES = tuple(Pose(eyes=eyes) for eyes in EYE_STEPS)


def turn_poses(side: int) -> tuple[Pose, ...]:
    """``side``: 1 to the person's own left, -1 to the right."""
    return tuple(Pose(yaw=side * yaw) for yaw in YAW_STEPS)


ALL_POSES = tuple(dict.fromkeys((*BLINK_POSES, *turn_poses(1), *turn_poses(-1))))


def _drawing_digest() -> str:
    """Changes with the code that draws, so that stale pictures are never used."""
    digest = hashlib.sha256()
    for module in (person_shape, person_paint, person_drawing):
        assert module.__file__ is not None, "the drawing modules are files"
        digest.update(Path(module.__file__).read_bytes())
    return digest.hexdigest()


@dataclass(order=True)
class _Order:
    """Work of the drawing thread: what is asked for first comes first, the neutral poses before all others."""

    urgency: int
    number: int
    person: Person = field(compare=False)
    pose: Pose = field(compare=False)


class PoseStore:
    """``cache``: folder of drawn poses, made when missing. ``background``: draw on a thread, answer at once."""

    def __init__(self, cache: Path | None = None, background: bool = True, size: int = HEAD_SIZE) -> None:
        self._cache = cache
        self._size = size
        self._digest = _drawing_digest()
        self._lock = threading.Lock()
        self._drawn: dict[tuple[str, Pose], Cutout] = {}
        self._ordered: set[tuple[str, Pose]] = set()
        self._numbers = itertools.count()
        self._orders: queue.PriorityQueue[_Order] | None = queue.PriorityQueue() if background else None
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True)
        if background:
            threading.Thread(target=self._draw_orders, name="pose-drawing", daemon=True).start()

    def ready(self, person: Person, pose: Pose) -> Cutout | None:
        """The pose if it is drawn; else it is ordered and None returned. Without background it is drawn here."""
        cutout = self._drawn.get((person.key, pose))
        if cutout is not None or self._orders is None:
            return cutout or self.get(person, pose)
        self.order(person, pose)
        return None

    def order(self, person: Person, *poses: Pose) -> None:
        """Have poses drawn soon; in the order they are given, neutral ones first."""
        if self._orders is None:
            return
        for pose in poses:
            with self._lock:
                if (person.key, pose) in self._ordered:
                    continue
                self._ordered.add((person.key, pose))
            self._orders.put(_Order(0 if pose == NEUTRAL else 1, next(self._numbers), person, pose))

    def get(self, person: Person, pose: Pose) -> Cutout:
        """The pose, drawn now if need be (0.2 s)."""
        key = (person.key, pose)
        cutout = self._drawn.get(key)
        if cutout is None:
            cutout = self._read(person, pose) or self._draw(person, pose)
            self._drawn[key] = cutout
        return cutout

    def drawn(self, person: Person) -> int:
        """How many of the person's poses are in memory, of ``len(ALL_POSES)``."""
        return sum((person.key, pose) in self._drawn for pose in ALL_POSES)

    def _draw_orders(self) -> None:
        assert self._orders is not None, "only with background"
        while True:
            order = self._orders.get()
            self.get(order.person, order.pose)

    def _draw(self, person: Person, pose: Pose) -> Cutout:
        cutout = draw(person, pose, self._size)
        path = self._path(person, pose)
        if path is not None:
            part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
            with part.open("wb") as file:
                np.savez_compressed(
                    file, picture=cutout.picture, cover=cutout.cover, origin=np.array(cutout.origin, np.float64)
                )
            part.replace(path)
        return cutout

    def _read(self, person: Person, pose: Pose) -> Cutout | None:
        path = self._path(person, pose)
        if path is None or not path.is_file():
            return None
        try:
            with np.load(path) as arrays:
                column, row = arrays["origin"]
                return Cutout(arrays["picture"], arrays["cover"], (float(column), float(row)))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            logger.warning("the drawn pose %s is unreadable and drawn again", path.name)
            return None

    def _path(self, person: Person, pose: Pose) -> Path | None:
        if self._cache is None:
            return None
        text = f"{self._digest}{person.figures}{pose}{self._size}"
        return self._cache / f"{person.key}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.npz"
