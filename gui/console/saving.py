"""Where a file is to go: the folders of this machine, from the usual one on."""

from __future__ import annotations

from collections.abc import Callable

from atm_app.branch.report_ports import ReportFolder
from gui.console import layout
from gui.console.dialogs import Dialog
from gui.console.parts import Column, Row, Table
from gui.console.shell import Shell

ROWS = 8


class FolderDialog(Dialog):
    """``where``: the folder that is shown. ``done`` hears of it once somebody saves there."""

    def __init__(self, shell: Shell, title: str, folder: ReportFolder, done: Callable[[str], None]) -> None:
        super().__init__(shell, title, "Nothing that is there is written over.")
        self._folder, self._done = folder, done
        self.where = folder.usual
        work = shell.workshop
        self._shown = work.text(self.card, self.where, bold=True, wrap=1100)
        self._shown.pack(anchor="w", pady=(work.scale(layout.GAP), 0))
        self.table = Table(work, self.card, (Column("Folder", 60),), rows=ROWS)
        self.table.widget.pack(fill="x", pady=work.scale(layout.GAP) // 2)
        self.table.widget.bind("<Double-1>", lambda _: self._open())
        row = Row(work, self.card)
        row.frame.configure(style="Surface.TFrame")
        row.frame.pack(anchor="w")
        row.add("Open", self._open)
        row.add("Up", self._up)
        row.add("The usual folder", lambda: self._go(folder.usual))
        self.buttons("Save here", self._save)
        self._go(self.where)

    def _go(self, where: str) -> None:
        def shown(names: tuple[str, ...]) -> None:
            self.where = where
            work = self.shell.workshop
            work.set(self._shown, where, bold=True)
            self.table.fill([(name, (name,)) for name in names])

        self.shell.ask(lambda: self._folder.folders(where), shown, self.refuse)

    def _open(self) -> None:
        if self.table.chosen:
            self._go(self._folder.inside(self.where, self.table.chosen))

    def _up(self) -> None:
        self._go(self._folder.parent(self.where))

    def _save(self) -> None:
        where = self.where
        self.close()
        self._done(where)
