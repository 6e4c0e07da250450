"""One kiosk of ``main.py fleet``: the whole machine without window, camera and sensor, and customers before it.

``python -m commands.fleet_kiosk FILE`` (JSON, see ``Orders``; it holds PINs, which no command line shows). What
happened is noted in ``notes.jsonl`` of the data folder. Asked to end (SIGTERM), it lets the customer finish the
movement they are at; killed, it is as any killed kiosk.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from atm_app.config import LimitSettings, MovementLimit, Settings, TimeSettings
from atm_app.views import Shown, Welcome
from atm_app.workers import ThreadWorkers
from commands.fleet_customer import FleetCustomer, FleetPerson
from commands.fleet_notes import NoteBook, NotedLedger
from commands.machine_log import write_log
from commands.wiring import Plant
from db.connection import Database
from db.folder import DataFolder

NOTES_FILE = "notes.jsonl"
# Between two looks of a customer at a screen that did not change: a code is on its way, notes are being counted.
LOOK_SECONDS = 0.02
# Twenty movements in one visit are many for a person: limits of a size that they never meet.
WIDE = MovementLimit(per_transaction=10**6, per_day=10**9, burst=1000, period=1)
LIMITS = LimitSettings(withdrawal=WIDE, transfer=WIDE, payment=WIDE, cash_deposit=WIDE)
TIMES = TimeSettings(farewell=0.1, locked=0.5)


@dataclass(frozen=True)
class Orders:
    """``hosts``, ``certificate_authority``: as in the settings. ``movements``: in one visit."""

    folder: str
    terminal: str
    hosts: tuple[str, ...]
    certificate_authority: str
    people: tuple[FleetPerson, ...]
    movements: int
    seed: int

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Orders:
        found = json.loads(text)
        people = tuple(FleetPerson(**person) for person in found.pop("people"))
        return cls(hosts=tuple(found.pop("hosts")), people=people, **found)

    @property
    def settings(self) -> Settings:
        return fleet_settings(self.terminal, self.hosts, self.certificate_authority)


def fleet_settings(terminal: str, hosts: tuple[str, ...], certificate_authority: str) -> Settings:
    """A machine with a keypad, which asks for number, PIN and code."""
    return Settings.model_validate(
        {
            "terminal": terminal, "policy": "accessible", "camera": "virtual", "limits": LIMITS, "times": TIMES,
            "step_up_above": 10**6, "code": {"channels": ("email",)}, "languages": ("en",),
            "fingerprint": {"port": "virtual"}, "printer": {"port": "virtual"},
            "speaker": {"device": "virtual"}, "sound": {"device": "virtual"},
            "database": {"hosts": hosts, "certificate_authority": certificate_authority},
        }
    )  # fmt: skip


class LoopClock:
    """Wall time, and timers of asyncio's loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_later(seconds, callback)


class FleetKiosk:
    """Everything happens on asyncio's loop, as it does on Tk's in a kiosk with a window."""

    def __init__(self, orders: Orders, loop: asyncio.AbstractEventLoop) -> None:
        folder = DataFolder(Path(orders.folder)).prepare()
        write_log(folder, "INFO")
        self._loop = loop
        self._notes = NoteBook(folder.root / NOTES_FILE)
        self.plant = plant = Plant(folder, orders.settings)
        plant.storage.ledger = NotedLedger(plant.storage.ledger, self._notes)  # type: ignore[assignment]
        self._workers = ThreadWorkers(self._post)
        self._shown: Shown | None = None
        self._at = ""
        self._is_ready = False
        self.controller = plant.controller(LoopClock(loop), self._workers, self._show)
        self._customer = FleetCustomer(
            plant, self.controller.handle, orders.people, Random(orders.seed), orders.movements,  # noqa: S311 - no secret
            lambda: self._notes.write("session"), lambda: self._notes.write("turned_away"),
        )  # fmt: skip

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._leave)
        self.controller.start()
        self._look()
        self._loop.run_forever()
        self.controller.stop()
        self._workers.stop()
        self.plant.close()

    def _post(self, callback: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(callback)

    def _show(self, shown: Shown) -> None:
        self._shown = shown

    def _leave(self) -> None:
        self._customer.is_leaving = True

    def _look(self) -> None:
        """The customer's next deed; never within one of the controller's own."""
        if self._shown is not None:
            self._note_ready(self._shown)
            self._customer.look(self._shown)
        self._note_host(self.plant.storage.kiosk)
        if self._customer.is_gone:
            self._loop.stop()
            return
        self._loop.call_later(LOOK_SECONDS, self._look)

    def _note_ready(self, shown: Shown) -> None:
        if not self._is_ready and isinstance(shown.view, Welcome):
            self._is_ready = True
            self._notes.write("ready")

    def _note_host(self, database: Database) -> None:
        if database.host != self._at:
            self._at = database.host
            self._notes.write("host", outcome=self._at)


def main(orders: Orders) -> None:
    loop = asyncio.new_event_loop()
    FleetKiosk(orders, loop).run()
    loop.close()


if __name__ == "__main__":
    main(Orders.from_text(Path(sys.argv[1]).read_text()))
