"""The console at the machine, where there is a touchscreen and nothing else."""

from __future__ import annotations

import math
import tkinter
from collections.abc import Iterator
from tkinter import ttk
from typing import Any

import pytest

from atm_app.branch.roles import Role
from commands.lent_machine import KeptLine
from commands.staff_console import SIZE, AtMachine, StaffConsole
from gui.console import layout
from gui.console.parts import DOT, Column, Table
from gui.console.touch import FIELD, PART_WIDTH
from gui.tokens import Scale
from gui.touch_sizes import LEAST_KEY, MILLIMETRES_AN_INCH
from tests.branch.people import PASSWORD, Branch
from tests.branch.walk import Walk
from tests.commands.test_supervisor_line import Machine
from tests.commands.test_supervisor_line import machine as machine
from tests.console import gallery
from tests.console.fingers import Fingers
from tests.console.hands import Hands
from tests.gui.layout import clipped, rectangle, small_targets, visible
from tests.gui.studio import Display
from tests.gui.test_touch_sizes import PANELS
from tests.waiting import live, wait_until


@pytest.fixture(scope="module")
def window(display: Display) -> Iterator[gallery.Window]:
    """With people and figures of the gallery behind it."""
    made = gallery.Window(display, by_touch=True)
    yield made
    made.close()


@pytest.fixture
def fingers(window: gallery.Window) -> Fingers:
    assert window.keyboard is not None
    window.shell.leave()
    return Fingers(window.root, window.keyboard)


def test_the_key_is_turned_and_staff_work_by_touches_alone(
    display: Display, branch: Branch, walk: Walk, machine: Machine
) -> None:
    """An administrator signs in with password and code and looks at a page; a teller finds a customer; the machine is
    the customers' again."""
    console = StaffConsole(branch.console, branch.settings, SIZE, display.screen_for(SIZE))
    at_machine = AtMachine(console, KeptLine(machine.path), 60)
    clerk, customer = Hands(console), walk.customer()
    fingers, keyboard = Fingers(clerk.root, at_machine.keyboard), at_machine.keyboard

    def until(condition: Any, what: str) -> None:
        wait_until(lambda: [live(clerk.root)] and condition(), what)

    until(lambda: clerk.root.winfo_viewable() and keyboard.shown, "the machine is lent, and the first field asked for")
    assert machine.world.state == "in_service"

    def sign_in(role: Role) -> None:
        person, touched = branch.person(role), at_machine._touched
        fingers.type(person.name)
        assert at_machine._touched > touched, "whoever types is there"
        fingers.press_key("Next field")
        fingers.type(PASSWORD)
        field = clerk.form.fields["password"]
        assert (field["show"], field.get()) == (DOT, PASSWORD)
        fingers.press_key("Enter")  # on to the code
        assert clerk.shell.session is None
        assert fingers.key("1") is not None, "digits are there at once"
        fingers.type(branch.code(person))
        fingers.press_key("Enter")
        until(lambda: clerk.shell.session is not None, f"the {role} is signed in")
        clerk.settle()
        assert not {PASSWORD, person.name} & set(map(str, vars(keyboard.board).values())), "the keyboard keeps nothing"

    sign_in(Role.ADMINISTRATOR)
    fingers.touch(clerk.buttons["Settings"])
    clerk.settle()
    fingers.touch(clerk.top.sections)
    fingers.touch(clerk.buttons["Alerts"])
    assert clerk.top.sections.get() == "Alerts"
    fingers.touch(clerk.buttons["Sign out"])
    clerk.settle()
    sign_in(Role.TELLER)
    assert keyboard.shown
    fingers.type(customer.number)
    fingers.press_key("Enter")
    until(lambda: f"Asha Rao  ·  {customer.number}" in clerk.texts, "the customer's file is open")
    assert not keyboard.shown, "what was found is to be seen"
    left: list[bool] = []
    clerk.root.quit = lambda: left.append(True)  # type: ignore[method-assign]
    fingers.touch(clerk.buttons["Sign out"])
    clerk.settle()
    fingers.touch(clerk.buttons["Back to the machine"])
    assert left == [True]
    at_machine.close()
    until(lambda: machine.world.state == "welcome", "the machine is the customers' again")
    clerk.close()


def fields_of(root: tkinter.Misc) -> list[ttk.Entry]:
    return [
        each for each in visible(root)
        if isinstance(each, ttk.Entry) and each.winfo_class() == FIELD and not each.instate(["disabled"])
    ]  # fmt: skip


# Pages and dialogs with fields; the exchange has the most.
TYPED_ON = ("customer", "enrolment", "erase", "second_person", "audit", "limits", "settings", "lists", "authenticator",
            "first_password", "exchange_counted")  # fmt: skip


@pytest.mark.parametrize("name", [name for name in gallery.PICTURES if name in TYPED_ON])
def test_the_keyboard_is_never_over_the_field_it_is_for(window: gallery.Window, name: str) -> None:
    keyboard, shell = window.keyboard, window.shell
    assert keyboard is not None
    gallery.PICTURES[name](window)
    window.root.update()
    over = [shell.dialogs[-1].frame] if shell.dialogs else [shell.body]  # type: ignore[attr-defined]
    fields = [field for outer in over for field in fields_of(outer)]
    window.root.focus_force()
    window.root.update()
    assert not keyboard.shown
    before = {field: rectangle(field) for field in fields}
    assert before
    for field in fields:
        field.focus_force()
        window.root.update()
        assert keyboard.shown
        top = shell.header.winfo_rooty() + shell.header.winfo_height()
        now = rectangle(field)
        assert now[1] >= top, f"{name}: the field is below the header"
        assert now[3] <= keyboard.frame.winfo_rooty(), f"{name}: the keyboard is over the field"
    keyboard.hide()
    window.root.update()
    assert {field: rectangle(field) for field in fields} == before, "everything is back where it was"


