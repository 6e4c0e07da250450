"""What the customer agreed to; what is taken back is asked for once more."""

from __future__ import annotations

import tkinter
from dataclasses import dataclass
from tkinter import ttk

from babel.dates import format_date

from atm_app.identity.consents import Consent
from atm_app.stores import Factor
from atm_app.views import OwnConsents, Shown
from gui.direction import Anchor
from gui.reading import called
from gui.screens.base import Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT
from gui.words import CONSENTS


@dataclass(frozen=True)
class Places:
    """``name``, ``since``: shares of a row; ``since`` stands with its end there, or with its beginning (``w``).
    ``button``: width, height and middle."""

    width: float
    top: float
    row: float
    name: tuple[float, float]
    since: tuple[float, float, Anchor]
    button: tuple[float, float, float]
    question_y: float
    sentence_y: float
    sentence_wrap: float
    empty_y: float


PLACES = {
    LANDSCAPE: Places(1640, 230, 160, (0.03, 0.5), (0.72, 0.5, "e"), (360, 104, 0.5), 380, 500, 1300, 420),
    PORTRAIT: Places(984, 420, 300, (0.05, 0.24), (0.05, 0.68, "w"), (400, 120, 0.68), 620, 800, 900, 760),
    COMPACT: Places(1128, 158, 120, (0.03, 0.27), (0.03, 0.735, "w"), (300, 80, 0.5), 220, 340, 1060, 320),
}
BUTTON_X = 0.97


class OwnConsentsScreen(Screen):
    def build(self, shown: Shown) -> None:
        words = self.words
        self.title(words("Consents"), words("What you agreed to, and since when."))
        self._body: list[tkinter.Widget] = []
        self._painted: object = None
        self.bottom(words("Back"), "back", side="middle", icon_name="back")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, OwnConsents)
        if view == self._painted:
            return
        self._painted = view
        for widget in self._body:
            widget.destroy()
        if view.asked is not None:
            self._body = self._question(view.asked)
        elif view.given:
            self._body = [self._card(view.given)]
        else:
            self._body = [self._nothing()]

    def _card(self, given: tuple[Consent, ...]) -> ttk.Frame:
        card, places = ttk.Frame(self.frame, style="Card.TFrame"), PLACES[self.stage]
        self.put(card, self.stage.middle, places.top, places.width, places.row * len(given), anchor="n")
        for number, consent in enumerate(given):
            self._row(card, number, consent)
        return card

    def _row(self, card: ttk.Frame, number: int, consent: Consent) -> None:
        scale, words, places = self.scale, self.words, PLACES[self.stage]
        top = places.row * number
        if number:
            self.rule(card).place(relx=0.03, y=scale(top), relwidth=0.94)
        name = self.lettering.label(
            card, words(CONSENTS[consent.kind.value]), "large", bold=True, ground=self.palette.surface
        )  # fmt: skip
        x, y = places.name
        self.direction.place(name, relx=x, y=scale(top + places.row * y), anchor="w")
        day = format_date(consent.given_at.astimezone(), "d MMM y", locale=self.locale)
        since = self.lettering.label(
            card, words("since {date}").format(date=day), "body", colour=self.palette.muted, ground=self.palette.surface
        )
        x, y, anchor = places.since
        self.direction.place(since, relx=x, y=scale(top + places.row * y), anchor=anchor)
        button = self.lettering.button(card, words("Withdraw"), self.act("revoke", consent.kind.value), "Inset")
        called(button, f"{words('Withdraw')}, {words(CONSENTS[consent.kind.value])}")
        width, height, y = places.button
        middle = scale(top + places.row * y)
        self.direction.place(button, relx=BUTTON_X, y=middle, anchor="e", width=scale(width), height=scale(height))

    def _nothing(self) -> tkinter.Widget:
        words, y = self.words("There is nothing to withdraw."), PLACES[self.stage].empty_y
        return self.text(words, self.stage.middle, y, "large")

    def _question(self, kind: Factor) -> list[tkinter.Widget]:
        words, places, middle = self.words, PLACES[self.stage], self.stage.middle
        asked = words(CONSENTS[kind.value])
        size = self.lettering.largest(asked, self.stage.sizes("title"), places.sentence_wrap)
        question = self.text(asked, middle, places.question_y, size, bold=True)
        told = words("What we keep of it is destroyed at once. You can no longer sign in with it.")
        sentence = self.text(told, middle, places.sentence_y, "large", wrap=places.sentence_wrap)
        return [question, sentence, self.bottom(words("Withdraw"), "destroy", "Danger")]
