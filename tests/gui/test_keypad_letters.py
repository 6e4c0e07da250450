"""Letters by a keypad of digits, four arrows, Clear, Cancel and Enter: pressed again and again, or walked to."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from tkinter import ttk
from typing import Any

import pytest

from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.languages import LANGUAGES
from atm_app.speech_ports import Guidance
from atm_app.views import Action, UserName
from gui.audio_guide import AudioGuide
from gui.keyboard_layouts import Kind, layout_of
from gui.keypad_letters import DIGITS, letters_of
from gui.multi_tap import MultiTap
from gui.reading import is_on_board, name_of
from tests.gui.picture import SIZES
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio
from tests.gui.test_keyboard_layouts import ALPHABETS, ASCII, DEVANAGARI, NOT_OF_MARATHI

BY_NAME = {picture.name: picture for picture in PICTURES}
NUM_LOCK = 0x10  # X11's Mod2
# Letters of words in Sanskrit or older books; the keys on the screen have them.
RARE = {"hi": set("ऌॡॠॐऽॄॢॣ॒॑॓॔ॐॱ"), "mr": set("ऌॡॠॐऽॄॢॣ॒॑॓॔ॐॱ"), "te": set("ఌౠౡౄఽ"), "ar": set("ًٌٍَُِّْـ")}
HERE = Action("guide", "move")


# --- which letters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("capital", [True, False])
def test_no_letter_stands_twice_and_every_digit_gives_itself(language: str, kind: Kind, capital: bool) -> None:
    given = [letter for digit in DIGITS for letter in letters_of(digit, kind, language, capital=capital)]
    assert len(set(given)) == len(given)
    assert all(digit in letters_of(digit, kind, language, capital=capital) for digit in DIGITS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_a_language_is_there(language: str) -> None:
    asked = set(ALPHABETS.get(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    if language in ("hi", "mr"):
        asked = DEVANAGARI - (NOT_OF_MARATHI if language == "mr" else set())
    letters = {one for one in asked if unicodedata.category(one)[0] in "LM"} - RARE.get(language, set()) - set("ªº")
    given = {one for digit in DIGITS for letter in letters_of(digit, Kind.TEXT, language) for one in letter}
    assert letters <= given, sorted(letters - given)


def test_a_password_can_have_every_sign_a_keyboard_has() -> None:
    assert {one for digit in DIGITS for one in letters_of(digit, Kind.LATIN, "en")} == ASCII


# --- one digit again and again ---------------------------------------------------------------------------------------


class Timers:
    """Tk's, with a clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.waiting: dict[str, Callable[[], Any]] = {}

    def bind(self, *_: Any, **__: Any) -> None: ...

    def after(self, _milliseconds: int, call: Callable[[], Any]) -> str:
        self.waiting[str(id(call))] = call
        return str(id(call))

    def after_cancel(self, name: str) -> None:
        self.waiting.pop(name, None)

    def rest(self) -> None:
        for name in list(self.waiting):
            self.waiting.pop(name)()


class Taps:
    def __init__(self) -> None:
        self.timers, self.written, self.shown = Timers(), list[str](), list[str]()
        letters = {"2": ("a", "b", "2"), "3": ("d",)}
        self.taps = MultiTap(self.timers, letters.__getitem__, self.written.append, self.shown.append)  # type: ignore[arg-type]

    def press(self, digits: str, *, rests: bool = True) -> None:
        for digit in digits:
            self.taps.press(digit, rests=rests)


def test_presses_go_through_the_letters_and_around() -> None:
    taps = Taps()
    taps.press("2222")
    assert taps.shown == ["a", "b", "2", "a"]
    assert taps.written == []


def test_a_rest_takes_the_letter() -> None:
    taps = Taps()
    taps.press("22")
    taps.timers.rest()
    taps.press("2")
    assert taps.written == ["b"]
    assert taps.taps.letter == "a"


def test_another_digit_takes_the_letter() -> None:
    taps = Taps()
    taps.press("2232")
    assert taps.written == ["b", "d"]
    assert taps.taps.letter == "a"


def test_who_listens_has_all_the_time() -> None:
    taps = Taps()
    taps.press("22", rests=False)
    assert not taps.timers.waiting
    assert taps.taps.take()
    assert not taps.taps.take()
    assert taps.written == ["b"]


