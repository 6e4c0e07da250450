"""Every view in every variant, language and size: nothing clipped, nothing overlapping, all of it within reach."""

from __future__ import annotations

import tkinter
from dataclasses import replace
from time import perf_counter, thread_time
from tkinter import ttk

import pytest

from atm_app.config import Look
from atm_app.languages import LANGUAGES
from atm_app.views import Action, StickPicture, View
from gui.palette import PALETTES
from gui.stage import offers_large
from gui.window import SCREENS
from gui.words import NOTES
from tests.gui.catalogues import SAME, texts
from tests.gui.layout import buttons, faded, named, problems, said, visible
from tests.gui.picture import SIZES, Picture
from tests.gui.pictures import EACH, PICTURES, notes_shown
from tests.gui.studio import Studio
from tests.gui.tally import Record, painted

BY_NAME = {picture.name: picture for picture in PICTURES}
# Wide open: a busy machine that runs other tests paints several times slower.
SLOWEST_UPDATE_SECONDS = 0.016
UPDATES = 40
# In every run: what is longest where there is least room, on the landscape and on the small stage, and the size of the
# design.
EVERY_RUN = {((800, 480), "ta"), ((1920, 1080), "en")}
SOME = ("en", "hi", "ar")
EACH_LANGUAGE = [pytest.param(each, marks=() if each in SOME else pytest.mark.slow) for each in LANGUAGES]
ENGLISH = frozenset(texts())
SIZED = [
    pytest.param(size, language, marks=() if (size, language) in EVERY_RUN else pytest.mark.slow,
                 id=f"{size[0]}x{size[1]}-{language}")
    for size in SIZES for language in LANGUAGES
]  # fmt: skip
LARGE = [
    pytest.param(size, language, id=f"{size[0]}x{size[1]}-{language}")
    for size in SIZES if offers_large(*size) for language in LANGUAGES
]  # fmt: skip


def every_kind_of(view: type[View]) -> set[type[View]]:
    return {kind for one in view.__subclasses__() for kind in (one, *every_kind_of(one))}


def test_every_screen_and_every_note_has_a_picture() -> None:
    assert {type(picture.view) for picture in PICTURES} == set(SCREENS)
    assert set(SCREENS) == every_kind_of(View) - {StickPicture}, "what two have in common is never shown itself"
    assert notes_shown() == set(NOTES)
    assert len(BY_NAME) == len(PICTURES)


@pytest.mark.parametrize(("sized", "language"), SIZED, indirect=["sized"])
def test_nothing_is_clipped_and_nothing_overlaps(sized: Studio, language: str, record_property: Record) -> None:
    assert_all_are_whole(sized, language, Look.LIGHT, record_property)


@pytest.mark.slow
@pytest.mark.parametrize(("sized", "language"), LARGE, indirect=["sized"])
def test_large_text_fits_as_well(sized: Studio, language: str, record_property: Record) -> None:
    assert_all_are_whole(sized, language, Look.LIGHT, record_property, large=True)
    sized.show(BY_NAME["welcome"].shown("en"))


def assert_all_are_whole(studio: Studio, language: str, look: Look, record: Record, *, large: bool = False) -> None:
    """Every picture; they are counted."""
    found = []
    for picture in PICTURES:
        studio.settled(picture.shown(language, look, large=large))
        wrong = [*problems(studio.root, studio.window.scale), *faded(studio.root, PALETTES[look])]
        wrong += [f"{text!r} is not translated" for text in untranslated(studio.root, language)]
        found += [f"{picture.name}: {each}" for each in wrong]
    assert not found, "\n" + "\n".join(found)
    painted(record, len(PICTURES), language, look.value, studio.size, large=large)


def untranslated(root: tkinter.Misc, language: str) -> set[str]:
    """English texts of the machine's own on a screen of another language, but those that are the same in both."""
    shown = {said(widget).strip() for widget in visible(root)}
    return set() if language == "en" else (shown & ENGLISH) - set(SAME.get(language, ()))


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_a_screen_that_follows_its_view_ends_as_one_built_for_it(studio: Studio, language: str) -> None:
    """Notes that come and go, prompts that change: the widgets left are those of a fresh screen."""
    groups: dict[type[View], list[Picture]] = {}
    for picture in PICTURES:
        groups.setdefault(type(picture.view), []).append(picture)
    following = [kind for kind in groups if kind.__name__ in ("Face", "Fingerprint", "OneTimeCode", "Claim", "Pin")]
    for kind in following:
        studio.settled(groups[kind][0].shown(language))
        for picture in groups[kind]:
            shown = picture.shown(language)
            studio.show(type(shown)(shown.view, groups[kind][0].shown(language).state, language, shown.busy))
            assert not problems(studio.root, studio.window.scale), picture.name


@pytest.mark.parametrize("picture", EACH)
def test_the_keyboard_reaches_and_presses_every_button(studio: Studio, picture: Picture) -> None:
    studio.settled(picture.shown("en"))
    # Who has a keyboard types its letters: the keys of the one on the screen are left out.
    usable = [
        button for button in buttons(studio.root)
        if not button.instate(["disabled"]) and str(button["takefocus"]) != "0"
    ]  # fmt: skip
    reached = _tab_order(studio.root)
    assert set(reached) == set(usable)
    for button in usable:
        studio.touched.clear()
        button.focus_force()
        button.event_generate("<Return>")
        studio.root.update()
        assert len(studio.touched) == 1, named(button)


