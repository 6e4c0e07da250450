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
from gui.screens.base import Screen
from gui.words import KINDS


class MenuScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Menu)
        words = self.words
        self.title(
            words("Hello, {name}").format(name=view.first_name), words("What would you like to do?"), y=0.13
        )  # fmt: skip
        tiles = [("withdraw", words("Cash withdrawal"), "cash"), ("balance", words("Balance"), "wallet")]
        for number, (action, text, sign) in enumerate(tiles):
            tile = self.lettering.button(
                self.frame, text, self.act(action), icon_name=sign, size="large", above=True, icon_colour=tokens.BLUE
            )
            tile.place(
                relx=0.29 + 0.42 * number, rely=0.51, anchor="center", width=self.scale(740), height=self.scale(380)
            )
            if action == "withdraw" and not view.cash:
                tile.state(["disabled"])


class ChooseAccountScreen(Screen):
    """Each account with its bank; the balance is shown where it was asked for only."""

    def build(self, shown: Shown) -> None:
        self.title(self.words("Select your bank"), self.words("Which account do you want to use?"))
        self.bottom(self.words("Back"), "back", icon_name="back")
        self._accounts: tuple[Account, ...] = ()

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ChooseAccount)
        if view.accounts == self._accounts:
            return
        self._accounts = view.accounts
        column = ttk.Frame(self.frame)
        for account in view.accounts[:5]:
            kind = self.words(KINDS.get(account.kind, account.kind))
            text = f"{account.bank}   ·   {kind}   ·   {account.masked}"
            button = self.lettering.button(
                column, text, self.act("account", str(account.account_id)), icon_name="bank", size="body"
            )
            button.pack(pady=self.scale(10), ipady=self.scale(34), fill="x", ipadx=self.scale(90))
        column.place(relx=0.5, rely=0.52, anchor="center", width=self.scale(1400))


class AmountScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Amount)
        account = view.account
        subtitle = f"{account.bank}  ·  {account.masked}" if account else ""
        self.title(self.words("How much would you like?"), subtitle)
        for number, amount in enumerate(view.quick[:6]):
            button = self.lettering.button(
                self.frame, amount.text(self.locale), self.act("amount", str(amount.minor)), size="large"
            )
            button.place(
                relx=0.155 + 0.2 * (number % 2), rely=0.335 + 0.155 * (number // 2), anchor="center",
                width=self.scale(360), height=self.scale(140),
            )  # fmt: skip
        self._text = self.field_text(self.field(0.73, 0.29, 600, 112))
        self.keypad(0.73, 0.60, enter=True)
        self.bottom(self.words("Back"), "back", icon_name="back")
        self._near: list[ttk.Button] = []
        self._note_y = 0.80

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Amount)
        typed = Money.of_major(int(view.typed)).text(self.locale) if view.typed else "₹"
        self.lettering.set(self._text, typed, "title", bold=True)
        for button in self._near:
            button.destroy()
        self._near = [
            self.lettering.button(
                self.frame, amount.text(self.locale), self.act("amount", str(amount.minor)), "Primary", size="large"
            )
            for amount in view.nearest
        ]
        for number, button in enumerate(self._near):
            button.place(relx=0.155 + 0.2 * number, rely=0.70, anchor="center", width=self.scale(360),
                         height=self.scale(110))  # fmt: skip

    def show_note(self, shown: Shown) -> None:
        super().show_note(shown)
        if self._note is not None:
            self._note.place_configure(relx=0.26)


def _line(screen: Screen, card: ttk.Frame, row: int, label: str, value: str, *, large: bool = False) -> None:
    size = "title" if large else "large"
    name = screen.lettering.label(card, label, "large", colour=tokens.MUTED, ground=tokens.WHITE)
    name.grid(row=row, column=0, sticky="w", padx=screen.scale(56), pady=screen.scale(18))
    screen.lettering.label(card, value, size, bold=True, ground=tokens.WHITE).grid(
        row=row, column=1, sticky="e", padx=screen.scale(56), pady=screen.scale(18)
    )
    card.columnconfigure(1, weight=1)


class ConfirmScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Confirm)
        assert view.account is not None
        assert view.amount is not None
        words = self.words
        self.title(words("Please check"))
        card = ttk.Frame(self.frame, style="Card.TFrame", padding=self.scale(24))
        _line(self, card, 0, words("Bank"), view.account.bank)
        _line(self, card, 1, words("Account"), view.account.masked)
        _line(self, card, 2, words("Amount"), view.amount.text(self.locale), large=True)
        card.place(relx=0.5, rely=0.42, anchor="center", width=self.scale(1200))
        self.lettering.button(self.frame, words("Other amount"), self.act("change")).place(
            relx=0.5, rely=1.0, y=-self.scale(28), anchor="s", width=self.scale(400), height=self.scale(104)
        )
        self.bottom(words("Confirm"), "confirm", "Primary", icon_name="check")


class DispensingScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Dispensing)
        self.sign("cash", tokens.BLUE, 200, 0.5, 0.32)
        self.title(self.words("Counting your notes"), self.words("One moment, please"), y=0.54)
        bar = ttk.Progressbar(self.frame, mode="indeterminate", length=self.scale(700))
        bar.place(relx=0.5, rely=0.74, anchor="center")
        bar.start(16)


class TakeCashScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, TakeCash)
        assert view.amount is not None
        self.sign("cash", tokens.GREEN, 220, 0.5, 0.27)
        self.lettering.label(self.frame, view.amount.text(self.locale), "display", bold=True).place(
            relx=0.5, rely=0.47, anchor="center"
        )
        self.title(
            self.words("Please take your cash"),
            self.words("After {seconds} seconds the machine takes it back.").format(seconds=round(view.seconds)),
            y=0.62,
        )
        self._bar = ttk.Progressbar(self.frame, maximum=view.seconds, value=view.seconds, length=self.scale(900))
        self._bar.place(relx=0.5, rely=0.82, anchor="center")
        self._tick()

    def _tick(self) -> None:
        self._bar.configure(value=max(0.0, float(self._bar["value"]) - 0.1))
        self._next = self.frame.after(100, self._tick)

    def close(self) -> None:
        self.frame.after_cancel(self._next)
        super().close()


class ReceiptScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ReceiptOffer)
        words = self.words
        self.sign("receipt", tokens.BLUE, 150, 0.5, 0.18)
        balance = (
            words("Your balance is {balance}.").format(balance=view.balance.text(self.locale)) if view.balance else ""
        )
        self.title(words("Would you like a receipt?"), balance, y=0.34)
        print_it = self.lettering.button(
            self.frame, words("Print receipt"), self.act("print"), "Primary", icon_name="receipt", size="large"
        )
        print_it.place(relx=0.31, rely=0.62, anchor="center", width=self.scale(660), height=self.scale(200))
        print_it.state(["!disabled" if view.printer else "disabled"])
        self.lettering.button(self.frame, words("No receipt"), self.act("done"), size="large").place(
            relx=0.69, rely=0.62, anchor="center", width=self.scale(660), height=self.scale(200)
        )
        if not view.printer:
            self.lettering.label(
                self.frame, words("The printer cannot print now."), "body", colour=tokens.MUTED
            ).place(relx=0.5, rely=0.80, anchor="center")  # fmt: skip


class BalanceScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Balance)
        assert view.account is not None
        words = self.words
        self.title(words("Your balance"))
        card = ttk.Frame(self.frame, style="Card.TFrame", padding=self.scale(24))
        _line(self, card, 0, words("Bank"), view.account.bank)
        _line(self, card, 1, words("Account"), view.account.masked)
        _line(self, card, 2, words("Balance"), view.account.balance.text(self.locale), large=True)
        _line(self, card, 3, words("Available"), view.account.available.text(self.locale))
        card.place(relx=0.5, rely=0.46, anchor="center", width=self.scale(1200))
        self.bottom(words("Back"), "back", icon_name="back")


class AnotherScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        words = self.words
        self.sign("check", tokens.GREEN, 150, 0.5, 0.20)
        self.title(words("Would you like to do anything else?"), y=0.38)
        self.lettering.button(self.frame, words("Yes"), self.act("more"), size="large").place(
            relx=0.31, rely=0.60, anchor="center", width=self.scale(660), height=self.scale(200)
        )
        self.lettering.button(self.frame, words("No, thank you"), self.act("done"), "Primary", size="large").place(
            relx=0.69, rely=0.60, anchor="center", width=self.scale(660), height=self.scale(200)
        )
        self._note_y = 0.80


class NoticeScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Notice)
        booked = shown.view.note == "booked_later"
        self.sign("check" if booked else "warning", tokens.GREEN if booked else tokens.AMBER, 170, 0.5, 0.26)
        title = self.words("You have your cash") if booked else self.words("That did not work")
        self.title(title, y=0.45)
        self._note_y = 0.62
        self.bottom(self.words("Continue"), "done", "Primary")
