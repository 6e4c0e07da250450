"""The kiosk's side of the vision process: starts it, notices its death at once, starts it again.

One thread owns the process and reads its pipe; whoever listens is called on that thread.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from atm_app.ports import DeviceState, DeviceStatus, DeviceUnavailable
from biometric.face import vision
from biometric.face.messages import Answer, AskModules, Command, CountFaces, FacesCounted, Modules, Ready, Stop
from biometric.frames import FrameRing, Pixels, segment_prefix, sweep

logger = logging.getLogger(__name__)

# Whose segments of shared memory these are.
ROLE = "vision"

RING_SLOTS = 3
COUNTING_SLOT = RING_SLOTS  # beside those of a session
FIRST_BACK_OFF_SECONDS = 0.05
LONGEST_BACK_OFF_SECONDS = 5.0
# A process that dies before it is ready will most likely die again: models missing, memory short.
FAILED_STARTS_UNTIL_BROKEN = 3
STOP_SECONDS = 2.0


class VisionListener:
    """What a running capture wants to hear; the methods are called on the vision thread."""

    def answered(self, answer: Answer) -> None:
        """A message of the vision process."""

    def died(self) -> None:
        """The vision process is gone; it is being started again."""

    def ready(self) -> None:
        """A new vision process can be used."""


class VisionProcess:
    """``data_folder`` names the shared memory, ``role`` tells two processes of one folder apart."""

    def __init__(self, data_folder: Path, role: str = ROLE) -> None:
        self._prefix = segment_prefix(data_folder, role)
        self._spawn = multiprocessing.get_context("spawn")
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._listener: VisionListener | None = None
        self._modules: tuple[str, ...] | None = None
        self._modules_known = threading.Event()
        self._counting = threading.Lock()
        self._count = FacesCounted(0, ())
        self._counted = threading.Event()
        self._connection: Connection | None = None
        self._process: BaseProcess | None = None
        self._ring: FrameRing | None = None
        self._thread: threading.Thread | None = None
        self._failed_starts = 0
        self.restarts = 0
        self.ready_seconds = 0.0

    # --- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process and return at once; ``wait_ready`` waits for the models."""
        if self._thread is not None:
            return
        sweep(self._prefix)
        self._ring = FrameRing.create(self._prefix, RING_SLOTS + 1)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._keep_alive, name="vision-thread", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tell the process to end; kill it when it is still loading or does not within two seconds."""
        self._stopping.set()
        process = self._process
        if process is not None:
            if not self._ready.is_set() or not self.send(Stop()):
                process.kill()
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join(STOP_SECONDS)
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
            self._thread = None
        if self._ring is not None:
            self._ring.close()
            self._ring = None
        self._ready.clear()

    def wait_ready(self, seconds: float) -> bool:
        """True as soon as the models are loaded."""
        return self._ready.wait(seconds)

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def status(self) -> DeviceStatus:
        if self._ready.is_set():
            return DeviceStatus("vision", DeviceState.ONLINE)
        if self._failed_starts >= FAILED_STARTS_UNTIL_BROKEN:
            advice = "The vision process does not start. Run the doctor: are the face models installed?"
            return DeviceStatus("vision", DeviceState.HARDWARE_ERROR, advice=advice)
        return DeviceStatus("vision", DeviceState.STARTING, advice="The face models are being loaded.")

    def kill(self) -> None:
        """End a process that hangs; it is started again."""
        process = self._process
        if process is not None:
            process.kill()

    # --- talking to it ------------------------------------------------------------------------------------------

    def listen(self, listener: VisionListener | None) -> None:
        """From now on ``listener`` hears everything; None: nobody does."""
        with self._lock:
            self._listener = listener

    def write_frame(self, slot: int, pixels: Pixels) -> None:
        """``pixels``: (480, 640, 3) uint8 RGB. Does nothing once the process is stopped."""
        ring = self._ring
        if ring is not None:
            ring.write(slot, pixels)

    def send(self, command: Command) -> bool:
        """False when nobody is there to read it; ``died`` then follows or has been called."""
        with self._lock:
            if self._connection is None:
                return False
            try:
                self._connection.send(command)
            except OSError:
                return False
            return True

    def modules(self, seconds: float = 5.0) -> tuple[str, ...]:
        """The names of the modules the vision process has loaded. Raises DeviceUnavailable without an answer."""
        self._modules_known.clear()
        if not self.send(AskModules()) or not self._modules_known.wait(seconds):
            raise DeviceUnavailable("the vision process does not answer")
        return self._modules or ()

    def count_faces(self, pixels: Pixels, seconds: float) -> tuple[float, ...]:
        """The width of each face as a share of the frame's, largest first; empty without an answer in time. May be
        called beside a session."""
        with self._counting:
            number = self._count.number + 1
            self._count = FacesCounted(number, ())
            self._counted.clear()
            self.write_frame(COUNTING_SLOT, pixels)
            if self.send(CountFaces(number, COUNTING_SLOT)):
                self._counted.wait(seconds)
            return self._count.widths

    # --- the thread ---------------------------------------------------------------------------------------------

    def _keep_alive(self) -> None:
        back_off = FIRST_BACK_OFF_SECONDS
        while not self._stopping.is_set():
            was_ready = self._live_once()
            if self._stopping.is_set():
                return
            self.restarts += 1
            self._failed_starts = 0 if was_ready else self._failed_starts + 1
            back_off = FIRST_BACK_OFF_SECONDS if was_ready else min(back_off * 2, LONGEST_BACK_OFF_SECONDS)
            logger.warning("the vision process died and is started again in %.2f s", back_off)
            self._stopping.wait(back_off)

    def _live_once(self) -> bool:
        """One life of the process. Returns whether it had been ready."""
        assert self._ring is not None, "start() makes the ring"
        began = time.monotonic()
        ours, theirs = self._spawn.Pipe()
        process = self._spawn.Process(
            target=vision.run, args=(theirs, self._ring.name, self._ring.slots), name="vision", daemon=True
        )
        process.start()
        theirs.close()
        with self._lock:
            self._connection, self._process = ours, process
        was_ready = self._read(ours, began)
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
        self._ready.clear()
        if not self._stopping.is_set():
            self._tell(lambda listener: listener.died())
        process.kill()
        process.join(STOP_SECONDS)
        return was_ready

    def _read(self, connection: Connection, began: float) -> bool:
        """Hand out the messages until the pipe breaks, which it does the moment the process dies."""
        was_ready = False
        while True:
            try:
                answer: Answer = connection.recv()
            except (EOFError, OSError):
                return was_ready
            if isinstance(answer, Ready):
                was_ready = True
                self.ready_seconds = time.monotonic() - began
                self._ready.set()
                self._tell(lambda listener: listener.ready())
            elif isinstance(answer, Modules):
                self._modules = answer.names
                self._modules_known.set()
            elif isinstance(answer, FacesCounted):
                self._take_count(answer)
            else:
                self._tell_answer(answer)

    def _take_count(self, answer: FacesCounted) -> None:
        """An answer that came too late is to another question."""
        if answer.number == self._count.number:
            self._count = answer
            self._counted.set()

    def _tell_answer(self, answer: Answer) -> None:
        self._tell(lambda listener: listener.answered(answer))

    def _tell(self, what: Callable[[VisionListener], None]) -> None:
        with self._lock:
            listener = self._listener
        if listener is not None:
            what(listener)
