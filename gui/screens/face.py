"""The face: the camera's picture as in a mirror, the oval to fill, and one thing to do at a time."""

from __future__ import annotations

import tkinter
from tkinter import ttk

from atm_app.ports import FaceAdvice, FacePrompt, ScreenColour
from atm_app.views import Face, FaceAndPin, Shown
from gui.palette import Palette, contrast
from gui.reading import as_title
from gui.screens.base import pin_dots
from gui.screens.camera import ADVICE as ADVICE_SIZES
from gui.screens.camera import CameraPlaces, CameraScreen, Words
from gui.stage import COMPACT, LANDSCAPE, PORTRAIT, Place
from gui.words import ADVICE, PROMPTS

OVAL_HALF_WIDTH, OVAL_HALF_HEIGHT = 0.295, 0.40  # of the picture's height
PIN_PADDING = 40
LIGHT_SHARE = 1400 / 1920  # of the window, for the line in the light
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
        line = self.lettering.label(lamp, "", "title", bold=True, wrap=self._light_wrap, justify="center")
        self._line_in_light = as_title(line)
        self._line_in_light.place(relx=0.5, rely=0.5, anchor="center")
        return lamp

    @property
    def _light_wrap(self) -> float:
        return self.stage.width * LIGHT_SHARE

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
        self.lettering.set(self._line_in_light, line, "title", bold=True, colour=letters, wrap=self._light_wrap)
        self._lamp.place(x=0, y=0, relwidth=1, relheight=1)
        self.frame.place_forget()


PROMPT = ("title", "large", "body", "small")
FACE_AND_PIN = {
    LANDSCAPE: CameraPlaces(
        (179, 24, 736, 552), 547, 626, 150, Words(624, 980, 1, PROMPT[:3]), Words(718, 900, 1, ADVICE_SIZES[:2]),
        (36, 16), (547, 788), Place(1540, 854, 580),
    ),
    PORTRAIT: CameraPlaces(
        (244, 4, 592, 444), 540, 506, 150, Words(506, 984, 1, PROMPT), Words(598, 900, 1, ADVICE_SIZES), (30, 10),
        (540, 672), Place(794, 1624, 370),
    ),
    COMPACT: CameraPlaces(
        (132, 2, 392, 294), 328, 334, 80, Words(334, 600, 1, PROMPT), Words(407, 560, 1, ADVICE_SIZES), (20, 6),
        (984, 572), Place(328, 490, 500),
    ),
}  # fmt: skip
# Of the PIN's field over the keypad: the middle of what it is called, its top and its height.
PIN_FIELD = {LANDSCAPE: (44, 78, 118), PORTRAIT: (730, 762, 112), COMPACT: (30, 60, 78)}


class FaceAndPinScreen(FaceScreen):
    """The camera beside the keys or above them: both at the same time."""

    places = FACE_AND_PIN

    def build(self, shown: Shown) -> None:
        assert isinstance(shown.view, FaceAndPin)
        self._pin = self._pin_field()
        super().build(shown)
        self._sign.place_forget()
        self._keys = self.keypad(enter=True, digits=shown.view.pad)

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, FaceAndPin)
        super().update(shown)
        if view.given:
            told = self.words("Now look at the camera")
            sizes = ("large", *self.stage.sizes("body"))
            size = self.lettering.largest(told, sizes, self.stage.keypad.width - PIN_PADDING)
            self.lettering.set(self._pin, told, size, bold=True)
        else:
            self.lettering.set(self._pin, pin_dots(view.filled), "title", bold=True)
        for key in self._keys.winfo_children():
            assert isinstance(key, ttk.Button)
            key.state(["disabled" if view.given else "!disabled"])

    def _pin_field(self) -> ttk.Label:
        box = ttk.Frame(self.frame, style="Field.TFrame")
        keypad, (called_y, top, height) = self.stage.keypad, PIN_FIELD[self.stage]
        self.put(box, keypad.left, top, keypad.width, height, anchor="nw")
        self.text(self.words("Your PIN"), keypad.left + keypad.width / 2, called_y, bold=True)
        label = self.lettering.label(box, "", "title", bold=True, ground=self.palette.surface)
        label.place(relx=0.5, rely=0.5, anchor="center")
        return label


def _guide_colour(advice: FaceAdvice, palette: Palette) -> str:
    """Green: stay as you are; amber: something is to be done, which words say beside it; white: nobody is there."""
    if advice is FaceAdvice.NO_FACE:
        return palette.guide
    return palette.good_light if advice is FaceAdvice.NONE else palette.warning
