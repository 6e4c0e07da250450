"""Opening an account: one question a screen, a password, what is agreed to, and the new customer's number."""

from __future__ import annotations

from dataclasses import dataclass
from tkinter import ttk

from atm_app.identity.personal_details import GENDERS
from atm_app.sign_up_views import Agreements, FirstPassword, Joined, Question
from atm_app.steps.keypad import MOBILE_DIGITS
from atm_app.stores import Factor
from atm_app.views import Password, Shown, UserName
from gui.keyboard_layouts import Kind
from gui.reading import called
from gui.screens.base import Screen
from gui.screens.cash import WorkingScreen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT
from gui.words import AGREEMENTS, CONSENTS, GENDER_WORDS, QUESTION_HELP, QUESTIONS, untranslated

_ = untranslated

KINDS = {"name": Kind.TEXT, "address": Kind.TEXT, "user_name": Kind.LATIN, "email": Kind.EMAIL}


@dataclass(frozen=True)
class Tiles:
    """Answers to choose from."""

    width: float
    height: float
    gap: float
    columns: int
    top: float


TILES = {
    LANDSCAPE: Tiles(700, 190, 40, 2, 260), PORTRAIT: Tiles(984, 190, 28, 1, 520), COMPACT: Tiles(554, 156, 20, 2, 170),
}  # fmt: skip


@dataclass(frozen=True)
class Consents:
    """A row for each: its name and what is told under it, as shares of the row, and the button at its end: where its
    end stands, width and height. ``line_y``: of the sentence about pictures; ``below``: from the last row to the one
    about doing without; ``lines``: of each at most. ``a_page``: rows at once."""

    title: tuple[float, str]
    line_y: float
    width: float
    height: float
    gap: float
    top: float
    name: tuple[float, str]
    told: tuple[float, str, float]
    button: tuple[float, float, float, float]
    below: float
    lines: int
    a_page: int


