"""The console's real window on the real database, worked by its fields and buttons."""

from __future__ import annotations

import gc
import tkinter
from collections.abc import Iterator
from time import monotonic
from tkinter import ttk
from typing import Any

import pytest
from PIL import Image, ImageGrab

from atm_app.branch.roles import Role
from commands.staff_console import SIZE, StaffConsole
from gui.console.parts import Form, Table
from tests.branch.conftest import branch as branch
from tests.branch.people import PASSWORD, Branch, Person
from tests.gui.conftest import display as display
from tests.gui.studio import Display

PATIENCE = 20.0


class Clerk:
    """Works the window as somebody of the branch does."""

    def __init__(self, display: Display, branch: Branch) -> None:
        self.branch = branch
        self._window = StaffConsole(branch.console, branch.settings, SIZE, display.screen_for(SIZE))
        self.root, self.shell = self._window.root, self._window.shell
        self.settle()

    def settle(self) -> None:
        """Until nothing is asked for any more."""
        end = monotonic() + PATIENCE
        self.root.update()
        while self.shell.asking:
            assert monotonic() < end, "the console waits for an answer"
            self.root.update()
        self.root.update()

    # --- working -----------------------------------------------------------------------------------------------------

    def fill(self, **values: str) -> None:
        """Fields by their keys, of what lies on top."""
        for key, value in values.items():
            field = self.form.fields[key]
            if isinstance(field, ttk.Combobox):
                assert value in field["values"], f"{value} is not offered"
                field.set(value)
            else:
                field.delete(0, "end")
                field.insert(0, value)

    def press(self, text: str) -> None:
        """The button that says this, on top of everything."""
        self.buttons[text].invoke()
        self.settle()

    def go_to(self, section: str) -> None:
        self.press(section)

    def mark(self, key: str) -> None:
        """The row of the table that has this key."""
        table = next(table for table in self.tables if key in table.keys)
        table.choose(key)
        self.root.update()

    # --- looking -----------------------------------------------------------------------------------------------------

    @property
    def top(self) -> Any:
        """What lies over everything else: a dialog, the cover, the page."""
        dialogs = self.shell.dialogs
        return dialogs[-1] if dialogs else self.shell.page

    @property
    def form(self) -> Form:
        top = getattr(self.top, "step", self.top)
        return next(each for each in (getattr(top, "form", None), getattr(top, "search", None)) if each is not None)

    @property
    def tables(self) -> list[Table]:
        return [each for each in vars(self.top).values() if isinstance(each, Table)]

    @property
    def buttons(self) -> dict[str, ttk.Button]:
        """Of what lies on top, and those of the navigation where nothing lies over it."""
        inside = [self.top.frame] if self.shell.dialogs or self.shell.covered else [self.root]
        return {
            str(each["text"]).strip(): each
            for frame in inside for each in _below(frame) if isinstance(each, ttk.Button) and each.winfo_ismapped()
        }  # fmt: skip

    @property
    def texts(self) -> list[str]:
        return [
            str(each.shown_text[0]) for each in _below(self.root)
            if hasattr(each, "shown_text") and each.winfo_ismapped() and each.shown_text[0]
        ]  # fmt: skip

    @property
    def told(self) -> str:
        return self.shell.told

    def cells(self, key: str) -> tuple[str, ...]:
        for table in self.tables:
            if key in table.keys:
                return tuple(map(str, table.widget.item(key)["values"]))
        raise AssertionError(f"no row {key!r} in {[table.keys for table in self.tables]}")

    def grab(self) -> Image.Image:
        self.root.update()
        self.root.winfo_pointerxy()
        return ImageGrab.grab((0, 0, *SIZE), xdisplay=self.root.winfo_screen())

    # --- what is done often ------------------------------------------------------------------------------------------

    def sign_in(self, person: Person) -> None:
        if self.shell.session is not None:
            self.press("Sign out")
        self.fill(name=person.name, password=PASSWORD, code=self.branch.code(person) if person.secret else "")
        self.press("Sign in")

    def as_(self, role: Role) -> Person:
        person = self.branch.person(role)
        self.sign_in(person)
        return person

    def have_signed_by(self, person: Person) -> None:
        self.fill(name=person.name, password=PASSWORD, code=self.branch.code(person))
        self.press("Sign")

    def close(self) -> None:
        """Tk's objects are given back here: the worker thread of the next window must not collect them."""
        self._window.close()
        del self._window, self.root, self.shell
        gc.collect()


def _below(widget: tkinter.Misc) -> Iterator[Any]:
    for child in widget.winfo_children():
        yield child
        yield from _below(child)


@pytest.fixture(scope="module")
def console(display: Display, branch: Branch) -> Iterator[Clerk]:
    made = Clerk(display, branch)
    yield made
    made.close()


@pytest.fixture
def clerk(console: Clerk) -> Clerk:
    """Before the sign-in."""
    if console.shell.session is not None:
        console.shell.leave()
        console.settle()
    return console
