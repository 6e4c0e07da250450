"""Over the header: somebody stands behind you. Over everything, when the customer wants it: nothing to be seen."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk

from PIL import Image

from atm_app.config import Look
from atm_app.onlooker_ports import Onlooker
from atm_app.views import Action, Shown
from gui.direction import Anchor
from gui.icons import icon, medallion
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT
from gui.text import Lettering
from gui.theme import Theme
from gui.tokens import Scale
from gui.words import words_of


@dataclass(frozen=True)
class Places:
    """``text_at``, ``buttons_at``: their middles, shares of the height. ``button``: its width and height, and the width
    its text has."""

    height: float
    sign: float
    gap: float
    text_width: float
    button: tuple[float, float, float]
    text_at: float = 0.5
    buttons_at: float = 0.5


# The banner reaches a little below the header, where no screen has anything; upright its buttons stand below its text.
PLACES = {
    LANDSCAPE: Places(height=116, sign=60, gap=24, text_width=800, button=(400, 92, 350)),
    PORTRAIT: Places(height=212, sign=60, gap=24, text_width=880, button=(480, 100, 430), text_at=0.25,
                     buttons_at=0.72),
    COMPACT: Places(height=78, sign=40, gap=12, text_width=460, button=(290, 68, 260)),
}  # fmt: skip
EDGE = 6
TEXT_SIZES, BUTTON_SIZES = ("large", "body", "small", "fine"), ("body", "small", "fine")
COVER_SIGN = 0.21  # of the shorter side of the stage
# Of the covered screen's height.
SIGN_AT, TITLE_AT, LINE_AT = 0.36, 0.56, 0.65

Answer = Callable[[Action], None]


class OnlookerBanner:
    """``follow`` hears of every picture, ``answer`` of what the customer makes of the warning. ``over`` hears of what
    lies over the screen: a frame with buttons, or what any key does while the screen is covered."""

    def __init__(self, root: tkinter.Tk, theme: Theme, answer: Answer) -> None:
        self._root = root
        self._theme = theme
        self._answer = answer
        self.over: Callable[[ttk.Frame | None, Callable[[], None] | None], None] = lambda *_: None
        self._frame: ttk.Frame | None = None
        self._worn: tuple[Onlooker, str, Look, Scale] | None = None

    def follow(self, shown: Shown) -> None:
        """A screen that is black for somebody who listens needs neither."""
        blank = shown.guidance is not None and shown.guidance.blank
        seen = Onlooker.NOBODY if blank else shown.onlooker
        worn = (seen, shown.language, self._theme.look, self._theme.scale)
        if worn == self._worn:
            return
        self._worn = worn
        if self._frame is not None:
            self._frame.destroy()
            self._frame = None
        if seen is not Onlooker.NOBODY:
            letters = Lettering(self._theme, shown.language)
            self._frame = self._banner(letters) if seen is Onlooker.NEAR else self._cover(letters)
        self.over(
            self._frame if seen is Onlooker.NEAR else None,
            self._giving("show") if seen is Onlooker.HIDDEN else None,
        )

    # --- parts -------------------------------------------------------------------------------------------------------

    def _banner(self, letters: Lettering) -> ttk.Frame:
        words, palette, scale = words_of(letters.language), self._theme.palette, self._theme.scale
        places, margin = PLACES[scale.stage], scale.stage.margin
        frame = ttk.Frame(self._root)
        frame.place(x=0, y=0, relwidth=1, height=scale(places.height))
        tkinter.Frame(frame, background=palette.warning_deep, height=scale(EDGE)).place(
            relx=0, rely=1, relwidth=1, anchor="sw"
        )

        def put(widget: tkinter.Widget, x: float, at: float, side: float = 0.0, **size: int) -> None:
            """``x``: from the edge, design pixels, where a line begins (``side`` 0) or ends (1)."""
            anchor: Anchor = "e" if side else "w"
            inward = -scale(x) if side else scale(x)
            letters.direction.place(widget, relx=side, rely=at, x=inward, y=-scale(EDGE) // 2, anchor=anchor, **size)

        put(self._picture(frame, letters, icon("person", scale(places.sign), palette.warning_deep)), margin,
            places.text_at)  # fmt: skip
        text = words("Somebody is standing behind you")
        size = letters.largest(text, TEXT_SIZES, places.text_width)
        put(letters.label(frame, text, size, bold=True), margin + places.sign + places.gap, places.text_at)
        x, (width, height, room) = margin, places.button
        for told, answer, style in (
            (words("Hide the screen"), "hide", "Primary"), (words("Go on as it is"), "allow", "Secondary"),
        ):  # fmt: skip
            size = letters.largest(told, BUTTON_SIZES, room)
            button = letters.button(frame, told, self._giving(answer), style, size=size)
            put(button, x, places.buttons_at, 1.0, width=scale(width), height=scale(height))
            x += width + places.gap
        return frame

    def _cover(self, letters: Lettering) -> ttk.Frame:
        words, palette, scale = words_of(letters.language), self._theme.palette, self._theme.scale
        frame = ttk.Frame(self._root)
        frame.place(x=0, y=0, relwidth=1, relheight=1)
        disc = medallion(
            "lock", scale(COVER_SIGN * min(scale.stage.width, scale.stage.height)), palette.accent, palette.accent_wash
        )
        title = letters.fit(words("The screen is hidden"), "title", scale.stage.title_width, bold=True)
        line = words("Touch it to see it again")
        for part, height in (
            (self._picture(frame, letters, disc), SIGN_AT),
            (letters.label(frame, title, "title", bold=True), TITLE_AT),
            (letters.label(frame, line, colour=palette.muted, wrap=scale.stage.wrap), LINE_AT),
        ):
            part.place(relx=0.5, rely=height, anchor="center")
            part.bind("<Button-1>", lambda _: self._giving("show")())
        frame.bind("<Button-1>", lambda _: self._giving("show")())
        return frame

    def _picture(self, frame: ttk.Frame, letters: Lettering, image: Image.Image) -> ttk.Label:
        photo = letters.photo(image)
        label = ttk.Label(frame, image=photo, background=self._theme.palette.paper)
        label.picture = photo  # type: ignore[attr-defined]
        return label

    def _giving(self, answer: str) -> Callable[[], None]:
        return lambda: self._answer(Action("onlooker", answer))
