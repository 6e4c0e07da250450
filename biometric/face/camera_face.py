"""``ports.FaceCamera``: the camera's frames to the vision process, its progress back, a live person into embeddings.

One frame is in flight, the newest waits; what came between is never looked at, so nothing piles up.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from atm_app.ports import (
    Cancellation,
    Cancelled,
    DeviceState,
    DeviceStatus,
    DeviceUnavailable,
    FaceAdvice,
    FaceCapture,
    FaceNotCaptured,
    FaceProgress,
    FacePrompt,
    FaceRequest,
    ScreenColour,
)
from biometric.camera import CameraThread, Frame
from biometric.face.messages import Answer, Ended, EndSession, LitBy, LookAt, Seen, StartSession
from biometric.face.vision_process import RING_SLOTS, VisionListener, VisionProcess
from biometric.frames import Pixels

# How often a waiting capture looks at its cancellation and at the camera's state.
WATCH_SECONDS = 0.05
# The first session after start-up may find the camera or the models still loading.
START_UP_SECONDS = 8.0
MOST_VISION_DEATHS = 1
# A frame takes 0.1 s at the worst; a vision process that is silent for this long hangs and is killed.
VISION_SILENCE_SECONDS = 3.0

_session_numbers = itertools.count(1)


@dataclass(frozen=True)
class _VisionLost:
    """Put into the inbox when the vision process died for good."""


class _Capture(VisionListener):
    """One face session: frames in on the camera's thread, answers in on the vision thread, the end out."""

    def __init__(self, vision: VisionProcess, request: FaceRequest, report: Callable[[FaceProgress], None]) -> None:
        self._vision = vision
        self._request = request
        self._report = report
        self._lock = threading.RLock()
        self._session = 0
        self._in_flight = False
        self._waiting: Frame | None = None
        self._last_number = 0
        self._last_at = 0.0
        self._slots = itertools.cycle(range(RING_SLOTS))
        self._deaths = 0
        self._over = False
        self._heard_at = time.monotonic()
        self.inbox: queue.SimpleQueue[Ended | _VisionLost] = queue.SimpleQueue()

    def begin(self) -> None:
        """Start the session in the vision process, or start it over in a new one."""
        with self._lock:
            self._heard_at = time.monotonic()
            self._session = next(_session_numbers)
            self._in_flight = False
            self._vision.send(StartSession(self._session, self._request))

    def lit(self, colour: ScreenColour | None, at: float) -> None:
        """The screen has painted this light."""
        with self._lock:
            self._vision.send(LitBy(self._session, colour, at))

    def close(self) -> None:
        """Nothing is reported after this returns."""
        with self._lock:
            self._over = True
            self._vision.send(EndSession(self._session))

    def frame(self, frame: Frame) -> None:
        """A new frame of the camera."""
        with self._lock:
            self._last_at = frame.at
            if self._in_flight or self._over or not self._session:
                self._waiting = frame
            else:
                self._send(frame)

    def _send(self, frame: Frame) -> None:
        slot = next(self._slots)
        self._waiting = None
        self._last_number = frame.number
        self._vision.write_frame(slot, frame.pixels)
        self._heard_at = time.monotonic()
        self._in_flight = self._vision.send(LookAt(self._session, slot, frame.at))

    def watch(self) -> None:
        """Kill a vision process that hangs. Raises DeviceUnavailable when a killed one does not come back."""
        with self._lock:
            silence = time.monotonic() - self._heard_at
            if self._session and self._in_flight and silence > VISION_SILENCE_SECONDS:
                self._heard_at = time.monotonic()
                self._vision.kill()
            elif not self._session and silence > START_UP_SECONDS:
                raise DeviceUnavailable("the vision process does not start again")

    def answered(self, answer: Answer) -> None:
        with self._lock:
            if self._over or not isinstance(answer, Seen | Ended) or answer.session != self._session:
                return
            if answer.progress is not None:
                self._report(answer.progress)
            if isinstance(answer, Ended):
                self._over = True
                self.inbox.put(answer)
                return
            self._in_flight = False
            if self._waiting is not None and self._waiting.number > self._last_number:
                self._send(self._waiting)

    def died(self) -> None:
        with self._lock:
            if self._over:
                return
            self._heard_at = time.monotonic()
            self._session = 0
            self._in_flight = False
            self._deaths += 1
            if self._deaths > MOST_VISION_DEATHS:
                self.inbox.put(_VisionLost())
            else:
                self._report(FaceProgress(FacePrompt.LOOK, FaceAdvice.NONE, 0.0, None, self._last_at))

    def ready(self) -> None:
        with self._lock:
            if not self._over:
                self.begin()


