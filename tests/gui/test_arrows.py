"""Every screen by the keypad alone: arrows lead to every button, the ring shows where, Enter presses."""

from __future__ import annotations

from dataclasses import replace
from tkinter import ttk

import pytest
from PIL import ImageColor

from atm_app.config import Look
from atm_app.sign_up_views import Agreements
from atm_app.views import Action, Shown
from gui.reading import is_on_board, name_of
from tests.gui.layout import buttons, named
from tests.gui.picture import Picture
from tests.gui.pictures import EACH, PICTURES
from tests.gui.studio import Studio

BY_NAME = {picture.name: picture for picture in PICTURES}
KEYBOARD = "the keyboard"
RING_DEPTH = 2  # pixels from a button's edge into its ring, at the design's own size
SMOOTHED = 8  # what smooth edges change of a colour


def press(studio: Studio, key: str) -> None:
    (studio.root.focus_get() or studio.root).event_generate("<Key>", keysym=key)
    studio.root.update()


def begin(studio: Studio, shown: Shown) -> None:
    """A visit in which no arrow was pressed yet."""
    studio.show(BY_NAME["locked"].shown("en"))
    studio.show(BY_NAME["welcome"].shown("en"))
    studio.root.focus_force()
    studio.settled(shown)
    studio.touched.clear()


def is_digit(button: ttk.Button) -> bool:
    return str(button["text"]) in set("0123456789")


def ringed(studio: Studio, button: ttk.Button) -> bool:
    """Whether the ring is to be seen, at the middle of the button's upper edge."""
    x, y = button.winfo_rootx() + button.winfo_width() // 2, button.winfo_rooty() + RING_DEPTH
    seen, ring = studio.grab().getpixel((x, y)), ImageColor.getrgb(studio.window.theme.palette.ring)
    return all(abs(one - other) <= SMOOTHED for one, other in zip(seen, ring, strict=True))


def walked(studio: Studio, key: str) -> ttk.Button | None:
    press(studio, key)
    button = studio.window.ring.button
    assert button is None or button.instate(["focus"]), named(button)
    return button


@pytest.mark.parametrize("picture", EACH)
def test_arrows_lead_to_every_button_and_around(studio: Studio, picture: Picture) -> None:
    begin(studio, picture.shown("en"))
    wanted = {
        button for button in buttons(studio.root)
        if not button.instate(["disabled"]) and str(button["takefocus"]) != "0" and not is_digit(button)
    }  # fmt: skip
    forward = stops(studio, "Down")
    assert {stop for stop in forward if stop is not KEYBOARD} == wanted
    assert (KEYBOARD in forward) == any(is_on_board(button) for button in buttons(studio.root))
    assert stops(studio, "Up") == forward[::-1], "around the end"
    if any(not ends_the_visit(button) for button in wanted):
        assert not ends_the_visit(forward[0]), "nobody starts on what ends the visit"


def stops(studio: Studio, key: str) -> list[object]:
    """What an arrow leads to until it is where it began. A keyboard is one of them, however many rows it has."""
    found: list[object] = []
    while True:
        button = walked(studio, key)
        stop = KEYBOARD if button is not None and is_on_board(button) else button
        if stop is KEYBOARD and found[-1:] == [KEYBOARD]:
            continue
        if stop is None or stop in found:
            return found
        found.append(stop)


def ends_the_visit(button: object) -> bool:
    return isinstance(button, ttk.Button) and str(button["text"]).strip() == "Cancel"


@pytest.mark.parametrize("name", ["menu", "confirm", "amount", "own_limits", "agreements", "take_cash", "statement"])
@pytest.mark.parametrize("look", list(Look))
def test_the_ring_is_seen(studio: Studio, name: str, look: Look) -> None:
    begin(studio, BY_NAME[name].shown("en", look))
    for _ in buttons(studio.root):
        button = walked(studio, "Down")
        assert button is None or ringed(studio, button), named(button)


def test_nobody_who_touches_sees_a_ring(studio: Studio) -> None:
    for name in ("welcome", "menu", "confirm", "another"):
        begin(studio, BY_NAME[name].shown("en"))
        assert studio.window.ring.button is None, name


