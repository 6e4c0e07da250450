"""Pictures of the console as it is worked at the machine, by touch alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from atm_app.branch.roles import Role


def _sign_in(window: Any) -> None:
    window.shell.at_machine = True
    window.shell.leave()
    window.root.focus_force()
    window.root.update()
    form = window.shell.page.form
    form.fields["name"].insert(0, "meera.joshi")
    form.fields["password"].focus_set()
    window.root.update()
    for letter in "brown":
        window.keyboard.board._type(letter)


def _searching(window: Any) -> None:
    page = window.as_(Role.TELLER, "Customers").page
    window.root.update()
    page.search.fields["text"].insert(0, "chen")
    page._found("chen", window.shell.console.enrolment.similar())
    page.list.choose(page.list.keys[0])


def _choosing(window: Any) -> None:
    page = window.as_(Role.ADMINISTRATOR, "Settings").page
    window.root.update()
    page.sections.event_generate("<ButtonRelease-1>", x=4, y=4)


TOUCH_PICTURES: dict[str, Callable[[Any], None]] = {
    "at_the_machine": _sign_in,
    "at_the_machine_searching": _searching,
    "at_the_machine_choosing": _choosing,
}
