"""What draws people to a machine that nobody uses: its greeting in one language after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from gui.text import Lettering
from gui.theme import Theme
from gui.words import untranslated, words_of

_ = untranslated

TITLE, LINE = _("Welcome"), _("No card needed. Use your face, your fingerprint and a one-time code.")
# Whoever reads a screen in their own language is not to lose it while they read.
QUIET_MILLISECONDS, EACH_MILLISECONDS = 20_000, 5_000


@dataclass(frozen=True)
class Written:
    """A label, and how its text is lettered: the first of ``sizes`` at which it takes no more than so many ``lines`` of
    so many design pixels, and what else ``Lettering.set`` is told."""

    label: ttk.Label
    text: str
    sizes: Sequence[str]
    width: float
    lines: int
    style: dict[str, Any]

    def say(self, theme: Theme, language: str) -> None:
        letters, text = Lettering(theme, language), words_of(language)(self.text)
        letters.set(self.label, text, letters.largest(text, self.sizes, self.width, self.lines), **self.style)


class Greeting:
    """The labels of ``parts`` say theirs in the language of the screen at first, and in that language whenever it is
    told to ``rest``; it ends with the first label."""

    def __init__(self, theme: Theme, languages: Sequence[str], language: str, parts: Sequence[Written]) -> None:
        self._theme, self._parts = theme, parts
        first = languages.index(language) if language in languages else 0
        self._languages = [*languages[first:], *languages[:first]]
        self._number = 0
        self._next = ""
        parts[0].label.bind("<Destroy>", lambda _: self._stop(), add="+")

    def begin(self) -> None:
        """Go on after a while in which nothing happens."""
        self.rest()
        if len(self._languages) > 1:
            self._next = self._parts[0].label.after(QUIET_MILLISECONDS, self.turn)

    def rest(self) -> None:
        """As it was; whoever listens is not to hear another language."""
        self._stop()
        if self._number:
            self._say(0)

    def turn(self) -> None:
        """The next language."""
        self._say((self._number + 1) % len(self._languages))
        self._next = self._parts[0].label.after(EACH_MILLISECONDS, self.turn)

    def _say(self, number: int) -> None:
        self._number = number
        for part in self._parts:
            part.say(self._theme, self._languages[number])

    def _stop(self) -> None:
        if self._next:
            self._parts[0].label.after_cancel(self._next)
            self._next = ""
