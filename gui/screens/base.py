"""What every screen is made of: the stage, the title, the note, the row of buttons at the bottom, the keypad."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from PIL import Image

from atm_app.languages import LOCALE
from atm_app.steps.keypad import SHORTEST_PIN
from atm_app.views import Action, Shown
from gui import keyboard, tokens
from gui.direction import Anchor, Direction
from gui.icons import icon, medallion
from gui.keyboard import Keyboard, TextLine
from gui.keyboard_layouts import Kind
from gui.reading import as_title, called, keep_silent
from gui.text import Lettering
from gui.theme import Theme
from gui.words import NOTES, Words, words_of

Touch = Callable[[Action], None]
Preview = Callable[[], "tuple[Any, float] | None"]

# The stage in design pixels: title, the line below it, the body between TOP and BOTTOM, the row of buttons.
MIDDLE = tokens.STAGE_WIDTH / 2
TITLE_Y, LINE_Y = 70, 156
TOP, BOTTOM = 216, 782
LEFT_EDGE, LEFT_WIDTH = 247, 700
RIGHT_EDGE = 1067
FOOT_WIDTH, FOOT_HEIGHT, FOOT_GAP = 400, 104, 12
TURNER_GAP = 16
TEXT_LINE_GAP = 20
# Where along the foot a button stands: share of the width, side of the margin, anchor.
FOOT_PLACES: dict[str, tuple[float, int, Anchor]] = {
    "left": (0.0, 1, "sw"),
    "middle": (0.5, 0, "s"),
    "right": (1.0, -1, "se"),
}
KEY_WIDTH, KEY_HEIGHT, KEY_GAP = 190, 128, 18
KEYPAD_WIDTH, KEYPAD_HEIGHT = 3 * KEY_WIDTH + 2 * KEY_GAP, 4 * KEY_HEIGHT + 3 * KEY_GAP


@dataclass(frozen=True)
class Studio:
    """What screens work with: the theme, where touches go, the camera's latest frame."""

    theme: Theme
    touch: Touch
    preview: Preview
    bank: str


