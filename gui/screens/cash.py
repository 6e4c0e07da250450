"""Cash going out and coming in: notes to choose, being counted, to take, to put in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from tkinter import ttk

from atm_app.views import ChooseNotes, InsertNotes, Shown, TakeCash
from gui.bars import MovingBar
from gui.icons import illustration
from gui.screens.base import Screen
from gui.screens.money import notes_line
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, UPRIGHT_MESSAGE, Countdown, Message, Place
from gui.words import untranslated

_ = untranslated

MIX_PADDING, BAR_HEIGHT = 110, 12
# The text is the moving bar, as wide as its lines would be.
WORKING = {
    LANDSCAPE: Message(sign_y=270, sign=230, title_y=470, line_y=558, told_y=668, wrap=700),
    PORTRAIT: replace(UPRIGHT_MESSAGE, told_y=990, wrap=800),
    COMPACT: Message(sign_y=180, sign=170, title_y=322, line_y=392, told_y=472, wrap=700),
}


@dataclass(frozen=True)
class Take:
    drawing: tuple[float, float]
    drawing_y: float
    amount_y: float
    title_y: float
    line_y: float
    countdown: Countdown


TAKE = {
    LANDSCAPE: Take((560, 340), 210, 462, 600, 686, Countdown(960, 768, 900, 16, 1430)),
    PORTRAIT: Take((900, 546), 430, 830, 1030, 1180, Countdown(496, 1310, 880, 18, 956)),
    COMPACT: Take((360, 219), 140, 310, 404, 472, Countdown(570, 544, 780, 12, 980)),
}


@dataclass(frozen=True)
class Insert:
    """The slot with what it takes, and what was counted: the sum over the notes."""

    drawing: tuple[float, float]
    drawing_at: Place
    told: Place
    total: Place
    notes: Place


INSERT = {
    LANDSCAPE: Insert((494, 300), Place(540, 470, 0), Place(540, 680, 700), Place(1380, 330, 0), Place(1380, 520, 760)),
    PORTRAIT: Insert((800, 486), Place(540, 580, 0), Place(540, 880, 900), Place(540, 1030, 0), Place(540, 1240, 900)),
    COMPACT: Insert((330, 200), Place(300, 258, 0), Place(300, 446, 560), Place(880, 206, 0), Place(880, 380, 560)),
}


class ChooseNotesScreen(Screen):
    """Clearly different ways to pay the same amount."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ChooseNotes)
        assert view.amount is not None
        self.title(self.words("Which notes would you like?"), view.amount.text(self.locale))
        lines = [notes_line(mix, self.locale) for mix in view.mixes]
        size = self.common_size(lines, "large", self.stage.rows.width, icon=True)
        self.put_rows([self._row(str(number), line, size) for number, line in enumerate(lines)])
        self.bottom(self.words("Back"), "back", icon_name="back")

    def _row(self, number: str, notes: str, size: str) -> ttk.Button:
        room = self.stage.rows.width - MIX_PADDING
        return self.lettering.button(
            self.frame, self.lettering.fit(notes, size, room, bold=True), self.act("mix", number), icon_name="cash",
            size=size, icon_colour=self.palette.accent,
        )  # fmt: skip


class WorkingScreen(Screen):
    """The machine does what was asked, and nobody can end the visit meanwhile. ``icon``, ``text_now``: what it does."""

    cancellable = False
    shows_busy = False
    icon = ""
    text_now = ""

    def build(self, shown: Shown) -> None:
        places = WORKING[self.stage]
        self.message(
            places, self.icon, self.palette.accent, self.words(self.text_now), self.words("One moment, please")
        )
        bar = MovingBar(self.frame, self.palette.track, self.palette.accent)
        self.put(bar, self.stage.middle, places.told_y, places.wrap, BAR_HEIGHT)
        bar.start()


class DispensingScreen(WorkingScreen):
    icon, text_now = "cash", _("Counting your notes")


class StoringScreen(WorkingScreen):
    icon, text_now = "cash_in", _("Keeping your notes")


class BookingScreen(WorkingScreen):
    icon, text_now = "transfer", _("Sending your money")


class TakeCashScreen(Screen):
    cancellable = False
    shows_busy = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, TakeCash)
        assert view.amount is not None
        places, middle = TAKE[self.stage], self.stage.middle
        drawing = illustration("cash_out", *map(self.scale, places.drawing), self.palette.drawing)
        self.put(self.picture(self.frame, drawing), middle, places.drawing_y)
        amount = view.amount.text(self.locale)
        self.text(amount, middle, places.amount_y, "figure", bold=True, colour=self.palette.good)
        self.title(
            self.words("Please take your cash"),
            self.words("After {seconds} seconds the machine takes it back.").format(seconds=round(view.seconds)),
            y=places.title_y, line_y=places.line_y,
        )  # fmt: skip
        self.count_down(places.countdown, view.seconds, self.palette.good)


class InsertNotesScreen(Screen):
    """The slot is open; what was counted so far stands beside it."""

    shows_busy = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, InsertNotes)
        words = self.words
        line = ""
        if view.most is not None:
            line = words("At most {amount} in one deposit").format(amount=view.most.text(self.locale))
        self.title(words("Please put your notes in"), line)
        places = INSERT[self.stage]
        drawing = illustration("cash_in", *map(self.scale, places.drawing), self.palette.drawing)
        self.put(self.picture(self.frame, drawing), places.drawing_at.x, places.drawing_at.y)
        told = words("Flat, no coins, no clips. The machine counts them.")
        self.text(told, places.told.x, places.told.y, wrap=places.told.wrap)
        self._total = self.text("", places.total.x, places.total.y, "figure", bold=True, colour=self.palette.good)
        self._notes = self.text("", places.notes.x, places.notes.y, "large", wrap=places.notes.wrap)
        self._keep = self.bottom(words("That is all"), "keep", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, InsertNotes)
        assert view.total is not None
        self.lettering.set(
            self._total, view.total.text(self.locale), "figure", bold=True,
            colour=self.palette.good if view.notes else self.palette.muted,
        )  # fmt: skip
        counted = "\n".join(
            f"{note.count} × {type(view.total)(note.denomination, view.total.currency).text(self.locale)}"
            for note in view.notes
        )
        self.lettering.set(
            self._notes, counted or self.words("Nothing counted yet"), "large", wrap=INSERT[self.stage].notes.wrap
        )
        self._keep.state(["!disabled" if view.notes else "disabled"])
