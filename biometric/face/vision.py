"""The vision process: models loaded before it says ready, then one face session at a time, until its pipe closes.

It loads neither Tk nor the database, keeps no file and sends no picture anywhere. It is spawned, never forked.
"""

from __future__ import annotations

import secrets
import signal
import sys
import time
from multiprocessing.connection import Connection

import cv2
import numpy as np

from atm_app.ports import Box, FaceNotCaptured
from biometric.face.engine import FaceEngine
from biometric.face.liveness import LONGEST_GAP_SECONDS, SHORTEST_GAP_SECONDS
from biometric.face.messages import (
    Answer,
    AskModules,
    Command,
    CountFaces,
    Ended,
    EndSession,
    FacesCounted,
    LitBy,
    LookAt,
    Modules,
    Ready,
    Seen,
    StartSession,
    Stop,
)
from biometric.face.session import FaceSession
from biometric.frames import FRAME_SHAPE, FRAME_WIDTH, FrameRing


def run(connection: Connection, ring_name: str, slots: int) -> None:
    """The main function of the process. Returns when the kiosk's end of the pipe is closed, however it died."""
    began = time.monotonic()
    # Ctrl-C in the terminal reaches the whole group; the kiosk closes the pipe when it has finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Two cores: OpenCV's own threads would take the one that Tk paints on.
    cv2.setNumThreads(1)
    ring = FrameRing.attach(ring_name, slots)
    engine = FaceEngine()
    _warm_up(engine)
    try:
        connection.send(Ready(time.monotonic() - began))
        _serve(connection, ring, engine)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    finally:
        ring.close()


def _warm_up(engine: FaceEngine) -> None:
    """The first embedding allocates the network's buffers (200 ms); no customer is to wait for that."""
    blank = np.full(FRAME_SHAPE, 128, np.uint8)
    engine.detect(blank)
    engine.embed(blank, Box(240, 160, 400, 320))


def neutral_gap() -> float:
    """Seconds before a challenge, from the system's own chance."""
    return SHORTEST_GAP_SECONDS + secrets.randbelow(1000) / 1000 * (LONGEST_GAP_SECONDS - SHORTEST_GAP_SECONDS)


def _serve(connection: Connection, ring: FrameRing, engine: FaceEngine) -> None:
    session: FaceSession | None = None
    number = 0
    while True:
        command: Command = connection.recv()
        if isinstance(command, StartSession):
            session, number = FaceSession(command.request, engine, neutral_gap), command.session
        elif isinstance(command, EndSession):
            session = None
        elif isinstance(command, Stop):
            return
        elif isinstance(command, AskModules):
            connection.send(_modules())
        elif isinstance(command, CountFaces):
            connection.send(_count(engine, ring, command))
        elif session is None or command.session != number:
            continue
        elif isinstance(command, LitBy):
            session.lit(command.colour, command.at)
        else:
            answer = _look(session, ring, command)
            if isinstance(answer, Ended):
                session = None
            connection.send(answer)


def _look(session: FaceSession, ring: FrameRing, command: LookAt) -> Answer:
    try:
        progress, capture = session.look(ring.slot(command.slot), command.at)
    except FaceNotCaptured as refused:
        return Ended(command.session, None, None, refused.refusal, tuple(refused.liveness.items()))
    if capture is not None:
        return Ended(command.session, progress, capture)
    return Seen(command.session, progress)


def _count(engine: FaceEngine, ring: FrameRing, command: CountFaces) -> FacesCounted:
    boxes = engine.detect_small(ring.slot(command.slot))
    return FacesCounted(command.number, tuple((box.right - box.left) / FRAME_WIDTH for box in boxes))


def _modules() -> Modules:
    return Modules(tuple(sorted(sys.modules)))
