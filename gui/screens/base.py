"""What every screen is made of: the stage, the title, the note, the row of buttons at the bottom, the keypad."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from PIL import Image

from atm_app.languages import LOCALE
from atm_app.session import KEYPAD
from atm_app.steps.keypad import SHORTEST_PIN
from atm_app.views import Action, Shown
from gui.bars import CountdownBar
from gui.direction import Anchor, Direction
from gui.icons import icon, medallion
from gui.keyboard import Keyboard
from gui.keyboard_layouts import Kind
from gui.reading import as_title, called, keep_silent
from gui.stage import Countdown, Message, Stage
from gui.text import ICON_GAP, ICON_SHARE, Lettering
from gui.text_line import TextLine
from gui.theme import Theme
from gui.words import NOTES, Words, words_of

Touch = Callable[[Action], None]
Preview = Callable[[], "tuple[Any, float] | None"]

CARD_GAP = 24  # between the longest name and the values
LINE_GAP = 86  # from a title's middle to the line below it, where neither stands in its usual place
BUTTON_PADDING = 12


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
    # Whether digits are asked for.
    takes_digits = False

    def __init__(self, parent: ttk.Frame, studio: Studio, shown: Shown) -> None:
        self.studio = studio
        self.scale = studio.theme.scale
        self.stage: Stage = self.scale.stage
        # Where a note stands: usually in the place of the line under the title.
        self.note_place = self.stage.note
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
        self._text_line: TextLine | None = None
        self.letters: Keyboard | None = None
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
    def takes_letters(self) -> bool:
        """Those of a physical keyboard are typed then, and digits are letters."""
        return self.letters is not None

    @property
    def asks_to_type(self) -> bool:
        return self.takes_letters or self.takes_digits

    # --- parts -------------------------------------------------------------------------------------------------------

    def act(self, name: str, value: str = "") -> Callable[[], None]:
        return lambda: self.studio.touch(Action(name, value))

    def put(
        self, widget: tkinter.Widget, x: float, y: float, width: float = 0, height: float = 0, anchor: Anchor = "center"
    ) -> None:
        """Place on the stage, which stands in the middle of the body. All places are those of a language that is read
        from left to right."""
        left, top = self.scale.offset(x - self.stage.middle), self.scale.offset(y - self.stage.body_height / 2)
        self.direction.place(widget, relx=0.5, rely=0.5, x=left, y=top, anchor=anchor)
        if width:
            widget.place(width=self.scale(width))
        if height:
            widget.place(height=self.scale(height))

    def text(
        self, text: str, x: float, y: float, size: str = "body", *, bold: bool = False, colour: str = "",
        wrap: float | None = None, anchor: Anchor = "center", justify: str = "center",
    ) -> ttk.Label:  # fmt: skip
        """A label on the stage. ``wrap``: else the stage's; 0: not at all."""
        width = self.stage.wrap if wrap is None else wrap
        label = self.lettering.label(self.frame, text, size, bold=bold, colour=colour, wrap=width, justify=justify)
        self.put(label, x, y, anchor=anchor)
        return label

    def title(
        self, text: str, line: str = "", *, y: float | None = None, line_y: float | None = None, size: str = "title"
    ) -> None:
        """The title and a quiet line below it, which makes room for a note. ``y``, ``line_y``, ``size``: of a screen of
        its own kind."""
        stage, fit = self.stage, self.lettering
        width, lines = stage.title_width, stage.title_lines
        size = fit.largest(text, stage.sizes(size), width, lines)
        fitting = text if lines > 1 and fit.fits(text, size, width, lines) else fit.fit(text, size, width, bold=True)
        wrap = width if lines > 1 else 0
        as_title(self.text(fitting, stage.middle, stage.title_y if y is None else y, size, bold=True, wrap=wrap))
        self._line_y = stage.note.y if y is None else y + LINE_GAP
        if line_y is not None:
            self._line_y = line_y
        if line:
            size = fit.largest(line, stage.sizes("body"), stage.wrap, lines)
            self._line = self.text(line, stage.middle, self._line_y, size, colour=self.palette.muted)

    def picture(self, parent: ttk.Frame, image: Image.Image, ground: str = "") -> ttk.Label:
        photo = self.lettering.photo(image)
        self._pictures.append(photo)
        return ttk.Label(parent, image=photo, background=ground or self.palette.paper)

    def sign(self, name: str, colour: str, y: float, size: float) -> None:
        """A large icon on a disc, in the middle of the screen."""
        disc = medallion(name, self.scale(size), colour, self.palette.wash_of(colour))
        self.put(self.picture(self.frame, disc), self.stage.middle, y)

    def message(self, places: Message, name: str, colour: str, title: str, line: str = "") -> None:
        """A screen that says one thing: its sign and its title."""
        self.sign(name, colour, places.sign_y, places.sign)
        self.title(title, line, y=places.title_y, line_y=places.line_y)

    def tell(self, places: Message, text: str, size: str = "body", colour: str = "") -> ttk.Label:
        """The text of such a screen."""
        return self.text(
            text, self.stage.middle, places.told_y, size, colour=colour, wrap=places.wrap, anchor=places.anchor
        )  # fmt: skip

    def count_down(self, place: Countdown, seconds: float, colour: str) -> None:
        number = keep_silent(self.text(str(round(seconds)), place.number_x, place.y, "body", bold=True, anchor="w"))
        bar = CountdownBar(self.frame, seconds, self.palette.track, colour, number, self.direction)
        self.put(bar, place.x, place.y, place.width, place.height)

    def button(
        self, text: str, command: Callable[[], None], width: float, style: str = "Secondary", *, size: str = "body",
        icon_name: str = "", icon_colour: str = "",
    ) -> ttk.Button:  # fmt: skip
        """A button of the body, to be placed with so many design pixels."""
        fitting = self.common_size((text,), size, width, icon=bool(icon_name))
        return self.lettering.button(
            self.frame, text, command, style, icon_name=icon_name, size=fitting, icon_colour=icon_colour
        )  # fmt: skip

    def common_size(self, texts: Sequence[str], size: str, width: float, *, icon: bool = False) -> str:
        """The size of letters at which each of some texts fits on a button of so many design pixels, with an icon
        before it or without."""
        letters, sizes = self.stage.text, self.stage.sizes(size)
        room = width - 2 * BUTTON_PADDING - (letters[size] * ICON_SHARE + ICON_GAP if icon else 0)
        return min((self.lettering.largest(text, sizes, room) for text in texts), key=lambda name: letters[name])

    def big_button(
        self, text: str, action: str, style: str, place: tuple[float, float], size: tuple[float, float],
        icon_name: str = "", letters: str = "large",
    ) -> ttk.Button:  # fmt: skip
        """A button of the body; ``place`` is its centre."""
        button = self.button(text, self.act(action), size[0], style, icon_name=icon_name, size=letters)
        self.put(button, *place, *size)
        return button

    def bottom(
        self, text: str, action: str, style: str = "Secondary", *, side: str = "right", icon_name: str = "",
        value: str = "",
    ) -> ttk.Button:  # fmt: skip
        """A button at the foot of the screen: cancel on the left, the way on on the right; ``before`` and ``after``
        turn pages."""
        place = self.stage.foot[side]
        button = self.button(text, self.act(action, value), place.width, style, icon_name=icon_name)
        self.direction.place(
            button, relx=place.share, rely=1.0, x=self.scale.offset(place.x), y=-self.scale(place.above),
            width=self.scale(place.width), height=self.scale(self.stage.foot_height), anchor=place.anchor,
        )  # fmt: skip
        return button

    def foot_text(self) -> ttk.Label:
        """A quiet text in the middle of the foot, between its buttons, empty until ``set_foot_text``."""
        place = self.stage.foot["middle"]
        label = self.lettering.label(self.frame, "", colour=self.palette.muted)
        self.direction.place(
            label, relx=place.share, rely=1.0, x=self.scale.offset(place.x),
            y=-self.scale(place.above + self.stage.foot_height / 2), anchor="center",
        )  # fmt: skip
        return label

    def set_foot_text(self, label: ttk.Label, *texts: str) -> None:
        """The first of the texts that finds room; else the last one, shortened."""
        sizes, room = self.stage.sizes("body"), self.stage.foot_room
        text = next((each for each in texts if self.lettering.fits(each, sizes[-1], room, 1)), texts[-1])
        size = self.lettering.largest(text, sizes, room)
        self.lettering.set(label, self.lettering.fit(text, size, room), size, colour=self.palette.muted)

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
            self._note = self.note_box(self.words(text), self.note_place.wrap)
            self.put(self._note, self.note_place.x, self.note_place.y)
        if self._line is not None:
            if text:
                self._line.place_forget()
            else:
                self.put(self._line, self.stage.middle, self._line_y)

    def note_box(self, text: str, wrap: float) -> ttk.Frame:
        note, size = self.stage.note_box, self.lettering.largest(text, self.stage.sizes("body"), wrap)
        box = ttk.Frame(self.frame, style="Note.TFrame", padding=self.scale(note.padding))
        sign = icon("info", self.scale(note.sign), self.palette.warning_deep)
        shown = self.picture(box, sign, self.palette.warning_wash)
        before, between, after = (self.scale(gap) for gap in note.gaps)
        self.direction.pack(shown, side="left", padx=(before, between))
        label = self.lettering.label(box, text, size, ground=self.palette.warning_wash, wrap=wrap, justify="left")
        self.direction.pack(label, side="left", padx=(0, after))
        return box

    def card(self, lines: list[tuple[str, str]], y: float) -> ttk.Frame:
        """A white card of names and values; the last but the quiet ones is what matters. ``y``: its middle."""
        sizes = self.stage.card
        card = ttk.Frame(self.frame, style="Card.TFrame", padding=(self.scale(sizes.beside), self.scale(sizes.above)))
        names, values = self.direction.row((0, 1))
        card.columnconfigure(values, weight=1)
        named = max(self.lettering.width(name, "body") for name, _ in lines)
        room = sizes.width - 2 * sizes.beside - named - CARD_GAP
        for row, (name, value) in enumerate(lines):
            if row:
                self.rule(card).grid(row=2 * row - 1, column=0, columnspan=2, sticky="we")
            large = value.startswith("*")
            label = self.lettering.label(card, name, "body", colour=self.palette.muted, ground=self.palette.surface)
            label.grid(row=2 * row, column=names, sticky=self.direction.anchor("w"), pady=self.scale(sizes.name))
            value = value.removeprefix("*")
            letters = self.lettering.largest(value, self.stage.sizes("title"), room) if large else "large"
            self.lettering.label(
                card, value, letters, bold=True, ground=self.palette.surface, wrap=min(sizes.wrap, room),
                justify="right",
            ).grid(
                row=2 * row, column=values, sticky=self.direction.anchor("e"),
                pady=self.scale(sizes.large if large else sizes.value),
            )  # fmt: skip
        self.put(card, self.stage.middle, y, sizes.width)
        return card

    def put_rows(self, rows: Sequence[ttk.Button]) -> None:
        """One below the other, in the middle of the body."""
        place = self.stage.rows
        height, first = place.height(len(rows)), place.first(len(rows))
        for number, row in enumerate(rows):
            self.put(row, self.stage.middle, first + number * (height + place.gap), place.width, height, anchor="n")

    def rule(self, card: ttk.Frame) -> tkinter.Frame:
        """A thin line between two rows of a card, to be placed."""
        return tkinter.Frame(card, background=self.palette.line, height=self.scale(2))

    def keypad(self, *, enter: bool, digits: str = KEYPAD) -> ttk.Frame:
        """Twelve keys, the digits in the order of all keypads or another; those of the keyboard work as well."""
        self.takes_digits = True
        pad = ttk.Frame(self.frame)
        keys = [*digits[:9], "erase", digits[9], "enter" if enter else "clear"]
        place = self.stage.keypad
        width, height, gap = self.scale(place.key_width), self.scale(place.key_height), self.scale(place.gap)
        for number, key in enumerate(keys):
            row, column = divmod(number, 3)
            # Sizes are set: a plate's own width would stretch the column.
            self._key(pad, key).place(
                x=column * (width + gap), y=row * (height + gap), width=width, height=height
            )  # fmt: skip
        self.put(pad, place.left, place.top, anchor="nw")
        pad.place_configure(width=3 * width + 2 * gap, height=4 * height + 3 * gap)
        return pad

    def keyboard(self, kind: Kind) -> Keyboard:
        """Letters, over the whole body; those of a physical keyboard work as well. Its ``follow`` is to hear of what
        has been typed."""
        line, place = self._text_line, self.stage.letters
        secret = line is not None and line.secret
        board = self.letters = Keyboard(self.frame, self.lettering, self.studio.touch, kind, secret=secret)
        if line is not None:
            board.waits = line.wait
        self.put(board.frame, self.stage.middle, place.bottom, place.width, place.height, anchor="s")
        return board

    def text_line(self, *, secret: bool = False) -> TextLine:
        """The line above the keyboard for what is typed; ``secret``: dots are shown instead. Comes after the title and
        before the keyboard."""
        place = self.stage.letters
        line = self._text_line = TextLine(self.frame, self.lettering, place.width, secret=secret)
        self.put(line.frame, self.stage.middle, place.line_bottom, place.width, place.line_height, anchor="s")
        self.note_place, self._line_y = place.note, place.note.y
        if self._line is not None:
            self.put(self._line, self.stage.middle, self._line_y)
        return line

    def _key(self, pad: ttk.Frame, key: str) -> ttk.Button:
        if key == "enter":
            return self._named_key(pad, self.words("Enter"), "enter", "Primary")
        if key == "clear":
            return self._named_key(pad, self.words("Clear"), "clear", "Quiet")
        if key == "erase":
            button = self.lettering.button(pad, "", self.act("erase"), "Quiet", icon_name="erase", size="large")
            return called(button, self.words("Erase"))
        return self.lettering.button(pad, key, self.act("digit", key), "Secondary", size="large")

    def _named_key(self, pad: ttk.Frame, text: str, action: str, style: str) -> ttk.Button:
        size = self.common_size((text,), "body", self.stage.keypad.key_width)
        return self.lettering.button(pad, text, self.act(action), style, size=size)

    def field(self, height: float = 0) -> ttk.Label:
        """A white box for what is typed, beside or above the keypad. Returns its label. ``height``: else the usual."""
        box, column = ttk.Frame(self.frame, style="Field.TFrame"), self.stage.column
        self.put(box, column.left, column.top, column.width, height or self.stage.field_height, anchor="nw")
        label = self.lettering.label(box, "", "title", bold=True, ground=self.palette.surface)
        label.place(relx=0.5, rely=0.5, anchor="center")
        return keep_silent(label)


class Cells:
    """One box for each digit, as many as are wanted, from left to right in every language; the next one to fill has
    the edge of the accent."""

    def __init__(self, screen: Screen, count: int) -> None:
        self._screen = screen
        stage, column = screen.stage, screen.stage.column
        pitch = (column.width + stage.cell_gap) / count
        row = ttk.Frame(screen.frame)
        screen.put(row, column.left, column.top, column.width, stage.field_height, anchor="nw")
        self._boxes: list[tuple[ttk.Frame, ttk.Label]] = []
        for number in range(count):
            box = ttk.Frame(row, style="Cell.TFrame")
            left, right = (
                screen.scale.offset(number * pitch),
                screen.scale.offset((number + 1) * pitch - stage.cell_gap),
            )
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
