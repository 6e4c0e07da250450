"""What looks like ridges to the matcher and is no finger: turned away wherever a picture of a finger is taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.fingerprint.enhancement import GreyImage, find_ridges
from biometric.fingerprint.evaluation import as_sensor_image
from biometric.fingerprint.image_file import read_image, template_or_fault
from biometric.fingerprint.image_template import SMALLEST_RIDGE_SHARE, ridge_share
from biometric.fingerprint.picture_stick import PictureStick
from biometric.fingerprint.ridge_spectrum import RidgeSpectrum, spectrum_of
from biometric.picture_folder import PictureFolder
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press

SIDE = 300
# Nothing was set on these: docs/testing.md.
UNTOUCHED_FINGERS = range(106, 111)
FIRST_UNTOUCHED_HAND, FIRST_UNTOUCHED_SQUARE = 13, 6


def streaks() -> GreyImage:
    """Streaks as coarse as hair on a photograph: the filters make ridges of them."""
    noise = cv2.GaussianBlur(np.random.default_rng(7).standard_normal((SIDE, SIDE)), (0, 0), sigmaX=3, sigmaY=9)
    return np.asarray(np.clip(128 + 60 * noise / noise.std(), 0, 255), np.uint8)


def page() -> GreyImage:
    """Letters with strokes a ridge's period apart."""
    drawn = np.full((SIDE, SIDE), 250, np.uint8)
    for line in range(14, SIDE, 18):
        cv2.putText(drawn, f"Statement {line * line}", (2, line), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 20, 3)
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 1))


def spectrum(image: GreyImage) -> RidgeSpectrum:
    return spectrum_of(image, find_ridges(image).finger)


@pytest.mark.parametrize("drawn", [streaks, page])
def test_what_the_filters_make_ridges_of_is_refused_at_every_door(tmp_path, drawn):
    image = drawn()
    assert ridge_share(image, find_ridges(image)) > SMALLEST_RIDGE_SHARE  # which alone would let it in
    Image.fromarray(image).save(tmp_path / "a.png")
    stick, folder = PictureStick(tmp_path), PictureFolder(tmp_path)
    for door in (
        lambda: stick.enrol("a.png"),
        lambda: stick.verify([], "a.png"),
        lambda: folder.finger("thumb", "a.png"),
    ):
        with pytest.raises(UnusablePicture, match="no picture of a finger") as told:
            door()
        assert told.value.fault is PictureFault.NOT_A_FINGERPRINT


def test_drawn_fingers_dry_poor_and_wet_are_fingers():
    spectra = [
        spectrum(press(grow(finger), draw_touch(finger, quality, wetness)))
        for finger in (6000, 6001)
        for quality, wetness in ((1.0, 0.0), (0.6, 0.0), (1.0, 0.4))
    ]
    print(f"power {min(one.ridge_power for one in spectra):.2f}, agreement {min(one.agreement for one in spectra):.2f}")
    assert all(one.is_of_a_finger for one in spectra)


def test_a_wave_is_told_by_its_period_and_whether_its_neighbours_have_it():
    rows, columns = np.mgrid[:SIDE, :SIDE]
    everywhere = np.ones((SIDE, SIDE), np.bool_)

    def waves(period: float) -> RidgeSpectrum:
        return spectrum_of(
            (128 + 90 * np.cos(np.hypot(rows, columns) * 2 * np.pi / period)).astype(np.uint8), everywhere
        )

    ridges = waves(9)
    assert min(ridges.ridge_power, ridges.agreement) > 0.85
    assert waves(30).ridge_power < 0.3
    noise = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
    assert spectrum_of(noise, everywhere).agreement < 0.3
    assert spectrum_of(noise, ~everywhere) == RidgeSpectrum(0, 0)
    assert not spectrum_of(np.full_like(noise, 99), everywhere).is_of_a_finger


def other_pictures(real_data: Path) -> Iterator[tuple[str, Path]]:
    """Faces and palms of people nothing was set on, and what they are."""
    for person in sorted((real_data / "faces" / "probe").iterdir())[1::2]:
        yield "face", min(person.iterdir())
    for path in sorted((real_data / "palms" / "coep_hands").iterdir()):
        if int(path.stem[:3]) >= FIRST_UNTOUCHED_HAND:
            yield "hand", path
    for palm in sorted((real_data / "palms" / "polyu_roi").iterdir()):
        if int(palm.name) >= FIRST_UNTOUCHED_SQUARE:
            yield from (("palm", path) for path in sorted(palm.iterdir()))


def finger_pictures(real_data: Path) -> list[Path]:
    return sorted(
        path
        for path in (real_data / "fingerprints").glob("*/*.png")
        if int(path.stem.partition("_")[0]) in UNTOUCHED_FINGERS
    )


def is_taken(path: Path) -> bool:
    try:
        template_or_fault(read_image(path))
    except UnusablePicture:
        return False
    return True


@pytest.mark.real
def test_real_faces_and_palms_are_refused_and_fingers_are_not(real_data):
    """A few of each; the slow test has them all."""
    others = list(other_pictures(real_data))
    for kind in ("face", "palm"):
        paths = [path for what, path in others if what == kind]
        assert not [path.name for path in paths[:: len(paths) // 2] if is_taken(path)]
    spectra = [spectrum(as_sensor_image(read_image(path))) for path in finger_pictures(real_data)[::30]]
    print(f"power {min(one.ridge_power for one in spectra):.2f}, agreement {min(one.agreement for one in spectra):.2f}")
    assert all(one.is_of_a_finger for one in spectra)


@pytest.mark.real
@pytest.mark.slow
def test_every_real_picture_nothing_was_set_on_is_told_rightly(real_data):
    others = list(other_pictures(real_data))
    assert {kind for kind, _ in others} == {"face", "hand", "palm"}
    assert not [path.name for _, path in others if is_taken(path)]
    fingers = finger_pictures(real_data)
    refused = [path for path in fingers if not is_taken(path)]
    print(f"{len(others)} others refused, {len(refused)} of {len(fingers)} fingers refused")
    assert len(refused) <= 0.01 * len(fingers)
