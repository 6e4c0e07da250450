"""What the service manager hears, on a real socket: ready, alive for as long as the window's loop turns, stopping."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tkinter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from commands.display import ensure_display
from commands.service_manager import Heartbeat, ServiceManager
from db.folder import DataFolder
from gui.inbox import Inbox, TkClock
from tests.command_line import PROJECT

PERIOD = 0.05  # seconds between two signs of life
PATIENCE = 10.0
PROCESS_PATIENCE = 60.0  # a process that starts beside busy neighbours
UNITS = ("atm-kiosk.service", "atm-session.target")


class Manager:
    """systemd's end of the line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def hears(self, seconds: float) -> str:
        """The next word; empty when none comes in time."""
        self._socket.settimeout(seconds)
        try:
            return self._socket.recv(4096).decode()
        except TimeoutError:
            return ""

    def waits_for(self, word: str, seconds: float) -> list[str]:
        """All that it heard until then."""
        heard: list[str] = []
        end = monotonic() + seconds
        while word not in heard:
            assert monotonic() < end, f"{word} was not said, but {heard}"
            heard.append(self.hears(seconds))
        return heard

    def forgets(self) -> None:
        """What came so far."""
        self._socket.setblocking(False)
        try:
            while self._socket.recv(4096):
                pass
        except BlockingIOError:
            pass

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    yield made
    made.close()


class Loop:
    """The window's loop with its inbox, and the heart that beats in it."""

    def __init__(self, manager: Manager) -> None:
        ensure_display()
        self.root = tkinter.Tk()
        self.inbox = Inbox(self.root)
        self.heart = Heartbeat(ServiceManager(str(manager.path), PERIOD), TkClock(self.root), self.inbox.post)
        self.heart.start()

    def turn_until(self, manager: Manager, word: str) -> bool:
        end = monotonic() + PATIENCE
        while monotonic() < end:
            self.root.update()
            if manager.hears(0.001) == word:
                return True
        return False


@pytest.fixture
def loop(manager: Manager) -> Iterator[Loop]:
    made = Loop(manager)
    yield made
    made.heart.stop()
    made.inbox.close()
    made.root.destroy()


def test_each_word_is_the_protocols(manager: Manager) -> None:
    service = ServiceManager(str(manager.path))
    service.ready()
    service.alive()
    service.stopping()
    assert [manager.hears(PATIENCE) for _ in range(3)] == ["READY=1", "WATCHDOG=1", "STOPPING=1"]


def test_it_is_found_in_the_environment_and_taken_out(manager: Manager) -> None:
    environment = {
        "NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid()), "HOME": "/",
    }  # fmt: skip
    service = ServiceManager.of(environment)
    assert service.alive_every == 10.0, "half of what it waits"
    service.ready()
    assert manager.hears(PATIENCE) == "READY=1"
    assert environment == {"HOME": "/"}, "mariadbd speaks the protocol as well"


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}],
    ids=["nobody", "another process", "nonsense"],
)
def test_where_nobody_listens_nothing_is_told(environment: dict[str, str]) -> None:
    service = ServiceManager.of(environment)
    assert service.alive_every == 0.0
    service.ready()


def test_an_abstract_address_is_heard() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0atm-{os.getpid()}")
        ServiceManager(f"@atm-{os.getpid()}").ready()
        listener.settimeout(PATIENCE)
        assert listener.recv(64) == b"READY=1"


def test_a_manager_that_went_away_stops_nothing(manager: Manager) -> None:
    service = ServiceManager(str(manager.path))
    manager.close()
    manager.path.unlink()
    service.alive()


def test_a_loop_that_turns_is_alive_again_and_again(loop: Loop, manager: Manager) -> None:
    assert all(loop.turn_until(manager, "WATCHDOG=1") for _ in range(5))


def test_a_loop_that_hangs_is_silent(loop: Loop, manager: Manager) -> None:
    """A callback blocks it for ten periods, in which nothing is heard; then it goes on."""
    assert loop.turn_until(manager, "WATCHDOG=1")
    manager.forgets()
    heard: list[str] = []
    loop.root.after_idle(lambda: heard.append(manager.hears(10 * PERIOD)))
    loop.root.update_idletasks()
    assert heard == [""]
    assert loop.turn_until(manager, "WATCHDOG=1")


def test_an_inbox_that_nobody_empties_is_silent(loop: Loop, manager: Manager) -> None:
    """Timers go off, and answers of the machine's other threads never arrive."""
    assert loop.turn_until(manager, "WATCHDOG=1")
    loop.root.tk.deletefilehandler(loop.inbox._reader)
    manager.forgets()
    end = monotonic() + 10 * PERIOD
    while monotonic() < end:
        loop.root.update()
        assert manager.hears(0.001) == ""


def test_the_kiosk_is_ready_alive_and_stops_when_asked(started_folder: DataFolder, manager: Manager) -> None:
    """The whole machine as the unit starts it, and as ``systemctl --user stop`` ends it."""
    ensure_display()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATM_")}
    process = subprocess.Popen(
        [sys.executable, "main.py", "--data", str(started_folder.root), "--camera", "virtual"], cwd=PROJECT,
        env={**environment, "NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "500000"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        manager.waits_for("READY=1", PROCESS_PATIENCE)
        manager.waits_for("WATCHDOG=1", PROCESS_PATIENCE)
        process.send_signal(signal.SIGTERM)
        manager.waits_for("STOPPING=1", PROCESS_PATIENCE)
        _, told = process.communicate(timeout=PROCESS_PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert "The kiosk has ended" in told


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_the_unit(tmp_path: Path, unit: str) -> None:
    """It looks for the programs as well: the folder stands where the unit says."""
    (tmp_path / "cardless-atm").symlink_to(PROJECT)
    for name in UNITS:
        shutil.copy(PROJECT / "packaging" / name, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True,
        env={**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "atm-" in line]
    assert done.returncode == 0, done.stderr
    assert ours == []
