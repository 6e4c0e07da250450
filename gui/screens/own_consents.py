"""What the customer agreed to; what is taken back is asked for once more."""

from __future__ import annotations

import tkinter
from tkinter import ttk

from babel.dates import format_date

from atm_app.identity.consents import Consent
from atm_app.stores import Factor
from atm_app.views import OwnConsents, Shown
from gui.reading import called
from gui.screens.base import MIDDLE, Screen
from gui.words import CONSENTS

CARD_WIDTH, ROWS_TOP, ROW_HEIGHT = 1640, 230, 160
QUESTION_Y, SENTENCE_Y, SENTENCE_WIDTH = 380, 500, 1300
EMPTY_Y = 420


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
            self._body = [self.text(self.words("There is nothing to withdraw."), MIDDLE, EMPTY_Y, "large")]

    def _card(self, given: tuple[Consent, ...]) -> ttk.Frame:
        card = ttk.Frame(self.frame, style="Card.TFrame")
        self.put(card, MIDDLE, ROWS_TOP, CARD_WIDTH, ROW_HEIGHT * len(given), anchor="n")
        for number, consent in enumerate(given):
            self._row(card, number, consent)
        return card

    def _row(self, card: ttk.Frame, number: int, consent: Consent) -> None:
        scale, middle, words = self.scale, self.scale(ROW_HEIGHT * (number + 0.5)), self.words
        if number:
            self.rule(card).place(relx=0.03, y=scale(ROW_HEIGHT * number), relwidth=0.94)
        name = self.lettering.label(
            card, words(CONSENTS[consent.kind.value]), "large", bold=True, ground=self.palette.surface
        )  # fmt: skip
        self.direction.place(name, relx=0.03, y=middle, anchor="w")
        day = format_date(consent.given_at.astimezone(), "d MMM y", locale=self.locale)
        since = self.lettering.label(
            card, words("since {date}").format(date=day), "body", colour=self.palette.muted, ground=self.palette.surface
        )
        self.direction.place(since, relx=0.72, y=middle, anchor="e")
        button = self.lettering.button(card, words("Withdraw"), self.act("revoke", consent.kind.value), "Inset")
        called(button, f"{words('Withdraw')}, {words(CONSENTS[consent.kind.value])}")
        self.direction.place(button, relx=0.97, y=middle, anchor="e", width=scale(360), height=scale(104))

    def _question(self, kind: Factor) -> list[tkinter.Widget]:
        words = self.words
        question = self.text(words(CONSENTS[kind.value]), MIDDLE, QUESTION_Y, "title", bold=True)
        told = words("What we keep of it is destroyed at once. You can no longer sign in with it.")
        sentence = self.text(told, MIDDLE, SENTENCE_Y, "large", wrap=SENTENCE_WIDTH)
        return [question, sentence, self.bottom(words("Withdraw"), "destroy", "Danger")]
