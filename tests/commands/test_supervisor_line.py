"""The line between a console and the machine: a real socket, the real controller on a thread of its own."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import pytest

from atm_app.ports import Cancellation, Cancelled, FaceCapture, FacePrompt, FacePurpose, FaceRequest, Work
from atm_app.stores import Factor
from atm_app.supervisor_ports import (
    AgreementErrand,
    ErrandRefused,
    FaceErrand,
    FingerErrand,
    FingerTaken,
    MachineAway,
    PinErrand,
)
from commands.lent_machine import KeptLine, LineToMachine
from commands.line_messages import UNIX
from commands.supervisor_line import SupervisorLine
from db.folder import DataFolder
from tests.scripted import FAMILY
from tests.waiting import wait_until
from tests.world import World, face_of

FACE = FaceErrand(FaceRequest(FacePurpose.ENROL, (FacePrompt.BLINK,)))


class Machine:
    """A world whose controller lives on one thread, as it does on Tk's."""

    def __init__(self, world: World, path: Path) -> None:
        self.world, self.path = world, path
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._live)
        self._thread.start()
        self.line = SupervisorLine(path, world.controller, self.post)
        self.line.start()

    def post(self, call: Callable[[], None]) -> None:
        self._calls.put(call)

    def _live(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            self.world.settle()

    def touch(self, name: str, value: str = "") -> None:
        self.post(lambda: self.world.touch(name, value))

    def close(self) -> None:
        self.line.close()
        self._calls.put(None)
        self._thread.join()


@pytest.fixture
def machine(folder: DataFolder, tmp_path: Path) -> Iterator[Machine]:
    world = World(folder, tmp_path)
    made = Machine(world, tmp_path / "line.sock")
    yield made
    made.close()
    world.close()


@pytest.fixture
def line(machine: Machine) -> Iterator[LineToMachine]:
    made = LineToMachine(machine.path)
    made.borrow(Cancellation(), lambda _: None)
    yield made
    made.give_back()


def run(line: LineToMachine, errand: Any, seen: list[Any] | None = None) -> Any:
    return line.run(errand, Cancellation(), (seen if seen is not None else []).append)


def test_what_the_machine_takes_comes_over_the_line(machine: Machine, line: LineToMachine) -> None:
    samples, seen = (face_of(5),) * 3, []  # type: ignore[var-annotated]
    machine.world.camera.script.append(samples)
    answer = run(line, FACE, seen)
    assert isinstance(answer, FaceCapture)
    assert answer.samples == samples
    assert seen
    assert run(line, FingerErrand(2, 5.0)) == FingerTaken(b"finger", FAMILY)
    assert line.family == FAMILY


def test_the_socket_is_its_owners_alone(machine: Machine, line: LineToMachine) -> None:
    assert stat.S_IMODE(os.stat(machine.path).st_mode) == 0o600


def test_a_visit_is_waited_for(machine: Machine) -> None:
    machine.touch("start_accessible")
    line, waited = LineToMachine(machine.path), SimpleQueue[str]()
    thread = Thread(target=lambda: line.borrow(Cancellation(), waited.put))
    thread.start()
    assert waited.get(timeout=10) == "claim"
    machine.touch("cancel")
    machine.touch("done")
    thread.join(10)
    assert not thread.is_alive()
    line.give_back()


def test_waiting_can_be_given_up(machine: Machine) -> None:
    machine.touch("start_accessible")
    cancellation = Cancellation()
    with pytest.raises(Cancelled):
        LineToMachine(machine.path).borrow(cancellation, lambda _: cancellation.cancel())
    machine.touch("cancel")
    machine.touch("done")
    wait_until(lambda: machine.world.state == "welcome", "the machine is the customers'")


def test_one_console_at_a_time(machine: Machine, line: LineToMachine) -> None:
    with pytest.raises(MachineAway, match="another console"):
        LineToMachine(machine.path).borrow(Cancellation(), lambda _: None)
    line.give_back()
    wait_until(lambda: machine.world.state == "welcome", "the machine is the customers'")
    other = LineToMachine(machine.path)
    other.borrow(Cancellation(), lambda _: None)
    other.give_back()


def test_what_staff_no_longer_want_is_withdrawn_and_the_next_is_done(machine: Machine, line: LineToMachine) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        line.run(PinErrand(bytes(16)), cancellation, lambda _: None)
    assert run(line, FingerErrand(2, 5.0)) == FingerTaken(b"finger", FAMILY)


def test_what_the_customer_stops_is_told(machine: Machine, line: LineToMachine) -> None:
    def stop() -> None:
        wait_until(lambda: machine.world.state == "assisted_agreements", "the customer reads")
        machine.touch("cancel")

    stopping = Thread(target=stop)
    stopping.start()
    with pytest.raises(ErrandRefused) as refused:
        run(line, AgreementErrand((Factor.FACE,)))
    stopping.join()
    assert refused.value.reason == "cancelled"


def test_a_console_that_dies_lets_go_of_the_machine(machine: Machine) -> None:
    """As the kernel does for it: its end of the line is closed."""
    connection = Client(str(machine.path), UNIX)
    wait_until(lambda: machine.world.state == "in_service", "it is lent")
    connection.close()
    wait_until(lambda: machine.world.state == "welcome", "it is the customers' again")


def test_a_machine_that_ends_is_away(machine: Machine, line: LineToMachine) -> None:
    line.give_back()
    machine.line.close()
    with pytest.raises(MachineAway, match="not running"):
        line.borrow(Cancellation(), lambda _: None)
    with pytest.raises(MachineAway):
        run(line, FACE)


def test_a_socket_of_a_machine_that_was_killed_is_no_obstacle(machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "left.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    again = SupervisorLine(path, machine.world.controller, machine.post)
    again.start()
    line = LineToMachine(path)
    line.borrow(Cancellation(), lambda _: None)
    line.give_back()
    again.close()


@pytest.mark.parametrize("said", [b"", b"{}", b"[]", b'{"is": "Ask"}', b"\xff\x00", b'{"is": "Ask", "errand": 5}'])
def test_who_says_what_nobody_understands_is_hung_up_on(machine: Machine, said: bytes) -> None:
    with Client(str(machine.path), UNIX) as connection:
        wait_until(lambda: machine.world.state == "in_service", "it is lent")
        connection.send_bytes(said)
        wait_until(lambda: machine.world.state == "welcome", "it is the customers' again")
        with pytest.raises((EOFError, OSError)):
            hear_to_the_end(connection)


def hear_to_the_end(connection: Any) -> None:
    while True:
        connection.recv_bytes()


def test_a_console_at_the_machine_keeps_it_until_it_ends(machine: Machine) -> None:
    line = KeptLine(machine.path)
    line.borrow(Cancellation(), lambda _: None)
    line.give_back()
    machine.world.workers.held.discard(Work.FINGERPRINT)
    assert run(line, FingerErrand(2, 5.0)) == FingerTaken(b"finger", FAMILY)
    line.let_go()
    wait_until(lambda: machine.world.state == "welcome", "it is the customers' again")
