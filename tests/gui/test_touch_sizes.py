"""What is touched is large enough for fingers on the panels the machine is made for, in millimetres."""

from __future__ import annotations

import pytest

from gui.touch_sizes import LEAST_BUTTON, LEAST_KEY, needs_large_text, touch_sizes

# Pixels and inches of touch panels that are sold for kiosks.
PANELS = {
    "24 inches": ((1920, 1080), 23.8),
    "21.5 inches": ((1920, 1080), 21.5),
    "21.5 inches upright": ((1080, 1920), 21.5),
    "15.6 inches": ((1920, 1080), 15.6),
    "19 inches": ((1280, 1024), 19.0),
    "15 inches": ((1024, 768), 15.0),
    "12.1 inches": ((1280, 800), 12.1),
}
# Its buttons are 17 mm with large text.
TOO_SMALL = {"12.1 inches"}


@pytest.mark.parametrize("panel", PANELS)
def test_buttons_and_letters_are_large_enough(panel: str) -> None:
    size, diagonal = PANELS[panel]
    sizes = touch_sizes(size, diagonal, large=needs_large_text(size, diagonal))
    print(f"{panel}: buttons {sizes.button:.1f} mm, letters {sizes.key:.1f} mm")
    assert (sizes.button >= LEAST_BUTTON) is (panel not in TOO_SMALL)
    assert sizes.key >= LEAST_KEY


@pytest.mark.parametrize(("panel", "needs"), [("24 inches", False), ("15.6 inches", True), ("12.1 inches", True)])
def test_a_small_panel_gets_large_text(panel: str, needs: bool) -> None:
    assert needs_large_text(*PANELS[panel]) is needs


def test_an_upright_panel_has_no_other_layout() -> None:
    assert not needs_large_text((1080, 1920), 10.0)
    assert not touch_sizes((1080, 1920), 10.0, large=True).enough


def test_a_small_panel_of_few_pixels_is_told_as_too_small() -> None:
    sizes = touch_sizes((800, 480), 7.0, large=False)
    assert not sizes.enough
    assert 8 < sizes.key < 9
