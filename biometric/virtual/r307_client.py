"""Start a virtual R307 in a process of its own and move it: for tests, the test bench and the demonstration."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from biometric.virtual.control import ControlClient, ControlError, socket_path

# Importing OpenCV and scikit-image on a busy machine; usually under two seconds.
START_PATIENCE = 20.0
STOP_PATIENCE = 3.0
PROJECT_FOLDER = Path(__file__).resolve().parents[2]


class VirtualSensor:
    """The process, its serial port at ``port`` and its control socket, all in ``folder``.

    ``seed`` makes its touches repeatable; None draws new ones for every process. ``paced``: at the baud rate's speed.
    """

    def __init__(
        self,
        folder: Path,
        seed: int | None = None,
        *,
        password: int | None = None,
        capacity: int | None = None,
        paced: bool = True,
    ) -> None:
        self.folder = folder
        self.port = folder / "r307"
        self._control = socket_path(folder, "r307.control")
        self._client = ControlClient(self._control)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._options = [] if paced else ["--unpaced"]
        for name, value in (("seed", seed), ("password", password), ("capacity", capacity)):
            if value is not None:
                self._options += [f"--{name}", str(value)]

    @property
    def process_id(self) -> int | None:
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Return when the sensor is plugged in. Raises ControlError when the process does not come up."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            self.port.unlink(missing_ok=True)
            command = [sys.executable, "-m", "biometric.virtual.r307", "--link", str(self.port)]
            command += ["--control", str(self._control), "--parent", str(os.getpid()), *self._options]
            self._process = subprocess.Popen(command, cwd=PROJECT_FOLDER, stdin=subprocess.DEVNULL)
            self._await_port(self._process)

    def _await_port(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ControlError(f"the virtual sensor ended with {process.returncode}")
            if self.port.exists() and self._control.exists():
                return
            time.sleep(0.02)  # between two looks: another process makes the port, and tells nobody
        process.kill()
        raise ControlError("the virtual sensor did not start")

    def place(self, finger: str | int, quality: float = 1.0, touch: int | None = None) -> None:
        """Lay a finger on the window: a name like ``asha.right_index``, or a seed. Returns when it lies there.

        Every touch is another one; one with the number ``touch`` is the same whenever it comes.
        """
        self._client.call("place", finger=str(finger), quality=quality, touch=touch)

    def lift(self) -> None:
        self._client.call("lift")

    def unplug(self, at: str | None = None, nth: int = 1) -> None:
        """Pull the plug now, or at a moment: the ``nth`` instruction ``at`` (``match``, ``template_in``, …) from now,
        or packet of data (``data`` coming in, ``data_out``)."""
        self._client.call("unplug", at=at, nth=nth)

    def plug(self) -> None:
        self._client.call("plug")

    def fault(self, name: str, count: int | None = None, at: str | None = None, nth: int = 1) -> None:
        """``none``, ``silent``, ``noise``, ``lost_byte``, ``truncated``, ``corrupt``, ``slow``, ``messy``, ``wet``,
        ``short_packets``, ``communication_error``; ``count``: how many packets a fault of the line hits, None until
        changed. Now, or at a moment: see ``unplug``."""
        self._client.call("fault", name=name, count=count, at=at, nth=nth)

    def status(self) -> dict[str, Any]:
        """``finger``, ``touches``, ``plugged``, ``fault``, ``struck_at`` (when what was armed happened: seconds of the
        monotonic clock, or None), ``light``, ``stored``, ``commands`` (how often each)."""
        return self._client.call("status")

    def close(self) -> None:
        """Stop the process. Calling it twice does nothing."""
        with self._lock:
            process, self._process = self._process, None
            self._client.close()
            if process is None:
                return
            process.terminate()
            try:
                process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_PATIENCE)
