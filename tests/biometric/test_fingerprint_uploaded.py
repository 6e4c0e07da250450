"""Fingerprints handed over as pictures: templates that travel as bytes, and 1:1 verification."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from atm_app.ports import DeviceError, FingerTemplate
from biometric.fingerprint.image_file import ImageFault, UnusableImage
from biometric.fingerprint.image_matcher import compare_images
from biometric.fingerprint.image_template import FAMILY, decode, encode, template_of
from biometric.fingerprint.template import MalformedTemplate
from biometric.fingerprint.uploaded import RECOMMENDED_THRESHOLD, SCORE_SCALE, UploadedFingerprint
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press

FINGERS = (6000, 6001)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> dict[tuple[int, int], Path]:
    folder = tmp_path_factory.mktemp("uploaded")
    found = {(finger, number): folder / f"{finger}_{number}.png" for finger in FINGERS for number in (1, 2)}
    for (finger, number), path in found.items():
        Image.fromarray(press(grow(finger), draw_touch(finger * 100 + number))).save(path)
    return found


@pytest.fixture(scope="module")
def enrolled(pictures) -> list[FingerTemplate]:
    service = UploadedFingerprint()
    return [FingerTemplate(finger, "thumb", FAMILY, service.enrol(pictures[finger, 1])) for finger in FINGERS]


@pytest.mark.parametrize("finger", FINGERS)
def test_the_right_one_of_several_fingers_is_told(enrolled, pictures, finger):
    match = UploadedFingerprint().verify(enrolled, pictures[finger, 2])
    assert match.template_id == finger
    assert match.score >= RECOMMENDED_THRESHOLD


def test_another_finger_stays_below_the_threshold(enrolled, pictures):
    assert UploadedFingerprint().verify(enrolled[:1], pictures[6001, 2]).score < RECOMMENDED_THRESHOLD


def test_bytes_are_the_same_finger(pictures):
    first, second = (template_of(np.asarray(Image.open(pictures[6000, number]))) for number in (1, 2))
    content = encode(first)
    assert len(content) < 32_000
    again = decode(content)
    assert np.array_equal(again.texture.wave, first.texture.wave)
    assert np.array_equal(again.texture.finger, first.texture.finger)
    # Minutiae are rounded to half a pixel and 0.7 degrees.
    assert compare_images(again, second) == pytest.approx(compare_images(first, second), rel=0.05)
    assert encode(again) == content


@pytest.mark.parametrize("at", [0, 2, 5, 9, 11, 13, 200, 523, 600, -1])
def test_a_changed_template_is_refused(enrolled, pictures, at):
    content = bytearray(enrolled[0].data)
    content[at] ^= 0x01
    with pytest.raises(MalformedTemplate):
        decode(bytes(content))
    with pytest.raises(DeviceError, match="damaged"):
        UploadedFingerprint().verify([FingerTemplate(1, "thumb", FAMILY, bytes(content))], pictures[6000, 2])


@pytest.mark.parametrize("length", [0, 3, 8, 523, 524, 2000])
def test_a_template_cut_short_is_refused(enrolled, length):
    with pytest.raises(MalformedTemplate):
        decode(enrolled[0].data[:length])


def test_templates_of_a_sensor_and_none_are_refused(enrolled, pictures):
    with pytest.raises(DeviceError, match="not for pictures"):
        UploadedFingerprint().verify([FingerTemplate(1, "thumb", "r307-minutiae-1", enrolled[0].data)],
                                     pictures[6000, 2])  # fmt: skip
    with pytest.raises(DeviceError, match="no templates"):
        UploadedFingerprint().verify([], pictures[6000, 2])


def test_a_picture_of_anything_else_is_refused_with_its_reason(enrolled, tmp_path):
    page, path = np.full((300, 300), 255, np.uint8), tmp_path / "page.png"
    for line in range(14):
        cv2.putText(page, "Sahyadri Bank 123", (5, 20 + 20 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1)
    Image.fromarray(page).save(path)
    service = UploadedFingerprint()
    for call in (lambda: service.enrol(path), lambda: service.verify(enrolled, path)):
        with pytest.raises(UnusableImage, match="no fingerprint") as told:
            call()
        assert told.value.fault is ImageFault.NOT_A_FINGERPRINT


@pytest.mark.real
def test_real_pictures_are_verified_and_faces_match_nobody(real_data):
    """A finger that nothing was set on. Photographs of faces may look like ridges, but not like anybody's."""
    service, folder = UploadedFingerprint(), real_data / "fingerprints" / "fvc2002_DB1_B"
    templates = [FingerTemplate(number, "thumb", FAMILY, service.enrol(folder / f"106_{number}.png"))
                 for number in (1, 2, 3)]  # fmt: skip
    genuine = [service.verify(templates, folder / f"106_{number}.png").score / SCORE_SCALE for number in range(4, 8)]
    impostor = [service.verify(templates, folder / f"{finger}_1.png").score / SCORE_SCALE for finger in range(107, 111)]
    print(f"genuine {min(genuine):.2f}..{max(genuine):.2f}, impostor {min(impostor):.2f}..{max(impostor):.2f}")
    assert min(genuine) >= RECOMMENDED_THRESHOLD / SCORE_SCALE > max(impostor)
    likeness = []
    for person in sorted((real_data / "faces" / "probe").iterdir())[:10]:
        try:
            likeness.append(service.verify(templates, min(person.iterdir())).score / SCORE_SCALE)
        except UnusableImage:
            likeness.append(0.0)
    print(f"faces 0..{max(likeness):.2f}")
    assert max(likeness) < RECOMMENDED_THRESHOLD / SCORE_SCALE
