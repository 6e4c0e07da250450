"""What customers change themselves: PIN and limits."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk

from atm_app.banking.limits import Allowance
from atm_app.steps.keypad import PIN_DIGITS, SHORTEST_PIN
from atm_app.views import NewPin, OwnLimits, Shown
from gui.reading import called
from gui.screens.base import Cells, Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT
from gui.words import EMERGENCY_PARTS, FIRST_PIN_PARTS, LIMITS, PIN_PARTS


@dataclass(frozen=True)
class Parts:
    """Below the cells: which PIN is asked for, and what it is to be; the middle of each, and how much narrower than the
    cells its lines are."""

    part_y: float
    part_narrower: float
    told_y: float
    told_narrower: float


PARTS = {LANDSCAPE: Parts(440, 40, 560, 60), PORTRAIT: Parts(560, 40, 690, 60), COMPACT: Parts(290, 0, 404, 10)}


@dataclass(frozen=True)
class Limits:
    """Rows of a card; of each the name, the two steps and the amount between them, as shares of it. ``name_fits``: how
    long it may be; ``step``: width and height."""

    width: float
    top: float
    row: float
    name: tuple[float, float]
    name_fits: float
    less: float
    amount: float
    more: float
    steps_y: float
    step: tuple[float, float]


LIMIT_ROWS = {
    LANDSCAPE: Limits(1480, 206, 138, (0.03, 0.5), 700, 0.475, 0.68, 0.93, 0.5, (150, 104)),
    PORTRAIT: Limits(984, 360, 258, (0.05, 0.24), 880, 0.14, 0.5, 0.86, 0.66, (180, 120)),
    COMPACT: Limits(1128, 150, 94, (0.025, 0.5), 440, 0.49, 0.7, 0.91, 0.48, (126, 74)),
}
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
        places, column = PARTS[self.stage], self.stage.column
        self._wrap = column.width - places.part_narrower
        self._part = self.text("", column.middle, places.part_y, "large", bold=True, wrap=self._wrap)
        self.text(
            self.words("Four to six digits. Not your birthday, and no digits in a row."), column.middle, places.told_y,
            colour=self.palette.muted, wrap=column.width - places.told_narrower,
        )  # fmt: skip
        self.keypad(enter=False, digits=view.pad)
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
            wrap=self._wrap,
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
        card, places = ttk.Frame(self.frame, style="Card.TFrame"), LIMIT_ROWS[self.stage]
        self._card = card
        height = places.row * max(1, len(view.allowances))
        self.put(card, self.stage.middle, places.top, places.width, height, anchor="n")
        for number, allowance in enumerate(view.allowances):
            self._row(card, number, allowance)

    def _row(self, card: ttk.Frame, number: int, allowance: Allowance) -> None:
        scale, places = self.scale, LIMIT_ROWS[self.stage]
        top, text = places.row * number, self.words(LIMITS[allowance.kind.value])
        if number:
            self.rule(card).place(relx=0.03, y=scale(top), relwidth=0.94)
        size = self.lettering.largest(text, self.stage.sizes("large"), places.name_fits)
        name = self.lettering.label(card, text, size, bold=True, ground=self.palette.surface)
        x, y = places.name
        self.direction.place(name, relx=x, y=scale(top + places.row * y), anchor="w")
        middle, (width, height) = scale(top + places.row * places.steps_y), map(scale, places.step)
        amount = self.lettering.label(
            card, allowance.per_day.text(self.locale), "title", bold=True, ground=self.palette.surface
        )
        self.direction.place(amount, relx=places.amount, y=middle, anchor="center")
        steps = (
            (places.less, "less", "minus", self.words("Less"), allowance.per_day.positive),
            (places.more, "more_of", "plus", self.words("More"), allowance.per_day < allowance.ceiling_per_day),
        )
        for relx, action, sign, way, possible in steps:
            act = self.act(action, allowance.kind.value)
            button = self.lettering.button(card, "", act, "Inset", icon_name=sign, size="large")
            called(button, f"{way}, {self.words(LIMITS[allowance.kind.value])}")
            self.direction.place(button, relx=relx, y=middle, anchor="center", width=width, height=height)
            button.state(["!disabled" if possible else "disabled"])
