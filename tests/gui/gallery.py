"""The pictures of ``docs/screens``: ``python -m tests.gui.gallery`` paints them anew.

They are painted by the real window at 1280 × 720 from the views of ``tests.gui.pictures``, some on other screens as
well; the face screen looks at a drawn customer. ``manifest.json`` remembers what each was painted from, so that a test
sees when they are stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from PIL import Image

from atm_app.config import Look
from atm_app.views import Palm, Shown
from biometric.virtual.camera_scene import Scene
from biometric.virtual.person import read_persons
from biometric.virtual.person_poses import PoseStore
from gui import tokens
from gui.palette import PALETTES
from gui.stage import STAGES
from tests.gui.catalogues import LANGUAGES, catalogue_of
from tests.gui.picture import Picture
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
MANIFEST = FOLDER / "manifest.json"
PAGE = FOLDER / "README.md"
CONSOLE = "console-"  # files that tests/console paints


@dataclass(frozen=True)
class Form:
    """A window some screens are painted in, in English: its size in pixels, and whether its text is large."""

    size: tuple[int, int]
    large: bool = False
    names: tuple[str, ...] = ()


FORMS = {
    "": Form((1280, 720)),
    "portrait": Form((720, 1280), names=(
        "welcome", "menu", "face-blink", "amount", "confirm", "question-name",
    )),
    "800x480": Form((800, 480), names=(
        "welcome", "menu", "face-blink", "one_time_code", "confirm", "question-name", "agreements",
    )),
    "large": Form((1280, 720), large=True, names=("welcome", "menu", "pin-filled", "take_cash")),
}  # fmt: skip
COLOURS = 128
CUSTOMER, SCENE_SECONDS = "chen", 0.5


@dataclass(frozen=True)
class Entry:
    """One file of the folder."""

    picture: Picture
    language: str
    look: Look
    form: str = ""

    @property
    def marks(self) -> list[str]:
        """What tells it from others of its picture: the language, and a look and a form that are not the usual ones."""
        look = "" if self.look is Look.LIGHT else self.look.value
        return [mark for mark in (self.language, look, self.form) if mark]

    @property
    def file(self) -> str:
        return ".".join([self.picture.name, *self.marks, "png"])

    @property
    def shown(self) -> Shown:
        return self.picture.shown(self.language, self.look, large=FORMS[self.form].large)


def entries() -> list[Entry]:
    """Every file, in the order of the flow; then those in other forms."""
    usual = [
        Entry(picture, language, look)
        for picture in PICTURES
        for look, languages in zip(Look, (picture.in_gallery, picture.dark, picture.high_contrast), strict=True)
        for language in languages
    ]
    by_name = {picture.name: picture for picture in PICTURES}
    return usual + [
        Entry(by_name[name], "en", Look.LIGHT, key) for key, form in FORMS.items() for name in form.names
    ]  # fmt: skip


def manifest() -> dict[str, Any]:
    """What the pictures are painted from, as hashes."""
    sizes = {name: value for name, value in vars(tokens).items() if name.isupper()}
    return {
        "forms": _digest(FORMS),
        "tokens": _digest(sizes),
        "stages": _digest(STAGES),
        "palettes": {look.value: _digest(palette) for look, palette in PALETTES.items()},
        "catalogues": {
            language: _digest([(str(message.id), str(message.string)) for message in catalogue_of(language)][1:])
            for language in LANGUAGES
        },
        "views": {entry.file: [entry.look.value, _digest(entry.shown)] for entry in entries()},
    }


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def customer_frame() -> Any:
    """A drawn customer before the virtual camera, (480, 640, 3) BGR."""
    scene = Scene(read_persons(), PoseStore(None, background=False))
    scene.blinks_naturally = False
    scene.stand(CUSTOMER)
    return scene.frame(SCENE_SECONDS)


def hand_frame() -> Any:
    """The customer's hand before it, without the grain of the picture: the file is to be small."""
    scene = Scene(read_persons(), PoseStore(None, background=False), noise=0)
    scene.show_hand(CUSTOMER)
    return cv2.medianBlur(scene.frame(SCENE_SECONDS), 5)


def painted(display: Display) -> Iterator[tuple[str, Image.Image]]:
    """Every file's picture, painted now."""
    customer, hand = customer_frame(), hand_frame()
    for key, form in FORMS.items():
        studio = Studio(display, form.size)
        try:
            for entry in (entry for entry in entries() if entry.form == key):
                studio.frame = hand if isinstance(entry.picture.view, Palm) else customer
                studio.settled(entry.shown)
                yield entry.file, studio.grab()
        finally:
            studio.close()


def page() -> str:
    """A page of all pictures, a state after the other, then other screens and large text."""
    lines = ["# Screens", "", "Painted by `python -m tests.gui.gallery` from the views of the tests."]
    lines += ["Those of the branch: [console.md](console.md).", ""]
    lines += [f"![{', '.join([entry.picture.name, *entry.marks])}]({entry.file})" for entry in entries()]
    return "\n".join([*lines, ""])


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    display = Display()
    try:
        kept = {entry.file for entry in entries()}
        for old in FOLDER.glob("*.png"):
            if old.name not in kept and not old.name.startswith(CONSOLE):
                old.unlink()
        for name, picture in painted(display):
            small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            small.save(FOLDER / name, optimize=True)
    finally:
        display.close()
    MANIFEST.write_text(json.dumps(manifest(), indent=1) + "\n")
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
