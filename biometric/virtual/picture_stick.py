"""A drawn customer's memory stick: a folder that appears where a real one would be mounted."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from biometric.virtual.finger_print import finger_seed, grow
from biometric.virtual.finger_touch import draw_touch, press
from biometric.virtual.palm_drawing import draw_showing, hand, show

FINGER_FILE = "right index.png"
OTHER_FILE = "Scans/right thumb.png"
PALM_FILE = "right hand.jpg"
# What a stick holds beside fingers.
LANDSCAPE_FILE = "Goa 2024.jpg"
LETTER_FILE = "letter.txt"
DOTS_PER_INCH = 500


class VirtualStick:
    """``folder``: where it is mounted. Every stick holds new touches of its owner's fingers and a new photograph of
    their hand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._touches = itertools.count(1)
        self.pull_out()

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def is_in(self) -> bool:
        return self._folder.exists()

    def put_in(self, finger: str, hand_seed: int | None = None) -> None:
        """``finger``: a name like ``asha.right_index``; its picture is FINGER_FILE. ``hand_seed``: of the hand on
        PALM_FILE, if there is to be one. There at once, as a mount is."""
        self.pull_out()
        ready = self._folder.with_name(f"{self._folder.name}.ready")
        shutil.rmtree(ready, ignore_errors=True)
        for file, name in ((FINGER_FILE, finger), (OTHER_FILE, f"{finger.partition('.')[0]}.right_thumb")):
            path = ready / file
            path.parent.mkdir(parents=True, exist_ok=True)
            touch = draw_touch(finger_seed(name) + next(self._touches))
            Image.fromarray(press(grow(finger_seed(name)), touch)).save(path, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
        if hand_seed is not None:
            photograph = show(hand(hand_seed), draw_showing(hand_seed + next(self._touches)))
            Image.fromarray(photograph).save(ready / PALM_FILE, quality=92)
        Image.fromarray(_landscape()).save(ready / LANDSCAPE_FILE)
        (ready / LETTER_FILE).write_text("Dear Asha,\n")
        ready.rename(self._folder)

    def pull_out(self) -> None:
        """Nothing where nothing is in."""
        gone = self._folder.with_name(f"{self._folder.name}.gone")
        shutil.rmtree(gone, ignore_errors=True)
        if self._folder.exists():
            self._folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def _landscape() -> np.ndarray:
    """Sky, sea and sand."""
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:] = np.linspace((120, 170, 235), (235, 240, 250), 480)[:, None].astype(np.uint8)
    picture[280:380] = (40, 110, 150)
    picture[380:] = (225, 200, 150)
    cv2.circle(picture, (480, 110), 46, (255, 240, 190), -1)
    return picture
