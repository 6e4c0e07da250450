"""The console's window: who is signed in, what they may open, and how a page asks for something to be done.

Pages call the desks of ``atm_app/branch`` on a worker thread, one call at a time; what a role may not do is refused
there. That a button is not offered is a convenience and no check.
"""

from __future__ import annotations

import logging
import threading
import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any, TypeVar

from atm_app.branch.console import Console
from atm_app.branch.permissions import NotAllowed, Refusal
from atm_app.branch.roles import Deed, deeds_of
from atm_app.branch.signed_action import Action, Approval
from atm_app.branch.staff_session import StaffSession
from atm_app.config import Look, Settings
from gui import tokens
from gui.bars import MovingBar
from gui.brand import Brand
from gui.console import layout
from gui.console.pages import CarefulPage, Dialog, Page
from gui.console.parts import Column, Row, Table, Workshop, dress
from gui.console.words import REFUSALS, sentence_of
from gui.theme import Theme
from gui.tokens import Scale

log = logging.getLogger(__name__)
T = TypeVar("T")
Submit = Callable[[Callable[[], Any], Callable[[Any], None], Callable[[Exception], None]], None]
STOP_SECONDS = 3.0  # for what takes long, when the window closes
LOOK_MILLISECONDS = 1000  # how often it is looked whether somebody is still there
BAR_HEIGHT = 8


@dataclass(frozen=True)
class Section:
    """A page of the navigation, for every role that may do one of its deeds."""

    name: str
    icon: str
    deeds: frozenset[Deed]
    page: Callable[[Shell], Page]


