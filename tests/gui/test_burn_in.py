"""A welcome screen that is left alone moves a little, clips nothing, and is never in the way of a touch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atm_app.views import Shown
from gui import burn_in
from gui.burn_in import LOOP, RADIUS, STEP_SECONDS, BurnInCare
from tests.gui.layout import buttons, problems, visible
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio
from tests.world import HandClock

BY_NAME = {picture.name: picture for picture in PICTURES}
REST = 180.0


class Glass:
    """Where the picture was moved to, on a clock of the test's own."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.places: list[tuple[int, int]] = []
        self.care = BurnInCare(self.clock, REST, lambda right, down: self.places.append((right, down)))

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds, lambda: None)


def shown(name: str) -> Shown:
    return BY_NAME[name].shown("en")


@pytest.fixture
def glass() -> Glass:
    return Glass()


def test_it_moves_once_a_minute_round_a_loop(glass: Glass) -> None:
    glass.care.follow(shown("welcome"))
    glass.wait(REST - 1)
    assert glass.places == []
    glass.wait(1)
    assert len(glass.places) == 1
    glass.wait(STEP_SECONDS * len(LOOP))
    assert len(glass.places) == len(LOOP) + 1
    assert glass.places[0] == glass.places[-1], "round"
    assert len(set(glass.places)) == len(LOOP), "every place as often as the others"
    assert all(abs(each) <= RADIUS for place in glass.places for each in place)
    assert max(right for right, _ in glass.places) == RADIUS, "wider than a stroke of a letter"


def test_whoever_touches_it_finds_it_where_they_see_it(glass: Glass) -> None:
    glass.care.follow(shown("welcome"))
    glass.wait(REST)
    moved = list(glass.places)
    glass.care.touched()
    glass.wait(REST - 1)
    assert glass.places == moved
    glass.wait(1)
    assert len(glass.places) == 2


def test_the_next_screen_stands_in_its_place(glass: Glass) -> None:
    glass.care.follow(shown("welcome"))
    glass.wait(REST)
    glass.care.follow(shown("menu"))
    assert glass.places[-1] == (0, 0)
    glass.wait(REST * 10)
    assert glass.places[-1] == (0, 0)
    assert len(glass.places) == 2


def test_a_device_that_comes_or_goes_is_nobody(glass: Glass) -> None:
    """The welcome screen is painted again then."""
    glass.care.follow(shown("welcome"))
    for _ in range(4):
        glass.wait(REST / 4)
        glass.care.follow(replace(shown("welcome"), virtual=("camera",)))
    assert len(glass.places) == 1


def test_a_screen_that_was_never_left_alone_never_moves(glass: Glass) -> None:
    glass.care.follow(shown("welcome"))
    glass.wait(REST - 1)
    glass.care.follow(shown("menu"))
    assert glass.places == []


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768), (1280, 720)])
@pytest.mark.parametrize("name", ["welcome", "welcome-sign_up"])
def test_nothing_is_clipped_anywhere_on_the_loop(display: Display, size: tuple[int, int], name: str) -> None:
    """Every text and button has moved, by as much as it should, and the ground goes on to the edges of the glass."""
    studio = Studio(display, size)
    studio.show(shown(name))
    at_rest, still = studio.grab(), places(studio)
    edges = [at_rest.getpixel(place) for place in corners(size)]
    limit = 2 * studio.window.scale(RADIUS) + 1
    for right, down in LOOP:
        burn_in.move(studio.window, round(RADIUS * right), round(RADIUS * down))
        studio.root.update()
        found = [each for each in problems(studio.root, studio.window.scale) if "outside" not in each]
        assert not found
        for widget, (x, y) in places(studio).items():
            assert abs(x - still[widget][0]) <= limit
            assert abs(y - still[widget][1]) <= limit
        for button in buttons(studio.root):
            left, top = button.winfo_rootx(), button.winfo_rooty()
            assert left >= 0
            assert top >= 0
            assert left + button.winfo_width() <= size[0]
            assert top + button.winfo_height() <= size[1]
        assert [studio.grab().getpixel(place) for place in corners(size)] == edges
    moved = places(studio)
    assert moved != still
    burn_in.move(studio.window, 0, 0)
    studio.root.update()
    assert studio.grab().tobytes() == at_rest.tobytes()
    studio.close()


def places(studio: Studio) -> dict[str, tuple[int, int]]:
    return {str(widget): (widget.winfo_rootx(), widget.winfo_rooty()) for widget in visible(studio.root)}


def corners(size: tuple[int, int]) -> list[tuple[int, int]]:
    width, height = size
    return [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1), (0, height // 2)]
