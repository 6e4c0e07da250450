"""What pyfingerprint's own examples do, with its own class and transport, on the virtual R307's port.

One test an example, its calls in the example's order; where the example asks a person for something, ``by_hand`` does
it meanwhile. Nothing of ours stands between the library and the line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyfingerprint.pyfingerprint import FINGERPRINT_CHARBUFFER1, FINGERPRINT_CHARBUFFER2, PyFingerprint

from biometric.fingerprint.template import TEMPLATE_BYTES
from biometric.virtual.r307_client import VirtualSensor

CAPACITY = 300
THUMB, INDEX = "ida.thumb", "ida.right_index"


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualSensor]:
    sensor = VirtualSensor(tmp_path_factory.mktemp("stock"), seed=5, capacity=CAPACITY, paced=False)
    sensor.start()
    yield sensor
    sensor.close()


@pytest.fixture
def finger(virtual: VirtualSensor) -> Iterator[PyFingerprint]:
    """As every example begins; the flash is empty and nothing lies on the window."""
    virtual.lift()
    sensor = PyFingerprint(str(virtual.port), 57600, 0xFFFFFFFF, 0x00000000)
    assert sensor.verifyPassword() is True
    sensor.clearDatabase()
    yield sensor
    sensor._PyFingerprint__serial.close()


@contextmanager
def by_hand(virtual: VirtualSensor, name: str) -> Iterator[None]:
    """Somebody lays the finger on the window while the example waits for it."""
    with ThreadPoolExecutor(1) as somebody:
        placed = somebody.submit(virtual.place, name)
        yield
    placed.result()


def wait_for(finger: PyFingerprint, virtual: VirtualSensor, name: str) -> None:
    """The examples' waiting loop; when it begins, nothing lies there."""
    assert finger.readImage() is False
    with by_hand(virtual, name):
        while not finger.readImage():
            pass


def enrol(finger: PyFingerprint, virtual: VirtualSensor, name: str) -> int:
    """``example_enroll.py``: the position of the new template, or of the one that is there already."""
    assert finger.getTemplateCount() < finger.getStorageCapacity()
    wait_for(finger, virtual, name)
    finger.convertImage(FINGERPRINT_CHARBUFFER1)
    position, _ = finger.searchTemplate()
    virtual.lift()
    if position >= 0:
        return position
    wait_for(finger, virtual, name)
    finger.convertImage(FINGERPRINT_CHARBUFFER2)
    assert finger.compareCharacteristics() > 0, "fingers do not match"
    assert finger.createTemplate() is True
    virtual.lift()
    return finger.storeTemplate()


def test_enroll(finger: PyFingerprint, virtual: VirtualSensor) -> None:
    assert enrol(finger, virtual, THUMB) == 0
    assert enrol(finger, virtual, INDEX) == 1
    assert enrol(finger, virtual, THUMB) == 0, "it is enrolled already"
    assert finger.getTemplateCount() == 2


def test_search(finger: PyFingerprint, virtual: VirtualSensor) -> None:
    """``example_search.py``: found, and the characteristics of what was found hashed."""
    enrol(finger, virtual, INDEX)
    thumb = enrol(finger, virtual, THUMB)
    wait_for(finger, virtual, THUMB)
    finger.convertImage(FINGERPRINT_CHARBUFFER1)
    position, accuracy = finger.searchTemplate()
    assert position == thumb
    assert accuracy > 0
    assert finger.loadTemplate(position, FINGERPRINT_CHARBUFFER1) is True
    characteristics = finger.downloadCharacteristics(FINGERPRINT_CHARBUFFER1)
    assert len(hashlib.sha256(str(characteristics).encode()).hexdigest()) == 64
    assert len(characteristics) == TEMPLATE_BYTES


def test_search_of_a_stranger(finger: PyFingerprint, virtual: VirtualSensor) -> None:
    enrol(finger, virtual, INDEX)
    wait_for(finger, virtual, "otto.thumb")
    finger.convertImage(FINGERPRINT_CHARBUFFER1)
    assert finger.searchTemplate() == (-1, -1)


def test_delete(finger: PyFingerprint, virtual: VirtualSensor) -> None:
    """``example_delete.py``: the deleted one is not found any more, and its position is the next that is free."""
    thumb, index = enrol(finger, virtual, THUMB), enrol(finger, virtual, INDEX)
    assert finger.deleteTemplate(thumb) is True
    assert finger.getTemplateCount() == 1
    with pytest.raises(Exception, match="could not be read"):
        finger.loadTemplate(thumb)
    assert finger.loadTemplate(index) is True
    assert enrol(finger, virtual, THUMB) == thumb


def test_download_image(finger: PyFingerprint, virtual: VirtualSensor, tmp_path: Path) -> None:
    """``example_downloadimage.py``: a bitmap of what lies on the window."""
    wait_for(finger, virtual, THUMB)
    finger.downloadImage(str(tmp_path / "fingerprint.bmp"))
    with Image.open(tmp_path / "fingerprint.bmp") as image:
        assert image.size == (256, 288)
        ridges = np.asarray(image)[100:188, 84:172]
    assert ridges.std() > 60, "the middle of a finger is black and white ridges"


def test_index(finger: PyFingerprint, virtual: VirtualSensor) -> None:
    """``example_index.py``: four pages of 256 positions; those beyond the capacity are not in use."""
    enrol(finger, virtual, THUMB)
    finger.storeTemplate(258)
    pages = [finger.getTemplateIndex(page) for page in range(4)]
    assert [len(page) for page in pages] == [256] * 4
    assert [256 * number + place for number, page in enumerate(pages) for place, used in enumerate(page) if used] == [
        0, 258,
    ]  # fmt: skip


def test_generate_random_number(finger: PyFingerprint) -> None:
    """``example_generaterandom.py``."""
    numbers = {finger.generateRandomNumber() for _ in range(3)}
    assert len(numbers) == 3
    assert all(0 <= number < 2**32 for number in numbers)


def test_download_and_upload_characteristics(finger: PyFingerprint, virtual: VirtualSensor) -> None:
    """A template leaves the sensor, comes back to another program's buffer, and is the finger it was."""
    enrol(finger, virtual, THUMB)
    finger.loadTemplate(0, FINGERPRINT_CHARBUFFER1)
    characteristics = finger.downloadCharacteristics(FINGERPRINT_CHARBUFFER1)
    finger.clearDatabase()
    virtual.unplug()
    virtual.plug()
    again = PyFingerprint(str(virtual.port), 57600, 0xFFFFFFFF, 0x00000000)
    assert again.verifyPassword() is True
    assert again.uploadCharacteristics(FINGERPRINT_CHARBUFFER1, characteristics) is True
    assert again.storeTemplate() == 0
    wait_for(again, virtual, THUMB)
    again.convertImage(FINGERPRINT_CHARBUFFER1)
    assert again.searchTemplate()[0] == 0
    assert again.uploadCharacteristics(FINGERPRINT_CHARBUFFER2, characteristics) is True
    assert again.compareCharacteristics() > 0
