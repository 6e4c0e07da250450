"""One withdrawal, done by touch, by the keypad alone and by ear alone, in languages that are read to either side."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Iterator
from tkinter import ttk
from typing import Protocol

import pytest

from commands.kiosk import Kiosk
from commands.people import PEOPLE
from db.folder import DataFolder
from gui.reading import name_of, seen
from gui.words import NAMES, words_of
from tests.journeys.blind_visitor import MOST_ARROWS, BlindVisitor
from tests.journeys.conftest import Visitor, running

DELE = PEOPLE[1]
AMOUNT = "500"


class Way(Protocol):
    """How somebody works the machine. Texts are those of the screen."""

    def read(self, text: str) -> None:
        """The screen says this."""
        ...

    def choose(self, text: str) -> None: ...
    def type(self, digits: str) -> None: ...
    def enter(self, text: str) -> None:
        """What was typed is meant; ``text``: of the key on the screen."""
        ...


class ByTouch:
    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    def read(self, text: str) -> None:
        def shown() -> bool:
            screen = self._visitor.kiosk.window._screen
            return screen is not None and text in _texts_on(screen.frame)

        self._visitor.wait_until(shown)

    def choose(self, text: str) -> None:
        self._visitor.touch(text)

    def type(self, digits: str) -> None:
        self._visitor.type(digits)

    def enter(self, text: str) -> None:
        self._visitor.touch(text)


class ByKeypad(ByTouch):
    """Digits, arrows and Enter; the ring is always to be seen on what Enter presses."""

    def choose(self, text: str) -> None:
        self._visitor.wait_until(lambda: self._visitor._enabled(text))
        for _ in range(MOST_ARROWS):
            button = self._visitor.kiosk.window.ring.button
            if button is not None and name_of(button).startswith(text):
                assert button.instate(["focus"]), "the ring is to be seen"
                self._press("Return")
                return
            self._press("Right")
        raise AssertionError(f"no arrow leads to {text!r}")

    def type(self, digits: str) -> None:
        self._visitor.wait_until(lambda: not self._visitor.shown.busy)
        for digit in digits:
            self._press(digit)

    def enter(self, text: str) -> None:
        self._press("Return")

    def _press(self, key: str) -> None:
        root = self._visitor.kiosk.root
        root.focus_get() or root.focus_force()
        (root.focus_get() or root).event_generate("<Key>", keysym=key)
        root.update()


class ByEar:
    """Nothing is looked at: the picture is off as soon as there is something to hide."""

    def __init__(self, visitor: Visitor) -> None:
        self._blind, self._visitor = BlindVisitor(visitor), visitor
        self._blind.press("Down")

    def read(self, text: str) -> None:
        assert text in self._blind.listen_for(text)

    def choose(self, text: str) -> None:
        self._visitor.wait_until(lambda: not self._visitor.shown.busy)
        self._blind.go_to(text)
        self._blind.press("Return")

    def type(self, digits: str) -> None:
        self._visitor.wait_until(lambda: not self._visitor.shown.busy)
        if not self._is_blank():
            self._blind.press("F2")
        self._blind.press(*digits)
        assert self._is_blank()

    def enter(self, text: str) -> None:
        self._blind.press("Return")

    def _is_blank(self) -> bool:
        guidance = self._visitor.shown.guidance
        return guidance is not None and guidance.blank


WAYS: dict[str, Callable[[Visitor], Way]] = {"touch": ByTouch, "keypad": ByKeypad, "ear": ByEar}
LANGUAGES = ("en", "hi", "ar")
EVERY_RUN = {("touch", "ar"), ("keypad", "hi"), ("ear", "ar")}


@pytest.fixture(scope="module")
def kiosk(folder: DataFolder) -> Iterator[Kiosk]:
    with running(folder, languages=LANGUAGES) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "language"),
    [
        pytest.param(name, language, marks=() if (name, language) in EVERY_RUN else pytest.mark.slow)
        for name in WAYS for language in LANGUAGES
    ],
)  # fmt: skip
def test_a_withdrawal(visitor: Visitor, name: str, language: str) -> None:
    speaker = visitor.kiosk.plant.virtual_speaker
    assert speaker is not None
    speaker.said.clear()
    way, words, before = WAYS[name](visitor), words_of(language), visitor.balance(DELE)
    if language != LANGUAGES[0]:
        way.choose(NAMES[language])
    way.read(words("Welcome"))
    way.choose(words("Use customer number and PIN instead"))
    way.read(words("Your customer number"))
    way.type(DELE.customer.number)
    way.enter(words("Enter"))
    way.read(words("Your PIN"))
    way.type(DELE.pin)
    way.enter(words("Enter"))
    way.read(words("Your one-time code"))
    visitor.code_sent()
    way.type(visitor.code(DELE))
    way.read(words("What would you like to do?"))
    way.choose(words("Cash withdrawal"))
    if len(DELE.accounts) > 1:
        way.read(words("Select your bank"))
        visitor.wait_for("choose_account")
        way.choose(DELE.accounts[0].bank)
    way.read(words("How much would you like?"))
    visitor.wait_for("amount")
    way.type(AMOUNT)
    way.enter(words("Enter"))
    way.read(words("Please check"))
    way.choose(words("Confirm"))
    way.read(words("Please take your cash"))
    visitor.bench.take_cash()
    way.read(words("Would you like a receipt?"))
    way.choose(words("No receipt"))
    way.read(words("Would you like to do anything else?"))
    way.choose(words("No, thank you"))
    visitor.wait_for("welcome")
    assert visitor.balance(DELE) == before - int(AMOUNT)
    # Whoever presses an arrow may be one who listens.
    assert [said.language for said in list(speaker.said)[-1:]] == ([] if name == "touch" else [language])


def _texts_on(widget: tkinter.Misc) -> set[str]:
    return {str(getattr(each, "shown_text", ("",))[0]) for each in seen(widget) if isinstance(each, ttk.Label)}
