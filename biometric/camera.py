"""The camera: one thread that keeps the newest frame of a device, a file or a network stream.

It decides nothing about what is in the picture. A camera that goes away or freezes is reported, opened again and
comes back by itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from atm_app.ports import DeviceState, DeviceStatus
from biometric.frames import FRAME_HEIGHT, FRAME_SHAPE, FRAME_WIDTH, Pixels

logger = logging.getLogger(__name__)

# Without a new frame for this long the camera counts as gone: 60 frames missed, well above any exposure time.
SILENCE_SECONDS = 2.0
# Exactly equal pictures for this long mean a stuck driver: a living sensor's noise never repeats.
FROZEN_SECONDS = 2.0
OPEN_TIMEOUT_MILLISECONDS = 3000
READ_TIMEOUT_MILLISECONDS = 1500
FIRST_BACK_OFF_SECONDS = 0.1
LONGEST_BACK_OFF_SECONDS = 1.0
# FFmpeg otherwise probes and buffers a network stream for seconds before the first frame.
LOW_DELAY_OPTIONS = "fflags;nobuffer|flags;low_delay|probesize;32768|analyzeduration;0|threads;1"
FFMPEG_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_opening = threading.Lock()
STREAM_PREFIXES = ("http://", "https://", "rtsp://", "rtmp://", "udp://", "tcp://")

CameraSource = int | str
# Asked anew at every opening; None while the device cannot be opened yet.
SourceFinder = Callable[[], CameraSource | None]


@dataclass(frozen=True)
class Frame:
    """``pixels``: (480, 640, 3) uint8, RGB, read-only. ``at``: seconds; ``number`` counts up from 1."""

    pixels: Pixels
    at: float
    number: int


def fit(picture: Pixels | None) -> Pixels | None:
    """Any picture OpenCV hands out (BGR, BGRA or grey, any size) as (480, 640, 3) uint8 RGB with its shape kept.

    None for what is no picture: empty, one pixel high or wide, or of an unknown kind.
    """
    if picture is None or picture.ndim not in (2, 3) or min(picture.shape[:2]) < 2:
        return None
    if picture.dtype != np.uint8:
        return None
    channels = 1 if picture.ndim == 2 else picture.shape[2]
    codes = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}
    if channels not in codes:
        return None
    rgb = cv2.cvtColor(picture, codes[channels])
    return _letterbox(rgb.astype(np.uint8, copy=False))


def _letterbox(rgb: Pixels) -> Pixels | None:
    height, width = rgb.shape[:2]
    if (height, width) == (FRAME_HEIGHT, FRAME_WIDTH):
        return rgb
    scale = min(FRAME_WIDTH / width, FRAME_HEIGHT / height)
    fitted_width, fitted_height = round(width * scale), round(height * scale)
    if fitted_width < 1 or fitted_height < 1:
        return None
    smaller = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fitted = cv2.resize(rgb, (fitted_width, fitted_height), interpolation=smaller)
    frame: Pixels = np.zeros(FRAME_SHAPE, np.uint8)
    top, left = (FRAME_HEIGHT - fitted_height) // 2, (FRAME_WIDTH - fitted_width) // 2
    frame[top : top + fitted_height, left : left + fitted_width] = fitted
    return frame


@contextlib.contextmanager
def _low_delay() -> Iterator[None]:
    """FFmpeg's options for one opening. They can only be given by the environment, and lose a file its last frame."""
    with _opening:
        os.environ[FFMPEG_OPTIONS] = LOW_DELAY_OPTIONS
        try:
            yield
        finally:
            del os.environ[FFMPEG_OPTIONS]


def _is_file(source: CameraSource) -> bool:
    return isinstance(source, str) and not source.startswith((*STREAM_PREFIXES, "/dev/")) and Path(source).is_file()


def open_source(source: CameraSource) -> cv2.VideoCapture:
    """A capture set up for newest frame first; ``isOpened()`` tells whether it worked."""
    if isinstance(source, str) and source.startswith(STREAM_PREFIXES):
        limits = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            OPEN_TIMEOUT_MILLISECONDS,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            READ_TIMEOUT_MILLISECONDS,
        ]
        with _low_delay():
            return cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
    capture = cv2.VideoCapture(source)
    if _is_file(source):
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
    elif capture.isOpened():
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, FRAME_WIDTH)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, FRAME_HEIGHT)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def frames_of_file(path: Path) -> Iterator[Frame]:
    """Every frame of a recording at its own time, as fast as it decodes. Raises FileNotFoundError."""
    if not path.is_file():
        raise FileNotFoundError(path)
    capture = open_source(str(path))
    try:
        number = 0
        while True:
            worked, picture = capture.read()
            if not worked:
                return
            position = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            pixels = fit(picture.astype(np.uint8, copy=False))
            if pixels is not None:
                number += 1
                yield Frame(pixels, position, number)
    finally:
        capture.release()


