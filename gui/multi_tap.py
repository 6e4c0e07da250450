"""Letters by a keypad that has digits alone: one pressed again and again goes through its letters."""

from __future__ import annotations

import tkinter
from collections.abc import Callable

# Long enough for a slow finger; who listens has no such bound: the next key takes the letter, or an arrow.
REST_MILLISECONDS = 1500
NONE = ("",)


class MultiTap:
    """``letters``: of a digit, asked when its first press comes; ``write``: a letter is taken; ``show``: the letter
    that a further press would change, empty when there is none. ``digit``: whose it is."""

    def __init__(
        self, timers: tkinter.Misc, letters: Callable[[str], tuple[str, ...]], write: Callable[[str], None],
        show: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._timers, self._letters, self._write, self._show = timers, letters, write, show
        self.digit = ""
        self._given: tuple[str, ...] = NONE
        self._place = 0
        self._rest = ""
        timers.bind("<Destroy>", lambda _: self._stop_resting(), add=True)

    @property
    def letter(self) -> str:
        """The one that waits."""
        return self._given[self._place]

    def given_by(self, digit: str) -> tuple[str, ...]:
        """What it would go through now."""
        return self._letters(digit)

    def press(self, digit: str, *, rests: bool) -> None:
        """``rests``: a while without a press takes the letter."""
        if digit == self.digit:
            self._place = (self._place + 1) % len(self._given)
        else:
            self.take()
            self.digit, self._given, self._place = digit, self._letters(digit), 0
        self._stop_resting()
        if rests and len(self._given) > 1:
            self._rest = self._timers.after(REST_MILLISECONDS, self.take)
        self._show(self.letter)

    def take(self) -> bool:
        """Write the letter that waits. Whether there was one."""
        letter = self.letter
        self.drop()
        if letter:
            self._write(letter)
        return bool(letter)

    def drop(self) -> bool:
        """Forget the letter that waits. Whether there was one."""
        waiting = bool(self.letter)
        self._stop_resting()
        self.digit, self._given, self._place = "", NONE, 0
        if waiting:
            self._show("")
        return waiting

    def _stop_resting(self) -> None:
        if self._rest:
            self._timers.after_cancel(self._rest)
            self._rest = ""
