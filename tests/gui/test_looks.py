"""The three looks: all of them can be read, every screen is painted in each, and one follows the other at once."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from time import thread_time
from tkinter import ttk

import pytest
from PIL import Image

from atm_app.config import Look
from atm_app.views import Action
from gui.icons import ILLUSTRATION_FOLDER, illustration
from gui.palette import AA, AAA, PALETTES, Drawing, contrast
from gui.steps import drawn
from gui.tokens import Scale
from tests.gui.gallery import customer_frame
from tests.gui.layout import LARGE_TEXT, buttons, problems, rectangle, visible
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio

BY_NAME = {picture.name: picture for picture in PICTURES}
# The lettering of one title has hundreds of pixels that no edge has softened.
PLAIN_PIXELS = 100
SLOWEST_SWITCH_SECONDS = 0.3
OTHERS = [look for look in Look if look is not Look.LIGHT]


@pytest.mark.parametrize("look", Look)
def test_every_text_can_be_read_and_every_edge_seen(look: Look) -> None:
    palette = PALETTES[look]
    assert palette.least == (AAA if look is Look.HIGH_CONTRAST else AA)
    weak = [
        f"{pair.colour} on {pair.ground}: {palette.contrast_of(pair):.2f}"
        for pair in palette.pairs()
        if palette.contrast_of(pair) < pair.least
    ]
    assert not weak


def test_the_contrast_is_that_of_the_standard() -> None:
    """The ends of the scale, and the grey that web designers know as the lightest one for text on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("look", Look)
def test_the_text_of_every_button_can_be_read(studio: Studio, look: Look) -> None:
    studio.settled(BY_NAME["menu"].shown("en", look))
    palette, theme = PALETTES[look], studio.window.theme
    grounds = {
        "Primary": palette.accent_fill, "Secondary": palette.surface, "Quiet": palette.paper, "Inset": palette.paper,
        "Danger": palette.surface, "Chosen": palette.accent_wash,
    }  # fmt: skip
    for style, ground in grounds.items():
        assert contrast(theme.ink(style), ground) >= palette.least, style


@pytest.mark.parametrize("look", Look)
def test_shaped_text_has_the_colours_of_the_look(studio: Studio, look: Look) -> None:
    """Pillow draws it, so that the pixels are what counts: the title's on the page, the main button's on its ground."""
    palette = PALETTES[look]
    studio.settled(BY_NAME["another"].shown("hi", look))
    title = next(widget for widget in visible(studio.root) if getattr(widget, "shown_text", ("", ""))[1] == "title")
    main = next(button for button in buttons(studio.root) if "Primary" in str(button["style"]))
    for widget, colour, ground in (
        (title, palette.ink, palette.paper), (main, palette.on_fill, palette.accent_fill),
    ):  # fmt: skip
        picture = studio.grab().crop(rectangle(widget))
        assert pixels_of(picture, colour) > PLAIN_PIXELS
        assert pixels_of(picture, ground) > PLAIN_PIXELS


@pytest.mark.parametrize("look", Look)
def test_the_steps_in_the_header_can_be_read(look: Look) -> None:
    """One step done, one under way, one to come: each has its own ground, and signs that stand out from it."""
    palette = PALETTES[look]
    steps = (("Face", "Fingerprint", "Code"), 1, "en")
    line = drawn(steps, Scale(1920, 1080), replace(palette, header_ink="#aa0001", header_soft="#aa0002"))
    assert pixels_of(line, palette.good_fill) > PLAIN_PIXELS
    assert pixels_of(line, palette.accent_fill) > PLAIN_PIXELS
    assert pixels_of(line, palette.on_fill) > PLAIN_PIXELS / 2
    assert pixels_of(line, "#aa0001") > PLAIN_PIXELS, "the name of the present step"
    assert pixels_of(line, "#aa0002") > PLAIN_PIXELS, "the others"


def pixels_of(picture: Image.Image, colour: str) -> int:
    """Pixels that have this colour exactly; of a picture with a ground of its own, the opaque ones."""
    wanted = (*(int(colour[start : start + 2], 16) for start in (1, 3, 5)), 255)
    counted = picture.convert("RGBA").getcolors(picture.width * picture.height) or []
    return sum(count for count, found in counted if found == wanted)


@pytest.mark.parametrize("look", OTHERS)
@pytest.mark.parametrize(
    "name", ["pin-filled", "amount-nearest", "one_time_code", "welcome", "statement", "own_limits"]
)
def test_the_step_is_kept_and_comes_back_as_it_was(studio: Studio, look: Look, name: str) -> None:
    picture = BY_NAME[name]
    studio.settled(picture.shown("en"))
    before, texts = studio.grab(), said(studio)
    studio.show(picture.shown("en", look))
    assert said(studio) == texts
    assert not problems(studio.root, studio.window.scale)
    assert pixels_of(studio.grab(), PALETTES[look].paper) > pixels_of(studio.grab(), PALETTES[Look.LIGHT].paper)
    studio.show(picture.shown("en"))
    assert studio.grab().tobytes() == before.tobytes()


