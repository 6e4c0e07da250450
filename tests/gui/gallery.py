"""The pictures of ``docs/screens``: ``python -m tests.gui.gallery`` paints them anew.

They are painted by the real window at 1280 × 720 from the views of ``tests.gui.pictures``; the face screen looks at a
drawn customer. ``manifest.json`` remembers what each was painted from, so that a test sees when they are stale.
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
from tests.gui.catalogues import LANGUAGES, catalogue_of
from tests.gui.picture import Picture
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
MANIFEST = FOLDER / "manifest.json"
PAGE = FOLDER / "README.md"
SIZE = (1280, 720)
COLOURS = 128
CUSTOMER, SCENE_SECONDS = "chen", 0.5


@dataclass(frozen=True)
class Entry:
    """One file of the folder."""

    picture: Picture
    language: str
    look: Look

    @property
    def file(self) -> str:
        look = "" if self.look is Look.LIGHT else f".{self.look.value}"
        return f"{self.picture.name}.{self.language}{look}.png"

    @property
    def shown(self) -> Shown:
        return self.picture.shown(self.language, self.look)


def entries() -> list[Entry]:
    """Every file, in the order of the flow."""
    return [
        Entry(picture, language, look)
        for picture in PICTURES
        for look, languages in zip(Look, (picture.in_gallery, picture.dark, picture.high_contrast), strict=True)
        for language in languages
    ]


def manifest() -> dict[str, Any]:
    """What the pictures are painted from, as hashes."""
    sizes = {name: value for name, value in vars(tokens).items() if name.isupper()}
    return {
        "size": list(SIZE),
        "tokens": _digest(sizes),
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
    studio, customer, hand = Studio(display, SIZE), customer_frame(), hand_frame()
    try:
        for entry in entries():
            studio.frame = hand if isinstance(entry.picture.view, Palm) else customer
            studio.settled(entry.shown)
            yield entry.file, studio.grab()
    finally:
        studio.close()


def page() -> str:
    """A page of all pictures, a state after the other."""
    lines = ["# Screens", "", "Painted by `python -m tests.gui.gallery` from the views of the tests.", ""]
    for entry in entries():
        look = "" if entry.look is Look.LIGHT else f", {entry.look.value}"
        lines.append(f"![{entry.picture.name}, {entry.language}{look}]({entry.file})")
    return "\n".join([*lines, ""])


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    display = Display()
    try:
        kept = {entry.file for entry in entries()}
        for old in FOLDER.glob("*.png"):
            if old.name not in kept:
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
