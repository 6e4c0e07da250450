"""The bar above every screen: the bank, where in proving who they are the customer stands, the day and the time."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from datetime import datetime
from tkinter import ttk

from babel.dates import format_date, format_time
from PIL import Image

from atm_app.languages import LOCALE
from atm_app.views import Shown
from gui.brand import LOGO_HEIGHT, LOGO_WIDTH, Brand
from gui.direction import Direction, Side
from gui.icons import icon
from gui.steps import Steps, drawn, steps_of
from gui.text import Lettering
from gui.theme import Theme
from gui.words import DAY, DAYS

CLOCK_MILLISECONDS = 5000
HEADER_LINE = 4
BANK_SIGN = 52


class Header:
    """Built for a look and a size. ``frame`` holds the bank and the clock; the steps stand in it, or below it in a line
    of their own that comes and goes."""

    def __init__(self, root: tkinter.Tk, theme: Theme, brand: Brand, now: Callable[[], datetime]) -> None:
        self._root, self._theme, self._brand, self._now = root, theme, brand, now
        self._scale, self._stage = theme.scale, theme.scale.stage
        self._language = "en"
        self.frame = self._bar(root)
        self.frame.place(x=0, y=0, relwidth=1, height=self._scale(self._stage.header))
        self._line = self._bar(root) if self._stage.steps else self.frame
        self._made_parts()
        self._turn()
        self._steps = ttk.Label(self._line, background=theme.palette.header)
        self._told_steps: Steps | None = None
        self.clock_timer = root.after(CLOCK_MILLISECONDS, self._every_few_seconds)
        self.frame.bind("<Destroy>", lambda _: root.after_cancel(self.clock_timer))

    @property
    def bottom(self) -> int:
        """Where it ends now, in pixels."""
        with_line = self._told_steps is not None
        return self._scale(self._stage.body_top if with_line else self._stage.header)

    def destroy(self) -> None:
        for frame in {self.frame, self._line}:
            frame.destroy()

    def turn(self, language: str) -> None:
        """The bank where a line begins, the clock where it ends, the day in the customer's language."""
        self._language = language
        self._turn()
        self._tick()

    def tell_steps(self, shown: Shown) -> None:
        """What is done and what is still to come of proving who one is."""
        steps = steps_of(shown)
        if steps == self._told_steps:
            return
        self._told_steps = steps
        line = self._steps if self._line is self.frame else self._line
        if steps is None:
            line.place_forget()
            return
        letters = Lettering(self._theme, shown.language)
        self._steps_picture = letters.photo(drawn(steps, self._scale, self._theme.palette))
        self._steps.configure(image=self._steps_picture)
        self._steps.place(relx=0.5, rely=0.5, anchor="center")
        if line is self._line:
            top, height = self._scale(self._stage.header), self._scale(self._stage.steps)
            line.place(x=0, y=top, relwidth=1, height=height)

    def _bar(self, root: tkinter.Tk) -> ttk.Frame:
        bar = ttk.Frame(root, style="Header.TFrame")
        tkinter.Frame(bar, background=self._theme.palette.header_line).place(
            relx=0, rely=1, relwidth=1, height=self._scale(HEADER_LINE), anchor="sw"
        )
        return bar

    def _made_parts(self) -> None:
        palette, scale, stage, bar = self._theme.palette, self._scale, self._stage, self.frame
        letters, margin = Lettering(self._theme, "en"), scale(stage.margin)
        self._bank_sign = letters.photo(self._sign_of_bank())
        sign = ttk.Label(bar, image=self._bank_sign, background=palette.header)
        fitting = letters.fit(self._brand.name, "body", stage.bank_width, bold=True)
        name = letters.label(bar, fitting, "body", bold=True, colour=palette.header_ink, ground=palette.header)
        self._clock = letters.label(bar, "", "body", bold=True, colour=palette.header_ink, ground=palette.header)
        self._parts: list[tuple[ttk.Label, Side, tuple[int, int]]] = [
            (sign, "left", (margin, scale(20))), (name, "left", (0, 0)), (self._clock, "right", (scale(28), margin)),
        ]  # fmt: skip
        self._date: ttk.Label | None = None
        if stage.tells_date:
            self._date = letters.label(bar, "", "small", colour=palette.header_soft, ground=palette.header)
            self._parts.append((self._date, "right", (0, 0)))

    def _sign_of_bank(self) -> Image.Image:
        share = self._stage.header_share
        if self._brand.logo is not None:
            return self._brand.logo.drawn(self._scale(LOGO_WIDTH * share), self._scale(LOGO_HEIGHT * share))
        return icon("bank", self._scale(BANK_SIGN * share), self._theme.palette.header_ink)

    def _turn(self) -> None:
        direction = Direction.of(self._language)
        for widget, side, padx in self._parts:
            direction.pack(widget, side=side, padx=padx)

    def _every_few_seconds(self) -> None:
        self._tick()
        self.clock_timer = self._root.after(CLOCK_MILLISECONDS, self._every_few_seconds)

    def _tick(self) -> None:
        language, palette, now = self._language, self._theme.palette, self._now()
        locale, letters = LOCALE.get(language, "en_IN"), Lettering(self._theme, language)
        letters.set(
            self._clock, format_time(now, "HH:mm", locale=locale), "body", bold=True, colour=palette.header_ink
        )  # fmt: skip
        if self._date is not None:
            day = format_date(now, DAYS.get(language, DAY), locale=locale)
            letters.set(self._date, day, "small", colour=palette.header_soft)
