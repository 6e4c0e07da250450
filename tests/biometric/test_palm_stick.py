"""Palms on a memory stick: photographs and squares as one frame of the camera, and why others are none."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from atm_app.palm_ports import HandSide
from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.fingerprint.picture_stick import PictureStick
from biometric.palm.matcher import SAME_PALM_DISTANCE
from biometric.palm.palm_matcher import LineCodePalmMatcher, sample_of
from biometric.palm.picture_stick import LARGEST_SQUARE, SMALLEST_SQUARE, PalmPictureStick
from biometric.virtual.picture_stick import FINGER_FILE, LANDSCAPE_FILE, PALM_FILE, VirtualStick
from tests.palms import drawn, drawn_region

OWNER, OTHER = 1, 2


@pytest.fixture(scope="module")
def enrolled() -> dict[int, bytes]:
    """As the camera enrols them: right hands, five frames each."""
    matcher = LineCodePalmMatcher()
    return {
        seed: matcher.template([sample_of(drawn_region(seed, way)) for way in range(1, 6)]) for seed in (OWNER, OTHER)
    }


def whose(enrolled: dict[int, bytes], samples: tuple[bytes, ...]) -> list[int]:
    matcher = LineCodePalmMatcher()
    return [seed for seed, palm in enrolled.items() if matcher.distance(palm, samples) <= SAME_PALM_DISTANCE]


def fault_of(stick: PalmPictureStick, file: str) -> PictureFault:
    with pytest.raises(UnusablePicture) as told:
        stick.capture(file)
    return told.value.fault


@pytest.mark.parametrize("turn", range(4), ids=lambda turn: f"{90 * turn} degrees")
def test_a_photograph_in_any_turn_is_its_owners_palm(tmp_path: Path, enrolled: dict[int, bytes], turn: int) -> None:
    Image.fromarray(np.rot90(drawn(OWNER, 9), turn)).save(tmp_path / "hand.jpg", quality=90)
    capture = PalmPictureStick(tmp_path).capture("hand.jpg")
    assert (len(capture.samples), capture.side, capture.vetoed) == (1, HandSide.RIGHT, False)
    assert whose(enrolled, capture.samples) == [OWNER]


def test_a_photograph_of_a_telephone_is_upright_as_it_says(tmp_path: Path, enrolled: dict[int, bytes]) -> None:
    """Twelve megapixels and more, lying on its side, with the mirror that a front camera makes of a right hand."""
    large = cv2.resize(drawn(OWNER, 9), (4032, 3024), interpolation=cv2.INTER_CUBIC)
    for orientation, side in ((6, HandSide.RIGHT), (2, HandSide.RIGHT)):
        stored = Image.fromarray(np.rot90(large) if orientation == 6 else np.ascontiguousarray(large[:, ::-1]))
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored.save(tmp_path / "hand.jpg", quality=85, exif=exif)
        capture = PalmPictureStick(tmp_path).capture("hand.jpg")
        assert capture.side is side
        assert whose(enrolled, capture.samples) == [OWNER]


@pytest.mark.parametrize("side", [SMALLEST_SQUARE, 128, 300, LARGEST_SQUARE])
def test_a_square_that_was_cut_out_before_is_its_owners_palm(
    tmp_path: Path, enrolled: dict[int, bytes], side: int
) -> None:
    core = cv2.resize(drawn_region(OTHER, 9).core, (side, side), interpolation=cv2.INTER_AREA)
    Image.fromarray(core).save(tmp_path / "square.bmp")
    capture = PalmPictureStick(tmp_path).capture("square.bmp")
    assert capture.side is HandSide.UNKNOWN
    assert whose(enrolled, capture.samples) == [OTHER]


def test_what_cannot_be_used_is_told_with_its_reason(tmp_path: Path) -> None:
    hand = drawn(OWNER, 9)
    pictures = {
        "dark.png": (hand // 12, PictureFault.UNCLEAR),
        "smeared.png": (cv2.GaussianBlur(hand, (0, 0), 5), PictureFault.UNCLEAR),
        "grey.png": (np.full((480, 640, 3), 128, np.uint8), PictureFault.NOT_A_PALM),
        "blank.png": (np.full((128, 128), 128, np.uint8), PictureFault.UNCLEAR),
        # No square that was cut out of a palm before, though of its size.
        "blank in colours.png": (np.full((128, 128, 3), (200, 160, 140), np.uint8), PictureFault.NOT_A_PALM),
        "small.png": (cv2.resize(hand, None, fx=0.15, fy=0.15, interpolation=cv2.INTER_AREA), PictureFault.TOO_SMALL),
        "near.png": (hand[300:, 150:750], PictureFault.TOO_LITTLE),
    }
    for name, (picture, _) in pictures.items():
        Image.fromarray(picture).save(tmp_path / name)
    whole = (tmp_path / "grey.png").read_bytes()
    (tmp_path / "cut short.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "letter.jpg").write_text("Dear Asha,\n")
    Image.new("1", (9000, 9000)).save(tmp_path / "huge.png")
    stick = PalmPictureStick(tmp_path)
    expected = {name: fault for name, (_, fault) in pictures.items()} | {
        "cut short.png": PictureFault.UNREADABLE, "letter.jpg": PictureFault.WRONG_FORMAT,
        "huge.png": PictureFault.TOO_LARGE, "../secret.png": PictureFault.UNREADABLE,
    }  # fmt: skip
    assert {name: fault_of(stick, name) for name in expected} == expected


def test_one_stick_holds_pictures_of_both_kinds(tmp_path: Path, enrolled: dict[int, bytes]) -> None:
    drawn_stick = VirtualStick(tmp_path / "stick")
    fingers, palms = PictureStick(drawn_stick.folder), PalmPictureStick(drawn_stick.folder)
    drawn_stick.put_in("6000", OWNER)
    assert fingers.files() == palms.files()
    assert {FINGER_FILE, PALM_FILE} <= set(palms.files() or ())
    assert whose(enrolled, palms.capture(PALM_FILE).samples) == [OWNER]
    for file in (FINGER_FILE, LANDSCAPE_FILE):
        fault_of(palms, file)


def test_a_detected_attack_is_vetoed(tmp_path: Path) -> None:
    Image.fromarray(drawn(OWNER, 9)).save(tmp_path / "hand.png")
    assert PalmPictureStick(tmp_path, [lambda _: True]).capture("hand.png").vetoed


@pytest.mark.real
def test_real_photographs_are_verified_and_faces_match_nobody(real_data: Path, tmp_path: Path) -> None:
    """Hands that nothing was set on; photographs of faces show no open palm, or nobody's."""
    for path in sorted((real_data / "palms/coep_hands").glob("*.jpg"))[56:72]:
        shutil.copy(path, tmp_path)
    for person in sorted((real_data / "faces" / "probe").iterdir())[:20]:
        shutil.copy(min(person.iterdir()), tmp_path / f"face {person.name}.jpg")
    matcher, stick = LineCodePalmMatcher(), PalmPictureStick(tmp_path)
    hands = {file: stick.capture(file).samples for file in stick.files() or () if not file.startswith("face")}
    templates = {
        palm: matcher.template([hands[f"{palm}_1.jpg"][0], hands[f"{palm}_2.jpg"][0]])
        for palm in {file.partition("_")[0] for file in hands}
    }
    for file, samples in hands.items():
        if not file.endswith(("_1.jpg", "_2.jpg")):
            near = [palm for palm, one in templates.items() if matcher.distance(one, samples) <= SAME_PALM_DISTANCE]
            assert near == [file.partition("_")[0]], file
    refused = 0
    for file in stick.files() or ():
        if file.startswith("face"):
            try:
                samples = stick.capture(file).samples
            except UnusablePicture:
                refused += 1
            else:
                assert min(matcher.distance(one, samples) for one in templates.values()) > SAME_PALM_DISTANCE
    print(f"{len(hands)} hands of {len(templates)} palms; {refused} of 20 faces refused")
    assert refused >= 15
