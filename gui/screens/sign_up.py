"""Opening an account: one question a screen, a password, what is agreed to, and the new customer's number."""

from __future__ import annotations

from tkinter import ttk

from atm_app.sign_up_views import Agreements, FirstPassword, Joined, Question
from atm_app.steps.keypad import MOBILE_DIGITS
from atm_app.steps.sign_up import GENDERS
from atm_app.stores import Factor
from atm_app.views import Password, Shown, UserName
from gui.keyboard_layouts import Kind
from gui.reading import called
from gui.screens.base import MIDDLE, Screen
from gui.screens.cash import WorkingScreen
from gui.words import AGREEMENTS, CONSENTS, GENDER_WORDS, QUESTION_HELP, QUESTIONS, untranslated

_ = untranslated

KINDS = {"name": Kind.TEXT, "address": Kind.TEXT, "user_name": Kind.LATIN, "email": Kind.EMAIL}
TILE_WIDTH, TILE_HEIGHT, TILE_GAP, TILES_TOP = 700, 190, 40, 260
ROW_WIDTH, ROW_HEIGHT, ROW_GAP, ROWS_TOP = 1640, 160, 16, 206
FIELD_HEIGHT = 128
DOT = "•"


class QuestionScreen(Screen):
    """Letters for names and addresses, the keypad for a telephone number, tiles for a choice."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Question)
        words = self.words
        place = words("Question {place} of {of}").format(place=view.place, of=view.of)
        self.title(words(QUESTIONS[view.part]), f"{place}  ·  {words(QUESTION_HELP[view.part])}")
        if view.place > 1:
            self.bottom(words("Back"), "back", side="middle", icon_name="back")
        self._way_on: tuple[str, ttk.Button] | None = None
        if view.part == "gender":
            self._tiles()
            return
        if view.part == "phone":
            self._text = self.field(FIELD_HEIGHT)
            self.keypad(enter=False)
        else:
            self._typed, self._board = self.text_line(), self.keyboard(KINDS[view.part])

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Question)
        if view.part == "gender":
            return
        if view.part == "phone":
            self.lettering.set(self._text, f"{view.prefix} {view.typed}", "title", bold=True)
        else:
            self._typed.show(view.typed)
            self._board.follow(view.typed)
        enough = len(view.typed) == MOBILE_DIGITS if view.part == "phone" else bool(view.typed.strip())
        on = self._on(_("Continue") if enough or not view.optional else _("I have none"))
        on.state(["!disabled" if enough or (view.optional and not view.typed) else "disabled"])

    def _on(self, text: str) -> ttk.Button:
        """The button that leads on, as it is called now."""
        if self._way_on is None or self._way_on[0] != text:
            if self._way_on is not None:
                self._way_on[1].destroy()
            self._way_on = text, self.bottom(self.words(text), "enter", "Primary", icon_name="check")
        return self._way_on[1]

    def _tiles(self) -> None:
        for number, gender in enumerate(GENDERS):
            row, column = divmod(number, 2)
            x = MIDDLE + (column - 0.5) * (TILE_WIDTH + TILE_GAP)
            button = self.lettering.button(
                self.frame, self.words(GENDER_WORDS[gender]), self.act("gender", gender), size="large"
            )
            self.put(button, x, TILES_TOP + row * (TILE_HEIGHT + TILE_GAP), TILE_WIDTH, TILE_HEIGHT, anchor="n")


class _SecretScreen(Screen):
    """A password in dots, with the letters below."""

    def ask_for(self, title: str, line: str) -> None:
        self.title(title, line)
        self._typed, self._board = self.text_line(secret=True), self.keyboard(Kind.LATIN)
        self._on = self.bottom(self.words("Continue"), "enter", "Primary", icon_name="check")

    def show_filled(self, filled: int) -> None:
        self._typed.show(DOT * filled)
        self._board.follow(DOT * filled)
        self._on.state(["!disabled" if filled else "disabled"])


class FirstPasswordScreen(_SecretScreen):
    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, FirstPassword)
        words = self.words
        title = words("Your password once more") if shown.view.again else words("Choose a password")
        self.ask_for(title, words("Eight letters or more. Several words that do not belong together are best."))

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, FirstPassword)
        self.show_filled(shown.view.filled)


class PasswordScreen(_SecretScreen):
    def build(self, shown: Shown) -> None:
        self.ask_for(self.words("Your password"), self.words("Take care that nobody sees what you type."))

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, Password)
        self.show_filled(shown.view.filled)


class UserNameScreen(Screen):
    def build(self, shown: Shown) -> None:
        words = self.words
        self.title(words("Your user name"), words("You chose it when you opened your account at a machine."))
        self._typed, self._board = self.text_line(), self.keyboard(Kind.LATIN)
        self.bottom(words("Use my number"), "number", side="middle", icon_name="keypad")
        self._on = self.bottom(words("Continue"), "enter", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        assert isinstance(shown.view, UserName)
        typed = shown.view.typed
        self._typed.show(typed)
        self._board.follow(typed)
        self._on.state(["!disabled" if typed.strip() else "disabled"])


class AgreementsScreen(Screen):
    """A row for each biometric, agreed to by a touch, and by another touch not."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Agreements)
        words = self.words
        self.title(
            words("What may we know you by?"),
            words("No picture is kept. What you agree to you may withdraw at any machine; then it is destroyed."),
        )
        self._answers: dict[Factor, bool] = {}
        self._rows = {kind: self._row(number, kind) for number, kind in enumerate(view.kinds)}
        told = words("Without it you sign in with your number or user name, and a code.")
        self.text(told, MIDDLE, ROWS_TOP + len(view.kinds) * (ROW_HEIGHT + ROW_GAP) + 32, colour=self.palette.muted)
        self.bottom(words("Continue"), "enter", "Primary", icon_name="check")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Agreements)
        for kind, row in self._rows.items():
            self._answer(row, kind, agreed=kind in view.agreed)

    def _answer(self, row: ttk.Frame, kind: Factor, *, agreed: bool) -> None:
        """The button of a row, made anew when what it says changes."""
        if self._answers.get(kind) is agreed:
            return
        self._answers[kind] = agreed
        for before in row.winfo_children():
            if isinstance(before, ttk.Button):
                before.destroy()
        style, sign = ("InsetChosen", "check") if agreed else ("Inset", "")
        act = self.act("agree", kind.value)
        button = self.lettering.button(row, self.words("I agree"), act, style, icon_name=sign)
        called(button, f"{self.words('I agree')}, {self.words(CONSENTS[kind.value])}")
        self.direction.place(button, relx=0.975, rely=0.48, anchor="e", width=self.scale(420), height=self.scale(104))

    def _row(self, number: int, kind: Factor) -> ttk.Frame:
        card = ttk.Frame(self.frame, style="Card.TFrame")
        self.put(card, MIDDLE, ROWS_TOP + number * (ROW_HEIGHT + ROW_GAP), ROW_WIDTH, ROW_HEIGHT, anchor="n")
        name = self.lettering.label(
            card, self.words(CONSENTS[kind.value]), "large", bold=True, ground=self.palette.surface
        )
        self.direction.place(name, relx=0.03, rely=0.26, anchor="w")
        told = self.lettering.label(
            card, self.words(AGREEMENTS[kind.value]), "small", colour=self.palette.muted, ground=self.palette.surface,
            wrap=1080, justify="left",
        )  # fmt: skip
        self.direction.place(told, relx=0.03, rely=0.66, anchor="w")
        return card


class JoiningScreen(WorkingScreen):
    """What was said is kept; nobody has to do anything. Only the very last step lets nobody go."""

    icon, text_now = "person", _("Opening your account")

    def build(self, shown: Shown) -> None:
        self.cancellable = shown.state != "opening"
        super().build(shown)


class JoinedScreen(Screen):
    """The number large: it is what the customer takes home."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Joined)
        words = self.words
        self.sign("check", self.palette.good, 150, 170)
        name = self.lettering.fit(view.first_name, "title", 900, bold=True)
        self.title(words("Welcome, {name}").format(name=name), y=300)
        self.text(words("Your customer number"), MIDDLE, 384, colour=self.palette.muted)
        self.text(view.number, MIDDLE, 500, "figure", bold=True, colour=self.palette.accent)
        user_name = words("Your user name: {name}").format(name=view.user_name)
        self.text(self.lettering.fit(user_name, "large", 1500, bold=True), MIDDLE, 606, "large", bold=True)
        self.text(
            words("We have sent you your number. Your account is open; its balance is zero."), MIDDLE, 690,
            colour=self.palette.muted,
        )  # fmt: skip
        self.bottom(words("Done"), "done", "Primary", icon_name="check")
