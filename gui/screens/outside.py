"""Starting, out of service, more time, locked, farewell."""

from __future__ import annotations

from dataclasses import dataclass

from atm_app.views import Farewell, MoreTime, OutOfService, Shown, Starting
from gui.reading import keep_silent
from gui.screens.base import Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, UPRIGHT_MESSAGE, Countdown, Message, Place, message_places
from gui.words import NOTES, untranslated

_ = untranslated

STARTING = {
    "database": _("Opening the books"),
    "recovery": _("Settling what was left open"),
    "gallery": _("Getting to know our customers"),
}
STARTED = message_places(Message(sign_y=300, sign=230, title_y=510, line_y=596, told_y=595, wrap=1560))
OUT = message_places(Message(sign_y=250, sign=230, title_y=450, line_y=536, told_y=540, wrap=1560))
LOCKED = message_places(Message(sign_y=250, sign=230, title_y=450, line_y=536, told_y=560, wrap=1200))
LEFT = message_places(Message(sign_y=270, sign=230, title_y=470, line_y=558, told_y=590, wrap=1240))


@dataclass(frozen=True)
class Staff:
    """Out of service: the note, and the line for staff."""

    note: Place
    advice_y: float


STAFF = {
    LANDSCAPE: Staff(Place(960, 640, 1560), 850),
    PORTRAIT: Staff(Place(540, 1120, 820), 1620),
    COMPACT: Staff(Place(600, 476, 1000), 590),
}


class StartingScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        places = STARTED[self.stage]
        self.message(places, "bank", self.palette.accent, self.words("One moment, please"))
        self._step = self.tell(places, "", colour=self.palette.muted)

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Starting)
        text, wrap = STARTING.get(shown.view.step, ""), STARTED[self.stage].wrap
        self.lettering.set(self._step, self.words(text) if text else "", colour=self.palette.muted, wrap=wrap)


class OutOfServiceScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        places, staff = OUT[self.stage], STAFF[self.stage]
        self.note_place = staff.note
        self.message(places, "tools", self.palette.muted, self.words("This machine is out of service"))
        told = self.words("We are sorry. It will be back as soon as it can; your money is safe.")
        self.tell(places, told, colour=self.palette.muted)
        advice = self.text("", self.stage.middle, staff.advice_y, "small", colour=self.palette.muted)
        self._advice = keep_silent(advice)

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, OutOfService)
        advice = self.lettering.fit(shown.view.advice, "small", self.stage.title_width)
        self.lettering.set(self._advice, advice, "small", colour=self.palette.muted)


class InServiceScreen(Screen):
    """Between two errands of staff: nobody is to think the machine is theirs."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        places = OUT[self.stage]
        self.message(places, "person", self.palette.accent, self.words("Our staff are at work here"))
        self.tell(places, self.words("The machine is free again in a moment."), colour=self.palette.muted)


@dataclass(frozen=True)
class MoreTimePlaces:
    message: Message
    button_y: float
    button: tuple[float, float]
    countdown: Countdown


MORE_TIME = {
    LANDSCAPE: MoreTimePlaces(
        Message(sign_y=190, sign=210, title_y=372, line_y=458, told_y=0, wrap=0), 606, (900, 160),
        Countdown(x=960, y=744, width=900, height=12, number_x=1430),
    ),
    PORTRAIT: MoreTimePlaces(UPRIGHT_MESSAGE, 1140, (984, 190), Countdown(496, 1300, 880, 14, 956)),
    COMPACT: MoreTimePlaces(
        Message(sign_y=74, sign=110, title_y=172, line_y=232, told_y=0, wrap=0), 352, (840, 120),
        Countdown(x=570, y=464, width=780, height=10, number_x=980),
    ),
}  # fmt: skip


class MoreTimeScreen(Screen):
    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, MoreTime)
        places, seconds, words = MORE_TIME[self.stage], shown.view.seconds, self.words
        left = words("Your visit ends after {seconds} seconds without an answer.").format(seconds=round(seconds))
        self.message(places.message, "clock", self.palette.accent, words("Do you need more time?"), left)
        yes = (self.stage.middle, places.button_y)
        self.big_button(words("Yes, I need more time"), "more", "Primary", yes, places.button)
        self.count_down(places.countdown, seconds, self.palette.accent)


class LockedScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        places = LOCKED[self.stage]
        self.message(places, "lock", self.palette.bad, self.words("We cannot go on now"))
        told = self.words("To protect your account, please wait a while before you try again, or ask at your branch.")
        self.tell(places, told, colour=self.palette.muted)
        self.bottom(self.words("Done"), "done", "Primary")


class FarewellScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Farewell)
        good = view.note in ("", "cancelled", "receipt_printed")
        words, colour = self.words, self.palette.good if good else self.palette.warning_deep
        goodbye = words("Goodbye, {name}").format(name=view.first_name) if view.first_name else words("Goodbye")
        thanks = words("Thank you for your visit.") if good else ""
        self.message(LEFT[self.stage], "check" if good else "info", colour, goodbye, thanks)
        self.bottom(words("Done"), "done", "Primary")

    def show_note(self, shown: Shown) -> None:
        """On a last screen the note is no remark but the message, so that it stands in plain large letters."""
        note = shown.view.note
        if note in NOTES and note != "cancelled" and not self._noted:
            self._noted = note
            self.tell(LEFT[self.stage], self.words(NOTES[note]), "large")
