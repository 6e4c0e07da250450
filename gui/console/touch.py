"""The console where there is neither keyboard nor mouse, on the machine's own screen: a keyboard on the screen for the
field that is typed into, tables that are dragged, and what is chosen of several as large as a finger."""

from __future__ import annotations

import tkinter
from dataclasses import replace
from functools import partial
from tkinter import ttk
from typing import Any

from atm_app.views import Action
from gui.console import layout
from gui.console.dialogs import WIDTH, Dialog
from gui.console.parts import dress
from gui.console.shell import Shell
from gui.keyboard import Keyboard
from gui.keyboard_layouts import Kind

FIELD, CHOICE, TABLE = "TEntry", "TCombobox", "Treeview"
EDGE = 2  # design pixels, between the keyboard and what stands above it
# So many to choose from stand below each other, further ones beside them.
CHOICES_IN_COLUMN = 7
# A finger that lies still moves by less than this, design pixels.
STILL = 24
# Of the sign at the right that shows which part of a table is to be seen, design pixels: figures end before it.
PART_WIDTH = 6


def work_by_touch(shell: Shell) -> ScreenKeyboard:
    """From the next page on; for as long as the window lives."""
    dress(shell.theme, layout.TOUCHED_ROW)
    shell.workshop = replace(shell.workshop, row=layout.TOUCHED_ROW)
    _let_tables_be_dragged(shell)
    for event in ("<ButtonPress-1>", "<Double-1>", "<Triple-1>", "<B1-Motion>"):
        # In place of Tk's list, whose lines are as high as letters.
        shell.root.bind_class(CHOICE, event, "")
    shell.root.bind_class(CHOICE, "<ButtonRelease-1>", lambda event: _choose(shell, event))
    return ScreenKeyboard(shell)


# --- the keyboard ----------------------------------------------------------------------------------------------------


