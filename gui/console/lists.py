"""The teller's page of lists: customers brought in from a CSV that was tried first, with the photographs and pictures
of fingers it names, and everybody saved as one."""

from __future__ import annotations

from tkinter import ttk

from atm_app.branch.list_desk import ListOutcome, ReadList, export_action
from atm_app.identity.customer_list import LineProblem
from gui.console import layout
from gui.console.long_run import run_long
from gui.console.parts import Column, Form
from gui.console.saving import FileDialog, FolderDialog, PicturesDialog
from gui.console.shell import Shell, heading, row_of, table_of

PROBLEMS = (Column("Line", 8, right=True), Column("Column", 16), Column("What is wrong", 92))
ROWS = 16
# Of more wrong lines than these it is enough to know that there are more.
MOST_SHOWN = 500
STOPPED_IMPORT = "Stopped. Who was brought in by then stays; the same list goes on where it ended."


class ListsPage:
    """``table``: the lines that are wrong. ``search``: the folder of the pictures. A list is brought in only after it
    was tried as it is, with the pictures that are signed."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._read: ReadList | None = None
        self._tried: ReadList | None = None
        self.frame = ttk.Frame(shell.body)
        heading(shell, self.frame, "Lists of customers", "CSV with a heading; photographs and fingers by their names.")
        row = row_of(shell, self.frame)
        row.add("Choose a list", self._choose, "Primary")
        row.add("Try it", self._try)
        row.add("Bring it in", self._bring_in)
        row.add("Save everybody as CSV", self._save)
        self._lay_folder()
        work = shell.workshop
        self._told = work.text(self.frame, "No list is chosen.", bold=True, on_card=False)
        self._told.pack(anchor="w", padx=work.scale(layout.MARGIN))
        self.table = table_of(shell, self.frame, PROBLEMS, ROWS)

    def _lay_folder(self) -> None:
        scale, line = self._shell.workshop.scale, ttk.Frame(self.frame)
        line.pack(fill="x")
        self.search = Form(self._shell.workshop, line, self._try, on_card=False)
        self.search.add("folder", "Folder of the pictures", wide=True)
        self.search.frame.pack(side="left", padx=(scale(layout.MARGIN), 0))
        row = row_of(self._shell, line)
        row.frame.pack_configure(side="left", padx=scale(layout.GAP))
        row.add("Look for it", self._choose_folder)

    # --- in ----------------------------------------------------------------------------------------------------------

    def _choose_folder(self) -> None:
        shell = self._shell
        PicturesDialog(shell, "Which folder of pictures?", shell.console.report_folder, self._in_folder)

    def _in_folder(self, where: str) -> None:
        self.search.clear("folder")
        self.search.fields["folder"].insert(0, where)

    def _choose(self) -> None:
        shell, desk, session = self._shell, self._shell.console.lists, self._shell.signed_in

        def chosen(path: str) -> None:
            shell.ask(lambda: desk.read(session, path), lambda read: self.show(read, path))

        FileDialog(shell, "Which list?", shell.console.report_folder, chosen)

    def show(self, read: ReadList, path: str) -> None:
        """Pictures mostly lie beside the list that names them."""
        self._read, self._tried = read, None
        if read.picture_count and not self.search.value("folder"):
            self._in_folder(self._shell.console.report_folder.parent(path))
        opening = f", {read.opening.text()} paid in" if read.opening.minor else ""
        pictures = f", {read.picture_count:,} pictures" if read.picture_count else ""
        self._say(f"{read.name}: {len(read.listed):,} good lines{opening}{pictures}, "
                  f"{len(read.problems):,} that cannot be read.")  # fmt: skip
        self._problems(read.problems)

    def _try(self) -> None:
        read, desk, session = self._chosen(), self._shell.console.lists, self._shell.signed_in
        if read is None:
            self._shell.tell("Choose a list first.")
            return
        if read.picture_count and not read.folder:
            self._shell.tell("The list names pictures. Say in which folder they are.")
            return

        def tried(outcome: ListOutcome) -> None:
            self._tried = read.tried(outcome)
            self._say(f"{read.name}, tried: {_counts(outcome)}. Nothing was kept.")
            self._problems(outcome.problems)

        run_long(
            self._shell, f"Trying {read.name}", "customers", lambda work: desk.attempt(session, read, work), tried
        )  # fmt: skip

    def _bring_in(self) -> None:
        shell, read, desk, session = self._shell, self._tried, self._shell.console.lists, self._shell.signed_in
        if read is None:
            shell.tell("Choose a list and try it first.")
            return
        if read.picture_count and read.folder != self.search.value("folder"):
            shell.tell("This is another folder of pictures. Try the list again.")
            return

        def brought(outcome: ListOutcome) -> None:
            self._tried = None
            self._say(f"{read.name}, brought in: {_counts(outcome)}.")
            self._problems(outcome.problems)

        assert shell.signature is not None
        shell.signature(shell, read.action(shell.settings.terminal), lambda approval: run_long(
            shell, f"Bringing in {read.name}", "customers",
            lambda work: desk.bring_in(session, read, approval, work), brought, STOPPED_IMPORT,
        ))  # fmt: skip

    def _chosen(self) -> ReadList | None:
        """The list, with the folder as it stands there now."""
        return self._read.in_folder(self.search.value("folder")) if self._read is not None else None

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
