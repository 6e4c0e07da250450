"""Frames in shared memory, so that the vision process sees a picture without it being copied through a pipe.

The room only moves pixels. Who may write to which slot is agreed on the pipe beside it (``face.messages``).
"""

from __future__ import annotations

import hashlib
import os
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FRAME_WIDTH = 640
FRAME_HEIGHT = 480
FRAME_SHAPE = (FRAME_HEIGHT, FRAME_WIDTH, 3)
FRAME_BYTES = FRAME_HEIGHT * FRAME_WIDTH * 3

Pixels = NDArray[np.uint8]

# Where Linux keeps the segments; elsewhere nothing can be listed and nothing is left behind by a dead process.
SEGMENT_FOLDER = Path("/dev/shm")  # noqa: S108 - not a temporary file: the kernel's own place for shared memory


def segment_prefix(data_folder: Path, role: str) -> str:
    """The start of every segment name of one data folder and role, e.g. ``atm-3f09c1d2-vision-``."""
    digest = hashlib.sha256(str(data_folder.resolve()).encode()).hexdigest()[:8]
    return f"atm-{digest}-{role}-"


def sweep(prefix: str) -> list[str]:
    """Remove the segments a dead process left behind; those of living processes stay. Returns the removed names."""
    left = leftovers(prefix)
    for name in left:
        (SEGMENT_FOLDER / name).unlink(missing_ok=True)
    return left


def leftovers(prefix: str) -> list[str]:
    """Names of the segments a dead process left behind."""
    if not SEGMENT_FOLDER.is_dir():
        return []
    found = []
    for path in SEGMENT_FOLDER.glob(f"{prefix}*"):
        owner = path.name.removeprefix(prefix).split("-")[0]
        if not (owner.isdigit() and _is_alive(int(owner))):
            found.append(path.name)
    return found


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _forget(segment: SharedMemory) -> None:
    """Take the segment off the resource tracker's list.

    The tracker unlinks what any attached process leaves open and complains about it; here the owner unlinks, and
    ``sweep`` does it for an owner that was killed.
    """
    if os.name == "posix":
        resource_tracker.unregister(f"/{segment.name}", "shared_memory")


class FrameRing:
    """A few slots of one frame each, (480, 640, 3) uint8 RGB, in one shared segment."""

    def __init__(self, segment: SharedMemory, slots: int, owner: bool) -> None:
        self._segment = segment
        self._owner = owner
        self.slots = slots
        self._frames: Pixels | None = np.ndarray((slots, *FRAME_SHAPE), np.uint8, buffer=segment.buf)

    @classmethod
    def create(cls, prefix: str, slots: int = 3) -> FrameRing:
        """A new segment of this process. Raises FileExistsError when this process has one of that name already."""
        for number in range(1000):
            name = f"{prefix}{os.getpid()}-{number}"
            try:
                segment = SharedMemory(name, create=True, size=slots * FRAME_BYTES)
            except FileExistsError:
                continue
            _forget(segment)
            return cls(segment, slots, owner=True)
        raise FileExistsError(prefix)

    @classmethod
    def attach(cls, name: str, slots: int) -> FrameRing:
        """The other process's side. Raises FileNotFoundError when the owner has gone."""
        segment = SharedMemory(name)
        _forget(segment)
        return cls(segment, slots, owner=False)

    @property
    def name(self) -> str:
        return self._segment.name

    def slot(self, number: int) -> Pixels:
        """The frame in a slot, not copied: valid until the slot is written again."""
        assert self._frames is not None, "the ring is closed"
        frame: Pixels = self._frames[number]
        return frame

    def write(self, number: int, pixels: Pixels) -> None:
        """``pixels``: (480, 640, 3) uint8, RGB."""
        assert self._frames is not None, "the ring is closed"
        self._frames[number] = pixels

    def close(self) -> None:
        """Let go of the memory; the owner also removes the name. Calling it twice does nothing."""
        if self._frames is None:
            return
        self._frames = None
        self._segment.close()
        if self._owner:
            if os.name == "posix":
                resource_tracker.register(f"/{self._segment.name}", "shared_memory")
            try:
                self._segment.unlink()
            except FileNotFoundError:
                _forget(self._segment)
