"""Screens slide in: from the side they are read from, touched on the way, and where they belong at the end."""

from __future__ import annotations

import tkinter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from atm_app.speech_ports import Guidance
from atm_app.views import Action
from gui.tokens import SLIDE, SLIDE_STEPS
from tests.gui.layout import buttons
from tests.gui.pictures import PICTURES
from tests.gui.studio import Studio

BY_NAME = {picture.name: picture for picture in PICTURES}


@pytest.fixture
def moving(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Windows move step by step: ``after`` waits for the test. Holds what is still to come."""
    calls: dict[str, object] = {}

    def after(_widget: tkinter.Misc, _milliseconds: int, call: object = None) -> str:
        name = f"after#{len(calls)}"
        calls[name] = call
        waiting.append(name)
        return name

    def after_cancel(_widget: tkinter.Misc, name: str) -> None:
        waiting.remove(name)

    waiting: list[str] = []
    monkeypatch.setattr("tkinter.ttk.Frame.after", after)
    monkeypatch.setattr("tkinter.ttk.Frame.after_cancel", after_cancel)
    studio.calls = calls  # type: ignore[attr-defined]
    monkeypatch.setattr(studio.window, "moving", True)
    studio.settled(BY_NAME["menu"].shown("en"))
    yield waiting
    for name in list(waiting):
        waiting.remove(name)


def step(studio: Studio, waiting: list[str]) -> int:
    """One step on. Where the screen is, pixels from its place."""
    if waiting:
        studio.calls[waiting.pop(0)]()  # type: ignore[attr-defined]
        studio.root.update()
    return studio.window._screen.frame.winfo_x()


def ways(studio: Studio, waiting: list[str]) -> list[int]:
    return [studio.window._screen.frame.winfo_x(), *(step(studio, waiting) for _ in range(SLIDE_STEPS))]


@pytest.mark.parametrize(("language", "touched", "side"), [
    ("en", "withdraw", 1), ("en", "back", -1), ("ar", "withdraw", -1), ("ar", "back", 1),
])  # fmt: skip
def test_it_comes_from_where_it_is_read(
    studio: Studio, moving: list[str], language: str, touched: str, side: int
) -> None:
    studio.settled(BY_NAME["menu"].shown(language))
    studio.window._studio.touch(Action(touched))
    studio.show(BY_NAME["amount"].shown(language))
    way = ways(studio, moving)
    assert way[0] == side * studio.window.scale(SLIDE)
    assert [abs(place) for place in way] == sorted((abs(place) for place in way), reverse=True)
    assert way[-1] == 0
    assert not moving, "and stays"


def test_it_can_be_touched_on_the_way(studio: Studio, moving: list[str]) -> None:
    studio.show(BY_NAME["amount"].shown("en"))
    studio.touched.clear()
    key = next(button for button in buttons(studio.root) if str(button["text"]).strip() == "₹500")
    for event in ("<Enter>", "<ButtonPress-1>", "<ButtonRelease-1>"):
        key.event_generate(event, x=10, y=10)
        step(studio, moving)
    assert studio.touched == [Action("amount", "50000")]


def test_a_screen_that_goes_on_the_way_stops(studio: Studio, moving: list[str]) -> None:
    studio.show(BY_NAME["amount"].shown("en"))
    step(studio, moving)
    studio.show(BY_NAME["confirm"].shown("en"))
    assert len(moving) == 1, "the next one's"
    assert ways(studio, moving)[-1] == 0


def test_the_same_screen_stays_where_it_is(studio: Studio, moving: list[str]) -> None:
    shown = BY_NAME["amount"].shown("en")
    studio.settled(shown)
    studio.show(replace(shown, view=replace(shown.view, typed="7")))
    studio.show(replace(shown, language="fr"))
    assert not moving
    assert studio.window._screen.frame.winfo_x() == 0


@pytest.mark.parametrize("change", [{"large": True}, {"guidance": Guidance()}], ids=["large text", "audio guidance"])
def test_some_are_spared_it(studio: Studio, moving: list[str], change: dict[str, object]) -> None:
    studio.show(replace(BY_NAME["menu"].shown("en"), **change))
    moving.clear()
    studio.show(replace(BY_NAME["amount"].shown("en"), **change))
    assert studio.window._screen.frame.winfo_x() == 0
    studio.show(BY_NAME["welcome"].shown("en"))