class ScreenKeyboard:
    """There while a field has the focus, and never over it: what the field stands in makes room. It keeps nothing of
    what is typed. ``frame``: with the foot of the window above the keys."""

    def __init__(self, shell: Shell) -> None:
        self._shell, root, scale = shell, shell.root, shell.workshop.scale
        letters = layout.CONSOLE.letters
        palette = shell.theme.palette
        self._keys_height = scale(letters.height + 2 * layout.KEYBOARD_PADDING)
        self.frame = tkinter.Frame(root, background=palette.paper)
        edge = tkinter.Frame(self.frame, background=palette.line, height=scale(EDGE))
        edge.place(x=0, rely=1, y=-self._keys_height, anchor="sw", relwidth=1)
        self.board = Keyboard(self.frame, shell.workshop.letters, self._touched, Kind.FORM)
        self.board.frame.place(
            relx=0.5, rely=1, y=-scale(layout.KEYBOARD_PADDING), anchor="s", width=scale(letters.width),
            height=scale(letters.height),
        )  # fmt: skip
        self._field: ttk.Entry | None = None
        # What made room, where it was, and where it was moved up to: pixels from the window's upper edge.
        self._moved: tuple[tkinter.Misc, int, int] | None = None
        # While a finger is on the glass, and whose the keyboard was when it came there.
        self._pressed = False
        self._before: ttk.Entry | None = None
        for event in ("<FocusIn>", "<ButtonRelease-1>"):
            root.bind_class(FIELD, event, self._called, add=True)
        for event in ("<FocusOut>", "<Destroy>"):
            root.bind_class(FIELD, event, lambda _: self._look_later(), add=True)
        # Of every button, as the shell's own: a binding of one button alone would be heard instead of that.
        root.bind("<Button>", lambda _: self._press(), add=True)
        root.bind("<ButtonRelease>", self._release, add=True)
        # Whether somebody has touched anything but the field since the last look, and the next one.
        self._elsewhere, self._looking = False, ""
        root.bind("<Destroy>", self._ended, add=True)

    @property
    def shown(self) -> bool:
        return self._field is not None

    def _called(self, event: Any) -> None:
        self.show(event.widget)

    def show(self, field: ttk.Entry) -> None:
        if field.instate(["disabled"]) or field.instate(["readonly"]):
            return
        if field is not self._field:
            self.board.begin(digits=getattr(field, "takes_digits", False))
        self._field = field
        foot = self._shell.workshop.scale(layout.HEADER)
        self.frame.place(x=0, rely=1, anchor="sw", relwidth=1, height=self._keys_height + foot)
        self.frame.lift()
        if self._outer(field) is self._shell.body:  # what is told of a page stays below a dialog and below the cover
            self._shell.lift_foot(self._keys_height)
        self._shell.root.after_idle(self._make_room)

    def hide(self) -> None:
        self._field = None
        self._move_back()
        self.frame.place_forget()
        self._shell.lift_foot(0)

    # --- whose it is -------------------------------------------------------------------------------------------------

    def _press(self) -> None:
        self._pressed, self._before = True, self._field

    def _release(self, event: Any) -> None:
        """Whoever touches elsewhere has finished typing. Not before the finger is lifted: what moves away below it
        would not be pressed."""
        self._pressed = False
        elsewhere = not (_is_field(event.widget) or str(event.widget).startswith(str(self.frame)))
        self._look_later(elsewhere)

    def _look_later(self, elsewhere: bool = False) -> None:
        """Once everything has happened that a touch or a page that goes away brings with it."""
        self._elsewhere = self._elsewhere or elsewhere
        self._looking = self._looking or self._shell.root.after_idle(self._look)

    def _ended(self, event: Any) -> None:
        if event.widget is self._shell.root and self._looking:
            self._shell.root.after_cancel(self._looking)

    def _look(self) -> None:
        """Whether the field is still the one that is typed into."""
        elsewhere, self._elsewhere, self._looking = self._elsewhere, False, ""
        if self._pressed or not self.shown or not self.frame.winfo_exists():
            return
        focused = self._shell.root.focus_lastfor()
        if not _is_field(focused) or (elsewhere and focused is self._field is self._before):
            self.hide()

    # --- keys --------------------------------------------------------------------------------------------------------

    def _touched(self, action: Action) -> None:
        field = self._field
        if field is None or not field.winfo_exists():
            return
        if action.name == "type":
            _erase_marked(field)
            field.insert("insert", action.value)
            field.xview("insert")
        elif action.name == "erase":
            if not _erase_marked(field) and (place := field.index("insert")):
                field.delete(place - 1)
        elif action.name == "next":
            self._go_to(self._following(field))
        elif action.name == "hide":
            self.hide()
        else:
            self._enter(field)

    def _enter(self, field: ttk.Entry) -> None:
        """What the form is for, where nothing secret is left to be typed: a sign-in without a code is a wrong one."""
        following = self._following(field)
        if following is not None and following.master is field.master and following["show"] and not following.get():
            self._go_to(following)
            return
        self.hide()
        field.focus_force()  # Tk gives keys to whoever has the focus, and drops them where nobody has
        if field.winfo_exists():
            field.event_generate("<Return>")

    def _go_to(self, field: ttk.Entry | None) -> None:
        if field is not None:
            field.focus_set()
            self.show(field)

    def _following(self, field: ttk.Entry) -> ttk.Entry | None:
        """The next one of what lies on top, after the last the first; None where there is no other."""
        outer, each = self._outer(field), field.tk_focusNext()
        while each is not None and each is not field:
            if isinstance(each, ttk.Entry) and _is_field(each) and self._outer(each) is outer:
                return each
            each = each.tk_focusNext()
        return None

    # --- room --------------------------------------------------------------------------------------------------------

    def _outer(self, field: tkinter.Misc) -> tkinter.Misc:
        """The child of the window it stands in: the page, a dialog, the cover."""
        widget = field
        while (parent := self._shell.root.nametowidget(widget.winfo_parent())) is not self._shell.root:
            widget = parent
        return widget

    def _make_room(self) -> None:
        """Move up what the field stands in, if the keyboard is over it: the whole card, where there is room."""
        field = self._field
        if field is None or not field.winfo_exists() or not self.frame.winfo_exists():
            return
        outer = self._outer(field)
        if self._moved is not None and self._moved[0] is not outer:
            self._move_back()
        self._shell.root.update_idletasks()
        place = _place_of(outer)
        up = self._moved[1] - place if self._moved and self._moved[2] == place else 0
        top = self._shell.root.winfo_rooty() + self._shell.workshop.scale(layout.HEADER)
        bottom = self.frame.winfo_rooty()
        block: tkinter.Misc = field
        widget: tkinter.Misc = field
        while widget is not outer:
            if widget.winfo_height() <= bottom - top:
                block = widget
            widget = self._shell.root.nametowidget(widget.winfo_parent())
        wanted = max(0, block.winfo_rooty() + up + block.winfo_height() - bottom)
        if wanted != up:
            self._moved = (outer, place + up, place + up - wanted)
            outer.place_configure(y=self._moved[2])  # type: ignore[attr-defined]
        if not self._shell.covered:
            self._shell.header.lift()

    def _move_back(self) -> None:
        if self._moved is None:
            return
        outer, before, now = self._moved
        self._moved = None
        # Whoever has laid it out anew meanwhile has put it back already.
        if outer.winfo_exists() and _place_of(outer) == now:
            outer.place_configure(y=before)  # type: ignore[attr-defined]


