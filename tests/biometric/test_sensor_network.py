"""A sensor that another machine shares over the network: delays, losses, cuts, and machines that come and go.

What the way does to the line ends in the right result, later, or in the error the kiosk has for it, within the driver's
own limits; and once the way is whole again the next customer is served.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest

from atm_app.ports import DeviceState, DeviceUnavailable, FingerTemplate
from biometric.fingerprint import transport
from biometric.fingerprint.packets import DEFAULT_ADDRESS, PacketKind, Reply, encode
from biometric.fingerprint.sensor import R307Sensor
from biometric.fingerprint.shared_port import OPEN_SECONDS
from biometric.fingerprint.transport import (
    EXCHANGE_SECONDS,
    HANDSHAKE_SECONDS,
    SHARED_EXCHANGE_SECONDS,
    LineGone,
    RobustFingerprint,
)
from biometric.virtual.r307 import VirtualR307
from tests.biometric.network import Link, Network, SharedLine, Silence, running_network
from tests.biometric.terminal import VERIFIED_WITH, Terminal, opened

FINGER, STRANGER = "mila.right_index", "mila.left_index"
SLOW = pytest.mark.slow
# The same for both, one of them in every run: each case takes a second or two.
socket_first = pytest.mark.parametrize("kind", ["socket", pytest.param("rfc2217", marks=SLOW)])
rfc2217_first = pytest.mark.parametrize("kind", ["rfc2217", pytest.param("socket", marks=SLOW)])
each_kind = pytest.mark.parametrize("kind", ["socket", "rfc2217"])
# pyserial rests so long after it has closed a port; threads want their turn.
REST_SECONDS = 1.0
LONGEST_EXCHANGE = EXCHANGE_SECONDS + SHARED_EXCHANGE_SECONDS + REST_SECONDS
LONGEST_HANDSHAKE = HANDSHAKE_SECONDS + SHARED_EXCHANGE_SECONDS + REST_SECONDS
# Four bits a pixel.
IMAGE_BYTES, IMAGE_SECONDS = 256 * 288 // 2, 5.0


@dataclass
class Shared:
    """The sensor at the other machine, the way to it, and the kiosk at this end."""

    virtual: VirtualR307
    line: SharedLine
    link: Link
    terminal: Terminal

    @property
    def driver(self) -> R307Sensor:
        return self.terminal.driver

    def seconds_until(self, error: type[Exception], deed: Callable[[], object]) -> float:
        began = time.monotonic()
        with pytest.raises(error):
            deed()
        return time.monotonic() - began

    def mend(self) -> None:
        self.link.lose, self.link.cut_after, self.link.silent = 0, None, False
        self.virtual.window.lift()


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with running_network() as running:
        yield running


@pytest.fixture(scope="module")
def sensor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with opened(tmp_path_factory.mktemp("sensor")) as terminal:
        yield terminal


@pytest.fixture(scope="module")
def template(sensor: Terminal) -> FingerTemplate:
    made = sensor.enrol(FINGER)
    sensor.driver.close()
    return made


@pytest.fixture
def make(sensor: Terminal, network: Network) -> Iterator[Callable[..., Shared]]:
    made: list[Shared] = []

    def shared(kind: str, *, delay: float = 0.0, jitter: float = 0.0) -> Shared:
        sensor.driver.close()
        sensor.virtual.window.lift()
        line = SharedLine(network, sensor.virtual.wire.link, kind)
        link = Link(network, line, delay=delay, jitter=jitter)
        driver = R307Sensor(link.url, virtual=True)
        made.append(Shared(sensor.virtual, line, link, Terminal(sensor.virtual, driver)))
        return made[-1]

    yield shared
    for one in made:
        one.driver.close()
        one.line.down()


# Seconds each way. 200 ms is a bad mobile network's.
WAYS = [
    pytest.param("rfc2217", 0.0, 0.0, id="rfc2217, none"),
    pytest.param("socket", 0.02, 0.02, id="socket, 20 to 40 ms"),
    *(
        pytest.param(kind, delay, jitter, id=f"{kind}, {delay * 1000:.0f} ms and up to {jitter * 1000:.0f}", marks=SLOW)
        for kind in ("socket", "rfc2217") for delay, jitter in ((0.02, 0.02), (0.1, 0.05), (0.2, 0.0))
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "delay", "jitter"), WAYS)
def test_a_slow_way_leads_to_the_same_result(
    make: Callable[..., Shared], template: FingerTemplate, kind: str, delay: float, jitter: float
) -> None:
    shared = make(kind, delay=delay, jitter=jitter)
    assert shared.terminal.accepts(FINGER, template)
    assert not shared.terminal.accepts(STRANGER, template)
    assert shared.driver.status().state is DeviceState.ONLINE


@SLOW
@each_kind
def test_enrolling_over_a_slow_way(make: Callable[..., Shared], template: FingerTemplate, kind: str) -> None:
    shared = make(kind, delay=0.1, jitter=0.05)
    made = shared.terminal.enrol(FINGER)
    assert shared.terminal.accepts(FINGER, made)
    assert not shared.terminal.accepts(STRANGER, made)


@rfc2217_first
def test_cut_in_the_middle_of_a_template(make: Callable[..., Shared], template: FingerTemplate, kind: str) -> None:
    shared = make(kind)
    assert shared.driver.status().state is DeviceState.ONLINE
    # Behind a handful of short answers comes the template, read back: cut in its middle.
    shared.link.cut_after = 300
    assert shared.seconds_until(DeviceUnavailable, lambda: shared.terminal.accepts(FINGER, template)) < 2.0
    shared.mend()
    assert shared.terminal.accepts(FINGER, template)


@SLOW
@each_kind
def test_cut_in_the_middle_of_an_image(make: Callable[..., Shared], tmp_path: Path, kind: str) -> None:
    shared = make(kind)
    shared.virtual.window.place(FINGER, touch=VERIFIED_WITH)
    picture = str(tmp_path / "touch.bmp")
    with contextlib.closing(RobustFingerprint(shared.link.url)) as line:
        assert line.exchange(line.readImage)
        shared.link.cut_after = IMAGE_BYTES // 2
        began = time.monotonic()
        with pytest.raises(LineGone):
            line.exchange(line.downloadImage, picture, seconds=IMAGE_SECONDS)
        assert time.monotonic() - began < IMAGE_SECONDS
    shared.mend()
    shared.virtual.window.place(FINGER, touch=VERIFIED_WITH)
    with contextlib.closing(RobustFingerprint(shared.link.url)) as line:
        assert line.exchange(line.readImage)
        line.exchange(line.downloadImage, picture, seconds=IMAGE_SECONDS)
    assert cv2.imread(picture).shape[:2] == (288, 256)


@pytest.mark.parametrize(("delay", "lost"), [(0.0, 2), pytest.param(0.1, 1, marks=SLOW)])
def test_lost_bytes_are_asked_for_again(
    make: Callable[..., Shared], template: FingerTemplate, delay: float, lost: int
) -> None:
    """Behind the network, on the serial line or where a box sends it on by UDP: TCP itself loses none."""
    shared = make("socket", delay=delay)
    shared.link.lose = lost
    assert shared.terminal.accepts(FINGER, template)
    assert shared.link.lose == 0, "nothing was lost"


@SLOW
@each_kind
def test_a_way_that_loses_for_ever(make: Callable[..., Shared], template: FingerTemplate, kind: str) -> None:
    shared = make(kind)
    shared.link.lose = 10**9
    for _ in range(3):
        took = shared.seconds_until(DeviceUnavailable, lambda: shared.terminal.accepts(FINGER, template))
        assert took < 20 * LONGEST_EXCHANGE
    shared.mend()
    assert shared.terminal.accepts(FINGER, template)


@socket_first
def test_the_other_machine_goes_away_and_comes_back(
    make: Callable[..., Shared], template: FingerTemplate, kind: str
) -> None:
    shared = make(kind)
    assert shared.terminal.accepts(FINGER, template)
    shared.line.down()
    assert shared.seconds_until(DeviceUnavailable, lambda: shared.terminal.accepts(FINGER, template)) < 2.0
    assert shared.driver.status().state is DeviceState.NO_DEVICE
    assert "network" in shared.driver.status().advice
    shared.line.up()
    assert shared.driver.status().state is DeviceState.ONLINE
    assert shared.terminal.accepts(FINGER, template)


@SLOW
@each_kind
def test_a_way_that_falls_silent(make: Callable[..., Shared], template: FingerTemplate, kind: str) -> None:
    """No end of the connection is told: what was sent is never answered."""
    shared = make(kind)
    assert shared.driver.status().state is DeviceState.ONLINE
    shared.link.silent = True
    assert shared.seconds_until(DeviceUnavailable, lambda: shared.terminal.accepts(FINGER, template)) < LONGEST_EXCHANGE
    shared.mend()
    assert shared.terminal.accepts(FINGER, template)


@SLOW
@pytest.mark.parametrize(("kind", "limit"), [("socket", LONGEST_HANDSHAKE), ("rfc2217", OPEN_SECONDS + REST_SECONDS)])
def test_a_machine_that_says_nothing(network: Network, kind: str, limit: float) -> None:
    sensor = R307Sensor(Silence(network, kind).url)
    began = time.monotonic()
    assert sensor.status().state in (DeviceState.OFFLINE, DeviceState.NO_DEVICE)
    assert time.monotonic() - began < limit
    sensor.close()


class LateLine:
    """Its answers come all at once, behind one that was asked for before."""

    in_waiting = 0

    def __init__(self, late: bytes, *answers: bytes) -> None:
        self._late, self._answers, self._pending = late, list(answers), b""

    def write(self, data: bytes) -> None:
        answer = encode(DEFAULT_ADDRESS, PacketKind.ACKNOWLEDGE, self._answers.pop(0))
        self._pending, self._late = self._late + answer, b""

    def read(self, size: int) -> bytes:
        piece, self._pending = self._pending[:size], self._pending[size:]
        return piece

    def reset_input_buffer(self) -> None:
        self._pending = b""

    def isOpen(self) -> bool:
        return False


def test_a_second_answer_to_what_resynchronises_is_not_taken_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken packet among the answers has the parameters asked for twice; the second answer arrives later."""
    parameters = bytes([Reply.OK]) + bytes.fromhex("0000 0009 03e8 0003 ffffffff 0002 0006")
    late = encode(DEFAULT_ADDRESS, PacketKind.ACKNOWLEDGE, parameters)
    line = LateLine(b"", parameters, bytes([Reply.NO_FINGER]))
    monkeypatch.setattr(transport, "opened", lambda port, baud_rate: line)
    finger = RobustFingerprint("socket://late:3001")
    finger.exchange(lambda: None)
    line._late = late
    assert finger.exchange(finger.readImage) is False
