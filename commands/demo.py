"""``main.py demo``: one scripted cardless withdrawal in a fresh data folder, by touches on the real window.

The script is a customer: it waits until the screen asks for something and then does it. What it waits for is timed
apart from what the machine takes.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from atm_app.config import Settings
from atm_app.ports import FacePrompt, FingerPrompt
from atm_app.views import Face, Fingerprint, Shown
from commands.display import NoDisplay, ensure_display
from commands.kiosk import Kiosk
from commands.people import PEOPLE, Person
from commands.script import Script, ScriptFailed
from commands.scripted_customer import ScriptedCustomer
from commands.touching import screenshot
from db.folder import fresh_folder

CUSTOMER = PEOPLE[0]
AMOUNT = "₹2,000"
SIZE = (1920, 1080)
# How long a person takes to reach for the notes.
REACH_SECONDS = 0.6


@dataclass
class Stopwatch:
    """Seconds of every step, and those of them in which the machine waited for the person."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    _name: str = ""
    _began: float = 0.0
    _waiting: float = 0.0
    _waiting_since: float | None = None

    def step(self, name: str) -> None:
        self.stop()
        self._name, self._began, self._waiting = name, time.monotonic(), 0.0

    def wait(self, waiting: bool) -> None:
        """From now on the machine waits for the person, or no longer does."""
        now = time.monotonic()
        if self._waiting_since is not None:
            self._waiting += now - self._waiting_since
        self._waiting_since = now if waiting else None

    def leave_out(self, seconds: float) -> None:
        """Time that just passed and was nobody's: a screenshot being written."""
        self._began += seconds
        if self._waiting_since is not None:
            self._waiting_since += seconds

    def stop(self) -> None:
        self.wait(False)
        if self._name:
            seconds = time.monotonic() - self._began
            self.steps.append({"name": self._name, "seconds": round(seconds, 3), "waiting": round(self._waiting, 3)})
        self._name = ""


class ScriptedWithdrawal(ScriptedCustomer):
    """The customer's script on a kiosk; ``result`` holds what it came to."""

    def __init__(self, kiosk: Kiosk, pictures: Path, person: Person = CUSTOMER) -> None:
        super().__init__(kiosk, person)
        self._pictures = pictures
        self._clock = Stopwatch()
        self.screenshots: list[str] = []
        self.scores: dict[str, float] = {}
        self.steps = self._clock.steps

    # --- the script --------------------------------------------------------------------------------------------------

    def script(self) -> Script:
        kiosk, bench, clock = self.kiosk, self.kiosk.plant.bench, self._clock
        clock.step("start")
        clock.wait(True)  # the demonstration customers are being enrolled: a camera session each
        yield lambda: self.state == "welcome" and kiosk.controller.preparing < 1.0
        self._picture("preparing")
        yield self.may_start
        clock.wait(False)
        self._picture("welcome")
        bench.step_up(self.person.key)
        clock.step("face")
        self.touch("Touch to start")
        clock.wait(True)
        yield lambda: self._prompt not in (None, FacePrompt.LOOK)
        self._picture("face")
        yield lambda: self.state == "fingerprint"
        clock.step("fingerprint")
        clock.wait(True)
        self._picture("fingerprint")
        yield lambda: self.state == "one_time_code"
        clock.step("one_time_code")
        yield self.code_sent
        self._picture("one-time-code")
        for digit in self.code():
            self.touch(digit)
        yield self.ready("menu", "Cash withdrawal")
        clock.step("menu")
        self._scores()
        self._picture("menu")
        self.touch("Cash withdrawal")
        yield self.ready("choose_account", self.person.accounts[0].bank)
        self._picture("choose-account")
        self.touch(self.person.accounts[0].bank)
        yield self.ready("amount", AMOUNT)
        clock.step("amount")
        self._picture("amount")
        self.touch(AMOUNT)
        yield self.ready("confirm", "Confirm")
        self._picture("confirm")
        clock.step("dispense")
        self.touch("Confirm")
        yield lambda: self.state == "take_cash"
        clock.step("take_cash")
        clock.wait(True)
        self._picture("take-cash")
        taking = time.monotonic() + REACH_SECONDS
        yield lambda: time.monotonic() > taking
        clock.wait(False)
        bench.take_cash()
        yield self.ready("receipt", "Print receipt")
        self._picture("receipt")
        clock.step("receipt")
        self.touch("Print receipt")
        yield self.ready("another", "No, thank you")
        self._picture("another")
        clock.step("farewell")
        self.touch("No, thank you")
        yield lambda: self.state == "farewell"
        self._picture("farewell")
        clock.stop()
        bench.walk_away()

    def dead_end(self) -> None:
        if self.state in ("out_of_service", "locked") or (self.state == "farewell" and self._failed_farewell()):
            raise ScriptFailed(f"the machine ended in {self.state}: {self.note}")

    # --- what the customer sees and does -----------------------------------------------------------------------------

    def watch(self, shown: Shown) -> None:
        """The time until a challenge is done or a finger lies on the sensor is the person's, the rest is ours."""
        super().watch(shown)
        view = shown.view
        if isinstance(view, Face):
            self._clock.wait(view.prompt is not FacePrompt.DONE)
        elif isinstance(view, Fingerprint):
            self._clock.wait(view.prompt is not FingerPrompt.READING)

    @property
    def _prompt(self) -> FacePrompt | None:
        return self.view.prompt if isinstance(self.view, Face) else None

    def _failed_farewell(self) -> bool:
        return self.note not in ("", "cancelled")

    def _scores(self) -> None:
        session = self.kiosk.controller.session
        if session is not None:
            self.scores = {name: round(float(value), 3) for name, value in session.scores.items()}

    def _picture(self, name: str) -> None:
        """Taking pictures is no part of the withdrawal, and takes none of its time."""
        began = time.monotonic()
        self.kiosk.root.update()
        path = self._pictures / f"{len(self.screenshots) + 1:02}-{name}.png"
        screenshot(self.kiosk.root, path)
        self.screenshots.append(str(path))
        self._clock.leave_out(time.monotonic() - began)