def _tab_order(root: tkinter.Tk) -> list[tkinter.Misc]:
    """Where Tab leads, once around, by Tk's own rule."""
    order: list[tkinter.Misc] = []
    here: tkinter.Misc | None = root.tk_focusNext()
    while here is not None and here not in order and here is not root:
        order.append(here)
        here = here.tk_focusNext()
    return [widget for widget in order if isinstance(widget, ttk.Button)]


def test_the_tab_key_itself(studio: Studio) -> None:
    studio.settled(BY_NAME["receipt"].shown("en"))
    studio.root.focus_force()
    seen = []
    for _ in range(3):
        (studio.root.focus_get() or studio.root).event_generate("<Tab>")
        studio.root.update()
        focused = studio.root.focus_get()
        assert focused is not None
        seen.append(str(focused["text"]).strip())
    assert seen == ["Print receipt", "Send by e-mail", "No receipt"]


@pytest.mark.parametrize("name", ["claim", "pin", "one_time_code", "amount"])
def test_digits_and_their_keys_come_from_the_keyboard(studio: Studio, name: str) -> None:
    studio.settled(BY_NAME[name].shown("en"))
    studio.root.focus_force()
    studio.touched.clear()
    for key in ("1", "9", "0", "BackSpace", "Return", "Escape"):
        studio.root.event_generate(f"<Key-{key}>" if not key.isdecimal() else f"<Key>{key}"[:5], keysym=key)
        studio.root.update()
    digits = [Action("digit", digit) for digit in "190"]
    assert studio.touched == [*digits, Action("erase"), Action("enter"), Action("cancel")]


def test_keys_arrive_after_a_focused_button_went_away(studio: Studio) -> None:
    studio.settled(BY_NAME["menu"].shown("en"))
    buttons(studio.root)[0].focus_force()
    studio.root.update()
    studio.show(BY_NAME["amount"].shown("en"))
    studio.touched.clear()
    focused = studio.root.focus_get()
    assert focused is not None
    focused.event_generate("<Key>", keysym="7")
    studio.root.update()
    assert studio.touched == [Action("digit", "7")]


def test_the_one_time_code_says_where_it_went(studio: Studio) -> None:
    studio.settled(BY_NAME["one_time_code"].shown("en"))
    said = [getattr(widget, "shown_text", ("",))[0] for widget in visible(studio.root)]
    assert "We sent a code to c•••@customer.example." in said


def test_work_that_lasts_moves_a_bar(studio: Studio) -> None:
    studio.settled(BY_NAME["claim-full"].shown("en"))
    bar = studio.window._busy_bar
    assert not bar.winfo_ismapped(), "not at once"
    until = perf_counter() + 2.0
    while not bar.winfo_ismapped() and perf_counter() < until:
        studio.root.update()
    assert bar.winfo_ismapped()
    assert not problems(studio.root, studio.window.scale)
    studio.show(BY_NAME["claim"].shown("en"))
    assert not bar.winfo_ismapped()


@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_following_a_view_takes_less_than_a_frame(studio: Studio, language: str) -> None:
    """The quicker quarter of many updates of the busiest screens, in the thread's own time: other work on the machine
    is not counted."""
    for names in (("face-look", "face-blink"), ("one_time_code", "one_time_code-sending")):
        first, second = (BY_NAME[name].shown(language) for name in names)
        second = type(second)(second.view, first.state, language, second.busy, second.virtual)
        studio.settled(first)
        studio.show(second)
        taken = []
        for number in range(UPDATES):
            began = thread_time()
            studio.window.show((first, second)[number % 2])
            taken.append(thread_time() - began)
            studio.root.update()
        assert sorted(taken)[UPDATES // 4] < SLOWEST_UPDATE_SECONDS, names


def test_pressing_shows(studio: Studio) -> None:
    """A pressed button looks other than one at rest."""
    studio.settled(BY_NAME["welcome"].shown("en"))
    button = buttons(studio.root)[0]
    at_rest = studio.grab()
    button.event_generate("<Enter>")
    button.event_generate("<ButtonPress-1>", x=5, y=5)
    studio.root.update()
    pressed = studio.grab()
    button.event_generate("<Leave>")
    button.event_generate("<ButtonRelease-1>", x=-5, y=-5)
    studio.root.update()
    middle = (button.winfo_rootx() + 30, button.winfo_rooty() + 30)
    assert at_rest.getpixel(middle) != pressed.getpixel(middle)


@pytest.mark.parametrize("name", ["pin", "face_and_pin", "new_pin"])
def test_the_digits_stand_as_the_view_says(studio: Studio, name: str) -> None:
    shown = BY_NAME[name].shown("ar")
    pad = "7302816459"
    studio.settled(replace(shown, view=replace(shown.view, pad=pad)))  # type: ignore[call-arg]
    digits = [button for button in buttons(studio.root) if said(button) in set(pad)]
    in_order = sorted(digits, key=lambda button: (button.winfo_rooty(), button.winfo_rootx()))
    assert "".join(map(said, in_order)) == pad, "from left to right in every language"
    for button in digits:
        studio.touched.clear()
        button.invoke()
        assert studio.touched == [Action("digit", said(button))]
