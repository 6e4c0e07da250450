"""The test bench's window: tidy at every size, and every control of it does something to the bench."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from tkinter import ttk
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from atm_app.cash_ports import NoteCount, NotesOfValue
from atm_app.config import Look
from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.ports import DeviceState, DeviceStatus
from atm_app.sound_ports import Sound
from commands.people import NEWCOMER, PEOPLE
from gui.bench_window import BenchWindow
from gui.palette import AAA, HIGH_CONTRAST, contrast
from gui.stage import COMPACT, LANDSCAPE, Stage
from gui.tokens import Scale
from tests.gui.layout import buttons, clipped, outside, overlaps, rectangle, visible
from tests.gui.studio import Display, Studio

CONTROLS = 63


@dataclass
class Recorder:
    """A device, or the bench, that writes down what it is told."""

    name: str
    told: list[tuple[str, tuple[Any, ...]]]

    def __getattr__(self, method: str) -> Any:
        if method.startswith("__"):
            raise AttributeError(method)
        return lambda *arguments: self.told.append((f"{self.name}.{method}", arguments))


class DummyDispenser(Recorder):
    state = DeviceState.ONLINE

    def status(self) -> DeviceStatus:
        return DeviceStatus("dispenser", self.state, virtual=True)

    def in_shutter(self) -> tuple[int, int]:
        return 3, 250_000

    def counts(self) -> tuple[NoteCount, ...]:
        return tuple(
            NoteCount(number, value * 100, 400) for number, value in enumerate((2000, 500, 200, 100), 1)
        )  # fmt: skip


class DummyAcceptor(Recorder):
    slot_open = True

    def status(self) -> DeviceStatus:
        return DeviceStatus("acceptor", DeviceState.ONLINE, virtual=True)

    def in_escrow(self) -> tuple[NotesOfValue, ...]:
        return (NotesOfValue(50_000, 2),)

    def in_box(self) -> tuple[NotesOfValue, ...]:
        return (NotesOfValue(50_000, 200),)


class DummyPrinter(Recorder):
    last: Path | None = None

    def status(self) -> DeviceStatus:
        return DeviceStatus("printer", DeviceState.ONLINE, virtual=True)


class DummySpeaker(Recorder):
    last = "Hello, Chen. What would you like to do? Press Enter for: Cash withdrawal."
    plugged = False

    def headset(self) -> bool:
        return self.plugged


@dataclass
class DummyInbox:
    down: bool = False
    sms_down: bool = False
    letters: list[Any] = field(default_factory=list)

    def messages(self) -> list[Any]:
        return self.letters


class DummyBench(Recorder):
    def __init__(self, receipt: Path) -> None:
        super().__init__("bench", [])
        self.obliging = True
        self.people, self.visitors = PEOPLE, (*PEOPLE, NEWCOMER)
        self.person = PEOPLE[0]
        self.camera = self.sensor = object()
        self.dispenser = DummyDispenser("dispenser", self.told)
        self.acceptor = DummyAcceptor("acceptor", self.told)
        self.printer = DummyPrinter("printer", self.told)
        self.printer.last = receipt
        self.speaker = DummySpeaker("speaker", self.told)
        self.loudspeaker = VirtualSpeaker("loudspeaker")
        for sound in (Sound.TAKE_CASH, Sound.ATTENTION, Sound.TAKE_CASH, Sound.ATTENTION):
            self.loudspeaker.play(sound, 5)
        texts = ("Your code is 482913.", "Your code is 000017.", "Welcome to the bank", "Your code is 555555.")
        self.inbox = DummyInbox(
            letters=[SimpleNamespace(address="chen.wei.of.somewhere@customer.example.org", subject="Your one-time code",
                                     text=text) for text in texts]
        )  # fmt: skip

    __hash__ = object.__hash__


SIZES = [(1920, 1080), (1280, 800), (1024, 768), (1080, 1920)]
LEAST_LETTERS, LEAST_BUTTON = 13, 40  # pixels, on the smallest of them


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def bench_window(display: Display, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    receipt = tmp_path / "receipt.png"
    Image.new("1", (576, 700), 1).save(receipt)
    studio = Studio(display, request.param)
    bench = DummyBench(receipt)
    window = BenchWindow(studio.root, studio.window.theme, bench, lambda callback: callback())
    studio.root.update()
    yield window, bench
    window.close()
    studio.close()


def test_the_bench_is_tidy(bench_window: tuple[Any, Any]) -> None:
    window, _ = bench_window
    seen = list(visible(window._top))
    found = [*clipped(seen), *outside(seen, window._top), *overlaps(seen)]
    assert not found, "\n" + "\n".join(found)


def test_the_bench_lies_within_the_screen_and_can_be_used(bench_window: tuple[Any, Any]) -> None:
    window, _ = bench_window
    left, top, right, bottom = rectangle(window._top)
    screen = window._theme.scale
    assert left >= 0
    assert top >= screen(screen.stage.header) // 2, "the kiosk's header stays in sight"
    assert right <= screen.width
    assert bottom <= screen.height
    assert right - left >= 0.9 * screen.width
    assert screen.letters("bench") >= LEAST_LETTERS
    assert min(control.winfo_height() for control in buttons(window._top)) >= LEAST_BUTTON


def test_every_control_does_something(bench_window: tuple[Any, Any]) -> None:
    window, bench = bench_window
    controls = buttons(window._top)
    assert len(controls) == CONTROLS
    for control in controls:
        before = (len(bench.told), bench.obliging, bench.inbox.down, bench.inbox.sms_down)
        control.invoke()
        assert (len(bench.told), bench.obliging, bench.inbox.down, bench.inbox.sms_down) != before, control["text"]
    told = {name if not arguments else (name, *arguments) for name, arguments in bench.told}
    for person in PEOPLE:
        assert {
            ("bench.step_up", person.key), ("bench.hold_up_photograph", person.key),
            ("bench.place_finger", person.finger),
        } <= told  # fmt: skip
    assert {
        "bench.hold_up_cut_out_eyes", "bench.hold_up_bent_print", "bench.hold_up_tablet", "bench.walk_away",
        "bench.lift_finger", "bench.blink", "bench.kill_vision", "bench.take_cash",
        "dispenser.cut_power_and_take", ("dispenser.jam", True), ("dispenser.plug", False),
        ("bench.insert_notes", 500, 1), ("acceptor.jam", True), ("acceptor.plug", False),
        ("printer.load_paper", False), ("speaker.plug", True), ("bench.turn", "left"), ("bench.turn", "right"),
        ("bench.stand_behind", True),
    } <= told  # fmt: skip
    assert {("bench.camera_fault", name, True) for name in ("unplug", "freeze", "dark", "noise")} <= told
    faults = ("none", "silent", "noise", "lost_byte", "corrupt", "slow", "messy", "wet", "unplug")
    assert {("bench.sensor_fault", name) for name in faults} <= told
    assert bench.inbox.down
    assert not bench.obliging


def test_a_switch_turns_back(bench_window: tuple[Any, Any]) -> None:
    window, bench = bench_window
    dark = next(control for control in buttons(window._top) if control["text"] == "Dark")
    dark.invoke()
    assert "Chosen" in str(dark["style"])
    dark.invoke()
    assert "Chosen" not in str(dark["style"])
    assert bench.told == [("bench.camera_fault", ("dark", True)), ("bench.camera_fault", ("dark", False))]


@pytest.mark.parametrize("stage", [LANDSCAPE, COMPACT], ids=lambda stage: stage.name)
def test_it_follows_the_kiosk_into_another_look_and_large_text(bench_window: tuple[Any, Any], stage: Stage) -> None:
    window, _ = bench_window
    scale = window._theme.scale
    window._theme.wear(Look.HIGH_CONTRAST, Scale(scale.width, scale.height, stage))
    until = perf_counter() + 5.0
    while window._top["background"] != HIGH_CONTRAST.paper and perf_counter() < until:
        window._top.update()
    seen = list(visible(window._top))
    assert len(buttons(window._top)) == CONTROLS
    assert not [*clipped(seen), *outside(seen, window._top), *overlaps(seen)]
    labels = [label for label in seen if isinstance(label, ttk.Label) and label["text"]]
    assert {str(label["background"]) for label in labels} == {HIGH_CONTRAST.paper}
    assert all(contrast(str(label["foreground"]), HIGH_CONTRAST.paper) >= AAA for label in labels)


def test_a_real_device_cannot_be_told_to_fail(display: Display, tmp_path: Path) -> None:
    studio = Studio(display, (1280, 800))
    bench = DummyBench(tmp_path / "none.png")
    bench.camera = None
    window = BenchWindow(studio.root, studio.window.theme, bench, lambda callback: callback())
    off = [str(control["text"]) for control in buttons(window._top) if control.instate(["disabled"])]
    studio.root.update()
    off = [str(control["text"]) for control in buttons(window._top) if control.instate(["disabled"])]
    assert off == ["Unplugged", "Frozen", "Dark", "Noise", "Torn frames", "Kill vision"]
    window.close()
    studio.close()
