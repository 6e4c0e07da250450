"""Serves a scene as a network camera does: MJPEG over HTTP on loopback, thirty frames a second while somebody reads."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

import cv2
import numpy as np

from biometric.virtual.camera_layers import Picture
from biometric.virtual.camera_scene import Scene

FRAMES_PER_SECOND = 30.0
# Nobody there: nothing moves but the sensor's noise, which is enough to be seen as alive.
IDLE_FRAMES_PER_SECOND = 6.0
JPEG_QUALITY = 88
# A failing camera or cable: one frame in so many is none, or one of another kind.
STRANGE_EVERY = 6
LARGE = (3840, 2160)
BOUNDARY = b"frame"
HEADER = (
    b"HTTP/1.0 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=" + BOUNDARY + b"\r\n\r\n"
)
LONGEST_REQUEST = 8192
REQUEST_SECONDS = 2.0
SEND_SECONDS = 2.0


class StreamServer:
    """Any number of readers see the same frames. ``seconds`` is the clock frames are drawn by."""

    def __init__(self, scene: Scene, seconds: Callable[[], float] = time.monotonic) -> None:
        self._scene = scene
        self._seconds = seconds
        self.scene_lock = threading.Lock()
        self._changed = threading.Condition()
        self._newest = b""
        self._readers: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._wake = threading.Event()
        self.port = 0
        self.frames = 0
        self.frame_milliseconds = 0.0
        self.is_frozen = False
        self.is_strange = False

    @property
    def readers(self) -> int:
        return len(self._readers)

    @property
    def is_plugged(self) -> bool:
        return self._listener is not None

    def start(self) -> None:
        """Listen on a port of the system's choice, kept over ``unplug`` and ``plug``, and start drawing."""
        self.plug()
        threading.Thread(target=self._draw, name="camera-drawing", daemon=True).start()

    def plug(self) -> None:
        """Answer again. Does nothing when plugged."""
        if self._listener is not None:
            return
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(8)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="camera-listener", daemon=True).start()

    def unplug(self) -> None:
        """Drop every reader and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._changed:
            readers = tuple(self._readers)
        for reader in readers:
            with contextlib.suppress(OSError):
                reader.shutdown(socket.SHUT_RDWR)

    def hurry(self) -> None:
        """Something changed: do not wait for the next idle frame."""
        self._wake.set()

    # --- drawing ------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        due = self._seconds()
        while True:
            if self._readers or not self._newest:
                self._draw_once()
            quick = bool(self._scene.visitors) or self._scene.shows_hand
            due = max(due + 1 / (FRAMES_PER_SECOND if quick else IDLE_FRAMES_PER_SECOND), self._seconds() - 0.1)
            self._wake.wait(max(0.0, due - self._seconds()))
            if self._wake.is_set():
                self._wake.clear()
                due = self._seconds()

    def _draw_once(self) -> None:
        began = time.perf_counter()
        if not self.is_frozen or not self._newest:
            with self.scene_lock:
                picture = self._scene.frame(self._seconds())
            newest = _jpeg(picture)
        else:
            newest = self._newest
        if self.is_strange and self.frames % STRANGE_EVERY == 0:
            newest = _strange(newest, self.frames // STRANGE_EVERY)
        with self._changed:
            self._newest = newest
            self.frames += 1
            self._changed.notify_all()
        took = 1000 * (time.perf_counter() - began)
        self.frame_milliseconds += 0.05 * (took - self.frame_milliseconds)

    # --- readers ------------------------------------------------------------------------------------------------

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                reader, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(reader,), name="camera-reader", daemon=True).start()

    def _serve(self, reader: socket.socket) -> None:
        with reader, contextlib.suppress(OSError):
            reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader.settimeout(REQUEST_SECONDS)
            _read_request(reader)
            reader.settimeout(SEND_SECONDS)
            reader.sendall(HEADER)
            try:
                with self._changed:
                    self._readers.add(reader)
                self.hurry()
                self._stream(reader)
            finally:
                with self._changed:
                    self._readers.discard(reader)

    def _stream(self, reader: socket.socket) -> None:
        seen = -1
        while self.is_plugged:
            with self._changed:
                if self.frames == seen or not self._newest:
                    self._changed.wait(1.0)
                    continue
                seen, newest = self.frames, self._newest
            head = b"--%b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (BOUNDARY, len(newest))
            reader.sendall(head + newest + b"\r\n")


def _read_request(reader: socket.socket) -> None:
    """Read up to the empty line; what is asked for does not matter. Raises OSError for what is no request."""
    request = b""
    while b"\r\n\r\n" not in request:
        part = reader.recv(2048)
        request += part
        if not part or len(request) > LONGEST_REQUEST:
            raise ConnectionResetError("no HTTP request")


def _strange(frame: bytes, number: int) -> bytes:
    """What comes out of a failing camera instead of a frame, by turns: torn, no picture, a dot, grey, far too large."""
    kinds: tuple[Callable[[], bytes], ...] = (
        lambda: frame[: len(frame) // 2],
        lambda: bytes(reversed(frame)),
        lambda: _jpeg(np.zeros((1, 1, 3), np.uint8)),
        lambda: _jpeg(cv2.cvtColor(_picture(frame), cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)),
        lambda: _jpeg(cv2.resize(_picture(frame), LARGE).astype(np.uint8, copy=False)),
    )
    return kinds[number % len(kinds)]()


def _picture(frame: bytes) -> Picture:
    decoded = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None, "it was encoded here"
    return decoded.astype(np.uint8, copy=False)


def _jpeg(picture: Picture) -> bytes:
    worked, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    assert worked, "a picture of the scene can be encoded"
    return encoded.tobytes()