class Shell:
    """``submit`` runs a call on a worker thread and brings its answer back to Tk's, where ``post`` brings what is told
    on the way. ``at_machine``: the window stands on the machine's own screen, which the customer needs.
    ``sign_in``, ``newcomer`` and ``covered`` are the pages before, instead of and over the others; ``sections`` those
    of the navigation."""

    def __init__(
        self, root: tkinter.Tk, brand: Brand, console: Console, settings: Settings, submit: Submit,
        size: tuple[int, int], post: Callable[[Callable[[], None]], None],
    ) -> None:  # fmt: skip
        self.root, self.console, self.settings, self._submit, self.post = root, console, settings, submit, post
        self.at_machine = False
        root.title(f"{brand.name} – branch")
        root.geometry(f"{size[0]}x{size[1]}+0+0")
        self.theme = Theme(root, Scale(*size, layout.CONSOLE), brand.palettes, Look.LIGHT)
        dress(self.theme)
        self.workshop = Workshop(self.theme)
        self.brand = brand
        self.session: StaffSession | None = None
        self.sections: tuple[Section, ...] = ()
        self.sign_in_page: Callable[[Shell], Page] | None = None
        self.newcomer_page: Callable[[Shell], Page] | None = None
        self.cover_page: Callable[[Shell], Page] | None = None
        self.signature: Callable[[Shell, Action, Callable[[Approval], None]], None] | None = None
        # What is half done on a page, by the page; gone with the session.
        self.drafts: dict[str, Any] = {}
        self.running: set[threading.Thread] = set()
        # Said to whoever wants to close the window; empty where they may.
        self.holding = ""
        self._held: StaffSession | None = None
        self.console_anew: Callable[[], Console] = lambda: self.console
        self._asking = False
        self._busy_timer = ""
        self._page: Page | None = None
        self._cover: Page | None = None
        self._dialogs: list[Dialog] = []
        self._lay_out()
        for event in ("<Key>", "<Button>"):
            root.bind(event, lambda _: self._touched(), add=True)
        root.bind("<Escape>", lambda _: self._close_top())
        self._watch()

    # --- asking ------------------------------------------------------------------------------------------------------

    def ask(
        self, work: Callable[[], T], done: Callable[[T], None], refused: Callable[[str], None] | None = None,
        failed: Callable[[Exception], bool] = lambda _: False,
    ) -> None:  # fmt: skip
        """Do something on the worker thread. While it runs nothing else is asked for, so that no double click does a
        thing twice. ``refused``: hears why not, else it is told at the foot. ``failed``: whether it dealt with the
        error."""
        if self._asking:
            return
        self._asking, session = True, self.session
        self.tell("")
        self._busy_timer = self.root.after(tokens.BUSY_MILLISECONDS, self._show_busy)

        def answered(answer: T) -> None:
            self._rest()
            if session is self.session:
                done(answer)

        def did_not(error: Exception) -> None:
            self._rest()
            if session is self.session and not failed(error):
                self._refused(error, refused or self.tell)

        self._submit(work, answered, did_not)

    def ask_quietly(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[], None]) -> None:
        """For what a page asks by itself every few seconds: no bar, and nothing else is held up by it."""
        session = self.session

        def refused(error: Exception) -> None:
            if session is not self.session:
                return
            if isinstance(error, NotAllowed):
                self._refused(error, self.tell)
            else:
                log.warning("what a page looks at by itself: %s", type(error).__name__)
                failed()

        self._submit(work, lambda answer: done(answer) if session is self.session else None, refused)

    def tell(self, text: str, *, good: bool = False) -> None:
        """A sentence at the foot of the window."""
        palette = self.theme.palette
        self.workshop.set(self._told, text, "body", bold=True, colour=palette.good if good else palette.bad)

    def opened(self, dialog: Dialog) -> None:
        """An answer that comes after the lock stays below the cover."""
        self._dialogs.append(dialog)
        if self._cover is not None:
            self._cover.frame.lift()

    def closed(self, dialog: Dialog) -> None:
        self._dialogs.remove(dialog)

    def ask_two(self, action: Action, work: Callable[[Approval], T], done: Callable[[T], None]) -> None:
        """Have a second person sign it, and then do it."""
        assert self.signature is not None
        self.signature(self, action, lambda approval: self.ask(lambda: work(approval), done))

    def made(self, make: Callable[[], T]) -> T | None:
        """What is made of what was typed; None where it cannot be, which is told at the foot."""
        try:
            return make()
        except ValueError as problem:
            self._refused(problem, self.tell)
            return None

    def marked(self, table: Table, missing: str) -> str:
        """The key of the row that is marked; empty where none is, and ``missing`` is told."""
        if not table.chosen:
            self.tell(missing)
        return table.chosen

    def lift_foot(self, pixels: int) -> None:
        """The sentence at the foot stands so far above it, over whatever is there."""
        self._told.place_configure(y=-pixels - self.workshop.scale(layout.HEADER) // 2)
        if pixels:
            self._told.lift()

    # --- who is there ------------------------------------------------------------------------------------------------

    @property
    def signed_in(self) -> StaffSession:
        """For pages, which are open for somebody who is."""
        assert self.session is not None
        return self.session

    def begin(self, session: StaffSession) -> None:
        """Somebody has signed in."""
        self.session = session
        self.refresh()

    def refresh(self) -> None:
        """Open what this person may open now: their own account first, while it is not set up."""
        self._lay_navigation()
        if not self.signed_in.member.ready:
            assert self.newcomer_page is not None
            self.open(self.newcomer_page)
        elif offered := self._offered():
            self.go_to(offered[0].name)

    def leave(self, told: str = "") -> None:
        """Back to the sign-in; nothing of the session stays on the window."""
        session, self.session = self.session, None
        self.drafts.clear()
        self._close_dialogs()
        if session is not None and not session.ended:
            self._submit(lambda: self.console.sign_in.sign_out(session), lambda _: None, lambda _: None)
        self.uncover()
        self._lay_navigation()
        assert self.sign_in_page is not None
        self.open(self.sign_in_page)
        self.tell(told)

    def hold(self, page: Callable[[Shell], Page], told: str) -> None:
        """The window is nobody's while the database is away: nothing else can be opened, and nobody signs in. ``told``:
        to whoever wants to close it."""
        self._held, self.session, self.holding = self.session, None, told
        self.drafts.clear()
        self._close_dialogs()
        self._lay_navigation()
        self.open(page)

    def let_go(self) -> None:
        """Back to the sign-in, of a console on the database there is now. Raises StoreUnavailable without one."""
        self.holding = ""
        self.console = self.console_anew()
        self.session = self._held
        self.leave()

    def go_to(self, name: str) -> None:
        section = next(each for each in self._offered() if each.name == name)
        self._here = name
        self._lay_navigation()
        self.open(section.page)
        self.tell("")

    def ask_to_leave(self, leave: Callable[[], None]) -> None:
        """For what somebody at the console presses; whoever has done what they came for leaves by ``go_to``."""
        if isinstance(self._page, CarefulPage) and self._cover is None:
            self._page.ask_to_leave(leave)
        else:
            leave()

    def uncover(self) -> None:
        if self._cover is not None:
            self._cover.frame.destroy()
            self._cover = None

    def may(self, deed: Deed) -> bool:
        """Whether to offer it."""
        return self.session is not None and deed in deeds_of(self.session.member.role)

    @property
    def page(self) -> Page | None:
        """What is open, or what covers it."""
        return self._cover or self._page

    @property
    def covered(self) -> bool:
        return self._cover is not None

    @property
    def dialogs(self) -> tuple[Dialog, ...]:
        """The last one lies on top."""
        return tuple(self._dialogs)

    @property
    def asking(self) -> bool:
        return self._asking

    @property
    def told(self) -> str:
        """The sentence at the foot."""
        return str(self._told.shown_text[0])  # type: ignore[attr-defined]

    # --- parts -------------------------------------------------------------------------------------------------------

    def _offered(self) -> list[Section]:
        deeds = set(deeds_of(self.signed_in.member.role))
        return [section for section in self.sections if section.deeds & deeds]

    def _close_top(self) -> None:
        if self._dialogs:
            self._dialogs[-1].close()

    def _close_dialogs(self) -> None:
        for dialog in list(self._dialogs):
            dialog.close()

    def open(self, page: Callable[[Shell], Page]) -> None:
        if self._page is not None:
            self._page.frame.destroy()
        self._page = page(self)
        self._page.frame.place(relwidth=1, relheight=1)

    def _lay_out(self) -> None:
        scale, palette = self.workshop.scale, self.theme.palette
        header = self.header = ttk.Frame(self.root, style="Header.TFrame")
        header.place(x=0, y=0, relwidth=1, height=scale(layout.HEADER))
        name = ttk.Label(header, text=f"{self.brand.name}  ·  Branch", style="Header.TLabel",
                         font=self.theme.fonts["large", True])  # fmt: skip
        name.place(x=scale(layout.MARGIN), rely=0.5, anchor="w")
        self._who = ttk.Label(header, style="Header.TLabel", font=self.theme.fonts["body", False])
        self._who.place(relx=1, x=-scale(layout.MARGIN), rely=0.5, anchor="e")
        self._navigation = ttk.Frame(self.root)
        foot = scale(layout.HEADER)
        self._navigation.place(x=0, y=foot, width=scale(layout.NAVIGATION), relheight=1, height=-2 * foot)
        self.body = ttk.Frame(self.root)
        self._told = self.workshop.text(self.root, "", on_card=False)
        self._told.place(relx=0.5, rely=1, y=-foot // 2, anchor="center")
        self._bar = MovingBar(self.root, palette.paper, palette.accent)
        self._here = ""

    def _lay_navigation(self) -> None:
        """The sections of the role, and what ends the session."""
        scale = self.workshop.scale
        for child in self._navigation.winfo_children():
            child.destroy()
        signed_in = self.session is not None
        left, top = scale(layout.NAVIGATION) if signed_in else 0, scale(layout.HEADER)
        self.body.place(x=left, y=top, relwidth=1, width=-left, relheight=1, height=-2 * top)
        member = self.session.member if self.session else None
        self._who.configure(text=f"{member.user_name}  ·  {member.role}" if member else "")
        if not signed_in:
            return
        offered = self._offered() if member and member.ready else []
        buttons = [
            (each.name, each.icon, self._opening(each.name), "Chosen" if each.name == self._here else "Quiet")
            for each in offered
        ]  # fmt: skip
        buttons += [
            ("Lock", "lock", self._press_lock, "Quiet"),
            ("Sign out", "back", lambda: self.ask_to_leave(self.leave), "Quiet"),
        ]
        high, gap = scale(layout.BUTTON_HEIGHT), scale(layout.GAP) // 2
        for place, (name, sign, command, style) in enumerate(buttons):
            button = self.workshop.letters.button(
                self._navigation, name, command, style, icon_name=sign, size="body"
            )  # fmt: skip
            top = scale(layout.GAP) + place * (high + gap)
            button.place(x=scale(layout.GAP), y=top, relwidth=1, width=-scale(layout.GAP), height=high)

    def _opening(self, name: str) -> Callable[[], None]:
        return lambda: self.ask_to_leave(lambda: self.go_to(name))

    # --- watching ----------------------------------------------------------------------------------------------------

    def _press_lock(self) -> None:
        """At the machine a locked console ends."""
        if self.at_machine:
            self.ask_to_leave(self.lock)
        else:
            self.lock()

    def lock(self) -> None:
        """Covered at once; the password shows it again."""
        if self.session is None or self._cover is not None:
            return
        self.session.locked = True
        self._close_dialogs()
        assert self.cover_page is not None
        self._cover = self.cover_page(self)
        self._cover.frame.place(x=0, y=0, relwidth=1, relheight=1)
        self._cover.frame.lift()

    def _touched(self) -> None:
        if self.session is not None:
            self.console.permissions.touched(self.session)

    def look(self) -> None:
        """Cover what nobody works with any more."""
        if self.session is not None and not self.console.permissions.is_open(self.session):
            self.lock()

    def _watch(self) -> None:
        self.look()
        self._watching = self.root.after(LOOK_MILLISECONDS, self._watch)

    def close(self) -> None:
        """What takes long is stopped, and ends within a page of its rows."""
        self._close_dialogs()
        self.finish_running()
        for timer in (self._watching, self._busy_timer):
            if timer:
                self.root.after_cancel(timer)

    def finish_running(self) -> None:
        for thread in tuple(self.running):
            thread.join(STOP_SECONDS)

    # --- answers -----------------------------------------------------------------------------------------------------

    def refused(self, error: Exception) -> None:
        """Why something was not done, told at the foot."""
        self._refused(error, self.tell)

    def _refused(self, error: Exception, tell: Callable[[str], None]) -> None:
        if isinstance(error, NotAllowed):
            if error.refusal is Refusal.ENDED:
                self.leave(REFUSALS[Refusal.ENDED])
            elif error.refusal is Refusal.LOCKED:
                self.lock()
            else:
                tell(sentence_of(error))
        else:
            tell(sentence_of(error))

    def _show_busy(self) -> None:
        self._busy_timer = ""
        self._bar.place(x=0, y=self.workshop.scale(layout.HEADER), relwidth=1, height=self.workshop.scale(BAR_HEIGHT))
        self._bar.lift()
        self._bar.start()

    def _rest(self) -> None:
        self._asking = False
        if self._busy_timer:
            self.root.after_cancel(self._busy_timer)
            self._busy_timer = ""
        self._bar.stop()
        self._bar.place_forget()


def heading(shell: Shell, parent: tkinter.Misc, title: str, line: str = "") -> None:
    """The title of a page and a quiet line below it."""
    scale = shell.workshop.scale
    shell.workshop.text(parent, title, "title", bold=True, on_card=False).pack(
        anchor="w", padx=scale(layout.MARGIN), pady=(scale(layout.GAP), 0)
    )
    if line:
        shell.workshop.text(parent, line, quiet=True, on_card=False).pack(anchor="w", padx=scale(layout.MARGIN))


def row_of(shell: Shell, parent: tkinter.Misc) -> Row:
    """Buttons below what is above them."""
    row = Row(shell.workshop, parent)
    row.frame.pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=shell.workshop.scale(layout.GAP) * 2 // 3)
    return row


def table_of(shell: Shell, parent: tkinter.Misc, columns: Sequence[Column], rows: int) -> Table:
    """A table as wide as the page, below what is above it."""
    table = Table(shell.workshop, parent, columns, rows=rows)
    scale = shell.workshop.scale
    table.widget.pack(fill="x", padx=scale(layout.MARGIN), pady=(scale(layout.GAP), 0))
    return table
