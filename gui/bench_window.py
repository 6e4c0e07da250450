"""The test bench's window (F12): who stands before the machine, what lies on the sensor, what breaks, what arrives."""

from __future__ import annotations

import re
import tkinter
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import Any, Protocol

from gui import tokens
from gui.text import Lettering
from gui.theme import Theme

WIDTH, HEIGHT = 1180, 980
REFRESH_MILLISECONDS = 500
FINGER_NAMES = ("right_index", "left_index")


class Bench(Protocol):
    """What the window asks of the test bench."""

    obliging: bool
    inbox: Any
    dispenser: Any
    printer: Any
    person: Any

    @property
    def people(self) -> Sequence[Any]: ...
    def kill_vision(self) -> None: ...
    def step_up(self, key: str) -> None: ...
    def walk_away(self) -> None: ...
    def hold_up_photograph(self, key: str) -> None: ...
    def stand_together(self, key: str, other: str) -> None: ...
    def blink(self) -> None: ...
    def turn(self, side: str) -> None: ...
    def camera_fault(self, name: str, on: bool) -> None: ...
    def place_finger(self, finger: str) -> None: ...
    def lift_finger(self) -> None: ...
    def sensor_fault(self, name: str) -> None: ...
    def take_cash(self) -> None: ...


class BenchWindow:
    """A second window beside the kiosk's; works on the bench object alone."""

    def __init__(self, root: tkinter.Tk, theme: Theme, bench: Any, post: Callable[[Callable[[], None]], None]) -> None:
        self._bench = bench
        self._post = post
        self._letters = Lettering(theme, "en")
        self._scale = theme.scale
        self._top = tkinter.Toplevel(root, background=tokens.PAPER)
        self._top.title("Test bench")
        x = max(0, root.winfo_screenwidth() - self._scale(WIDTH) - self._scale(40))
        self._top.geometry(f"{self._scale(WIDTH)}x{self._scale(HEIGHT)}+{x}+{self._scale(50)}")
        self._top.protocol("WM_DELETE_WINDOW", self.close)
        self._top.bind("<F12>", lambda _: self.close())
        self._row = 0
        self._build()
        self._refresh()

    @property
    def alive(self) -> bool:
        return bool(self._top.winfo_exists())

    def close(self) -> None:
        if self.alive:
            self._top.destroy()

    # --- parts -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        bench = self._bench
        self._top.columnconfigure(0, weight=1)
        self._section("Who stands before the camera")
        people = [(person.customer.name, lambda key=person.key: bench.step_up(key)) for person in bench.people]
        self._buttons([*people, ("Nobody", bench.walk_away)])
        first, second = bench.people[0].key, bench.people[1].key
        self._buttons([
            ("Photograph", lambda: bench.hold_up_photograph(first)),
            ("Two people", lambda: bench.stand_together(first, second)),
            ("Blink", bench.blink),
            ("Turn left", lambda: bench.turn("left")),
            ("Turn right", lambda: bench.turn("right")),
        ])  # fmt: skip
        self._obliging()
        self._section("Which finger lies on the sensor")
        fingers = [
            (person.customer.name.split()[0], lambda finger=person.finger: bench.place_finger(finger))
            for person in bench.people
        ]
        self._buttons(
            [*fingers, ("Stranger", lambda: bench.place_finger("stranger.thumb")), ("Lift", bench.lift_finger)]
        )
        self._section("Cash and paper")
        dispenser, printer = bench.dispenser, bench.printer
        self._buttons([
            ("Take the cash", bench.take_cash), ("Power cut", dispenser.cut_power_and_take),
            ("Jam", lambda: dispenser.jam(True)), ("Clear jam", lambda: dispenser.jam(False)),
            ("No paper", lambda: printer.load_paper(False)), ("Paper", lambda: printer.load_paper(True)),
        ])  # fmt: skip
        self._section("What breaks")
        self._buttons([
            ("Camera out", lambda: bench.camera_fault("unplug", True)),
            ("Camera in", lambda: bench.camera_fault("unplug", False)),
            ("Freeze", lambda: bench.camera_fault("freeze", True)),
            ("Unfreeze", lambda: bench.camera_fault("freeze", False)),
            ("Kill vision", bench.kill_vision),
        ])  # fmt: skip
        self._buttons([
            ("Sensor out", lambda: bench.sensor_fault("unplug")), ("Sensor in", lambda: bench.sensor_fault("plug")),
            ("Silent", lambda: bench.sensor_fault("silent")), ("Noise", lambda: bench.sensor_fault("noise")),
            ("Sensor well", lambda: bench.sensor_fault("none")),
        ])  # fmt: skip
        self._state_panel()

    def _section(self, text: str) -> None:
        label = self._letters.label(self._top, text, "small", bold=True, colour=tokens.BLUE_DEEP)
        label.grid(row=self._next(), column=0, sticky="w", padx=self._scale(28), pady=(self._scale(16), 0))

    def _buttons(self, buttons: Sequence[tuple[str, Callable[[], Any]]]) -> None:
        row = ttk.Frame(self._top)
        row.grid(row=self._next(), column=0, sticky="we", padx=self._scale(22), pady=self._scale(4))
        for column, (text, command) in enumerate(buttons):
            button = self._letters.button(row, text, command, size="small")
            button.grid(row=0, column=column, sticky="we", padx=self._scale(5), ipady=self._scale(10))
            row.columnconfigure(column, weight=1, uniform="button")

    def _obliging(self) -> None:
        variable = tkinter.BooleanVar(self._top, self._bench.obliging)

        def changed() -> None:
            self._bench.obliging = variable.get()

        tkinter.Checkbutton(
            self._top, text="The person does what the screen asks", variable=variable, command=changed,
            background=tokens.PAPER, foreground=tokens.INK, activebackground=tokens.PAPER, highlightthickness=0,
            font=self._letters.theme.fonts["small", False], selectcolor=tokens.WHITE,
        ).grid(row=self._next(), column=0, sticky="w", padx=self._scale(22))  # fmt: skip

    def _state_panel(self) -> None:
        self._section("What the machine gave, what the customers received")
        self._state = tkinter.Text(
            self._top, height=9, background=tokens.WHITE, foreground=tokens.INK, borderwidth=0, wrap="word",
            font=self._letters.theme.fonts["small", False], padx=self._scale(16), pady=self._scale(10),
            highlightthickness=1, highlightbackground=tokens.LINE, state="disabled", takefocus=False,
        )  # fmt: skip
        self._state.grid(row=self._next(), column=0, sticky="nswe", padx=self._scale(28), pady=self._scale(8))
        self._top.rowconfigure(self._row - 1, weight=1)

    def _refresh(self) -> None:
        if not self.alive:
            return
        text = "\n".join(self._lines())
        if text != getattr(self, "_told", None):
            self._told = text
            self._state.configure(state="normal")
            self._state.delete("1.0", "end")
            self._state.insert("1.0", text)
            self._state.configure(state="disabled")
        self._top.after(REFRESH_MILLISECONDS, self._refresh)

    def _lines(self) -> list[str]:
        bench = self._bench
        notes, value = bench.dispenser.in_shutter()
        lines = [f"In the shutter: {notes} notes, ₹{value // 100:,}" if notes else "The shutter is empty."]
        if bench.person is not None:
            lines.append(f"{bench.person.customer.name}: number {bench.person.customer.number}, PIN {bench.person.pin}")
        if bench.printer.last is not None:
            lines.append(f"Last receipt: {bench.printer.last}")
        for message in (bench.inbox.messages() if bench.inbox is not None else [])[-3:][::-1]:
            code = re.search(r"\b\d{6}\b", message.text)
            lines.append(f"✉ {message.address}: {code[0] if code else message.subject}")
        return lines

    def _next(self) -> int:
        self._row += 1
        return self._row - 1
