"""The console's end of the line to the machine: its camera, sensor and screen, for as long as they are lent."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from pathlib import Path

from atm_app.ports import Cancellation, Cancelled
from atm_app.supervisor_ports import Answer, Errand, MachineAway, Progress
from commands.line_messages import (
    UNIX,
    Answered,
    Ask,
    Failed,
    Lent,
    Seen,
    Taken,
    ToConsole,
    ToMachine,
    Waits,
    Withdraw,
    from_machine,
    to_machine,
)

# Between two looks whether staff still want what they asked for.
LOOK_SECONDS = 0.1
NOT_RUNNING = "the machine of this data folder is not running"
ELSEWHERE = "another console is working with the machine"


class LineToMachine:
    """One borrowing at a time; used from one thread at a time, but for ``give_back``."""

    def __init__(self, path: Path) -> None:
        self.language = ""
        self._path = path
        self._connection: Connection | None = None
        self._family = ""

    @property
    def family(self) -> str:
        return self._family

    def borrow(self, cancellation: Cancellation, waits: Callable[[str], None]) -> None:
        if self._connection is not None:
            return
        try:
            self._connection = Client(str(self._path), UNIX)
        except OSError as error:
            raise MachineAway(NOT_RUNNING) from error
        try:
            self._await_lent(cancellation, waits)
        except Cancelled:
            self.give_back()
            raise

    def _await_lent(self, cancellation: Cancellation, waits: Callable[[str], None]) -> None:
        while True:
            match self._next(cancellation):
                case Lent(family):
                    self._family = family
                    return
                case Waits(state):
                    waits(state)
                case Taken():
                    self.give_back()
                    raise MachineAway(ELSEWHERE)

    def give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def run(self, errand: Errand, cancellation: Cancellation, report: Callable[[Progress], None]) -> Answer:
        self._send(Ask(errand, self.language))
        while True:
            try:
                message = self._next(cancellation)
            except Cancelled:
                self._send(Withdraw())
                self._await_end()
                raise
            match message:
                case Seen():
                    report(message.progress)
                case Answered(answer):
                    return answer
                case Failed():
                    raise message.error

    def _await_end(self) -> None:
        """What was withdrawn is over when the machine says so; until then it is not asked for anything else."""
        while not isinstance(self._next(Cancellation()), Answered | Failed):
            pass

    def _send(self, message: ToMachine) -> None:
        if self._connection is None:
            raise MachineAway(NOT_RUNNING)
        try:
            self._connection.send_bytes(to_machine(message))
        except OSError as error:
            self.give_back()
            raise MachineAway(NOT_RUNNING) from error

    def _next(self, cancellation: Cancellation) -> ToConsole:
        """The next message. Raises Cancelled, MachineAway."""
        try:
            while self._connection is not None and not self._connection.poll(LOOK_SECONDS):
                if cancellation.cancelled:
                    raise Cancelled
            if self._connection is not None:
                return from_machine(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            with contextlib.suppress(OSError):
                self.give_back()
            raise MachineAway(NOT_RUNNING) from error
        raise MachineAway(NOT_RUNNING)


class KeptLine(LineToMachine):
    """Of a console on the machine's own screen, which has it from its first moment to its last."""

    def give_back(self) -> None:
        """Not yet."""

    def let_go(self) -> None:
        super().give_back()
