"""Where the sensor is: on a USB adapter by its ids, or nowhere. One that another machine shares is in
``test_sensor_network.py``."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from atm_app.config import FingerprintSettings
from atm_app.ports import DeviceState
from biometric.fingerprint.sensor import R307Sensor
from biometric.fingerprint.sensor_port import NoSuchPort, is_there, located

UNAVAILABLE_SECONDS = 2.0


@pytest.mark.parametrize("kind", ["socket", "rfc2217"])
def test_a_machine_that_shares_nothing(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    missing = R307Sensor(f"{kind}://127.0.0.1:{port}")
    began = time.monotonic()
    assert missing.status().state is DeviceState.NO_DEVICE
    assert "network" in missing.status().advice
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