def said(studio: Studio) -> list[str]:
    """Every text that can be read, of labels and buttons."""
    return sorted(
        str(getattr(widget, "shown_text", ("",))[0] or widget["text"])
        for widget in visible(studio.root)
        if isinstance(widget, ttk.Label | ttk.Button)
    )


def test_keys_and_the_clock_go_on_in_another_look(studio: Studio) -> None:
    studio.settled(BY_NAME["pin"].shown("en"))
    buttons(studio.root)[0].focus_force()
    studio.root.update()
    studio.show(BY_NAME["pin"].shown("en", Look.HIGH_CONTRAST))
    studio.touched.clear()
    focused = studio.root.focus_get()
    assert focused is not None
    focused.event_generate("<Key>", keysym="7")
    studio.root.update()
    assert studio.touched == [Action("digit", "7")]
    assert studio.window._header.clock_timer in studio.root.tk.splitlist(studio.root.tk.call("after", "info"))
    assert "10:42" in said(studio)


def test_work_that_lasts_shows_in_another_look_as_well(studio: Studio) -> None:
    shown = BY_NAME["claim-full"].shown("en")
    studio.settled(BY_NAME["claim"].shown("en"))
    studio.show(shown)
    studio.show(BY_NAME["claim-full"].shown("en", Look.DARK))
    assert studio.window._busy_timer in studio.root.tk.splitlist(studio.root.tk.call("after", "info"))


def test_the_camera_goes_on_in_another_look(studio: Studio) -> None:
    studio.frame = customer_frame()
    for look in Look:
        studio.show(BY_NAME["face-look"].shown("en", look))
        assert studio.window.frames_painted == 1, look
    studio.frame = None


def test_a_look_is_put_on_at_once(display: Display) -> None:
    """A fresh window, so that the other looks are drawn now, in the thread's own time."""
    studio = Studio(display, (1920, 1080))
    try:
        studio.show(BY_NAME["menu"].shown("en"))
        taken = {}
        for look in OTHERS:
            began = thread_time()
            studio.show(BY_NAME["menu"].shown("en", look))
            taken[look.value] = thread_time() - began
        print({name: f"{seconds * 1000:.0f} ms" for name, seconds in taken.items()})
        assert max(taken.values()) < SLOWEST_SWITCH_SECONDS, taken
    finally:
        studio.close()


def test_looks_are_drawn_when_they_are_first_worn(display: Display) -> None:
    studio = Studio(display, (1280, 720))
    try:
        theme = studio.window.theme
        assert not [name for name in theme.style.theme_names() if name.startswith(tuple(OTHERS))]
        studio.show(BY_NAME["menu"].shown("en", Look.DARK))
        assert [name for name in theme.style.theme_names() if name.startswith(Look.DARK)]
        plates = len(theme._plates)
        for look in (Look.LIGHT, Look.DARK, Look.LIGHT):
            studio.show(BY_NAME["menu"].shown("en", look))
        assert len(theme._plates) == plates
    finally:
        studio.close()


@pytest.mark.parametrize(("look", "action"), [
    (Look.LIGHT, "high-contrast"), (Look.DARK, "high-contrast"), (Look.HIGH_CONTRAST, ""),
])  # fmt: skip
def test_the_welcome_screen_offers_high_contrast_and_the_way_back(studio: Studio, look: Look, action: str) -> None:
    studio.settled(BY_NAME["welcome"].shown("en", look))
    button = next(button for button in buttons(studio.root) if str(button["text"]).strip() == "High contrast")
    studio.touched.clear()
    button.invoke()
    assert studio.touched == [Action("look", action)]
    assert ("Chosen" in str(button["style"])) == (look is Look.HIGH_CONTRAST)


def test_every_colour_of_the_illustrations_has_a_name() -> None:
    own = [str(each.default) for each in fields(Drawing)]
    assert len(set(own)) == len(own), "one could not be told from the other"
    for path in ILLUSTRATION_FOLDER.glob("*.svg"):
        assert set(re.findall("#[0-9a-fA-F]{3,8}", path.read_text())) <= set(own), path.name


def test_illustrations_are_drawn_for_their_ground() -> None:
    """The slot that notes come out of stands out from the page in every look."""
    for look, palette in PALETTES.items():
        picture = illustration("cash_out", 560, 340, palette.drawing)
        housing = picture.getpixel((60, 42))
        assert isinstance(housing, tuple)
        assert "#{:02x}{:02x}{:02x}".format(*housing[:3]) == palette.drawing.housing, look
        assert contrast(palette.drawing.housing, palette.paper) > 1.5, look
        assert contrast(palette.drawing.note_ink, palette.paper) >= LARGE_TEXT, look