def test_a_letter_can_be_forgotten() -> None:
    taps = Taps()
    taps.press("22")
    assert taps.taps.drop()
    taps.timers.rest()
    assert taps.written == []
    assert taps.shown[-1] == ""


# --- at the window ---------------------------------------------------------------------------------------------------


def press(studio: Studio, *keys: str) -> list[Action]:
    """What is touched by that, but for the signs that somebody is there. Digits are those of a keypad."""
    studio.touched.clear()
    for key in keys:
        target = studio.root.focus_get() or studio.root
        if key.isdecimal():
            target.event_generate("<Key>", keysym=f"KP_{key}", state=NUM_LOCK)
        else:
            target.event_generate("<Key>", keysym=key)
        studio.root.update()
    return [action for action in studio.touched if action != HERE]


def typed(letters: str) -> list[Action]:
    return [Action("type", letter) for letter in letters]


@pytest.fixture
def asking(studio: Studio) -> Studio:
    """A visitor is asked for a user name, in English."""
    studio.show(BY_NAME["locked"].shown("en"))
    studio.show(BY_NAME["welcome"].shown("en"))
    studio.root.focus_force()
    studio.settled(replace(BY_NAME["user_name"].shown("en"), view=UserName()))
    return studio


@pytest.mark.parametrize(("keys", "actions"), [
    (("2", "3"), typed("a")),
    (("2", "2", "2", "Right", "2", "Right"), typed("ca")),
    (("7", "7", "7", "7", "Return"), [*typed("s"), Action("enter")]),
    (("2", "Escape"), [*typed("a"), Action("cancel")]),
    (("2", "BackSpace"), []),
    (("2", "Delete"), []),
    (("Delete",), [Action("clear")]),
    (("0", "Right"), typed("0")),
    (("1", "x"), typed(".x")),
    (("2", "2", "2", "2", "2", "Right"), typed("A")),
])  # fmt: skip
def test_keys_of_the_keypad_write(asking: Studio, keys: tuple[str, ...], actions: list[Action]) -> None:
    assert press(asking, *keys) == actions


def test_the_letter_that_waits_is_taken_by_a_touch(asking: Studio) -> None:
    press(asking, "3")
    asking.touched.clear()
    asking.window._studio.touch(Action("enter"))
    assert asking.touched == [*typed("d"), Action("enter")]


def test_digits_above_the_letters_are_digits_unless_the_machine_has_no_keyboard(asking: Studio) -> None:
    assert press(asking, "x") == typed("x")
    asking.touched.clear()
    asking.root.event_generate("<Key>", keysym="2")
    assert asking.touched == typed("2")
    asking.window.digits_are_letters = True
    asking.touched.clear()
    try:
        for key in ("2", "2", "Right"):
            asking.root.event_generate("<Key>", keysym=key)
    finally:
        asking.window.digits_are_letters = False
    assert [action for action in asking.touched if action != HERE] == typed("b")


def test_a_name_begins_with_a_capital(asking: Studio) -> None:
    shown = BY_NAME["question-name"].shown("en")
    asking.settled(replace(shown, view=replace(shown.view, typed="")))
    assert press(asking, "2", "Right") == typed("A")
    asking.show(replace(shown, view=replace(shown.view, typed="A")))
    assert press(asking, "2", "Right") == typed("a")


@pytest.mark.parametrize("language", [each for each in LANGUAGES if not layout_of(each).latin])
def test_other_scripts_are_written_and_latin_after_their_key(asking: Studio, language: str) -> None:
    asking.settled(BY_NAME["question-name"].shown(language))
    assert press(asking, "2", "Right") == typed(letters_of("2", Kind.TEXT, language)[0])
    board = asking.window._screen.letters
    board._press_language()
    assert press(asking, "2", "Right")[0].value in "aA"


def test_nobody_sees_the_letter_of_a_password(asking: Studio) -> None:
    asking.settled(BY_NAME["password"].shown("en"))
    press(asking, "9", "9", "9")
    assert asking.window._screen.letters.taps.letter == "y"
    assert "y" not in {str(each.shown_text[0]) for each in labels_of(asking.root)}
    assert "●" in {str(each.shown_text[0]) for each in labels_of(asking.root)}


def labels_of(widget: Any) -> Iterator[Any]:
    for child in widget.winfo_children():
        if hasattr(child, "shown_text"):
            yield child
        yield from labels_of(child)


