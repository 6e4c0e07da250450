"""Full screen: whatever the size of the screen becomes, everything is laid out for it, and nothing leads out."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Iterator
from time import monotonic
from tkinter import ttk

import pytest

from atm_app.views import Action, Amount
from gui.kiosk_mode import Fitting, FullScreen
from gui.screen_size import ScreenSize
from tests.gui.changing_display import ChangingDisplay
from tests.gui.layout import buttons, problems, visible
from tests.gui.pictures import PICTURES
from tests.gui.studio import SCREENS, Display, Studio
from tests.waiting import live

BY_NAME = {picture.name: picture for picture in PICTURES}
PATIENCE = 10.0
SCREEN = SCREENS[0]
SIZES = ((1280, 720), (1024, 768), (1280, 1024))


@pytest.fixture
def window(display: Display) -> Iterator[Studio]:
    made = Studio(display, SCREEN)
    yield made
    made.close()


def lived_until(root: tkinter.Tk, condition: Callable[[], bool]) -> bool:
    """Let the window live until the condition holds, or patience ends."""
    end = monotonic() + PATIENCE
    while not condition() and monotonic() < end:
        live(root)
    return condition()


def size_of(studio: Studio) -> tuple[int, int]:
    scale = studio.window.scale
    return scale.width, scale.height


def said(studio: Studio) -> list[str]:
    """All that can be read."""
    return [str(getattr(widget, "shown_text", ("",))[0]) for widget in visible(studio.root)]


@pytest.mark.parametrize("name", ["welcome", "pin-filled", "amount-nearest", "statement"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_another_size_is_painted_as_if_it_had_always_been(display: Display, name: str, language: str) -> None:
    picture, pictures = BY_NAME[name], []
    for first, then in (((1280, 720), (1280, 720)), (SCREEN, (1280, 720))):
        studio = Studio(display, first)
        studio.show(picture.shown(language))
        studio.root.geometry("{}x{}+0+0".format(*then))
        studio.root.update()
        studio.window.fit(*then)
        studio.root.update()
        studio.size = then
        assert not problems(studio.root, studio.window.scale)
        pictures.append(studio.grab().tobytes())
        studio.close()
    assert pictures[0] == pictures[1]


def test_it_comes_back_as_it_was(window: Studio) -> None:
    window.show(BY_NAME["menu"].shown("en"))
    before = window.grab()
    for size in (*SIZES, SCREEN):
        window.root.geometry("{}x{}+0+0".format(*size))
        window.root.update()
        window.window.fit(*size)
        window.root.update()
        assert not problems(window.root, window.window.scale), size
    assert window.grab().tobytes() == before.tobytes()


def test_the_step_and_what_was_typed_stay(window: Studio) -> None:
    """And the keys reach the screen that took the old one's place."""
    shown = BY_NAME["amount-nearest"].shown("en")
    assert isinstance(shown.view, Amount)
    assert shown.view.typed
    window.show(shown)
    before, painted = said(window), list[object]()
    window.window.painted = painted.append
    window.window.fit(1280, 720)
    assert window.window.shown == shown
    assert painted == [shown]
    window.root.update()
    assert said(window) == before
    window.touched.clear()
    (window.root.focus_get() or window.root).event_generate("<Key>", keysym="7")
    window.root.update()
    assert window.touched == [Action("digit", "7")]


def test_a_window_that_changes_is_laid_out_once(window: Studio) -> None:
    """A window manager goes to a size in steps."""
    sizes: list[tuple[int, int]] = []
    fitting = Fitting(window.root, lambda *size: sizes.append(size))
    for size in SIZES:
        window.root.geometry("{}x{}+0+0".format(*size))
        window.root.update()
    assert sizes == []
    assert lived_until(window.root, lambda: bool(sizes))
    assert sizes == [SIZES[-1]]
    fitting.close()
    window.root.geometry("1280x720+0+0")
    window.root.update()
    assert fitting._waiting == ""


def test_a_window_that_is_put_away_is_not_laid_out(window: Studio) -> None:
    fitting = Fitting(window.root, window.window.fit)
    window.root.geometry("1x1+0+0")
    window.root.update()
    assert fitting._waiting == ""
    fitting.close()


def test_another_resolution_is_filled(display: Display, window: Studio) -> None:
    """Without a window manager; Tk itself still says the old size then."""
    try:
        changing = ChangingDisplay(display.name)
    except OSError as error:
        pytest.skip(f"the resolution cannot be changed here: {error}")
    root = window.root
    full = FullScreen(root, window.window.fit, pointer=False)
    window.show(BY_NAME["pin-filled"].shown("hi"))
    try:
        for size in ((1280, 720), SCREEN):
            changing.resize(*size)
            assert lived_until(root, lambda wanted=size: size_of(window) == wanted)
            assert (root.winfo_rootx(), root.winfo_rooty(), root.winfo_width(), root.winfo_height()) == (0, 0, *size)
            assert not problems(root, window.window.scale)
    finally:
        changing.resize(*SCREEN)
        changing.close()
        full.close()


def test_a_display_that_is_not_there_has_no_size() -> None:
    size = ScreenSize(":4711")
    assert size.now() is None
    size.close()


def test_the_display_says_its_size(display: Display) -> None:
    size = ScreenSize(display.name)
    assert size.now() == SCREEN
    size.close()
    assert size.now() is None


def test_nothing_leads_out(window: Studio) -> None:
    """Closing is refused, and no key moves the focus or reaches a screen but those that it knows."""
    full = FullScreen(window.root, window.window.fit, pointer=False)
    window.show(BY_NAME["menu"].shown("en"))
    root = window.root
    root.focus_force()
    root.update()
    root.tk.eval(str(root.protocol("WM_DELETE_WINDOW")))
    root.update()
    assert root.winfo_exists()
    window.touched.clear()
    for keys in (
        "<Alt-F4>", "<Control-w>", "<Control-q>", "<Alt-Tab>", "<Tab>", "<Shift-Tab>", "<F4>", "<F10>", "<F11>",
        "<Super_L>", "<Menu>", "<Alt-Key-space>", "<Control-Key-c>",
    ):  # fmt: skip
        (root.focus_get() or root).event_generate(keys)
        root.update()
        assert root.focus_get() is root, keys
        assert window.touched == [], keys
    full.close()


def test_tab_is_what_would_move_the_focus_otherwise(window: Studio) -> None:
    """Tk's own way, which the test above finds closed."""
    window.show(BY_NAME["menu"].shown("en"))
    window.root.focus_force()
    window.root.update()
    window.root.event_generate("<Tab>")
    window.root.update()
    assert isinstance(window.root.focus_get(), ttk.Button)


@pytest.mark.parametrize(("pointer", "cursor"), [(True, "arrow"), (False, "none")])
def test_the_pointer_is_hidden_where_nobody_has_a_mouse(window: Studio, pointer: bool, cursor: str) -> None:
    full = FullScreen(window.root, window.window.fit, pointer=pointer)
    window.show(BY_NAME["menu"].shown("en"))
    assert str(window.root["cursor"]) == cursor
    assert {str(button["cursor"]) for button in buttons(window.root)} == {""}, "a button has the window's own"
    full.close()
