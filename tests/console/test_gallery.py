"""The console's pictures in the documentation show what it shows."""

from __future__ import annotations

from tests.console.gallery import ALL, PAGE, page, painted
from tests.gui.gallery import CONSOLE, FOLDER
from tests.gui.studio import Display
from tests.gui.test_gallery import difference


def test_the_pictures_look_as_the_pages_do(display: Display) -> None:
    anew = "python -m tests.console.gallery paints them anew"
    assert {path.name for path in FOLDER.glob(f"{CONSOLE}*.png")} == {f"{CONSOLE}{name}.png" for name in ALL}, anew
    assert PAGE.read_text() == page(), anew
    different = [told for name, now in painted(display) if (told := difference(name, now))]
    assert not different, f"{different}; {anew}"
