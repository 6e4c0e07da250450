"""The customer's own page, and the QR code of an authenticator app."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from babel.dates import format_datetime

from atm_app.identity.one_time_code import DIGITS
from atm_app.views import Authenticator, OwnAccount, Shown
from gui.qr_code import qr_code
from gui.reading import keep_silent
from gui.screens.base import Cells, Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, Choices
from gui.words import WAYS_IN

MOST_ROWS, GROUP, HEADING_PADDING = 4, 4, 100


@dataclass(frozen=True)
class Cards:
    """``second``: how far the second card is from the first one, to the right and down. ``pitch``: from row to row.
    ``name``, ``value``: how long they may be, in letters of ``size``."""

    width: float
    height: float
    top: float
    second: tuple[float, float]
    row: float
    pitch: float
    padding: tuple[float, float]
    size: str
    heading: str
    name: float
    value: float
    ways: Choices


CARDS = {
    LANDSCAPE: Cards(800, 500, 150, (840, 0), 82, 77.9, (40, 10), "body", "large", 310, 390,
                     Choices(y=732, width=1640, height=104, gap=40)),
    PORTRAIT: Cards(984, 512, 176, (0, 540), 84, 80, (48, 12), "body", "large", 400, 470,
                    Choices(y=1492, width=984, height=92, gap=14, stacked=True)),
    COMPACT: Cards(554, 366, 72, (574, 0), 60, 59, (24, 6), "small", "body", 220, 276,
                   Choices(y=486, width=1128, height=74, gap=16)),
}  # fmt: skip


@dataclass(frozen=True)
class Code:
    """The QR code and the key below it, in the column of what is typed."""

    y: float
    size: float
    secret_y: float


CODE = {LANDSCAPE: Code(530, 330, 740), PORTRAIT: Code(664, 310, 852), COMPACT: Code(362, 240, 506)}

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
        place = CARDS[self.stage].ways
        spread = place.places(len(ways))
        size = self.common_size([text for _, text, _ in ways], "body", spread[0][2], icon=True)
        for (action, text, sign), (x, y, width) in zip(ways, spread, strict=True):
            button = self.button(text, self.act(action), width, icon_name=sign, size=size)
            self.put(button, self.stage.middle + x, y, width, place.height)
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
            self._card(0, view.name, who + accounts),
            self._card(1, words("Last visits"), visits),
        ]

    def _way_in(self, policy: str) -> str:
        return self.words(WAYS_IN[policy]) if policy in WAYS_IN else policy

    def _card(self, number: int, title: str, rows: list[Row]) -> ttk.Frame:
        places = CARDS[self.stage]
        beside, above = places.padding
        card = ttk.Frame(self.frame, style="Card.TFrame", padding=(self.scale(beside), self.scale(above)))
        right, down = places.second
        x, y = self.stage.middle + (number - 0.5) * right, places.top + number * down
        self.put(card, x, y, places.width, places.height, anchor="n")
        fitting = self.lettering.fit(title, places.heading, places.width - HEADING_PADDING, bold=True)
        heading = self.lettering.label(card, fitting, places.heading, bold=True, ground=self.palette.surface)
        self.direction.place(heading, y=self.scale(places.row / 2), anchor="w")
        for place, (name, value) in enumerate(rows[: MOST_ROWS + 1], 1):
            self._row(card, self.scale(place * places.pitch), name, value)
        return card

    def _row(self, card: ttk.Frame, y: int, name: str, value: str) -> None:
        places, fit, ground = CARDS[self.stage], self.lettering.fit, self.palette.surface
        self.rule(card).place(x=0, y=y, relwidth=1)
        middle, size = y + self.scale(places.row / 2), places.size
        called = fit(name, size, places.name)
        left = self.lettering.label(card, called, size, colour=self.palette.muted, ground=ground)
        self.direction.place(left, y=middle, anchor="w")
        right = self.lettering.label(card, fit(value, size, places.value), size, ground=ground)
        self.direction.place(right, relx=1.0, y=middle, anchor="e")


class AuthenticatorScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Authenticator)
        words = self.words
        self.title(words("Authenticator app"), words("Scan this with your app, then type the six digits it shows."))
        self._cells = Cells(self, DIGITS)
        self._code: ttk.Label | None = None
        secret = self.text("", self.stage.column.middle, CODE[self.stage].secret_y, "small", colour=self.palette.muted)
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
            place = CODE[self.stage]
            self._code = self.picture(self.frame, qr_code(view.uri, self.scale(place.size)), self.palette.surface)
            self.put(self._code, self.stage.column.middle, place.y)
            secret = view.secret
            groups = (secret[start : start + GROUP] for start in range(0, len(secret), GROUP))
            self.lettering.set(self._secret, " ".join(groups), "small")
