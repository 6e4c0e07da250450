"""A page that looks again by itself every three seconds, while it is open and nobody has locked the console."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Generic, TypeVar

from atm_app.branch.staff_session import StaffSession
from gui.console.shell import Shell

T = TypeVar("T")
LOOK_AGAIN_MILLISECONDS = 3000


class LookingPage(Generic[T]):
    """Begins with ``begin``, once everything is laid out."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        self._timer = ""
        self.frame.bind("<Destroy>", self._left)

    def first(self, session: StaffSession) -> T:
        """Asked once, off the window's thread: a deed."""
        raise NotImplementedError  # each page asks its own desk

    def again(self, session: StaffSession) -> T:
        """Asked from then on, off the window's thread."""
        raise NotImplementedError  # each page asks its own desk

    def show(self, found: T) -> None:
        raise NotImplementedError  # each page has its own parts

    def say(self, text: str) -> None:
        """In the quiet line below the title."""
        raise NotImplementedError  # each page has its own parts

    def begin(self) -> None:
        session = self._shell.signed_in
        self._shell.ask(lambda: self.first(session), self._again)

    def look_again(self) -> None:
        """By itself; nothing is asked below the cover of a locked console."""
        self._timer = ""
        session = self._shell.session
        if session is None or self._shell.covered:
            self._later()
            return
        self._shell.ask_quietly(lambda: self.again(session), self._again, self._silent)

    def _again(self, found: T) -> None:
        if self.frame.winfo_exists():
            self.show(found)
            self._later()

    def _silent(self) -> None:
        if self.frame.winfo_exists():
            self.say("The database does not answer; this is how it was.")
            self._later()

    def _later(self) -> None:
        self._timer = self._shell.root.after(LOOK_AGAIN_MILLISECONDS, self.look_again)

    def _left(self, event: tkinter.Event[tkinter.Misc]) -> None:
        if event.widget is self.frame and self._timer:
            self._shell.root.after_cancel(self._timer)
            self._timer = ""
