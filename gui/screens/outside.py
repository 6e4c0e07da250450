"""Starting, out of service, welcome, more time, locked, farewell."""

from __future__ import annotations

from tkinter import ttk

from atm_app.views import Farewell, MoreTime, OutOfService, Shown, Starting, Welcome
from gui import tokens
from gui.screens.base import Screen
from gui.words import NAMES, NOTES, untranslated

_ = untranslated

STARTING = {
    "database": _("Opening the books"),
    "recovery": _("Settling what was left open"),
    "gallery": _("Getting to know our customers"),
}


class StartingScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        self.sign("bank", tokens.BLUE, 180, 0.5, 0.34)
        self.title(self.words("One moment, please"), y=0.54)
        self._step = self.lettering.label(self.frame, "", "body", colour=tokens.MUTED)
        self._step.place(relx=0.5, rely=0.64, anchor="center")

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Starting)
        text = STARTING.get(shown.view.step, "")
        self.lettering.set(self._step, self.words(text) if text else "", colour=tokens.MUTED)


class OutOfServiceScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        self.sign("tools", tokens.MUTED, 170, 0.5, 0.30)
        self.title(
            self.words("This machine is out of service"),
            self.words("We are sorry. It will be back as soon as it can; your money is safe."), y=0.50,
        )  # fmt: skip
        self._advice = self.lettering.label(self.frame, "", "small", colour=tokens.MUTED, wrap=1500)
        self._advice.place(relx=0.5, rely=0.9, anchor="center")
        self._note_y = 0.74

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, OutOfService)
        self.lettering.set(self._advice, shown.view.advice, "small", colour=tokens.MUTED, wrap=1500)


class WelcomeScreen(Screen):
    """The one large button is the configured way in; the way without biometrics stands right below it."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Welcome)
        letters, words = self.lettering, self.words
        letters.label(self.frame, words("Welcome"), "display", bold=True).place(relx=0.5, rely=0.13, anchor="center")
        letters.label(
            self.frame, words("No card needed. Use your face, your fingerprint and a one-time code."), "body",
            colour=tokens.MUTED, wrap=1500,
        ).place(relx=0.5, rely=0.225, anchor="center")  # fmt: skip
        self._start = letters.button(
            self.frame, words("Touch to start"), self.act("start"), "Primary", icon_name="touch", size="title"
        )
        self._start.place(relx=0.5, rely=0.41, anchor="center", width=self.scale(860), height=self.scale(210))
        letters.button(
            self.frame, words("Use customer number and PIN instead"), self.act("start_accessible"), icon_name="keypad"
        ).place(relx=0.5, rely=0.60, anchor="center", width=self.scale(860), height=self.scale(112))
        self._state = letters.label(self.frame, "", "body", colour=tokens.MUTED, wrap=1500)
        self._state.place(relx=0.5, rely=0.71, anchor="center")
        self._progress = ttk.Progressbar(self.frame, maximum=1.0, length=self.scale(700))
        if len(shown.view.languages) > 1:
            self._languages(shown.view.languages)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Welcome)
        self._start.state(["!disabled" if view.biometric else "disabled"])
        self.lettering.set(self._state, self._words_for(view), colour=tokens.MUTED, wrap=1500)
        if view.preparing < 1.0:
            self._progress.configure(value=view.preparing)
            self._progress.place(relx=0.5, rely=0.765, anchor="center")
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

    def _languages(self, languages: tuple[str, ...]) -> None:
        width, gap = self.scale(270), self.scale(tokens.GAP)
        left = -(len(languages) - 1) * (width + gap) // 2
        for number, language in enumerate(languages):
            style = "Chosen" if language == self.language else "Secondary"
            button = self.lettering.button(self.frame, NAMES[language], self.act("language", language), style)
            button.place(
                relx=0.5, x=left + number * (width + gap), rely=0.90, anchor="center", width=width,
                height=self.scale(96),
            )  # fmt: skip


class MoreTimeScreen(Screen):
    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, MoreTime)
        self.sign("clock", tokens.BLUE, 150, 0.5, 0.24)
        self.title(
            self.words("Do you need more time?"),
            self.words("Your visit ends in {seconds} seconds.").format(seconds=round(shown.view.seconds)), y=0.42,
        )  # fmt: skip
        self.lettering.button(
            self.frame, self.words("Yes, I need more time"), self.act("more"), "Primary", size="large"
        ).place(relx=0.5, rely=0.66, anchor="center", width=self.scale(860), height=self.scale(170))


class LockedScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        self.sign("lock", tokens.RED, 170, 0.5, 0.30)
        self.title(
            self.words("We cannot go on now"),
            self.words("To protect your account, please wait a while before you try again, or ask at your branch."),
            y=0.50,
        )
        self.bottom(self.words("Done"), "done", "Primary")


class FarewellScreen(Screen):
    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Farewell)
        view = shown.view
        good = view.note in ("", "cancelled", "receipt_printed")
        self.sign("check" if good else "info", tokens.GREEN if good else tokens.MUTED, 170, 0.5, 0.28)
        words = self.words
        goodbye = words("Goodbye, {name}").format(name=view.first_name) if view.first_name else words("Goodbye")
        self.title(goodbye, words("Thank you for your visit.") if good else "", y=0.49)
        self._note_y = 0.68
        self.bottom(words("Done"), "done", "Primary")

    def show_note(self, shown: Shown) -> None:
        if shown.view.note in NOTES and shown.view.note != "cancelled":
            super().show_note(shown)
