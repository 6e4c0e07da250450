"""Menu, account, amount, confirmation, balance, and what is said when something was done or could not be."""

from __future__ import annotations

from dataclasses import dataclass
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
from gui.reading import keep_silent
from gui.screens.base import Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, Choices, Message, Place, message_places
from gui.words import KINDS, NOTES, Words, untranslated

_ = untranslated

MOST_ROWS = 5


@dataclass(frozen=True)
class Tiles:
    """``no_cash_y``: of the sentence about cash; 0: it stands in the line under the title."""

    width: float
    height: float
    gap: float
    columns: int
    top: float
    no_cash_y: float


TILE_PLACES = {
    LANDSCAPE: Tiles(width=412, height=272, gap=26, columns=4, top=216, no_cash_y=862),
    PORTRAIT: Tiles(width=480, height=246, gap=24, columns=2, top=342, no_cash_y=0),
    COMPACT: Tiles(width=273, height=182, gap=12, columns=4, top=148, no_cash_y=0),
}


@dataclass(frozen=True)
class Quick:
    """Often-used amounts below the field, which is ``field`` high."""

    field: float
    columns: int
    height: float
    gap: float


QUICK = {LANDSCAPE: Quick(112, 2, 133, 18), PORTRAIT: Quick(120, 3, 188, 16), COMPACT: Quick(76, 2, 88, 10)}


@dataclass(frozen=True)
class Checked:
    """The middle of the card, and of a sentence below it."""

    card_y: float
    told_y: float


CONFIRM = {LANDSCAPE: Checked(440, 770), PORTRAIT: Checked(800, 1330), COMPACT: Checked(298, 494)}
BALANCE_Y = {LANDSCAPE: 450, PORTRAIT: 760, COMPACT: 298}
NOTICE = message_places(Message(sign_y=250, sign=230, title_y=450, line_y=536, told_y=580, wrap=1240))


@dataclass(frozen=True)
class Question:
    """A sign over a question over two answers."""

    sign_y: float
    sign: float
    title_y: float
    note: Place
    answers: Choices


ANOTHER = {
    LANDSCAPE: Question(220, 230, 412, Place(960, 506, 1560), Choices(y=664, width=1346, height=168, gap=26)),
    PORTRAIT: Question(
        500, 300, 770, Place(540, 950, 860), Choices(y=1400, width=984, height=180, gap=28, stacked=True)
    ),
    COMPACT: Question(98, 140, 222, Place(600, 312, 1000), Choices(y=454, width=1128, height=132, gap=20)),
}


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
        places, no_cash = TILE_PLACES[self.stage], words("No cash from this machine now. Everything else works.")
        asked = words("What would you like to do?") if view.cash or places.no_cash_y else no_cash
        self.title(words("Hello, {name}").format(name=view.first_name), asked)
        works = {Purpose.WITHDRAW: view.cash, Purpose.DEPOSIT: view.notes_in}
        size = self.common_size([words(text) for _, _, text in TILES], "body", places.width)
        for number, (purpose, sign, text) in enumerate(TILES):
            tile = self.lettering.button(
                self.frame, words(text), self.act(purpose.value), icon_name=sign, above=True, size=size,
                icon_colour=self.palette.accent,
            )  # fmt: skip
            row, column = divmod(number, places.columns)
            x = self.stage.middle + (column - (places.columns - 1) / 2) * (places.width + places.gap)
            y = places.top + row * (places.height + places.gap)
            self.put(tile, x, y, places.width, places.height, anchor="n")
            if not works.get(purpose, True):
                tile.state(["disabled"])
        self.bottom(words("My account"), Purpose.OWN_ACCOUNT.value, icon_name="person")
        self._usual: ttk.Button | None = None
        if not view.cash and places.no_cash_y:
            self.text(no_cash, self.stage.middle, places.no_cash_y, colour=self.palette.muted)

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
        accounts = view.accounts[:MOST_ROWS]
        self._rows = [self._row(account, len(accounts)) for account in accounts]
        self.put_rows(self._rows)

    def _row(self, account: Account, count: int) -> ttk.Button:
        kind = self.words(KINDS[account.kind]) if account.kind in KINDS else account.kind
        act = self.act("account", str(account.account_id))
        room = self.stage.rows.room(count)
        return self.lettering.row_button(self.frame, act, (account.bank, kind), account.masked, "bank", room)


