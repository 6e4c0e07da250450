"""A real receipt printer's driver against a simulated printer at the wire: the dots that arrive, and every trouble."""

from __future__ import annotations

import io
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from atm_app.banking.money import Money
from atm_app.banking.receipts import receipt_for
from atm_app.config import PrinterSettings
from atm_app.devices import escpos_printer
from atm_app.devices.escpos_printer import EscPosPrinter
from atm_app.devices.receipt_paper import WIDTH, ReceiptPaper
from atm_app.ports import DeviceState, DeviceUnavailable
from atm_app.stores import Account
from gui.fonts import pillow_font
from gui.words import words_of
from tests.devices.simulated_printer import SimulatedPrinter
from tests.waiting import wait_until

PATIENCE = 0.5


@pytest.fixture(autouse=True)
def short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escpos_printer, "STATUS_SECONDS", PATIENCE)
    monkeypatch.setattr(escpos_printer, "PRINT_SECONDS", 2 * PATIENCE)


@pytest.fixture
def paper() -> Iterator[SimulatedPrinter]:
    simulated = SimulatedPrinter()
    yield simulated
    simulated.unplug()


@pytest.fixture
def printer(paper: SimulatedPrinter) -> Iterator[EscPosPrinter]:
    made = EscPosPrinter(PrinterSettings(port=paper.address))
    yield made
    made.close()


