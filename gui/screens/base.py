"""What every screen is made of: the frame, the title, the note, the row of buttons at the bottom, the keypad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from PIL import Image

from atm_app.views import Action, Shown
from gui import tokens
from gui.icons import icon
from gui.text import Lettering
from gui.theme import Theme
from gui.words import LOCALE, NOTES, Words, words_of

Touch = Callable[[Action], None]
Preview = Callable[[], "tuple[Any, float] | None"]

KEY_WIDTH, KEY_HEIGHT, KEY_GAP = 190, 132, 18


@dataclass(frozen=True)
class Studio:
    """What screens work with: the theme, where touches go, the camera's latest frame."""

    theme: Theme
    touch: Touch
    preview: Preview
    bank: str


class Screen:
    """Built once for a state and a language; ``update`` follows the view."""

    # Whether the customer can end the visit from here.
    cancellable = True

    def __init__(self, parent: ttk.Frame, studio: Studio, shown: Shown) -> None:
        self.studio = studio
        self.scale = studio.theme.scale
        self.language = shown.language
        self.words: Words = words_of(shown.language)
        self.locale = LOCALE.get(shown.language, "en_IN")
        self.lettering = Lettering(studio.theme, shown.language)
        self.frame = ttk.Frame(parent)
        self.frame.place(x=0, y=0, relwidth=1, relheight=1)
        self._pictures: list[Any] = []
        self._note: ttk.Frame | None = None
        self._noted = ""
        self._note_y = 0.86
        self.build(shown)
        if self.cancellable:
            self.bottom(self.words("Cancel"), "cancel", "Danger", side="left", icon_name="cancel")
        self.update(shown)
        self.show_note(shown)

    def build(self, shown: Shown) -> None:
        raise NotImplementedError

    def update(self, shown: Shown) -> None:
        """Follow a change of the view. The default is a screen that never changes."""

    def refresh(self, shown: Shown) -> None:
        self.update(shown)
        self.show_note(shown)

    def close(self) -> None:
        self.frame.destroy()

    # --- parts -------------------------------------------------------------------------------------------------------

    def act(self, name: str, value: str = "") -> Callable[[], None]:
        return lambda: self.studio.touch(Action(name, value))

    def title(self, text: str, subtitle: str = "", y: float = 0.09) -> None:
        self.lettering.label(self.frame, text, "title", bold=True).place(relx=0.5, rely=y, anchor="center")
        if subtitle:
            label = self.lettering.label(self.frame, subtitle, "body", colour=tokens.MUTED, wrap=1500)
            label.place(relx=0.5, rely=y + 0.085, anchor="center")

    def picture(self, parent: ttk.Frame, image: Image.Image, ground: str = tokens.PAPER) -> ttk.Label:
        photo = self.lettering.photo(image)
        self._pictures.append(photo)
        return ttk.Label(parent, image=photo, background=ground)

    def sign(self, name: str, colour: str, size: int, x: float, y: float) -> None:
        """A large icon in the middle of the screen."""
        self.picture(self.frame, icon(name, self.scale(size), colour)).place(relx=x, rely=y, anchor="center")

    def bottom(
        self, text: str, action: str, style: str = "Secondary", *, side: str = "right", icon_name: str = "",
        value: str = "",
    ) -> ttk.Button:  # fmt: skip
        """A button at the foot of the screen: cancel on the left, the way on on the right."""
        button = self.lettering.button(self.frame, text, self.act(action, value), style, icon_name=icon_name)
        x = self.scale(tokens.MARGIN)
        anchor, place = ("sw", {"x": x}) if side == "left" else ("se", {"relx": 1.0, "x": -x})
        button.place(rely=1.0, y=-self.scale(28), width=self.scale(400), height=self.scale(104), anchor=anchor, **place)  # type: ignore[arg-type]
        return button

    def show_note(self, shown: Shown) -> None:
        """A line in a coloured box, for what went wrong or is needed."""
        text = NOTES.get(shown.view.note, "")
        if text == self._noted:
            return
        self._noted = text
        if self._note is not None:
            self._note.destroy()
            self._note = None
        if text:
            self._note = self.note_box(self.words(text))
            self._note.place(relx=0.5, rely=self._note_y, anchor="center")

    def note_box(self, text: str) -> ttk.Frame:
        box = ttk.Frame(self.frame, style="Note.TFrame", padding=self.scale(18))
        sign = self.picture(box, icon("info", self.scale(44), "#7a5200"), tokens.AMBER_WASH)
        sign.pack(side="left", padx=(self.scale(8), self.scale(16)))
        self.lettering.label(box, text, "body", ground=tokens.AMBER_WASH, wrap=1000, justify="left").pack(
            side="left", padx=(0, self.scale(10))
        )
        return box

    def keypad(self, x: float, y: float, *, enter: bool) -> ttk.Frame:
        """Twelve keys; digits of the keyboard work as well."""
        pad = ttk.Frame(self.frame)
        keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "enter" if enter else "clear"]
        width, height, gap = self.scale(KEY_WIDTH), self.scale(KEY_HEIGHT), self.scale(KEY_GAP)
        for number, key in enumerate(keys):
            row, column = divmod(number, 3)
            # Sizes are set: a plate's own width would stretch the column.
            self._key(pad, key).place(
                x=column * (width + gap), y=row * (height + gap), width=width, height=height
            )  # fmt: skip
        pad.place(
            relx=x, rely=y, anchor="center", width=3 * width + 2 * gap, height=4 * height + 3 * gap
        )  # fmt: skip
        return pad

    def _key(self, pad: ttk.Frame, key: str) -> ttk.Button:
        if key == "enter":
            return self.lettering.button(pad, self.words("Enter"), self.act("enter"), "Primary")
        if key == "clear":
            return self.lettering.button(pad, self.words("Clear"), self.act("clear"), "Quiet")
        if key == "erase":
            button = self.lettering.button(pad, "", self.act("erase"), "Secondary", icon_name="erase", size="large")
            button.configure(text="", compound="image")
            return button
        return self.lettering.button(pad, key, self.act("digit", key), "Secondary", size="large")

    def field(self, x: float, y: float, width: int, height: int = 132) -> ttk.Frame:
        """A white box for what is typed."""
        box = ttk.Frame(self.frame, style="Field.TFrame")
        box.place(relx=x, rely=y, anchor="center", width=self.scale(width), height=self.scale(height))
        return box

    def field_text(self, box: ttk.Frame, size: str = "title", bold: bool = True) -> ttk.Label:
        label = self.lettering.label(box, "", size, bold=bold, ground=tokens.WHITE)
        label.place(relx=0.5, rely=0.5, anchor="center")
        return label
