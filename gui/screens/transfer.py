"""Sending money and paying bills: to whom, for what."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk

from atm_app.banking.payees import Biller, PayeeAccount
from atm_app.stores import Account
from atm_app.views import ChooseBiller, ChoosePayee, Description, PayeeNumber, Reference, Shown
from gui.screens.base import Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, ROW_EDGE
from gui.words import CATEGORIES, DESCRIPTIONS, KINDS

BILLER_ICONS = {"electricity": "bolt", "water": "drop", "mobile": "phone"}
MOST_PAYEES, MOST_BILLERS = 3, 5
LONG_NUMBER = 12  # digits that are written smaller
FOUND_PADDING = 20


@dataclass(frozen=True)
class Payees:
    """The tops of the two ways to name a new one and of the rows below them, and how high they are."""

    ways_top: float
    way: float
    rows_top: float
    row: float


PAYEES = {
    LANDSCAPE: Payees(216, 140, 396, 116), PORTRAIT: Payees(400, 190, 660, 170), COMPACT: Payees(152, 86, 252, 84),
}  # fmt: skip
# Whose number was typed: the middle of the name, the top of the bank.
FOUND = {LANDSCAPE: (430, 480), PORTRAIT: (600, 660), COMPACT: (296, 336)}


@dataclass(frozen=True)
class Chips:
    """What it is for, in rows of so many; and the button below: its middle, width and height."""

    width: float
    height: float
    gap: float
    a_row: int
    top: float
    save: tuple[float, float, float]


CHIPS = {
    LANDSCAPE: Chips(380, 150, 24, 4, 216, (680, 900, 116)),
    PORTRAIT: Chips(480, 170, 24, 2, 400, (1290, 984, 140)),
    COMPACT: Chips(273, 108, 12, 4, 152, (464, 820, 88)),
}


class ChoosePayeeScreen(Screen):
    """One's own accounts and those paid before, then the two ways to name a new one."""

    def build(self, shown: Shown) -> None:
        words = self.words
        self.title(words("Send money to"))
        places, rows = PAYEES[self.stage], self.stage.rows
        side, width = (rows.width + rows.gap) / 4, (rows.width - rows.gap) / 2
        for place, by, text, sign in (
            (-side, "account", words("Account number"), "bank"), (side, "mobile", words("Mobile number"), "phone"),
        ):  # fmt: skip
            button = self.button(
                text, self.act("by", by), width, icon_name=sign, size="large", icon_colour=self.palette.accent
            )
            self.put(button, self.stage.middle + place, places.ways_top, width, places.way, anchor="n")
        self.bottom(words("Back"), "back", icon_name="back")
        self._shown: tuple[object, ...] | None = None
        self._rows: list[ttk.Button] = []

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ChoosePayee)
        wanted: tuple[Account | PayeeAccount, ...] = (*view.own, *view.saved)
        if wanted == self._shown:
            return
        self._shown = wanted
        for row in self._rows:
            row.destroy()
        self._rows = [self._row(item) for item in wanted[:MOST_PAYEES]]
        places, rows = PAYEES[self.stage], self.stage.rows
        for number, row in enumerate(self._rows):
            y = places.rows_top + number * (places.row + rows.gap)
            self.put(row, self.stage.middle, y, rows.width, places.row, anchor="n")

    def _row(self, item: Account | PayeeAccount) -> ttk.Button:
        words, act = self.words, self.act("payee", str(item.account_id))
        if isinstance(item, Account):
            kind = words(KINDS[item.kind]) if item.kind in KINDS else item.kind
            lines, sign = (words("My own account"), f"{item.bank} · {kind}"), "wallet"
        else:
            lines, sign = (item.label or item.name, item.bank), "person"
        room = (self.stage.rows.room(1)[0], PAYEES[self.stage].row - ROW_EDGE)
        return self.lettering.row_button(self.frame, act, lines, item.masked, sign, room)