def picture(height: int = 300, seed: int = 1) -> bytes:
    """Noise: any dot that is moved, lost or turned over shows."""
    dots = Image.frombytes("1", (WIDTH, height), random.Random(seed).randbytes(WIDTH // 8 * height))
    return png(dots)


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def same(printed: Image.Image, drawn: bytes) -> bool:
    wanted = Image.open(io.BytesIO(drawn))
    return printed.size == wanted.size and ImageChops.logical_xor(printed, wanted).getbbox() is None


@pytest.mark.parametrize("height", [1, 300, 960, 961, 2500])
def test_the_dots_that_arrive_are_the_dots_drawn(printer: EscPosPrinter, paper: SimulatedPrinter, height: int) -> None:
    drawn = picture(height)
    printer.print(drawn, "receipt-00000001")
    (printed,) = paper.receipts
    assert same(printed, drawn)
    assert (paper.unknown, paper.hanging) == ([], bytearray())
    assert paper.fed > 0, "the cut would go through the last lines"


def test_a_receipt_of_a_customer_arrives_as_it_was_drawn(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    account = Account(1, "Konkan Bank", "300100001234", "savings", Money(5_000_000), Money(5_000_000))
    receipt = receipt_for(
        "Sahyadri Bank", "ATM-0001", datetime(2026, 11, 21, tzinfo=UTC), account, Money(200_000), Money(4_800_000),
        42, "mr",
    )  # fmt: skip
    drawn = ReceiptPaper(pillow_font, words_of)(receipt)
    printer.print(drawn, receipt.file_name)
    assert same(paper.receipts[0], drawn)


def test_dots_that_read_like_commands_are_dots(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    """DLE EOT 1 … 4 in a picture are answered by the printer; none of the answers is taken for another."""
    row = (b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04\x1dr\x01\x1b@" * 5)[: WIDTH // 8]
    # In a picture a black dot is 0, on the wire 1.
    drawn = png(Image.frombytes("1", (WIDTH, 400), bytes(255 - byte for byte in row * 400)))
    for _ in range(2):
        printer.print(drawn, "r")
        assert printer.status().state is DeviceState.ONLINE
    assert [same(printed, drawn) for printed in paper.receipts] == [True, True]


@pytest.mark.parametrize(("trouble", "state", "advice"), [
    ("cover_open", DeviceState.USER_ERROR, "cover"),
    ("cutter_stuck", DeviceState.HARDWARE_ERROR, "cutter"),
    ("broken", DeviceState.HARDWARE_ERROR, "service"),
    ("hot", DeviceState.OFFLINE, "hot"),
    ("off_line", DeviceState.OFFLINE, "off line"),
])  # fmt: skip
def test_what_ails_the_printer_is_said_before_anything_is_printed(
    printer: EscPosPrinter, paper: SimulatedPrinter, trouble: str, state: DeviceState, advice: str
) -> None:
    setattr(paper, trouble, True)
    status = printer.status()
    assert status.state is state
    assert advice in status.advice
    assert "\n" not in status.advice
    with pytest.raises(DeviceUnavailable, match=advice):
        printer.print(picture(), "r")
    setattr(paper, trouble, False)
    assert printer.status().state is DeviceState.ONLINE
    assert (paper.receipts, paper.hanging) == ([], bytearray())


def test_no_paper_is_known_before_the_transaction(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    paper.rows_left = 0
    assert (printer.status().state, printer.status().advice) == (DeviceState.USER_ERROR, "load paper")
    with pytest.raises(DeviceUnavailable, match="nothing was printed: load paper"):
        printer.print(picture(), "r")
    paper.load_paper()
    assert printer.status().state is DeviceState.ONLINE


def test_what_was_said_unasked_answers_no_question(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    assert printer.status().state is DeviceState.ONLINE
    paper.off_line = True  # which the answer to the first question alone tells
    paper.say(b"\x12\x12\x12\x12\x10\x00\x00\x00")
    assert printer.status().state is DeviceState.OFFLINE


def test_paper_that_ends_soon_is_said_and_still_used(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    paper.near_end = True
    assert printer.status().state is DeviceState.ONLINE
    assert "nearly" in printer.status().advice
    printer.print(picture(), "r")
    assert len(paper.receipts) == 1


def test_half_a_receipt_never_comes_out_for_the_next_customer(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    """Paper that ends in the middle: said, and what waits in the printer is thrown away before new paper is loaded."""
    paper.rows_left = 500
    with pytest.raises(DeviceUnavailable, match="not complete: load paper"):
        printer.print(picture(1500, seed=1), "first")
    wait_until(lambda: not paper.hanging, "the buffer is empty")
    paper.load_paper()
    drawn = picture(700, seed=2)
    printer.print(drawn, "second")
    (printed,) = paper.receipts
    assert same(printed, drawn)


def test_a_printer_unplugged_in_the_middle_is_said_and_comes_back_clean(
    printer: EscPosPrinter, paper: SimulatedPrinter
) -> None:
    paper.gone_after = 20_000
    with pytest.raises(DeviceUnavailable, match="not complete: plug the printer in"):
        printer.print(picture(2500, seed=1), "first")
    assert printer.status().state is DeviceState.NO_DEVICE
    paper.unplug()
    paper.plug()
    assert printer.status().state is DeviceState.ONLINE
    drawn = picture(700, seed=2)
    printer.print(drawn, "second")
    assert same(paper.receipts[-1], drawn)
    assert len(paper.receipts) == 1


def test_a_line_that_died_unnoticed_costs_no_receipt(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    assert printer.status().state is DeviceState.ONLINE
    paper.unplug()
    paper.plug()
    printer.print(picture(), "r")
    assert len(paper.receipts) == 1


def test_one_line_serves_many_questions(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    for _ in range(5):
        printer.status()
    printer.print(picture(), "r")
    assert paper.connections == 1


def test_a_silent_printer_is_given_up_in_time(printer: EscPosPrinter, paper: SimulatedPrinter) -> None:
    paper.silent = True
    began = time.monotonic()
    assert printer.status().state is DeviceState.OFFLINE
    with pytest.raises(DeviceUnavailable, match="does not answer"):
        printer.print(picture(), "r")
    assert time.monotonic() - began < 4 * PATIENCE
    assert paper.receipts == []
    paper.silent = False
    assert printer.status().state is DeviceState.ONLINE


def test_a_printer_that_takes_no_more_bytes_is_given_up_in_time() -> None:
    """A serial line nobody reads at the other end is full after some kilobytes; a plain write would wait for ever."""
    ours, theirs = os.openpty()
    printer = EscPosPrinter(PrinterSettings(port=os.ttyname(theirs), baud_rate=921_600, answers=False))
    assert printer.status().state is DeviceState.ONLINE
    began = time.monotonic()
    with pytest.raises(DeviceUnavailable):
        printer.print(picture(400), "r")
    assert time.monotonic() - began < 6 * PATIENCE
    printer.close()
    os.close(ours)
    os.close(theirs)


def test_nothing_at_the_address_is_said(paper: SimulatedPrinter) -> None:
    paper.unplug()
    status = EscPosPrinter(PrinterSettings(port=paper.address)).status()
    assert (status.state, "correct its port" in status.advice) == (DeviceState.NO_DEVICE, True)
    assert EscPosPrinter(PrinterSettings(port="/dev/usb/lp-none")).status().state is DeviceState.NO_DEVICE


def test_a_status_asked_while_it_prints_is_the_last_known_one(
    printer: EscPosPrinter, paper: SimulatedPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escpos_printer, "PRINT_SECONDS", 20.0)
    printer.status()
    paper.deaf = True
    failed: list[Exception] = []

    def attempt() -> None:
        try:
            printer.print(picture(), "r")
        except DeviceUnavailable as error:
            failed.append(error)

    printing = threading.Thread(target=attempt)
    printing.start()
    wait_until(printer._in_use.locked, "it prints")
    began = time.monotonic()
    assert printer.status().state is DeviceState.ONLINE
    assert time.monotonic() - began < PATIENCE / 2
    paper.deaf = False
    printing.join()


def test_the_same_printer_on_a_serial_port(paper: SimulatedPrinter) -> None:
    """A pseudo-terminal, its other end joined to the simulated printer: bytes are bytes, XON and line ends included."""
    ours, theirs = os.openpty()
    wire = socket.create_connection(("127.0.0.1", paper.port))
    pumps = [
        threading.Thread(target=pump, args=ends, daemon=True) for ends in ((ours, wire.fileno()), (wire.fileno(), ours))
    ]
    for each in pumps:
        each.start()
    printer = EscPosPrinter(PrinterSettings(port=os.ttyname(theirs), baud_rate=115_200))
    drawn = picture(400)
    printer.print(drawn, "r")
    assert same(paper.receipts[0], drawn)
    printer.close()
    wire.shutdown(socket.SHUT_RDWR)
    os.close(theirs)
    pumps[1].join()
    wire.close()


def pump(source: int, target: int) -> None:
    try:
        while data := os.read(source, 4096):
            os.write(target, data)
    except OSError:
        return  # the other end was closed


def test_a_printer_that_only_listens_gets_the_whole_receipt(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    printer = EscPosPrinter(PrinterSettings(port=str(device), answers=False))
    drawn = picture(100)
    printer.print(drawn, "r")
    printer.close()
    content = device.read_bytes()
    start = content.index(b"\x1dv0") + 8
    raster = content[start : start + WIDTH // 8 * 100]
    assert same(Image.frombytes("1", (WIDTH, 100), bytes(255 - byte for byte in raster)), drawn)
    assert content.endswith(b"\x1dV\x00")


def test_the_library_leaves_no_folder_behind() -> None:
    assert not Path(escpos_printer.capabilities.pickle_dir).exists()
