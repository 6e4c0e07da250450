"""A bank's name, logo and colours: shown where they can be read, refused with a plain sentence where they cannot."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from atm_app.config import BrandSettings, ConfigurationProblem, Look, Settings
from commands.command_line import EXIT_USAGE, run
from gui.brand import FROM_ACCENT, FROM_PRIMARY, Brand, brand_of, branded_dark, branded_light, unreadable
from gui.palette import HIGH_CONTRAST, LEAST_SEEN, PALETTES, contrast
from tests.gui.pictures import PICTURES
from tests.gui.studio import Display, Studio
from tests.gui.test_looks import pixels_of

MAROON, TEAL, YELLOW, LOGO_RED = "#5b1a2e", "#0b6e6e", "#ffcc00", "#e4002b"
WELCOME = next(picture for picture in PICTURES if picture.name == "welcome")
# Places in a PNG file: its head, and the lowest byte of the length of its pixels.
HEAD, IDAT_LENGTH = slice(12, 29), 36
LEVELS = (0x00, 0x33, 0x66, 0x99, 0xCC, 0xFF)
LOGO_SVG = (
    f'''<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><path fill="{LOGO_RED}" d="M0 0h80v40H0z"/></svg>'''
)


def settings(**brand: str) -> Settings:
    return Settings(brand=BrandSettings(**brand))


def told(**brand: str) -> list[str]:
    with pytest.raises(ConfigurationProblem) as problem:
        brand_of(settings(**brand))
    return str(problem.value).splitlines()


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


LOGO_PNG = png(Image.new("RGB", (80, 40), LOGO_RED))
NOISE = png(Image.frombytes("L", (40, 40), Random(1).randbytes(1600)))


def cut_short(data: bytes) -> bytes:
    """The length of the pixels says less than there is, so that a part of them is taken for the next piece's name."""
    return data[:IDAT_LENGTH] + bytes([data[IDAT_LENGTH] - 8]) + data[IDAT_LENGTH + 1 :]


def enormous(data: bytes) -> bytes:
    """Said to have more pixels than any memory."""
    head = data[HEAD.start : HEAD.start + 4] + struct.pack(">II", 60_000, 60_000) + data[HEAD.start + 12 : HEAD.stop]
    return data[: HEAD.start] + head + struct.pack(">I", zlib.crc32(head)) + data[HEAD.stop + 4 :]


def test_without_a_brand_the_house_keeps_its_colours_and_the_bank_its_name() -> None:
    assert brand_of(settings()) == Brand("Sahyadri Bank", None, PALETTES)


def test_a_banks_colours_are_those_of_the_header_and_the_buttons_but_in_high_contrast() -> None:
    brand = brand_of(settings(name="Konkan", primary=MAROON, accent=TEAL))
    light, dark = brand.palettes[Look.LIGHT], brand.palettes[Look.DARK]
    assert (brand.name, light.header, light.accent_fill, light.accent) == ("Konkan", MAROON, TEAL, TEAL)
    assert dark.header_line == MAROON
    assert dark.accent_fill != PALETTES[Look.DARK].accent_fill
    assert contrast(light.lamp, light.drawing.glass) >= LEAST_SEEN
    assert brand.palettes[Look.HIGH_CONTRAST] == HIGH_CONTRAST


@pytest.mark.parametrize("part", ["primary", "accent"])
def test_a_colour_that_cannot_be_read_is_refused_with_the_pair_and_its_contrast(part: str) -> None:
    lines = told(**{part: YELLOW})
    on = "the header's text, #ffffff, on the header" if part == "primary" else "a button's text, #ffffff, on a button"
    wanted = f"brand.{part}: in the light look {on}, {YELLOW}, has a contrast of 1.51 to 1; the least is 4.5 to 1"
    assert wanted in lines
    assert all(line.startswith(f"brand.{part}: in the ") for line in lines)


def test_all_that_is_wrong_is_told_at_once() -> None:
    lines = told(primary=YELLOW, accent=YELLOW, logo="/nowhere/logo.svg")
    assert {line.split(":")[0] for line in lines} == {"brand.primary", "brand.accent", "brand.logo"}


def test_what_can_be_read_in_the_light_look_can_be_in_the_dark_one() -> None:
    """216 colours: a bank never has to choose its colours for a look it does not use."""
    accepted = 0
    for channels in itertools.product(LEVELS, repeat=3):
        colour = "#{:02x}{:02x}{:02x}".format(*channels)
        for made, primary, accent in ((FROM_PRIMARY, colour, ""), (FROM_ACCENT, "", colour)):
            if not unreadable("brand", Look.LIGHT, branded_light(primary, accent), made):
                accepted += 1
                assert not unreadable("brand", Look.DARK, branded_dark(primary, accent), made), colour
    assert accepted > 100


@pytest.mark.parametrize(("name", "data"), [
    ("logo.svg", b"<svg"),
    ("logo.svg", b"Sahyadri"),
    ("logo.svg", b""),
    ("logo.png", NOISE[:900]),
    ("logo.png", b"\x89PNG"),
    ("logo.png", cut_short(NOISE)),
    ("logo.png", enormous(NOISE)),
    ("logo.jpg", b"\xff\xd8\xff\xe0"),
])  # fmt: skip
def test_a_broken_logo_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert told(logo=str(path)) == [f"brand.logo: {path} is no SVG or PNG picture, or a broken one"]


def test_a_logo_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    assert told(logo=str(path)) == [f"brand.logo: {path} cannot be read: No such file or directory"]
    assert told(logo=str(tmp_path)) == [f"brand.logo: {tmp_path} cannot be read: Is a directory"]


@pytest.mark.parametrize(("name", "data"), [("logo.svg", LOGO_SVG.encode()), ("logo.png", LOGO_PNG)])
def test_name_logo_and_colours_are_on_the_screen(display: Display, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    brand = brand_of(settings(name="Konkan", logo=str(path), primary=MAROON, accent=TEAL))
    studio = Studio(display, (1280, 720), brand=brand)
    try:
        studio.show(WELCOME.shown("en"))
        picture = studio.grab()
        header = picture.crop((0, 0, 400, 60))
        assert pixels_of(header, LOGO_RED) > 1000
        assert pixels_of(header, MAROON) > 10_000
        assert pixels_of(picture, TEAL) > 10_000
        assert studio.root.title() == "Konkan"
        studio.show(WELCOME.shown("en", Look.HIGH_CONTRAST))
        picture = studio.grab()
        assert pixels_of(picture.crop((0, 0, 400, 60)), LOGO_RED) > 1000
        assert pixels_of(picture, MAROON) == pixels_of(picture, TEAL) == 0
    finally:
        studio.close()


def test_the_machine_does_not_start_with_what_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], display: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display.name)
    config, data = tmp_path / "atm.toml", tmp_path / "data"
    config.write_text(f'[brand]\naccent = "{YELLOW}"\n')
    assert run(["--config", str(config), "--data", str(data)]) == EXIT_USAGE
    assert "brand.accent: in the light look a button's text" in capsys.readouterr().err
    assert not data.exists(), "refused before anything is made"
