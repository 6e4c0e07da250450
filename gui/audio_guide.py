"""Speaks what the window shows to somebody who listens, through the port of the speaker."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk

from atm_app.onlooker_ports import Onlooker
from atm_app.sign_up_views import FirstPassword, Question
from atm_app.speech_ports import Guidance, Speaker
from atm_app.views import (
    Amount,
    Authenticator,
    Claim,
    FaceAndPin,
    NewPin,
    OneTimeCode,
    Password,
    PayeeNumber,
    Pin,
    Reference,
    Shown,
    UserName,
    View,
)
from gui.reading import is_on_board, name_of
from gui.ring import Ring
from gui.screens.base import Screen
from gui.speech import joined, spoken, texts_of, volume_told, way_on


class AudioGuide:
    """``follow`` hears of every picture, ``moved`` of the ring. Nothing is said while nobody is guided."""

    def __init__(self, speaker: Speaker, ring: Ring) -> None:
        self._speaker = speaker
        self._ring = ring
        self._screen: Screen | None = None
        self._before: Shown | None = None
        self._texts: list[str] = []
        self._on = ""

    def follow(self, shown: Shown, screen: Screen) -> None:
        """Another screen is read whole; of the same one what is new."""
        before, self._before = self._before, shown
        entered, self._screen = screen is not self._screen, screen
        guidance = shown.guidance
        if guidance is None:
            if before is not None and before.guidance is not None:
                self._speaker.stop()
            return
        screen.frame.update_idletasks()
        texts, known = texts_of(screen), self._texts
        on = way_on(screen, self._ring)
        known_on, self._texts, self._on = self._on, texts, on
        was = before.guidance if before is not None else None
        if entered or was is None or was.repeats != guidance.repeats:
            begun = [screen.words("Choose with the arrow keys")] if was is None else []
            self._say([*texts, *begun, on], shown)
        elif was != guidance:
            self._tell_key(was, guidance, shown)
        elif before is not None and before.onlooker is not shown.onlooker:
            if shown.onlooker is Onlooker.NEAR:
                self._say([screen.words("Somebody is standing behind you")], shown)
        else:
            assert before is not None
            fresh = [text for text in texts if text not in known]
            self._tell_change(before.view, [*fresh, *([on] if on != known_on else [])], shown)

    def moved(self, button: ttk.Button | None) -> None:
        """The ring is on a button."""
        shown, screen = self._before, self._screen
        if shown is not None and shown.guidance is not None and screen is not None and button is not None:
            self._on = way_on(screen, self._ring)
            name = name_of(button)
            if is_on_board(button) and len(name) == 1:
                self._spell(name, shown)
            else:
                self._say([spoken(name, screen.locale)], shown)

    def tapped(self, letter: str, secret: bool) -> None:
        """A digit's next letter, which the next key takes."""
        shown, screen = self._before, self._screen
        if shown is None or shown.guidance is None or screen is None:
            return
        if secret:
            self._speaker.tick(shown.guidance.volume)
        else:
            self._spell(letter, shown)

    def _spell(self, letter: str, shown: Shown) -> None:
        assert shown.guidance is not None
        assert self._screen is not None
        if letter.isspace():
            self._say([self._screen.words("Space")], shown)
        else:
            self._speaker.spell(letter, shown.language, shown.guidance.volume)

    def _tell_key(self, was: Guidance, guidance: Guidance, shown: Shown) -> None:
        assert self._screen is not None
        words = self._screen.words
        if was.blank != guidance.blank:
            self._say([words("The picture is off") if guidance.blank else words("The picture is on")], shown)
        else:
            self._say([volume_told(words, guidance.volume)], shown)

    def _tell_change(self, before: View, news: list[str], shown: Shown) -> None:
        """What is new on the screen, else the key that was taken."""
        assert self._screen is not None
        assert shown.guidance is not None
        was, now = typed(before), typed(shown.view)
        if news:
            self._say(news, shown)
        elif now.secret and now.length > was.length:
            self._speaker.beep(shown.guidance.volume)
        elif now.length > was.length:
            self._spell(now.letters[-1], shown)
        elif now.length < was.length:
            self._say([self._screen.words("Erase")], shown)

    def _say(self, texts: list[str], shown: Shown) -> None:
        assert shown.guidance is not None
        if told := joined(texts):
            self._speaker.say(told, shown.language, shown.guidance.volume)


@dataclass(frozen=True)
class Typed:
    """What stands in a screen's field. ``letters``: empty where it is ``secret``."""

    length: int = 0
    letters: str = ""
    secret: bool = False


def typed(view: View) -> Typed:
    """A view says of a secret how long it is and nothing else."""
    match view:
        case Pin() | FaceAndPin() | NewPin() | Password() | FirstPassword():
            return Typed(view.filled, secret=True)
        case OneTimeCode() | Authenticator():
            return Typed(len(view.digits), view.digits)
        case Claim():
            return Typed(len(view.number), view.number)
        case UserName() | Amount() | PayeeNumber() | Reference() | Question():
            return Typed(len(view.typed), view.typed)
    return Typed()
