"""A whole kiosk in a process of its own that is killed with ``kill -9`` at a chosen step of a withdrawal.

``python -m tests.faults.dying_kiosk FOLDER POINT``: starts on the folder as the branch's machine does, says on
standard output (one JSON line) whether books, cash units and journal agree after the restart, then serves one
withdrawal and dies at POINT.
``none``: lives to the end; ``enrolling``: dies while customers are enrolled; ``recovering POINT``: while it starts.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from atm_app.config import Settings, TimeSettings
from atm_app.intent_ports import IntentState
from commands.display import ensure_display
from commands.kiosk import Kiosk
from commands.people import PEOPLE
from db.folder import DataFolder
from tests.journeys.conftest import ENROLMENT_SECONDS, Visitor
from tests.limits import GENEROUS

CUSTOMER = PEOPLE[0]
AMOUNT = 2_000

# Every call that changes something outside the process, in the order of a withdrawal.
CALLS = ("record", "hold", "advance held", "advance dispensing", "dispense", "present", "advance presented",
         "wait_taken", "advance taken", "settle", "advance settled")  # fmt: skip
POINTS = [f"{when} {call}" for call in CALLS for when in ("before", "after")]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """Stands before a port and kills the process before or after the call of the chosen name."""

    def __init__(self, port: Any, point: str, armed: list[str]) -> None:
        self._port = port
        self._point = point
        self._armed = armed

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if not callable(method):
            return method

        def call(*arguments: Any) -> Any:
            state = next((argument.value for argument in arguments if isinstance(argument, IntentState)), "")
            full = f"{name} {state}".strip()
            self._die_if("before", full)
            answer = method(*arguments)
            self._die_if("after", full)
            return answer

        return call

    def _die_if(self, when: str, call: str) -> None:
        if self._armed and self._point == f"{when} {call}":
            die()


def agreement(kiosk: Kiosk) -> dict[str, Any]:
    """What must agree, seen from all three sides."""
    plant = kiosk.plant
    trial = plant.storage.ledger.trial_balance()
    customer = plant.storage.customers.find(CUSTOMER.customer.number)
    accounts = plant.storage.ledger.accounts(customer.customer_id) if customer else ()
    mine = next((account for account in accounts if account.number == CUSTOMER.accounts[0].number), None)
    state = json.loads((plant.folder.virtual / "dispenser.json").read_text())
    taken = sum(1 for fate in state["fates"].values() if fate == "taken")
    opening = CUSTOMER.accounts[0].opening.minor // 100
    debited = opening - mine.balance.minor // 100 if mine else 0
    return {
        "balanced": trial.balanced,
        "open_holds": trial.open_holds,
        "open_intents": len(plant.storage.intents.open()),
        "counters_agree": {unit.position: unit.count for unit in plant.storage.ledger.cash_units()}
        == {note.position: note.count for note in plant.dispenser.counts()},
        "nothing_on_hold": mine is None or mine.available == mine.balance,
        "withdrawals_taken": taken,
        "debited_is_what_was_taken": debited == taken * AMOUNT,
        "shutter_empty": plant.dispenser.in_shutter() == (0, 0),
    }


def main(folder: Path, point: str) -> None:
    ensure_display()
    settings = Settings(camera="virtual", limits=GENEROUS, times=TimeSettings(take_cash=20.0, farewell=0.3))
    kiosk = Kiosk(DataFolder(folder), settings, (1280, 720))
    # Deadly at once when it is the recovery that is to be killed, else from the welcome screen on.
    recovering = point.startswith("recovering ")
    armed = ["at once"] if recovering else []
    for part in (kiosk.plant.withdrawals, kiosk.plant.settlement):
        for port in ("_intents", "_ledger", "_dispenser"):
            if hasattr(part, port):
                setattr(part, port, Deadly(getattr(part, port), point.removeprefix("recovering "), armed))
    visitor = Visitor(kiosk)
    kiosk.start()
    kiosk.root.update()
    visitor.wait_until(lambda: bool(visitor.history) and visitor.state == "welcome", 60)
    print(json.dumps(agreement(kiosk)), flush=True)
    armed.append("a customer may come")
    if point == "enrolling":
        visitor.wait_until(lambda: kiosk.controller.preparing > 0.4, ENROLMENT_SECONDS)
        die()
    # All are enrolled. Who comes by number waits for no camera.
    visitor.wait_until(lambda: kiosk.controller.preparing >= 1.0, ENROLMENT_SECONDS)
    if point != "none":
        withdraw(visitor)
    kiosk.close()


def withdraw(visitor: Visitor) -> None:
    visitor.sign_in_by_number(CUSTOMER)
    visitor.to_amount(CUSTOMER)
    visitor.touch("₹2,000")
    visitor.wait_for("confirm")
    visitor.touch("Confirm")
    visitor.wait_until(lambda: visitor.state == "take_cash")
    visitor.bench.take_cash()
    visitor.wait_for("receipt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
