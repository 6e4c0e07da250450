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
from gui.icons import finger_on_sensor, icon
from gui.reading import as_title
from gui.screens.base import LEFT_EDGE, LEFT_WIDTH, MIDDLE, Cells, Screen, pin_dots
from gui.words import FINGER_PROMPTS, PROVES, RESEND, SOURCES

LEFT_MIDDLE = LEFT_EDGE + LEFT_WIDTH / 2
BOX_HEIGHT = 128
HELP_Y = 470
# Two lines of Devanagari above, three offers down to the foot.
TOLD_Y, OFFERS_Y, OFFER_HEIGHT, OFFER_GAP = 352, 492, 100, 8
SOURCE_SIGNS = {CodeSource.MESSAGE: "message", CodeSource.APP: "phone", CodeSource.LIST: "list"}

FINGER_WIDTH = 560
NEAR, FAR = 20, 172  # how far the finger is below the sensor's window, design pixels


class _KeypadScreen(Screen):
    """What is typed at the left, the keys at the right, and a sign below that says where to look."""

    def help_with(self, sign: str, text: str) -> None:
        self.put(self.picture(self.frame, icon(sign, self.scale(120), self.palette.accent)), LEFT_MIDDLE, HELP_Y)
        self.text(text, LEFT_MIDDLE, HELP_Y + 82, colour=self.palette.muted, wrap=LEFT_WIDTH, anchor="n")


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
        self.title(self.words("Your PIN"))
        self._text = self.field(BOX_HEIGHT)
        self.help_with("lock", self.words("Cover the keypad with your hand."))
        self.keypad(enter=True)

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
        self._told = self.text("", LEFT_MIDDLE, TOLD_Y, wrap=LEFT_WIDTH, anchor="n")
        self._offers: dict[Offer, ttk.Button] = {}
        self.keypad(enter=False)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, OneTimeCode)
        self._cells.show(view.digits)
        self.lettering.set(self._told, self._words_for(view, shown.busy), wrap=LEFT_WIDTH)
        self._offer(_offers_of(view))
        for offer, button in self._offers.items():
            possible = not shown.busy and (view.resend or offer.action != "resend")
            button.state(["!disabled" if possible else "disabled"])

    def _offer(self, offers: list[Offer]) -> None:
        """Another code, by the way it would go, and codes from elsewhere."""
        if list(self._offers) == offers:
            return
        for button in self._offers.values():
            button.destroy()
        self._offers = {}
        for number, offer in enumerate(offers):
            act = self.act(offer.action, offer.value)
            button = self.lettering.button(self.frame, self.words(offer.text), act, icon_name=offer.sign)
            self.put(
                button,
                LEFT_MIDDLE,
                OFFERS_Y + number * (OFFER_HEIGHT + OFFER_GAP),
                LEFT_WIDTH,
                OFFER_HEIGHT,
                anchor="n",
            )
            self._offers[offer] = button

    def _confirms(self, view: OneTimeCode) -> str:
        if view.proves is not None:
            return self.words(PROVES[view.proves.value])
        if view.amount is None:
            return ""
        amount = view.amount.text(self.locale)
        if not view.receiver:
            return self.words("It confirms {amount} in cash").format(amount=amount)
        receiver = self.lettering.fit(view.receiver, "body", 900)
        return self.words("It confirms {amount} to {receiver}").format(amount=amount, receiver=receiver)

    def _words_for(self, view: OneTimeCode, busy: bool) -> str:
        if view.source is CodeSource.APP:
            return self.words("Type the six digits that your authenticator app shows.")
        if view.source is CodeSource.LIST:
            return self.words("Type code number {number} of the list from your branch.").format(number=view.number)
        address = self.lettering.fit(view.address, "body", LEFT_WIDTH)
        if view.sent:
            return self.words("We sent a code to {address}.").format(address=address)
        if busy:
            return self.words("Sending a code to {address} …").format(address=address)
        return self.words("No code is on its way.")


class FingerprintScreen(Screen):
    shows_busy = False
    note_y = 768

    def build(self, shown: Shown) -> None:
        self._sign = self.picture(
            self.frame, finger_on_sensor(self.scale(FINGER_WIDTH), self.palette.drawing, self.palette.lamp, 1)
        )
        self.put(self._sign, MIDDLE, 274)
        self._prompt = as_title(self.text("", MIDDLE, 590, "prompt", bold=True))
        self.text(
            self.words("The sensor is below the screen, on the right."), MIDDLE, 678, colour=self.palette.muted
        )  # fmt: skip
        assert isinstance(shown.view, Fingerprint)
        if shown.view.pictures:
            self.bottom(self.words("Use a picture"), "picture", icon_name="stick")
        self._photos: dict[FingerPrompt, Any] = {}

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Fingerprint)
        text = self.words(FINGER_PROMPTS[view.prompt.value])
        self.lettering.set(self._prompt, self.lettering.fit(text, "prompt", 1780, bold=True), "prompt", bold=True)
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
        width = self.scale(FINGER_WIDTH)
        return finger_on_sensor(width, palette.drawing, light, self.scale(drop), arrow, arrow_colour)
