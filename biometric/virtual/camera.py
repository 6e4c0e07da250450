"""The virtual camera's process: ``python -m biometric.virtual.camera --port-file FILE --control SOCKET``.

Draws whoever stands before it and serves the picture as a network camera does; does what the control socket says.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2

from biometric.virtual.camera_scene import Scene
from biometric.virtual.camera_server import StreamServer
from biometric.virtual.control import ControlServer
from biometric.virtual.person import read_persons
from biometric.virtual.person_poses import ALL_POSES, PoseStore

# A frame must not wait for the drawing thread's turn of the interpreter (5 ms by default).
SWITCH_SECONDS = 0.001


class CameraControl:
    """The commands of the control socket; each method is one of them and returns its reply."""

    def __init__(self, scene: Scene, server: StreamServer, poses: PoseStore) -> None:
        self._scene = scene
        self._server = server
        self._poses = poses
        self._persons = read_persons()
        self._commands: dict[str, Callable[..., None]] = {
            "stand": scene.stand,
            "leave": scene.leave,
            "show_hand": scene.show_hand,
            "hide_hand": scene.hide_hand,
            "blink": scene.blink,
            "turn": scene.turn,
            "look": scene.look,
            "step_to": scene.step_to,
            "lit_by": scene.lit_by,
            "photograph": scene.photograph,
            "bent_print": scene.bent_print,
            "cut_out_eyes": scene.cut_out_eyes,
            "looped_video": scene.looped_video,
            "two": scene.two,
            "stand_behind": scene.stand_behind,
            "nobody_behind": scene.nobody_behind,
            "dark": self._dark,
            "noise": self._noise,
            "natural_blinking": self._natural_blinking,
            "freeze": self._freeze,
            "strange": self._strange,
            "unplug": server.unplug,
            "plug": server.plug,
            "draw_all": self._draw_all,
            "status": lambda: None,
        }

    def handle(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Raises ValueError for a command that does not exist, TypeError and KeyError for wrong arguments."""
        if command not in self._commands:
            raise ValueError(f"unknown command {command}; known: {', '.join(self._commands)}")
        with self._server.scene_lock:
            self._commands[command](**arguments)
        self._server.hurry()
        return self.status()

    def status(self) -> dict[str, Any]:
        """Who is there and how the camera does; ``frame_ms``: smoothed time to draw and encode a frame."""
        visitors = self._scene.visitors
        return {
            "persons": {key: person.name for key, person in self._persons.items()},
            "standing": [visitor.person.key for visitor in visitors if visitor.held_up is None],
            "held_up": {thing.species: thing.person.key for visitor in visitors if (thing := visitor.held_up)},
            "behind": self._scene.onlooker.person.key if self._scene.onlooker else "",
            "hand": self._scene.shows_hand,
            "dark": self._scene.is_dark,
            "noise": self._scene.is_noisy,
            "natural_blinking": self._scene.blinks_naturally,
            "frozen": self._server.is_frozen,
            "strange": self._server.is_strange,
            "plugged": self._server.is_plugged,
            "readers": self._server.readers,
            "frames": self._server.frames,
            "frame_ms": round(self._server.frame_milliseconds, 2),
            "poses": {key: self._poses.drawn(person) for key, person in self._persons.items()},
            "poses_wanted": len(ALL_POSES),
        }

    def _dark(self, on: bool = True) -> None:
        self._scene.is_dark = on

    def _noise(self, on: bool = True) -> None:
        self._scene.is_noisy = on

    def _natural_blinking(self, on: bool = True) -> None:
        self._scene.blinks_naturally = on

    def _freeze(self, on: bool = True) -> None:
        self._server.is_frozen = on

    def _strange(self, on: bool = True) -> None:
        self._server.is_strange = on

    def _draw_all(self) -> None:
        for person in self._persons.values():
            self._poses.order(person, *ALL_POSES)


def _write_port(path: Path, port: int) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(f"{port}\n", encoding="ascii")
    part.replace(path)


def _wait_for_the_end(until_input_ends: bool) -> None:
    """Until standard input is closed, which happens however the parent dies; else until Ctrl-C."""
    if until_input_ends:
        while sys.stdin.buffer.read(4096):
            pass
    else:
        threading.Event().wait()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="biometric.virtual.camera", description="A camera that draws its customers")
    parser.add_argument("--port-file", type=Path, required=True, help="written once the camera answers")
    parser.add_argument("--control", type=Path, required=True, help="Unix socket for commands")
    parser.add_argument("--cache", type=Path, help="folder of drawn poses: makes the next start instant")
    parser.add_argument("--until-input-ends", action="store_true", help="end when standard input is closed")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    sys.setswitchinterval(SWITCH_SECONDS)
    poses = PoseStore(options.cache)
    scene = Scene(read_persons(), poses)
    server = StreamServer(scene)
    control = ControlServer(options.control, CameraControl(scene, server, poses).handle)
    server.start()
    control.start()
    _write_port(options.port_file, server.port)
    try:
        _wait_for_the_end(options.until_input_ends)
    except KeyboardInterrupt:
        pass
    finally:
        control.close()
        server.unplug()
        options.port_file.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
