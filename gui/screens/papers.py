"""What the customer can take away: a receipt, the movements of an account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from tkinter import ttk

from babel.dates import format_date

from atm_app.scripts import isolated
from atm_app.stores import StatementLine
from atm_app.views import ReceiptOffer, Shown, Statement
from gui.direction import Anchor
from gui.icons import illustration
from gui.screens.base import Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, Choices
from gui.words import MOVEMENTS, PERIODS


@dataclass(frozen=True)
class Receipt:
    drawing: tuple[float, float]
    drawing_y: float
    title_y: float
    balance_y: float
    answers: Choices
    printer_y: float


RECEIPT = {
    LANDSCAPE: Receipt((462, 280), 190, 412, 496, Choices(y=664, width=1500, height=168, gap=28), 800),
    PORTRAIT: Receipt((800, 485), 420, 770, 880, Choices(y=1450, width=984, height=160, gap=28, stacked=True), 1600),
    COMPACT: Receipt((300, 182), 118, 256, 324, Choices(y=448, width=1128, height=130, gap=18), 570),
}


@dataclass(frozen=True)
class Cell:
    """One of the four of a movement: where it stands in its row, as shares, and how."""

    x: float
    y: float
    anchor: Anchor


@dataclass(frozen=True)
class Papers:
    """``chip``: of a period, ``paper``: of a way to take the list away, with its top; width and height. ``date``,
    ``what``, ``amount``, ``balance``: of a movement; ``what_fits``: how long what it was may be. ``signs``: the
    ways have icons."""

    account_y: float
    chips_top: float
    chip: tuple[float, float]
    papers_top: float
    paper: tuple[float, float]
    gap: float
    card: tuple[float, float, float]
    line: float
    line_gap: float
    date: Cell
    what: Cell
    amount: Cell
    balance: Cell
    what_fits: float
    signs: bool = True


ONE_LINE = (Cell(0.0, 0.5, "w"), Cell(0.12, 0.5, "w"), Cell(0.78, 0.5, "e"), Cell(1.0, 0.5, "e"))
CLOSE_LINE = (ONE_LINE[0], Cell(0.15, 0.5, "w"), Cell(0.77, 0.5, "e"), ONE_LINE[3])
TWO_LINES = (Cell(0.0, 0.72, "w"), Cell(0.0, 0.28, "w"), Cell(1.0, 0.28, "e"), Cell(1.0, 0.72, "e"))
PAPERS = {
    LANDSCAPE: Papers(62, 134, (226, 92), 134, (286, 92), 16, (246, 1600, 540), 84, 4, *ONE_LINE, 700),
    PORTRAIT: Papers(90, 176, (234, 100), 1304, (484, 100), 16, (300, 984, 980), 156, 6, *TWO_LINES, 560),
    COMPACT: Papers(33, 66, (176, 66), 66, (187, 66), 10, (138, 1128, 390), 62, 1, *CLOSE_LINE, 370, signs=False),
}


class ReceiptScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ReceiptOffer)
        words = self.words
        places, middle = RECEIPT[self.stage], self.stage.middle
        drawing = illustration("receipt_out", *map(self.scale, places.drawing), self.palette.drawing)
        self.put(self.picture(self.frame, drawing), middle, places.drawing_y)
        self.title(words("Would you like a receipt?"), y=places.title_y)
        if view.balance is not None:
            text = words("Your balance is {balance}.").format(balance=view.balance.text(self.locale))
            self.text(text, middle, places.balance_y, colour=self.palette.muted)
        buttons = [("print", words("Print receipt"), "receipt", view.printer)]
        if view.mail:
            buttons.append(("mail", words("Send by e-mail"), "mail", True))
        buttons.append(("done", words("No receipt"), "", True))
        spread = places.answers.places(len(buttons))
        letters = self.common_size([text for _, text, _, _ in buttons], "large", spread[0][2], icon=True)
        for number, ((action, text, sign, works), (x, y, width)) in enumerate(zip(buttons, spread, strict=True)):
            style = "Primary" if number == 0 else "Secondary"
            button = self.big_button(
                text, action, style, (middle + x, y), (width, places.answers.height), sign, letters
            )
            button.state(["!disabled" if works else "disabled"])
        if not view.printer:
            self.text(words("The printer cannot print now."), middle, places.printer_y, colour=self.palette.muted)


class StatementScreen(Screen):
    """Six movements a page, the newest first; how far back is chosen above."""

    shows_busy = True

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Statement)
        words = self.words
        account = view.account
        name = f"{account.bank}  ·  {account.masked}" if account else ""
        places, fit = PAPERS[self.stage], self.lettering.fit
        # The place of the quiet line, so that a note takes it over while it is shown.
        self.note_place = replace(self.stage.note, y=places.account_y)
        self._line_y = places.account_y
        self._line = self.text(
            fit(name, "large", self.stage.one_line, bold=True), self.stage.middle, self._line_y, "large", bold=True
        )  # fmt: skip
        self._chips: list[ttk.Button] = []
        self._card: ttk.Frame | None = None
        self._painted: object = None
        self.bottom(words("Back"), "back", icon_name="back")
        self._print = self._upper(words("Print"), "print", "receipt", 0)
        self._mail = self._upper(words("E-mail"), "mail", "mail", 1)
        self._newer = self.bottom(words("Newer"), "newer", side="before")
        self._older = self.bottom(words("Older"), "older", side="after")

    def _upper(self, text: str, action: str, sign: str, number: int) -> ttk.Button:
        places = PAPERS[self.stage]
        width, height = places.paper
        button = self.button(text, self.act(action), width, icon_name=sign if places.signs else "")
        x = self.stage.middle + places.card[1] / 2 - (1 - number) * (width + places.gap)
        self.put(button, x, places.papers_top, width, height, anchor="ne")
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
        places = PAPERS[self.stage]
        width, height = places.chip
        size = self.common_size([self.words(text) for text in PERIODS.values()], "body", width)
        for number, (period, text) in enumerate(PERIODS.items()):
            style = "Chosen" if period == days else "Secondary"
            chip = self.button(self.words(text), self.act("period", str(period)), width, style, size=size)
            x = self.stage.middle - places.card[1] / 2 + number * (width + places.gap)
            self.put(chip, x, places.chips_top, width, height, anchor="nw")
            self._chips.append(chip)

    def _paint_lines(self, view: Statement) -> None:
        if self._card is not None:
            self._card.destroy()
        card = self._card = ttk.Frame(self.frame, style="Card.TFrame", padding=(self.scale(40), self.scale(8)))
        top, width, height = PAPERS[self.stage].card
        self.put(card, self.stage.middle, top, width, height, anchor="n")
        if not view.lines:
            label = self.lettering.label(
                card, self.words("No movements"), "body", colour=self.palette.muted, ground=self.palette.surface
            )
            label.place(relx=0.5, rely=0.5, anchor="center")
            return
        for number, line in enumerate(view.lines):
            self._movement(card, number, line)

    def _movement(self, card: ttk.Frame, number: int, line: StatementLine) -> None:
        places = PAPERS[self.stage]
        top, height = self.scale(number * (places.line + places.line_gap) + places.line_gap), self.scale(places.line)
        if number:
            self.rule(card).place(x=0, y=top - self.scale(places.line_gap / 2), relwidth=1)
        what = self.words(MOVEMENTS[line.kind]) if line.kind in MOVEMENTS else line.kind
        if line.counterparty:
            what = f"{what} · {isolated(line.counterparty)}"
        sign = "+" if line.amount.positive else "−"
        moved = f"{sign} {line.amount.magnitude.text(self.locale)}"
        good, muted, ink = self.palette.good, self.palette.muted, self.palette.ink
        for cell, text, colour, bold in (
            (places.date, format_date(line.at.astimezone(), "d MMM", locale=self.locale), muted, False),
            (places.what, self.lettering.fit(what, "body", places.what_fits), ink, False),
            (places.amount, moved, good if line.amount.positive else ink, True),
            (places.balance, line.balance_after.text(self.locale), muted, False),
        ):
            label = self.lettering.label(card, text, "body", bold=bold, colour=colour, ground=self.palette.surface)
            self.direction.place(label, relx=cell.x, y=top + round(height * cell.y), anchor=cell.anchor)