@pytest.mark.parametrize("size", [
    pytest.param(size, marks=() if size == min(SIZES) else pytest.mark.slow, id="{}x{}".format(*size)) for size in SIZES
])  # fmt: skip
def test_the_letters_of_the_digits_fit_their_keys(display: Display, size: tuple[int, int]) -> None:
    studio = Studio(display, size)
    try:
        for language in LANGUAGES:
            for name in ("question-name", "question-email", "password"):
                studio.settled(BY_NAME[name].shown(language))
                press(studio, "7", "1")
                legend = studio.window._screen.letters._legend
                for key, letters, waiting in legend._keys.values():
                    parts = [label for label in labels_of(key) if label.shown_text[0]]
                    assert all(label.winfo_height() <= key.winfo_height() for label in parts), (language, name)
                    right = waiting.winfo_x() if waiting.shown_text[0] else key.winfo_width()
                    assert letters.winfo_x() + letters.winfo_width() <= right, (language, name)
    finally:
        studio.close()


# --- walked to -------------------------------------------------------------------------------------------------------


def ring(studio: Studio) -> str:
    button = studio.window.ring.button
    return "" if button is None else name_of(button)


def test_arrows_walk_the_keyboard(asking: Studio) -> None:
    press(asking, "Right")
    assert ring(asking) == "q"
    press(asking, "Down")
    assert ring(asking) == "a"
    press(asking, "Left")
    assert ring(asking) == "l", "around the end of a row"
    press(asking, "Up", "Up")
    assert not is_on_board(asking.window.ring.button), "out of it above the first row"
    press(asking, "Down")
    assert ring(asking) == "q"


def test_every_key_is_reached_and_enter_presses_it(asking: Studio) -> None:
    board = asking.window._screen.letters
    wanted = {key for key in board.frame.winfo_children() if isinstance(key, ttk.Button) and key.winfo_ismapped()}
    press(asking, "Right")
    reached = set()
    while is_on_board(asking.window.ring.button):
        first = asking.window.ring.button
        while asking.window.ring.button not in reached:
            reached.add(asking.window.ring.button)
            press(asking, "Right")
        assert asking.window.ring.button is first
        press(asking, "Down")
    assert reached == wanted


def test_a_capital_by_arrows_alone(asking: Studio) -> None:
    press(asking, "Right", "Down", "Down")
    assert ring(asking) == "Capital letters"
    press(asking, "Return")
    assert ring(asking) == "Small letters"
    assert press(asking, "Right", "Return") == typed("Z")
    assert ring(asking) == "z", "one letter alone"


# --- by ear ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(asking: Studio) -> Iterator[VirtualSpeaker]:
    speaker = VirtualSpeaker()
    window = asking.window
    guide = AudioGuide(speaker, window.ring)
    before = window.guided, window.moved, window.tapped
    window.guided, window.moved, window.tapped = guide.follow, guide.moved, guide.tapped
    asking.settled(replace(BY_NAME["user_name"].shown("en"), view=UserName(), guidance=Guidance()))
    yield speaker
    window.guided, window.moved, window.tapped = before


def texts(speaker: VirtualSpeaker) -> list[str]:
    said = [each.text for each in speaker.said]
    speaker.said.clear()
    return said


def test_letters_are_spelled_as_they_come(asking: Studio, heard: VirtualSpeaker) -> None:
    assert "Type letters with the digits" in texts(heard)[0]
    press(asking, "2", "2", "1")
    assert texts(heard) == ["a", "b", "."]
    asking.show(replace(asking.window.shown, view=UserName(typed="b")))
    assert texts(heard) == ["b"]
    press(asking, "Right", "Right", "Right")
    assert texts(heard) == ["q", "w"], "the first arrow took the sign"


def test_what_the_keys_do_is_said(asking: Studio, heard: VirtualSpeaker) -> None:
    press(asking, "Right", "Down", "Down")
    texts(heard)
    press(asking, "Return")
    assert texts(heard) == ["Small letters."]


def test_letters_of_a_password_are_ticks(asking: Studio, heard: VirtualSpeaker) -> None:
    asking.settled(replace(BY_NAME["password"].shown("en"), guidance=Guidance()))
    texts(heard)
    press(asking, "2", "2", "2")
    assert texts(heard) == []
    assert heard.ticks == 3
    assert heard.beeps == 0
