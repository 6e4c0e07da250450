"""The face: the camera's picture as in a mirror, the oval to fill, and one thing to do at a time."""

from __future__ import annotations

import tkinter
from tkinter import ttk

from atm_app.ports import FaceAdvice, FacePrompt, ScreenColour
from atm_app.views import Face, FaceAndPin, Shown
from gui.palette import Palette, contrast
from gui.reading import as_title
from gui.screens.base import KEYPAD_WIDTH, RIGHT_EDGE, pin_dots
from gui.screens.camera import CameraScreen
from gui.words import ADVICE, PROMPTS

OVAL_HALF_WIDTH, OVAL_HALF_HEIGHT = 0.295, 0.40  # of the picture's height
PIN_TOP, PIN_HEIGHT, PIN_PADDING = 78, 118, 40
SIGNS = {
    FacePrompt.LOOK: "face",
    FacePrompt.BLINK: "blink",
    FacePrompt.TURN_LEFT: "turn_left",
    FacePrompt.TURN_RIGHT: "turn_right",
    FacePrompt.LOOK_BACK: "face",
    FacePrompt.LEFT_A_LITTLE: "turn_left",
    FacePrompt.RIGHT_A_LITTLE: "turn_right",
    FacePrompt.NEARER: "nearer",
    FacePrompt.FARTHER: "farther",
    FacePrompt.DONE: "check",
}


class FaceScreen(CameraScreen):
    first_sign = "face"

    def guide_box(self, width: int, height: int) -> tuple[int, int, int, int]:
        half = (round(height * OVAL_HALF_WIDTH), round(height * OVAL_HALF_HEIGHT))
        centre = (width // 2, round(height * 0.50))
        return centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1]

    def build(self, shown: Shown) -> None:
        super().build(shown)
        self._lamp = self._made_lamp()

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Face)
        checking = view.prompt is FacePrompt.DONE
        self.ask(self.words("One moment") if checking else self.words(PROMPTS[view.prompt.value]), SIGNS[view.prompt])
        advice = FaceAdvice.NONE if checking else view.advice
        self.advise("" if advice is FaceAdvice.NONE else self.words(ADVICE[advice.value]))
        self.show_progress(_guide_colour(advice, self.palette), view.fraction)
        self._give_light(view.light)

    def close(self) -> None:
        self._lamp.destroy()
        super().close()

    def _made_lamp(self) -> tkinter.Frame:
        """What lights the face: all of the body in one colour instead of the screen, with one line to read."""
        lamp = tkinter.Frame(self.frame.master)
        line = self.lettering.label(lamp, "", "title", bold=True, wrap=1400, justify="center")
        self._line_in_light = as_title(line)
        self._line_in_light.place(relx=0.5, rely=0.5, anchor="center")
        return lamp

    def _give_light(self, light: ScreenColour | None) -> None:
        if light is None:
            self._lamp.place_forget()
            self.frame.place(x=0, y=0, relwidth=1, relheight=1)
            return
        ground = "#{:02x}{:02x}{:02x}".format(*light)
        letters = max((self.palette.shade, self.palette.guide), key=lambda colour: contrast(colour, ground))
        self._lamp.configure(background=ground)
        self._line_in_light.configure(background=ground)
        line = self.words("The screen lights your face. Keep looking at the camera.")
        self.lettering.set(self._line_in_light, line, "title", bold=True, colour=letters, wrap=1400)
        self._lamp.place(x=0, y=0, relwidth=1, relheight=1)
        self.frame.place_forget()


class FaceAndPinScreen(FaceScreen):
    """The camera at the left, the keys at the right: both at the same time."""

    preview_left, preview_top, preview_width, preview_height = 179, 24, 736, 552
    column_x, column_width, advice_width = 547, 980, 900
    prompt_sizes, prompt_lines = ("title", "large", "body"), 1
    advice_lines = 1
    sign_x, sign_y, prompt_y, advice_y, kept_y = 547, 626, 624, 718, 788
    note_x, note_y, note_wrap = 1540, 854, 580

    def build(self, shown: Shown) -> None:
        self._pin = self._pin_field()
        super().build(shown)
        self._sign.place_forget()
        self._keys = self.keypad(enter=True)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, FaceAndPin)
        super().update(shown)
        if view.given:
            told = self.words("Now look at the camera")
            size = self.lettering.largest(told, ("large", "body"), KEYPAD_WIDTH - PIN_PADDING)
            self.lettering.set(self._pin, told, size, bold=True)
        else:
            self.lettering.set(self._pin, pin_dots(view.filled), "title", bold=True)
        for key in self._keys.winfo_children():
            assert isinstance(key, ttk.Button)
            key.state(["disabled" if view.given else "!disabled"])

    def _pin_field(self) -> ttk.Label:
        box = ttk.Frame(self.frame, style="Field.TFrame")
        self.put(box, RIGHT_EDGE, PIN_TOP, KEYPAD_WIDTH, PIN_HEIGHT, anchor="nw")
        self.text(self.words("Your PIN"), RIGHT_EDGE + KEYPAD_WIDTH / 2, PIN_TOP - 34, bold=True)
        label = self.lettering.label(box, "", "title", bold=True, ground=self.palette.surface)
        label.place(relx=0.5, rely=0.5, anchor="center")
        return label


def _guide_colour(advice: FaceAdvice, palette: Palette) -> str:
    """Green: stay as you are; amber: something is to be done, which words say beside it; white: nobody is there."""
    if advice is FaceAdvice.NO_FACE:
        return palette.guide
    return palette.good_light if advice is FaceAdvice.NONE else palette.warning
