"""Where the sensor is: shared by another machine over TCP, on a USB adapter by its ids, or nowhere."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from atm_app.config import FingerprintSettings
from atm_app.ports import Cancellation, DeviceState, DeviceUnavailable, FingerPrompt, FingerTemplate
from biometric.fingerprint.matcher import RECOMMENDED_THRESHOLD
from biometric.fingerprint.sensor import R307Sensor
from biometric.fingerprint.sensor_port import NoSuchPort, is_there, located
from biometric.fingerprint.template import FAMILY
from biometric.virtual.r307_client import VirtualSensor
from tests.biometric.customer import Customer

FINGER, PATIENCE, UNAVAILABLE_SECONDS = "ravi.right_index", 10.0, 2.0


class SharedPort:
    """What ser2net does: one TCP connection at a time, its bytes to a serial device and back."""

    def __init__(self, device: Path) -> None:
        self._device = device
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"socket://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connection: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def drop(self) -> None:
        assert self.connection is not None
        self.connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                self.connection, _ = self._listener.accept()
            except OSError:
                return
            device = os.open(self._device, os.O_RDWR | os.O_NOCTTY)
            tty.setraw(device)
            with self.connection:
                self._pump(self.connection, device)
            os.close(device)

    def _pump(self, connection: socket.socket, device: int) -> None:
        try:
            while True:
                ready, _, _ = select.select([connection, device], [], [])
                if connection in ready:
                    received = connection.recv(4096)
                    if not received:
                        return
                    os.write(device, received)
                if device in ready:
                    connection.sendall(os.read(device, 4096))
        except OSError:
            return


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[VirtualSensor]:
    sensor = VirtualSensor(tmp_path, seed=11, paced=False)
    sensor.start()
    yield sensor
    sensor.close()


@pytest.fixture
def shared(virtual: VirtualSensor) -> Iterator[SharedPort]:
    port = SharedPort(virtual.port)
    yield port
    port.close()


@pytest.fixture
def sensor(shared: SharedPort) -> Iterator[R307Sensor]:
    opened = R307Sensor(shared.url, virtual=True)
    yield opened
    opened.close()


def enrolled(sensor: R307Sensor, virtual: VirtualSensor) -> FingerTemplate:
    data = sensor.enrol(2, PATIENCE, Cancellation(), Customer(virtual, FINGER))
    virtual.lift()
    return FingerTemplate(1, FINGER, FAMILY, data)


def test_a_sensor_on_another_machine_enrols_and_verifies(sensor: R307Sensor, virtual: VirtualSensor) -> None:
    template = enrolled(sensor, virtual)
    match = sensor.verify([template], PATIENCE, Cancellation(), Customer(virtual, FINGER))
    assert match.score >= RECOMMENDED_THRESHOLD
    virtual.lift()
    match = sensor.verify([template], PATIENCE, Cancellation(), Customer(virtual, "ravi.left_index"))
    assert match.score < RECOMMENDED_THRESHOLD
    assert sensor.status().state is DeviceState.ONLINE


def test_the_connection_drops_and_comes_back(sensor: R307Sensor, virtual: VirtualSensor, shared: SharedPort) -> None:
    template = enrolled(sensor, virtual)
    dropped = [0.0]

    def drop(prompt: FingerPrompt) -> None:
        dropped[0] = time.monotonic()
        shared.drop()

    with pytest.raises(DeviceUnavailable):
        sensor.verify([template], PATIENCE, Cancellation(), drop)
    assert time.monotonic() - dropped[0] < UNAVAILABLE_SECONDS
    match = sensor.verify([template], PATIENCE, Cancellation(), Customer(virtual, FINGER))
    assert match.score >= RECOMMENDED_THRESHOLD


def test_a_machine_that_shares_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    missing = R307Sensor(f"socket://127.0.0.1:{port}")
    began = time.monotonic()
    assert missing.status().state is DeviceState.NO_DEVICE
    assert time.monotonic() - began < UNAVAILABLE_SECONDS


def test_a_usb_adapter_is_found_by_its_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    adapters = [
        SimpleNamespace(vid=None, pid=None, serial_number=None, device="/dev/ttyS0"),
        SimpleNamespace(vid=0x10C4, pid=0xEA60, serial_number="0001", device="/dev/ttyUSB0"),
        SimpleNamespace(vid=0x10C4, pid=0xEA60, serial_number="0002", device="/dev/ttyUSB1"),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: adapters)
    assert located("usb:10c4:ea60") == "/dev/ttyUSB0"
    assert located("usb:10C4:EA60:0002") == "/dev/ttyUSB1"
    with pytest.raises(NoSuchPort, match="10c4:ea60:0003"):
        located("usb:10c4:ea60:0003")
    adapters.clear()
    assert not is_there("usb:10c4:ea60")


def test_nothing_is_plugged_in(tmp_path: Path) -> None:
    for port in ("usb:ffff:ffff", str(tmp_path / "ttyUSB0")):
        assert R307Sensor(port).status().state is DeviceState.NO_DEVICE


@pytest.mark.parametrize(
    "port", ["auto", "/dev/ttyUSB0", "usb:10c4:ea60", "usb:10c4:ea60:A1", "socket://pi:3001", "rfc2217://pi:3001"]
)
def test_the_settings_take_every_kind(port: str) -> None:
    assert FingerprintSettings(port=port).port == port


@pytest.mark.parametrize("port", ["ttyUSB0", "usb:10c4", "socket://pi", "http://pi:80", ""])
def test_the_settings_refuse_what_is_none(port: str) -> None:
    with pytest.raises(ValueError, match="port"):
        FingerprintSettings(port=port)
