"""Recorded sessions: ``bona_fide/…`` and ``attack/<species>/…``, each a video or a folder of pictures.

A recording answers no question. What can be measured is which blinks and turns are seen in it, what the passive cues
say, and whether it happens to fit challenges drawn for it, fed at its own times.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from atm_app.config import FaceSettings
from atm_app.identity.face_challenges import draw_challenges
from atm_app.ports import FaceNotCaptured, FacePurpose, FaceRequest
from biometric.camera import fit
from biometric.face.engine import FaceEngine
from biometric.face.liveness_evaluation import LIVE, Outcome, Result
from biometric.face.replay import Draws, neutral_gap
from biometric.face.session import FaceSession
from biometric.frames import Pixels

VIDEOS = frozenset({".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg", ".mjpeg"})
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
# Pictures carry no times of their own.
PICTURES_A_SECOND = 15.0
LOWEST_RATE, HIGHEST_RATE = 1.0, 240.0


class RecordingProblem(Exception):
    """The folder cannot be used; one line that says why."""


@dataclass(frozen=True)
class Recording:
    """``kind``: ``bona_fide`` or the species. ``pictures``: empty for a video."""

    kind: str
    path: Path
    pictures: tuple[Path, ...] = ()


def find_recordings(folder: Path) -> list[Recording]:
    """Raises RecordingProblem when there is none."""
    if not folder.is_dir():
        raise RecordingProblem(f"{folder} is no folder")
    kinds = {LIVE: folder / LIVE}
    if (folder / "attack").is_dir():
        kinds |= {path.name: path for path in sorted((folder / "attack").iterdir()) if path.is_dir()}
    found = [one for kind, place in kinds.items() if place.is_dir() for one in _in_folder(kind, place)]
    if not found:
        raise RecordingProblem(
            f"{folder} holds no recordings: bona_fide/ and attack/<species>/ with videos or folders of pictures"
        )
    return found


def _in_folder(kind: str, folder: Path) -> Iterator[Recording]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            pictures = tuple(sorted(one for one in path.iterdir() if one.suffix.lower() in PICTURES))
            if pictures:
                yield Recording(kind, path, pictures)
        elif path.suffix.lower() in VIDEOS:
            yield Recording(kind, path)


def measure_recordings(recordings: Sequence[Recording], advance: Callable[[], None]) -> tuple[Result, list[str]]:
    """The result, and a line for each recording that could not be read."""
    cv2.setNumThreads(1)
    engine, result, unreadable = FaceEngine(), Result(), []
    for one in recordings:
        outcome = _watch(one, engine)
        if outcome is None:
            unreadable.append(f"{one.path}: no picture in it can be read")
        else:
            result.outcomes.append(outcome)
        advance()
    return result, unreadable


def _watch(one: Recording, engine: FaceEngine) -> Outcome | None:
    """None when it holds no readable picture. The challenges depend on its name alone, so that runs can be repeated."""
    chance = np.random.default_rng(zlib.crc32(one.path.name.encode()))
    settings = FaceSettings()
    challenges = draw_challenges(Draws(chance), settings.challenges)
    request = FaceRequest(FacePurpose.AUTHENTICATE, challenges, patience=settings.patience)
    session = FaceSession(request, engine, lambda: neutral_gap(chance))
    at: float | None = None
    for frame, at in _frames(one):
        try:
            _, capture = session.look(frame, at)
        except FaceNotCaptured as refused:
            return Outcome(one.kind, refused.refusal.value, at, refused.liveness, one.path.name)
        if capture is not None:
            return Outcome(one.kind, "", capture.seconds, capture.liveness, one.path.name)
    if at is None:
        return None
    return Outcome(one.kind, "recording_ended", at, session.evidence(), one.path.name)


def _frames(one: Recording) -> Iterator[tuple[Pixels, float]]:
    return _pictures(one.pictures) if one.pictures else _video(one.path)


def _pictures(paths: Sequence[Path]) -> Iterator[tuple[Pixels, float]]:
    """OpenCV turns a picture as its EXIF orientation says."""
    for number, path in enumerate(paths):
        frame = fit(cv2.imread(str(path)))  # type: ignore[arg-type]
        if frame is not None:
            yield frame, number / PICTURES_A_SECOND


def _video(path: Path) -> Iterator[tuple[Pixels, float]]:
    """Upright, whatever way the telephone was held; at the times the film itself gives, else at its rate."""
    film = cv2.VideoCapture(str(path))
    film.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
    rate = film.get(cv2.CAP_PROP_FPS)
    rate = rate if LOWEST_RATE <= rate <= HIGHEST_RATE else PICTURES_A_SECOND
    try:
        number, last = 0, -1.0
        while True:
            readable, picture = film.read()
            if not readable:
                return
            told = film.get(cv2.CAP_PROP_POS_MSEC) / 1000
            at = told if told > last else number / rate if number / rate > last else last + 1 / rate
            number, last = number + 1, at
            frame = fit(picture)  # type: ignore[arg-type]
            if frame is not None:
                yield frame, at
    finally:
        film.release()
