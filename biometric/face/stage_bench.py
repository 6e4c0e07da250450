"""What each stage of the face pipeline costs, beside the same models called directly on the same frames."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import dlib
import numpy as np

from atm_app.ports import Box
from biometric.camera import fit
from biometric.face import quality
from biometric.face.engine import EMBEDDING_MODEL, LANDMARK_MODEL, FaceEngine, models_folder
from biometric.face.geometry import figures
from biometric.frames import Pixels
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons
from biometric.virtual.person_poses import PoseStore

FRAMES_EACH = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Stages:
    """Medians in milliseconds. ``ratio``: ours to the floor, each frame of both run one after the other."""

    ours: dict[str, float]
    floor: dict[str, float]
    ratio: float


def drawn_frames(poses: PoseStore) -> list[Pixels]:
    """Frames of all drawn persons, (480, 640, 3) uint8 RGB, as the camera hands them out."""
    frames = []
    for key in read_persons():
        scene = Scene(read_persons(), poses)
        scene.stand(key)
        for number in range(FRAMES_EACH):
            frame = fit(scene.frame(number / 15))
            assert frame is not None, "a drawn frame is a picture"
            frames.append(frame)
    return frames


def measure(frames: Sequence[Pixels], advance: Callable[[], None]) -> Stages:
    """From a frame to its advice and embedding. Frames without a face are left out of both sides."""
    cv2.setNumThreads(1)
    engine, floor = FaceEngine(), _Floor()
    ours_ms: dict[str, list[float]] = {name: [] for name in ("detect", "landmarks", "quality", "embed", "whole")}
    floor_ms: dict[str, list[float]] = {name: [] for name in ("detect", "landmarks", "embed", "whole")}
    _ours(engine, frames[0], {name: [] for name in ours_ms})
    floor.run(frames[0], {name: [] for name in floor_ms})
    for number, frame in enumerate(frames):
        sides = (lambda f=frame: _ours(engine, f, ours_ms), lambda f=frame: floor.run(f, floor_ms))
        for side in sides if number % 2 else reversed(sides):
            side()
        advance()
    whole = [mine / theirs for mine, theirs in zip(ours_ms["whole"], floor_ms["whole"], strict=True)]
    return Stages(_medians(ours_ms), _medians(floor_ms), statistics.median(whole))


def _timed(into: list[float], act: Callable[[], T]) -> T:
    began = time.perf_counter()
    answer = act()
    into.append((time.perf_counter() - began) * 1000)
    return answer


def _ours(engine: FaceEngine, frame: Pixels, into: dict[str, list[float]]) -> None:
    began = time.perf_counter()
    boxes = _timed(into["detect"], lambda: engine.detect(frame))
    points = _timed(into["landmarks"], lambda: engine.points(frame, boxes[0]))
    _timed(into["quality"], lambda: _judge(frame, boxes, points))
    _timed(into["embed"], lambda: engine.embed(frame, boxes[0]))
    into["whole"].append((time.perf_counter() - began) * 1000)


def _judge(frame: Pixels, boxes: list[Box], points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    """All the questions a session asks of one frame."""
    quality.place_advice(boxes, frame.shape[1], frame.shape[0])
    quality.picture_advice(frame, boxes[0])
    quality.covering_advice(frame, points)
    quality.pose_advice(figures(points), None)


class _Floor:
    """dlib alone: the half-scale detector, the landmarks twice (to judge and to align), the embedding."""

    def __init__(self) -> None:
        folder = models_folder()
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(folder / LANDMARK_MODEL))
        self._embedding = dlib.face_recognition_model_v1(str(folder / EMBEDDING_MODEL))

    def run(self, frame: Pixels, into: dict[str, list[float]]) -> None:
        began = time.perf_counter()
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        found = _timed(into["detect"], lambda: self._detector(half, 0))[0]
        box = dlib.rectangle(found.left() * 2, found.top() * 2, found.right() * 2 + 2, found.bottom() * 2 + 2)
        _timed(into["landmarks"], lambda: self._landmarks(frame, box))
        _timed(
            into["embed"],
            lambda: self._embedding.compute_face_descriptor(frame, self._landmarks(frame, box), 1),
        )
        into["whole"].append((time.perf_counter() - began) * 1000)


def _medians(figures_of: dict[str, list[float]]) -> dict[str, float]:
    return {name: round(statistics.median(values), 2) for name, values in figures_of.items()}
