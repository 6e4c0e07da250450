"""Starting, out of service, welcome, more time, locked, farewell."""

from __future__ import annotations

from atm_app.config import Look
from atm_app.views import Farewell, MoreTime, OutOfService, Shown, Starting, Welcome
from gui import greeting, tokens
from gui.bars import CountdownBar, FillingBar
from gui.greeting import Greeting, Written
from gui.reading import as_title, keep_silent
from gui.screens.base import MIDDLE, Screen
from gui.words import NAMES, NOTES, untranslated

_ = untranslated

STARTING = {
    "database": _("Opening the books"),
    "recovery": _("Settling what was left open"),
    "gallery": _("Getting to know our customers"),
}
LANGUAGE_WIDTH, LANGUAGE_GAP = 284, 24
# The middle of a single row of languages, and of the upper one of two; heights of both, and how far apart two are.
ONE_ROW, TWO_ROWS = (824, 96), (780, 88)
LANGUAGES_A_ROW, ROW_PITCH = 4, 104
# The way without biometrics, and what stands at its sides.
OTHER_WAY_Y, SIDE_WIDTH, SIDE_HEIGHT = 560, 390, 96


class StartingScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        self.sign("bank", self.palette.accent, 300)
        self.title(self.words("One moment, please"), y=510)
        self._step = self.text("", MIDDLE, 595, colour=self.palette.muted)

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Starting)
        text = STARTING.get(shown.view.step, "")
        self.lettering.set(self._step, self.words(text) if text else "", colour=self.palette.muted, wrap=1560)


class OutOfServiceScreen(Screen):
    cancellable = False
    note_y = 640

    def build(self, shown: Shown) -> None:
        self.sign("tools", self.palette.muted, 250)
        self.title(self.words("This machine is out of service"), y=450)
        self.text(
            self.words("We are sorry. It will be back as soon as it can; your money is safe."), MIDDLE, 540,
            colour=self.palette.muted,
        )  # fmt: skip
        self._advice = keep_silent(self.text("", MIDDLE, 850, "small", colour=self.palette.muted))

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, OutOfService)
        advice = self.lettering.fit(shown.view.advice, "small", 1700)
        self.lettering.set(self._advice, advice, "small", colour=self.palette.muted)


