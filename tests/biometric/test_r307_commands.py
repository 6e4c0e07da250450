"""The virtual R307's command table and its packets, by unmodified pyfingerprint over the pseudo-terminal."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import serial
from PIL import Image
from pyfingerprint.pyfingerprint import PyFingerprint

from biometric.fingerprint.packets import Instruction, PacketKind, PacketReader, Reply, encode
from biometric.fingerprint.template import TEMPLATE_BYTES
from biometric.virtual.control import ControlError
from biometric.virtual.r307_client import PROJECT_FOLDER, VirtualSensor
from tests.waiting import is_alive, wait_until

CAPACITY = 300


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualSensor]:
    sensor = VirtualSensor(tmp_path_factory.mktemp("r307"), seed=7, capacity=CAPACITY, paced=False)
    sensor.start()
    yield sensor
    sensor.close()


@pytest.fixture
def finger(virtual: VirtualSensor) -> Iterator[PyFingerprint]:
    """pyfingerprint itself, verified, on a sensor with an empty flash and nothing on its window."""
    virtual.fault("none")
    virtual.lift()
    virtual.plug()
    driver = PyFingerprint(str(virtual.port))
    assert driver.verifyPassword() is True
    driver.clearDatabase()
    driver.setMaxPacketSize(128)
    driver.setSecurityLevel(1)
    yield driver
    driver._PyFingerprint__serial.close()


def read(virtual: VirtualSensor, driver: PyFingerprint, name: str, buffer: int) -> None:
    virtual.place(name)
    assert driver.readImage() is True
    assert driver.convertImage(buffer) is True
    virtual.lift()


def test_take_image_needs_a_finger(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    assert finger.readImage() is False
    virtual.place("nila.thumb")
    assert finger.readImage() is True
    virtual.lift()
    assert finger.readImage() is False


def test_features_need_an_image_with_ridges(virtual: VirtualSensor) -> None:
    virtual.unplug()
    virtual.plug()
    driver = PyFingerprint(str(virtual.port))
    driver.verifyPassword()
    with pytest.raises(Exception, match="image is invalid"):
        driver.convertImage(1)
    virtual.fault("messy")
    virtual.place("nila.thumb")
    driver.readImage()
    with pytest.raises(Exception, match="too messy"):
        driver.convertImage(1)
    virtual.fault("none")


def test_match_make_template_and_compare(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    read(virtual, finger, "nila.thumb", 1)
    read(virtual, finger, "nila.thumb", 2)
    same = finger.compareCharacteristics()
    assert finger.createTemplate() is True
    assert finger.downloadCharacteristics(1) == finger.downloadCharacteristics(2)
    read(virtual, finger, "omar.thumb", 1)
    assert finger.compareCharacteristics() < same
    assert finger.createTemplate() is False


def test_templates_travel_both_ways(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    read(virtual, finger, "nila.thumb", 1)
    template = finger.downloadCharacteristics(1)
    assert len(template) == TEMPLATE_BYTES
    for size in (32, 64, 128, 256):
        finger.setMaxPacketSize(size)
        assert finger.getMaxPacketSize() == size
        assert finger.uploadCharacteristics(2, template) is True
    assert finger.compareCharacteristics() > 200


def test_empty_buffers_do_not_travel(virtual: VirtualSensor) -> None:
    virtual.unplug()
    virtual.plug()
    driver = PyFingerprint(str(virtual.port))
    driver.verifyPassword()
    with pytest.raises(Exception, match="Could not download characteristics"):
        driver.downloadCharacteristics(1)
    assert driver.compareCharacteristics() == 0
    assert driver.createTemplate() is False


def test_flash_store_search_load_delete(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    assert finger.getStorageCapacity() == CAPACITY
    assert finger.searchTemplate() == (-1, -1)
    for page, name in enumerate(("nila.thumb", "omar.thumb", "pia.thumb")):
        read(virtual, finger, name, 1)
        assert finger.storeTemplate(page * 128, 1) == page * 128
    assert finger.getTemplateCount() == 3
    assert [page for page, used in enumerate(finger.getTemplateIndex(0)) if used] == [0, 128]
    assert finger.getTemplateIndex(1)[0] is True
    read(virtual, finger, "omar.thumb", 1)
    page, score = finger.searchTemplate()
    assert page == 128
    assert finger.loadTemplate(128, 2) is True
    assert finger.compareCharacteristics() == score
    with pytest.raises(Exception, match="could not be read"):
        finger.loadTemplate(5, 1)
    assert finger.deleteTemplate(128) is True
    assert finger.getTemplateCount() == 2
    assert finger.clearDatabase() is True
    assert finger.getTemplateCount() == 0


def test_flash_outlives_a_power_cut(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    read(virtual, finger, "nila.thumb", 1)
    finger.storeTemplate(3, 1)
    virtual.unplug()
    assert not virtual.port.exists()
    virtual.plug()
    driver = PyFingerprint(str(virtual.port))
    assert driver.verifyPassword() is True
    assert driver.getTemplateCount() == 1
    driver.clearDatabase()


def test_image_download_shows_the_touch(virtual: VirtualSensor, finger: PyFingerprint, tmp_path: Path) -> None:
    virtual.place("nila.thumb")
    finger.readImage()
    finger.downloadImage(str(tmp_path / "touch.bmp"))
    with Image.open(tmp_path / "touch.bmp") as image:
        pixels = np.asarray(image)
    assert pixels.shape == (288, 256)
    assert pixels.std() > 40
    assert set(np.unique(pixels)) <= set(range(0, 256, 17))


def test_parameters_and_random_numbers(finger: PyFingerprint) -> None:
    finger.setSecurityLevel(4)
    status, _, capacity, level, address, packet, baud = finger.getSystemParameters()
    assert (status, capacity, level, address, packet, baud) == (0, CAPACITY, 4, 0xFFFFFFFF, 2, 6)
    assert finger.getBaudRate() == 57600
    assert finger.generateRandomNumber() != finger.generateRandomNumber()


def test_password_and_address(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    assert finger.setPassword(1234) is True
    stranger = PyFingerprint(str(virtual.port))
    assert stranger.verifyPassword() is False
    with pytest.raises(Exception, match="0x21"):
        stranger.getTemplateCount()
    assert finger.verifyPassword() is True
    assert finger.setAddress(0x01020304) is True
    assert finger.verifyPassword() is True
    with pytest.raises(Exception, match="address is wrong"):
        stranger.verifyPassword()
    assert finger.setAddress(0xFFFFFFFF) is True
    assert finger.setPassword(0) is True


class RawLine:
    """Packets by hand, for what pyfingerprint cannot say."""

    def __init__(self, port: Path) -> None:
        self.line = serial.Serial(str(port), 57600, timeout=2)
        self.reader = PacketReader()

    def send(self, kind: int, payload: bytes) -> None:
        self.line.write(encode(0xFFFFFFFF, kind, payload))

    def receive(self) -> tuple[int, bytes]:
        while (packet := self.reader.next()) is None:
            received = self.line.read(max(1, self.line.in_waiting))
            assert received, "no answer"
            self.reader.feed(received)
        return packet.kind, packet.payload

    def ask(self, *command: int) -> bytes:
        self.send(PacketKind.COMMAND, bytes(command))
        return self.receive()[1]


@pytest.fixture
def raw(virtual: VirtualSensor, finger: PyFingerprint) -> Iterator[RawLine]:
    line = RawLine(virtual.port)
    yield line
    line.line.close()


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ((Instruction.STORE, 1, 0x7F, 0xFF), Reply.BAD_PAGE),
        ((Instruction.LOAD, 1, 0x7F, 0xFF), Reply.BAD_PAGE),
        ((Instruction.DELETE, 0x7F, 0xFF, 0, 1), Reply.DELETE_FAILED),
        ((Instruction.SET_PARAMETER, 9, 1), Reply.BAD_PARAMETER),
        ((Instruction.SET_PARAMETER, 5, 6), Reply.BAD_PARAMETER),
        ((Instruction.SET_PARAMETER, 6, 4), Reply.BAD_PARAMETER),
        ((Instruction.FAST_SEARCH, 1, 0, 0, 1, 0), Reply.NOT_FOUND),
        ((Instruction.LIGHT_ON,), Reply.OK),
        ((Instruction.LIGHT_OFF,), Reply.OK),
        ((0x77,), Reply.PACKET_ERROR),
        ((Instruction.SET_PARAMETER,), Reply.PACKET_ERROR),
    ],
)
def test_replies_by_hand(raw: RawLine, command: tuple[int, ...], reply: Reply) -> None:
    assert raw.ask(*command)[0] == reply


def test_a_damaged_command_is_refused_and_the_next_understood(raw: RawLine) -> None:
    raw.line.write(encode(0xFFFFFFFF, PacketKind.COMMAND, b"\x1d")[:-1] + b"\x00")
    assert raw.receive()[1][0] == Reply.PACKET_ERROR
    raw.line.write(b"\x00\xef\x13")
    assert raw.ask(Instruction.TEMPLATE_COUNT) == bytes([0, 0, 0])


def test_an_image_can_be_sent_in(virtual: VirtualSensor, raw: RawLine) -> None:
    virtual.place("nila.thumb")
    assert raw.ask(Instruction.TAKE_IMAGE)[0] == Reply.OK
    assert raw.ask(Instruction.IMAGE_OUT)[0] == Reply.OK
    packets = [raw.receive()]
    while packets[-1][0] != PacketKind.END_OF_DATA:
        packets.append(raw.receive())
    assert sum(len(payload) for _, payload in packets) == 256 * 288 // 2
    assert raw.ask(Instruction.IMAGE_IN)[0] == Reply.OK
    for kind, payload in packets:
        raw.send(kind, payload)
    assert raw.ask(Instruction.IMAGE_TO_FEATURES, 1)[0] == Reply.OK


def test_unknown_control_commands_are_refused(virtual: VirtualSensor) -> None:
    with pytest.raises(ControlError):
        virtual.fault("on fire")
    with pytest.raises(ControlError):
        virtual.unplug(at="never")
    with pytest.raises(ControlError):
        virtual.fault("silent", at="match", nth=0)


def test_a_fault_waits_for_its_moment(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    virtual.fault("communication_error", count=1, at="template_count", nth=2)
    before = time.monotonic()
    assert finger.getTemplateCount() == 0
    assert finger.generateRandomNumber() >= 0
    assert virtual.status()["struck_at"] is None
    with pytest.raises(Exception, match="Communication error"):
        finger.getTemplateCount()
    assert before < virtual.status()["struck_at"] < time.monotonic()
    assert finger.getTemplateCount() == 0


def test_the_same_touch_comes_again(virtual: VirtualSensor, finger: PyFingerprint) -> None:
    templates = []
    for touch in (1, 1, 2):
        virtual.place("nila.thumb", touch=touch)
        assert finger.readImage() is True
        assert finger.convertImage(1) is True
        templates.append(finger.downloadCharacteristics(1))
    assert templates[0] == templates[1] != templates[2]


def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, os, signal; from biometric.virtual.r307_client import VirtualSensor;"
        "sensor = VirtualSensor(pathlib.Path(sys.argv[1])); sensor.start();"
        "print(sensor.process_id, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    # Its standard output is not waited for to close: the orphan holds it until it ends.
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    orphan = int(parent.stdout.readline())
    parent.wait(10)
    wait_until(lambda: not is_alive(orphan))
    wait_until(lambda: not (tmp_path / "r307").is_symlink())
    parent.stdout.close()


def test_packets_survive_noise_and_pieces() -> None:
    reader = PacketReader()
    wanted = [encode(1, PacketKind.DATA, bytes([number] * number)) for number in range(1, 40)]
    reader.feed(b"\xef\x00\xef\x01garbage \xff\xff" + b"\xef".join(wanted))
    received = []
    while (packet := reader.next()) is not None:
        if packet.sound:
            received.append(packet.payload)
    assert received == [bytes([number] * number) for number in range(1, 40)]
