"""Menu, account, amount, confirmation, notes, receipt, balance."""

from __future__ import annotations

from tkinter import ttk

from atm_app.banking.money import Money
from atm_app.stores import Account
from atm_app.views import (
    Amount,
    Balance,
    ChooseAccount,
    Confirm,
    Dispensing,
    Menu,
    Notice,
    ReceiptOffer,
    Shown,
    TakeCash,
)
from gui import tokens
from gui.bars import CountdownBar, MovingBar
from gui.icons import illustration
from gui.screens.base import BOTTOM, LEFT_EDGE, LEFT_WIDTH, MIDDLE, TOP, Screen
from gui.words import KINDS, NOTES

TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 700, 400, 40
ROW_WIDTH, ROW_GAP, MOST_ROWS = 1400, 16, 5
FIELD_HEIGHT, QUICK_GAP, QUICK_HEIGHT = 112, 18, 133
QUICK_WIDTH = (LEFT_WIDTH - QUICK_GAP) / 2
PAIR = (660, 168)  # two large buttons side by side


class MenuScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Menu)
        words = self.words
        self.title(words("Hello, {name}").format(name=view.first_name), words("What would you like to do?"), y=96)
        tiles = [("withdraw", words("Cash withdrawal"), "cash"), ("balance", words("Balance"), "wallet")]
        for number, (action, text, sign) in enumerate(tiles):
            tile = self.lettering.button(
                self.frame, text, self.act(action), icon_name=sign, size="large", above=True, icon_colour=tokens.BLUE
            )
            side = (TILE_WIDTH + TILE_GAP) / 2
            self.put(tile, MIDDLE + (-side, side)[number], 476, TILE_WIDTH, TILE_HEIGHT)
            if action == "withdraw" and not view.cash:
                tile.state(["disabled"])
        if not view.cash:
            self.text(
                words("No cash from this machine now. You can see your balance."), MIDDLE, 732, colour=tokens.MUTED
            )


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
        self.title(self.words("How much would you like?"), line)
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
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Confirm)
        assert view.account is not None
        assert view.amount is not None
        words = self.words
        self.title(words("Please check"))
        self.card([
            (words("Amount"), f"*{view.amount.text(self.locale)}"),
            (words("Bank"), self.lettering.fit(view.account.bank, "large", 1400, bold=True)),
            (words("Account"), view.account.masked),
        ], 430)  # fmt: skip
        self.bottom(words("Other amount"), "change", side="middle")
        self.bottom(words("Confirm"), "confirm", "Primary", icon_name="check")


class DispensingScreen(Screen):
    cancellable = False
    shows_busy = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Dispensing)
        self.sign("cash", tokens.BLUE, 270)
        self.title(self.words("Counting your notes"), self.words("One moment, please"), y=470, gap=88)
        bar = MovingBar(self.frame, tokens.LINE, tokens.BLUE)
        self.put(bar, MIDDLE, 668, 700, 12)
        bar.start()


class TakeCashScreen(Screen):
    cancellable = False
    shows_busy = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, TakeCash)
        assert view.amount is not None
        drawing = illustration("cash_out", self.scale(560), self.scale(340))
        self.put(self.picture(self.frame, drawing), MIDDLE, 210)
        self.text(view.amount.text(self.locale), MIDDLE, 462, "figure", bold=True, colour=tokens.GREEN)
        self.title(
            self.words("Please take your cash"),
            self.words("After {seconds} seconds the machine takes it back.").format(seconds=round(view.seconds)),
            y=600,
        )
        number = self.text(str(round(view.seconds)), MIDDLE + 470, 768, "body", bold=True, anchor="w")
        self.put(CountdownBar(self.frame, view.seconds, tokens.GREEN, number), MIDDLE, 768, 900, 16)


class ReceiptScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ReceiptOffer)
        words = self.words
        drawing = illustration("receipt_out", self.scale(462), self.scale(280))
        self.put(self.picture(self.frame, drawing), MIDDLE, 190)
        self.title(words("Would you like a receipt?"), y=412)
        if view.balance is not None:
            text = words("Your balance is {balance}.").format(balance=view.balance.text(self.locale))
            self.text(text, MIDDLE, 496, colour=tokens.MUTED)
        side = (PAIR[0] + TILE_GAP) / 2
        print_it = self.big_button(
            words("Print receipt"), "print", "Primary", (MIDDLE - side, 664), PAIR, "receipt"
        )  # fmt: skip
        print_it.state(["!disabled" if view.printer else "disabled"])
        self.big_button(words("No receipt"), "done", "Secondary", (MIDDLE + side, 664), PAIR)
        if not view.printer:
            self.text(words("The printer cannot print now."), MIDDLE, 800, colour=tokens.MUTED)


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
        self.sign("check", tokens.GREEN, 220)
        self.title(words("Would you like to do anything else?"), y=412)
        side = (PAIR[0] + TILE_GAP) / 2
        self.big_button(words("Yes"), "more", "Secondary", (MIDDLE - side, 664), PAIR)
        self.big_button(words("No, thank you"), "done", "Primary", (MIDDLE + side, 664), PAIR)


class NoticeScreen(Screen):
    """What happened to the customer's money, in plain large letters."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Notice)
        booked = shown.view.note == "booked_later"
        self.sign("check" if booked else "warning", tokens.GREEN if booked else tokens.AMBER_DEEP, 250)
        self.title(self.words("You have your cash") if booked else self.words("That did not work"), y=450)
        self.bottom(self.words("Continue"), "done", "Primary")

    def show_note(self, shown: Shown) -> None:
        if shown.view.note in NOTES and not self._noted:
            self._noted = shown.view.note
            self.text(self.words(NOTES[shown.view.note]), MIDDLE, 580, "large", wrap=1240)
