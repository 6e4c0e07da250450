"""The console's real window on the real database, worked by its fields and buttons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atm_app.branch.roles import Role
from commands.staff_console import SIZE, StaffConsole
from tests.branch.conftest import branch as branch
from tests.branch.conftest import quick_hashes as quick_hashes
from tests.branch.conftest import walk as walk
from tests.branch.people import PASSWORD, Branch, Person
from tests.console.hands import Hands
from tests.gui.conftest import display as display
from tests.gui.studio import Display


class Clerk(Hands):
    """Somebody at the console of a branch in a test's own world."""

    def __init__(self, display: Display, branch: Branch) -> None:
        self.branch = branch
        super().__init__(StaffConsole(branch.console, branch.settings, SIZE, display.screen_for(SIZE)))

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