def result_of(script: ScriptedWithdrawal, kiosk: Kiosk) -> dict[str, Any]:
    """The demonstration's JSON object."""
    storage = kiosk.plant.storage
    customer = storage.customers.find(script.person.customer.number)
    accounts = storage.ledger.accounts(customer.customer_id) if customer else ()
    lines = [line for account in accounts for line in storage.ledger.statement(account.account_id, 5)]
    withdrawals = [line for line in lines if line.kind == "withdrawal"]
    trial = storage.ledger.trial_balance()
    seconds = sum(step["seconds"] for step in script.steps)
    waiting = sum(step["waiting"] for step in script.steps)
    printer = kiosk.plant.virtual_printer
    receipt = printer.last if printer is not None else None
    return {
        "ok": not script.failure and trial.balanced and trial.open_holds == 0 and len(withdrawals) == 1,
        "problem": script.failure,
        "steps": script.steps,
        "machine_seconds": round(seconds - waiting, 3),
        "screenshots": script.screenshots,
        "receipt": str(receipt) if receipt else "",
        "journal_id": withdrawals[0].journal_id if withdrawals else 0,
        "journal": [
            {"journal_id": line.journal_id, "kind": line.kind, "amount": line.amount.minor,
             "balance_after": line.balance_after.minor, "at": line.at.isoformat()}
            for line in lines
        ],
        "scores": script.scores,
        "books_agree": trial.balanced,
        "data_folder": str(kiosk.plant.folder.root),
    }  # fmt: skip


def run(settings: Settings, *, json_output: bool) -> int:
    """Exit code 0 only when the whole withdrawal went through and the books agree."""
    console = Console(stderr=True)
    try:
        ensure_display()
    except NoDisplay as problem:
        console.print(str(problem), style="red")
        return 1
    folder = fresh_folder("demo")
    console.print("Starting the machine and enrolling four demonstration customers …")
    kiosk = Kiosk(folder, settings.with_virtual_devices(), SIZE)
    pictures = folder.root / "screenshots"
    pictures.mkdir()
    script = ScriptedWithdrawal(kiosk, pictures)
    try:
        kiosk.start()
        script.start()
        kiosk.root.mainloop()
        result = result_of(script, kiosk)
    finally:
        kiosk.close()
    (folder.root / "demo.json").write_text(json.dumps(result, indent=1))
    if json_output:
        print(json.dumps(result, indent=1))
    else:
        _tell(console, result)
    return 0 if result["ok"] else 1


def _tell(console: Console, result: dict[str, Any]) -> None:
    for step in result["steps"]:
        console.print(f"  {step['name']:<16}{step['seconds']:>7.2f} s, of which waiting {step['waiting']:.2f} s")
    if result["ok"]:
        console.print(f"Withdrawal booked as journal entry {result['journal_id']}; the books agree.", style="green")
    else:
        console.print(f"The demonstration failed: {result['problem']}", style="red")
    print(f"screenshots  {Path(result['data_folder']) / 'screenshots'}", file=sys.stdout)
    print(f"receipt      {result['receipt']}", file=sys.stdout)
    print(f"journal      {Path(result['data_folder']) / 'demo.json'}", file=sys.stdout)
