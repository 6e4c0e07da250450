"""The stages: which one a window gets, that every screen has places on each, and large text put on and taken off."""

from __future__ import annotations

import importlib
import pkgutil
import tkinter
from time import thread_time
from tkinter import ttk

import pytest

from atm_app.config import Look
from atm_app.languages import LANGUAGES
from atm_app.views import Action
from gui import screens
from gui.reading import name_of
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, STAGES, Choices, Rows, Stage, offers_large, stage_for
from gui.tokens import Scale
from tests.gui.gallery import customer_frame
from tests.gui.layout import buttons, problems, said, visible
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio
from tests.gui.test_looks import said as texts_on

BY_NAME = {picture.name: picture for picture in PICTURES}
LEAST_LETTERS, LEAST_TARGET = 21, 44  # pixels of body text and of a target on 800 × 480
LARGER = 1.5  # large text to usual text
SLOWEST_SWITCH_SECONDS = 0.3
MODULES = [importlib.import_module(f"gui.screens.{module.name}") for module in pkgutil.iter_modules(screens.__path__)]
TABLES = [
    (f"{module.__name__}.{name}", table) for module in MODULES for name, table in vars(module).items()
    if isinstance(table, dict) and any(isinstance(key, Stage) for key in table)
]  # fmt: skip


@pytest.mark.parametrize(("size", "usual", "large"), [
    ((1920, 1080), LANDSCAPE, COMPACT), ((1280, 720), LANDSCAPE, COMPACT), ((1024, 768), LANDSCAPE, COMPACT),
    ((1024, 600), COMPACT, COMPACT), ((800, 480), COMPACT, COMPACT), ((1080, 1920), PORTRAIT, PORTRAIT),
    ((600, 1024), PORTRAIT, PORTRAIT),
])  # fmt: skip
def test_the_window_says_which_stage(size: tuple[int, int], usual: Stage, large: Stage) -> None:
    assert stage_for(*size) is usual
    assert stage_for(*size, large=True) is large
    assert offers_large(*size) == (usual is LANDSCAPE)


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768), (800, 480), (1080, 1920), (1280, 1024)])
def test_a_stage_fits_its_window(size: tuple[int, int]) -> None:
    for stage in STAGES:
        scale = Scale(*size, stage)
        assert stage.width * scale.factor <= size[0] + 1e-9
        assert stage.height * scale.factor <= size[1] + 1e-9
        assert stage.width * scale.factor >= size[0] - 1e-9 or stage.height * scale.factor >= size[1] - 1e-9


def test_small_panels_and_large_text_have_letters_to_read_and_keys_to_hit() -> None:
    small = Scale(800, 480, COMPACT)
    assert small.letters("body") >= LEAST_LETTERS
    assert (
        min(map(small, (COMPACT.touch_target, COMPACT.letters.key_height, COMPACT.keypad.key_height))) >= LEAST_TARGET
    )
    usual, large = Scale(1920, 1080), Scale(1920, 1080, COMPACT)
    assert large.letters("body") == LARGER * usual.letters("body")
    assert large(COMPACT.touch_target) >= usual(LANDSCAPE.touch_target)


def test_every_table_of_a_screen_has_every_stage() -> None:
    assert len(TABLES) > 20
    assert {name: set(STAGES) - set(table) for name, table in TABLES if set(table) != set(STAGES)} == {}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_what_all_screens_share_lies_within_the_stage(stage: Stage) -> None:
    keypad, letters, column = stage.keypad, stage.letters, stage.column
    assert keypad.left + keypad.width <= stage.width
    assert keypad.top + 4 * keypad.key_height + 3 * keypad.gap <= stage.bottom + 1
    assert letters.line_bottom - letters.line_height > stage.title_y
    assert column.left + column.width <= max(keypad.left, stage.width)
    foot_top = stage.body_height - stage.foot_height - max(place.above for place in stage.foot.values())
    assert foot_top >= stage.bottom
    assert set(stage.text) == set(LANDSCAPE.text)
    assert set(stage.foot) == set(LANDSCAPE.foot)


@pytest.mark.parametrize("count", range(1, 6))
def test_rows_stand_in_the_middle_and_never_leave_their_room(count: int) -> None:
    rows = Rows(width=100, top=200, bottom=600, gap=10, fewest=4)
    first, last = rows.first(count), rows.first(count) + count * (rows.height(count) + rows.gap) - rows.gap
    assert first >= rows.top
    assert last <= rows.bottom
    assert first - rows.top == pytest.approx(rows.bottom - last)


