"""The test bench's window (F12): who stands before the machine, what lies on the sensor, what breaks, what arrives.

Controls stand in groups at the left, the state of everything virtual at the right. A switch that is on is blue.
"""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from functools import partial
from tkinter import ttk
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from atm_app.ports import DeviceState
from gui.bench_places import SIDE, bench_places
from gui.bench_state import BenchState
from gui.text import Lettering
from gui.theme import Theme
from gui.tokens import Scale

PAD, GROUP_GAP = 24, 14  # design pixels
REFRESH_MILLISECONDS = 500
STRANGER = "stranger.thumb"
SENSOR_FAULTS = (
    ("none", "Well"), ("silent", "Silent"), ("noise", "Noise"), ("lost_byte", "Lost byte"), ("corrupt", "Corrupt"),
    ("slow", "Slow"), ("messy", "Messy"), ("wet", "Wet"), ("truncated", "Cut short"),
    ("communication_error", "Line error"),
)  # fmt: skip
CAMERA_FAULTS = (
    ("unplug", "Unplugged"), ("freeze", "Frozen"), ("dark", "Dark"), ("noise", "Noise"), ("strange", "Torn frames"),
)  # fmt: skip

Command = Callable[[], Any]


class Bench(Protocol):
    """What the window asks of the test bench."""

    obliging: bool
    inbox: Any
    dispenser: Any
    printer: Any
    speaker: Any
    loudspeaker: Any
    person: Any
    camera: Any
    sensor: Any
    stick: Any

    @property
    def people(self) -> Sequence[Any]: ...
    def kill_vision(self) -> None: ...
    def step_up(self, key: str) -> None: ...
    def walk_away(self) -> None: ...
    def hold_up_photograph(self, key: str) -> None: ...
    def hold_up_cut_out_eyes(self) -> None: ...
    def hold_up_bent_print(self) -> None: ...
    def hold_up_tablet(self) -> None: ...
    def stand_together(self, key: str, other: str) -> None: ...
    def stand_behind(self, on: bool) -> None: ...
    def blink(self) -> None: ...
    def turn(self, side: str) -> None: ...
    def camera_fault(self, name: str, on: bool) -> None: ...
    def show_hand(self) -> None: ...
    def hide_hand(self) -> None: ...
    def place_finger(self, finger: str) -> None: ...
    def lift_finger(self) -> None: ...
    def sensor_fault(self, name: str) -> None: ...
    def put_in_stick(self, key: str) -> None: ...
    def pull_out_stick(self) -> None: ...
    def take_cash(self) -> None: ...


# No acceptor knows a note of three rupees.
UNREADABLE = 3
# The devices do not say which fault they were given; it is remembered while the window is closed.
_GIVEN: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