class CameraThread:
    """Reads one source until stopped; the newest frame wins, nobody waits for a slow reader.

    ``source``: device index, device path, video file (paced by its own times, then played again) or stream URL, or
    a function that finds it, for a camera whose address is not known yet or may change.
    """

    def __init__(self, source: CameraSource | SourceFinder, name: str = "camera", virtual: bool = False) -> None:
        self._find_source: SourceFinder = source if callable(source) else lambda: source
        self._name = name
        self._virtual = virtual
        self._is_file = False
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._newest: Frame | None = None
        self._subscribers: list[Callable[[Frame], None]] = []
        self._last_arrival = 0.0
        self._last_change = 0.0
        self._last_probe = b""
        self._state = DeviceState.STARTING
        self._number = 0
        self._file_offset = 0.0

    # --- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start reading; does nothing when already started."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name=f"{self._name}-thread", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop reading. Returns within the read time-out even when the driver hangs."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join((OPEN_TIMEOUT_MILLISECONDS + READ_TIMEOUT_MILLISECONDS) / 1000)
            self._thread = None

    # --- what others see ----------------------------------------------------------------------------------------

    def latest(self) -> Frame | None:
        """The newest frame, None before the first."""
        return self._newest

    def wait_newer(self, number: int, seconds: float) -> Frame | None:
        """The newest frame once its number is above ``number``; None when ``seconds`` pass without one."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None and self._newest.number > number, seconds)
            return self._newest if self._newest is not None and self._newest.number > number else None

    def subscribe(self, callback: Callable[[Frame], None]) -> Callable[[], None]:
        """Call ``callback`` with every new frame, on the camera's thread; it must return at once.

        Returns the function that ends the subscription.
        """
        with self._changed:
            self._subscribers.append(callback)

        def unsubscribe() -> None:
            with self._changed:
                if callback in self._subscribers:
                    self._subscribers.remove(callback)

        return unsubscribe

    def status(self) -> DeviceStatus:
        """ONLINE only while new and changing frames arrive."""
        now = time.monotonic()
        if self._newest is None:
            advice = {
                DeviceState.STARTING: "The camera is being opened.",
                DeviceState.NO_DEVICE: "No camera answers. Check its cable and the camera setting.",
            }.get(self._state, "The camera does not answer. Check its cable.")
            return self._status(self._state, advice)
        is_silent = now - self._last_arrival > SILENCE_SECONDS
        if self._is_frozen(now) and not is_silent:
            return self._status(
                DeviceState.OFFLINE, "The camera's picture is frozen or its lens is covered. Unplug it and plug it in."
            )
        if self._state is not DeviceState.ONLINE or is_silent:
            return self._status(DeviceState.OFFLINE, "The camera sends no pictures. Check its cable and its power.")
        return self._status(DeviceState.ONLINE, "")

    def _is_frozen(self, now: float) -> bool:
        return not self._is_file and bool(self._number) and now - self._last_change > FROZEN_SECONDS

    def _status(self, state: DeviceState, advice: str) -> DeviceStatus:
        return DeviceStatus(self._name, state, self._virtual, advice)

    # --- the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        back_off = FIRST_BACK_OFF_SECONDS
        while not self._stopping.is_set():
            source = self._find_source()
            if source is None:
                self._stopping.wait(FIRST_BACK_OFF_SECONDS / 4)
                continue
            arrival_before, change_before = self._last_arrival, self._last_change
            self._is_file = _is_file(source)
            self._read_until_it_ends(source)
            if self._stopping.is_set():
                return
            if self._last_change > change_before:
                back_off = FIRST_BACK_OFF_SECONDS
            else:
                back_off = min(back_off * 2, LONGEST_BACK_OFF_SECONDS)
            if self._last_arrival > arrival_before and not self._is_frozen(time.monotonic()):
                # A torn frame ends the reading of many sources: opened again at once, nobody has to know.
                self._stopping.wait(back_off if self._is_file else 0.0)
                continue
            self._state = DeviceState.OFFLINE if self._number else DeviceState.NO_DEVICE
            self._stopping.wait(back_off)

    def _read_until_it_ends(self, source: CameraSource) -> None:
        """Until the source ends, fails or freezes: a frozen one is opened again, which wakes many drivers."""
        try:
            capture = open_source(source)
        except cv2.error:
            logger.warning("camera %s: opening failed", self._name)
            return
        try:
            if not capture.isOpened():
                return
            started = time.monotonic()
            while not self._stopping.is_set():
                worked, picture = capture.read()
                if not worked:
                    break
                position = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 if self._is_file else 0.0
                self._take(picture, position, started)
                if self._is_frozen(time.monotonic()):
                    logger.warning("camera %s: the picture is frozen, opening it again", self._name)
                    break
            if self._newest is not None:
                self._file_offset = self._newest.at + 1 / 30
        except cv2.error:
            logger.warning("camera %s: reading failed", self._name)
        finally:
            capture.release()

    def _take(self, picture: object, position: float, started: float) -> None:
        """Publish one picture; odd ones are dropped without counting as a sign of life."""
        now = time.monotonic()
        pixels = fit(picture) if isinstance(picture, np.ndarray) else None
        if pixels is None:
            return
        at = now
        if self._is_file:
            at = self._file_offset + position
            self._stopping.wait(max(0.0, started + position - now))
            now = time.monotonic()
        pixels.flags.writeable = False
        probe = pixels[::16, ::16].tobytes()
        if probe != self._last_probe:
            self._last_probe = probe
            self._last_change = now
        self._number += 1
        frame = Frame(pixels, at, self._number)
        with self._changed:
            self._newest = frame
            self._last_arrival = now
            self._state = DeviceState.ONLINE
            subscribers = tuple(self._subscribers)
            self._changed.notify_all()
        for callback in subscribers:
            callback(frame)
