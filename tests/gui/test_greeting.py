"""The greeting of a machine that nobody uses."""

from __future__ import annotations

import dataclasses

import pytest

from atm_app.languages import LANGUAGES
from atm_app.speech_ports import Guidance
from gui import greeting
from gui.reading import labels
from gui.screens.welcome import WelcomeScreen
from gui.words import words_of
from tests.gui.layout import problems
from tests.gui.pictures import PICTURES
from tests.gui.studio import Studio
from tests.waiting import live

WELCOME = next(picture for picture in PICTURES if picture.name == "welcome")


@pytest.fixture
def welcome(studio: Studio) -> WelcomeScreen:
    studio.settled(WELCOME.shown("hi"))
    screen = studio.window._screen
    assert isinstance(screen, WelcomeScreen)
    return screen


def told(studio: Studio) -> list[str]:
    return [label.shown_text[0] for label in labels(studio.window._body)][:2]  # type: ignore[attr-defined]


def test_every_language_has_its_turn_and_fits(studio: Studio, welcome: WelcomeScreen) -> None:
    seen = [told(studio)]
    for _ in LANGUAGES:
        welcome._greeting.turn()
        studio.root.update()
        assert not problems(studio.root, studio.window.scale)
        seen.append(told(studio))
    assert seen[0] == seen[-1] == [words_of("hi")(greeting.TITLE), words_of("hi")(greeting.LINE)]
    assert {title for title, _ in seen} == {words_of(language)(greeting.TITLE) for language in LANGUAGES}


def test_it_begins_by_itself_after_a_while(
    studio: Studio, welcome: WelcomeScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = told(studio)
    monkeypatch.setattr(greeting, "QUIET_MILLISECONDS", 1)
    welcome._greeting.begin()
    while told(studio) == first:  # ended by the time limit of the test
        live(studio.root)


def test_whoever_listens_hears_their_own_language(studio: Studio, welcome: WelcomeScreen) -> None:
    first = told(studio)
    welcome._greeting.turn()
    assert told(studio) != first
    studio.show(dataclasses.replace(WELCOME.shown("hi"), guidance=Guidance(volume=5, blank=False)))
    assert told(studio) == first
    assert welcome._greeting._next == ""


def test_nothing_of_it_is_left_when_a_visit_begins(studio: Studio, welcome: WelcomeScreen) -> None:
    studio.settled(next(picture for picture in PICTURES if picture.name == "face-look").shown("hi"))
    assert welcome._greeting._next == ""
