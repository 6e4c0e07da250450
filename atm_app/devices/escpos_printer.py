"""An ESC/POS receipt printer with 576 dots a row, on USB, a serial port or the network.

python-escpos writes the commands; ``PrinterLine`` carries them, because each exchange needs a deadline of its own.
"""

from __future__ import annotations

import errno
import io
import shutil
import threading
import time

from escpos import capabilities
from escpos.constants import RT_STATUS
from escpos.printer import Dummy
from PIL import Image

from atm_app.config import PrinterSettings
from atm_app.devices.printer_line import PrinterLine, open_line
from atm_app.ports import DeviceState, DeviceStatus, DeviceUnavailable

# python-escpos leaves the folder of a cache behind at every import, which it never reads again.
shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

NAME = "printer"
PROFILE = "TM-T20II"  # 80 mm at 203 dpi, full cut: what the picture was drawn for
STATUS_SECONDS = 1.0  # four questions and answers; a printer answers each within milliseconds, even without paper
PRINT_SECONDS = 20.0  # half a metre of statement at 50 mm/s, twice; what a serial line takes is added

# Real-time commands (ESC/POS: DLE EOT n, DLE DC4 8) are obeyed on arrival, whatever waits in the buffer. The last one
# throws the buffer away: half a receipt must not come out for the next customer.
PRINTER, CAUSE, ERROR, PAPER = 1, 2, 3, 4
CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
# GS r 1 waits its turn in the buffer: its answer means that everything before it is on paper.
ASK_WHEN_DONE = b"\x1dr\x01"

# The fixed bits tell what an answer answers. That is needed: dots of a picture that happen to read DLE EOT n are
# answered, too, and some printers report every change unasked.
REAL_TIME_BITS, REAL_TIME_ANSWER = 0b1001_0011, 0b0001_0010
BUFFERED_BITS, BUFFERED_ANSWER = 0b1001_0000, 0b0000_0000
NO_PAPER = DeviceStatus(NAME, DeviceState.USER_ERROR, advice="load paper")
# (question, bits of its answer, what they mean), the first that applies. Figures: the ESC/POS reference, DLE EOT n.
MEANINGS = (
    (PAPER, 0x60, NO_PAPER),
    (CAUSE, 0x20, NO_PAPER),
    (CAUSE, 0x04, DeviceStatus(NAME, DeviceState.USER_ERROR, advice="close the printer's cover")),
    (ERROR, 0x08, DeviceStatus(NAME, DeviceState.HARDWARE_ERROR, advice="free the printer's cutter of paper")),
    (ERROR, 0x20, DeviceStatus(NAME, DeviceState.HARDWARE_ERROR, advice="switch it off and on, else call service")),
    (ERROR, 0x40, DeviceStatus(NAME, DeviceState.OFFLINE, advice="the print head is too hot; it cools by itself")),
    (PRINTER, 0x08, DeviceStatus(NAME, DeviceState.OFFLINE, advice="the printer is off line: press its feed button")),
    (PAPER, 0x0C, DeviceStatus(NAME, DeviceState.ONLINE, advice="the paper is nearly used up")),
)  # fmt: skip
GONE = DeviceStatus(NAME, DeviceState.NO_DEVICE, advice="plug the printer in, or correct its port in the settings")
TAKEN = DeviceStatus(NAME, DeviceState.OFFLINE, advice="another program uses the printer")
FORBIDDEN = DeviceStatus(NAME, DeviceState.OFFLINE, advice="put the kiosk's user into the group of the printer's port")
_REASONS = {errno.EBUSY: TAKEN, errno.EACCES: FORBIDDEN, errno.EPERM: FORBIDDEN}
SILENT = DeviceStatus(NAME, DeviceState.OFFLINE, advice="the printer does not answer: check its cable and supply")


class EscPosPrinter:
    """The line is opened at the first call, kept, and opened anew after it was lost. ``close`` lets go of it."""

    def __init__(self, settings: PrinterSettings) -> None:
        self._settings = settings
        self._in_use = threading.Lock()
        self._line: PrinterLine | None = None
        self._known = DeviceStatus(NAME, DeviceState.STARTING)

    def status(self) -> DeviceStatus:
        """Asked of the printer, below five seconds; while it prints, what was last known, at once."""
        if self._in_use.acquire(blocking=False):
            try:
                self._known = self._ask()
            finally:
                self._in_use.release()
        return self._known

    def print(self, picture: bytes, name: str) -> None:
        """See the port. Without ``answers`` in the settings it returns as soon as the printer has taken the bytes."""
        job = _commands(picture)
        with self._in_use:
            self._known = self._ask()
            if self._known.state is not DeviceState.ONLINE or self._line is None:
                raise DeviceUnavailable(f"nothing was printed: {self._known.advice}")
            try:
                self._run(self._line, job)
            except OSError as error:
                self._known = self._given_up()
                raise DeviceUnavailable(f"the receipt is not complete: {self._known.advice}") from error

    def close(self) -> None:
        with self._in_use:
            self._drop()

    # --- the line ----------------------------------------------------------------------------------------------------

    def _run(self, line: PrinterLine, job: bytes) -> None:
        """Until the paper is cut. Raises OSError."""
        deadline = time.monotonic() + PRINT_SECONDS + line.seconds_for(job)
        line.send(job, deadline)
        if self._settings.answers:
            line.send(ASK_WHEN_DONE, deadline)
            line.receive(lambda value: value & BUFFERED_BITS == BUFFERED_ANSWER, deadline)

    def _ask(self) -> DeviceStatus:
        """A kept line may have died since, without a word: then a new one is asked."""
        kept = self._line is not None
        status = self._ask_once()
        return self._ask_once() if kept and self._line is None else status

    def _ask_once(self) -> DeviceStatus:
        try:
            if not self._settings.answers:
                self._drop()  # what is never read cannot be seen to have died
            if self._line is None:
                self._line = open_line(self._settings.port, self._settings.baud_rate)
            return self._said(self._line)
        except TimeoutError:
            self._drop()
            return SILENT
        except OSError as error:
            self._drop()
            return _REASONS.get(error.errno or 0, GONE)

    def _said(self, line: PrinterLine) -> DeviceStatus:
        """What the printer says of itself. Raises OSError."""
        if not self._settings.answers:
            return DeviceStatus(NAME, DeviceState.ONLINE)
        line.drain()
        deadline = time.monotonic() + STATUS_SECONDS
        answers = {}
        for question in (PRINTER, CAUSE, ERROR, PAPER):
            line.send(RT_STATUS + bytes((question,)), deadline)
            answers[question] = line.receive(lambda value: value & REAL_TIME_BITS == REAL_TIME_ANSWER, deadline)
        for question, bits, meaning in MEANINGS:
            if answers[question] & bits:
                return meaning
        return DeviceStatus(NAME, DeviceState.ONLINE)

    def _given_up(self) -> DeviceStatus:
        """Why printing broke off; what is left of the job is taken back where the printer still listens."""
        status = self._ask_once()
        if self._line is not None:
            try:
                self._line.send(CLEAR_BUFFER, time.monotonic() + STATUS_SECONDS)
            except OSError:
                status = SILENT
        self._drop()
        return SILENT if status.state is DeviceState.ONLINE else status

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _commands(picture: bytes) -> bytes:
    """The whole job: what an earlier one left is thrown away, the picture as rasters, feed, cut."""
    writer = Dummy(profile=PROFILE)
    writer.hw("INIT")
    with Image.open(io.BytesIO(picture)) as paper:
        writer.image(paper)
    writer.cut()  # feeds first: the cutter sits above the print head
    return CLEAR_BUFFER + bytes(writer.output)
