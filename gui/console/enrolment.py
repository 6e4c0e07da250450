"""Enrolling a customer: the steps at the left with what is there already, the present one at the right, and while the
customer is at the machine what they are asked there."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk
from typing import Any, TypeVar

from atm_app.branch.enrolment_desk import EnrolmentDesk, FaceKnown, NotTheSame
from atm_app.branch.enrolment_file import EnrolmentFile
from atm_app.branch.staff_session import StaffSession
from atm_app.palm_ports import PalmProgress
from atm_app.ports import Cancellation, FaceProgress
from atm_app.supervisor_ports import Progress
from gui.bars import FillingBar
from gui.console import layout
from gui.console.dialogs import ask_to_lose
from gui.console.enrolment_steps import STEPS, DetailsStep, EnrolmentStep
from gui.console.enrolment_words import told_losses, told_problem, told_progress, told_waiting
from gui.console.parts import Row
from gui.console.shell import Shell, heading

T = TypeVar("T")
LIST_WIDTH, BAR_HEIGHT = 640, 16
WATCH_MILLISECONDS = 500
DONE, OPEN = "✓", "–"


class EnrolmentPage:
    """``file``: of a customer who is to be known by more; None for somebody new. What was gathered is gone when the
    page is left. ``open_customer``: shows the file of a customer, and a sentence."""

    def __init__(
        self, shell: Shell, open_customer: Callable[[str, str], None], file: EnrolmentFile | None = None
    ) -> None:  # fmt: skip
        self.shell = shell
        self.open_customer = open_customer
        self.file = file
        self.account_kind = ""
        self.frame = ttk.Frame(shell.body)
        self._cancellation = Cancellation()
        self._at_machine = False
        title = f"Known by more  ·  {file.customer.name}" if file else "New customer"
        heading(shell, self.frame, title, "Nothing is kept before the last step.")
        work, margin = shell.workshop, shell.workshop.scale(layout.MARGIN)
        body = ttk.Frame(self.frame)
        body.pack(fill="both", expand=True, padx=margin, pady=work.scale(layout.GAP))
        self._list = ttk.Frame(body, width=work.scale(LIST_WIDTH))
        self._list.pack(side="left", fill="y")
        self._list.pack_propagate(False)
        self.card = work.card(body)
        self.card.pack(side="left", fill="both", expand=True, padx=(work.scale(layout.GAP), 0))
        self.steps: tuple[EnrolmentStep, ...] = tuple(step(self) for step in STEPS if step.is_for(file))
        self.frame.bind("<Destroy>", self._left)
        self._watching = ""
        self._watch()
        self.show(self.steps[0])

    # --- the steps ---------------------------------------------------------------------------------------------------

    def show(self, step: EnrolmentStep) -> None:
        self.step = step
        self._lay_list()
        self._clear()
        work = self.shell.workshop
        wrap = layout.CONSOLE.width - layout.NAVIGATION - LIST_WIDTH - 2 * layout.MARGIN - 3 * layout.CARD_PADDING
        work.text(self.card, step.name, "large", bold=True).pack(anchor="w")
        work.text(self.card, step.line, quiet=True, wrap=wrap).pack(anchor="w", pady=(0, work.scale(layout.GAP)))
        step.build(self.card)

    def go_on(self, told: str = "") -> None:
        """The next step."""
        place = self.steps.index(self.step)
        self.show(self.steps[min(place + 1, len(self.steps) - 1)])
        self.shell.tell(told, good=True)

    def _lay_list(self) -> None:
        work, high = self.shell.workshop, self.shell.workshop.scale(layout.BUTTON_HEIGHT)
        for child in self._list.winfo_children():
            child.destroy()
        for place, step in enumerate(self.steps):
            told = step.told(self.file) if self.file is not None else ""
            sign = DONE if told else OPEN
            button = work.button(
                self._list, f"{sign}  {step.name}", lambda step=step: self._chosen(step),  # type: ignore[misc]
                "Chosen" if step is self.step else "Quiet",
            )  # fmt: skip
            top = place * (high + work.scale(layout.GAP) * 2)
            button.place(x=0, y=top, relwidth=1, height=high)
            said = work.text(self._list, told, "small", quiet=True, on_card=False)
            said.place(x=work.scale(2 * layout.GAP), y=top + high)

    def _chosen(self, step: EnrolmentStep) -> None:
        if self._at_machine:
            self.shell.tell("The customer is still at the machine. Stop it first.")
        elif self.file is None and step is not self.steps[0]:
            self.shell.tell("First say who it is.")
        elif isinstance(step, DetailsStep) and (losses := self.losses):
            ask_to_lose(
                self.shell, "Go back to who it is?",
                f"The enrolment then begins anew, and this is lost: {losses}.", "Go back and lose it",
                lambda: self._begin_anew(step),
            )  # fmt: skip
        else:
            self.show(step)
            self.shell.tell("")

    def _begin_anew(self, step: EnrolmentStep) -> None:
        assert self.file is not None, "there was something to lose"
        self.file = self.file.bare()
        self.show(step)
        self.shell.tell("")

    def _clear(self) -> None:
        for child in self.card.winfo_children():
            child.destroy()

    # --- the machine -------------------------------------------------------------------------------------------------

    @property
    def desk(self) -> EnrolmentDesk:
        return self.shell.console.enrolment

    @property
    def session(self) -> StaffSession:
        return self.shell.signed_in

    def at_machine(
        self, work: Callable[[Cancellation, Callable[[Progress], None]], T], done: Callable[[T], None]
    ) -> None:
        """Have the customer do something there. ``work`` runs on the worker thread, with the machine lent."""
        desk, session, step = self.desk, self.session, self.step
        cancellation = self._cancellation = Cancellation()
        self._at_machine = True
        self._show_at_machine()

        def whole() -> T:
            desk.borrow(session, cancellation, lambda state: self.shell.post(lambda: self._told(told_waiting(state))))
            self.shell.post(lambda: self._told(step.at_machine))
            return work(cancellation, lambda seen: self.shell.post(lambda: self._saw(seen)))

        def ended(answer: T) -> None:
            self._back(step)
            done(answer)

        self.shell.ask(whole, ended, failed=lambda error: self._failed(step, error))

    def _show_at_machine(self) -> None:
        work, palette = self.shell.workshop, self.shell.theme.palette
        self._clear()
        work.text(self.card, self.step.name, "large", bold=True).pack(anchor="w")
        self._live = work.text(self.card, "Asking the machine", "title", bold=True)
        self._live.pack(anchor="w", pady=work.scale(2 * layout.GAP))
        self._share = FillingBar(self.card, palette)
        self._share.configure(height=work.scale(BAR_HEIGHT))
        self._share.pack(fill="x")
        self._share.fill(0)
        self._advice = work.text(self.card, "", quiet=True)
        self._advice.pack(anchor="w", pady=work.scale(layout.GAP))
        row = Row(work, self.card, on_card=True)
        row.frame.pack(anchor="w")
        row.add("Stop", self._cancellation.cancel)
        if self.shell.at_machine:
            self.shell.root.withdraw()

    def _saw(self, progress: Progress) -> None:
        """Somebody is at the machine, so that nobody has gone away here."""
        if self._at_machine and self.shell.session is not None:
            self.shell.console.permissions.touched(self.shell.session)
            prompt, advice = told_progress(progress)
            self._told(prompt)
            self.shell.workshop.set(self._advice, advice)
            if isinstance(progress, FaceProgress | PalmProgress):
                self._share.fill(progress.fraction)

    def _told(self, text: str) -> None:
        if self._at_machine:
            self.shell.workshop.set(self._live, text, "title", bold=True)

    def _back(self, step: EnrolmentStep) -> None:
        self._at_machine = False
        if self.shell.at_machine:
            self.shell.root.deiconify()
            self.shell.root.focus_force()
        self.show(step)

    def _failed(self, step: EnrolmentStep, error: Exception) -> bool:
        """Whether it was something of the machine's or the customer's, told here."""
        self._back(step)
        if isinstance(error, FaceKnown):
            self.shell.tell(f"This face is enrolled already, as customer {error.number}.")
            return True
        told = told_problem(error)
        if told and isinstance(error, NotTheSame):
            self.shell.tell(f"{told} Take it again.")
        elif told:
            self.shell.tell(told)
        return bool(told)

    # --- leaving -----------------------------------------------------------------------------------------------------

    @property
    def losses(self) -> str:
        """What was taken and is not saved, in words."""
        return told_losses(self.file) if self.file is not None else ""

    def ask_to_leave(self, leave: Callable[[], None]) -> None:
        losses = self.losses
        if not losses:
            leave()
            return
        ask_to_lose(
            self.shell, "Leave this enrolment?", f"This is not saved yet, and is lost then: {losses}.",
            "Leave and lose it", leave,
        )  # fmt: skip

    def _watch(self) -> None:
        """A covered console keeps no machine from customers."""
        if self.shell.covered:
            self._cancellation.cancel()
            if not self._at_machine:
                self.desk.give_back()
        self._watching = self.frame.after(WATCH_MILLISECONDS, self._watch)

    def _left(self, event: Any) -> None:
        if event.widget is self.frame:
            self.frame.after_cancel(self._watching)
            self._cancellation.cancel()
            self.desk.give_back()
