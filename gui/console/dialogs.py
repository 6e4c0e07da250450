"""What lies over a page until it is answered: a question, a few fields, something shown once, a second person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from tkinter import ttk

from PIL import Image, ImageTk

from atm_app.banking.money import Money
from atm_app.branch.cash_count import difference_told
from atm_app.branch.signed_action import Action, Approval
from gui.console import layout
from gui.console.parts import Form
from gui.console.shell import Shell
from gui.console.words import LOCALE

WIDTH, WIDE = 1200, 2200
PICTURE_HEIGHT = 900
# Parts of an action in minor units, and notes of one kind ("5 x 20000").
SUMS = frozenset({"amount", "booked", "counted", "note", "per_transaction", "per_day"})
NOTES = re.compile(r"(\d+(?: of \d+)?) x (\d+)")
# So many parts of an action stand below each other, the others beside them.
PARTS_IN_COLUMN = 7
PER_LINE = 5  # codes side by side


class Dialog:
    """A card over the whole window. ``close`` takes it away, and what was typed with it."""

    def __init__(self, shell: Shell, title: str, line: str = "", width: int = WIDTH) -> None:
        self.shell = shell
        self.form: Form | None = None
        work = shell.workshop
        self.frame = ttk.Frame(shell.root)
        self.frame.place(x=0, y=work.scale(layout.HEADER), relwidth=1, relheight=1, height=-work.scale(layout.HEADER))
        self.card = work.card(self.frame)
        self.card.place(relx=0.5, rely=0.45, anchor="center", width=work.scale(width))
        work.text(self.card, title, "title", bold=True).pack(anchor="w")
        if line:
            work.text(self.card, line, quiet=True, wrap=WIDTH - 2 * layout.CARD_PADDING).pack(anchor="w")
        shell.opened(self)

    def close(self) -> None:
        self.frame.destroy()
        self.shell.closed(self)

    def refuse(self, text: str) -> None:
        work = self.shell.workshop
        if not hasattr(self, "_problem"):
            self._problem = work.text(self.card, "", wrap=WIDTH - 2 * layout.CARD_PADDING)
            self._problem.pack(anchor="w")
        work.set(self._problem, text, bold=True, colour=self.shell.theme.palette.bad)

    def buttons(
        self, text: str, done: Callable[[], None], style: str = "Primary", *, back: str = "Back"
    ) -> ttk.Button:  # fmt: skip
        """The first of them."""
        first = self._button(text, done, style)
        if back:
            self._button(back, self.close, "Quiet")
        return first

    def _button(self, text: str, command: Callable[[], None], style: str) -> ttk.Button:
        work = self.shell.workshop
        button = work.button(self.card, text, command, style)
        button.pack(fill="x", ipady=work.scale(16), pady=(work.scale(layout.GAP), 0))
        return button


def confirm(shell: Shell, title: str, line: str, text: str, done: Callable[[], None]) -> None:
    dialog = Dialog(shell, title, line)

    def yes() -> None:
        dialog.close()
        done()

    dialog.buttons(text, yes, "Danger")


def ask_to_lose(shell: Shell, title: str, line: str, text: str, done: Callable[[], None]) -> None:
    """Whoever does not read it, presses Return or Escape or touches the first button, stays and keeps everything."""
    dialog = Dialog(shell, title, line)

    def yes() -> None:
        dialog.close()
        done()

    stay = dialog.buttons("Stay here", dialog.close, back="")
    dialog.buttons(text, yes, "Danger", back="")
    stay.bind("<Return>", lambda _: dialog.close())
    stay.focus_set()


def ask_for(
    shell: Shell, title: str, fields: Mapping[str, tuple[str, Sequence[str]]], text: str,
    done: Callable[[dict[str, str]], None], line: str = "",
) -> None:  # fmt: skip
    """``fields``: by key their name and what there is to choose from, nothing where it is typed."""
    dialog = Dialog(shell, title, line)

    def given() -> None:
        values = {key: form.value(key) for key in fields}
        dialog.close()
        done(values)

    form = dialog.form = Form(shell.workshop, dialog.card, given)
    for key, (name, choices) in fields.items():
        form.add(key, name, choices=choices)
    form.frame.pack(fill="x", pady=shell.workshop.scale(layout.GAP))
    dialog.buttons(text, given)
    form.focus()


def show_once(shell: Shell, title: str, line: str, texts: Sequence[str]) -> None:
    """Something that is never shown again, numbered."""
    dialog = Dialog(shell, title, line)
    table = ttk.Frame(dialog.card, style="Card.TFrame")
    table.pack(pady=shell.workshop.scale(layout.GAP))
    for place, text in enumerate(texts):
        row, column = divmod(place, PER_LINE)
        numbered = f"{place + 1}.  {text}" if len(texts) > 1 else text
        shell.workshop.text(table, numbered, "body", bold=True).grid(
            row=row, column=column, padx=shell.workshop.scale(layout.GAP), sticky="w"
        )
    dialog.buttons("I have it", dialog.close, back="")


def show_picture(shell: Shell, title: str, picture: bytes) -> None:
    """As large as the card has room for."""
    dialog, scale = Dialog(shell, title), shell.workshop.scale
    with Image.open(BytesIO(picture)) as opened:
        opened.thumbnail((scale(WIDTH - 2 * layout.CARD_PADDING), scale(PICTURE_HEIGHT)))
        photo = ImageTk.PhotoImage(opened, master=shell.root)
    label = ttk.Label(dialog.card, image=photo, style="Surface.TLabel")
    label.picture = photo  # type: ignore[attr-defined]  # Tk keeps no picture that Python has forgotten
    label.pack(pady=scale(layout.GAP))
    dialog.buttons("Close", dialog.close, back="")


def told_parts(action: Action) -> list[tuple[str, str]]:
    """What is signed, as people read it: minor units as money, with their currency."""
    currency = next((str(value) for name, value in action.parts if name == "currency"), "")

    def told(name: str, value: str | int) -> str:
        if currency and name in SUMS:
            return Money(int(value), currency).text(LOCALE)
        if currency and name == "difference":
            return difference_told(Money(int(value), currency))
        if currency and (notes := NOTES.fullmatch(str(value))):
            return f"{notes[1]} × {Money(int(notes[2]), currency).text(LOCALE)}"
        return str(value)

    return [(name.replace("_", " "), told(name, value)) for name, value in action.parts if name != "currency"]


def have_signed(shell: Shell, action: Action, done: Callable[[Approval], None]) -> None:
    """The second person reads the very action and signs it with their own name, password and code."""
    parts = told_parts(action)
    dialog = Dialog(
        shell, "A second person signs", f"{action.deed.value.replace('_', ' ').capitalize()} at {action.terminal}",
        WIDTH if len(parts) <= PARTS_IN_COLUMN else WIDE,
    )  # fmt: skip
    shown = shell.workshop.card(dialog.card)
    shown.pack(fill="x", pady=shell.workshop.scale(layout.GAP))
    for place, (name, value) in enumerate(parts):
        column, row = divmod(place, PARTS_IN_COLUMN)
        shell.workshop.text(shown, name, quiet=True).grid(row=row, column=2 * column, sticky="w")
        shell.workshop.text(shown, value, bold=True).grid(
            row=row, column=2 * column + 1, sticky="w", padx=shell.workshop.scale(layout.GAP)
        )
    if not action.parts:
        shown.pack_forget()
    session = shell.signed_in

    def sign() -> None:
        name, password, code = (form.value(key) for key in ("name", "password", "code"))
        form.clear("password", "code")
        shell.ask(
            lambda: shell.console.second_person.sign(session, action, name, password, code), signed, dialog.refuse
        )

    def signed(approval: Approval | None) -> None:
        if approval is None:
            dialog.refuse("User name, password or code is wrong, or this person may not sign it.")
            return
        dialog.close()
        done(approval)

    form = dialog.form = Form(shell.workshop, dialog.card, sign)
    form.add("name", "The second person's user name")
    form.add("password", "Their password", secret=True)
    form.add("code", "Their code", secret=True, digits=True)
    form.frame.pack(fill="x")
    dialog.buttons("Sign", sign)
    form.focus()
