"""Where a sensor's serial line is: a device file, a USB adapter by its ids, or a port that another machine shares."""

from __future__ import annotations

import re
from pathlib import Path

import serial
from serial.tools import list_ports

from biometric.fingerprint.shared_port import is_shared, opened_shared

# usb:10c4:ea60 or usb:10c4:ea60:0001: vendor and product in hexadecimal, then the serial number where there are two.
_USB = re.compile(r"usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?")
READ_SECONDS = 0.02
WRITE_SECONDS = 0.5


class NoSuchPort(Exception):
    """There is nothing of that name now; the message says what was looked for."""


def located(port: str) -> str:
    """The device file or URL to open now: USB adapters change their file with every plug. Raises NoSuchPort."""
    if is_shared(port):
        return port
    if wanted := _USB.fullmatch(port):
        vendor, product, number = int(wanted[1], 16), int(wanted[2], 16), wanted[3]
        for found in list_ports.comports():
            if (found.vid, found.pid) == (vendor, product) and number in (None, found.serial_number):
                return str(found.device)
        raise NoSuchPort(f"no USB adapter {port.removeprefix('usb:')} is plugged in")
    if not Path(port).exists():
        raise NoSuchPort(f"{Path(port).name} is not there")
    return port


def is_there(port: str) -> bool:
    """Whether it can be opened as far as can be seen without opening it."""
    try:
        located(port)
    except NoSuchPort:
        return False
    return True


def opened(port: str, baud_rate: int) -> serial.SerialBase:
    """An open line that nobody else on this machine can open. A shared port that is raw has its own baud rate, set
    where it is shared. Raises NoSuchPort, and what pyserial raises."""
    where = located(port)
    if is_shared(where):
        return opened_shared(where, baud_rate, READ_SECONDS, WRITE_SECONDS)
    return serial.Serial(where, baud_rate, timeout=READ_SECONDS, write_timeout=WRITE_SECONDS, exclusive=True)