class WelcomeScreen(Screen):
    """The one large button is the configured way in; the way without biometrics stands right below it."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Welcome)
        words = self.words
        title = as_title(self.text(words(greeting.TITLE), MIDDLE, 118, "display", bold=True))
        line = self.text(words(greeting.LINE), MIDDLE, 206, colour=self.palette.muted)
        self._greeting = Greeting(
            self.studio.theme, shown.view.languages, shown.language,
            (
                Written(title, greeting.TITLE, "display", {"bold": True, "wrap": 1560}),
                Written(line, greeting.LINE, "body", {"colour": self.palette.muted, "wrap": 1560}),
            ),
        )  # fmt: skip
        self._start = self.lettering.button(
            self.frame, words("Touch to start"), self.act("start"), "Primary", icon_name="touch", size="title"
        )
        self.put(self._start, MIDDLE, 372, 900, 212)
        other = self.lettering.button(
            self.frame, words("Use customer number and PIN instead"), self.act("start_accessible"), icon_name="keypad"
        )
        self.put(other, MIDDLE, OTHER_WAY_Y, 900, 116)
        self._state = self.text("", MIDDLE, 672, colour=self.palette.muted)
        self._progress = FillingBar(self.frame, self.palette, self.direction)
        if len(shown.view.languages) > 1:
            self._languages(shown.view.languages)
        if shown.view.sign_up:
            self._sign_up()
        self._contrast(shown.look)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Welcome)
        if shown.guidance is None:
            self._greeting.begin()
        else:
            self._greeting.rest()
        self._start.state(["!disabled" if view.biometric else "disabled"])
        self.lettering.set(self._state, self._words_for(view), colour=self.palette.muted, wrap=1560)
        if view.preparing < 1.0:
            self._progress.fill(view.preparing)
            self.put(self._progress, MIDDLE, 724, 900, 12)
        else:
            self._progress.place_forget()

    def _words_for(self, view: Welcome) -> str:
        if view.preparing < 1.0:
            return self.words("Enrolling the demonstration customers; the camera is in use for a moment.")
        if not view.biometric:
            return self.words("Camera or fingerprint sensor are not available now.")
        if not view.cash:
            return self.words("No cash from this machine now. You can see your balance.")
        return ""

    def _contrast(self, look: Look) -> None:
        high = look is Look.HIGH_CONTRAST
        button = self.lettering.button(
            self.frame, self.words("High contrast"), self.act("look", "" if high else Look.HIGH_CONTRAST.value),
            "Chosen" if high else "Quiet", icon_name="contrast",
        )  # fmt: skip
        right = tokens.STAGE_WIDTH - tokens.MARGIN
        self.put(button, right, OTHER_WAY_Y, SIDE_WIDTH, SIDE_HEIGHT, anchor="e")

    def _sign_up(self) -> None:
        button = self.lettering.button(
            self.frame, self.words("Open an account"), self.act("open_account"), "Quiet", icon_name="person"
        )
        self.put(button, tokens.MARGIN, OTHER_WAY_Y, SIDE_WIDTH, SIDE_HEIGHT, anchor="w")

    def _languages(self, languages: tuple[str, ...]) -> None:
        """One row where they fit, else two that are about equally long."""
        step = LANGUAGE_WIDTH + LANGUAGE_GAP
        top, height = ONE_ROW if len(languages) <= LANGUAGES_A_ROW else TWO_ROWS
        columns = len(languages) if len(languages) <= LANGUAGES_A_ROW else -(-len(languages) // 2)
        for number, language in enumerate(languages):
            style = "Chosen" if language == self.language else "Secondary"
            button = self.lettering.button(self.frame, NAMES[language], self.act("language", language), style)
            row, column = divmod(number, columns)
            x = MIDDLE + (column - (columns - 1) / 2) * step
            self.put(button, x, top + row * ROW_PITCH, LANGUAGE_WIDTH, height)


class MoreTimeScreen(Screen):
    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, MoreTime)
        seconds = shown.view.seconds
        self.sign("clock", self.palette.accent, 190, 210)
        self.title(
            self.words("Do you need more time?"),
            self.words("Your visit ends after {seconds} seconds without an answer.").format(seconds=round(seconds)),
            y=372,
        )
        self.big_button(self.words("Yes, I need more time"), "more", "Primary", (MIDDLE, 606), (900, 160))
        number = keep_silent(self.text(str(round(seconds)), MIDDLE + 470, 744, "body", bold=True, anchor="w"))
        bar = CountdownBar(self.frame, seconds, self.palette.track, self.palette.accent, number, self.direction)
        self.put(bar, MIDDLE, 744, 900, 12)


class LockedScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        self.sign("lock", self.palette.bad, 250)
        self.title(self.words("We cannot go on now"), y=450)
        self.text(
            self.words("To protect your account, please wait a while before you try again, or ask at your branch."),
            MIDDLE, 560, colour=self.palette.muted, wrap=1200,
        )  # fmt: skip
        self.bottom(self.words("Done"), "done", "Primary")


class FarewellScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Farewell)
        good = view.note in ("", "cancelled", "receipt_printed")
        words = self.words
        self.sign("check" if good else "info", self.palette.good if good else self.palette.warning_deep, 270)
        goodbye = words("Goodbye, {name}").format(name=view.first_name) if view.first_name else words("Goodbye")
        self.title(goodbye, words("Thank you for your visit.") if good else "", y=470, gap=88)
        self.bottom(words("Done"), "done", "Primary")

    def show_note(self, shown: Shown) -> None:
        """On a last screen the note is no remark but the message, so that it stands in plain large letters."""
        if shown.view.note in NOTES and shown.view.note != "cancelled" and not self._noted:
            self._noted = shown.view.note
            self.text(self.words(NOTES[shown.view.note]), MIDDLE, 590, "large", wrap=1240)
