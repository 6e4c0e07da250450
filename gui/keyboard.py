"""The on-screen keyboard.

Every letter is a touch of its own, so is every letter of a physical keyboard: who asked decides what is done with it.
Shift and page are the keyboard's own. Its keys take no focus: who has a physical keyboard types with that, and a
pressed key does not catch the next Return.
"""

from __future__ import annotations

import functools
import tkinter
import unicodedata
from collections.abc import Callable
from tkinter import ttk

from PIL import Image

from atm_app.scripts import is_backwards
from atm_app.views import Action
from gui import lettered
from gui.fonts import needs_shaping
from gui.icons import icon
from gui.keyboard_layouts import FOOT_COLUMNS, FORM_DEEDS, LATIN, Kind, Layout, foot_of, layout_of
from gui.keypad_legend import KeypadLegend
from gui.keypad_letters import DIGITS, letters_of
from gui.lettered import Pen
from gui.multi_tap import MultiTap
from gui.photos import Photo
from gui.reading import called, on_board
from gui.text import Lettering
from gui.words import NAMES, untranslated, words_of

_ = untranslated

LETTER_SIZE, NAME_SIZE = "large", "body"
SIGN = 52  # the pictures of shift, erase and space
# Vowel signs are small beside their dotted circles.
SHAPED_SHARE = 1.2
KEY_EDGE = 8  # above and below a letter together
# What the keys with a picture say to tests and screen readers.
SIGNS = {"shift": "⇧", "shift_on": "⇧", "erase": "⌫", "space": " "}
# What a voice says of them.
SIGN_NAMES = {"erase": _("Erase"), "space": _("Space")}
HOLD_MILLISECONDS, REPEAT_MILLISECONDS = 600, 90
# After these the next word begins, and with it a capital.
WORD_ENDS = " -"
TATWEEL = "\u0640"  # lengthens a line of Arabic


