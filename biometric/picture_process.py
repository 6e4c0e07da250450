"""Pictures that come with a list, looked at in a process of its own: loading the models, finding a face and reading its
numbers hold the interpreter's lock for up to 0.8 s at a time, and with it a window of the process that asks. What
breaks a decoder, or hangs in it, ends here as well and is told of one line."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import cv2

from atm_app.identity.captures import CapturedTemplate, EnrolmentProblem
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import Cancelled, DeviceUnavailable
from biometric.picture_folder import PictureFolder

# Below whatever serves customers on the same two cores.
NICENESS = 10
# Between two looks whether anybody still wants it.
LOOK_SECONDS = 0.1
# Of one picture: a finger takes 0.3 s, a photograph 0.1 s, on a machine with much else to do ten times as long.
PICTURE_SECONDS = 20.0
# Python, the libraries and the models: 2 s when nothing else runs.
START_SECONDS = 60.0
STOP_SECONDS = 2.0


@dataclass(frozen=True)
class LookAtFace:
    files: tuple[str, ...]


@dataclass(frozen=True)
class LookAtFinger:
    finger: str
    file: str


@dataclass(frozen=True)
class Found:
    """``what``: as ``CustomerPictures`` has it. ``digests``: of the files that were read for it."""

    what: Any
    digests: dict[str, str]


@dataclass(frozen=True)
class Unusable:
    """``fault`` None: what it shows cannot be kept."""

    fault: PictureFault | None
    message: str
    digests: dict[str, str]


@dataclass(frozen=True)
class Broken:
    """It is not the picture: nothing can be looked at."""

    message: str


class PictureProcess:
    """``atm_app.branch.list_desk.ListPictures``. ``folder``, ``tried``: as ``PictureFolder`` has them. ``stopped``:
    whether it is no longer wanted, asked while a picture is looked at; Cancelled is raised then. The process is started
    by the first picture and used from one thread. Raises DeviceUnavailable where nothing can be looked at."""

    def __init__(
        self, folder: Path | None, tried: Mapping[str, str] | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> None:  # fmt: skip
        self._folder, self._tried, self._stopped = folder, tried, stopped
        self._spawn = multiprocessing.get_context("spawn")
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self.digests: dict[str, str] = {}

    def face(self, files: Sequence[str]) -> tuple[tuple[bytes, ...], float]:
        samples, quality = self._ask(LookAtFace(tuple(files)), len(files))
        return samples, quality

    def finger(self, finger: str, file: str) -> CapturedTemplate:
        taken = self._ask(LookAtFinger(finger, file), 1)
        assert isinstance(taken, CapturedTemplate)
        return taken

    def close(self) -> None:
        """Ends the process, whatever it does. It may be started again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join(STOP_SECONDS)

    # --- parts -------------------------------------------------------------------------------------------------------

    def _ask(self, question: LookAtFace | LookAtFinger, pictures: int) -> Any:
        patience = PICTURE_SECONDS * pictures
        if self._connection is None:
            self._connection = self._started()
            patience += START_SECONDS
        try:
            self._connection.send(question)
            answer = self._answer(self._connection, patience)
        except (OSError, EOFError) as error:
            self.close()
            raise UnusablePicture(
                PictureFault.UNREADABLE, "a picture cannot be looked at: the look broke off"
            ) from error
        match answer:
            case Found(what, digests):
                self.digests |= digests
                return what
            case Unusable(fault, message, digests):
                self.digests |= digests
                raise UnusablePicture(fault, message) if fault else EnrolmentProblem(message)
            case Broken(message):
                raise DeviceUnavailable(message)

    def _answer(self, connection: Connection, patience: float) -> object:
        """Raises Cancelled, UnusablePicture after ``patience`` seconds, EOFError where the process has ended."""
        end = time.monotonic() + patience
        while not connection.poll(LOOK_SECONDS):
            if self._stopped():
                self.close()
                raise Cancelled
            if time.monotonic() > end:
                self.close()
                raise UnusablePicture(PictureFault.UNREADABLE, "a picture takes too long to look at")
        answer: object = connection.recv()
        return answer

    def _started(self) -> Connection:
        ours, theirs = self._spawn.Pipe()
        self._process = self._spawn.Process(
            target=run, args=(theirs, self._folder, self._tried), name="pictures", daemon=True
        )
        self._process.start()
        theirs.close()
        return ours


def run(connection: Connection, folder: Path | None, tried: Mapping[str, str] | None) -> None:
    """The main function of the process. Returns when the asker's end of the pipe is closed, however it died."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    cv2.setNumThreads(1)
    pictures = PictureFolder(folder, tried)
    while True:
        try:
            question = connection.recv()
            connection.send(_looked_at(pictures, question))
        except (EOFError, OSError):
            return


def _looked_at(pictures: PictureFolder, question: LookAtFace | LookAtFinger) -> Found | Unusable | Broken:
    pictures.digests.clear()
    try:
        if isinstance(question, LookAtFace):
            return Found(pictures.face(question.files), dict(pictures.digests))
        return Found(pictures.finger(question.finger, question.file), dict(pictures.digests))
    except UnusablePicture as problem:
        return Unusable(problem.fault, str(problem), dict(pictures.digests))
    except EnrolmentProblem as problem:
        return Unusable(None, str(problem), dict(pictures.digests))
    except (FileNotFoundError, ImportError) as error:
        return Broken(f"pictures cannot be looked at, something is not installed: {type(error).__name__}")
    except Exception:
        # Whatever a library makes of what somebody made of a file: one line's, and of it nothing is told.
        return Unusable(PictureFault.UNREADABLE, "a picture cannot be looked at", dict(pictures.digests))