class Screen:
    """Built once for a state, a language and a look; ``update`` follows the view."""

    # Whether the customer can end the visit from here.
    cancellable = True
    # Screens that wait for a person or show their own progress need no bar under the header.
    shows_busy = True
    # Whether letters are asked for: those of a physical keyboard are typed then, and digits are letters.
    takes_letters = False
    # Whether digits are asked for.
    takes_digits = False
    # Where a note stands: the place of the line under the title, design pixels.
    note_x, note_y, note_wrap = MIDDLE, LINE_Y, 1560

    def __init__(self, parent: ttk.Frame, studio: Studio, shown: Shown) -> None:
        self.studio = studio
        self.scale = studio.theme.scale
        self.palette = studio.theme.palette
        self.language = shown.language
        self.words: Words = words_of(shown.language)
        self.locale = LOCALE.get(shown.language, "en_IN")
        self.lettering = Lettering(studio.theme, shown.language)
        self.direction: Direction = self.lettering.direction
        self.frame = ttk.Frame(parent)
        self.frame.place(x=0, y=0, relwidth=1, relheight=1)
        self._pictures: list[Any] = []
        self._note: ttk.Frame | None = None
        self._noted = ""
        self._line: ttk.Label | None = None
        self.build(shown)
        if self.cancellable:
            self.bottom(self.words("Cancel"), "cancel", "Danger", side="left", icon_name="cancel")
        self._other_way: ttk.Button | None = None
        self.update(shown)
        self._show_rest(shown)

    def build(self, shown: Shown) -> None:
        raise NotImplementedError

    def update(self, shown: Shown) -> None:
        """Follow a change of the view. The default is a screen that never changes."""

    def refresh(self, shown: Shown) -> None:
        self.update(shown)
        self._show_rest(shown)

    def _show_rest(self, shown: Shown) -> None:
        """The note, and the other way in where it is offered."""
        self.show_note(shown)
        if shown.other_way and self._other_way is None:
            self._other_way = self.bottom(self.words("Use number and PIN"), "other_way", side="middle")

    def close(self) -> None:
        self.frame.destroy()

    @property
    def body(self) -> tkinter.Misc:
        """The part of the window in which it stands."""
        return self.frame.master

    @property
    def asks_to_type(self) -> bool:
        return self.takes_letters or self.takes_digits

    # --- parts -------------------------------------------------------------------------------------------------------

    def act(self, name: str, value: str = "") -> Callable[[], None]:
        return lambda: self.studio.touch(Action(name, value))

    def put(
        self, widget: tkinter.Widget, x: float, y: float, width: float = 0, height: float = 0, anchor: Anchor = "center"
    ) -> None:
        """Place on the stage, which is 1920 × 932 design pixels and stands in the middle of the body. All places are
        those of a language that is read from left to right."""
        left, top = self.scale.offset(x - MIDDLE), self.scale.offset(y - tokens.STAGE_HEIGHT / 2)
        self.direction.place(widget, relx=0.5, rely=0.5, x=left, y=top, anchor=anchor)
        if width:
            widget.place(width=self.scale(width))
        if height:
            widget.place(height=self.scale(height))

    def text(
        self, text: str, x: float, y: float, size: str = "body", *, bold: bool = False, colour: str = "",
        wrap: int = 1560, anchor: Anchor = "center", justify: str = "center",
    ) -> ttk.Label:  # fmt: skip
        """A label on the stage."""
        label = self.lettering.label(self.frame, text, size, bold=bold, colour=colour, wrap=wrap, justify=justify)
        self.put(label, x, y, anchor=anchor)
        return label

    def title(self, text: str, line: str = "", y: float = TITLE_Y, gap: float = LINE_Y - TITLE_Y) -> None:
        """The title and a quiet line below it, which makes room for a note."""
        as_title(self.text(self.lettering.fit(text, "title", 1700, bold=True), MIDDLE, y, "title", bold=True, wrap=0))
        self._line_y = y + gap
        if line:
            self._line = self.text(line, MIDDLE, self._line_y, colour=self.palette.muted)

    def picture(self, parent: ttk.Frame, image: Image.Image, ground: str = "") -> ttk.Label:
        photo = self.lettering.photo(image)
        self._pictures.append(photo)
        return ttk.Label(parent, image=photo, background=ground or self.palette.paper)

    def sign(self, name: str, colour: str, y: float = 220, size: int = 230) -> None:
        """A large icon on a disc, in the middle of the screen."""
        disc = medallion(name, self.scale(size), colour, self.palette.wash_of(colour))
        self.put(self.picture(self.frame, disc), MIDDLE, y)

    def big_button(
        self, text: str, action: str, style: str, place: tuple[float, float], size: tuple[float, float],
        icon_name: str = "",
    ) -> ttk.Button:  # fmt: skip
        """A button of the body; ``place`` is its centre."""
        button = self.lettering.button(
            self.frame, text, self.act(action), style, icon_name=icon_name, size="large"
        )  # fmt: skip
        self.put(button, *place, *size)
        return button

    def bottom(
        self, text: str, action: str, style: str = "Secondary", *, side: str = "right", icon_name: str = "",
        value: str = "",
    ) -> ttk.Button:  # fmt: skip
        """A button at the foot of the screen: cancel on the left, the way on on the right."""
        button = self.lettering.button(self.frame, text, self.act(action, value), style, icon_name=icon_name)
        edge = self.scale(tokens.MARGIN)
        relx, x, anchor = FOOT_PLACES[side]
        self.direction.place(
            button, relx=relx, rely=1.0, x=x * edge, y=-self.scale(FOOT_GAP), width=self.scale(FOOT_WIDTH),
            height=self.scale(FOOT_HEIGHT), anchor=anchor,
        )  # fmt: skip
        return button

    def turner(self, text: str, action: str, side: int, value: str = "") -> ttk.Button:
        """Turns a page: most of a button of the foot, left (-1) or right (1) of its middle."""
        button = self.lettering.button(self.frame, text, self.act(action, value))
        width, gap = self.scale(FOOT_WIDTH * 0.7), self.scale(TURNER_GAP)
        self.direction.place(
            button, relx=0.5, rely=1.0, x=side * (width + gap) // 2, y=-self.scale(FOOT_GAP), width=width,
            height=self.scale(FOOT_HEIGHT), anchor="s",
        )  # fmt: skip
        return button

    def show_note(self, shown: Shown) -> None:
        """What went wrong or is needed, in a coloured box where the quiet line stands otherwise."""
        text = NOTES.get(shown.view.note, "")
        if text == self._noted:
            return
        self._noted = text
        if self._note is not None:
            self._note.destroy()
            self._note = None
        if text:
            self._note = self.note_box(self.words(text), self.note_wrap)
            self.put(self._note, self.note_x, self.note_y)
        if self._line is not None:
            if text:
                self._line.place_forget()
            else:
                self.put(self._line, MIDDLE, self._line_y)

    def note_box(self, text: str, wrap: int) -> ttk.Frame:
        box = ttk.Frame(self.frame, style="Note.TFrame", padding=self.scale(14))
        sign = self.picture(box, icon("info", self.scale(44), self.palette.warning_deep), self.palette.warning_wash)
        self.direction.pack(sign, side="left", padx=(self.scale(12), self.scale(16)))
        label = self.lettering.label(box, text, "body", ground=self.palette.warning_wash, wrap=wrap, justify="left")
        self.direction.pack(label, side="left", padx=(0, self.scale(14)))
        return box

    def card(self, lines: list[tuple[str, str]], y: float, width: int = 1240) -> ttk.Frame:
        """A white card of names and values; the last but the quiet ones is what matters. ``y``: its middle."""
        card = ttk.Frame(self.frame, style="Card.TFrame", padding=(self.scale(64), self.scale(30)))
        names, values = self.direction.row((0, 1))
        card.columnconfigure(values, weight=1)
        for row, (name, value) in enumerate(lines):
            if row:
                self.rule(card).grid(row=2 * row - 1, column=0, columnspan=2, sticky="we")
            large = value.startswith("*")
            label = self.lettering.label(card, name, "body", colour=self.palette.muted, ground=self.palette.surface)
            label.grid(row=2 * row, column=names, sticky=self.direction.anchor("w"), pady=self.scale(26))
            self.lettering.label(
                card, value.removeprefix("*"), "title" if large else "large", bold=True, ground=self.palette.surface,
                wrap=760, justify="right",
            ).grid(
                row=2 * row, column=values, sticky=self.direction.anchor("e"), pady=self.scale(18 if large else 22)
            )  # fmt: skip
        self.put(card, MIDDLE, y, width)
        return card

    def rule(self, card: ttk.Frame) -> tkinter.Frame:
        """A thin line between two rows of a card, to be placed."""
        return tkinter.Frame(card, background=self.palette.line, height=self.scale(2))

    def keypad(self, *, enter: bool) -> ttk.Frame:
        """Twelve keys at the right of the stage, in the order of all keypads; digits of the keyboard work as well."""
        self.takes_digits = True
        pad = ttk.Frame(self.frame)
        keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "enter" if enter else "clear"]
        width, height, gap = self.scale(KEY_WIDTH), self.scale(KEY_HEIGHT), self.scale(KEY_GAP)
        for number, key in enumerate(keys):
            row, column = divmod(number, 3)
            # Sizes are set: a plate's own width would stretch the column.
            self._key(pad, key).place(
                x=column * (width + gap), y=row * (height + gap), width=width, height=height
            )  # fmt: skip
        self.put(pad, RIGHT_EDGE, TOP, anchor="nw")
        pad.place_configure(width=3 * width + 2 * gap, height=4 * height + 3 * gap)
        return pad

    def keyboard(self, kind: Kind) -> Keyboard:
        """Letters, over the whole body; those of a physical keyboard work as well. Its ``follow`` is to hear of what
        has been typed."""
        self.takes_letters = True
        board = Keyboard(self.frame, self.lettering, self.studio.touch, kind)
        self.put(board.frame, MIDDLE, BOTTOM, keyboard.WIDTH, keyboard.HEIGHT, anchor="s")
        return board

    def text_line(self, *, secret: bool = False) -> TextLine:
        """The line above the keyboard for what is typed; ``secret``: dots are shown instead."""
        line = TextLine(self.frame, self.lettering, keyboard.WIDTH, secret=secret)
        bottom = BOTTOM - keyboard.HEIGHT - TEXT_LINE_GAP
        self.put(line.frame, MIDDLE, bottom, keyboard.WIDTH, keyboard.LINE_HEIGHT, anchor="s")
        return line

    def _key(self, pad: ttk.Frame, key: str) -> ttk.Button:
        if key == "enter":
            return self.lettering.button(pad, self.words("Enter"), self.act("enter"), "Primary")
        if key == "clear":
            return self.lettering.button(pad, self.words("Clear"), self.act("clear"), "Quiet")
        if key == "erase":
            button = self.lettering.button(pad, "", self.act("erase"), "Quiet", icon_name="erase", size="large")
            return called(button, self.words("Erase"))
        return self.lettering.button(pad, key, self.act("digit", key), "Secondary", size="large")

    def field(self, height: int) -> ttk.Label:
        """A white box for what is typed, at the left of the keypad. Returns its label."""
        box = ttk.Frame(self.frame, style="Field.TFrame")
        self.put(box, LEFT_EDGE, TOP, LEFT_WIDTH, height, anchor="nw")
        label = self.lettering.label(box, "", "title", bold=True, ground=self.palette.surface)
        label.place(relx=0.5, rely=0.5, anchor="center")
        return keep_silent(label)