def test_choices_share_the_width_or_stand_one_above_the_other() -> None:
    assert Choices(y=50, width=320, height=20, gap=10).places(3) == [(-110, 50, 100), (0, 50, 100), (110, 50, 100)]
    assert Choices(y=50, width=310, height=20, gap=10, widest=100).places(1) == [(0, 50, 100)]
    stacked = Choices(y=50, width=310, height=20, gap=10, stacked=True)
    assert stacked.places(2) == [(0, 20, 310), (0, 50, 310)]


def test_what_a_newcomer_agrees_to_can_be_read_on_a_small_panel(display: Display) -> None:
    """The letters of every line and button, in every language."""
    studio = Studio(display, (800, 480))
    try:
        small = set()
        for language in LANGUAGES:
            for name in ("agreements", "agreements-last"):
                studio.settled(BY_NAME[name].shown(language))
                assert studio.window._screen is not None
                for widget in visible(studio.window._screen.frame):
                    if said(widget) and studio.window.scale.letters(letters_of(widget)) < LEAST_LETTERS:
                        small.add((language, said(widget)))
        assert not small
    finally:
        studio.close()


def letters_of(widget: tkinter.Misc) -> str:
    """The name of their size."""
    shown = getattr(widget, "shown_text", None)
    return str(shown[1]) if shown else str(widget["style"]).partition(".")[0]


# --- large text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("large", [False, True])
def test_the_welcome_screen_offers_large_text_and_the_way_back(studio: Studio, large: bool) -> None:
    studio.settled(BY_NAME["welcome"].shown("en", large=large))
    button = next(button for button in buttons(studio.root) if name_of(button) == "Large text")
    studio.touched.clear()
    button.invoke()
    assert studio.touched == [Action("large_text", "" if large else "large")]
    assert ("Chosen" in str(button["style"])) == large
    studio.show(BY_NAME["welcome"].shown("en"))


@pytest.mark.parametrize("size", [(800, 480), (1080, 1920)])
def test_where_there_is_no_room_for_it_large_text_is_not_offered(display: Display, size: tuple[int, int]) -> None:
    studio = Studio(display, size)
    try:
        studio.show(BY_NAME["welcome"].shown("en"))
        assert "Large text" not in {name_of(button) for button in buttons(studio.root)}
    finally:
        studio.close()


@pytest.mark.parametrize("name", ["pin-filled", "one_time_code", "own_limits", "question-name"])
def test_the_step_is_kept_and_comes_back_as_it_was(studio: Studio, name: str) -> None:
    """The same words in larger letters, in the look that is worn."""
    picture = BY_NAME[name]
    studio.settled(picture.shown("en", Look.DARK))
    before, texts, letters = studio.grab(), set(texts_on(studio)), title_letters(studio)
    studio.show(picture.shown("en", Look.DARK, large=True))
    assert {text for text in texts if not text.startswith("Virtual")} - set(texts_on(studio)) <= {"Friday 20 November"}
    assert title_letters(studio) == letters
    assert not problems(studio.root, studio.window.scale)
    assert studio.window.theme.look is Look.DARK
    studio.show(picture.shown("en", Look.DARK))
    assert studio.grab().tobytes() == before.tobytes()
    studio.show(picture.shown("en"))


def title_letters(studio: Studio) -> str:
    return next(
        widget.shown_text[0] for widget in visible(studio.root)
        if isinstance(widget, ttk.Label) and getattr(widget, "is_title", False)
    )  # fmt: skip


def test_the_camera_goes_on_in_large_text(studio: Studio) -> None:
    studio.frame = customer_frame()
    studio.show(BY_NAME["face-look"].shown("en", large=True))
    assert studio.window.frames_painted == 1
    studio.frame = None
    studio.show(BY_NAME["welcome"].shown("en"))


def test_large_text_is_put_on_at_once(display: Display) -> None:
    """A fresh window, so that its plates are drawn now, in the thread's own time."""
    studio = Studio(display, (1920, 1080))
    try:
        studio.show(BY_NAME["welcome"].shown("en"))
        began = thread_time()
        studio.show(BY_NAME["welcome"].shown("en", large=True))
        taken = thread_time() - began
        print(f"large text: {taken * 1000:.0f} ms")
        assert taken < SLOWEST_SWITCH_SECONDS
    finally:
        studio.close()
