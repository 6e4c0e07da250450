"""The customer's own page, and the QR code of an authenticator app."""

from __future__ import annotations

from tkinter import ttk
from typing import Any

import segno
from babel.dates import format_datetime
from PIL import Image

from atm_app.identity.one_time_code import DIGITS
from atm_app.views import Authenticator, OwnAccount, Shown
from gui.reading import keep_silent
from gui.screens.base import LEFT_EDGE, LEFT_WIDTH, MIDDLE, Cells, Screen
from gui.words import WAYS_IN

CARD_WIDTH, CARD_HEIGHT, CARD_GAP, CARDS_TOP = 800, 500, 40, 150
ROW_HEIGHT, MOST_ROWS = 82, 4
NAME_WIDTH, VALUE_WIDTH = 310, 390
WAYS_Y, WAY_WIDTH, WAY_HEIGHT = 680, 520, 104
QR_Y, QR_SIZE, SECRET_Y, GROUP = 530, 330, 740, 4

Row = tuple[str, str]


class OwnAccountScreen(Screen):
    """Two cards: who we take the customer for, and when they signed in. Below them what can be set up."""

    def build(self, shown: Shown) -> None:
        words = self.words
        self.title(words("My account"))
        self._cards: list[ttk.Frame] = []
        self._painted: object = None
        ways = (
            ("authenticator", words("Authenticator app"), "phone"),
            ("emergency_pin", words("Emergency PIN"), "lock"),
            ("consents", words("Consents"), "check"),
        )
        for number, (action, text, sign) in enumerate(ways):
            button = self.lettering.button(self.frame, text, self.act(action), icon_name=sign)
            x = MIDDLE + (number - (len(ways) - 1) / 2) * (WAY_WIDTH + CARD_GAP)
            self.put(button, x, WAYS_Y, WAY_WIDTH, WAY_HEIGHT, anchor="n")
        self.bottom(words("Back"), "back", icon_name="back")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, OwnAccount)
        if view == self._painted:
            return
        self._painted = view
        for card in self._cards:
            card.destroy()
        words = self.words
        who = [
            (words("Customer number"), view.number), (words("Telephone"), view.phone or "–"),
            (words("E-mail"), view.email or "–"),
        ]  # fmt: skip
        accounts = [(account.bank, account.masked) for account in view.accounts]
        visits = [
            (format_datetime(visit.at.astimezone(), "d MMM, HH:mm", locale=self.locale), self._way_in(visit.policy))
            for visit in view.sign_ins
        ]
        self._cards = [
            self._card(0, self.lettering.fit(view.name, "large", CARD_WIDTH - 100, bold=True), who + accounts),
            self._card(1, words("Last visits"), visits),
        ]

    def _way_in(self, policy: str) -> str:
        return self.words(WAYS_IN[policy]) if policy in WAYS_IN else policy

    def _card(self, number: int, title: str, rows: list[Row]) -> ttk.Frame:
        card = ttk.Frame(self.frame, style="Card.TFrame", padding=(self.scale(40), self.scale(10)))
        x = MIDDLE + (number - 0.5) * (CARD_WIDTH + CARD_GAP)
        self.put(card, x, CARDS_TOP, CARD_WIDTH, CARD_HEIGHT, anchor="n")
        heading = self.lettering.label(card, title, "large", bold=True, ground=self.palette.surface)
        self.direction.place(heading, y=self.scale(ROW_HEIGHT / 2), anchor="w")
        for place, (name, value) in enumerate(rows[: MOST_ROWS + 1], 1):
            self._row(card, self.scale(place * ROW_HEIGHT * 0.95), name, value)
        return card

    def _row(self, card: ttk.Frame, y: int, name: str, value: str) -> None:
        self.rule(card).place(x=0, y=y, relwidth=1)
        middle = y + self.scale(ROW_HEIGHT / 2)
        left = self.lettering.label(
            card, self.lettering.fit(name, "body", NAME_WIDTH), colour=self.palette.muted, ground=self.palette.surface
        )
        self.direction.place(left, y=middle, anchor="w")
        right = self.lettering.label(
            card, self.lettering.fit(value, "body", VALUE_WIDTH), "body", ground=self.palette.surface
        )
        self.direction.place(right, relx=1.0, y=middle, anchor="e")


class AuthenticatorScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Authenticator)
        words = self.words
        self.title(words("Authenticator app"), words("Scan this with your app, then type the six digits it shows."))
        self._cells = Cells(self, DIGITS)
        self._code: ttk.Label | None = None
        secret = self.text("", LEFT_EDGE + LEFT_WIDTH / 2, SECRET_Y, "small", colour=self.palette.muted)
        self._secret = keep_silent(secret)
        self._drawn = ""
        self._remove: Any = None
        self.keypad(enter=False)
        self.bottom(words("Back"), "back", side="middle", icon_name="back")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Authenticator)
        self._cells.show(view.digits)
        if view.active and self._remove is None:
            self._remove = self.bottom(self.words("Remove the app"), "remove", "Danger")
        if view.uri and view.uri != self._drawn:
            self._drawn = view.uri
            if self._code is not None:
                self._code.destroy()
            self._code = self.picture(self.frame, qr_code(view.uri, self.scale(QR_SIZE)), self.palette.surface)
            self.put(self._code, LEFT_EDGE + LEFT_WIDTH / 2, QR_Y)
            secret = view.secret
            groups = (secret[start : start + GROUP] for start in range(0, len(secret), GROUP))
            self.lettering.set(self._secret, " ".join(groups), "small")


def qr_code(text: str, size: int) -> Image.Image:
    """Black on white with the quiet zone scanners want (ISO/IEC 18004: four modules), about ``size`` pixels wide."""
    rows = [[bool(module) for module in row] for row in segno.make(text, error="m").matrix_iter(border=4)]
    image = Image.frombytes("L", (len(rows), len(rows)), bytes(0 if dark else 255 for row in rows for dark in row))
    module = max(1, size // len(rows))
    return image.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST).convert("RGB")
