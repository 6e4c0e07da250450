"""The pictures in the documentation show what the machine shows."""

from __future__ import annotations

import json

from PIL import Image, ImageChops

from tests.gui.gallery import CONSOLE, FOLDER, FORMS, MANIFEST, PAGE, entries, manifest, page, painted
from tests.gui.studio import Display

ANEW = "python -m tests.gui.gallery paints them anew"
# The files have few colours, and fonts differ a little between machines: a pixel counts as different from here on …
DIFFERENT = 64
# … and a picture when more than this share of its pixels is.
TOLERATED = 0.01
LARGEST_FILE = 150_000  # bytes


def test_the_pictures_are_of_what_is_shown_now() -> None:
    assert json.loads(MANIFEST.read_text()) == manifest(), ANEW
    assert PAGE.read_text() == page(), ANEW


def test_every_picture_is_there_and_small() -> None:
    sizes = {entry.file: FORMS[entry.form].size for entry in entries()}
    names = set(sizes)
    assert len(names) >= 25
    here = {path.name for path in FOLDER.glob("*.png") if not path.name.startswith(CONSOLE)}
    assert here == names, ANEW
    for name in names:
        assert (FOLDER / name).stat().st_size < LARGEST_FILE, name
        with Image.open(FOLDER / name) as picture:
            assert picture.size == sizes[name]


def test_the_pictures_look_as_the_screens_do(display: Display) -> None:
    different = [told for name, now in painted(display) if (told := difference(name, now))]
    assert not different, f"{different}; {ANEW}"


def difference(name: str, now: Image.Image) -> str:
    """What share of a file differs from what is painted now; empty where it is tolerated."""
    with Image.open(FOLDER / name) as kept:
        distance = ImageChops.difference(kept.convert("L"), now.convert("L")).point(
            lambda value: 255 if value >= DIFFERENT else 0
        )
    share = distance.histogram()[255] / (now.width * now.height)
    return f"{name}: {share:.1%}" if share > TOLERATED else ""
