"""The administrator's pages for the machine itself: its check-up, and its backups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from tkinter import ttk

from atm_app.branch.care_ports import DEMONSTRATION, BackupMade, Finding
from atm_app.branch.roles import Deed
from gui.console import layout
from gui.console.demonstration import DemonstrationPage
from gui.console.dialogs import confirm
from gui.console.lines import Cell, Line, Lines, card_of
from gui.console.parts import Column, Form
from gui.console.restore import RestorePage, tell
from gui.console.shell import Shell, heading, row_of, table_of
from gui.palette import Palette

BACKUPS = (
    Column("Made (UTC)", 20), Column("Customers", 10, right=True), Column("Rows", 10, right=True),
    Column("Megabytes", 10, right=True), Column("Where", 60),
)  # fmt: skip
ROWS = 10
CARD, ADVICE = 1002, 640  # design pixels
STEP_MILLISECONDS = 200
MENDS = {
    "folders": "Mend the folders", "shared memory": "Clear the shared memory", "trial": "Clear the trial",
}  # fmt: skip
KEPT_APART = "The master keys are in no backup. They are kept apart, under a passphrase: main.py keys backup FILE."


class CheckUpPage:
    """``findings``: as they are shown, in two columns."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Check-up", "Every part, and what to do. Nothing here touches money or keys.")
        self.findings: tuple[Finding, ...] = ()
        self._row = row_of(shell, self.frame)
        body = ttk.Frame(self.frame)
        body.pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN))
        self.lines = [self._card(body, column) for column in range(2)]
        self._buttons()
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.care, self._shell.signed_in
        self._shell.ask(lambda: desk.check_up(session), self._show)

    def _show(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        palette, half = self._shell.theme.palette, (len(findings) + 1) // 2
        for lines, part in zip(self.lines, (findings[:half], findings[half:]), strict=True):
            lines.fill([finding_line(finding, palette) for finding in part])
        self._buttons()

    def _buttons(self) -> None:
        self._row.clear()
        self._row.add("Look again", self.look)
        if self._shell.may(Deed.EXPORT_FOR_SUPPORT):
            self._row.add("Export for support", self._export)
        if any(finding.name == DEMONSTRATION for finding in self.findings):
            self._row.add("Demonstration …", lambda: self._shell.open(DemonstrationPage))
        for finding in self.findings:
            if finding.repair:
                self._row.add(MENDS[finding.repair], self._repairing(finding.repair), "Primary")

    def _repairing(self, name: str) -> Callable[[], None]:
        def repair() -> None:
            desk, session = self._shell.console.care, self._shell.signed_in
            self._shell.ask(lambda: (desk.repair(session, name), desk.check_up(session)), self._repaired)

        return repair

    def _repaired(self, answer: tuple[str, tuple[Finding, ...]]) -> None:
        told, findings = answer
        self._show(findings)
        self._shell.tell(told, good=True)

    def _export(self) -> None:
        desk, session = self._shell.console.care, self._shell.signed_in
        self._shell.ask(
            lambda: desk.export_for_support(session),
            lambda path: self._shell.tell(f"Written: {path}. It tells how the machine is, and of nobody.", good=True),
        )  # fmt: skip

    def _card(self, parent: ttk.Frame, column: int) -> Lines:
        work = self._shell.workshop
        card = card_of(work, parent, CARD)
        card.grid(row=0, column=column, sticky="nswe", padx=(0, work.scale(layout.GAP)))
        lines = Lines(work, card, (Cell(), Cell(quiet=True, wide=True, wrap=ADVICE)), signs=True)
        lines.frame.pack(fill="x")
        return lines


def finding_line(finding: Finding, palette: Palette) -> Line:
    """The state in words and as a sign; a colour alone says nothing."""
    sign, colour, told = {
        "ok": ("check", palette.good, "well"), "virtual": ("info", palette.accent, "virtual"),
        "degraded": ("warning", palette.warning_deep, "look at it"), "broken": ("cancel", palette.bad, "broken"),
    }[finding.state]  # fmt: skip
    name = finding.name[:1].upper() + finding.name[1:]
    if finding.advice:
        told = finding.advice if finding.state == "ok" else f"{told}: {finding.advice}"
    return Line((name, told), sign, colour)


class BackupPage:
    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.frame = ttk.Frame(shell.body)
        heading(
            shell, self.frame, "Backup",
            "Made while the kiosk works, and tried out before it counts. To restore one, mark it or type its folder.",
        )  # fmt: skip
        self.form = Form(shell.workshop, self.frame, self._ask, on_card=False)
        self.form.add("place", "Folder of backups, on another disk")
        self.form.frame.pack(
            anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=shell.workshop.scale(layout.GAP)
        )
        row = row_of(shell, self.frame)
        row.add("Back up now", self._ask, "Primary")
        if shell.may(Deed.RESTORE_BACKUP):
            row.add("Restore …", self._look_at)
        self._step = shell.workshop.text(self.frame, "", quiet=True, on_card=False)
        self._step.pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN))
        self.table = table_of(shell, self.frame, BACKUPS, ROWS)
        shell.workshop.text(
            self.frame, KEPT_APART, "small", quiet=True, on_card=False, wrap=2000
        ).pack(anchor="w", padx=shell.workshop.scale(layout.MARGIN), pady=shell.workshop.scale(layout.GAP))  # fmt: skip
        self._steps: list[str] = []
        self.look()

    def look(self) -> None:
        desk, session = self._shell.console.care, self._shell.signed_in
        self._shell.ask(lambda: desk.backups(session), self._show)

    def _show(self, backups: Sequence[BackupMade]) -> None:
        if backups and not self.form.value("place"):
            self.form.fields["place"].insert(0, backups[0].place)
        self.table.fill([
            (f"{each.place}/{each.name}", (f"{datetime.fromisoformat(each.made_at):%Y-%m-%d %H:%M:%S}", each.customers,
                                           each.rows, f"{each.megabytes:.1f}", each.place))
            for each in backups
        ])  # fmt: skip

    def _ask(self) -> None:
        place = self.form.value("place")
        confirm(
            self._shell, "Back up now?", f"Into {place or 'no folder yet'}. The kiosk goes on working meanwhile.",
            "Back up", lambda: self._back_up(place),
        )  # fmt: skip

    def _back_up(self, place: str) -> None:
        """The worker says its steps into a list; Tk looks at it."""
        desk, session = self._shell.console.care, self._shell.signed_in
        self._steps = []
        self._shell.ask(
            lambda: (desk.back_up(session, place, self._steps.append), desk.backups(session)),
            self._made, self._not_made,
        )  # fmt: skip
        self._tell_step()

    def _look_at(self) -> None:
        """The one that is marked, else the newest of the folder that is typed."""
        shell, path = self._shell, self.table.chosen or self.form.value("place")
        desk, session = shell.console.restores, shell.signed_in
        shell.ask(
            lambda: desk.look_at(session, path), lambda plan: shell.open(lambda opened: RestorePage(opened, plan)),
            lambda told: tell(shell, "It cannot be restored now", (told,)),
        )  # fmt: skip

    def _tell_step(self) -> None:
        if not self.frame.winfo_exists() or not self._shell.asking:
            return
        self._say(f"{self._steps[-1]} …" if self._steps else "It begins …")
        self._shell.root.after(STEP_MILLISECONDS, self._tell_step)

    def _made(self, answer: tuple[BackupMade, Sequence[BackupMade]]) -> None:
        made, backups = answer
        self._say("")
        self._show(backups)
        self._shell.tell(f"{made.name} is whole: {made.customers} customers, {made.rows} rows.", good=True)

    def _not_made(self, told: str) -> None:
        self._say("")
        self._shell.tell(told)

    def _say(self, text: str) -> None:
        self._shell.workshop.set(self._step, text, colour=self._shell.theme.palette.muted)
