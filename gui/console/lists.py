"""The teller's page of lists: customers brought in from a CSV that was tried first, and everybody saved as one."""

from __future__ import annotations

from tkinter import ttk

from atm_app.branch.list_desk import ListOutcome, ReadList, export_action
from atm_app.identity.customer_list import LineProblem
from gui.console import layout
from gui.console.long_run import run_long
from gui.console.parts import Column
from gui.console.saving import FileDialog, FolderDialog
from gui.console.shell import Shell, heading, row_of, table_of

PROBLEMS = (Column("Line", 8, right=True), Column("Column", 16), Column("What is wrong", 92))
ROWS = 16
# Of more wrong lines than these it is enough to know that there are more.
MOST_SHOWN = 500
STOPPED_IMPORT = "Stopped. Who was brought in by then stays; the same list goes on where it ended."


class ListsPage:
    """``table``: the lines that are wrong. A list is brought in only after it was tried as it is."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._read: ReadList | None = None
        self._tried = False
        self.frame = ttk.Frame(shell.body)
        heading(
            shell, self.frame, "Lists of customers",
            "CSV with a heading. What names photographs or fingerprints is brought in by main.py customer import.",
        )  # fmt: skip
        row = row_of(shell, self.frame)
        row.add("Choose a list", self._choose, "Primary")
        row.add("Try it", self._try)
        row.add("Bring it in", self._bring_in)
        row.add("Save everybody as CSV", self._save)
        work = shell.workshop
        self._told = work.text(self.frame, "No list is chosen.", bold=True, on_card=False)
        self._told.pack(anchor="w", padx=work.scale(layout.MARGIN))
        self.table = table_of(shell, self.frame, PROBLEMS, ROWS)

    # --- in ----------------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        shell, desk, session = self._shell, self._shell.console.lists, self._shell.signed_in

        def chosen(path: str) -> None:
            shell.ask(lambda: desk.read(session, path), self.show)

        FileDialog(shell, "Which list?", shell.console.report_folder, chosen)

    def show(self, read: ReadList) -> None:
        self._read, self._tried = read, False
        opening = f", {read.opening.text()} paid in" if read.opening.minor else ""
        self._say(f"{read.name}: {len(read.listed):,} good lines{opening}, {len(read.problems):,} that cannot be read.")
        self._problems(read.problems)

    def _try(self) -> None:
        read, desk, session = self._read, self._shell.console.lists, self._shell.signed_in
        if read is None:
            self._shell.tell("Choose a list first.")
            return

        def tried(outcome: ListOutcome) -> None:
            self._tried = True
            self._say(f"{read.name}, tried: {_counts(outcome)}. Nothing was kept.")
            self._problems(outcome.problems)

        run_long(
            self._shell, f"Trying {read.name}", "customers", lambda work: desk.attempt(session, read, work), tried
        )  # fmt: skip

    def _bring_in(self) -> None:
        shell, read, desk, session = self._shell, self._read, self._shell.console.lists, self._shell.signed_in
        if read is None or not self._tried:
            shell.tell("Choose a list and try it first.")
            return

        def brought(outcome: ListOutcome) -> None:
            self._tried = False
            self._say(f"{read.name}, brought in: {_counts(outcome)}.")
            self._problems(outcome.problems)

        assert shell.signature is not None
        shell.signature(shell, read.action(shell.settings.terminal), lambda approval: run_long(
            shell, f"Bringing in {read.name}", "customers",
            lambda work: desk.bring_in(session, read, approval, work), brought, STOPPED_IMPORT,
        ))  # fmt: skip

    # --- out ---------------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        shell, desk, session = self._shell, self._shell.console.lists, self._shell.signed_in

        def somewhere(where: str) -> None:
            assert shell.signature is not None
            shell.signature(shell, export_action(shell.settings.terminal), lambda approval: run_long(
                shell, "Saving everybody", "lines", lambda work: desk.save(session, where, approval, work),
                lambda path: shell.tell(f"Saved: {path}", good=True),
            ))  # fmt: skip

        FolderDialog(shell, "Save as CSV", shell.console.report_folder, somewhere)

    # --- parts -------------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self._shell.workshop.set(self._told, text, bold=True)

    def _problems(self, problems: tuple[LineProblem, ...]) -> None:
        self.table.fill([
            (f"{place}", (each.line, each.column, each.problem)) for place, each in enumerate(problems[:MOST_SHOWN])
        ])  # fmt: skip


def _counts(outcome: ListOutcome) -> str:
    there = len(outcome.done) - outcome.new
    return f"{outcome.new:,} new, {there:,} there already, {len(outcome.problems):,} refused"
