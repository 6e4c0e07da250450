"""The palm: the hand as the camera sees it, where to hold it, and what would make it better seen."""

from __future__ import annotations

from dataclasses import replace

from atm_app.palm_ports import PalmAdvice
from atm_app.views import Palm, Shown
from gui.screens.camera import ADVICE, CAMERA, CameraScreen, Words
from gui.stage import COMPACT, LANDSCAPE, Place
from gui.words import PALM_ADVICE

# Of the picture's height: a hand of a third of its width, with spread fingers.
HALF_WIDTH, HALF_HEIGHT, CENTRE = 0.42, 0.46, 0.5


# Where the picture goes is said above the button at the foot.
PLACES = {
    **CAMERA,
    LANDSCAPE: replace(CAMERA[LANDSCAPE], kept=(1470, 790)),
    COMPACT: replace(CAMERA[COMPACT], kept=(958, 512), advice=Words(316, 400, 2, ADVICE), note=Place(958, 430, 370)),
}


class PalmScreen(CameraScreen):
    first_sign = "palm"
    places = PLACES

    def guide_box(self, width: int, height: int) -> tuple[int, int, int, int]:
        half = (round(height * HALF_WIDTH), round(height * HALF_HEIGHT))
        centre = (width // 2, round(height * CENTRE))
        return centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1]

    def build(self, shown: Shown) -> None:
        super().build(shown)
        assert isinstance(shown.view, Palm)
        if shown.view.pictures:
            self.bottom(self.words("Use a picture"), "picture", icon_name="stick")

    def update(self, shown: Shown) -> None:
        view = shown.view
        assert isinstance(view, Palm)
        checking = view.fraction >= 1
        self.ask(self.words("One moment" if checking else "Show your open hand"), self.first_sign)
        told = view.advice not in (PalmAdvice.NONE, PalmAdvice.NO_HAND) and not checking
        self.advise(self.words(PALM_ADVICE[view.advice.value]) if told else "")
        good, nobody = view.advice is PalmAdvice.NONE, view.advice is PalmAdvice.NO_HAND
        self.show_progress(
            self.palette.guide if nobody else self.palette.good_light if good else self.palette.warning, view.fraction
        )