def test_from_the_first_arrow_on_the_ring_is_on_every_screen_until_the_visit_ends(studio: Studio) -> None:
    begin(studio, BY_NAME["welcome"].shown("en"))
    assert texts(walked(studio, "Down")) == "Touch to start"
    for name, first in (("menu", "Cash withdrawal"), ("confirm", "Other notes"), ("another", "Yes")):
        studio.show(BY_NAME[name].shown("en"))
        assert texts(studio.window.ring.button) == first
    studio.show(BY_NAME["welcome"].shown("en"))
    assert studio.window.ring.button is None


def texts(button: ttk.Button | None) -> str:
    return "" if button is None else str(button["text"]).strip()


def test_enter_belongs_to_what_is_typed(studio: Studio) -> None:
    """On a screen that asks for digits the ring waits for an arrow, and a digit takes it away again."""
    begin(studio, BY_NAME["menu"].shown("en"))
    walked(studio, "Down")
    studio.show(BY_NAME["amount"].shown("en"))
    assert studio.window.ring.button is None
    walked(studio, "Down")
    assert texts(studio.window.ring.button) == "₹500"
    studio.touched.clear()
    for key in ("7", "Return"):
        press(studio, key)
    assert studio.touched == [Action("digit", "7"), Action("enter")]


def test_enter_presses_the_button_with_the_ring(studio: Studio) -> None:
    begin(studio, BY_NAME["menu"].shown("en"))
    for key in ("Down", "Down", "Return"):
        press(studio, key)
    assert studio.touched == [Action("guide", "move"), Action("guide", "move"), Action("deposit")]


def test_the_ring_stays_where_a_button_was_made_anew(studio: Studio) -> None:
    """What is agreed to is another button than what is not."""
    begin(studio, BY_NAME["agreements"].shown("en"))
    walked(studio, "Down")
    walked(studio, "Down")
    shown = BY_NAME["agreements"].shown("en")
    assert isinstance(shown.view, Agreements)
    before = studio.window.ring.button
    studio.show(replace(shown, view=replace(shown.view, agreed=(shown.view.kinds[1],))))
    after = studio.window.ring.button
    assert after is not None
    assert after is not before
    assert "fingers" in name_of(after)


def test_the_ring_follows_what_comes_late_until_it_was_moved(studio: Studio) -> None:
    begin(studio, BY_NAME["menu"].shown("en"))
    walked(studio, "Down")
    studio.show(BY_NAME["choose_account-loading"].shown("en"))
    assert texts(studio.window.ring.button) == "Back"
    studio.show(BY_NAME["choose_account"].shown("en"))
    assert texts(studio.window.ring.button).startswith("Sahyadri Bank")
    walked(studio, "Down")
    moved_to = studio.window.ring.button
    studio.show(BY_NAME["choose_account"].shown("en"))
    assert studio.window.ring.button is moved_to


@pytest.mark.parametrize(("key", "action"), [
    ("Delete", Action("clear")), ("c", Action("clear")), ("BackSpace", Action("erase")), ("Escape", Action("cancel")),
    ("F1", Action("guide", "repeat")), ("asterisk", Action("guide", "repeat")), ("F2", Action("guide", "blank")),
    ("numbersign", Action("guide", "blank")), ("plus", Action("guide", "louder")), ("Prior", Action("guide", "louder")),
    ("minus", Action("guide", "softer")), ("Next", Action("guide", "softer")),
])  # fmt: skip
def test_every_key_of_the_keypad(studio: Studio, key: str, action: Action) -> None:
    begin(studio, BY_NAME["claim"].shown("en"))
    press(studio, key)
    assert studio.touched == [action]


@pytest.mark.parametrize(("key", "letter"), [("c", "c"), ("asterisk", "*"), ("numbersign", "#"), ("plus", "+")])
def test_signs_are_letters_where_letters_are_asked_for(studio: Studio, key: str, letter: str) -> None:
    begin(studio, BY_NAME["password"].shown("en"))
    press(studio, key)
    assert studio.touched == [Action("type", letter)]
