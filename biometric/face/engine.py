"""The models: where faces are, their 68 points, their 128 numbers. The same models as ``face_recognition``.

Loaded by path and not through ``face_recognition``, whose import drags in ``pkg_resources`` and the slow CNN
detector. The 68-point model may not be used in a commercial product (it was trained on 300-W).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from atm_app.ports import Box
from biometric.frames import Pixels

Points = NDArray[np.float64]
Embedding = NDArray[np.float32]

EMBEDDING_LENGTH = 128
LANDMARK_MODEL = "shape_predictor_68_face_landmarks.dat"
EMBEDDING_MODEL = "dlib_face_recognition_resnet_model_v1.dat"


def models_folder() -> Path:
    """Where the package ``face_recognition_models`` keeps its files; found without importing it.

    Raises FileNotFoundError when the package is not installed.
    """
    found = importlib.util.find_spec("face_recognition_models")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the package face_recognition_models is not installed")
    return Path(found.submodule_search_locations[0]) / "models"


class FaceEngine:
    """Loading takes 0.4 to 0.8 s and holds the interpreter lock: belongs into a process of its own."""

    def __init__(self) -> None:
        folder = models_folder()
        self._detector = dlib.get_frontal_face_detector()
        self._landmarks = dlib.shape_predictor(str(folder / LANDMARK_MODEL))
        self._embedding = dlib.face_recognition_model_v1(str(folder / EMBEDDING_MODEL))

    def detect(self, frame: Pixels) -> list[Box]:
        """Faces in ``frame`` ((H, W, 3) uint8 RGB), largest first.

        Half scale first (4 ms; finds 130 pixels and wider), full scale (16 ms) only when that finds nothing.
        """
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        boxes = [_scaled(found, 2) for found in self._detector(half, 0)]
        return _largest_first(boxes) if boxes else self._detect_in(grey)

    def detect_small(self, frame: Pixels) -> list[Box]:
        """Those beside a large face as well, down to 70 pixels, largest first: full scale, 16 ms."""
        return self._detect_in(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY))

    def _detect_in(self, grey: NDArray[np.generic]) -> list[Box]:
        return _largest_first([_scaled(found, 1) for found in self._detector(grey, 0)])

    def points(self, frame: Pixels, box: Box) -> Points:
        """The 68 landmarks of the face in ``box``: (68, 2) x and y in pixels."""
        shape = self._landmarks(frame, _rectangle(box))
        return np.array([(shape.part(index).x, shape.part(index).y) for index in range(68)], np.float64)

    def embed(self, frame: Pixels, box: Box) -> Embedding:
        """The 128 numbers of the face in ``box``; 57 ms."""
        shape = self._landmarks(frame, _rectangle(box))
        return np.array(self._embedding.compute_face_descriptor(frame, shape, 1), np.float32)


def _largest_first(boxes: list[Box]) -> list[Box]:
    return sorted(boxes, key=lambda box: box.right - box.left, reverse=True)


def _scaled(found: dlib.rectangle, factor: int) -> Box:
    return Box(found.left() * factor, found.top() * factor, (found.right() + 1) * factor, (found.bottom() + 1) * factor)


def _rectangle(box: Box) -> dlib.rectangle:
    """dlib's corners are inclusive; ``face_recognition`` hands its own right and bottom on as they are, so do we."""
    return dlib.rectangle(box.left, box.top, box.right, box.bottom)
