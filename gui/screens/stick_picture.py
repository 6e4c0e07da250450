"""A picture from a memory stick: where to put it in, then which of its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from tkinter import ttk

from atm_app.views import Shown, StickPicture
from gui.icons import medallion
from gui.screens.base import Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT
from gui.words import untranslated as _

MOST_FILES, FILE_PADDING, TEXT_PADDING = 6, 64, 250


@dataclass(frozen=True)
class Places:
    """Of the files, and of what there is instead of them."""

    columns: int
    width: float
    height: float
    gap: float
    top: float
    sign_y: float
    sign: float
    told_y: float
    wrap: float


PLACES = {
    LANDSCAPE: Places(2, 800, 526 / 3, 20, 216, 380, 260, 550, 1480),
    PORTRAIT: Places(1, 984, 150, 20, 400, 620, 300, 820, 900),
    COMPACT: Places(2, 554, 117, 10, 152, 220, 170, 334, 1060),
}


class StickPictureScreen(Screen):
    """The pictures of the stick, six a page; nothing of them is shown but their names. ``asked``: for what; ``instead``
    and ``icon``: of the button that leads to the device."""

    asked, instead, icon = "", "", ""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, StickPicture)
        words = self.words
        self.title(words(self.asked))
        places = PLACES[self.stage]
        disc = medallion("stick", self.scale(places.sign), self.palette.accent, self.palette.accent_wash)
        self._sign = self.picture(self.frame, disc)
        self._told = self.text("", self.stage.middle, places.told_y, "prompt", bold=True, anchor="n")
        self._files: list[ttk.Button] = []
        self._turners: tuple[ttk.Button, ...] = ()
        self._device = self.bottom(words(self.instead), "device", icon_name=self.icon)
        self._painted: object = None

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, StickPicture)
        self._device.state(["!disabled" if view.device and not shown.busy else "disabled"])
        self._turn_pages(view, busy=shown.busy)
        self._tell(view)
        wanted = (view.files, view.checked, shown.busy)
        if wanted != self._painted:
            self._painted = wanted
            self._show_files(view, busy=shown.busy)

    def _turn_pages(self, view: StickPicture, *, busy: bool) -> None:
        if view.pages > 1 and not self._turners:
            words = self.words
            self._turners = (
                self.bottom(words("Back"), "page", side="before", value="back"),
                self.bottom(words("Next"), "page", side="after", value="next"),
            )  # fmt: skip
        elif view.pages == 1:
            for button in self._turners:
                button.destroy()
            self._turners = ()
        for button, works in zip(self._turners, (view.page > 1, view.page < view.pages), strict=False):
            button.state(["!disabled" if works and not busy else "disabled"])

    def _tell(self, view: StickPicture) -> None:
        """What there is instead of files."""
        words, text = self.words, ""
        if not view.stick:
            text = words("Put your memory stick into the socket below the screen")
        elif not view.files:
            text = words("There is no picture on this stick")
        places = PLACES[self.stage]
        self.lettering.set(self._told, text, "prompt", bold=True, wrap=places.wrap)
        if text:
            self.put(self._sign, self.stage.middle, places.sign_y)
        else:
            self._sign.place_forget()

    def _show_files(self, view: StickPicture, *, busy: bool) -> None:
        for button in self._files:
            button.destroy()
        self._files, places = [self._file(file) for file in view.files[:MOST_FILES]], PLACES[self.stage]
        for number, button in enumerate(self._files):
            row, column = divmod(number, places.columns)
            x = self.stage.middle + (column - (places.columns - 1) / 2) * (places.width + places.gap)
            self.put(
                button, x, places.top + row * (places.height + places.gap), places.width, places.height, anchor="n"
            )
            if view.files[number] == view.checked:
                button.configure(style="Chosen.TButton")
            elif busy:
                button.state(["disabled"])

    def _file(self, file: str) -> ttk.Button:
        path = PurePosixPath(file)
        places = PLACES[self.stage]
        room = places.width - TEXT_PADDING
        lines = tuple(
            self.lettering.fit(printable(text), size, room, bold=size == "body")
            for text, size in ((path.name, "body"), (path.parent.as_posix().removeprefix("."), "small"))
        )
        act = self.act("file", file)
        size = (places.width - FILE_PADDING, places.height)
        return self.lettering.row_button(self.frame, act, (lines[0], lines[1]), "", "photo", size)


class FingerPictureScreen(StickPictureScreen):
    asked, instead, icon = _("Choose the picture of your finger"), _("Use the sensor"), "fingerprint"


class PalmPictureScreen(StickPictureScreen):
    asked, instead, icon = _("Choose the picture of your palm"), _("Use the camera"), "palm"


def printable(text: str) -> str:
    """A name from a stick is anybody's text: what cannot be printed does not reach the letters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
