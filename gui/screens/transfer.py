"""Sending money and paying bills: to whom, for what."""

from __future__ import annotations

from tkinter import ttk

from atm_app.banking.payees import Biller, PayeeAccount
from atm_app.stores import Account
from atm_app.views import ChooseBiller, ChoosePayee, Description, PayeeNumber, Reference, Shown
from gui.screens.base import BOTTOM, LEFT_EDGE, LEFT_WIDTH, MIDDLE, TOP, Screen
from gui.screens.money import ROW_GAP, ROW_WIDTH
from gui.words import CATEGORIES, DESCRIPTIONS, KINDS

FIELD_HEIGHT = 128
BILLER_ICONS = {"electricity": "bolt", "water": "drop", "mobile": "phone"}
CHIP_WIDTH, CHIP_HEIGHT, CHIP_GAP, CHIPS_A_ROW = 380, 150, 24, 4
MOST_PAYEES = 3


class ChoosePayeeScreen(Screen):
    """One's own accounts and those paid before, then the two ways to name a new one."""

    def build(self, shown: Shown) -> None:
        words = self.words
        self.title(words("Send money to"))
        side = (ROW_WIDTH + ROW_GAP) / 4
        width = (ROW_WIDTH - ROW_GAP) / 2
        for place, by, text, sign in (
            (-side, "account", words("Account number"), "bank"), (side, "mobile", words("Mobile number"), "phone"),
        ):  # fmt: skip
            button = self.lettering.button(
                self.frame, text, self.act("by", by), icon_name=sign, size="large", icon_colour=self.palette.accent
            )
            self.put(button, MIDDLE + place, TOP, width, 140, anchor="n")
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
        height, top = 116, TOP + 140 + 40
        for number, row in enumerate(self._rows):
            self.put(row, MIDDLE, top + number * (height + ROW_GAP), ROW_WIDTH, height, anchor="n")

    def _row(self, item: Account | PayeeAccount) -> ttk.Button:
        words, act = self.words, self.act("payee", str(item.account_id))
        if isinstance(item, Account):
            kind = words(KINDS[item.kind]) if item.kind in KINDS else item.kind
            lines, sign = (words("My own account"), f"{item.bank} · {kind}"), "wallet"
        else:
            lines, sign = (item.label or item.name, item.bank), "person"
        return self.lettering.row_button(self.frame, act, lines, item.masked, sign, ROW_WIDTH - 96)


class PayeeNumberScreen(Screen):
    """The number, and whose it is before anything is sent."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, PayeeNumber)
        words = self.words
        title = words("Mobile number") if view.by == "mobile" else words("Account number")
        self.title(title, words("Type the number of whom you want to pay."))
        self._text = self.field(FIELD_HEIGHT)
        self._name = self.text("", LEFT_EDGE + LEFT_WIDTH / 2, 430, "large", bold=True, wrap=680)
        self._bank = self.text("", LEFT_EDGE + LEFT_WIDTH / 2, 480, colour=self.palette.muted, wrap=680, anchor="n")
        self.keypad(enter=False)
        self.bottom(words("Back"), "back", side="middle", icon_name="back")
        self._on = self.bottom(words("Continue"), "enter", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, PayeeNumber)
        self.lettering.set(self._text, view.typed, "large" if len(view.typed) > 12 else "title", bold=True)
        found = view.found
        self.lettering.set(self._name, found.name if found else "", "large", bold=True, wrap=680)
        bank = f"{found.bank}  {found.masked}" if found else ""
        self.lettering.set(self._bank, bank, colour=self.palette.muted, wrap=680)
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
        self._rows = [self._row(biller) for biller in view.billers[:5]]
        height = (BOTTOM - TOP + ROW_GAP) / max(4, len(self._rows)) - ROW_GAP
        for number, row in enumerate(self._rows):
            self.put(row, MIDDLE, TOP + number * (height + ROW_GAP), ROW_WIDTH, height, anchor="n")

    def _row(self, biller: Biller) -> ttk.Button:
        category = self.words(CATEGORIES[biller.category]) if biller.category in CATEGORIES else biller.category
        sign = BILLER_ICONS.get(biller.category, "bill")
        act = self.act("biller", biller.code)
        return self.lettering.row_button(self.frame, act, (biller.name, category), "", sign, ROW_WIDTH - 96)


class ReferenceScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Reference)
        assert view.biller is not None
        words = self.words
        mobile = view.biller.category == "mobile"
        title = words("Mobile number to top up") if mobile else words("Your customer number there")
        self.title(title, view.biller.name)
        self._text = self.field(FIELD_HEIGHT)
        self.keypad(enter=False)
        self.bottom(words("Back"), "back", side="middle", icon_name="back")
        self._on = self.bottom(words("Continue"), "enter", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Reference)
        self.lettering.set(self._text, view.typed, "large" if len(view.typed) > 12 else "title", bold=True)
        self._on.state(["!disabled" if view.typed else "disabled"])


class DescriptionScreen(Screen):
    """What it is for, in a word both sides read; and whether to keep the payee."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Description)
        words = self.words
        self.title(words("What is it for?"), words("The other side reads this."))
        for number, text in enumerate(DESCRIPTIONS):
            row, column = divmod(number, CHIPS_A_ROW)
            x = MIDDLE + (column - (CHIPS_A_ROW - 1) / 2) * (CHIP_WIDTH + CHIP_GAP)
            chip = self.lettering.button(self.frame, words(text), self.act("describe", text), size="large")
            self.put(chip, x, TOP + row * (CHIP_HEIGHT + CHIP_GAP), CHIP_WIDTH, CHIP_HEIGHT, anchor="n")
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
        self._save = self.lettering.button(
            self.frame, self.words("Remember for next time"), self.act("save"), style, icon_name=sign
        )
        self.put(self._save, MIDDLE, 680, 900, 116)
