"""What customers change themselves: PIN and limits."""

from __future__ import annotations

from tkinter import ttk

from atm_app.banking.limits import Allowance
from atm_app.steps.keypad import PIN_DIGITS, SHORTEST_PIN
from atm_app.views import NewPin, OwnLimits, Shown
from gui.reading import called
from gui.screens.base import MIDDLE, Cells, Screen
from gui.words import EMERGENCY_PARTS, FIRST_PIN_PARTS, LIMITS, PIN_PARTS

ROW_HEIGHT, ROWS_TOP, CARD_WIDTH = 138, 206, 1480
DOT = "•"


class NewPinScreen(Screen):
    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, NewPin)
        words = self.words
        if view.first:
            self.title(words("Choose a PIN"), words("For the keypad of this machine and every other."))
        elif view.emergency:
            self.title(
                words("Emergency PIN"), words("Type it when you are forced: we call for help, and nobody sees it.")
            )
        else:
            self.title(words("Change PIN"), " ")
        self._cells = Cells(self, PIN_DIGITS)
        self._part = self.text("", MIDDLE - 363, 440, "large", bold=True, wrap=660)
        self.text(
            self.words("Four to six digits. Not your birthday, and no digits in a row."), MIDDLE - 363, 560,
            colour=self.palette.muted, wrap=640,
        )  # fmt: skip
        self.keypad(enter=False)
        if not view.first:
            self.bottom(self.words("Back"), "back", side="middle", icon_name="back")
        self._on = self.bottom(self.words("Continue"), "enter", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, NewPin)
        self._cells.show(DOT * view.filled)
        self.lettering.set(
            self._part,
            self.words(_parts_of(view)[view.part]),
            "large",
            bold=True,
            wrap=660,
        )
        self._on.state(["!disabled" if view.filled >= SHORTEST_PIN else "disabled"])


def _parts_of(view: NewPin) -> dict[str, str]:
    return FIRST_PIN_PARTS if view.first else EMERGENCY_PARTS if view.emergency else PIN_PARTS


class OwnLimitsScreen(Screen):
    """A day's limit of each kind with a smaller and a larger step beside it."""

    def build(self, shown: Shown) -> None:
        words = self.words
        self.title(words("My limits"), words("The most that can be moved in one day."))
        self._card: ttk.Frame | None = None
        self._painted: tuple[Allowance, ...] = ()
        self.bottom(words("Back"), "back", side="middle", icon_name="back")
        self._keep = self.bottom(words("Save"), "keep", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, OwnLimits)
        self._keep.state(["!disabled" if view.changed else "disabled"])
        if view.allowances == self._painted:
            return
        self._painted = view.allowances
        if self._card is not None:
            self._card.destroy()
        card = self._card = ttk.Frame(self.frame, style="Card.TFrame")
        self.put(card, MIDDLE, ROWS_TOP, CARD_WIDTH, ROW_HEIGHT * max(1, len(view.allowances)), anchor="n")
        for number, allowance in enumerate(view.allowances):
            self._row(card, number, allowance)

    def _row(self, card: ttk.Frame, number: int, allowance: Allowance) -> None:
        scale, middle = self.scale, self.scale(ROW_HEIGHT * (number + 0.5))
        if number:
            self.rule(card).place(relx=0.03, y=scale(ROW_HEIGHT * number), relwidth=0.94)
        name = self.lettering.label(
            card, self.words(LIMITS[allowance.kind.value]), "large", bold=True, ground=self.palette.surface
        )
        self.direction.place(name, relx=0.03, y=middle, anchor="w")
        amount = self.lettering.label(
            card, allowance.per_day.text(self.locale), "title", bold=True, ground=self.palette.surface
        )
        self.direction.place(amount, relx=0.68, y=middle, anchor="center")
        steps = (
            (0.475, "less", "minus", self.words("Less"), allowance.per_day.positive),
            (0.93, "more_of", "plus", self.words("More"), allowance.per_day < allowance.ceiling_per_day),
        )
        for relx, action, sign, way, possible in steps:
            act = self.act(action, allowance.kind.value)
            button = self.lettering.button(card, "", act, "Inset", icon_name=sign, size="large")
            called(button, f"{way}, {self.words(LIMITS[allowance.kind.value])}")
            self.direction.place(button, relx=relx, y=middle, anchor="center", width=scale(150), height=scale(104))
            button.state(["!disabled" if possible else "disabled"])
