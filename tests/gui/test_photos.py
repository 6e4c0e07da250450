"""Pictures collected on another thread than Tk's make no call to Tk there."""

from __future__ import annotations

import gc
import threading
from time import perf_counter

import pytest
from PIL import Image

from tests.gui.pictures import PICTURES
from tests.gui.studio import Studio

PROMPT_SECONDS = 1.0
# Every kind of screen is among them; all of them twice take longer than they tell.
EVERY = 3


def names(studio: Studio) -> set[str]:
    return {str(name) for name in studio.root.tk.splitlist(studio.root.tk.call("image", "names"))}


def collect_elsewhere() -> float:
    """Seconds a collection takes on another thread while Tk's loop does not run."""
    taken = []

    def collect() -> None:
        began = perf_counter()
        gc.collect()
        taken.append(perf_counter() - began)

    thread = threading.Thread(target=collect, daemon=True)
    thread.start()
    thread.join(10 * PROMPT_SECONDS)
    assert taken, "the collector waits for Tk"
    return taken[0]


def test_a_circle_of_pictures_is_collected_without_waiting_for_tk(studio: Studio) -> None:
    photos = studio.window.theme.photos
    gc.disable()
    try:
        before = names(studio)
        circle: list[object] = [photos.make(Image.new("RGB", (8, 8))) for _ in range(3)]
        circle.append(circle)
        assert len(names(studio) - before) == 3
        del circle
        assert collect_elsewhere() < PROMPT_SECONDS
        photos.sweep()
        assert not names(studio) - before
    finally:
        gc.enable()


@pytest.mark.slow
def test_screens_leave_no_picture_behind(studio: Studio) -> None:
    def round_trip() -> int:
        for picture in PICTURES[::EVERY]:
            studio.settled(picture.shown("hi"))
        gc.collect()
        studio.window.theme.photos.sweep()
        return len(names(studio))

    assert round_trip() == round_trip()