class BenchWindow:
    """A second window beside the kiosk's; works on the bench object alone."""

    def __init__(self, root: tkinter.Tk, theme: Theme, bench: Any, post: Callable[[Callable[[], None]], None]) -> None:
        self._root = root
        self._bench = bench
        self._post = post
        self._theme = theme
        self._letters = Lettering(theme, "en")
        self._given = _GIVEN.setdefault(bench, {})
        self._switches: list[tuple[ttk.Button, Callable[[], bool]]] = []
        self._places = bench_places(theme.scale)
        # An edge of its own: without a window manager there is no frame around it.
        self._top = tkinter.Toplevel(root, highlightthickness=self._scale(4), cursor="arrow")
        self._top.title("Test bench")
        self._top.geometry(self._geometry(root))
        self._top.protocol("WM_DELETE_WINDOW", self.close)
        self._top.bind("<F12>", lambda _: self.close())
        self._worn = (theme.look, theme.scale)
        self._build()
        self._refresh()

    @property
    def alive(self) -> bool:
        return bool(self._top.winfo_exists())

    def close(self) -> None:
        if self.alive:
            self._top.after_cancel(self._next)
            self._top.destroy()

    @property
    def _scale(self) -> Scale:
        return self._places.scale

    def _geometry(self, root: tkinter.Tk) -> str:
        """Over the foot of the kiosk's window, in the middle."""
        width, height = self._scale(self._places.width), self._scale(self._places.height)
        x = max(0, root.winfo_rootx() + (root.winfo_width() - width) // 2)
        y = max(0, root.winfo_rooty() + root.winfo_height() - height - self._scale(SIDE))
        return f"{width}x{height}+{x}+{y}"

    # --- parts -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        palette = self._theme.palette
        edge = palette.header if palette.header != palette.paper else palette.line
        self._top.configure(background=palette.paper, highlightbackground=edge, highlightcolor=edge)
        pad = self._scale(PAD)
        body = ttk.Frame(self._top)
        body.place(x=pad // 2, y=0, relwidth=1, relheight=1, width=-pad)
        columns = [ttk.Frame(body) for _ in self._places.columns]
        for column, (left, top, width, height) in zip(columns, self._places.columns, strict=True):
            column.place(
                relx=left, rely=top, relwidth=width, relheight=height, x=pad // 2, y=pad // 2, width=-pad, height=-pad
            )  # fmt: skip
        self._person(columns[0])
        self._photograph(columns[0])
        self._finger(columns[0])
        self._notes_in(columns[0])
        self._camera(columns[1])
        self._sensor(columns[1])
        self._cash(columns[1])
        self._paper_mail_and_headset(columns[1])
        self._stick(columns[1])
        self._state = BenchState(columns[2], self._letters, self._bench, self._places)

    def _build_anew(self) -> None:
        """The kiosk has another look, large text, or a screen of another size."""
        places = bench_places(self._theme.scale)
        if places != self._places:
            self._places = places
            self._top.geometry(self._geometry(self._root))
        self._worn = (self._theme.look, self._theme.scale)
        self._switches = []
        for widget in self._top.winfo_children():
            widget.destroy()
        self._build()

    def _person(self, column: ttk.Frame) -> None:
        bench = self._bench
        group = self._group(column, "Who stands before the camera", 4)
        for person in bench.visitors:
            self._button(group, first_name(person), partial(bench.step_up, person.key))
        first, second = bench.people[0].key, bench.people[1].key
        self._button(group, "Two", lambda: bench.stand_together(first, second))
        self._button(group, "Nobody", bench.walk_away)
        self._remembered(group, "Behind", "behind", bench.stand_behind)
        self._button(group, "Blink", bench.blink)
        self._button(group, "Turn left", lambda: bench.turn("left"))
        self._button(group, "Turn right", lambda: bench.turn("right"))
        self._remembered(group, "Hand up", "hand", lambda on: bench.show_hand() if on else bench.hide_hand())
        self._switch(group, "Does what is asked", lambda: bench.obliging, self._set_obliging, columns=2)

    def _photograph(self, column: ttk.Frame) -> None:
        bench = self._bench
        group = self._group(column, "Whose photograph is held up", 4)
        for person in bench.people:
            self._button(group, first_name(person), partial(bench.hold_up_photograph, person.key))
        self._button(group, "With holes", bench.hold_up_cut_out_eyes)
        self._button(group, "Bent", bench.hold_up_bent_print)
        self._button(group, "As a video on a tablet", bench.hold_up_tablet, columns=2)

    def _finger(self, column: ttk.Frame) -> None:
        bench = self._bench
        group = self._group(column, "Whose finger lies on the sensor", 4)
        for person in bench.visitors:
            self._button(group, first_name(person), partial(bench.place_finger, person.finger))
        self._button(group, "A stranger's", lambda: bench.place_finger(STRANGER), columns=2)
        self._button(group, "Nobody's", bench.lift_finger)

    def _stick(self, column: ttk.Frame) -> None:
        bench = self._bench
        group = self._group(column, "Whose memory stick is in the socket", 5)
        for person in bench.people:
            self._button(group, first_name(person), partial(bench.put_in_stick, person.key))
        self._button(group, "None", bench.pull_out_stick)
        self._enable(group, bench.stick is not None)

    def _notes_in(self, column: ttk.Frame) -> None:
        bench, acceptor = self._bench, self._bench.acceptor
        group = self._group(column, "Notes put into the slot, while it is open", 4)
        for major in (500, 200, 100):
            self._button(group, f"₹{major}", partial(bench.insert_notes, major, 1))
        self._button(group, "Torn", partial(bench.insert_notes, UNREADABLE, 1))
        self._switch(
            group, "Jammed", lambda: acceptor.status().state is DeviceState.HARDWARE_ERROR, acceptor.jam, columns=2
        )
        self._switch(
            group, "Unplugged", lambda: acceptor.status().state is DeviceState.OFFLINE,
            lambda on: acceptor.plug(not on), columns=2,
        )  # fmt: skip

    def _camera(self, column: ttk.Frame) -> None:
        bench = self._bench
        group = self._group(column, "Camera", 3)
        for name, text in CAMERA_FAULTS:
            self._remembered(group, text, f"camera {name}", partial(bench.camera_fault, name))
        self._button(group, "Kill vision", bench.kill_vision)
        self._enable(group, bench.camera is not None)

    def _sensor(self, column: ttk.Frame) -> None:
        bench = self._bench
        group = self._group(column, "Fingerprint sensor", 4)
        for name, text in SENSOR_FAULTS:
            self._choice(group, text, "sensor", name, partial(bench.sensor_fault, name))
        self._remembered(
            group, "Unplugged", "sensor unplug", lambda on: bench.sensor_fault("unplug" if on else "plug"), columns=2
        )
        self._enable(group, bench.sensor is not None)

    def _cash(self, column: ttk.Frame) -> None:
        bench, dispenser = self._bench, self._bench.dispenser
        group = self._group(column, "Cash dispenser", 2)
        self._button(group, "Take the cash", bench.take_cash)
        self._button(group, "Power cut, cash gone", dispenser.cut_power_and_take)
        self._switch(group, "Jammed", lambda: dispenser.status().state is DeviceState.HARDWARE_ERROR, dispenser.jam)
        self._switch(
            group, "Unplugged", lambda: dispenser.status().state is DeviceState.OFFLINE,
            lambda on: dispenser.plug(not on),
        )  # fmt: skip

    def _paper_mail_and_headset(self, column: ttk.Frame) -> None:
        printer, inbox, speaker = self._bench.printer, self._bench.inbox, self._bench.speaker
        group = self._group(column, "Paper, messages, headset", 4)
        if printer is not None:
            self._switch(
                group, "No paper", lambda: printer.status().state is not DeviceState.ONLINE,
                lambda on: printer.load_paper(not on),
            )  # fmt: skip
        if inbox is not None:
            self._switch(group, "No mail", lambda: inbox.down, lambda on: setattr(inbox, "down", on))
            self._switch(group, "No SMS", lambda: inbox.sms_down, lambda on: setattr(inbox, "sms_down", on))
        if speaker is not None:
            self._switch(group, "Headset", speaker.headset, speaker.plug)

    # --- controls ----------------------------------------------------------------------------------------------------

    def _group(self, column: ttk.Frame, title: str, across: int) -> ttk.Frame:
        """A titled grid, ``across`` buttons wide."""
        label = self._letters.label(column, title, "bench", bold=True, colour=self._theme.palette.accent_deep)
        label.pack(anchor="w", padx=self._scale(6), pady=(self._scale(GROUP_GAP), self._scale(4)))
        group = ttk.Frame(column)
        group.pack(fill="x")
        group.across, group.used = across, 0  # type: ignore[attr-defined]
        for number in range(across):
            group.columnconfigure(number, weight=1, uniform="button")
        return group

    def _button(self, group: Any, text: str, command: Command, columns: int = 1) -> ttk.Button:
        row, column = divmod(group.used, group.across)
        group.used += columns
        button = self._letters.button(group, text, command, size="bench")
        group.rowconfigure(row, minsize=self._scale(self._places.button_height + 8))
        button.grid(row=row, column=column, columnspan=columns, sticky="nswe", padx=self._scale(4), pady=self._scale(4))
        return button

    def _switch(
        self, group: Any, text: str, is_on: Callable[[], bool], turn: Callable[[bool], Any], columns: int = 1
    ) -> None:
        """Pressing it turns it over; its colour follows ``is_on``."""

        def pressed() -> None:
            turn(not is_on())
            self._colour_switches()

        self._switches.append((self._button(group, text, pressed, columns), is_on))

    def _remembered(
        self, group: Any, text: str, name: str, turn: Callable[[bool], Any], columns: int = 1
    ) -> None:  # fmt: skip
        def remember(on: bool) -> None:
            self._given[name] = "on" if on else ""
            turn(on)

        self._switch(group, text, lambda: bool(self._given.get(name)), remember, columns)

    def _choice(self, group: Any, text: str, name: str, value: str, command: Command) -> None:
        """One of several; the first is chosen until another is."""

        def choose(_: bool) -> None:
            self._given[name] = value
            command()

        self._switch(group, text, lambda: self._given.get(name, SENSOR_FAULTS[0][0]) == value, choose)

    def _enable(self, group: ttk.Frame, enabled: bool) -> None:
        """A real device cannot be told to fail."""
        for button in group.winfo_children():
            if isinstance(button, ttk.Button):
                button.state(["!disabled" if enabled else "disabled"])

    def _set_obliging(self, on: bool) -> None:
        self._bench.obliging = on

    def _colour_switches(self) -> None:
        for button, is_on in self._switches:
            style = f"bench.{'Chosen' if is_on() else 'Secondary'}.TButton"
            if str(button["style"]) != style:
                button.configure(style=style)

    def _refresh(self) -> None:
        if not self.alive:
            return
        if self._worn != (self._theme.look, self._theme.scale):
            self._build_anew()
        self._colour_switches()
        self._state.refresh()
        self._next = self._top.after(REFRESH_MILLISECONDS, self._refresh)


def first_name(person: Any) -> str:
    return str(person.customer.name).split()[0]
