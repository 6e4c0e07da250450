"""Arabic: the same screens, mirrored; and letters that are drawn whole."""

from __future__ import annotations

from tkinter import ttk

import pytest
from PIL import ImageChops, ImageOps

from gui import lettered
from gui.direction import Direction
from gui.icons import icon
from gui.lettered import Pen
from gui.words import words_of
from tests.gui.catalogues import LANGUAGES, catalogue_of
from tests.gui.layout import buttons, rectangle, said, visible
from tests.gui.pictures import PICTURES
from tests.gui.studio import BRAND, Studio

BY_NAME = {picture.name: picture for picture in PICTURES}
ROUNDING = 2  # pixels
LONGEST = 60  # texts of a language


def middles(studio: Studio, name: str, language: str) -> dict[str, tuple[float, float]]:
    """Where the buttons of a screen stand, by the English text they show or what they type."""
    studio.settled(BY_NAME[name].shown(language))
    english = {
        words_of(language)(text): text
        for text in (
            "Cancel",
            "Back",
            "Confirm",
            "Other notes",
            "My account",
            "Cash withdrawal",
            "Balance",
            "Print",
            "Newer",
            "Older",
        )
    }
    found = {}
    for button in buttons(studio.root):
        left, top, right, bottom = rectangle(button)
        text = str(button["text"]).strip()
        found[english.get(text, text)] = ((left + right) / 2, (top + bottom) / 2)
    return found


@pytest.mark.parametrize("name", ["menu", "confirm", "statement"])
def test_every_button_stands_where_a_mirror_shows_it(studio: Studio, name: str) -> None:
    english, arabic = middles(studio, name, "en"), middles(studio, name, "ar")
    common = english.keys() & arabic.keys()
    assert len(common) >= 3
    for text in common:
        assert abs(english[text][0] + arabic[text][0] - studio.size[0]) <= ROUNDING, text
        assert abs(english[text][1] - arabic[text][1]) <= ROUNDING, text


def test_the_keypad_changes_its_side_and_its_keys_their_order_not(studio: Studio) -> None:
    english, arabic = middles(studio, "amount", "en"), middles(studio, "amount", "ar")
    middle = studio.size[0] / 2
    assert all(english[digit][0] > middle > arabic[digit][0] for digit in "1234567890")
    assert arabic["1"][0] < arabic["2"][0] < arabic["3"][0]


def test_digits_are_filled_from_the_left(studio: Studio) -> None:
    studio.settled(BY_NAME["claim"].shown("ar"))
    typed = [(rectangle(widget)[0], said(widget)) for widget in visible(studio.root)
             if isinstance(widget, ttk.Label) and said(widget) in ("0", "1")]  # fmt: skip
    assert [digit for _, digit in sorted(typed)] == list("1000")
    assert min(typed)[0] > studio.size[0] / 2


def test_the_bank_stands_where_a_line_begins_and_the_clock_where_it_ends(studio: Studio) -> None:
    for language, bank_first in (("en", True), ("ar", False), ("ta", True)):
        studio.settled(BY_NAME["menu"].shown(language))
        places = {said(widget): rectangle(widget)[0] for widget in visible(studio.root)}
        assert (places[BRAND.name] < places["10:42"]) == bank_first


def test_the_way_back_points_to_where_one_came_from() -> None:
    sign = icon("back", 64, "#000000")
    assert Direction.of("en").icon("back", sign) is sign
    assert Direction.of("ar").icon("back", sign).tobytes() == ImageOps.mirror(sign).tobytes()
    turn = icon("turn_left", 64, "#000000")
    assert Direction.of("ar").icon("turn_left", turn) is turn, "the customer's left is the same in every language"


def test_a_language_touched_mirrors_the_screen_and_back(studio: Studio) -> None:
    first = middles(studio, "menu", "en")
    middles(studio, "menu", "ar")
    assert middles(studio, "menu", "en") == first


@pytest.mark.parametrize(
    "language", [pytest.param(each, marks=() if each in ("ta", "ar") else pytest.mark.slow) for each in LANGUAGES]
)
def test_no_letter_is_cut(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line with much more room has no more ink."""
    texts = [str(message.string) for message in catalogue_of(language) if message.id]
    drawn = [ink_of(text) for text in texts]
    monkeypatch.setattr(lettered, "LINE_HEIGHT", 3.0)
    monkeypatch.setattr(lettered, "TALLER", {})
    cut = [text for text, ink in zip(texts, drawn, strict=True) if ink_of(text) != ink]
    assert not cut


def test_no_line_is_wider_than_asked() -> None:
    """Spaces of a shaped script are wider than those of the Latin letters' font."""
    texts = sorted((str(message.string) for message in catalogue_of("mr") if message.id), key=len)[-LONGEST:]
    width = 733

    def measure(line: str) -> float:
        return lettered.width_of(line, 21, True)

    assert [line for text in texts for line in lettered.wrapped(text, measure, width) if measure(line) > width] == []


def test_lines_are_found_where_a_space_between_words_takes_nothing() -> None:
    lines = lettered.wrapped("to lean on each other", lambda text: 1 if text == " " else len(text.replace(" ", "")), 9)
    assert " ".join(lines) == "to lean on each other"
    assert len(lines) > 1


def ink_of(text: str) -> tuple[int, int]:
    """Pixels a text of 40 takes, from its first ink to its last."""
    left, top, right, bottom = lettered.lettered(text, Pen(40, True, "#000000")).getbbox() or (0, 0, 0, 0)
    return right - left, bottom - top


def test_arabic_is_joined_and_drawn_from_the_right() -> None:
    """Two letters take less room joined than apart, and the first stands at the right."""
    assert lettered.width_of("سلام", 60, True) < sum(lettered.width_of(letter, 60, True) for letter in "سلام")
    pen = Pen(60, True, "#000000")
    line = lettered.lettered("نعم 7", pen)
    seven = lettered.lettered("7", pen).getchannel("A")
    left = line.getchannel("A").crop((0, 0, seven.width, line.height))
    box, ink = left.getbbox(), seven.getbbox()
    assert box is not None
    assert ink is not None
    assert ImageChops.difference(left.crop(box), seven.crop(ink)).getbbox() is None, "the number stands at the left"
