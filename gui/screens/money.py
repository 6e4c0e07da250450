"""Menu, account, amount, confirmation, balance, and what is said when something was done or could not be."""

from __future__ import annotations

from tkinter import ttk

from atm_app.banking.money import Money
from atm_app.banking.payees import Biller, PayeeAccount
from atm_app.cash_ports import Mix
from atm_app.scripts import isolated
from atm_app.session import Purpose
from atm_app.stores import Account
from atm_app.views import (
    Amount,
    Balance,
    ChooseAccount,
    Confirm,
    Menu,
    Notice,
    Shown,
)
from gui.screens.base import BOTTOM, LEFT_EDGE, LEFT_WIDTH, MIDDLE, TOP, Screen
from gui.words import KINDS, NOTES, Words, untranslated

_ = untranslated

TILE_WIDTH, TILE_HEIGHT, TILE_GAP, TILE_COLUMNS, TILE_TOP = 412, 272, 26, 4, 216
ROW_WIDTH, ROW_GAP, MOST_ROWS = 1400, 16, 5
FIELD_HEIGHT, QUICK_GAP, QUICK_HEIGHT = 112, 18, 133
QUICK_WIDTH = (LEFT_WIDTH - QUICK_GAP) / 2
PAIR = (660, 168)  # two large buttons side by side


# What the menu offers, row by row: purpose, icon, words.
TILES = (
    (Purpose.WITHDRAW, "cash", _("Cash withdrawal")),
    (Purpose.DEPOSIT, "cash_in", _("Cash deposit")),
    (Purpose.TRANSFER, "transfer", _("Send money")),
    (Purpose.PAY, "bill", _("Bills and top-up")),
    (Purpose.BALANCE, "wallet", _("Balance")),
    (Purpose.STATEMENT, "list", _("Mini statement")),
    (Purpose.PIN, "keypad", _("Change PIN")),
    (Purpose.LIMITS, "limits", _("My limits")),
)
# Notices that tell of something good, with their titles.
GOOD_NEWS = {
    "booked_later": _("You have your cash"),
    "deposit_later": _("We have your notes"),
}
_("That did not work")
AMOUNT_TITLES = {
    Purpose.WITHDRAW: _("How much would you like?"),
    Purpose.TRANSFER: _("How much do you want to send?"),
    Purpose.PAY: _("How much do you want to pay?"),
}


class MenuScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Menu)
        words = self.words
        self.title(words("Hello, {name}").format(name=view.first_name), words("What would you like to do?"))
        works = {Purpose.WITHDRAW: view.cash, Purpose.DEPOSIT: view.notes_in}
        for number, (purpose, sign, text) in enumerate(TILES):
            tile = self.lettering.button(
                self.frame,
                words(text),
                self.act(purpose.value),
                icon_name=sign,
                above=True,
                icon_colour=self.palette.accent,
            )
            row, column = divmod(number, TILE_COLUMNS)
            x = MIDDLE + (column - (TILE_COLUMNS - 1) / 2) * (TILE_WIDTH + TILE_GAP)
            self.put(tile, x, TILE_TOP + row * (TILE_HEIGHT + TILE_GAP), TILE_WIDTH, TILE_HEIGHT, anchor="n")
            if not works.get(purpose, True):
                tile.state(["disabled"])
        self.bottom(words("My account"), Purpose.OWN_ACCOUNT.value, icon_name="person")
        self._usual: ttk.Button | None = None
        if not view.cash:
            self.text(
                words("No cash from this machine now. Everything else works."), MIDDLE, 862, colour=self.palette.muted
            )

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Menu)
        if view.usual is not None and self._usual is None:
            text = self.words("{amount} as usual").format(amount=view.usual.text(self.locale))
            self._usual = self.bottom(text, "usual", "Primary", side="middle", icon_name="cash")


class ChooseAccountScreen(Screen):
    """Each account with its bank; what is in it is shown where it was asked for only."""

    def build(self, shown: Shown) -> None:
        self.title(self.words("Select your bank"), self.words("Which account do you want to use?"))
        self.bottom(self.words("Back"), "back", icon_name="back")
        self._accounts: tuple[Account, ...] = ()
        self._rows: list[ttk.Button] = []

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ChooseAccount)
        if view.accounts == self._accounts:
            return
        self._accounts = view.accounts
        for row in self._rows:
            row.destroy()
        self._rows = [self._row(account) for account in view.accounts[:MOST_ROWS]]
        height = (BOTTOM - TOP + ROW_GAP) / max(4, len(self._rows)) - ROW_GAP
        first = (TOP + BOTTOM - len(self._rows) * (height + ROW_GAP) + ROW_GAP) / 2
        for number, row in enumerate(self._rows):
            self.put(row, MIDDLE, first + number * (height + ROW_GAP), ROW_WIDTH, height, anchor="n")

    def _row(self, account: Account) -> ttk.Button:
        kind = self.words(KINDS[account.kind]) if account.kind in KINDS else account.kind
        act = self.act("account", str(account.account_id))
        return self.lettering.row_button(
            self.frame, act, (account.bank, kind), account.masked, "bank", ROW_WIDTH - 96
        )  # fmt: skip


