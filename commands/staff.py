"""``main.py staff``: accounts of staff on a terminal without a window. Whoever asks signs in first, as at the console;
what is typed is not shown, and a password that is handed out is shown once, on standard output."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from rich.console import Console as Terminal
from rich.table import Table

from atm_app.branch.console import Console
from atm_app.branch.permissions import NotAllowed, Refusal
from atm_app.branch.roles import Role
from atm_app.branch.staff_desk import HandedOut
from atm_app.branch.staff_session import StaffSession
from atm_app.config import Settings
from atm_app.stores import RequestRefused
from commands.branch_wiring import SystemTime, console_of
from commands.opened_storage import opened_storage
from db.folder import DataFolder

REASONS = {
    "not_the_first": "somebody has set up an account here already; ask them",
    "user_name_taken": "somebody has this user name",
    "user_name_malformed": "a user name is 3 to 32 letters, digits, dots, hyphens and underscores, a letter first",
    "no_such_staff": "nobody has this user name",
    "last_administrator": "there would be no administrator left",
    "oneself": "only somebody else can reset your account",
    "password_wrong": "the password is wrong",
    "password_same": "the new password is the old one",
    "password_too_short": "the password is too short: eight letters at least",
    "password_too_easy": "the password is too easily guessed; several words that do not belong together are good",
    "password_first": "choose a password of your own first",
    "authenticator_there": "there is an authenticator already; an administrator can reset the account",
    "code_wrong": "the code is wrong",
}
REFUSALS = {
    Refusal.ROLE: "Your role may not do this.",
    Refusal.NOT_SET_UP: "Set up your own account first: main.py staff set-up",
    Refusal.ENDED: "Your account was shut.",
}


def run(folder: DataFolder, settings: Settings, action: str, user_name: str, role: str) -> int:
    """Exit code 0 when it is done."""
    with opened_storage(folder, settings) as storage:
        console = console_of(storage, settings, SystemTime())
        try:
            if action == "create-administrator":
                show_once(console.staff.create_first_administrator())
                return 0
            session = _signed_in(console, code_wanted=action != "set-up")
            if session is None:
                print("User name, password or code is wrong, or the account is locked for a while.", file=sys.stderr)
                return 1
            try:
                DEEDS[action](console, session, user_name, role)
            finally:
                console.sign_in.sign_out(session)
        except NotAllowed as refused:
            print(REFUSALS.get(refused.refusal, "This is not allowed now."), file=sys.stderr)
            return 1
        except RequestRefused as refused:
            print(f"Nothing was done: {REASONS.get(refused.reason, refused.reason)}.", file=sys.stderr)
            return 1
    return 0


def _signed_in(console: Console, *, code_wanted: bool) -> StaffSession | None:
    name, password = _typed("Your user name: "), _hidden("Your password: ")
    return console.sign_in.sign_in(name, password, _hidden("Code of your authenticator: ") if code_wanted else "")


def _set_up(console: Console, session: StaffSession, _name: str, _role: str) -> None:
    if session.member.must_change:
        console.own_account.change_password(session, _hidden("The password again: "), _hidden("A new password: "))
    print(console.own_account.offer_authenticator(session))
    console.own_account.confirm_authenticator(session, _hidden("The code your authenticator shows now: "))
    print("Your account is set up.")


def _list(console: Console, session: StaffSession, _name: str, _role: str) -> None:
    table = Table("user name", "role", "state")
    for member in console.staff.list(session):
        state = "shut" if member.disabled else "locked" if member.locked_seconds else ""
        table.add_row(member.user_name, member.role, state or ("" if member.ready else "not set up yet"))
    Terminal().print(table)


def _add(console: Console, session: StaffSession, name: str, role: str) -> None:
    show_once(console.staff.add(session, name, Role(role)))


def _disable(console: Console, session: StaffSession, name: str, _role: str) -> None:
    console.staff.disable(session, name)


def _enable(console: Console, session: StaffSession, name: str, _role: str) -> None:
    console.staff.enable(session, name)


def _reset(console: Console, session: StaffSession, name: str, _role: str) -> None:
    show_once(console.staff.reset(session, name))


DEEDS: dict[str, Callable[[Console, StaffSession, str, str], None]] = {
    "set-up": _set_up, "list": _list, "add": _add, "disable": _disable, "enable": _enable, "reset": _reset,
}  # fmt: skip


def show_once(handed_out: HandedOut) -> None:
    print(f"user name: {handed_out.user_name}\npassword:  {handed_out.password}")
    print(
        "It is shown this once, and has to be changed: sign in at the console, or: main.py staff set-up",
        file=sys.stderr,
    )


def _typed(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().rstrip("\n")


def _hidden(prompt: str) -> str:
    """Not shown while it is typed; a line of standard input where that is no terminal."""
    return getpass.getpass(prompt) if sys.stdin.isatty() else _typed(prompt)
