"""The welcome screen: the ways in, the languages, and how the screen is to look."""

from __future__ import annotations

from dataclasses import dataclass, field

from atm_app.config import Look
from atm_app.views import Shown, Welcome
from gui import greeting
from gui.bars import FillingBar
from gui.greeting import Greeting, Written
from gui.reading import as_title
from gui.screens.base import Screen
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, Choices, offers_large
from gui.words import NAMES


@dataclass(frozen=True)
class Languages:
    """``one``, ``two``: the middle of a single row and of the upper one of two, and the height of both."""

    a_row: int
    width: float
    gap: float
    one: tuple[float, float]
    two: tuple[float, float]
    pitch: float


@dataclass(frozen=True)
class Places:
    """``start``, ``other``: middle's height, width and height of the two ways in. ``row``: of the quiet buttons below
    them; else each has its own place of ``sides``, its right or its left edge at the margin."""

    title_y: float
    line_y: float
    start: tuple[float, float, float]
    other: tuple[float, float, float]
    state_y: float
    progress_y: float
    languages: Languages
    row: Choices | None = None
    sides: dict[str, tuple[float, float, float]] = field(default_factory=dict)


PLACES = {
    LANDSCAPE: Places(
        title_y=118, line_y=206, start=(372, 900, 212), other=(560, 900, 116), state_y=672, progress_y=724,
        languages=Languages(a_row=4, width=284, gap=24, one=(824, 96), two=(780, 88), pitch=104),
        sides={"open_account": (267, 560, 390), "look": (1653, 560, 390), "large_text": (1653, 444, 390)},
    ),
    PORTRAIT: Places(
        title_y=230, line_y=350, start=(720, 984, 330), other=(980, 984, 140), state_y=1290, progress_y=1350,
        languages=Languages(a_row=4, width=234, gap=16, one=(1540, 110), two=(1500, 104), pitch=124),
        row=Choices(y=1150, width=984, height=110, gap=24),
    ),
    COMPACT: Places(
        title_y=42, line_y=108, start=(195, 800, 110), other=(302, 800, 80), state_y=452, progress_y=490,
        languages=Languages(a_row=8, width=132, gap=10, one=(556, 72), two=(556, 72), pitch=0),
        row=Choices(y=388, width=1128, height=68, gap=16, widest=392),
    ),
}  # fmt: skip
SIDE_HEIGHT, PROGRESS_HEIGHT = 96, 12


class WelcomeScreen(Screen):
    """The one large button is the configured way in; the way without biometrics stands right below it."""

    cancellable = False

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, Welcome)
        words, middle, places = self.words, self.stage.middle, PLACES[self.stage]
        self._greeting = self._made_greeting(shown.view.languages, places)
        y, width, height = places.start
        self._start = self.button(
            words("Touch to start"), self.act("start"), width, "Primary", icon_name="touch", size="title"
        )
        self.put(self._start, middle, y, width, height)
        y, width, height = places.other
        other = self.button(
            words("Use customer number and PIN instead"), self.act("start_accessible"), width, icon_name="keypad"
        )
        self.put(other, middle, y, width, height)
        self._state = self.text("", middle, places.state_y, colour=self.palette.muted)
        self._progress = FillingBar(self.frame, self.palette, self.direction)
        if len(shown.view.languages) > 1:
            self._languages(places.languages, shown.view.languages)
        self._quiet(shown, shown.view)

    def update(self, shown: Shown) -> None:
        view, places = shown.view, PLACES[self.stage]
        assert isinstance(view, Welcome)
        if shown.guidance is None:
            self._greeting.begin()
        else:
            self._greeting.rest()
        self._start.state(["!disabled" if view.biometric else "disabled"])
        text = self._words_for(view)
        size = self.lettering.largest(text, self.stage.sizes("body"), self.stage.wrap, self.stage.title_lines)
        self.lettering.set(self._state, text, size, colour=self.palette.muted, wrap=self.stage.wrap)
        if view.preparing < 1.0:
            self._progress.fill(view.preparing)
            self.put(self._progress, self.stage.middle, places.progress_y, places.other[1], PROGRESS_HEIGHT)
        else:
            self._progress.place_forget()

    def _made_greeting(self, languages: tuple[str, ...], places: Places) -> Greeting:
        stage, theme = self.stage, self.studio.theme
        title = as_title(self.text("", stage.middle, places.title_y, "display", bold=True))
        line = self.text("", stage.middle, places.line_y, colour=self.palette.muted)
        parts = (
            Written(title, greeting.TITLE, ("display", *stage.sizes("title")), stage.title_width, 1,
                    {"bold": True, "wrap": stage.wrap}),
            Written(line, greeting.LINE, stage.sizes("body"), stage.wrap, stage.title_lines,
                    {"colour": self.palette.muted, "wrap": stage.wrap}),
        )  # fmt: skip
        for part in parts:
            part.say(theme, self.language)
        return Greeting(theme, languages, self.language, parts)

    def _words_for(self, view: Welcome) -> str:
        if view.preparing < 1.0:
            return self.words("Enrolling the demonstration customers; the camera is in use for a moment.")
        if not view.biometric:
            return self.words("Camera or fingerprint sensor are not available now.")
        if not view.cash:
            return self.words("No cash from this machine now. You can see your balance.")
        return ""

    def _quiet(self, shown: Shown, view: Welcome) -> None:
        """Opening an account, and how the screen is to look for this visit."""
        high, words = shown.look is Look.HIGH_CONTRAST, self.words
        wanted = [("look", words("High contrast"), "" if high else Look.HIGH_CONTRAST.value, high, "contrast")]
        if view.sign_up:
            wanted.insert(0, ("open_account", words("Open an account"), "", False, "person"))
        if offers_large(self.scale.width, self.scale.height):
            wanted.append(("large_text", words("Large text"), "" if shown.large else "large", shown.large, "letters"))
        places, middle = PLACES[self.stage], self.stage.middle
        row = places.row.places(len(wanted)) if places.row else []
        for number, (action, text, value, chosen, sign) in enumerate(wanted):
            x, y, width = (middle + row[number][0], *row[number][1:]) if row else places.sides[action]
            style = "Chosen" if chosen else "Quiet"
            button = self.button(text, self.act(action, value), width, style, icon_name=sign)
            self.put(button, x, y, width, places.row.height if places.row else SIDE_HEIGHT)

    def _languages(self, places: Languages, languages: tuple[str, ...]) -> None:
        """One row where they fit, else two that are about equally long."""
        single = len(languages) <= places.a_row
        top, height = places.one if single else places.two
        columns = len(languages) if single else -(-len(languages) // 2)
        names = [NAMES[language] for language in languages]
        size = self.common_size(names, "body", places.width)
        for number, language in enumerate(languages):
            style = "Chosen" if language == self.language else "Secondary"
            button = self.button(NAMES[language], self.act("language", language), places.width, style, size=size)
            row, column = divmod(number, columns)
            x = self.stage.middle + (column - (columns - 1) / 2) * (places.width + places.gap)
            self.put(button, x, top + row * places.pitch, places.width, height)