class AmountScreen(Screen):
    """Often-used amounts at the left; in their place what the machine can pay, when it cannot pay what was asked."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Amount)
        account = view.account
        line = self.lettering.fit(f"{account.bank}  ·  {account.masked}", "body", 1500) if account else ""
        if view.payee or view.biller:
            line = self.lettering.fit(payee_line(self.words, view.payee, view.biller), "body", 1500)
        self.title(self.words(AMOUNT_TITLES.get(view.purpose, AMOUNT_TITLES[Purpose.WITHDRAW])), line)
        self._text = self.field(FIELD_HEIGHT)
        self._quick = [self._amount_button(amount, "Secondary") for amount in view.quick[:6]]
        self.keypad(enter=True)
        self.bottom(self.words("Back"), "back", icon_name="back")
        self._nearest: tuple[Money, ...] = ()
        self._near: list[ttk.Button] = []
        self._lay(self._quick)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Amount)
        typed = Money.of_major(int(view.typed)).text(self.locale) if view.typed else "₹"
        self.lettering.set(self._text, typed, "title", bold=True)
        if view.nearest == self._nearest:
            return
        self._nearest = view.nearest
        for button in self._near:
            button.destroy()
        self._near = [self._amount_button(amount, "Primary") for amount in view.nearest]
        for button in self._quick:
            button.place_forget()
        self._lay(self._near or self._quick)

    def _amount_button(self, amount: Money, style: str) -> ttk.Button:
        act = self.act("amount", str(amount.minor))
        return self.lettering.button(self.frame, amount.text(self.locale), act, style, size="large")

    def _lay(self, buttons: list[ttk.Button]) -> None:
        top = TOP + FIELD_HEIGHT + QUICK_GAP
        for number, button in enumerate(buttons):
            row, column = divmod(number, 2)
            x, y = LEFT_EDGE + column * (QUICK_WIDTH + QUICK_GAP), top + row * (QUICK_HEIGHT + QUICK_GAP)
            self.put(button, x, y, QUICK_WIDTH, QUICK_HEIGHT, anchor="nw")


class ConfirmScreen(Screen):
    """Everything that is about to happen, once more; nothing has been written yet."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Confirm)
        assert view.account is not None
        assert view.amount is not None
        words = self.words
        self.title(words("Please check"))
        self.card(self._lines(view), 440)
        if not view.printer:
            self.text(words("No receipt can be printed now."), MIDDLE, 770, colour=self.palette.muted)
        if view.choice:
            self.bottom(words("Other notes"), "notes", side="middle", icon_name="cash")
        else:
            self.bottom(words("Other amount"), "change", side="middle")
        self.bottom(words("Confirm"), "confirm", "Primary", icon_name="check")

    def _lines(self, view: Confirm) -> list[tuple[str, str]]:
        words, fit = self.words, self.lettering.fit
        assert view.account is not None
        assert view.amount is not None
        lines = [(words("Amount"), f"*{view.amount.text(self.locale)}")]
        if view.mix:
            lines.append((words("Notes"), fit(notes_line(view.mix, self.locale), "large", 900, bold=True)))
        if view.payee or view.biller:
            lines.append((words("To"), fit(payee_line(words, view.payee, view.biller), "large", 900, bold=True)))
        if view.reference:
            lines.append((words("Your number there"), view.reference))
        if view.fee and view.fee.positive:
            lines.append((words("Fee"), view.fee.text(self.locale)))
        if view.description:
            lines.append((words("For"), words(view.description)))
        account = f"{view.account.bank}  {view.account.masked}"
        lines.append((words("From"), fit(account, "large", 900, bold=True)))
        return lines


def payee_line(words: Words, payee: PayeeAccount | None, biller: Biller | None) -> str:
    """Whom money goes to, as the customer knows them."""
    if biller is not None:
        return biller.name
    assert payee is not None
    name = payee.label or payee.name or words("My own account")
    return f"{name}  ·  {payee.bank}  {isolated(payee.masked)}"


def notes_line(mix: Mix, locale: str) -> str:
    """ "2 × ₹500 + 3 × ₹200"."""
    largest_first = sorted(mix, key=lambda note: -note.denomination)
    return "  +  ".join(f"{note.count} × {Money(note.denomination).text(locale)}" for note in largest_first)


class BalanceScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Balance)
        assert view.account is not None
        words, account = self.words, view.account
        self.title(words("Your balance"))
        self.card([
            (words("Balance"), f"*{account.balance.text(self.locale)}"),
            (words("Available"), account.available.text(self.locale)),
            (words("Bank"), self.lettering.fit(account.bank, "large", 1400, bold=True)),
            (words("Account"), account.masked),
        ], 450)  # fmt: skip
        self.bottom(words("Back"), "back", icon_name="back")


class AnotherScreen(Screen):
    cancellable = False
    note_y = 506

    def build(self, shown: Shown) -> None:
        words = self.words
        self.sign("check", self.palette.good, 220)
        self.title(words("Would you like to do anything else?"), y=412)
        side = (PAIR[0] + TILE_GAP) / 2
        self.big_button(words("Yes"), "more", "Secondary", (MIDDLE - side, 664), PAIR)
        self.big_button(words("No, thank you"), "done", "Primary", (MIDDLE + side, 664), PAIR)


class NoticeScreen(Screen):
    """What happened to the customer's money, in plain large letters."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Notice)
        good = GOOD_NEWS.get(shown.view.note)
        self.sign("check" if good else "warning", self.palette.good if good else self.palette.warning_deep, 250)
        self.title(self.words(good or "That did not work"), y=450)
        self.bottom(self.words("Continue"), "done", "Primary")

    def show_note(self, shown: Shown) -> None:
        if shown.view.note in NOTES and not self._noted:
            self._noted = shown.view.note
            self.text(self.words(NOTES[shown.view.note]), MIDDLE, 580, "large", wrap=1240)