def _place_of(outer: tkinter.Misc) -> int:
    """Its upper edge in the window, pixels."""
    return int(outer.place_info()["y"])  # type: ignore[attr-defined]


def _is_field(widget: object) -> bool:
    return isinstance(widget, ttk.Entry) and widget.winfo_class() == FIELD


def _erase_marked(field: ttk.Entry) -> bool:
    """Whether something was."""
    if not field.selection_present():
        return False
    field.delete("sel.first", "sel.last")
    return True


# --- one of several --------------------------------------------------------------------------------------------------


def _choose(shell: Shell, event: Any) -> None:
    """As Tk's list does: the field has what was chosen, and hears of it."""
    field = event.widget
    if field.instate(["disabled"]):
        return
    choices = [str(each) for each in field["values"]]
    columns = -(-len(choices) // CHOICES_IN_COLUMN)
    dialog = Dialog(shell, "Choose one", width=WIDTH * max(1, columns) * 3 // 4)
    work, gap = shell.workshop, shell.workshop.scale(layout.GAP) // 2
    table = ttk.Frame(dialog.card, style="Surface.TFrame")
    table.pack(fill="x", pady=work.scale(layout.GAP))

    def chosen(choice: str) -> None:
        dialog.close()
        field.set(choice)
        field.event_generate("<<ComboboxSelected>>")

    for place, choice in enumerate(choices):
        column, row = divmod(place, CHOICES_IN_COLUMN)
        style = "Chosen" if choice == field.get() else "Secondary"
        button = work.button(table, choice or "–", partial(chosen, choice), style)
        table.columnconfigure(column, weight=1, uniform="choices")
        table.rowconfigure(row, minsize=work.scale(layout.TOUCHED_ROW) + gap)
        button.grid(row=row, column=column, sticky="nswe", padx=gap // 2, pady=gap // 2)
    dialog.buttons("Back", dialog.close, "Quiet", back="")


# --- tables ----------------------------------------------------------------------------------------------------------


class _Drag:
    """A finger on a table: it draws the rows along, and marks one where it did not move."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._y = 0
        self._moved = False

    def press(self, event: Any) -> None:
        self._y, self._moved = event.y, False

    def press_again(self, _: object) -> None:
        """What a second tap opens is not to be marked by its end."""
        self._moved = True

    def move(self, event: Any) -> None:
        row = self._shell.workshop.scale(layout.TOUCHED_ROW)
        away = self._y - event.y
        self._moved = self._moved or abs(away) > self._shell.workshop.scale(STILL)
        if self._moved and (rows := int(away / row)):
            event.widget.yview_scroll(rows, "units")
            self._y -= rows * row

    def release(self, event: Any) -> None:
        table = event.widget
        table.focus_set()
        if not self._moved and (row := table.identify_row(event.y)):
            table.focus(row)
            table.selection_set(row)


def _let_tables_be_dragged(shell: Shell) -> None:
    drag = _Drag(shell)
    for event, heard in (
        ("<ButtonPress-1>", drag.press), ("<Double-ButtonPress-1>", drag.press_again),
        ("<B1-Motion>", drag.move), ("<ButtonRelease-1>", drag.release),
        ("<Map>", lambda event: _show_part(shell, event.widget)),
    ):  # fmt: skip
        shell.root.bind_class(TABLE, event, heard)


def _show_part(shell: Shell, table: ttk.Treeview) -> None:
    """At its right edge, which part of the table is to be seen, where that is not all of it."""
    if table["yscrollcommand"]:
        return
    part = tkinter.Frame(table, background=shell.theme.palette.muted)

    def seen(first: float, last: float) -> None:
        share = float(last) - float(first)
        if share >= 1:
            part.place_forget()
        else:
            part.place(relx=1, anchor="ne", rely=float(first), relheight=share,
                       width=shell.workshop.scale(PART_WIDTH))  # fmt: skip

    table.configure(yscrollcommand=seen)
