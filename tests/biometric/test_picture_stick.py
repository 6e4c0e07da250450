"""Fingerprints on a memory stick: what is found there, templates that travel as bytes, and 1:1 verification."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import DeviceError, FingerTemplate
from biometric.fingerprint.image_matcher import compare_images
from biometric.fingerprint.image_template import FAMILY, decode, encode, template_of
from biometric.fingerprint.picture_stick import RECOMMENDED_THRESHOLD, SCORE_SCALE, PictureStick
from biometric.fingerprint.template import MalformedTemplate
from biometric.memory_stick import MOST_FILES
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press
from biometric.virtual.picture_stick import FINGER_FILE, LANDSCAPE_FILE, OTHER_FILE, VirtualStick

FINGERS = (6000, 6001)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("stick")
    for finger in FINGERS:
        for number in (1, 2):
            Image.fromarray(press(grow(finger), draw_touch(finger * 100 + number))).save(
                made / f"{finger}_{number}.png"
            )
    return made


@pytest.fixture(scope="module")
def stick(folder) -> PictureStick:
    return PictureStick(folder)


@pytest.fixture(scope="module")
def enrolled(stick) -> list[FingerTemplate]:
    return [FingerTemplate(finger, "thumb", FAMILY, stick.enrol(f"{finger}_1.png")) for finger in FINGERS]


@pytest.mark.parametrize("finger", FINGERS)
def test_the_right_one_of_several_fingers_is_told(enrolled, stick, finger):
    match = stick.verify(enrolled, f"{finger}_2.png")
    assert match.template_id == finger
    assert match.score >= RECOMMENDED_THRESHOLD


def test_another_finger_stays_below_the_threshold(enrolled, stick):
    assert stick.verify(enrolled[:1], "6001_2.png").score < RECOMMENDED_THRESHOLD


def test_bytes_are_the_same_finger(folder):
    first, second = (template_of(np.asarray(Image.open(folder / f"6000_{number}.png"))) for number in (1, 2))
    content = encode(first)
    assert len(content) < 32_000
    again = decode(content)
    assert np.array_equal(again.texture.wave, first.texture.wave)
    assert np.array_equal(again.texture.finger, first.texture.finger)
    # Minutiae are rounded to half a pixel and 0.7 degrees.
    assert compare_images(again, second) == pytest.approx(compare_images(first, second), rel=0.05)
    assert encode(again) == content


@pytest.mark.parametrize("at", [0, 2, 5, 9, 11, 13, 200, 523, 600, -1])
def test_a_changed_template_is_refused(enrolled, stick, at):
    content = bytearray(enrolled[0].data)
    content[at] ^= 0x01
    with pytest.raises(MalformedTemplate):
        decode(bytes(content))
    with pytest.raises(DeviceError, match="damaged"):
        stick.verify([FingerTemplate(1, "thumb", FAMILY, bytes(content))], "6000_2.png")


@pytest.mark.parametrize("length", [0, 3, 8, 523, 524, 2000])
def test_a_template_cut_short_is_refused(enrolled, length):
    with pytest.raises(MalformedTemplate):
        decode(enrolled[0].data[:length])


def test_templates_of_a_sensor_are_refused_and_none_match_nothing(enrolled, stick):
    with pytest.raises(DeviceError, match="not for pictures"):
        stick.verify([FingerTemplate(1, "thumb", "r307-minutiae-1", enrolled[0].data)], "6000_2.png")
    assert stick.verify([], "6000_2.png").score == 0


def test_a_picture_of_anything_else_is_refused_with_its_reason(enrolled, tmp_path):
    page, path = np.full((300, 300), 255, np.uint8), tmp_path / "page.png"
    for line in range(14):
        cv2.putText(page, "Sahyadri Bank 123", (5, 20 + 20 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1)
    Image.fromarray(page).save(path)
    stick = PictureStick(tmp_path)
    for call in (lambda: stick.enrol(path.name), lambda: stick.verify(enrolled, path.name)):
        with pytest.raises(UnusablePicture, match="no picture of a finger") as told:
            call()
        assert told.value.fault is PictureFault.NOT_A_FINGERPRINT


def test_what_is_on_the_stick_is_found_and_what_leads_off_it_is_not(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "stick"
    assert PictureStick(folder).files() is None
    folder.mkdir()
    assert PictureStick(folder).files() is None
    outside.mkdir()
    for path in (outside / "secret.png", folder / "b.PNG", folder / "A.jpg", folder / "letter.txt", folder / "._b.png",
                 folder / "Scans" / "thumb.tif", folder / ".Trash" / "old.png"):  # fmt: skip
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (folder / "link.png").symlink_to(outside / "secret.png")
    (folder / "away").symlink_to(outside)
    stick = PictureStick(folder)
    assert stick.files() == ("A.jpg", "b.PNG", "Scans/thumb.tif")
    for file in ("link.png", "away/secret.png", "../outside/secret.png", str(outside / "secret.png"), "letter.txt"):
        with pytest.raises(UnusablePicture) as told:
            stick.enrol(file)
        assert told.value.fault is PictureFault.UNREADABLE


def test_no_more_is_listed_than_a_customer_would_look_through(tmp_path):
    deep = tmp_path / "1" / "2" / "3" / "4"
    deep.mkdir(parents=True)
    (deep / "too deep.png").touch()
    assert PictureStick(tmp_path).files() == ()
    for number in range(MOST_FILES + 10):
        (tmp_path / f"{number:03d}.png").touch()
    assert len(PictureStick(tmp_path).files()) == MOST_FILES


def test_a_drawn_stick_appears_whole_goes_and_holds_its_owners_finger(tmp_path, enrolled):
    drawn = VirtualStick(tmp_path / "stick")
    stick = PictureStick(drawn.folder)
    assert stick.files() is None
    drawn.put_in(str(FINGERS[0]))
    assert stick.files() == (LANDSCAPE_FILE, FINGER_FILE, OTHER_FILE)
    assert stick.verify(enrolled, FINGER_FILE).template_id == FINGERS[0]
    assert stick.verify(enrolled, FINGER_FILE).score >= RECOMMENDED_THRESHOLD > stick.verify(enrolled, OTHER_FILE).score
    with pytest.raises(UnusablePicture):
        stick.enrol(LANDSCAPE_FILE)
    drawn.pull_out()
    assert stick.files() is None


def test_a_detected_attack_is_enrolled_nowhere_and_vetoes_the_best_score(enrolled, folder):
    seen = []

    def everything_is_an_attack(presentation):
        seen.append(presentation.picture.shape)
        return True

    stick = PictureStick(folder, [everything_is_an_attack])
    match = stick.verify(enrolled, "6000_1.png")
    assert match.vetoed
    assert match.score >= RECOMMENDED_THRESHOLD
    with pytest.raises(UnusablePicture, match="no living finger"):
        stick.enrol("6000_1.png")
    assert seen == [(288, 256)] * 2


@pytest.mark.real
def test_real_pictures_are_verified_and_faces_are_refused(real_data, tmp_path):
    """A finger and faces that nothing was set on."""
    folder, faces = real_data / "fingerprints" / "fvc2002_DB1_B", tmp_path / "faces"
    faces.mkdir()
    people = sorted((real_data / "faces" / "probe").iterdir())[1:8:2]
    for person in people:
        shutil.copy(min(person.iterdir()), faces / f"{person.name}.jpg")
    for finger, number in [(106, number) for number in range(1, 8)] + [(finger, 1) for finger in range(107, 111)]:
        shutil.copy(folder / f"{finger}_{number}.png", tmp_path)
    stick = PictureStick(tmp_path)
    templates = [FingerTemplate(number, "thumb", FAMILY, stick.enrol(f"106_{number}.png")) for number in (1, 2, 3)]
    genuine = [stick.verify(templates, f"106_{number}.png").score / SCORE_SCALE for number in range(4, 8)]
    impostor = [stick.verify(templates, f"{finger}_1.png").score / SCORE_SCALE for finger in range(107, 111)]
    print(f"genuine {min(genuine):.2f}..{max(genuine):.2f}, impostor {min(impostor):.2f}..{max(impostor):.2f}")
    assert min(genuine) >= RECOMMENDED_THRESHOLD / SCORE_SCALE > max(impostor)
    for person in people:
        with pytest.raises(UnusablePicture, match="no picture of a finger"):
            stick.verify(templates, f"faces/{person.name}.jpg")
