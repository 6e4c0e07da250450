"""Pictures of fingers: files of every kind, templates and the image matcher."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from atm_app.picture_ports import PictureFault, UnusablePicture
from biometric.fingerprint.cylinders import likeness_of
from biometric.fingerprint.image_file import read_image, template_from, template_or_fault
from biometric.fingerprint.image_matcher import SAME_FINGER_SCORE, compare_images
from biometric.fingerprint.image_template import template_of
from biometric.virtual.finger_touch import smear
from tests.biometric.conftest import DRAWN_FINGERS

ORIENTATION, UPSIDE_DOWN = 0x0112, 3


def test_synthetic_fingers_are_told_apart(templates):
    scores = {(a, b): compare_images(templates[a], templates[b]) for a, b in combinations(sorted(templates), 2)}
    genuine = [score for (a, b), score in scores.items() if a[0] == b[0]]
    impostor = [score for (a, b), score in scores.items() if a[0] != b[0]]
    print(f"genuine {min(genuine):.2f}..{max(genuine):.2f}, impostor {min(impostor):.2f}..{max(impostor):.2f}")
    assert min(genuine) >= SAME_FINGER_SCORE > max(impostor)


def test_a_picture_is_most_like_itself(templates):
    own = templates[6000, 1]
    assert compare_images(own, own) > max(compare_images(own, other) for at, other in templates.items() if at[1] == 2)


def test_a_cylinder_is_wholly_like_itself_and_less_like_any_other(templates):
    likeness = likeness_of(templates[6000, 1].described, templates[6000, 1].described)
    assert np.diag(likeness) == pytest.approx(1, abs=1e-3)
    assert (likeness - np.eye(len(likeness))).max() < 0.99


def test_support_finds_how_a_turned_finger_lies(touches, templates, monkeypatch):
    """Other touches, turned, so that wrong proposals compete; nothing but the one with the most support is fitted."""
    monkeypatch.setattr("biometric.fingerprint.image_matcher.FITTED", 1)
    scores = [
        compare_images(templates[finger, 1], template_of(np.ascontiguousarray(np.rot90(touches[finger, 2]))))
        for finger in DRAWN_FINGERS
    ]
    # Measured 0.83; 0.30 when support counts what points the wrong way.
    assert np.mean(scores) > SAME_FINGER_SCORE


@pytest.mark.parametrize(("turn", "shift"), [(25, (0, 0)), (-40, (12, -9)), (0, (40, 25))])
def test_turning_and_moving_keeps_the_score(touches, templates, turn, shift):
    image = cv2.copyMakeBorder(touches[6001, 1], 90, 90, 90, 90, cv2.BORDER_CONSTANT, value=238)
    height, width = image.shape
    move = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1) + np.array([[0, 0, shift[0]], [0, 0, shift[1]]])
    moved = np.asarray(cv2.warpAffine(image, move, (width, height), flags=cv2.INTER_CUBIC, borderValue=238), np.uint8)
    assert compare_images(templates[6001, 1], template_of(moved)) > 2 * SAME_FINGER_SCORE


@pytest.mark.parametrize("seed", range(4))
def test_what_is_no_finger_is_refused_or_matches_nobody(templates, seed):
    chance = np.random.default_rng(seed)
    for image in (smear(seed), chance.integers(0, 256, (300, 300)).astype(np.uint8), np.full((300, 300), 99, np.uint8)):
        try:
            made = template_or_fault(image)
        except UnusablePicture:
            continue
        assert max(compare_images(template, made) for template in templates.values()) < SAME_FINGER_SCORE


# --- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["a.png", "a.bmp", "a.tif", "a.pgm", "a.jpg", "cmyk.jpg", "colour.png", "deep.png", "clear.png", "turned.jpg"],
)
def test_any_kind_of_file_is_the_same_finger(tmp_path, touches, templates, name):
    picture, path = Image.fromarray(touches[6000, 1]), tmp_path / name
    if name == "turned.jpg":
        exif = Image.Exif()
        exif[ORIENTATION] = UPSIDE_DOWN
        picture.rotate(180).save(path, exif=exif, quality=95)
    elif name == "deep.png":
        Image.fromarray(np.asarray(picture, np.uint16) * 16).save(path)
    elif name == "cmyk.jpg":
        picture.convert("CMYK").save(path, quality=95)
    else:
        picture.convert({"colour.png": "RGB", "clear.png": "LA"}.get(name, "L")).save(path)
    assert compare_images(templates[6000, 1], template_from(path)) > 2 * SAME_FINGER_SCORE


def test_a_scan_of_1000_dpi_is_halved(tmp_path, touches):
    image = Image.fromarray(touches[6000, 1])
    image.resize((512, 576)).save(tmp_path / "a.png", dpi=(1000, 1000))
    image.save(tmp_path / "b.png", dpi=(72, 72))
    assert read_image(tmp_path / "a.png").shape == read_image(tmp_path / "b.png").shape == (288, 256)


def _fault(path: Path) -> PictureFault:
    with pytest.raises(UnusablePicture) as told:
        template_from(path)
    return told.value.fault


def test_what_cannot_be_used_says_why(tmp_path, touches):
    path = tmp_path / "a.png"
    assert _fault(path) is PictureFault.UNREADABLE
    path.write_text("not a picture")
    assert _fault(path) is PictureFault.WRONG_FORMAT
    Image.fromarray(touches[6000, 1]).save(path, "GIF")
    assert _fault(path) is PictureFault.WRONG_FORMAT
    Image.fromarray(touches[6000, 1]).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    assert _fault(path) is PictureFault.UNREADABLE
    for size, fault in (((60, 400), PictureFault.TOO_SMALL), ((1700, 300), PictureFault.TOO_LARGE),
                        ((9000, 9000), PictureFault.TOO_LARGE),
                        ((300, 300), PictureFault.NOT_A_FINGERPRINT)):  # fmt: skip
        Image.new("L", size).save(path)
        assert _fault(path) is fault
