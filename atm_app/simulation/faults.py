"""What goes wrong between a process and its ports: calls and answers are lost, and the process is killed meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from atm_app.ports import DeviceUnavailable
from atm_app.simulation.clock import Time
from atm_app.stores import StoreUnavailable


class Port(StrEnum):
    DATABASE = "database"
    DISK = "disk"
    DISPENSER = "dispenser"
    ACCEPTOR = "acceptor"


class Fault(StrEnum):
    """Kinds of fault, as they are counted."""

    DATABASE_GONE = "database_gone"
    CALL_LOST = "call_lost"
    ANSWER_LOST = "answer_lost"
    CALL_REPEATED = "call_repeated"
    DATABASE_SLOW = "database_slow"
    DISK_FULL = "disk_full"
    KILLED = "killed"
    KILLED_BEFORE_CALL = "killed_before_call"
    KILLED_AFTER_CALL = "killed_after_call"
    DISPENSER_JAM_BEFORE = "dispenser_jam_before"
    DISPENSER_JAM_AFTER = "dispenser_jam_after"
    DISPENSER_UNPLUGGED = "dispenser_unplugged"
    POWER_CUT = "power_cut"
    ACCEPTOR_JAM = "acceptor_jam"
    ACCEPTOR_UNPLUGGED = "acceptor_unplugged"
    SENSOR_UNPLUGGED = "sensor_unplugged"
    CAMERA_UNPLUGGED = "camera_unplugged"
    NO_PAPER = "no_paper"
    MAIL_DOWN = "mail_down"
    CLOCK_BACK = "clock_back"


class Killed(BaseException):
    """The process ends here, whatever it was about to do next."""


# Calls the database's own wing repeats after a lost answer (db.connection: Database.rows).
REPEATED_BY_THE_WING = frozenset({"hold", "hold_deposit", "settle", "transfer", "succeeded", "tried", "set_own_limit"})
# Asked every second of every device: a fault that struck there would hardly ever strike anywhere else.
NEVER_STRUCK = frozenset({"status", "counts"})


@dataclass
class Armed:
    """A fault that strikes the ``calls``-th call from now at a port."""

    kind: Fault
    port: Port
    calls: int


class Faults:
    """The faults of one machine; ``counts``: those that came true."""

    def __init__(self, time: Time, counts: Counter[str]) -> None:
        self._time = time
        self.counts = counts
        self.armed: Armed | None = None
        self.disk_full = False
        self._database_back_at = 0.0

    def lose_database(self, seconds: float) -> None:
        self._database_back_at = self._time.seconds + seconds

    @property
    def database_gone(self) -> bool:
        return self._time.seconds < self._database_back_at

    @property
    def any_now(self) -> bool:
        return self.disk_full or self.database_gone

    def mend(self) -> None:
        self.armed, self.disk_full, self._database_back_at = None, False, 0.0

    def carry(self, port: Port, name: str, act: Callable[[], Any]) -> Any:
        """One call of a port, and what becomes of it on the way there and back."""
        if port is Port.DATABASE and self.database_gone:
            raise StoreUnavailable("the database does not answer")
        if port is Port.DISK and self.disk_full and name in ("record", "advance"):
            raise StoreUnavailable("the disk is full")
        kind = self._struck(port, name)
        if kind is Fault.KILLED_BEFORE_CALL:
            raise Killed
        if kind is Fault.CALL_LOST:
            raise _unavailable(port)
        answer = act()
        if kind is Fault.KILLED_AFTER_CALL:
            raise Killed
        if kind is Fault.ANSWER_LOST:
            raise _unavailable(port)
        return act() if kind is Fault.CALL_REPEATED else answer

    def _struck(self, port: Port, name: str) -> Fault | None:
        armed = self.armed
        if armed is None or armed.port is not port or name in NEVER_STRUCK:
            return None
        if armed.kind is Fault.CALL_REPEATED and name not in REPEATED_BY_THE_WING:
            return None
        armed.calls -= 1
        if armed.calls > 0:
            return None
        self.armed = None
        self.counts[armed.kind] += 1
        return armed.kind


def _unavailable(port: Port) -> Exception:
    text = f"the {port} does not answer"
    return StoreUnavailable(text) if port in (Port.DATABASE, Port.DISK) else DeviceUnavailable(text)


class Wire:
    """A port as one process reaches it: every call of ``target`` passes the faults."""

    def __init__(self, port: Port, target: Any, faults: Faults) -> None:
        self._port = port
        self._target = target
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if not callable(value):
            return value
        port, carry = self._port, self._faults.carry

        def call(*arguments: Any, **named: Any) -> Any:
            return carry(port, name, lambda: value(*arguments, **named))

        self.__dict__[name] = call
        return call
