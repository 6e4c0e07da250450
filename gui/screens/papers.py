"""What the customer can take away: a receipt, the movements of an account."""

from __future__ import annotations

from tkinter import ttk

from babel.dates import format_date

from atm_app.scripts import isolated
from atm_app.stores import StatementLine
from atm_app.views import ReceiptOffer, Shown, Statement
from gui.direction import Anchor
from gui.icons import illustration
from gui.screens.base import MIDDLE, Screen
from gui.screens.money import ROW_WIDTH
from gui.words import MOVEMENTS, PERIODS

RECEIPT_GAP = 28
CHIP_WIDTH, CHIP_HEIGHT, CHIP_GAP, CHIPS_TOP = 226, 92, 16, 134
PAPER_WIDTH = 286
LINE_HEIGHT, LINES_TOP, LINES_HEIGHT = 84, 246, 540
CARD_WIDTH = 1600


class ReceiptScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ReceiptOffer)
        words = self.words
        drawing = illustration("receipt_out", self.scale(462), self.scale(280), self.palette.drawing)
        self.put(self.picture(self.frame, drawing), MIDDLE, 190)
        self.title(words("Would you like a receipt?"), y=412)
        if view.balance is not None:
            text = words("Your balance is {balance}.").format(balance=view.balance.text(self.locale))
            self.text(text, MIDDLE, 496, colour=self.palette.muted)
        buttons = [("print", words("Print receipt"), "receipt", view.printer)]
        if view.mail:
            buttons.append(("mail", words("Send by e-mail"), "mail", True))
        buttons.append(("done", words("No receipt"), "", True))
        width = (ROW_WIDTH + 100 - (len(buttons) - 1) * RECEIPT_GAP) / len(buttons)
        for number, (action, text, sign, works) in enumerate(buttons):
            x = MIDDLE + (number - (len(buttons) - 1) / 2) * (width + RECEIPT_GAP)
            style = "Primary" if number == 0 else "Secondary"
            button = self.big_button(text, action, style, (x, 664), (width, 168), sign)
            button.state(["!disabled" if works else "disabled"])
        if not view.printer:
            self.text(words("The printer cannot print now."), MIDDLE, 800, colour=self.palette.muted)


class StatementScreen(Screen):
    """Six movements a page, the newest first; how far back is chosen above."""

    shows_busy = True
    note_y = 62

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Statement)
        words = self.words
        account = view.account
        name = f"{account.bank}  ·  {account.masked}" if account else ""
        # The place of the quiet line, so that a note takes it over while it is shown.
        self._line = self.text(
            self.lettering.fit(name, "large", 1500, bold=True), MIDDLE, self.note_y, "large", bold=True
        )
        self._line_y = self.note_y
        self._chips: list[ttk.Button] = []
        self._card: ttk.Frame | None = None
        self._painted: object = None
        self.bottom(words("Back"), "back", icon_name="back")
        self._print = self._upper(words("Print"), "print", "receipt", 0)
        self._mail = self._upper(words("E-mail"), "mail", "mail", 1)
        self._newer = self.turner(words("Newer"), "newer", -1)
        self._older = self.turner(words("Older"), "older", 1)

    def _upper(self, text: str, action: str, sign: str, number: int) -> ttk.Button:
        button = self.lettering.button(self.frame, text, self.act(action), icon_name=sign)
        x = MIDDLE + CARD_WIDTH / 2 - (1 - number) * (PAPER_WIDTH + CHIP_GAP)
        self.put(button, x, CHIPS_TOP, PAPER_WIDTH, CHIP_HEIGHT, anchor="ne")
        return button

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Statement)
        if view == self._painted:
            return
        self._painted = view
        self._paint_chips(view.days)
        self._paint_lines(view)
        for button, works in (
            (self._print, view.printer and bool(view.lines)), (self._mail, view.mail and bool(view.lines)),
            (self._newer, view.page > 1), (self._older, view.page < view.pages),
        ):  # fmt: skip
            button.state(["!disabled" if works else "disabled"])

    def _paint_chips(self, days: int) -> None:
        for chip in self._chips:
            chip.destroy()
        self._chips = []
        for number, (period, text) in enumerate(PERIODS.items()):
            style = "Chosen" if period == days else "Secondary"
            chip = self.lettering.button(self.frame, self.words(text), self.act("period", str(period)), style)
            x = MIDDLE - CARD_WIDTH / 2 + number * (CHIP_WIDTH + CHIP_GAP)
            self.put(chip, x, CHIPS_TOP, CHIP_WIDTH, CHIP_HEIGHT, anchor="nw")
            self._chips.append(chip)

    def _paint_lines(self, view: Statement) -> None:
        if self._card is not None:
            self._card.destroy()
        card = self._card = ttk.Frame(self.frame, style="Card.TFrame", padding=(self.scale(40), self.scale(8)))
        self.put(card, MIDDLE, LINES_TOP, CARD_WIDTH, LINES_HEIGHT, anchor="n")
        if not view.lines:
            label = self.lettering.label(
                card, self.words("No movements"), "body", colour=self.palette.muted, ground=self.palette.surface
            )
            label.place(relx=0.5, rely=0.5, anchor="center")
            return
        for number, line in enumerate(view.lines):
            self._movement(card, number, line)

    def _movement(self, card: ttk.Frame, number: int, line: StatementLine) -> None:
        y = self.scale(number * (LINE_HEIGHT + 4) + 4)
        if number:
            self.rule(card).place(x=0, y=y - self.scale(2), relwidth=1)
        what = self.words(MOVEMENTS[line.kind]) if line.kind in MOVEMENTS else line.kind
        if line.counterparty:
            what = f"{what} · {isolated(line.counterparty)}"
        sign = "+" if line.amount.positive else "−"
        cells: tuple[tuple[float, Anchor, str, str, bool], ...] = (
            (0.0, "w", format_date(line.at.astimezone(), "d MMM", locale=self.locale), self.palette.muted, False),
            (0.12, "w", self.lettering.fit(what, "body", 700), self.palette.ink, False),
            (0.78, "e", f"{sign} {line.amount.magnitude.text(self.locale)}",
             self.palette.good if line.amount.positive else self.palette.ink, True),
            (1.0, "e", line.balance_after.text(self.locale), self.palette.muted, False),
        )  # fmt: skip
        for relx, anchor, text, colour, bold in cells:
            label = self.lettering.label(card, text, "body", bold=bold, colour=colour, ground=self.palette.surface)
            self.direction.place(label, relx=relx, y=y + self.scale(LINE_HEIGHT / 2), anchor=anchor)
