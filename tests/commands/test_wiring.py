"""What is plugged in by which setting."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from atm_app.config import PrinterSettings, Settings
from atm_app.devices.virtual_printer import VirtualPrinter
from atm_app.ports import DeviceState
from commands.command_line import load_settings
from commands.wiring import Plant
from db.folder import DataFolder
from tests.waiting import wait_until


@pytest.mark.parametrize("port", ["auto", "virtual"])
def test_without_a_printer_its_virtual_sibling_prints(own_folder: DataFolder, port: str) -> None:
    plant = Plant(own_folder, Settings(printer=PrinterSettings(port=port)))
    assert isinstance(plant.printer, VirtualPrinter)
    assert plant.bench.printer is plant.printer
    plant.close()


def test_a_configured_printer_is_used_and_the_bench_leaves_it_alone(own_folder: DataFolder, tmp_path: Path) -> None:
    plant = Plant(own_folder, Settings(printer=PrinterSettings(port=str(tmp_path / "lp0"))))
    assert plant.bench.printer is None
    assert plant.printer.status().state is DeviceState.NO_DEVICE
    assert not plant.printer.status().virtual
    plant.close()


def test_a_recording_is_the_kiosks_camera(own_folder: DataFolder, tmp_path: Path) -> None:
    """``--camera FILE``: its frames reach the preview, nobody is enrolled from it, and it is not called virtual."""
    path = tmp_path / "visit.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (640, 480))
    for grey in range(60, 120):
        writer.write(np.full((480, 640, 3), grey, np.uint8))
    writer.release()
    plant = Plant(own_folder, load_settings(None, None, str(path)))
    try:
        plant.camera.start()
        wait_until(lambda: plant.camera.preview() is not None)
        frame, _ = plant.camera.preview() or (None, 0.0)
        assert frame is not None
        assert 50 < frame.mean() < 130
        assert plant.virtual_camera is None
        assert not plant.demonstrates
        assert not plant.camera.status().virtual
    finally:
        plant.close()
