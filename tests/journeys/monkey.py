"""Somebody who touches, types, holds up and unplugs whatever there is, in an order that a seed decides."""

from __future__ import annotations

import re
import tkinter
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from biometric.virtual.r307_wire import Fault
from commands.people import PEOPLE, Person
from commands.touching import buttons
from tests.journeys.conftest import CAMERA_FAULTS, Visitor, mend_devices

KEYS = (
    *"0123456789", *"abcxyz", "Return", "KP_Enter", "Escape", "BackSpace", "Delete", "Tab", "space", "Up", "Down",
    "Left", "Right", "F1", "F2", "F5", "F11", "Prior", "Next", "plus", "minus", "asterisk", "numbersign", "period",
)  # fmt: skip
FINGERS = tuple(person.finger for person in PEOPLE)


class Monkey:
    """``deeds``: how often each kind was done. ``errors``: what Tk's callbacks raised."""

    def __init__(self, visitor: Visitor, seed: int) -> None:
        self._visitor = visitor
        self._kiosk, self._bench, self._plant = visitor.kiosk, visitor.bench, visitor.kiosk.plant
        self._chance = Random(seed)
        self.deeds: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.errors: list[BaseException] = []
        self._kiosk.root.report_callback_exception = self._caught
        self._kinds: dict[Callable[[], object], int] = {
            self.touch_a_button: 30, self.go_on: 15, self.touch_anywhere: 10, self.press_a_key: 16,
            self.do_what_is_asked: 16, self.somebody_comes_or_goes: 4, self.cash_moves: 3, self.something_breaks: 2,
            self.something_is_mended: 4,
        }  # fmt: skip

    def act(self) -> None:
        deed = self._chance.choices(list(self._kinds), list(self._kinds.values()))[0]
        deed()
        self.deeds[deed.__name__] += 1
        self.states[self._visitor.state] += 1
        self._kiosk.root.update()

    # --- a finger on the glass ---------------------------------------------------------------------------------------

    def touch_a_button(self) -> None:
        self._touch_one("")

    def go_on(self) -> None:
        """By the button that leads on: a monkey without it never gets far."""
        self._touch_one("Primary")

    def _touch_one(self, style: str) -> None:
        seen = [button for button in buttons(self._kiosk.root) if not button.instate(["disabled"])]
        seen = [button for button in seen if style in str(button["style"])]
        if seen:
            button = self._chance.choice(seen)
            self._press(button, button.winfo_width() // 2, button.winfo_height() // 2)

    def touch_anywhere(self) -> None:
        root = self._kiosk.root
        x, y = self._chance.randrange(root.winfo_width()), self._chance.randrange(root.winfo_height())
        widget = root.winfo_containing(root.winfo_rootx() + x, root.winfo_rooty() + y)
        if widget is not None:
            self._press(
                widget, root.winfo_rootx() + x - widget.winfo_rootx(), root.winfo_rooty() + y - widget.winfo_rooty()
            )

    def _press(self, widget: tkinter.Misc, x: int, y: int) -> None:
        """Now and then twice, as an impatient finger does."""
        for _ in range(self._chance.choice((1, 1, 1, 2))):
            for event in ("<Enter>", "<ButtonPress-1>", "<ButtonRelease-1>"):
                if widget.winfo_exists():
                    widget.event_generate(event, x=x, y=y)

    def press_a_key(self) -> None:
        self._kiosk.root.focus_force()
        where = self._kiosk.root.focus_get() or self._kiosk.root
        where.event_generate("<Key>", keysym=self._chance.choice(KEYS))

    # --- somebody who knows what is asked for ------------------------------------------------------------------------

    def do_what_is_asked(self) -> None:
        """What the screen asks for, mostly right."""
        person = self._bench.person or self._chance.choice(PEOPLE)
        asked: dict[str, Callable[[], object]] = {
            "welcome": lambda: self._step_up(person),
            "claim": lambda: self._type(person.customer.number),
            "pin": lambda: self._type(person.pin),
            "face_and_pin": lambda: self._type(person.pin),
            "fingerprint": lambda: self._bench.place_finger(self._chance.choice((person.finger, *FINGERS))),
            "one_time_code": lambda: self._type(self._code(person)),
            "confirm_code": lambda: self._type(self._code(person)),
            "contact_code": lambda: self._type("123456"),
            "amount": lambda: self._type("500"),
            "take_cash": self._bench.take_cash,
            "insert_notes": lambda: self._bench.insert_notes(self._chance.choice((100, 500, 7)), 3),
        }
        asked.get(self._visitor.state, lambda: None)()

    def _step_up(self, person: Person) -> None:
        self._bench.step_up(person.key)
        self.touch_a_button()

    def _type(self, digits: str) -> None:
        for key in (*digits, "Return"):
            self._kiosk.root.focus_force()
            self._kiosk.root.event_generate("<Key>", keysym=key)
            self._kiosk.root.update()

    def _code(self, person: Person) -> str:
        messages = self._plant.inbox.messages(person.customer.email)
        codes = [found[1] for message in messages[-3:] if (found := re.search(r"code is (\d{6})", message.text))]
        return codes[-1] if codes else "000000"

    # --- before the machine ------------------------------------------------------------------------------------------

    def somebody_comes_or_goes(self) -> None:
        bench, person = self._bench, self._chance.choice(PEOPLE)
        self._chance.choice((
            lambda: bench.step_up(person.key), lambda: bench.step_up(person.key), bench.walk_away, bench.blink,
            lambda: bench.turn("left"), lambda: bench.hold_up_photograph(person.key), bench.hold_up_tablet,
            bench.show_hand, bench.hide_hand, bench.lift_finger, lambda: bench.put_in_stick(person.key),
            bench.pull_out_stick,
        ))()  # fmt: skip

    def cash_moves(self) -> None:
        self._chance.choice(
            (self._bench.take_cash, lambda: self._bench.insert_notes(500, self._chance.randrange(1, 9)))
        )()

    def something_breaks(self) -> None:
        bench, plant = self._bench, self._plant
        faults: tuple[Callable[[], Any], ...] = (
            lambda: bench.camera_fault(self._chance.choice(CAMERA_FAULTS), True), bench.kill_vision,
            lambda: bench.sensor_fault("unplug"), lambda: bench.sensor_fault(self._chance.choice(list(Fault)).value),
            lambda: plant.dispenser.jam(True), lambda: plant.dispenser.plug(False), lambda: plant.acceptor.jam(True),
            lambda: plant.acceptor.plug(False), lambda: plant.printer.load_paper(False),
            lambda: setattr(plant.inbox, "down", True), lambda: setattr(plant.inbox, "sms_down", True),
        )  # fmt: skip
        self._chance.choice(faults)()

    def something_is_mended(self) -> None:
        mend_devices(self._visitor)

    def _caught(self, _kind: type[BaseException], error: BaseException, _trace: Any) -> None:
        self.errors.append(error)