class AmountScreen(Screen):
    """Often-used amounts at the left; in their place what the machine can pay, when it cannot pay what was asked."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Amount)
        account = view.account
        line = f"{account.bank}  ·  {account.masked}" if account else ""
        if view.payee or view.biller:
            line = payee_line(self.words, view.payee, view.biller)
        line = self.lettering.fit(line, "body", self.stage.one_line)
        self.title(self.words(AMOUNT_TITLES.get(view.purpose, AMOUNT_TITLES[Purpose.WITHDRAW])), line)
        self._text = self.field(QUICK[self.stage].field)
        self._quick = [self._amount_button(amount, "Secondary") for amount in view.quick[:6]]
        self.keypad(enter=True)
        self.bottom(self.words("Back"), "back", icon_name="back")
        # Who listens hears the digits they type; the notes are told before they confirm.
        self._notes = keep_silent(self.foot_text())
        self._nearest: tuple[Money, ...] = ()
        self._near: list[ttk.Button] = []
        self._lay(self._quick)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Amount)
        typed = Money.of_major(int(view.typed)).text(self.locale) if view.typed else "₹"
        self.lettering.set(self._text, typed, "title", bold=True)
        self.set_foot_text(self._notes, *self._notes_told(view.mix))
        if view.nearest == self._nearest:
            return
        self._nearest = view.nearest
        for button in self._near:
            button.destroy()
        self._near = [self._amount_button(amount, "Primary") for amount in view.nearest]
        for button in self._quick:
            button.place_forget()
        self._lay(self._near or self._quick)

    def _notes_told(self, mix: Mix) -> tuple[str, str]:
        """Which notes would come, and the same in fewer letters."""
        notes = notes_line(mix, self.locale)
        return (self.words("Notes: {notes}").format(notes=notes), notes) if mix else ("", "")

    def _amount_button(self, amount: Money, style: str) -> ttk.Button:
        act = self.act("amount", str(amount.minor))
        return self.lettering.button(self.frame, amount.text(self.locale), act, style, size="large")

    def _lay(self, buttons: list[ttk.Button]) -> None:
        quick, room = QUICK[self.stage], self.stage.column
        width = (room.width + quick.gap) / quick.columns - quick.gap
        for number, button in enumerate(buttons):
            row, column = divmod(number, quick.columns)
            x, y = room.left + column * (width + quick.gap), room.top + quick.field + quick.gap
            self.put(button, x, y + row * (quick.height + quick.gap), width, quick.height, anchor="nw")


class ConfirmScreen(Screen):
    """Everything that is about to happen, once more; nothing has been written yet."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Confirm)
        assert view.account is not None
        assert view.amount is not None
        words = self.words
        self.title(words("Please check"))
        places = CONFIRM[self.stage]
        self.card(self._lines(view), places.card_y)
        if not view.printer:
            told = words("No receipt can be printed now.")
            self.text(told, self.stage.middle, places.told_y, colour=self.palette.muted)
        if view.choice:
            self.bottom(words("Other notes"), "notes", side="middle", icon_name="cash")
        else:
            self.bottom(words("Other amount"), "change", side="middle")
        self.bottom(words("Confirm"), "confirm", "Primary", icon_name="check")

    def _lines(self, view: Confirm) -> list[tuple[str, str]]:
        words, fit, room = self.words, self.lettering.fit, self.stage.card.fits
        assert view.account is not None
        assert view.amount is not None
        lines = [(words("Amount"), f"*{view.amount.text(self.locale)}")]
        if view.mix:
            lines.append((words("Notes"), fit(notes_line(view.mix, self.locale), "large", room, bold=True)))
        if view.payee or view.biller:
            lines.append((words("To"), fit(payee_line(words, view.payee, view.biller), "large", room, bold=True)))
        if view.reference:
            lines.append((words("Your number there"), view.reference))
        if view.fee and view.fee.positive:
            lines.append((words("Fee"), view.fee.text(self.locale)))
        if view.description:
            lines.append((words("For"), words(view.description)))
        account = f"{view.account.bank}  {view.account.masked}"
        lines.append((words("From"), fit(account, "large", room, bold=True)))
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
            (words("Bank"), self.lettering.fit(account.bank, "large", self.stage.card.fits_two, bold=True)),
            (words("Account"), account.masked),
        ], BALANCE_Y[self.stage])  # fmt: skip
        self.bottom(words("Back"), "back", icon_name="back")


class AnotherScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        words, places = self.words, ANOTHER[self.stage]
        self.note_place = places.note
        self.sign("check", self.palette.good, places.sign_y, places.sign)
        self.title(words("Would you like to do anything else?"), y=places.title_y)
        answers = (("more", words("Yes"), "Secondary"), ("done", words("No, thank you"), "Primary"))
        for (action, text, style), (x, y, width) in zip(answers, places.answers.places(2), strict=True):
            self.big_button(text, action, style, (self.stage.middle + x, y), (width, places.answers.height))


class NoticeScreen(Screen):
    """What happened to the customer's money, in plain large letters."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Notice)
        good, places = GOOD_NEWS.get(shown.view.note), NOTICE[self.stage]
        sign, colour = ("check", self.palette.good) if good else ("warning", self.palette.warning_deep)
        self.message(places, sign, colour, self.words(good or "That did not work"))
        self.bottom(self.words("Continue"), "done", "Primary")

    def show_note(self, shown: Shown) -> None:
        if shown.view.note in NOTES and not self._noted:
            self._noted = shown.view.note
            self.tell(NOTICE[self.stage], self.words(NOTES[self._noted]), "large")