def test_every_key_and_row_is_large_enough_for_a_finger(window: gallery.Window, fingers: Fingers) -> None:
    for name, (size, diagonal) in PANELS.items():
        scale, pixel = Scale(*size, layout.CONSOLE), diagonal * MILLIMETRES_AN_INCH / math.hypot(*size)
        for least in (layout.CONSOLE.letters.target, layout.TOUCHED_ROW):
            assert round(scale(least) * pixel, 1) >= LEAST_KEY, name
    window.root.update()
    assert window.keyboard is not None
    board = window.keyboard.board.frame
    for way in ("⇧", "123"):
        assert not list(small_targets(board, window.shell.theme.scale))
        assert not list(clipped(list(visible(board))))
        fingers.press_key(way)


def test_what_is_told_stands_above_the_keyboard_and_not_over_the_cover(
    window: gallery.Window, fingers: Fingers
) -> None:
    shell, keyboard = window.as_(Role.TELLER, "Customers"), window.keyboard
    assert keyboard is not None
    window.root.update()
    assert keyboard.shown
    shell.tell("Nobody fits.")
    window.root.update()
    told = shell._told
    assert told.winfo_rooty() + told.winfo_height() <= keyboard.board.frame.winfo_rooty()
    assert window.root.winfo_containing(told.winfo_rootx() + 5, told.winfo_rooty() + 5) is told
    fingers.touch(shell.page.frame, 5, 5)  # type: ignore[union-attr]
    assert not keyboard.shown, "whoever touches elsewhere has finished typing"
    fingers.touch(shell.page.search.fields["text"])  # type: ignore[union-attr]
    assert keyboard.shown
    shell.tell("This face is enrolled already, as customer 400271.")
    shell.lock()
    window.root.update()
    assert window.root.winfo_containing(told.winfo_rootx() + 5, told.winfo_rooty() + 5) is not told
    shell.uncover()


def test_a_console_of_the_branch_has_none_of_it(display: Display) -> None:
    usual = gallery.Window(display)
    shell = usual.shell
    usual.root.update()
    usual.shell.page.form.fields["name"].focus_force()  # type: ignore[union-attr]
    usual.root.update()
    assert not usual.root.bind_class(FIELD, "<FocusIn>")
    shown = [each for each in visible(usual.root) if isinstance(each, ttk.Button)]
    assert [str(each["text"]).strip() for each in shown] == ["Sign in"], "no key of a keyboard"
    assert shell.workshop.row == layout.ROW
    usual.close()


def test_a_letter_takes_the_place_of_what_is_marked_and_erase_takes_one(
    window: gallery.Window, fingers: Fingers
) -> None:
    window.root.update()
    field = window.shell.page.form.fields["name"]  # type: ignore[union-attr]
    fingers.type("Asha-R.9@x y")
    assert field.get() == "Asha-R.9@x y"
    for _ in range(3):
        fingers.press_key("⌫")
    assert field.get() == "Asha-R.9@"
    field.selection_range(0, 4)
    fingers.press_key("⌫")
    field.icursor(0)
    fingers.type("A")
    assert field.get() == "A-R.9@"
    fingers.press_key("Hide")
    assert window.keyboard is not None
    assert not window.keyboard.shown


def test_a_table_is_drawn_along_by_a_finger_and_marked_by_a_tap(window: gallery.Window, fingers: Fingers) -> None:
    shell, chosen = window.as_(Role.TELLER, "Customers"), []
    table = Table(shell.workshop, shell.body, (Column("Number", 20),), rows=14, on_choose=lambda: chosen.append(1))
    table.fill([(str(place), (place,)) for place in range(60)])
    table.widget.place(x=0, y=200, relwidth=1)
    window.root.update()
    row = shell.workshop.scale(layout.TOUCHED_ROW)
    fingers.press(table.widget, 40, 5 * row)
    fingers.draw(-4 * row)
    fingers.lift()
    window.root.update()
    assert not chosen, "drawing marks nothing"
    fingers.tap_row(table, "4")
    window.root.update()
    assert (table.chosen, len(chosen)) == ("4", 1)
    assert not table.widget.bbox("0")
    assert [part for part in visible(table.widget) if part.winfo_width() == shell.workshop.scale(PART_WIDTH)]
    table.widget.bind("<Double-1>", lambda _: table.fill([(f"new {place}", (place,)) for place in range(5)]))
    for _ in range(2):
        fingers.touch(table.widget, 40, 2 * row)
    assert (table.keys[0], table.chosen) == ("new 0", ""), "what a second tap opens is not marked by its end"
    table.widget.destroy()


def test_of_several_one_is_chosen_by_a_large_button(window: gallery.Window, fingers: Fingers) -> None:
    shell, heard = window.as_(Role.ADMINISTRATOR, "Settings"), []
    window.root.update()
    sections = shell.page.sections  # type: ignore[union-attr]
    sections.bind("<<ComboboxSelected>>", lambda _: heard.append(sections.get()), add=True)
    fingers.touch(sections)
    (dialog,) = shell.dialogs
    assert not list(clipped(list(visible(dialog.frame))))  # type: ignore[attr-defined]
    button = next(each for each in visible(dialog.frame) if isinstance(each, ttk.Button) and each["text"] == "Alerts")  # type: ignore[attr-defined]
    assert button.winfo_height() >= shell.workshop.scale(layout.TOUCHED_ROW) - 1
    fingers.touch(button)
    assert heard == ["Alerts"]
    assert not shell.dialogs