class PayeeNumberScreen(Screen):
    """The number, and whose it is before anything is sent."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, PayeeNumber)
        words = self.words
        title = words("Mobile number") if view.by == "mobile" else words("Account number")
        self.title(title, words("Type the number of whom you want to pay."))
        self._text = self.field()
        column, (name_y, bank_y) = self.stage.column, FOUND[self.stage]
        self._wrap = column.width - FOUND_PADDING
        self._name = self.text("", column.middle, name_y, "large", bold=True, wrap=self._wrap)
        self._bank = self.text("", column.middle, bank_y, colour=self.palette.muted, wrap=self._wrap, anchor="n")
        self.keypad(enter=False)
        self.bottom(words("Back"), "back", side="middle", icon_name="back")
        self._on = self.bottom(words("Continue"), "enter", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, PayeeNumber)
        self.lettering.set(self._text, view.typed, "large" if len(view.typed) > LONG_NUMBER else "title", bold=True)
        found = view.found
        name = found.name if found else ""
        size = self.lettering.largest(name, self.stage.sizes("large"), self._wrap)
        self.lettering.set(self._name, name, size, bold=True, wrap=self._wrap)
        bank = f"{found.bank}  {found.masked}" if found else ""
        self.lettering.set(self._bank, bank, colour=self.palette.muted, wrap=self._wrap)
        self._on.state(["!disabled" if view.typed else "disabled"])


class ChooseBillerScreen(Screen):
    def build(self, shown: Shown) -> None:
        self.title(self.words("Whose bill do you want to pay?"))
        self.bottom(self.words("Back"), "back", icon_name="back")
        self._shown: tuple[Biller, ...] = ()
        self._rows: list[ttk.Button] = []

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ChooseBiller)
        if view.billers == self._shown:
            return
        self._shown = view.billers
        for row in self._rows:
            row.destroy()
        billers, place = view.billers[:MOST_BILLERS], self.stage.rows
        self._rows = [self._row(biller, len(billers)) for biller in billers]
        height = place.height(len(billers))
        for number, row in enumerate(self._rows):
            y = place.top + number * (height + place.gap)
            self.put(row, self.stage.middle, y, place.width, height, anchor="n")

    def _row(self, biller: Biller, count: int) -> ttk.Button:
        category = self.words(CATEGORIES[biller.category]) if biller.category in CATEGORIES else biller.category
        sign = BILLER_ICONS.get(biller.category, "bill")
        act = self.act("biller", biller.code)
        room = self.stage.rows.room(count)
        return self.lettering.row_button(self.frame, act, (biller.name, category), "", sign, room)


class ReferenceScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Reference)
        assert view.biller is not None
        words = self.words
        mobile = view.biller.category == "mobile"
        title = words("Mobile number to top up") if mobile else words("Your customer number there")
        self.title(title, view.biller.name)
        self._text = self.field()
        self.keypad(enter=False)
        self.bottom(words("Back"), "back", side="middle", icon_name="back")
        self._on = self.bottom(words("Continue"), "enter", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Reference)
        self.lettering.set(self._text, view.typed, "large" if len(view.typed) > LONG_NUMBER else "title", bold=True)
        self._on.state(["!disabled" if view.typed else "disabled"])


class DescriptionScreen(Screen):
    """What it is for, in a word both sides read; and whether to keep the payee."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Description)
        words, places = self.words, CHIPS[self.stage]
        self.title(words("What is it for?"), words("The other side reads this."))
        for number, text in enumerate(DESCRIPTIONS):
            row, column = divmod(number, places.a_row)
            x = self.stage.middle + (column - (places.a_row - 1) / 2) * (places.width + places.gap)
            y = places.top + row * (places.height + places.gap)
            chip = self.button(words(text), self.act("describe", text), places.width, size="large")
            self.put(chip, x, y, places.width, places.height, anchor="n")
        self._save: ttk.Button | None = None
        self.bottom(words("Say nothing"), "describe")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Description)
        if self._save is not None:
            self._save.destroy()
            self._save = None
        if view.save is None:
            return
        style, sign = ("Chosen", "check") if view.save else ("Secondary", "person")
        y, width, height = CHIPS[self.stage].save
        self._save = self.button(self.words("Remember for next time"), self.act("save"), width, style, icon_name=sign)
        self.put(self._save, self.stage.middle, y, width, height)
