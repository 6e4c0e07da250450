"""The on-screen keyboard in a real window: every key of every page is painted, can be touched, and types its letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter, thread_time
from tkinter import ttk

import pytest
from PIL import Image

from atm_app.languages import LANGUAGES
from atm_app.views import Action, Shown
from gui import keyboard, lettered
from gui.keyboard_layouts import Kind
from gui.screens.base import Screen
from gui.text_line import TextLine
from gui.tokens import SHADOW_DEPTH
from gui.window import SCREENS
from gui.words import NAMES
from tests.gui.layout import buttons, named, problems, rectangle, visible
from tests.gui.picture import SIZES
from tests.gui.studio import Display, Studio
from tests.gui.test_keyboard_layouts import ALPHABETS, ASCII, DEVANAGARI, NOT_OF_MARATHI

# In every run where there is least room.
SIZED = [
    pytest.param(size, marks=() if size == min(SIZES) else pytest.mark.slow, id="{}x{}".format(*size)) for size in SIZES
]
ASKED = [*((Kind.TEXT, language) for language in LANGUAGES), (Kind.LATIN, "en"), (Kind.EMAIL, "en")]
FUNCTIONS = ("⇧", "⌫", "123", "#+=", "ABC", "१२३", "ॐ+=", "कखग", "அஆஇ", "అఆఇ", "ابت", *NAMES.values())
SLOWEST_CHANGE_SECONDS = 0.016
CHANGES = 40
FIELD_EDGE = 4  # design pixels
DARK = 130  # of 255: ink on a key, and nothing else of it, is darker


@dataclass(frozen=True)
class Asked:
    """What a test asks for; no view of the machine's own."""

    kind: Kind = Kind.TEXT
    text: str = ""
    secret: bool = False
    note: str = ""
    sheet: str = ""


class AskedScreen(Screen):
    def build(self, shown: Shown) -> None:
        self.title("Your name")
        self.line = self.text_line(secret=shown.view.secret)
        self.board = self.keyboard(shown.view.kind)
        self.bottom("Back", "back")

    def update(self, shown: Shown) -> None:
        self.line.show(shown.view.text)
        self.board.follow(shown.view.text)


@pytest.fixture(autouse=True)
def asked_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCREENS, Asked, AskedScreen)


@pytest.fixture(scope="module")
def sized(display: Display, request: pytest.FixtureRequest) -> Iterator[Studio]:
    made = Studio(display, request.param)
    yield made
    made.close()


def ask(studio: Studio, kind: Kind = Kind.TEXT, language: str = "en", **view: object) -> None:
    studio.settled(Shown(Asked(kind=kind, **view), "asked", language))
    studio.touched.clear()


def keys(studio: Studio) -> dict[str, ttk.Button]:
    """The keys to be seen, by what they say."""
    board = studio.window._screen.board.frame
    return {str(key["text"]): key for key in buttons(board)}


def tap(studio: Studio, text: str) -> None:
    press(studio, keys(studio)[text])