class Cells:
    """One box for each digit, as many as are wanted, from left to right in every language; the next one to fill has
    the edge of the accent."""

    GAP, HEIGHT = 14, 128

    def __init__(self, screen: Screen, count: int) -> None:
        self._screen = screen
        pitch = (LEFT_WIDTH + self.GAP) / count
        row = ttk.Frame(screen.frame)
        screen.put(row, LEFT_EDGE, TOP, LEFT_WIDTH, self.HEIGHT, anchor="nw")
        self._boxes: list[tuple[ttk.Frame, ttk.Label]] = []
        for number in range(count):
            box = ttk.Frame(row, style="Cell.TFrame")
            left, right = screen.scale.offset(number * pitch), screen.scale.offset((number + 1) * pitch - self.GAP)
            box.place(x=left, y=0, width=right - left, relheight=1)
            label = screen.lettering.label(box, "", "title", bold=True, ground=screen.palette.surface)
            label.place(relx=0.5, rely=0.5, anchor="center")
            self._boxes.append((box, keep_silent(label)))

    def show(self, digits: str) -> None:
        for number, (box, label) in enumerate(self._boxes):
            style = "Field.TFrame" if number == len(digits) else "Cell.TFrame"
            if str(box["style"]) != style:
                box.configure(style=style)
            self._screen.lettering.set(label, digits[number : number + 1], "title", bold=True)


def pin_dots(filled: int) -> str:
    """A dot for each digit typed, a ring for each that is still needed."""
    return "  ".join(["●"] * filled + ["○"] * (SHORTEST_PIN - filled))
