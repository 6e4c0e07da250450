"""A backup restored: what it means before it is signed, its steps while nobody is signed in, and what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from tkinter import ttk

from atm_app.branch.care_ports import CareProblem
from atm_app.branch.permissions import NotAllowed
from atm_app.branch.restore_desk import RestorePlan
from atm_app.branch.roles import Deed
from atm_app.branch.signed_action import Approval
from atm_app.stores import StoreUnavailable
from gui.bars import MovingBar
from gui.console import layout
from gui.console.dialogs import WIDTH, Dialog
from gui.console.lines import Cell, Line, Lines, card_of
from gui.console.shell import Shell, heading, row_of
from gui.console.words import sentence_of

log = logging.getLogger(__name__)

CARD, STEPS_CARD, BAR_HEIGHT = 2028, 1200, 12  # design pixels
UNDER_WAY = "A backup is being restored. The window can be closed when it has ended."
NOT_KNOWN = (
    "It is not known how it ended. Close this window and open it again: a database_restored row in the audit says that "
    "the backup was restored. Whatever was cut short is finished or taken away as the window opens."
)
MEANS = (
    "Passwords, authenticators, PINs, limits and locks are what they were then, your own too.",
    "Customers enrolled since are not known any more. Who was erased since is erased again.",
    "Consents taken back since are in force again, templates with them; codes on paper used since are good again.",
    "Withdrawals and deposits that were under way are told afterwards, for staff to settle.",
    "Notes are where they are: count the cassettes at the next exchange.",
    "The backup is built and verified beside the present database first. If that fails, nothing has changed.",
    "The present database is not overwritten: it is kept in before-restore-… of the data folder.",
    "Nobody can sign in meanwhile, and the machine has to stay stopped.",
)


class RestorePage:
    """``plan``: as it is shown, which is what a second administrator signs."""

    def __init__(self, shell: Shell, plan: RestorePlan) -> None:
        self._shell, self._plan = shell, plan
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, f"Restore the backup of {plan.made_at:%d %B %Y, %H:%M:%S} UTC?", plan.path)
        work = shell.workshop
        margin, gap = work.scale(layout.MARGIN), work.scale(layout.GAP)
        card = card_of(work, self.frame, CARD)
        card.pack(anchor="w", padx=margin, pady=gap)
        work.text(card, "What goes out of the books", "large", bold=True).pack(anchor="w", pady=(0, gap // 2))
        self.figures = Lines(work, card, (Cell(bold=True, right=True), Cell(wide=True)), size="body")
        self.figures.fill([
            Line((f"{plan.newer_movements:,}", "movements booked since")),
            Line((f"{plan.newer_customers:,}", f"customers enrolled since; the backup has {plan.customers:,}")),
            Line((f"{plan.newer_audit_rows:,}", "rows of the audit since; they stay in the database that is kept")),
        ])  # fmt: skip
        self.figures.frame.pack(fill="x")
        work.text(card, "What it means", "large", bold=True).pack(anchor="w", pady=(gap, gap // 2))
        meaning = Lines(work, card, (Cell(wide=True),), signs=True, size="body")
        meaning.fill([Line((sentence,), "info", shell.theme.palette.accent) for sentence in MEANS])
        meaning.frame.pack(fill="x")
        row = row_of(shell, self.frame)
        if shell.may(Deed.RESTORE_BACKUP):
            row.add("Have it signed and restore", self._have_signed, "Danger")
        row.add("Back", lambda: shell.go_to("Backup"), "Quiet")

    def _have_signed(self) -> None:
        shell, plan = self._shell, self._plan
        assert shell.signature is not None
        shell.signature(shell, plan.action(shell.settings.terminal), lambda approval: begin(shell, plan, approval))


def begin(shell: Shell, plan: RestorePlan, approval: Approval) -> None:
    """Signed: from here on the window is nobody's until it has ended."""
    session, desk = shell.signed_in, shell.console.restores
    page = RestoringPage(shell)
    shell.hold(lambda _: page, UNDER_WAY)

    def report(step: str) -> None:
        shell.post(lambda: page.step(step))

    def restored(sentences: tuple[str, ...]) -> None:
        page.ended("The backup was restored", sentences)

    def failed(error: Exception) -> bool:
        page.ended("Nothing was restored", (_why(error),))
        return True

    def work() -> tuple[str, ...]:
        shell.finish_running()
        return desk.restore(session, plan, approval, report)

    shell.ask(work, restored, failed=failed)


def _why(error: Exception) -> str:
    if isinstance(error, NotAllowed | CareProblem):
        return sentence_of(error)
    log.error("a restore at the console", exc_info=error)
    return NOT_KNOWN


class RestoringPage:
    """The steps as they come, in the middle of the window."""

    def __init__(self, shell: Shell) -> None:
        self._shell, work = shell, shell.workshop
        self._steps: list[str] = []
        self.frame = ttk.Frame(shell.body)
        card = card_of(work, self.frame, STEPS_CARD)
        card.place(relx=0.5, rely=0.45, anchor="center")
        work.text(card, "A backup is being restored", "title", bold=True).pack(anchor="w")
        work.text(card, "Nobody can sign in until it has ended. Leave the machine switched on.", quiet=True).pack(
            anchor="w"
        )
        palette = shell.theme.palette
        self._bar = MovingBar(card, palette.track, palette.accent)
        self._bar.configure(height=work.scale(BAR_HEIGHT))
        self._bar.pack(fill="x", pady=work.scale(layout.GAP))
        self._bar.start()
        self.lines = Lines(work, card, (Cell(wide=True),), signs=True, size="body")
        self.lines.frame.pack(fill="x")

    def step(self, text: str) -> None:
        """It begins with this; what was before is done."""
        self._steps.append(text)
        palette = self._shell.theme.palette
        *done, now = self._steps
        self.lines.fill([
            *(Line((each,), "check", palette.good) for each in done), Line((f"{now} …",), "clock", palette.accent),
        ])  # fmt: skip

    def ended(self, title: str, sentences: Sequence[str]) -> None:
        """Told before the sign-in; where there is no database to sign in at, the window can only be closed."""
        try:
            self._shell.let_go()
        except StoreUnavailable:
            self._bar.pack_forget()
            tell(self._shell, title, (*sentences, NOT_KNOWN), "Close the window", self._shell.root.quit)
        else:
            tell(self._shell, title, sentences, "To the sign-in")


def tell(
    shell: Shell, title: str, sentences: Sequence[str], button: str = "Back", done: Callable[[], None] | None = None
) -> None:  # fmt: skip
    """Sentences that are too long for the foot of the window."""
    dialog = Dialog(shell, title)
    for sentence in sentences:
        shell.workshop.text(dialog.card, sentence, wrap=WIDTH - 2 * layout.CARD_PADDING).pack(
            anchor="w", pady=(shell.workshop.scale(layout.GAP) // 2, 0)
        )
    dialog.buttons(button, done or dialog.close, back="")
