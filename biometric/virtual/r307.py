"""A whole R307 without the R307: ``python -m biometric.virtual.r307 --link PATH --control SOCKET``.

``--link`` becomes a symlink to the pseudo-terminal of the sensor's serial line; ``--control`` is the socket on which
fingers are laid on it and faults switched on (``biometric.virtual.control``). The process ends when its parent does.

Commands: ``place`` (finger: name or seed, quality 0..1, touch: the number of one to repeat), ``lift``, ``plug``,
``unplug`` (at, nth) and ``fault`` (name, count, at, nth), ``status``. ``at`` and ``nth`` are a ``r307_wire.Moment``;
without ``at`` it happens at once.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from biometric.fingerprint.packets import DEFAULT_ADDRESS, DEFAULT_PASSWORD
from biometric.virtual.control import ControlServer
from biometric.virtual.finger_print import finger_seed, grow
from biometric.virtual.finger_touch import GreyImage, Touch, draw_touch, press, smear
from biometric.virtual.r307_commands import DEFAULT_CAPACITY, CommandTable, SensorMemory
from biometric.virtual.r307_wire import Fault, Moment, Strike, Wire

WET = 0.8
# Of 72 KB each.
KEPT_PICTURES = 8


class Window:
    """The glass: at most one finger on it. Every placing is another touch, the same as long as the finger lies."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._finger: str | None = None
        self._touch: Touch | None = None
        self._touches = 0

    @property
    def finger(self) -> str | None:
        return self._finger

    @property
    def touches(self) -> int:
        return self._touches

    def place(self, finger: str, quality: float = 1.0, touch: int | None = None) -> None:
        """Returns when the finger's print is grown and lies there. ``touch``: another with the same number is the same
        again; None: the next one."""
        grow(finger_seed(finger))
        with self._lock:
            self._touches += 1
            number = self._touches if touch is None else touch
            drawn = np.random.SeedSequence([self._seed, finger_seed(finger), number]).generate_state(1)
            self._finger, self._touch = finger, draw_touch(int(drawn[0]), quality)

    def lift(self) -> None:
        with self._lock:
            self._finger = self._touch = None

    def look(self, fault: Fault) -> GreyImage | None:
        with self._lock:
            if self._finger is None or self._touch is None:
                return None
            return _picture(self._finger, self._touch, fault if fault in (Fault.MESSY, Fault.WET) else Fault.NONE)


@lru_cache(maxsize=KEPT_PICTURES)
def _picture(finger: str, touch: Touch, kind: Fault) -> GreyImage:
    if kind is Fault.MESSY:
        return smear(touch.seed)
    if kind is Fault.WET:
        touch = draw_touch(touch.seed, min(touch.quality, 0.5), WET)
    return press(grow(finger_seed(finger)), touch)


class VirtualR307:
    """The emulator as one object: window, commands and wire, moved by control commands."""

    def __init__(self, link: Path, memory: SensorMemory, seed: int, paced: bool = True) -> None:
        self.window = Window(seed)
        self.commands = CommandTable(memory, lambda: self.window.look(self.wire.fault))
        self.wire = Wire(link, self.commands, seed, paced)

    def control(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Carry out one control command and answer the sensor's state. Raises ValueError on an unknown one."""
        if command == "place":
            touch = arguments.get("touch")
            self.window.place(
                str(arguments["finger"]), float(arguments.get("quality", 1.0)), None if touch is None else int(touch)
            )
        elif command == "lift":
            self.window.lift()
        elif command == "unplug":
            self._break(None, arguments)
        elif command == "plug":
            self.wire.plug(True)
        elif command == "fault":
            self._break(Fault(arguments["name"]), arguments)
        elif command != "status":
            raise ValueError(f"unknown command {command}")
        return self.status()

    def status(self) -> dict[str, Any]:
        return {
            "finger": self.window.finger,
            "touches": self.window.touches,
            "plugged": self.wire.plugged,
            "fault": str(self.wire.fault),
            "struck_at": self.wire.struck_at,
            "light": self.commands.memory.light,
            "stored": len(self.commands.memory.flash),
            "commands": dict(self.commands.counts),
        }

    def _break(self, fault: Fault | None, arguments: dict[str, Any]) -> None:
        """``fault``, or without one the plug pulled, now or at the moment the arguments name."""
        count = None if arguments.get("count") is None else int(arguments["count"])
        if arguments.get("at") is not None:
            self.wire.arm(Strike(Moment(str(arguments["at"]), int(arguments.get("nth", 1))), fault, count))
        elif fault is None:
            self.wire.plug(False)
        else:
            self.wire.set_fault(fault, count)


def _arguments(line: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m biometric.virtual.r307", description=__doc__)
    parser.add_argument("--link", type=Path, required=True, help="where the serial port appears")
    parser.add_argument("--control", type=Path, required=True, help="the control socket")
    parser.add_argument("--seed", type=int, default=None, help="makes touches repeatable")
    parser.add_argument("--capacity", type=int, default=DEFAULT_CAPACITY)
    parser.add_argument("--password", type=int, default=DEFAULT_PASSWORD)
    parser.add_argument("--address", type=int, default=DEFAULT_ADDRESS)
    parser.add_argument("--unpaced", action="store_true", help="do not keep the pace of the baud rate")
    parser.add_argument("--parent", type=int, default=os.getppid(), help="end when this is not the parent any more")
    return parser.parse_args(line)


def main(line: list[str] | None = None) -> None:
    """Serve until the parent ends or SIGTERM comes."""
    arguments = _arguments(line)
    cv2.setNumThreads(1)
    importlib.import_module("skimage.morphology")  # the first touch would wait for it
    seed = int.from_bytes(os.urandom(4), "big") if arguments.seed is None else arguments.seed
    memory = SensorMemory(arguments.capacity, arguments.password, arguments.address)
    sensor = VirtualR307(arguments.link, memory, seed, not arguments.unpaced)
    control = ControlServer(arguments.control, sensor.control)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sensor.wire.stop())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control.start()
    try:
        sensor.wire.run(abandoned=lambda: os.getppid() != arguments.parent)
    finally:
        control.close()


if __name__ == "__main__":
    main()
