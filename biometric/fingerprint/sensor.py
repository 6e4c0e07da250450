"""The fingerprint sensor of the kiosk: an R307 on a serial port, behind ``atm_app.ports.FingerprintSensor``."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from atm_app.ports import (
    Cancellation,
    Cancelled,
    DeviceError,
    DeviceState,
    DeviceStatus,
    DeviceUnavailable,
    FingerMatch,
    FingerPrompt,
    FingerTemplate,
    NoFinger,
)
from biometric.attack_detection import AttackDetection, Presentation, vetoed
from biometric.fingerprint.packets import DEFAULT_ADDRESS, DEFAULT_BAUD_RATE, DEFAULT_PASSWORD
from biometric.fingerprint.sensor_port import is_there
from biometric.fingerprint.shared_port import is_shared
from biometric.fingerprint.template import FAMILY
from biometric.fingerprint.transport import (
    EXCHANGE_SECONDS,
    HANDSHAKE_SECONDS,
    SETTING_SECONDS,
    ExchangeStopped,
    LineError,
    LineGone,
    LineTaken,
    RobustFingerprint,
)

logger = logging.getLogger(__name__)
T = TypeVar("T")
Report = Callable[[FingerPrompt], None]

PROBE_BUFFER = 1
TEMPLATE_BUFFER = 2
USUAL_PACKET_BYTES = 128
# Some units refuse uploads in larger packets.
SAFE_PACKET_BYTES = 32
POLL_SECONDS = 0.06
# A handshake this young is not repeated for ``status``.
FRESH_SECONDS = 1.0
ENROL_CAPTURES = (2, 3)
_POOR_IMAGE = ("too messy", "too few feature points", "image is invalid")
_IMAGE_FAILED = "Could not read image"

_ADVICE = {
    DeviceState.ONLINE: "",
    DeviceState.STARTING: "The sensor has not been asked yet.",
    DeviceState.NO_DEVICE: "Plug the sensor in, or correct its port in the settings.",
    DeviceState.OFFLINE: "The sensor does not answer: check its cable and supply, then plug it in again.",
    DeviceState.HARDWARE_ERROR: "The sensor refuses its password: correct it in the settings.",
}
_NOT_SHARED_ADVICE = "The machine that shares the sensor cannot be reached: check its network, or correct the port."
_TAKEN_ADVICE = "Another program uses the sensor; it comes back when that ends."


class _PoorTouch(Exception):
    """The sensor could make nothing of the picture."""


class R307Sensor:
    """One sensor on ``port``, as ``sensor_port.located`` reads it. ``verify`` and ``enrol`` take turns; ``status`` and
    ``close`` may be called meanwhile.

    ``family``: what the templates that go in and come out are marked with. The port is opened at the first call, kept,
    and opened anew after it was lost. ``close`` gives it to another program until the next call. ``detections`` look at
    every touch that was read.
    """

    def __init__(
        self,
        port: Path | str,
        *,
        virtual: bool = False,
        family: str = FAMILY,
        name: str = "fingerprint",
        baud_rate: int = DEFAULT_BAUD_RATE,
        address: int = DEFAULT_ADDRESS,
        password: int = DEFAULT_PASSWORD,
        detections: Sequence[AttackDetection] = (),
    ) -> None:
        self.family = family
        self._port = str(port)
        self._virtual = virtual
        self._name = name
        self._settings = (baud_rate, address, password)
        self._detections = detections
        self._in_use = threading.Lock()
        self._line: RobustFingerprint | None = None
        self._state = DeviceState.STARTING
        self._advice = _ADVICE[DeviceState.STARTING]
        self._checked_at: float | None = None
        self._upload_in_small_packets = False

    # --- the port ---------------------------------------------------------------------------------------------------

    def status(self) -> DeviceStatus:
        """A handshake when the sensor is idle, below two seconds (over the network below eight); while it works, what
        was last known, at once."""
        if self._in_use.acquire(blocking=False):
            try:
                fresh = self._checked_at is not None and time.monotonic() - self._checked_at < FRESH_SECONDS
                if not fresh or self._line is None or not is_there(self._port):
                    self._check()
            finally:
                self._in_use.release()
        return DeviceStatus(self._name, self._state, self._virtual, self._advice)

    def verify(
        self, templates: Sequence[FingerTemplate], patience: float, cancellation: Cancellation, report: Report
    ) -> FingerMatch:
        """See the port. ``patience``: seconds for the whole wait, smeared touches included."""
        for template in templates:
            if template.family != self.family:
                raise DeviceError(f"a {template.family} template is not for this sensor ({self.family})")
        with self._session(cancellation) as line:
            self._read_touch(line, FingerPrompt.PLACE, patience, cancellation, report)
            attack = self._is_attack(line)
            scores = [(self._compare(line, one.data), one.template_id) for one in templates]
            score, template_id = max(scores, default=(0, 0))
            return FingerMatch(template_id, score, self.family, attack)

    def enrol(self, captures: int, patience: float, cancellation: Cancellation, report: Report) -> bytes:
        """See the port. ``patience``: seconds for each touch. Raises ValueError unless 2 or 3 captures are wanted."""
        if captures not in ENROL_CAPTURES:
            raise ValueError(f"{captures} captures: only {ENROL_CAPTURES} can be joined")
        with self._session(cancellation) as line:
            self._read_touch(line, FingerPrompt.PLACE, patience, cancellation, report)
            self._refuse_attack(line)
            for _ in range(captures - 1):
                # What there is so far goes to the second buffer; the next touch is read into the first.
                so_far = self._ask(line.downloadCharacteristics, PROBE_BUFFER)
                report(FingerPrompt.LIFT)
                self._read_touch(line, FingerPrompt.PLACE_AGAIN, patience, cancellation, report, lift_reported=True)
                self._refuse_attack(line)
                self._upload(line, list(so_far))
                if not self._ask(line.createTemplate):
                    raise DeviceError("the touches do not belong together")
            return bytes(self._ask(line.downloadCharacteristics, PROBE_BUFFER))

    def _is_attack(self, line: RobustFingerprint) -> bool:
        return vetoed(
            self._detections, Presentation(ask_sensor=lambda name, *said: self._ask(getattr(line, name), *said))
        )

    def _refuse_attack(self, line: RobustFingerprint) -> None:
        if self._is_attack(line):
            raise DeviceError("an attack detection took the touch for no living finger")

    def close(self) -> None:
        """Let go of the port; waits for a ``verify`` or ``enrol`` that still runs."""
        with self._in_use:
            self._drop_line()

    # --- the line ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _session(self, cancellation: Cancellation) -> Iterator[RobustFingerprint]:
        """The line for the time of one call; its errors become the port's."""
        with self._in_use:
            line: RobustFingerprint | None = None
            try:
                line = self._connected(lambda: cancellation.cancelled)
                yield line
            except ExchangeStopped:
                raise Cancelled from None
            except LineError as error:
                self._lost(error)
                raise DeviceUnavailable(str(error)) from error
            finally:
                if line is not None:
                    line.stop = _never

    def _check(self) -> None:
        try:
            self._connected(_never)
        except LineError as error:
            self._lost(error)
        except DeviceError:
            logger.warning("the fingerprint sensor refused the handshake")

    def _connected(self, stop: Callable[[], bool]) -> RobustFingerprint:
        """The open line of a sensor that has just answered; opened again once when the old one is gone.

        A silent one is not tried twice: all handshakes together stay below two seconds.

        Raises LineError, ExchangeStopped, DeviceError.
        """
        line = self._line
        if line is not None:
            line.stop = stop
            try:
                self._shake_hands(line)
            except LineGone:
                self._drop_line()
            else:
                return line
        baud_rate, address, password = self._settings
        line = RobustFingerprint(self._port, baud_rate, address, password)
        line.stop = stop
        self._line = line
        self._shake_hands(line)
        if self._ask(line.getMaxPacketSize, seconds=SETTING_SECONDS) != self._packet_bytes:
            self._ask(line.setMaxPacketSize, self._packet_bytes, seconds=SETTING_SECONDS)
        return line

    @property
    def _packet_bytes(self) -> int:
        return SAFE_PACKET_BYTES if self._upload_in_small_packets else USUAL_PACKET_BYTES

    def _shake_hands(self, line: RobustFingerprint) -> None:
        try:
            accepted = bool(line.exchange(line.verifyPassword, seconds=HANDSHAKE_SECONDS))
        except (LineError, ExchangeStopped):
            raise
        except Exception as error:
            logger.warning("fingerprint handshake: %s", error)
            accepted = False
        if not accepted:
            self._set_state(DeviceState.HARDWARE_ERROR)
            self._drop_line()
            raise DeviceUnavailable("the fingerprint sensor refuses its password")
        self._set_state(DeviceState.ONLINE)

    def _lost(self, error: LineError) -> None:
        taken = isinstance(error, LineTaken)
        missing = isinstance(error, LineGone) and not taken
        self._set_state(DeviceState.NO_DEVICE if missing else DeviceState.OFFLINE)
        if taken:
            self._advice = _TAKEN_ADVICE
        elif missing and is_shared(self._port):
            self._advice = _NOT_SHARED_ADVICE
        logger.info("fingerprint sensor lost: %s", error)
        self._drop_line()

    def _set_state(self, state: DeviceState) -> None:
        self._state, self._advice, self._checked_at = state, _ADVICE[state], time.monotonic()

    def _drop_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _ask(self, method: Callable[..., T], *arguments: Any, seconds: float = EXCHANGE_SECONDS) -> T:
        """One exchange; what the sensor refuses becomes a DeviceError, a picture it cannot use a _PoorTouch."""
        line = self._line
        assert line is not None
        try:
            return line.exchange(method, *arguments, seconds=seconds)
        except (LineError, ExchangeStopped):
            raise
        except Exception as error:
            if any(words in str(error) for words in _POOR_IMAGE):
                raise _PoorTouch(str(error)) from error
            raise DeviceError(f"fingerprint sensor: {error}") from error

    # --- the finger -------------------------------------------------------------------------------------------------

    def _read_touch(
        self,
        line: RobustFingerprint,
        prompt: FingerPrompt,
        patience: float,
        cancellation: Cancellation,
        report: Report,
        lift_reported: bool = False,
    ) -> None:
        """Wait for a new touch and leave its features in the first buffer. Raises NoFinger after ``patience``."""
        deadline = time.monotonic() + patience
        while True:
            if self._finger_lies(line) and not lift_reported:
                report(FingerPrompt.LIFT)
            self._await_finger(line, False, deadline, cancellation)
            report(prompt)
            self._await_finger(line, True, deadline, cancellation)
            report(FingerPrompt.READING)
            try:
                self._ask(line.convertImage, PROBE_BUFFER)
            except _PoorTouch:
                report(FingerPrompt.MESSY)
                if time.monotonic() > deadline:
                    raise NoFinger from None
                if cancellation.cancelled:
                    raise Cancelled from None
                lift_reported, prompt = True, FingerPrompt.PLACE_AGAIN
            else:
                return

    def _await_finger(self, line: RobustFingerprint, wanted: bool, deadline: float, cancellation: Cancellation) -> None:
        while self._finger_lies(line) is not wanted:
            if time.monotonic() > deadline:
                raise NoFinger
            if cancellation.wait(POLL_SECONDS):
                raise Cancelled

    def _finger_lies(self, line: RobustFingerprint) -> bool | None:
        """None when the sensor could not tell."""
        try:
            return bool(self._ask(line.readImage))
        except DeviceError as error:
            if _IMAGE_FAILED in str(error):
                return None
            raise

    def _compare(self, line: RobustFingerprint, template: bytes) -> int:
        self._upload(line, list(template))
        return int(self._ask(line.compareCharacteristics))

    def _upload(self, line: RobustFingerprint, template: list[int]) -> None:
        """Into the second buffer, read back and compared. Falls back to small packets once and for all."""
        if self._uploaded(line, template):
            return
        if not self._upload_in_small_packets:
            self._upload_in_small_packets = True
            self._ask(line.setMaxPacketSize, SAFE_PACKET_BYTES)
            if self._uploaded(line, template):
                return
            self._upload_in_small_packets = False
        raise DeviceError("the sensor did not take the template")

    def _uploaded(self, line: RobustFingerprint, template: list[int]) -> bool:
        try:
            return bool(self._ask(line.uploadCharacteristics, TEMPLATE_BUFFER, template))
        except DeviceError as error:
            logger.info("template upload: %s", error)
            return False


def _never() -> bool:
    return False
