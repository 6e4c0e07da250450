"""What is plugged in by which setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from atm_app.config import PrinterSettings, Settings
from atm_app.devices.virtual_printer import VirtualPrinter
from atm_app.ports import DeviceState
from commands.wiring import Plant
from db.folder import DataFolder


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
