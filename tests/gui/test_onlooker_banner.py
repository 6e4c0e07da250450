"""The warning of somebody behind, and the covered screen: in every language and look, on every size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from atm_app.config import Look
from atm_app.languages import LANGUAGES
from atm_app.onlooker_ports import Onlooker
from atm_app.onlookers import PRIVATE
from atm_app.speech_ports import Guidance
from atm_app.views import Action, Shown
from gui.onlooker_banner import PLACES, OnlookerBanner
from gui.palette import PALETTES
from tests.gui.layout import buttons, clipped, outside, overlaps, rectangle, small_targets, visible
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio

BLANK = 11  # design pixels above the letters of a title, within its label
REACH = 50  # design pixels below the header, above every title

BY_NAME = {picture.name: picture for picture in PICTURES}
ANSWERS = {"Hide the screen": "hide", "Go on as it is": "allow"}


class Watched:
    """A window with its banner, and what was answered."""

    def __init__(self, display: Display, size: tuple[int, int]) -> None:
        self.studio = Studio(display, size)
        self.root = self.studio.root
        self.answers: list[Action] = []
        self.banner = OnlookerBanner(self.root, self.studio.window.theme, self.answers.append)
        self.banner.over = self.studio.window.lay_over
        self.studio.window.painted = self.banner.follow

    def show(self, shown: Shown, onlooker: Onlooker = Onlooker.NEAR) -> None:
        self.studio.show(replace(shown, onlooker=onlooker))

    @property
    def frame(self):  # type: ignore[no-untyped-def]
        assert self.banner._frame is not None
        return self.banner._frame


@pytest.fixture(params=[(1920, 1080), (1024, 768), (800, 480), (1080, 1920)], ids=lambda size: f"{size[0]}x{size[1]}")
def watched(display: Display, request: pytest.FixtureRequest) -> Iterator[Watched]:
    made = Watched(display, request.param)
    yield made
    made.studio.close()


def picture(name: str, language: str = "en", look: Look = Look.LIGHT) -> Shown:
    return BY_NAME[name].shown(language, look)


@pytest.mark.parametrize("onlooker", [Onlooker.NEAR, Onlooker.HIDDEN])
def test_it_is_tidy_in_every_language(watched: Watched, onlooker: Onlooker) -> None:
    for language in LANGUAGES:
        watched.show(picture("amount", language), onlooker)
        seen = list(visible(watched.frame))
        found = [*clipped(seen), *outside(seen, watched.frame), *overlaps(seen)]
        found += small_targets(watched.frame, watched.studio.window.scale)
        assert not found, (language, found)


def test_it_lies_over_the_header_and_over_nothing_of_the_screen(watched: Watched) -> None:
    """Of those that it is ever shown on."""
    scale = watched.studio.window.scale
    for each in PICTURES:
        if not isinstance(each.view, PRIVATE):
            continue
        watched.show(each.shown("en"))
        bottom = rectangle(watched.frame)[3]
        assert bottom == scale(PLACES[scale.stage].height)
        _, body, _ = watched.studio.window.parts
        texts = [widget for widget in visible(body) if getattr(widget, "shown_text", ("",))[0]]
        high = [
            rectangle(widget) for widget in [*texts, *buttons(body)] if rectangle(widget)[1] + scale(BLANK) < bottom
        ]
        assert not high, (each.name, high)


def test_its_buttons_answer(watched: Watched) -> None:
    watched.show(picture("balance"))
    for button in buttons(watched.frame):
        button.invoke()
    assert {action.value for action in watched.answers} == set(ANSWERS.values())
    assert {str(button["text"]).strip() for button in buttons(watched.frame)} == set(ANSWERS)
    assert all(action.name == "onlooker" for action in watched.answers)


def test_nothing_is_seen_on_a_covered_screen_and_a_touch_anywhere_shows_it(watched: Watched) -> None:
    watched.show(picture("balance"), Onlooker.HIDDEN)
    width, height = watched.studio.size
    assert rectangle(watched.frame) == (0, 0, width, height)
    covered = watched.studio.grab()
    watched.show(picture("statement"), Onlooker.HIDDEN)
    assert watched.studio.grab().tobytes() == covered.tobytes(), "whatever lies below it"
    for widget in [watched.frame, *visible(watched.frame)]:
        watched.answers.clear()
        widget.event_generate("<Button-1>")
        assert watched.answers == [Action("onlooker", "show")]
    watched.show(picture("statement"), Onlooker.NOBODY)
    assert watched.studio.grab().tobytes() != covered.tobytes()


def press(watched: Watched, *keys: str) -> list[Action]:
    """What the screen below is touched with."""
    if watched.root.focus_get() is None:
        watched.root.focus_force()
    for key in keys:
        watched.studio.touched.clear()
        (watched.root.focus_get() or watched.root).event_generate("<Key>", keysym=key)
        watched.root.update()
    return [action for action in watched.studio.touched if action != Action("guide", "move")]


def test_arrows_lead_to_its_buttons_first(watched: Watched) -> None:
    watched.show(picture("balance"))
    press(watched, "Down")
    first = watched.studio.window.ring.button
    assert first in list(buttons(watched.frame))
    press(watched, "Down", "Return")
    assert {action.value for action in watched.answers} < set(ANSWERS.values())
    press(watched, "Down")
    assert watched.studio.window.ring.button not in list(buttons(watched.frame))
    watched.show(picture("balance"), Onlooker.NOBODY)
    press(watched, *["Down"] * len(list(buttons(watched.root))))
    assert watched.answers[1:] == []


@pytest.mark.parametrize("key", ["5", "Return", "Down", "space"])
def test_any_key_shows_a_covered_screen_and_does_nothing_below(watched: Watched, key: str) -> None:
    watched.show(picture("pin"))
    press(watched, "Down", "Down", "Down")
    watched.show(picture("pin"), Onlooker.HIDDEN)
    assert press(watched, key) == []
    assert watched.answers == [Action("onlooker", "show")]


def test_the_visit_can_be_ended_while_it_is_covered(watched: Watched) -> None:
    watched.show(picture("pin"), Onlooker.HIDDEN)
    assert press(watched, "Escape") == [Action("cancel")]
    assert watched.answers == []


def test_it_goes_and_comes_with_the_view(watched: Watched) -> None:
    watched.show(picture("pin"), Onlooker.NOBODY)
    without = watched.studio.grab()
    watched.show(picture("pin"))
    assert watched.studio.grab().tobytes() != without.tobytes()
    watched.show(picture("pin"), Onlooker.NOBODY)
    assert watched.studio.grab().tobytes() == without.tobytes()


def test_another_screen_another_look_and_another_size_keep_it_on_top(watched: Watched) -> None:
    for name, look in (("pin", Look.LIGHT), ("amount", Look.LIGHT), ("amount", Look.HIGH_CONTRAST)):
        watched.show(picture(name, look=look))
        tops = [child for child in watched.root.winfo_children() if child.winfo_ismapped()]
        assert watched.root.tk.eval(f"winfo containing {5} {5}").startswith(str(watched.frame)), tops
        assert watched.studio.grab().getpixel((2, 2)) == tuple(
            int(PALETTES[look].paper[start : start + 2], 16) for start in (1, 3, 5)
        )
    watched.studio.window.fit(1280, 720)
    watched.root.update()
    scale = watched.studio.window.scale
    assert watched.frame.winfo_height() == scale(PLACES[scale.stage].height)


def test_a_black_screen_stays_black(watched: Watched) -> None:
    watched.studio.show(replace(picture("pin"), guidance=Guidance(blank=True), onlooker=Onlooker.NEAR))
    assert watched.banner._frame is None
    colours = watched.studio.grab().getcolors()
    assert colours is not None
    assert [colour for _, colour in colours] == [(0, 0, 0)]


def test_it_is_a_little_taller_than_the_header() -> None:
    for stage, places in PLACES.items():
        assert stage.body_top < places.height < stage.body_top + REACH
