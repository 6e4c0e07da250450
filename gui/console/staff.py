"""The administrator's page: who works here, in which role."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk

from atm_app.branch.roles import Deed, Role
from atm_app.branch.staff_desk import HandedOut
from atm_app.branch.staff_ports import StaffMember
from gui.console.dialogs import ask_for, confirm, show_once
from gui.console.parts import Column
from gui.console.shell import Shell, heading, row_of, table_of

COLUMNS = (Column("User name", 30), Column("Role", 18), Column("State", 24))
ROWS = 16


def state_of(member: StaffMember) -> str:
    if member.disabled:
        return "shut"
    if member.locked_seconds:
        return "locked"
    return "" if member.ready else "not set up yet"


class StaffPage:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Staff", "One role a person. Passwords that are handed out are shown once.")
        self._table = table_of(shell, self.frame, COLUMNS, ROWS)
        row = row_of(shell, self.frame)
        for text, deed, command in (
            ("Add somebody", Deed.ADD_STAFF, self._add), ("Change role", Deed.CHANGE_STAFF, self._change),
            ("Shut", Deed.CHANGE_STAFF, lambda: self._switch(shut=True)),
            ("Open again", Deed.CHANGE_STAFF, lambda: self._switch(shut=False)),
            ("Reset password and app", Deed.RESET_STAFF, self._reset),
        ):  # fmt: skip
            if shell.may(deed):
                row.add(text, command)
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.staff, self._shell.signed_in
        self._shell.ask(
            lambda: desk.list(session),
            lambda members: self._table.fill([
                (each.user_name, (each.user_name, each.role, state_of(each))) for each in members
            ]),
        )  # fmt: skip

    def _do(self, work: Callable[[str], object]) -> None:
        if name := self._marked():
            self._shell.ask(lambda: work(name), lambda _: self.look())

    def _marked(self) -> str:
        return self._shell.marked(self._table, "Choose somebody first.")

    def _handed_out(self, handed_out: HandedOut) -> None:
        show_once(
            self._shell, f"Password for {handed_out.user_name}", "It is shown this once and has to be changed.",
            (handed_out.password,),
        )  # fmt: skip
        self.look()

    def _add(self) -> None:
        def given(values: dict[str, str]) -> None:
            desk, session = self._shell.console.staff, self._shell.signed_in
            self._shell.ask(lambda: desk.add(session, values["name"], Role(values["role"])), self._handed_out)

        fields = {"name": ("User name", ()), "role": ("Role", tuple(Role))}
        ask_for(self._shell, "Add somebody", fields, "Add", given)

    def _change(self) -> None:
        def given(values: dict[str, str]) -> None:
            desk, session = self._shell.console.staff, self._shell.signed_in
            self._do(lambda name: desk.change_role(session, name, Role(values["role"])))

        ask_for(self._shell, "Change role", {"role": ("Role", tuple(Role))}, "Change", given)

    def _switch(self, *, shut: bool) -> None:
        desk, session = self._shell.console.staff, self._shell.signed_in
        switch = desk.disable if shut else desk.enable
        self._do(lambda name: switch(session, name))

    def _reset(self) -> None:
        desk, session, name = self._shell.console.staff, self._shell.signed_in, self._marked()
        if not name:
            return
        confirm(
            self._shell, f"Reset {name}?", "Their password and their app are worth nothing any more.", "Reset",
            lambda: self._shell.ask(lambda: desk.reset(session, name), self._handed_out),
        )  # fmt: skip
