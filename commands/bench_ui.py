"""``main.py bench ui``: whole withdrawals at the window, no factor left out: how long a touch takes to show, and
whether the memory of the machine's processes grows from one customer to the next.

While the customer is at the menu and beyond, the vision process goes on recognising whoever stands there, so that
touches are measured beside the work that is heaviest for the screen.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from array import array
from collections.abc import Callable
from functools import partial
from heapq import nlargest
from statistics import quantiles
from typing import Any

from rich.console import Console
from rich.progress import Progress
from scipy.stats import theilslopes

from atm_app.config import LimitSettings, MovementLimit, Settings
from atm_app.identity.face_challenges import draw_challenges
from atm_app.ports import Cancellation, FacePurpose, FaceRequest
from atm_app.views import Action, Shown
from commands.display import NoDisplay, ensure_display
from commands.kiosk import Kiosk
from commands.memory_floor import MemoryFloor, resident_bytes
from commands.people import PEOPLE
from commands.script import Script, ScriptFailed
from commands.scripted_customer import ScriptedCustomer
from db.folder import fresh_folder

EXIT_MISSED, EXIT_NO_DISPLAY = 1, 2
SIZE = (1920, 1080)
AMOUNT = "₹500"
# Of the demonstration's customers those whose money lasts.
WEALTHY = (PEOPLE[0], PEOPLE[3])
# Typed and erased on the screen of amounts, for more touches in a visit.
TYPED, TIMES = "12345", 4
WARM_UP = 10
# Where there is no display one is started, and is a program beside the machine as a screen's own would be. What it
# holds goes up and down by the half, whoever draws; it is told, and is no drift of the machine's.
DISPLAY_SERVER = "Xvfb"
SLOWEST = 5  # touches that are named
# The budgets of docs/testing.md.
MOST_TOUCH_MS, MOST_DRIFT = 100.0, 0.02
# Nobody runs out of limits or of money here: what is measured is the screen.
WIDE = MovementLimit(per_transaction=20_000, per_day=10_000_000, burst=1000, period=1)


class BusyVision:
    """The camera and the vision process at work for as long as this runs, as in a sign-in that does not end."""

    def __init__(self, kiosk: Kiosk) -> None:
        plant = kiosk.plant
        self._cancellation = Cancellation()
        request = FaceRequest(FacePurpose.AUTHENTICATE, draw_challenges(plant.random, 8), patience=600.0)

        def work() -> None:
            try:
                plant.camera.capture(request, self._cancellation, lambda _: None)
            except Exception:  # cancelled, or looked at long enough: nobody waits for it
                return

        self._thread = threading.Thread(target=work, name="busy-vision", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._cancellation.cancel()
        self._thread.join()


class Touches:
    """How long each took until what it changed was drawn, milliseconds. Its own memory does not grow with them as
    objects would: eight bytes a touch. ``slowest``: a few, with what was touched."""

    def __init__(self) -> None:
        self.milliseconds = array("d")
        self.slowest: list[tuple[float, str]] = []

    def add(self, text: str, milliseconds: float) -> None:
        self.milliseconds.append(milliseconds)
        self.slowest = nlargest(SLOWEST, [*self.slowest, (milliseconds, text)])


class Visits(ScriptedCustomer):
    """Customers who withdraw one after another. ``written``: bytes of each of the machine's processes, the least of
    each visit."""

    def __init__(self, kiosk: Kiosk, sessions: int, floor: MemoryFloor, advance: Callable[[], None]) -> None:
        super().__init__(kiosk, PEOPLE[0])
        self._sessions = sessions
        self._floor = floor
        self._advance_bar = advance
        self._touched_at, self._touched = 0.0, ""
        self._before: Shown | None = None
        self.touches = Touches()
        self.written: list[dict[str, int]] = []

    def script(self) -> Script:
        yield self.may_start
        for number in range(self._sessions):
            self.person = WEALTHY[number % len(WEALTHY)]
            yield from self._visit()
            self.written.append(self._floor.take())
            self._advance_bar()

    def _visit(self) -> Script:
        bench = self.kiosk.plant.bench
        yield self.may_start
        bench.step_up(self.person.key)
        yield from self._press("Touch to start")
        yield lambda: self.state == "one_time_code"
        yield self.code_sent
        vision = BusyVision(self.kiosk)
        try:
            yield from self._press(*self.code())
            yield from self._press("Cash withdrawal", self.person.accounts[0].bank)
            yield lambda: self.state == "amount"
            for _ in range(TIMES):
                yield from self._press(*TYPED)
                yield from self._erase(len(TYPED))
            yield from self._press(AMOUNT, "Confirm")
            yield lambda: self.state == "take_cash"
            bench.take_cash()
            yield from self._press("No receipt", "No, thank you")
            yield lambda: self.state == "farewell"
        finally:
            vision.stop()
        bench.walk_away()

    def _press(self, *texts: str) -> Script:
        """Each as soon as it can be pressed, and the next when what it changed is drawn."""
        for text in texts:
            yield partial(self.ready_for, text)
            self.touch(text)
            yield self._is_drawn

    def _erase(self, count: int) -> Script:
        """By the keyboard: the key on the screen has a picture and no name."""
        for _ in range(count):
            self._begin("erase")
            self.kiosk.window.touch(Action("erase"))
            yield self._is_drawn

    def _is_drawn(self) -> bool:
        return not self._touched_at

    def dead_end(self) -> None:
        if self.state in ("out_of_service", "locked") or (self.state == "farewell" and self.note):
            raise ScriptFailed(f"the machine ended in {self.state}: {self.note}")

    def touch(self, text: str) -> None:
        self._begin(text)
        super().touch(text)

    def _begin(self, text: str) -> None:
        self._touched, self._before, self._touched_at = text, self.shown, time.perf_counter()

    def watch(self, shown: Shown) -> None:
        """The first picture that differs from the one that was touched, drawn and taken by the display."""
        super().watch(shown)
        if self._touched_at and shown != self._before:
            self.kiosk.root.update_idletasks()
            self.kiosk.root.winfo_pointerx()  # an answer of the display: all that was asked of it before is done
            self.touches.add(self._touched, (time.perf_counter() - self._touched_at) * 1000)
            self._touched_at = 0.0


def growth_of(written: list[dict[str, int]]) -> dict[str, float]:
    """Bytes a session after the warm-up, of each process: Theil and Sen's slope, which single outliers do not bend.
    Empty with less than three sessions to fit."""
    kept = written[min(WARM_UP, len(written) // 2) :]
    if len(kept) < 3:
        return {}
    return {name: float(theilslopes([each.get(name, 0) for each in kept]).slope) for name in kept[-1]}


def bench_ui(settings: Settings, sessions: int, *, json_output: bool) -> int:
    """Exit code 0 when every budget is met. Progress goes to standard error."""
    console = Console(stderr=True)
    try:
        ensure_display()
    except NoDisplay as problem:
        console.print(str(problem), style="red")
        return EXIT_NO_DISPLAY
    wide = settings.with_virtual_devices().model_copy(update={"limits": LimitSettings(withdrawal=WIDE)})
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("sessions", total=sessions)
        kiosk = Kiosk(fresh_folder("bench"), wide, SIZE)
        floor = MemoryFloor()
        visits = Visits(kiosk, sessions, floor, lambda: progress.update(bar, advance=1))
        try:
            kiosk.start()
            visits.start()
            kiosk.root.mainloop()
            resident = resident_bytes()
        finally:
            floor.close()
            kiosk.close()
    if visits.failure:
        print(visits.failure, file=sys.stderr)
        return EXIT_MISSED
    answer = answer_of(visits, resident)
    if json_output:
        print(json.dumps(answer, indent=1))
    else:
        for name, value in answer.items():
            print(f"{name.replace('_', ' '):<26}{value}")
    return 0 if answer["ok"] else EXIT_MISSED


def answer_of(visits: Visits, resident: int) -> dict[str, Any]:
    """``resident``: bytes. ``memory_drift``: what a thousand sessions would add to them, as a share."""
    percentiles = quantiles(visits.touches.milliseconds, n=100, method="inclusive")
    p50, p99 = percentiles[49], percentiles[98]
    growth = growth_of(visits.written)
    drift = sum(each for name, each in growth.items() if DISPLAY_SERVER not in name) * 1000 / resident
    return {
        "ok": p99 <= MOST_TOUCH_MS and drift <= MOST_DRIFT,
        "touch_to_paint_p50_ms": round(p50, 1),
        "touch_to_paint_p99_ms": round(p99, 1),
        "touches": len(visits.touches.milliseconds),
        "slowest_ms": [{text: round(milliseconds, 1)} for milliseconds, text in visits.touches.slowest],
        "sessions": len(visits.written),
        "memory_mb": round(resident / 1e6, 1),
        "memory_drift": round(drift, 4),
        "growth_kb_per_session": {name.partition(" ")[2]: round(each / 1e3, 1) for name, each in growth.items()},
    }