CONSENT_ROWS = {
    LANDSCAPE: Consents(
        title=(70, "title"), line_y=156, width=1640, height=160, gap=16, top=206, name=(0.26, "large"),
        told=(0.66, "small", 1080), button=(0.975, 0.48, 420, 104), below=48, lines=1, a_page=3,
    ),
    PORTRAIT: Consents(
        title=(100, "title"), line_y=248, width=984, height=330, gap=20, top=330, name=(0.17, "large"),
        told=(0.45, "small", 900), button=(0.97, 0.79, 440, 104), below=60, lines=2, a_page=3,
    ),
    # Three rows would leave letters of 13 pixels on 800 × 480.
    COMPACT: Consents(
        title=(32, "large"), line_y=366, width=1128, height=240, gap=0, top=64, name=(0.23, "large"),
        told=(0.7, "body", 1060), button=(0.975, 0.23, 420, 84), below=166, lines=2, a_page=1,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Welcomed:
    sign_y: float
    sign: float
    title_y: float
    called_y: float
    number_y: float
    name_y: float
    told_y: float


WELCOMED = {
    LANDSCAPE: Welcomed(150, 170, 300, 384, 500, 606, 690),
    PORTRAIT: Welcomed(400, 280, 650, 780, 890, 1020, 1130),
    COMPACT: Welcomed(62, 96, 150, 212, 288, 366, 446),
}
DOT = "•"
NAME_SHARE = 900 / 1700  # of a title's width


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
            self._text = self.field()
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
        tiles = TILES[self.stage]
        for number, gender in enumerate(GENDERS):
            row, column = divmod(number, tiles.columns)
            x = self.stage.middle + (column - (tiles.columns - 1) / 2) * (tiles.width + tiles.gap)
            button = self.button(
                self.words(GENDER_WORDS[gender]), self.act("gender", gender), tiles.width, size="large"
            )  # fmt: skip
            self.put(button, x, tiles.top + row * (tiles.height + tiles.gap), tiles.width, tiles.height, anchor="n")


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
    """A row for each biometric, agreed to by a touch, and by another touch not; as many rows as can be read."""

    def build(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Agreements)
        words, places = self.words, CONSENT_ROWS[self.stage]
        title_y, title_size = places.title
        self.title(words("What may we know you by?"), y=title_y, line_y=places.line_y, size=title_size)
        kept = words("No picture is kept. What you agree to you may withdraw at any machine; then it is destroyed.")
        self._line = self._sentence(kept, places.line_y)
        self._answers: dict[Factor, bool] = {}
        first = (view.page - 1) * places.a_page if places.a_page < len(view.kinds) else 0
        kinds = view.kinds[first : first + places.a_page]
        self._rows = {kind: self._row(number, kind) for number, kind in enumerate(kinds)}
        told = words("Without it you sign in with your number or user name, and a code.")
        self._sentence(told, places.top + len(kinds) * (places.height + places.gap) - places.gap + places.below)
        if first:
            self.bottom(words("Back"), "page", side="middle", icon_name="back", value="back")
        last = first + places.a_page >= len(view.kinds)
        way_on = ("enter", "") if last else ("page", "next")
        self.bottom(words("Continue"), way_on[0], "Primary", icon_name="check", value=way_on[1])

    def _sentence(self, text: str, y: float) -> ttk.Label:
        """A quiet one about all rows."""
        size = self.lettering.largest(text, self.stage.sizes("body"), self.stage.wrap, CONSENT_ROWS[self.stage].lines)
        return self.text(text, self.stage.middle, y, size, colour=self.palette.muted)

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
        act, text = self.act("agree", kind.value), self.words("I agree")
        x, y, width, height = CONSENT_ROWS[self.stage].button
        size = self.common_size((text,), "body", width, icon=True)
        button = self.lettering.button(row, text, act, style, icon_name=sign, size=size)
        called(button, f"{text}, {self.words(CONSENTS[kind.value])}")
        self.direction.place(button, relx=x, rely=y, anchor="e", width=self.scale(width), height=self.scale(height))

    def _row(self, number: int, kind: Factor) -> ttk.Frame:
        card, places = ttk.Frame(self.frame, style="Card.TFrame"), CONSENT_ROWS[self.stage]
        top = places.top + number * (places.height + places.gap)
        self.put(card, self.stage.middle, top, places.width, places.height, anchor="n")
        name_y, size = places.name
        name = self.lettering.label(
            card, self.words(CONSENTS[kind.value]), size, bold=True, ground=self.palette.surface
        )  # fmt: skip
        self.direction.place(name, relx=0.03, rely=name_y, anchor="w")
        told_y, size, wrap = places.told
        told = self.lettering.label(
            card, self.words(AGREEMENTS[kind.value]), size, colour=self.palette.muted,
            ground=self.palette.surface, wrap=wrap, justify="left",
        )  # fmt: skip
        self.direction.place(told, relx=0.03, rely=told_y, anchor="w")
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
        words, places, middle = self.words, WELCOMED[self.stage], self.stage.middle
        self.sign("check", self.palette.good, places.sign_y, places.sign)
        name = self.lettering.fit(view.first_name, "title", self.stage.title_width * NAME_SHARE, bold=True)
        self.title(words("Welcome, {name}").format(name=name), y=places.title_y)
        self.text(words("Your customer number"), middle, places.called_y, colour=self.palette.muted)
        self.text(view.number, middle, places.number_y, "figure", bold=True, colour=self.palette.accent)
        user_name = words("Your user name: {name}").format(name=view.user_name)
        sizes = self.stage.sizes("large")
        size = self.lettering.largest(user_name, sizes, self.stage.one_line)
        fitting = self.lettering.fit(user_name, size, self.stage.one_line, bold=True)
        self.text(fitting, middle, places.name_y, size, bold=True, wrap=0)
        self.text(
            words("We have sent you your number. Your account is open; its balance is zero."), middle, places.told_y,
            colour=self.palette.muted,
        )  # fmt: skip
        self.bottom(words("Done"), "done", "Primary", icon_name="check")
