"""Where in proving who they are the customer stands: "✓ Face — 2 Fingerprint — 3 Code", in the header."""

from __future__ import annotations

from PIL import Image, ImageDraw

from atm_app.views import Claim, Face, FaceAndPin, Fingerprint, OneTimeCode, Palm, Pin, Shown, StickPicture
from gui.direction import Direction
from gui.icons import OVERSAMPLING, icon
from gui.lettered import Pen, beside, lettered
from gui.palette import Palette
from gui.tokens import Scale
from gui.words import FACTORS, words_of

DISC, GAP, BETWEEN, RULE = 44, 12, 22, 44  # design pixels
SHOWN_ON = (Claim, Face, FaceAndPin, StickPicture, Fingerprint, Palm, Pin, OneTimeCode)

Steps = tuple[tuple[str, ...], int, str]


def steps_of(shown: Shown) -> Steps | None:
    """(names of the factors, how many are done, language); None where there is nothing to show."""
    names = tuple(FACTORS[factor.value] for factor in shown.factors if factor.value in FACTORS)
    if len(names) < 2 or not isinstance(shown.view, SHOWN_ON):
        return None
    return names, shown.passed, shown.language


def drawn(steps: Steps, scale: Scale, palette: Palette) -> Image.Image:
    """The line as a picture: done steps with a tick, the present one in white, the others waiting; where there is
    little room they wait without their names."""
    names, passed, language = steps
    direction = Direction.of(language)
    parts: list[Image.Image] = []
    for number, name in enumerate(names):
        if number:
            parts.append(_rule(scale, palette.good_fill if number <= passed else palette.header_rule))
        present = number == passed
        colour = palette.header_ink if present else palette.header_soft
        step = [_disc(scale, palette, number, passed)]
        if present or scale.stage.names_steps:
            step.append(lettered(words_of(language)(name), Pen(scale.letters("small"), present, colour)))
        parts.append(beside(direction.row(step), scale(GAP), above=False))
    return beside(direction.row(parts), scale(BETWEEN), above=False)


def _disc(scale: Scale, palette: Palette, number: int, passed: int) -> Image.Image:
    side = scale(DISC)
    large = Image.new("RGBA", (side * OVERSAMPLING, side * OVERSAMPLING), (0, 0, 0, 0))
    edge = (0, 0, large.width - 1, large.height - 1)
    draw = ImageDraw.Draw(large)
    if number < passed:
        draw.ellipse(edge, fill=palette.good_fill)
    elif number == passed:
        draw.ellipse(edge, fill=palette.accent_fill)
    else:
        draw.ellipse(edge, outline=palette.header_soft, width=OVERSAMPLING * max(1, scale(3)))
    disc = large.resize((side, side), Image.Resampling.LANCZOS)
    if number < passed:
        sign = icon("check", scale(30), palette.on_fill)
    else:
        colour = palette.on_fill if number == passed else palette.header_soft
        sign = lettered(str(number + 1), Pen(scale.letters("small"), True, colour))
    disc.alpha_composite(sign.crop((0, 0, min(sign.width, side), min(sign.height, side))),
                         (max(0, (side - sign.width) // 2), max(0, (side - sign.height) // 2)))  # fmt: skip
    return disc


def _rule(scale: Scale, colour: str) -> Image.Image:
    return Image.new("RGBA", (scale(RULE), max(1, scale(3))), colour)
