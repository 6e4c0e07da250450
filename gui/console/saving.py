"""Where a file is to go, and which is to be read: the folders of this machine, from the usual one on."""

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

    line, text = "Nothing that is there is written over.", "Save here"

    def __init__(self, shell: Shell, title: str, folder: ReportFolder, done: Callable[[str], None]) -> None:
        super().__init__(shell, title, self.line)
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
        self.buttons(self.text, self.chosen)
        self._go(self.where)

    def _go(self, where: str) -> None:
        def shown(names: tuple[str, ...]) -> None:
            self.where = where
            work = self.shell.workshop
            work.set(self._shown, where, bold=True)
            self.table.fill([(name, (name,)) for name in names])

        self.shell.ask(lambda: self.names(where), shown, self.refuse)

    def names(self, where: str) -> tuple[str, ...]:
        """What is listed of a folder."""
        return self._folder.folders(where)

    def _open(self) -> None:
        if self.table.chosen:
            self._go(self._folder.inside(self.where, self.table.chosen))

    def _up(self) -> None:
        self._go(self._folder.parent(self.where))

    def chosen(self) -> None:
        where = self.where
        self.close()
        self._done(where)


class PicturesDialog(FolderDialog):
    """``done`` hears of the folder."""

    line, text = "What a list names is looked for in this folder and below it.", "These pictures"


class FileDialog(FolderDialog):
    """Folders, and below them the files that end with ``ending``; ``done`` hears of the one that was chosen."""

    line, text, missing = "Lists end with .csv.", "Read this list", "Choose a list first."
    ending: str | tuple[str, ...] = ".csv"

    def names(self, where: str) -> tuple[str, ...]:
        return (*self._folder.folders(where), *self._folder.files(where, self.ending))

    def chosen(self) -> None:
        name = self.table.chosen
        if not name.lower().endswith(self.ending):
            self.refuse(self.missing)
            return
        path = self._folder.inside(self.where, name)
        self.close()
        self._done(path)


class PictureDialog(FileDialog):
    """``done`` hears of one picture."""

    line, text, missing = "JPEG, PNG, TIFF or BMP.", "Take this picture", "Choose a picture first."
    ending = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp")