def press(studio: Studio, key: ttk.Button) -> None:
    for event in ("<Enter>", "<ButtonPress-1>", "<ButtonRelease-1>", "<Leave>"):
        key.event_generate(event, x=key.winfo_width() // 2, y=key.winfo_height() // 2)
    studio.root.update()


def typed(studio: Studio) -> str:
    """What was typed since the last time; nothing else was touched."""
    assert {action.name for action in studio.touched} <= {"type"}
    letters = [action.value for action in studio.touched]
    assert all(len(letter) == 1 for letter in letters)
    studio.touched.clear()
    return "".join(letters)


def pages(studio: Studio, kind: Kind, language: str) -> Iterator[str]:
    """Turns to every page a customer can reach."""
    for letters in ("own", "Latin"):
        ask(studio, kind, language)
        if letters == "Latin":
            if "English" not in keys(studio):
                return
            tap(studio, "English")
        for group in ("letters", "marks"):
            for shift in range(2):
                yield f"{language} {kind.value} {letters} {group} {shift}"
                first = next(text for text in ("⇧", "#+=", "ॐ+=", "123", "१२३") if text in keys(studio))
                tap(studio, first)
            if group == "letters":
                tap(studio, next(text for text in ("123", "१२३") if text in keys(studio)))


# --- the keys --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sized", SIZED, indirect=True)
@pytest.mark.parametrize(("kind", "language"), ASKED, ids=lambda value: getattr(value, "value", value))
def test_every_key_is_painted_and_none_is_clipped(sized: Studio, kind: Kind, language: str) -> None:
    found, shown = [], 0
    for page in pages(sized, kind, language):
        found += [f"{page}: {problem}" for problem in problems(sized.root, sized.window.scale)]
        picture = sized.grab().convert("L")
        for key in keys(sized).values():
            shown += 1
            if not has_ink(picture, key):
                found.append(f"{page}: nothing is seen on {named(key)}")
    assert not found, "\n" + "\n".join(found)
    assert shown >= 4 * 32


def has_ink(picture: Image.Image, key: ttk.Button) -> bool:
    """A letter within the key's middle, darker than its edge and its shadow, or white on blue."""
    left, top, right, bottom = rectangle(key)
    inset = (bottom - top) // 8
    darkest, lightest = picture.crop((left + inset, top + inset, right - inset, bottom - inset)).getextrema()
    return darkest < DARK and lightest > 200


@pytest.mark.parametrize(("kind", "language"), ASKED, ids=lambda value: getattr(value, "value", value))
def test_every_key_types_what_stands_on_it(studio: Studio, kind: Kind, language: str) -> None:
    """Each is tapped on a fresh page: a letter takes shift with it."""
    seen: set[str] = set()
    enter = studio_enter(studio, language)
    for page in pages(studio, kind, language):
        for text in sorted(set(keys(studio)) - {*FUNCTIONS, enter}):
            board = studio.window._screen.board
            before = board._marks, board._shifted
            tap(studio, text)
            assert typed(studio) == text, page
            seen |= set(text)
            board._marks, board._shifted = before
            board._paint()
    if kind is not Kind.EMAIL:
        assert seen >= ASCII
    assert (seen >= DEVANAGARI - NOT_OF_MARATHI) == (language in ("hi", "mr"))
    assert seen >= set(ALPHABETS.get(language, ""))


def studio_enter(studio: Studio, language: str) -> str:
    ask(studio, Kind.LATIN, language)
    return str(studio.window._screen.board._foot["enter"]["text"])


def test_erase_and_enter_are_touches_of_their_own(studio: Studio) -> None:
    ask(studio)
    tap(studio, "⌫")
    tap(studio, "Enter")
    assert studio.touched == [Action("erase"), Action("enter")]


def test_erase_goes_on_while_it_is_held(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "HOLD_MILLISECONDS", 1)
    monkeypatch.setattr(keyboard, "REPEAT_MILLISECONDS", 1)
    ask(studio)
    key = keys(studio)["⌫"]
    key.event_generate("<Enter>")
    key.event_generate("<ButtonPress-1>", x=9, y=9)
    until = perf_counter() + 2.0
    while len(studio.touched) < 3 and perf_counter() < until:
        studio.root.update()
    assert studio.touched == [Action("erase")] * 3
    studio.touched.clear()
    key.event_generate("<ButtonRelease-1>", x=9, y=9)
    until = perf_counter() + 0.05
    while perf_counter() < until:
        studio.root.update()
    assert not studio.touched, "a finger that is gone erases nothing"
    press(studio, key)
    assert studio.touched == [Action("erase")]


def test_a_held_key_ends_with_its_screen(studio: Studio) -> None:
    ask(studio)
    keys(studio)["⌫"].event_generate("<ButtonPress-1>", x=9, y=9)
    assert studio.window._screen.board._held in studio.root.tk.splitlist(studio.root.tk.call("after", "info"))
    held = studio.window._screen.board._held
    ask(studio)
    assert held not in studio.root.tk.splitlist(studio.root.tk.call("after", "info"))


def test_a_dot_com_is_four_letters(studio: Studio) -> None:
    ask(studio, Kind.EMAIL)
    tap(studio, ".com")
    assert studio.touched == [Action("type", letter) for letter in ".com"]


def test_shift_is_for_one_letter(studio: Studio) -> None:
    ask(studio, Kind.LATIN)
    assert "q" in keys(studio)
    tap(studio, "⇧")
    tap(studio, "Q")
    tap(studio, "q")
    tap(studio, "⇧")
    tap(studio, "⇧")
    tap(studio, "w")
    assert typed(studio) == "Qqw"


def test_shift_of_the_marks_stays_until_a_space(studio: Studio) -> None:
    ask(studio, Kind.LATIN)
    for text in ("123", "#+=", "{", "}", " "):
        tap(studio, text)
    assert typed(studio) == "{} "
    assert "q" in keys(studio), "after a space comes a word"


@pytest.mark.parametrize(
    ("text", "key"), [("", "Q"), ("A", "q"), ("Asha", "q"), ("Asha ", "Q"), ("Jean-", "Q"), ("M. ", "Q")]
)
def test_a_name_begins_with_a_capital_by_itself(studio: Studio, text: str, key: str) -> None:
    ask(studio)
    studio.show(Shown(Asked(text=text), "asked", "en"))
    assert key in keys(studio)


def test_a_capital_waits_behind_the_marks(studio: Studio) -> None:
    ask(studio, text="12 ")
    tap(studio, "123")
    assert "1" in keys(studio)
    tap(studio, "ABC")
    assert "Q" in keys(studio)


def test_a_view_that_says_the_same_leaves_shift_alone(studio: Studio) -> None:
    """A note that comes while shift is pressed."""
    ask(studio, text="Ash")
    tap(studio, "⇧")
    studio.show(Shown(Asked(text="Ash", note="not_offered"), "asked", "en"))
    assert "Q" in keys(studio)
    assert not problems(studio.root, studio.window.scale), "the note stands between the title and the line"


@pytest.mark.parametrize("kind", [Kind.LATIN, Kind.EMAIL])
@pytest.mark.parametrize("language", LANGUAGES)
def test_user_names_and_addresses_are_latin_and_begin_small(studio: Studio, kind: Kind, language: str) -> None:
    ask(studio, kind, language)
    assert "q" in keys(studio)
    assert not set(NAMES.values()) & set(keys(studio))
    assert kind is not Kind.EMAIL or {"@", ".", "-", "_", ".com"} <= set(keys(studio))


@pytest.mark.parametrize(("language", "letters"), [
    ("hi", "कख"), ("mr", "कख"), ("ta", "ரற"), ("te", "కఖ"), ("ar", "اأ"),
])  # fmt: skip
def test_a_name_is_written_in_either_script(studio: Studio, language: str, letters: str) -> None:
    ask(studio, Kind.TEXT, language)
    small, shifted = letters
    tap(studio, small)
    tap(studio, "English")
    assert "K" in keys(studio), "a name begins"
    studio.window._screen.board.follow(small)
    tap(studio, "k")
    tap(studio, NAMES[language])
    tap(studio, "⇧")
    tap(studio, shifted)
    tap(studio, small)
    assert typed(studio) == f"{small}k{shifted}{small}"


def test_the_keys_take_no_focus(studio: Studio) -> None:
    """Else the Return of a physical keyboard would repeat the last letter."""
    ask(studio)
    studio.root.focus_force()
    tap(studio, "Q")
    assert studio.root.focus_get() is studio.root
    studio.touched.clear()
    studio.root.event_generate("<Key>", keysym="Return")
    studio.root.update()
    assert studio.touched == [Action("enter")]
    tabbed = studio.root.tk_focusNext()
    assert str(tabbed["text"]).strip() == "Back"


# --- a physical keyboard ---------------------------------------------------------------------------------------------

PHYSICAL = {"a": "a", "z": "z", "5": "5", "space": " ", "minus": "-", "period": "."}
SHIFTED = {"A": "A", "at": "@", "underscore": "_"}


def strike(studio: Studio, *keysyms: str, state: int = 0) -> list[Action]:
    studio.touched.clear()
    for keysym in keysyms:
        (studio.root.focus_get() or studio.root).event_generate("<Key>", keysym=keysym, state=state)
        studio.root.update()
    return list(studio.touched)


def test_letters_of_a_physical_keyboard(studio: Studio) -> None:
    ask(studio)
    studio.root.focus_force()
    assert strike(studio, *PHYSICAL) == [Action("type", letter) for letter in PHYSICAL.values()]
    assert strike(studio, *SHIFTED, state=0x1) == [Action("type", letter) for letter in SHIFTED.values()]
    assert strike(studio, "BackSpace", "Return", "KP_Enter", "Escape") == [
        Action("erase"), Action("enter"), Action("enter"), Action("cancel"),
    ]  # fmt: skip
    assert strike(studio, "F5", "Shift_L", "Tab", "Home") == []


@pytest.mark.parametrize("state", [0x4, 0x8], ids=["control", "alt"])
def test_commands_are_no_letters(studio: Studio, state: int) -> None:
    ask(studio)
    studio.root.focus_force()
    assert strike(studio, "a", "5", state=state) == []


def test_the_space_bar_presses_a_focused_button_and_types_nothing(studio: Studio) -> None:
    ask(studio)
    back = next(button for button in buttons(studio.root) if str(button["text"]) == "Back")
    back.focus_force()
    assert strike(studio, "space") == [Action("back")]
    assert strike(studio, "a") == [Action("type", "a")]


# --- the line --------------------------------------------------------------------------------------------------------


def said(studio: Studio) -> str:
    line: TextLine = studio.window._screen.line
    return str(next(getattr(widget, "shown_text", ("",))[0] for widget in visible(line.frame)))


@pytest.mark.parametrize("sized", SIZED, indirect=True)
@pytest.mark.parametrize("text", ["Flat 12, 3 Main Road, " * 8, "श्री राजेन्द्र कुलकर्णी, " * 8, "W" * 200, "Pune पुणे " * 20])
@pytest.mark.parametrize("secret", [False, True], ids=["open", "secret"])
def test_a_long_text_shows_its_end(sized: Studio, text: str, secret: bool) -> None:
    ask(sized, text=text, secret=secret)
    line = sized.window._screen.line
    assert not problems(line.frame, sized.window.scale)
    label, caret = visible(line.frame)
    edge = sized.window.scale(FIELD_EDGE)
    assert rectangle(label)[1] >= rectangle(line.frame)[1] + edge
    assert rectangle(label)[3] <= rectangle(line.frame)[3] - edge - sized.window.scale(SHADOW_DEPTH)
    assert rectangle(label)[2] <= rectangle(caret)[0]
    assert rectangle(caret)[2] < rectangle(line.frame)[2]
    assert rectangle(caret)[0] > rectangle(line.frame)[2] - line.frame.winfo_width() * 0.12, "no room is lost"
    shown = said(sized)
    if secret:
        assert set(shown) == {"●"}
    else:
        assert shown.startswith("…")
        assert text.endswith(shown[1:])
        assert not unicodedata.category(shown[1]).startswith("M"), "a vowel sign without its letter"


def test_a_secret_is_dots_from_the_first_letter_on(studio: Studio) -> None:
    ask(studio, Kind.LATIN, secret=True)
    for text in ("S", "S3", "S3cret"):
        studio.show(Shown(Asked(kind=Kind.LATIN, text=text, secret=True), "asked", "en"))
        assert said(studio) == "●" * len(text)
        texts = {str(widget["text"]) for widget in visible(studio.root) if isinstance(widget, ttk.Label)}
        assert text not in texts


def test_the_line_shows_all_of_what_fits(studio: Studio) -> None:
    ask(studio, text="Asha ")
    assert said(studio) == "Asha "
    (_, caret) = visible(studio.window._screen.line.frame)
    before = caret.winfo_rootx()
    studio.show(Shown(Asked(text="Asha K"), "asked", "en"))
    assert caret.winfo_rootx() > before
    studio.show(Shown(Asked(text=""), "asked", "en"))
    assert said(studio) == ""


def test_a_line_begins_where_its_text_is_read_from(studio: Studio) -> None:
    """The caret stands behind the last letter: left of Arabic, right of an address that is typed on the same screen."""
    ask(studio, Kind.TEXT, "ar", text="شارع")
    label, caret = visible(studio.window._screen.line.frame)
    edges = rectangle(studio.window._screen.line.frame)
    assert rectangle(caret)[2] <= rectangle(label)[0]
    assert edges[2] - rectangle(label)[2] < rectangle(label)[0] - edges[0]
    studio.show(Shown(Asked(text="Flat 12"), "asked", "ar"))
    assert rectangle(label)[2] <= rectangle(caret)[0]
    assert rectangle(label)[0] - edges[0] < edges[2] - rectangle(label)[2]


def test_devanagari_is_shaped(studio: Studio) -> None:
    """Pillow draws it: the vowel sign of कि stands before its letter, which Tk would not do."""
    ask(studio, Kind.TEXT, "hi", text="कि")
    label, _ = visible(studio.window._screen.line.frame)
    assert str(label["image"])
    assert lettered.width_of("कि", 60, True) > lettered.width_of("क", 60, True)


# --- how long it takes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "hi"])
def test_a_page_is_changed_within_a_frame(studio: Studio, language: str) -> None:
    """The quicker quarter of many, in the thread's own time, painting included."""
    ask(studio, Kind.TEXT, language)
    board = studio.window._screen.board
    taken = []
    for _ in range(CHANGES):
        began = thread_time()
        board._shift.invoke()
        studio.root.update_idletasks()
        taken.append(thread_time() - began)
    print(f"{language}: the first {taken[0] * 1000:.1f} ms, then {sorted(taken)[CHANGES // 4] * 1000:.1f} ms")
    assert sorted(taken)[CHANGES // 4] < SLOWEST_CHANGE_SECONDS
