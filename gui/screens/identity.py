"""Customer number, finger, PIN and one-time code."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from PIL import Image

from atm_app.identity.code_sources import CodeSource
from atm_app.identity.one_time_code import DIGITS
from atm_app.message_ports import Contact
from atm_app.ports import FingerPrompt
from atm_app.steps.identity import NUMBER_DIGITS
from atm_app.views import Claim, Fingerprint, OneTimeCode, Pin, Shown
from gui import lettered
from gui.icons import finger_on_sensor, icon
from gui.reading import as_title
from gui.screens.base import Cells, Screen, pin_dots
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, Place
from gui.words import FINGER_PROMPTS, PROVES, RESEND, SOURCES


@dataclass(frozen=True)
class Help:
    """Below what is typed: a sign, and the top of the text under it."""

    y: float
    sign: float
    text_y: float


HELP = {LANDSCAPE: Help(470, 120, 552), PORTRAIT: Help(620, 150, 712), COMPACT: Help(306, 88, 366)}


@dataclass(frozen=True)
class Offers:
    """Other codes, one below the other, under what is told of this one; higher where they would pass ``bottom``."""

    told_y: float
    top: float
    bottom: float
    height: float
    gap: float

    def first(self, count: int) -> float:
        return min(self.top, self.bottom + self.gap - count * (self.height + self.gap))


# In the landscape two lines of Devanagari above, three offers down to the foot.
OFFERS = {
    LANDSCAPE: Offers(told_y=352, top=492, bottom=808, height=100, gap=8),
    PORTRAIT: Offers(told_y=484, top=604, bottom=880, height=88, gap=8),
    COMPACT: Offers(told_y=234, top=348, bottom=524, height=66, gap=8),
}
RECEIVER_SHARE = 0.58  # of the line under the title, for the name of who is paid
SOURCE_SIGNS = {CodeSource.MESSAGE: "message", CodeSource.APP: "phone", CodeSource.LIST: "list"}


@dataclass(frozen=True)
class Finger:
    """The drawing of the sensor, and the words below it or beside it."""

    x: float
    y: float
    width: float
    prompt: Place
    told: Place
    note: Place
    lines: int


FINGER = {
    LANDSCAPE: Finger(960, 274, 560, Place(960, 590, 1780), Place(960, 678, 1560), Place(960, 768, 1560), 1),
    PORTRAIT: Finger(540, 560, 800, Place(540, 1010, 984), Place(540, 1110, 960), Place(540, 1260, 820), 1),
    COMPACT: Finger(300, 264, 500, Place(860, 176, 590), Place(860, 300, 590), Place(860, 430, 480), 2),
}
FINGER_SIZES = ("prompt", "title", "large", "body")
NEAR, FAR = 20 / 560, 172 / 560  # how far the finger is below the sensor's window, of the drawing's width


class _KeypadScreen(Screen):
    """What is typed at the left, the keys at the right, and a sign below that says where to look."""

    def help_with(self, sign: str, text: str) -> None:
        place, column = HELP[self.stage], self.stage.column
        shown = self.picture(self.frame, icon(sign, self.scale(place.sign), self.palette.accent))
        self.put(shown, column.middle, place.y)
        self.text(text, column.middle, place.text_y, colour=self.palette.muted, wrap=column.width, anchor="n")


class ClaimScreen(_KeypadScreen):
    def build(self, shown: Shown) -> None:
        self.title(self.words("Your customer number"))
        self._cells = Cells(self, NUMBER_DIGITS)
        self.help_with("bank", self.words("Six digits; your branch gave them to you."))
        self.keypad(enter=True)
        assert isinstance(shown.view, Claim)
        if shown.view.user_names:
            self.bottom(self.words("Use my user name"), "user_name", icon_name="person")

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Claim)
        self._cells.show(shown.view.number)


class PinScreen(_KeypadScreen):
    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Pin)
        self.title(self.words("Your PIN"))
        self._text = self.field()
        self.help_with("lock", self.words("Cover the keypad with your hand."))
        self.keypad(enter=True, digits=shown.view.pad)

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Pin)
        self.lettering.set(self._text, pin_dots(shown.view.filled), "title", bold=True)


@dataclass(frozen=True)
class Offer:
    """A button below the cells."""

    action: str
    value: str
    text: str
    sign: str


def _offers_of(view: OneTimeCode) -> list[Offer]:
    offers = [Offer("source", source.value, SOURCES[source.value], SOURCE_SIGNS[source]) for source in view.others]
    if view.source is CodeSource.MESSAGE:
        by = view.next_to
        again = Offer("resend", "", RESEND[by.value if by else ""], "phone" if by is Contact.PHONE else "message")
        offers.insert(0, again)
    return offers


class OneTimeCodeScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, OneTimeCode)
        self.title(self.words("Your one-time code"), self._confirms(view))
        if view.amount is not None or view.proves is not None:
            self.bottom(self.words("Back"), "back", icon_name="back")
        self._cells = Cells(self, DIGITS)
        self._told = self.text("", self.stage.column.middle, OFFERS[self.stage].told_y, anchor="n")
        self._offers: dict[Offer, ttk.Button] = {}
        self.keypad(enter=False)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, OneTimeCode)
        self._cells.show(view.digits)
        offers = _offers_of(view)
        self._tell(self._words_for(view, shown.busy), len(offers))
        self._offer(offers)
        for offer, button in self._offers.items():
            possible = not shown.busy and (view.resend or offer.action != "resend")
            button.state(["!disabled" if possible else "disabled"])

    def _tell(self, text: str, offers: int) -> None:
        """In as many lines as there is room for above the offers."""
        stage, places = self.stage, OFFERS[self.stage]
        lines = int((places.first(offers) - places.told_y) // (stage.text["body"] * lettered.LINE_HEIGHT))
        size = self.lettering.largest(text, stage.sizes("body"), stage.column.width, lines)
        self.lettering.set(self._told, text, size, wrap=stage.column.width)

    def _offer(self, offers: list[Offer]) -> None:
        """Another code, by the way it would go, and codes from elsewhere."""
        if list(self._offers) == offers:
            return
        for button in self._offers.values():
            button.destroy()
        self._offers = {}
        places, column = OFFERS[self.stage], self.stage.column
        for number, offer in enumerate(offers):
            act = self.act(offer.action, offer.value)
            button = self.button(self.words(offer.text), act, column.width, icon_name=offer.sign)
            y = places.first(len(offers)) + number * (places.height + places.gap)
            self.put(button, column.middle, y, column.width, places.height, anchor="n")
            self._offers[offer] = button

    def _confirms(self, view: OneTimeCode) -> str:
        if view.proves is not None:
            return self.words(PROVES[view.proves.value])
        if view.amount is None:
            return ""
        amount = view.amount.text(self.locale)
        if not view.receiver:
            return self.words("It confirms {amount} in cash").format(amount=amount)
        receiver = self.lettering.fit(view.receiver, "body", self.stage.wrap * RECEIVER_SHARE)
        return self.words("It confirms {amount} to {receiver}").format(amount=amount, receiver=receiver)

    def _words_for(self, view: OneTimeCode, busy: bool) -> str:
        if view.source is CodeSource.APP:
            return self.words("Type the six digits that your authenticator app shows.")
        if view.source is CodeSource.LIST:
            return self.words("Type code number {number} of the list from your branch.").format(number=view.number)
        address = self.lettering.fit(view.address, "body", self.stage.column.width)
        if view.sent:
            return self.words("We sent a code to {address}.").format(address=address)
        if busy:
            return self.words("Sending a code to {address} …").format(address=address)
        return self.words("No code is on its way.")


class FingerprintScreen(Screen):
    shows_busy = False

    def build(self, shown: Shown) -> None:
        places = FINGER[self.stage]
        self.note_place = places.note
        self._sign = self.picture(
            self.frame, finger_on_sensor(self.scale(places.width), self.palette.drawing, self.palette.lamp, 1)
        )
        self.put(self._sign, places.x, places.y)
        self._prompt = as_title(self.text("", places.prompt.x, places.prompt.y, "prompt", bold=True))
        self.text(
            self.words("The sensor is below the screen, on the right."), places.told.x, places.told.y,
            colour=self.palette.muted, wrap=places.told.wrap,
        )  # fmt: skip
        assert isinstance(shown.view, Fingerprint)
        if shown.view.pictures:
            self.bottom(self.words("Use a picture"), "picture", icon_name="stick")
        self._photos: dict[FingerPrompt, Any] = {}

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Fingerprint)
        text, places = self.words(FINGER_PROMPTS[view.prompt.value]), FINGER[self.stage]
        size = self.lettering.largest(text, FINGER_SIZES, places.prompt.wrap, places.lines)
        self.lettering.set(self._prompt, text, size, bold=True, wrap=places.prompt.wrap)
        if view.prompt not in self._photos:
            self._photos[view.prompt] = self.lettering.photo(self._drawn(view.prompt))
        self._sign.configure(image=self._photos[view.prompt])

    def _drawn(self, prompt: FingerPrompt) -> Image.Image:
        """The window in a colour that says how it goes, the finger under it, and which way it is to move."""
        palette = self.palette
        drop, light, arrow, arrow_colour = {
            FingerPrompt.PLACE: (FAR, palette.lamp, "up", palette.accent),
            FingerPrompt.PLACE_AGAIN: (FAR, palette.lamp, "up", palette.accent),
            FingerPrompt.READING: (NEAR, palette.good_light, "", ""),
            FingerPrompt.LIFT: (FAR, palette.good_light, "down", palette.good),
            FingerPrompt.MESSY: (FAR, palette.warning, "", ""),
        }[prompt]
        width = FINGER[self.stage].width
        return finger_on_sensor(
            self.scale(width), palette.drawing, light, self.scale(width * drop), arrow, arrow_colour
        )  # fmt: skip