class Keyboard:
    """Place ``frame`` in the stage's size. Sends ``Action("type", letter)``, ``"erase"`` and ``"enter"``, for forms
    ``"next"`` and ``"hide"`` as well.

    ``taps``: letters by the digits of a keypad; ``waits`` hears of the letter that another press would change.
    ``secret``: nobody is to see which one.
    """

    def __init__(
        self, parent: tkinter.Misc, lettering: Lettering, touch: Callable[[Action], None], kind: Kind,
        *, secret: bool = False,
    ) -> None:  # fmt: skip
        self.frame, self.secret = ttk.Frame(parent), secret
        self._lettering, self._scale, self._touch, self._kind = lettering, lettering.theme.scale, touch, kind
        self._places = self._scale.stage.letters
        self._own = layout_of(lettering.language)
        self._layout = self._own if kind is Kind.TEXT else LATIN
        self._marks = False
        self._followed = ""
        self._placed: Layout | None = None
        self._pictures: dict[tuple[str, str], Photo] = {}
        self._faces: dict[ttk.Button, str] = {}
        self._letters = [self._letter_key() for _ in range(max(self._layout.count, LATIN.count))]
        self._shift = self._key(self._press_shift)
        self._erase = self._key(self._press_erase)
        self._draw(self._erase, "erase")
        self._erase.bind("<ButtonPress-1>", lambda _: self._hold(HOLD_MILLISECONDS), add=True)
        self._erase.bind("<Destroy>", lambda _: self._let_go(), add=True)
        self._held, self._held_long = "", False
        self._foot = {name: self._foot_key(name) for name, _ in foot_of(kind, lettering.language)}
        self._place_foot()
        self._shifted = self._begins_word()
        self.waits: Callable[[str], None] = lambda _: None
        self.taps = MultiTap(self.frame, self._letters_of, self._type, self._tell_waiting)
        self._legend: KeypadLegend | None = None
        self._paint()

    def follow(self, text: str) -> None:
        """What has been typed so far. A new word of a name begins with a capital by itself."""
        if text == self._followed:
            return
        self._followed = text
        if self._layout.latin and not self._marks:
            self._shifted = self._begins_word()
        self._paint()

    def begin(self, *, digits: bool) -> None:
        """Another field is typed into: its first page. Of what stood in the one before the keyboard knows nothing."""
        self._marks, self._shifted = digits, False
        self._paint()

    def _begins_word(self) -> bool:
        """Whether the next letter is the first one of a name's or an address's word."""
        return (
            self._kind is Kind.TEXT and self._layout.latin and (not self._followed or self._followed[-1] in WORD_ENDS)
        )

    # --- touches -----------------------------------------------------------------------------------------------------

    def _type(self, letters: str) -> None:
        """A letter takes shift with it, a space the page of marks: a word follows."""
        self._marks = self._marks and letters != " "
        self._shifted = self._shifted and self._marks
        self._paint()
        for letter in letters:
            self._touch(Action("type", letter))

    def _press_shift(self) -> None:
        self._shifted = not self._shifted
        self._paint()

    def _press_marks(self) -> None:
        self._marks = not self._marks
        self._shifted = not self._marks and self._begins_word()
        self._paint()

    def _press_language(self) -> None:
        self._layout = LATIN if self._layout is self._own else self._own
        self._marks, self._shifted = False, self._begins_word()
        self._paint()

    def _press_erase(self) -> None:
        """Once, unless the key has been held: its end is no more than that."""
        if not self._held_long:
            self._touch(Action("erase"))
        self._held_long = False

    def _hold(self, milliseconds: int) -> None:
        self._let_go()
        self._held = self.frame.after(milliseconds, self._erase_more)

    def _erase_more(self) -> None:
        """For as long as the key is held."""
        self._held, self._held_long = "", self._erase.instate(["pressed"])
        if self._held_long:
            self._hold(REPEAT_MILLISECONDS)
            self._touch(Action("erase"))

    def _let_go(self) -> None:
        if self._held:
            self.frame.after_cancel(self._held)
            self._held = ""

    # --- digits ------------------------------------------------------------------------------------------------------

    def put_keypad_away(self) -> bool:
        """The letter that waits is taken, the keys are to be seen again. Whether there was such a letter."""
        taken = self.taps.take()
        if self._legend is not None:
            self._legend.hide()
        return taken

    def _letters_of(self, digit: str) -> tuple[str, ...]:
        language = self._lettering.language if self._layout is self._own else "en"
        return letters_of(digit, self._kind, language, capital=self._shifted)

    def _tell_waiting(self, letter: str) -> None:
        if self._legend is None:
            self._legend = KeypadLegend(self.frame, self._lettering, self._places.width)
        self._legend.place()
        self._explain()
        self.waits(letter)

    def _explain(self) -> None:
        """What the digits give now. A secret's letter is not shown."""
        if self._legend is not None:
            shown = "" if self.secret else self.taps.letter
            self._legend.show({each: self._letters_of(each) for each in DIGITS}, self.taps.digit, shown)

    # --- keys --------------------------------------------------------------------------------------------------------

    def _key(self, command: Callable[[], None], style: str = "Quiet", size: str = NAME_SIZE) -> ttk.Button:
        key = self._lettering.button(self.frame, "", command, style, size=size)
        key.configure(takefocus=False)
        return on_board(key)

    def _letter_key(self) -> ttk.Button:
        """Types what stands on it."""
        key: ttk.Button = self._key(lambda: self._type(str(key["text"])), "Secondary", LETTER_SIZE)
        return key

    def _foot_key(self, name: str) -> ttk.Button:
        if name == "marks":
            return self._key(self._press_marks)
        if name == "language":
            return self._key(self._press_language)
        if name == "enter":
            key = self._key(lambda: self._touch(Action("enter")), "Primary")
            self._write(key, words_of(self._lettering.language)("Enter"), "Primary", NAME_SIZE)
            return key
        if name in FORM_DEEDS:
            key = self._key(lambda: self._touch(Action(FORM_DEEDS[name])))
            self._write(key, name, "Quiet", NAME_SIZE)
            return key
        key = self._letter_key()
        if name == "space":
            self._draw(key, "space")
        else:
            self._write(key, name)
        return key

    # --- places ------------------------------------------------------------------------------------------------------

    def _place_foot(self) -> None:
        column, places = 0.0, self._places
        pitch = (places.width + places.gap) / FOOT_COLUMNS
        for name, share in foot_of(self._kind, self._lettering.language):
            self._put(self._foot[name], column * pitch, places.rows - 1, share * pitch - places.gap)
            column += share

    def _place_letters(self) -> None:
        """Three rows in the middle, shift and erase at the ends of the third."""
        if self._placed is self._layout:
            return
        self._placed, at = self._layout, self._places
        rows, pitch = self._layout.letters[0].rows, self._pitch
        places = [
            ((self._layout.columns - len(row)) / 2 + column, number)
            for number, row in enumerate(rows) for column in range(len(row))
        ]  # fmt: skip
        for key, (column, number) in zip(self._letters, places, strict=False):
            self._put(key, column * pitch, number, pitch - at.gap)
        for key in self._letters[len(places) :]:
            key.place_forget()
        end = (self._layout.columns - len(rows[-1])) / 2 * pitch - at.gap
        self._put(self._shift, 0, at.rows - 2, end)
        self._put(self._erase, at.width - end, at.rows - 2, end)

    def _put(self, key: ttk.Button, x: float, row: int, width: float) -> None:
        """Both edges are rounded, so that the errors of a row do not add up."""
        offset, height = self._scale.offset, self._places.key_height
        y = row * (height + self._places.gap)
        left, top = offset(x), offset(y)
        key.place(x=left, y=top, width=offset(x + width) - left, height=offset(y + height) - top)

    @property
    def _pitch(self) -> float:
        """From one letter to the next."""
        return (self._places.width + self._places.gap) / self._layout.columns

    # --- letters -----------------------------------------------------------------------------------------------------

    def _paint(self) -> None:
        """The page in use; a key whose letter stays is left alone."""
        self._place_letters()
        layout, foot, words = self._layout, self._foot, words_of(self._lettering.language)
        page = layout.page(marks=self._marks, shifted=self._shifted)
        for key, letter in zip(self._letters, (letter for row in page.rows for letter in row), strict=False):
            self._write(key, letter)
        for name, letter in zip(("left", "right"), page.sides, strict=True):
            if name in foot:
                self._write(foot[name], letter)
        self._write(foot["marks"], layout.letters_sign if self._marks else layout.marks_signs[0], "Quiet", NAME_SIZE)
        if "language" in foot:
            other = "en" if layout is self._own else self._lettering.language
            self._write(foot["language"], NAMES[other], "Quiet", NAME_SIZE)
        if self._marks:
            self._write(self._shift, layout.marks_signs[not self._shifted], "Quiet", NAME_SIZE)
            called(self._shift, words(_("Numbers and signs") if self._shifted else _("More signs")))
        else:
            self._draw(self._shift, "shift_on" if self._shifted else "shift")
            capitals = _("Small letters") if self._shifted else _("Capital letters")
            called(self._shift, words(capitals if layout.latin else _("Other letters")))
        called(foot["marks"], words(_("Letters") if self._marks else _("Numbers and signs")))
        self._explain()

    def _write(self, key: ttk.Button, text: str, style: str = "Secondary", size: str = LETTER_SIZE) -> None:
        if self._faces.get(key) == text:
            return
        self._faces[key] = text
        if needs_shaping(text):
            pen = Pen(self._shaped_pixels(text, size), True, self._lettering.theme.ink(style))
            key.configure(
                text=text, image=self._picture((text, size), lambda: _lettered(_on_key(text), pen)), compound="image"
            )
        else:
            key.configure(text=text, image="")

    def _shaped_pixels(self, text: str, size: str) -> int:
        """Larger where the key is wide and high enough, smaller where it is not wide enough."""
        stage = self._scale.stage
        usual = [self._scale.letters(each) for each in stage.sizes(size)]
        if size != LETTER_SIZE:
            return usual[0]
        room, large = self._scale(self._pitch - 3 * self._places.gap), self._scale(stage.text[size] * SHAPED_SHARE)
        high = self._scale(self._places.key_height - KEY_EDGE)
        fitting = (
            pixels for pixels in (large, *usual)
            if lettered.width_of(text, pixels, True) <= room and lettered.line_height(text, pixels) <= high
        )  # fmt: skip
        return next(fitting, usual[-1])

    def _draw(self, key: ttk.Button, name: str) -> None:
        if self._faces.get(key) == name:
            return
        self._faces[key] = name
        if name in SIGN_NAMES:
            called(key, words_of(self._lettering.language)(SIGN_NAMES[name]))
        sign = self._picture((name, ""), lambda: icon(name, self._scale(SIGN), self._lettering.theme.ink("Quiet")))
        key.configure(text=SIGNS[name], image=sign, compound="image")

    def _picture(self, name: tuple[str, str], draw: Callable[[], Image.Image]) -> Photo:
        """Drawn when it is first needed."""
        if name not in self._pictures:
            self._pictures[name] = self._lettering.photo(draw())
        return self._pictures[name]


def _on_key(text: str) -> str:
    """What a key shows: a mark of Arabic needs something to stand on; the fonts of the others add it themselves."""
    mark = is_backwards(text) and unicodedata.category(text[0]) == "Mn"
    return f"{TATWEEL}{text}" if mark else text


@functools.cache
def _lettered(text: str, pen: Pen) -> Image.Image:
    """A screen of the same language finds its letters drawn already."""
    return lettered.lettered(text, pen)
