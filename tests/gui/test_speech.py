"""What every screen says to somebody who listens, what it never says, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from atm_app.config import Look
from atm_app.devices.virtual_speaker import VirtualSpeaker
from atm_app.onlooker_ports import Onlooker
from atm_app.ports import FacePrompt
from atm_app.speech_ports import Guidance
from atm_app.views import Authenticator, Face, OneTimeCode, Pin, Shown
from gui.audio_guide import AudioGuide, typed
from gui.reading import labels
from gui.speech import spoken
from tests.gui.picture import Picture
from tests.gui.pictures import EACH, PICTURES
from tests.gui.studio import Display, Studio

BY_NAME = {picture.name: picture for picture in PICTURES}
BLACK = (0, 0, 0)
LISTENING = Guidance()


class Listener:
    """A window, and what is heard of it."""

    def __init__(self, display: Display) -> None:
        self.studio = Studio(display, (1920, 1080))
        self.speaker = VirtualSpeaker()
        guide = AudioGuide(self.speaker, self.studio.window.ring)
        self.studio.window.guided, self.studio.window.moved = guide.follow, guide.moved

    def hear(self, shown: Shown, guidance: Guidance | None = LISTENING) -> list[str]:
        """What is said when it is shown."""
        self.speaker.said.clear()
        self.studio.show(replace(shown, guidance=guidance))
        return [said.text for said in self.speaker.said]

    def press(self, key: str) -> list[str]:
        self.speaker.said.clear()
        (self.studio.root.focus_get() or self.studio.root).event_generate("<Key>", keysym=key)
        self.studio.root.update()
        return [said.text for said in self.speaker.said]


@pytest.fixture(scope="module")
def heard(display: Display) -> Iterator[Listener]:
    made = Listener(display)
    yield made
    made.studio.close()


@pytest.fixture
def listener(heard: Listener) -> Listener:
    """Before the welcome screen, with nobody listening yet."""
    heard.hear(BY_NAME["locked"].shown("en"), None)
    heard.hear(BY_NAME["welcome"].shown("en"), None)
    heard.studio.root.focus_force()
    heard.speaker.beeps = 0
    return heard


def test_somebody_who_stands_behind_is_told_of_once(listener: Listener) -> None:
    shown = BY_NAME["pin"].shown("en")
    listener.hear(shown)
    assert listener.hear(replace(shown, onlooker=Onlooker.NEAR)) == ["Somebody is standing behind you."]
    assert listener.hear(replace(shown, onlooker=Onlooker.NEAR)) == []
    assert listener.hear(shown) == []


def secrets_of(view: Any) -> set[str]:
    """What stands on the screen for eyes alone."""
    found = set()
    if isinstance(view, Authenticator):
        groups = [view.secret[start : start + 4] for start in range(0, len(view.secret), 4)]
        found |= {view.secret, view.uri, view.digits, *groups}
    if isinstance(view, OneTimeCode):
        # Single digits stand in other texts as well; two in their cells nowhere else.
        found |= {view.digits, ". ".join(view.digits)} if len(view.digits) > 1 else set()
    return found - {""}


@pytest.mark.parametrize("language", ["en", *(pytest.param(each, marks=pytest.mark.slow) for each in ("hi", "mr"))])
@pytest.mark.parametrize("picture", EACH)
def test_every_screen_says_its_title_and_no_secret(listener: Listener, picture: Picture, language: str) -> None:
    shown = picture.shown(language)
    (told,) = listener.hear(shown)
    screen = listener.studio.window._screen
    assert screen is not None
    titles = [str(label.shown_text[0]) for label in labels(screen.body) if hasattr(label, "is_title")]  # type: ignore[attr-defined]
    assert all(spoken(title, screen.locale) in told for title in titles)
    assert titles or picture.name.startswith("statement"), "the account stands where the title would"
    assert listener.speaker.said[-1].language == language
    assert not [secret for secret in secrets_of(shown.view) if secret in told]
    assert not set(told) & set("●○•·→…₹")


def test_the_screens_that_ask_for_secrets_tell_their_length_alone() -> None:
    hiding = {type(picture.view).__name__ for picture in PICTURES if hasattr(picture.view, "filled")}
    assert hiding == {"Pin", "FaceAndPin", "NewPin", "Password", "FirstPassword"}
    for picture in PICTURES:
        if hasattr(picture.view, "filled"):
            assert typed(picture.view).secret, picture.name
            assert not typed(picture.view).letters


def test_nothing_is_said_while_nobody_listens(listener: Listener) -> None:
    for name in ("menu", "balance", "confirm"):
        assert listener.hear(BY_NAME[name].shown("en"), None) == []
    assert listener.press("Down") == []


def test_the_ring_says_what_it_is_on(listener: Listener) -> None:
    assert listener.hear(BY_NAME["menu"].shown("en")) == [
        "Hello, Chen. What would you like to do? Choose with the arrow keys. Press Enter for: Cash withdrawal."
    ]
    assert listener.press("Down") == ["Cash deposit."]
    assert listener.press("Left") == ["Cash withdrawal."]
    listener.hear(BY_NAME["own_limits"].shown("en"))
    assert listener.press("Right") == ["More, Cash withdrawal."], "a sign alone says nothing"


def test_a_digit_of_a_secret_is_a_tone(listener: Listener) -> None:
    shown = BY_NAME["pin"].shown("en")
    listener.hear(shown)
    for filled in (1, 2, 3):
        assert listener.hear(replace(shown, view=Pin(filled=filled))) == []
        assert listener.speaker.beeps == filled
    assert listener.hear(replace(shown, view=Pin(filled=2))) == ["Erase."]
    assert listener.speaker.beeps == 3


def test_other_digits_are_said(listener: Listener) -> None:
    shown = BY_NAME["one_time_code"].shown("en")
    view = shown.view
    assert isinstance(view, OneTimeCode)
    listener.hear(replace(shown, view=replace(view, digits="")))
    assert listener.hear(replace(shown, view=replace(view, digits="4"))) == ["4"]
    assert listener.hear(replace(shown, view=replace(view, digits="47"))) == ["7"]
    assert listener.speaker.beeps == 0


def test_of_a_screen_that_changes_only_what_is_new_is_said(listener: Listener) -> None:
    shown = BY_NAME["face-look"].shown("en")
    listener.hear(shown)
    assert listener.hear(replace(shown, view=Face(prompt=FacePrompt.BLINK))) == ["Blink both eyes."]
    assert listener.hear(replace(shown, view=Face(prompt=FacePrompt.BLINK, fraction=0.5))) == []


def test_asked_again_the_whole_screen_is_said_again(listener: Listener) -> None:
    shown = BY_NAME["take_cash"].shown("hi")
    (once,) = listener.hear(shown)
    assert listener.hear(shown) == []
    (again,) = listener.hear(shown, Guidance(repeats=1))
    assert again in once
    assert "2000 भारतीय रुपए" in again


def test_the_volume_is_said_and_given_to_the_voice(listener: Listener) -> None:
    shown = BY_NAME["menu"].shown("en")
    listener.hear(shown)
    assert listener.hear(shown, Guidance(volume=7)) == ["Volume 7."]
    assert listener.speaker.said[-1].volume == 7


def test_a_blank_screen_shows_nothing_and_takes_no_touch(listener: Listener) -> None:
    shown = BY_NAME["balance"].shown("en")
    listener.hear(shown)
    assert listener.hear(shown, Guidance(blank=True)) == ["The picture is off."]
    assert listener.studio.grab().getcolors() == [(1920 * 1080, BLACK)]
    assert listener.hear(BY_NAME["menu"].shown("en"), Guidance(blank=True)), "and is spoken all the same"
    assert listener.studio.grab().getcolors() == [(1920 * 1080, BLACK)]
    root = listener.studio.root
    assert root.winfo_containing(960, 540) is listener.studio.window._cover
    assert listener.hear(BY_NAME["menu"].shown("en"), Guidance()) == ["The picture is on."]
    assert len(listener.studio.grab().getcolors(1 << 24) or []) > 10


def test_another_look_does_not_come_through_a_blank_screen(listener: Listener) -> None:
    listener.hear(BY_NAME["balance"].shown("en"), Guidance(blank=True))
    listener.hear(BY_NAME["balance"].shown("en", Look.HIGH_CONTRAST), Guidance(blank=True))
    assert listener.studio.grab().getcolors() == [(1920 * 1080, BLACK)]


def test_a_blank_screen_still_lights_a_face(listener: Listener) -> None:
    shown = BY_NAME["face-look"].shown("en")
    listener.hear(replace(shown, view=Face(light=(200, 30, 40))), Guidance(blank=True))
    assert listener.studio.grab().getpixel((960, 540)) == (200, 30, 40)


@pytest.mark.parametrize(("text", "language", "told"), [
    ("₹2,000", "en_IN", "2000 Indian rupees"),
    ("₹1,23,456.50", "hi_IN", "123456.50 भारतीय रुपए"),
    ("− ₹299", "en_IN", "- 299 Indian rupees"),
    ("Sahyadri Bank  ·  •••• 0451", "en_IN", "Sahyadri Bank, 0 4 5 1"),
    ("100001", "en_IN", "1 0 0 0 0 1"),
    ("c•••@customer.example", "en_IN", "c@customer.example"),
    ("20 Nov 2026", "en_IN", "20 Nov 2026"),
    ("●  ●  ○  ○", "en_IN", ""),
])  # fmt: skip
def test_signs_become_words(text: str, language: str, told: str) -> None:
    assert spoken(text, language) == told
