"""Cash going out and coming in: notes to choose, being counted, to take, to put in."""

from __future__ import annotations

from atm_app.views import ChooseNotes, InsertNotes, Shown, TakeCash
from gui.bars import CountdownBar, MovingBar
from gui.icons import illustration
from gui.reading import keep_silent
from gui.screens.base import BOTTOM, MIDDLE, TOP, Screen
from gui.screens.money import ROW_GAP, ROW_WIDTH, notes_line
from gui.words import untranslated

_ = untranslated


class ChooseNotesScreen(Screen):
    """Clearly different ways to pay the same amount."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, ChooseNotes)
        assert view.amount is not None
        self.title(self.words("Which notes would you like?"), view.amount.text(self.locale))
        height = (BOTTOM - TOP + ROW_GAP) / 4 - ROW_GAP
        first = (TOP + BOTTOM - len(view.mixes) * (height + ROW_GAP) + ROW_GAP) / 2
        for number, mix in enumerate(view.mixes):
            line = self.lettering.fit(notes_line(mix, self.locale), "large", ROW_WIDTH - 160, bold=True)
            button = self.lettering.button(
                self.frame,
                line,
                self.act("mix", str(number)),
                icon_name="cash",
                size="large",
                icon_colour=self.palette.accent,
            )
            self.put(button, MIDDLE, first + number * (height + ROW_GAP), ROW_WIDTH, height, anchor="n")
        self.bottom(self.words("Back"), "back", icon_name="back")


class WorkingScreen(Screen):
    """The machine does what was asked, and nobody can end the visit meanwhile. ``icon``, ``text_now``: what it does."""

    cancellable = False
    shows_busy = False
    icon = ""
    text_now = ""

    def build(self, shown: Shown) -> None:
        self.sign(self.icon, self.palette.accent, 270)
        self.title(self.words(self.text_now), self.words("One moment, please"), y=470, gap=88)
        bar = MovingBar(self.frame, self.palette.track, self.palette.accent)
        self.put(bar, MIDDLE, 668, 700, 12)
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
        drawing = illustration("cash_out", self.scale(560), self.scale(340), self.palette.drawing)
        self.put(self.picture(self.frame, drawing), MIDDLE, 210)
        self.text(view.amount.text(self.locale), MIDDLE, 462, "figure", bold=True, colour=self.palette.good)
        self.title(
            self.words("Please take your cash"),
            self.words("After {seconds} seconds the machine takes it back.").format(seconds=round(view.seconds)),
            y=600,
        )
        number = keep_silent(self.text(str(round(view.seconds)), MIDDLE + 470, 768, "body", bold=True, anchor="w"))
        bar = CountdownBar(self.frame, view.seconds, self.palette.track, self.palette.good, number, self.direction)
        self.put(bar, MIDDLE, 768, 900, 16)


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
        drawing = illustration("cash_in", self.scale(494), self.scale(300), self.palette.drawing)
        self.put(self.picture(self.frame, drawing), MIDDLE - 420, 470)
        self.text(words("Flat, no coins, no clips. The machine counts them."), MIDDLE - 420, 680, wrap=700)
        self._total = self.text("", MIDDLE + 420, 330, "figure", bold=True, colour=self.palette.good)
        self._notes = self.text("", MIDDLE + 420, 520, "large", wrap=760)
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
        self.lettering.set(self._notes, counted or self.words("Nothing counted yet"), "large", wrap=760)
        self._keep.state(["!disabled" if view.notes else "disabled"])
