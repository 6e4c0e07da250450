"""The kiosk's side of the virtual camera: starts its process, says where it streams, moves the people before it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from atm_app.ports import DeviceUnavailable, ScreenColour
from biometric.virtual.control import ControlClient, ControlError, socket_path

SOURCE_FOLDER = Path(__file__).resolve().parents[2]
START_SECONDS = 10.0
STOP_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.02


class VirtualCamera:
    """One camera process a folder. ``cache``: where drawn poses are kept; ``folder``/poses when not given.

    The process ends when this object is closed or when its process dies, ``kill -9`` included.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.folder = folder
        self._cache = cache if cache is not None else folder / "poses"
        self._port_file = folder / "virtual-camera.port"
        self._control_path = socket_path(folder, "virtual-camera.sock")
        self._control = ControlClient(self._control_path)
        self._process: subprocess.Popen[bytes] | None = None

    # --- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process and return at once; does nothing while it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._port_file.unlink(missing_ok=True)
        command = [
            *(sys.executable, "-m", "biometric.virtual.camera", "--until-input-ends"),
            *("--port-file", str(self._port_file), "--control", str(self._control_path), "--cache", str(self._cache)),
        ]
        paths = os.pathsep.join(filter(None, (str(SOURCE_FOLDER), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths})

    def close(self) -> None:
        """End the process. Calling it twice does nothing."""
        process, self._process = self._process, None
        self._control.close()
        if process is None:
            return
        assert process.stdin is not None, "start() makes the pipe"
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
        self._port_file.unlink(missing_ok=True)
        self._control_path.unlink(missing_ok=True)

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def url(self) -> str | None:
        """Where it streams; None until the process answers. Asked anew by the camera thread at every opening."""
        try:
            port = int(self._port_file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None
        return f"http://127.0.0.1:{port}/stream"

    def wait_ready(self, seconds: float = START_SECONDS) -> str:
        """The URL once the camera answers. Raises DeviceUnavailable when it does not in time or has died."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            url = self.url
            if url is not None:
                return url
            if self._process is None or self._process.poll() is not None:
                raise DeviceUnavailable("the virtual camera's process is not running")
            time.sleep(LOOK_AGAIN_SECONDS)  # between two looks: the process writes its port when it listens
        raise DeviceUnavailable("the virtual camera did not start in time")

    # --- who stands there ---------------------------------------------------------------------------------------

    def stand(self, person: str, scale: float = 1.0) -> None:
        """``person``: a key of ``persons()``. ``scale``: below 1 further away, above nearer."""
        self._call("stand", person=person, scale=scale)

    def two(self, person: str, other: str) -> None:
        self._call("two", person=person, other=other)

    def stand_behind(self, person: str) -> None:
        """Somebody a step behind whoever stands there looks over their shoulder."""
        self._call("stand_behind", person=person)

    def nobody_behind(self) -> None:
        self._call("nobody_behind")

    def photograph(self, person: str) -> None:
        """A print of the person is held up to the camera."""
        self._call("photograph", person=person)

    def bent_print(self, person: str) -> None:
        """A bent print, turned and tilted when the prompts ask for a turn or a blink."""
        self._call("bent_print", person=person)

    def cut_out_eyes(self, person: str, behind: str) -> None:
        """A print of ``person`` with the living eyes of ``behind`` in its holes."""
        self._call("cut_out_eyes", person=person, behind=behind)

    def looped_video(self, person: str) -> None:
        """A tablet that plays an earlier session of the person in a loop."""
        self._call("looped_video", person=person)

    def leave(self) -> None:
        self._call("leave")

    def show_hand(self, person: str, left: bool = False) -> None:
        """The person's open hand close to the camera, in the way of everything else."""
        self._call("show_hand", person=person, left=left)

    def hide_hand(self) -> None:
        self._call("hide_hand")

    # --- what they do -------------------------------------------------------------------------------------------

    def blink(self, after: float = 0.0) -> None:
        """``after``: seconds from now."""
        self._call("blink", after=after)

    def turn(self, side: str, after: float = 0.0, hold: float = 0.9, degrees: float = 28.0) -> None:
        """``side``: ``left`` or ``right``, the person's own; back after ``hold`` seconds or at ``look``."""
        self._call("turn", side=side, after=after, hold=hold, degrees=degrees)

    def step_to(self, scale: float, after: float = 0.0) -> None:
        """Walk to where the picture has this scale: above 1 nearer, below farther."""
        self._call("step_to", scale=scale, after=after)

    def look(self) -> None:
        """Back to the camera at once."""
        self._call("look")

    def lit_by(self, colour: ScreenColour | None) -> None:
        """The drawn people are lit by the kiosk's screen from now on; None: it gives its own light."""
        self._call("lit_by", colour=colour)

    def natural_blinking(self, on: bool = True) -> None:
        """Irregular blinks of their own; on from the start."""
        self._call("natural_blinking", on=on)

    # --- what happens to the camera -----------------------------------------------------------------------------

    def dark(self, on: bool = True) -> None:
        self._call("dark", on=on)

    def noise(self, on: bool = True) -> None:
        self._call("noise", on=on)

    def freeze(self, on: bool = True) -> None:
        """The same picture for ever, as a hung driver sends it."""
        self._call("freeze", on=on)

    def strange(self, on: bool = True) -> None:
        """Frames that are torn, no pictures, one pixel, grey or far too large come between the others."""
        self._call("strange", on=on)

    def unplug(self) -> None:
        """The connection drops and is refused."""
        self._call("unplug")

    def plug(self) -> None:
        self._call("plug")

    def draw_all(self) -> None:
        """Have all poses of all persons drawn in the background."""
        self._call("draw_all")

    def status(self) -> dict[str, Any]:
        """See ``CameraControl.status``."""
        return self._call("status")

    def persons(self) -> dict[str, str]:
        """Keys and names of those who can stand there."""
        return dict(self.status()["persons"])

    def _call(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Raises DeviceUnavailable when the process does not answer or refuses."""
        self.wait_ready()
        try:
            return self._control.call(command, **arguments)
        except ControlError as error:
            raise DeviceUnavailable(f"the virtual camera: {error}") from error