class VisionFaceCamera:
    """A ``FaceCamera`` on a camera thread and a vision process, which start and close with it."""

    def __init__(self, camera: CameraThread, vision: VisionProcess) -> None:
        self._camera = camera
        self._vision = vision
        self._busy = threading.Lock()
        self._capture: _Capture | None = None

    def start(self) -> None:
        """Open the camera and load the models in the background; returns at once. ``status`` tells when it can."""
        self._camera.start()
        self._vision.start()

    def close(self) -> None:
        """Stop both. Calling it twice does nothing."""
        self._camera.stop()
        self._vision.stop()

    def preview(self) -> tuple[Pixels, float] | None:
        """The newest frame, (480, 640, 3) uint8 BGR, not mirrored, and its time in seconds; None before the first."""
        frame = self._camera.latest()
        if frame is None:
            return None
        return cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR).astype(np.uint8, copy=False), frame.at

    def painted(self, colour: ScreenColour | None, at: float) -> None:
        """Tell the session that the screen gives ``colour`` since ``at`` (seconds of frame time); None: its own."""
        capture = self._capture
        if capture is not None:
            capture.lit(colour, at)

    def status(self) -> DeviceStatus:
        """The camera's state when it is not online, else the vision process's."""
        camera = self._camera.status()
        vision = self._vision.status()
        if camera.state is not DeviceState.ONLINE or vision.state is DeviceState.ONLINE:
            return camera
        return DeviceStatus(camera.name, vision.state, camera.virtual, vision.advice)

    def capture(
        self, request: FaceRequest, cancellation: Cancellation, report: Callable[[FaceProgress], None]
    ) -> FaceCapture:
        """Blocks until a live face was captured. ``report`` is called on the vision thread and must return at once.

        Raises FaceNotCaptured, Cancelled, DeviceUnavailable (gone, frozen, in use, vision process lost twice).
        """
        if not self._busy.acquire(blocking=False):
            raise DeviceUnavailable("the camera is in use by another session")
        try:
            self._wait_for_devices(cancellation)
            return self._run(_Capture(self._vision, request, report), cancellation)
        finally:
            self._busy.release()

    def _wait_for_devices(self, cancellation: Cancellation) -> None:
        for _ in range(int(START_UP_SECONDS / WATCH_SECONDS)):
            if self.status().state is not DeviceState.STARTING:
                break
            if cancellation.wait(WATCH_SECONDS):
                raise Cancelled
        status = self.status()
        if status.state is not DeviceState.ONLINE:
            raise DeviceUnavailable(status.advice)

    def _run(self, capture: _Capture, cancellation: Cancellation) -> FaceCapture:
        self._vision.listen(capture)
        capture.begin()
        self._capture = capture
        unsubscribe = self._camera.subscribe(capture.frame)
        try:
            return self._wait(capture, cancellation)
        finally:
            unsubscribe()
            self._capture = None
            capture.close()
            self._vision.listen(None)

    def _wait(self, capture: _Capture, cancellation: Cancellation) -> FaceCapture:
        while True:
            if cancellation.cancelled:
                raise Cancelled
            capture.watch()
            status = self._camera.status()
            if status.state is not DeviceState.ONLINE:
                raise DeviceUnavailable(status.advice)
            try:
                end = capture.inbox.get(timeout=WATCH_SECONDS)
            except queue.Empty:
                continue
            if isinstance(end, _VisionLost):
                raise DeviceUnavailable("the vision process died twice in one session")
            if end.capture is not None:
                return end.capture
            assert end.refusal is not None, "a session ends with a capture or a refusal"
            raise FaceNotCaptured(end.refusal, dict(end.liveness))
